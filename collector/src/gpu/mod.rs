//! What the GPUs of this machine do while a level runs: power, clocks, memory. Reads them, never sets anything.

pub mod gpu_telemetry;
pub mod nvidia_smi;
pub mod nvidia_smi_path;
pub mod nvidia_smi_row;
