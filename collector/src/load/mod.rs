//! Sending load: prompts in, records out. Timestamps are taken here and computed with elsewhere.

pub mod clock;
pub mod driver;
pub mod histogram;
pub mod mt19937;
pub mod openai;
pub mod prompt_file;
pub mod random_words;
pub mod sharegpt;
pub mod sse;
pub mod sweep_run;
pub mod verdict;
pub mod wire;
pub mod workload;
