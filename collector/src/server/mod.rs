//! What a server says about itself: version, models, counters, kernels. Sends no load.

pub mod kernel_log;
pub mod metrics;
pub mod prometheus;
pub mod vllm;
