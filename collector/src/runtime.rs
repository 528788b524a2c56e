//! The async runtime that commands run on.

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use crate::load::client_cpu::threads;

/// A runtime with as many threads as the load client uses.
///
/// # Errors
/// When the system refuses to start the threads.
pub fn runtime() -> anyhow::Result<Runtime> {
    let runtime = Builder::new_multi_thread().worker_threads(threads()).enable_all().build();
    runtime.context("failed to start the async runtime")
}
