//! Sending load: prompts in, records out. Timestamps are taken here and computed with elsewhere.
//!
//! Knows nothing of levels, result files or terminals: that is `sweep`.

pub mod arrival;
pub mod client_cpu;
pub mod clock;
pub mod connection;
pub mod driver;
pub mod file_limit;
pub mod histogram;
pub mod incoming;
pub mod openai;
pub mod prompts;
pub mod request;
pub mod response;
pub mod selfcheck;
pub mod sse;
pub mod stamped_tcp;
pub mod wire;
