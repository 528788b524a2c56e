//! When a simulated request was queued, scheduled and served, in simulated seconds; and the sums over all of them.
//!
//! The intervals are vLLM's: the first token of one request counts from being scheduled, that of the histogram from
//! being queued.

use serde_json::{Value, json};

use shared::units::Seconds;

/// One request's moments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    queued: f64,
    scheduled: Option<f64>,
    first: Option<f64>,
    last: f64,
    tokens: u64,
}

/// Values added up, and how many.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// Seconds.
    pub sum: f64,
    /// How many.
    pub count: u64,
}

impl Sum {
    fn add(&mut self, seconds: f64) {
        self.sum += seconds;
        self.count += 1;
    }
}

/// What all requests took so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// From being queued to the first token.
    pub ttft: Sum,
    /// From one token to the next.
    pub itl: Sum,
    /// From being queued to the last token.
    pub e2e: Sum,
    /// From being queued to being scheduled.
    pub queue: Sum,
    /// From being scheduled to the first token.
    pub prefill: Sum,
    /// From the first token to the last.
    pub decode: Sum,
}

impl Timing {
    /// A request that is queued now.
    #[must_use]
    pub fn queued(now: f64) -> Self {
        Self { queued: now, scheduled: None, first: None, last: now, tokens: 0 }
    }

    /// It is scheduled; whether for the first time.
    pub fn schedule(&mut self, now: f64) -> bool {
        let first = self.scheduled.is_none();
        self.scheduled.get_or_insert(now);
        first
    }

    /// It gets a token; the last one also tells how long the whole request took.
    pub fn token(&mut self, now: f64, last: bool, sums: &mut Sums) {
        self.tokens += 1;
        match self.first {
            None => {
                self.first = Some(now);
                sums.ttft.add(now - self.queued);
            }
            Some(_) => sums.itl.add(now - self.last),
        }
        self.last = now;
        if last {
            sums.e2e.add(now - self.queued);
            sums.queue.add(self.queue());
            sums.prefill.add(self.first_token());
            sums.decode.add(self.generation());
        }
    }

    fn queue(&self) -> f64 {
        self.scheduled.unwrap_or(self.queued) - self.queued
    }

    fn first_token(&self) -> f64 {
        self.first.unwrap_or(self.queued) - self.scheduled.unwrap_or(self.queued)
    }

    fn generation(&self) -> f64 {
        self.last - self.first.unwrap_or(self.last)
    }

    /// vLLM's `metrics` of a finished request (`--enable-per-request-metrics`).
    #[must_use]
    pub fn as_metrics(&self) -> Value {
        let ms = |seconds: f64| Seconds::new(seconds).to_millis().value();
        let gaps = self.tokens.saturating_sub(1);
        let served = self.first_token() + self.generation();
        json!({
            "time_to_first_token_ms": ms(self.first_token()),
            "generation_time_ms": ms(self.generation()),
            "queue_time_ms": ms(self.queue()),
            "mean_itl_ms": (gaps > 0).then(|| ms(self.generation()) / gaps as f64),
            "tokens_per_second": (served > 0.0).then(|| self.tokens as f64 / served),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_vllms() {
        let mut sums = Sums::default();
        let mut timing = Timing::queued(1.0);
        assert!(timing.schedule(3.0) && !timing.schedule(4.0));
        for (now, last) in [(5.0, false), (6.0, false), (8.0, true)] {
            timing.token(now, last, &mut sums);
        }
        let sum = |sum, count| Sum { sum, count };
        assert_eq!((sums.ttft, sums.itl, sums.e2e), (sum(4.0, 1), sum(3.0, 2), sum(7.0, 1)));
        assert_eq!((sums.queue, sums.prefill, sums.decode), (sum(2.0, 1), sum(2.0, 1), sum(3.0, 1)));
        let metrics = timing.as_metrics();
        assert_eq!(metrics["queue_time_ms"], 2000.0);
        assert_eq!(metrics["time_to_first_token_ms"], 2000.0);
        assert_eq!(metrics["generation_time_ms"], 3000.0);
        assert_eq!((&metrics["mean_itl_ms"], &metrics["tokens_per_second"]), (&json!(1500.0), &json!(0.6)));
    }

    #[test]
    fn one_token_has_no_gap() {
        let mut timing = Timing::queued(0.0);
        timing.schedule(0.0);
        timing.token(0.5, true, &mut Sums::default());
        assert_eq!(timing.as_metrics()["mean_itl_ms"], Value::Null);
    }
}
