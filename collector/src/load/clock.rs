//! The one clock of a level: moments since its start, in the shape that records keep.
//!
//! A rehearsal's clock runs faster than the wall's, because its engine does too.

use std::time::Duration;

use shared::measure::record::Instant;

/// A monotonic clock that started with the level.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: tokio::time::Instant,
    speed: f64,
}

impl Clock {
    /// Starts now and keeps the wall's pace.
    #[must_use]
    pub fn start() -> Self {
        Self::start_at_speed(1.0)
    }

    /// Starts now and counts `speed` seconds for every second of the wall.
    #[must_use]
    pub fn start_at_speed(speed: f64) -> Self {
        Self { origin: tokio::time::Instant::now(), speed }
    }

    /// This moment.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.after(self.origin.elapsed())
    }

    /// A moment of the wall's clock; the start where it lies before.
    #[must_use]
    pub fn at(&self, moment: std::time::Instant) -> Instant {
        self.after(moment.saturating_duration_since(self.origin.into_std()))
    }

    /// The moment of tokio's clock at which this one shows `seconds`.
    #[must_use]
    pub fn when(&self, seconds: f64) -> tokio::time::Instant {
        self.origin + Duration::try_from_secs_f64(seconds / self.speed).unwrap_or(Duration::MAX / 4)
    }

    fn after(&self, elapsed: Duration) -> Instant {
        if self.speed == 1.0 {
            return Instant(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
        }
        Instant((elapsed.as_secs_f64() * self.speed * 1e9) as u64)
    }
}
