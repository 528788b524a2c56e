//! Flags for what is watched beside the load: the GPUs, and what their electricity costs.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// What is watched beside the load.
#[derive(Debug, Clone, Default, Args)]
pub struct TelemetryArgs {
    /// Read power, clocks and memory of the GPUs while a level runs [default: auto]
    #[arg(long, value_enum, value_name = "SOURCE", help_heading = "Telemetry")]
    pub gpu_telemetry: Option<GpuTelemetryName>,
    /// Price of electricity, to say what the GPUs' energy costs for 1M output tokens, such as `0.30`
    #[arg(long, value_name = "USD_PER_KWH", env = "FORGE_ELECTRICITY_PRICE", help_heading = "Telemetry")]
    pub electricity_price: Option<f64>,
}

/// Where telemetry of the GPUs comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GpuTelemetryName {
    /// nvidia-smi, if it is on PATH and the server's address is this machine
    #[default]
    Auto,
    /// None
    Off,
    /// nvidia-smi on PATH, whatever the server's address is: through a tunnel it may look remote
    NvidiaSmi,
}
