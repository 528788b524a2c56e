//! The CPU time of the load client.

use std::time::{Duration, Instant};

/// Processor time since a moment.
#[derive(Debug, Clone, Copy)]
pub struct ClientCpu {
    since: Instant,
    used: Option<Duration>,
}

impl ClientCpu {
    /// Counts from now on.
    #[must_use]
    pub fn start() -> Self {
        Self { since: Instant::now(), used: used() }
    }

    /// Processor time of all threads, user and system. `None` where the system does not say.
    #[must_use]
    pub fn spent(&self) -> Option<Duration> {
        used()?.checked_sub(self.used?)
    }

    /// That time over wall time x threads that send and read: at 1 they can do no more.
    #[must_use]
    pub fn busy(&self) -> Option<f64> {
        let wall = self.since.elapsed().as_secs_f64() * threads() as f64;
        (wall > 0.0).then(|| self.spent().map(|spent| (spent.as_secs_f64() / wall).min(1.0)))?
    }
}

/// Threads that send and read: half of the processors, because one reads what tens of thousands of tokens a second
/// bring, and a server on the same machine needs the others.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2))
}

#[cfg(unix)]
fn used() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    u64::try_from(micros).ok().map(Duration::from_micros)
}

#[cfg(not(unix))]
fn used() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn work_takes_time_and_waiting_does_not() {
        let cpu = ClientCpu::start();
        while cpu.since.elapsed() < Duration::from_millis(50) {
            std::hint::spin_loop();
        }
        let worked = cpu.spent().unwrap();
        assert!(worked > Duration::from_millis(5), "{worked:?}");
        assert!((0.0..=1.0).contains(&cpu.busy().unwrap()));
    }
}
