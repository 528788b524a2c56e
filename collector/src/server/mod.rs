//! What a server says about itself: version, models, counters, kernels. Sends no load.

pub mod config;
pub mod families;
pub mod in_flight;
pub mod kernel_log;
pub mod metrics;
pub mod prefix_cache;
pub mod prometheus;
pub mod reading;
pub mod sampler;
pub mod view;
pub mod vllm;
