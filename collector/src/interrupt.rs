//! Ctrl-C and SIGTERM: the first asks the command to stop, the second ends the program at once.

use tokio::sync::watch;

/// Exit status of an interrupted program.
pub const INTERRUPTED: u8 = 130;

/// Whether the program was asked to stop.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens for signals on the current tokio runtime.
    #[must_use]
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signal().await;
            let _ = sender.send(true);
            signal().await;
            std::process::exit(i32::from(INTERRUPTED));
        });
        Self(receiver)
    }

    /// The result of `work`; `None` when the program was asked to stop before it was there. The work is then dropped.
    pub async fn unless_requested<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.requested() => None,
            done = work => Some(done),
        }
    }

    async fn requested(&mut self) {
        if self.0.wait_for(|requested| *requested).await.is_err() {
            // The listener is gone, so no request can come.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
