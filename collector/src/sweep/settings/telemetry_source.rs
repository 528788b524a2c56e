//! What is watched beside the load, decided from flags and sweep file; and which program that needs.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::path::PathBuf;

use shared::units::UsdPerKwh;

use crate::cli::telemetry_args::{GpuTelemetryName, TelemetryArgs};
use crate::gpu::nvidia_smi;
use crate::sweep::settings::sweep_file::SweepFile;

/// What is watched.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TelemetrySettings {
    /// Where telemetry of the GPUs comes from.
    pub gpu: GpuTelemetryName,
    /// Price of electricity, where the reader names one.
    pub electricity: Option<UsdPerKwh>,
}

/// Merges flags, sweep file and defaults.
///
/// # Errors
/// When the price is not one.
pub fn resolve(args: &TelemetryArgs, file: &SweepFile) -> anyhow::Result<TelemetrySettings> {
    let price = args.electricity_price.or(file.electricity_price);
    if let Some(price) = price.filter(|price| !(price.is_finite() && *price >= 0.0)) {
        anyhow::bail!("`--electricity-price {price}` is not a price in USD per kWh");
    }
    Ok(TelemetrySettings {
        gpu: args.gpu_telemetry.or(file.gpu_telemetry).unwrap_or_default(),
        electricity: price.map(UsdPerKwh::new),
    })
}

impl TelemetrySettings {
    /// The nvidia-smi to run for a server at this address, looked for in `path`.
    #[must_use]
    pub fn nvidia_smi(&self, base_url: &str, path: &OsStr) -> Option<PathBuf> {
        match self.gpu {
            GpuTelemetryName::Off => None,
            GpuTelemetryName::Auto => is_this_machine(base_url).then(|| nvidia_smi::find(path)).flatten(),
            GpuTelemetryName::NvidiaSmi => nvidia_smi::find(path),
        }
    }
}

/// Whether an address can only mean this machine.
fn is_this_machine(base_url: &str) -> bool {
    let url = reqwest::Url::parse(base_url).ok();
    let host = url.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_prices_are_prices() {
        let file = SweepFile {
            gpu_telemetry: Some(GpuTelemetryName::Off),
            electricity_price: Some(0.1),
            ..SweepFile::default()
        };
        let none = TelemetryArgs::default();
        let resolved = resolve(&none, &file).unwrap();
        assert_eq!((resolved.gpu, resolved.electricity), (GpuTelemetryName::Off, Some(UsdPerKwh::new(0.1))));
        let args = TelemetryArgs { gpu_telemetry: Some(GpuTelemetryName::NvidiaSmi), electricity_price: Some(0.3) };
        let resolved = resolve(&args, &file).unwrap();
        assert_eq!((resolved.gpu, resolved.electricity), (GpuTelemetryName::NvidiaSmi, Some(UsdPerKwh::new(0.3))));
        assert_eq!(resolve(&none, &SweepFile::default()).unwrap(), TelemetrySettings::default());
        for price in [-0.1, f64::NAN] {
            let args = TelemetryArgs { electricity_price: Some(price), ..none.clone() };
            assert!(resolve(&args, &SweepFile::default()).unwrap_err().to_string().contains("--electricity-price"));
        }
    }

    #[test]
    fn nvidia_smi_is_run_for_a_server_on_this_machine_or_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("nvidia-smi"), "").unwrap();
        let path = folder.path().as_os_str();
        let runs = |gpu, base_url: &str, path: &OsStr| {
            TelemetrySettings { gpu, electricity: None }.nvidia_smi(base_url, path).is_some()
        };
        for here in ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000", "http://0.0.0.0:8000"] {
            assert!(runs(GpuTelemetryName::Auto, here, path), "{here}");
            assert!(!runs(GpuTelemetryName::Off, here, path));
        }
        assert!(!runs(GpuTelemetryName::Auto, "https://gpu.example.org", path));
        assert!(runs(GpuTelemetryName::NvidiaSmi, "https://gpu.example.org", path));
        assert!(!runs(GpuTelemetryName::NvidiaSmi, "http://localhost:1", OsStr::new("")));
    }
}
