//! Sending load: prompts in, records out. Timestamps are taken here and computed with elsewhere.
//!
//! Knows nothing of levels, result files or terminals: that is `sweep`.

pub mod clock;
pub mod driver;
pub mod histogram;
pub mod openai;
pub mod prompts;
pub mod sse;
pub mod wire;
