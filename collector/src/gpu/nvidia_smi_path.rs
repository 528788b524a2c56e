//! Which nvidia-smi to run beside a server, if any.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::cli::telemetry_args::GpuTelemetryName;
use crate::gpu::nvidia_smi;

/// The program for a server at this address, looked up in a list of folders such as `PATH`. `None` when there is none,
/// or when GPU telemetry is off or the server may be on another machine.
#[must_use]
pub fn nvidia_smi_path(source: GpuTelemetryName, base_url: &str, folders: &OsStr) -> Option<PathBuf> {
    let runs = match source {
        GpuTelemetryName::Off => false,
        GpuTelemetryName::Auto => is_this_machine(base_url),
        GpuTelemetryName::NvidiaSmi => true,
    };
    runs.then(|| nvidia_smi::find(folders)).flatten()
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
    fn nvidia_smi_is_run_for_a_server_on_this_machine_or_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("nvidia-smi"), "").unwrap();
        let path = folder.path().as_os_str();
        let runs = |source, base_url: &str, path: &OsStr| nvidia_smi_path(source, base_url, path).is_some();
        for here in ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000", "http://0.0.0.0:8000"] {
            assert!(runs(GpuTelemetryName::Auto, here, path), "{here}");
            assert!(!runs(GpuTelemetryName::Off, here, path));
        }
        assert!(!runs(GpuTelemetryName::Auto, "https://gpu.example.org", path));
        assert!(runs(GpuTelemetryName::NvidiaSmi, "https://gpu.example.org", path));
        assert!(!runs(GpuTelemetryName::NvidiaSmi, "http://localhost:1", OsStr::new("")));
    }
}
