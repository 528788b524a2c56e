//! What a stamping server wrote down: when each request reached it and when each of its tokens went out.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use shared::measure::distribution::Distribution;
use shared::units::{Millis, Seconds};

/// One request, as the server saw it.
#[derive(Debug, Clone)]
pub struct Sends {
    /// When its last byte reached the kernel.
    pub received: Instant,
    /// When each token was handed to the kernel.
    pub sent: Vec<Instant>,
}

/// All requests since the last time it was told to forget.
#[derive(Debug, Default)]
pub struct Truth {
    requests: Vec<Sends>,
}

impl Truth {
    /// Writes a request down.
    pub fn note(&mut self, sends: Sends) {
        self.requests.push(sends);
    }

    /// Time to first token, as it was.
    #[must_use]
    pub fn ttft(&self) -> Distribution {
        Distribution::of(self.requests.iter().filter_map(|one| Some(millis(one.received, *one.sent.first()?))))
    }

    /// Gaps between tokens, as they were.
    #[must_use]
    pub fn itl(&self) -> Distribution {
        Distribution::of(self.requests.iter().flat_map(|one| one.sent.windows(2).map(|pair| millis(pair[0], pair[1]))))
    }

    /// Tokens sent.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.requests.iter().map(|one| one.sent.len()).sum()
    }

    /// When the first of them came, by the calendar clock.
    fn first_received_unix_us(&self) -> Option<u64> {
        let first = self.requests.iter().map(|one| one.received).min()?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.checked_sub(first.elapsed())?;
        u64::try_from(since.as_micros()).ok()
    }

    /// Requests, tokens, and the two distributions.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "requests": self.requests.len(),
            "first_received_unix_us": self.first_received_unix_us(),
            "tokens": self.tokens(),
            "ttft_ms": self.ttft(),
            "itl_ms": self.itl(),
        })
    }
}

fn millis(from: Instant, to: Instant) -> Millis {
    Seconds::new(to.saturating_duration_since(from).as_secs_f64()).to_millis()
}
