//! The server under test, by its own endpoints: version, models, metrics, configuration, kernel. Sends no load.

pub mod in_flight;
pub mod kernel_log;
pub mod metric_families;
pub mod metrics_reading;
pub mod prefix_cache;
pub mod prometheus;
pub mod sampler;
pub mod server_config;
pub mod server_counters;
pub mod server_view;
pub mod vllm;
