//! Flags of `sweep` for GPU telemetry and the price of electricity.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// GPU telemetry and the price of electricity.
#[derive(Debug, Clone, Default, Args)]
pub struct TelemetryArgs {
    /// Record power, clocks and memory of the GPUs during each level [default: auto]
    #[arg(long, value_enum, value_name = "SOURCE", help_heading = "Telemetry")]
    pub gpu_telemetry: Option<GpuTelemetryName>,
    /// Price of electricity in USD per kWh, such as `0.30`, to report the cost of energy per 1M output tokens
    #[arg(long, value_name = "USD_PER_KWH", env = "FORGE_ELECTRICITY_PRICE", help_heading = "Telemetry")]
    pub electricity_price: Option<f64>,
}

/// Where telemetry of the GPUs comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GpuTelemetryName {
    /// Run nvidia-smi if it is on PATH and the server is on this machine
    #[default]
    Auto,
    /// Record nothing
    Off,
    /// Run nvidia-smi from PATH for any server address, for example through a tunnel
    NvidiaSmi,
}
