//! A simulated vLLM: what `rehearse` and the tests talk to. Nothing it says is a result about a GPU.

pub mod clockwork;
pub mod fault;
pub mod metrics_page;
pub mod server;
pub mod stamping;
pub mod stream;
pub mod timing;
pub mod truth;
