//! The load client: prompts in, request records out. All timestamps are taken here.
//!
//! Levels, result files and terminal output are the business of `sweep`.

pub mod arrival;
pub mod client_cpu;
pub mod clock;
pub mod connection_pool;
pub mod driver;
pub mod file_limit;
pub mod histogram;
pub mod http_response;
pub mod incoming_response;
pub mod openai_client;
pub mod openai_stream;
pub mod prompts;
pub mod request_template;
pub mod selfcheck;
pub mod sse;
pub mod stamped_tcp;
