//! GPU telemetry of this machine while a level runs: power, clocks, memory. Changes no setting.

pub mod gpu_telemetry;
pub mod nvidia_smi;
pub mod nvidia_smi_path;
pub mod nvidia_smi_row;
