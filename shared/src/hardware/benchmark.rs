//! What a benchmark of finite length would report: the steady state, with its beginning and its drain.
//!
//! Published numbers divide all tokens by the whole run. With few requests a stream, the last long answers run nearly
//! alone and pull the quotient down; so the estimator is held against that quotient and not against its steady state.

use crate::hardware::estimate::{Estimator, Lengths};

/// A benchmark as it was run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// How requests came.
    pub load: Load,
    /// How many, where that is known; a steady state else.
    pub requests: Option<f64>,
    /// Mean prompt and output tokens.
    pub lengths: Lengths,
    /// How output lengths vary.
    pub spread: Spread,
    /// Copies of the engine that share the load.
    pub replicas: u32,
}

/// How requests came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// So many at once, each sending again when its answer has ended.
    Streams(f64),
    /// As many a second, whatever becomes of them.
    Rate(f64),
    /// As many as fit.
    Most,
}

/// How output lengths vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// All alike.
    Fixed,
    /// As the answers of ShareGPT do.
    ShareGpt,
    /// Models stop when they like, at the latest here.
    StopsBy(f64),
}

/// Output lengths of ShareGPT in 24 equal shares of the requests, over their mean. From the quantiles of 15,822 answers,
/// tokenised for Llama 3, that vLLM's sampler keeps: 8, 11, 26, 130, 309, 487, 632 and 772 tokens at 5, 10, 25, 50, 75,
/// 90, 95 and 99 %.
const SHAREGPT: [f64; 24] = [
    0.0281, 0.0435, 0.0567, 0.0774, 0.0981, 0.1188, 0.1722, 0.2583, 0.3444, 0.4305, 0.5166, 0.6027, 0.7199, 0.8681,
    1.0163, 1.1644, 1.3126, 1.4608, 1.6577, 1.9034, 2.1490, 2.3946, 2.9593, 3.6465,
];

impl Benchmark {
    /// Output tokens a second over the whole run.
    #[must_use]
    pub fn output_rate(&self, estimator: &Estimator) -> f64 {
        let shared = |all: f64| all.min(f64::from(self.replicas));
        let lengths = &self.lengths;
        let limit = estimator.batch_limit(lengths.context).max(1.0);
        let (replicas, batch, steady) = match self.load {
            Load::Streams(streams) => {
                let replicas = shared(streams);
                let batch = (streams / replicas).min(limit);
                (replicas, batch, estimator.at(batch, lengths).output_rate)
            }
            Load::Rate(rate) => {
                let replicas = f64::from(self.replicas);
                let batch = estimator.open_batch(rate / replicas, lengths);
                (replicas, batch, estimator.at(limit, lengths).output_rate)
            }
            Load::Most => (f64::from(self.replicas), limit, estimator.at(limit, lengths).output_rate),
        };
        let Some(requests) = self.requests.map(|all| all / replicas) else { return replicas * steady };
        let batch = batch.min(requests.max(1.0));
        let tokens = requests * lengths.output;
        let closed = match self.spread {
            Spread::Fixed => tokens / steady,
            Spread::ShareGpt => {
                let beyond = (requests - batch).max(0.0) * lengths.output / steady;
                beyond + self.drain(estimator, batch) + self.start(estimator, requests.min(batch))
            }
            Spread::StopsBy(longest) => {
                let running = batch * lengths.output / longest;
                self.start(estimator, requests) + longest * self.step(estimator, running)
            }
        };
        let run = match self.load {
            // Whoever is in flight when the last one arrives has answered some of it already.
            Load::Rate(rate) => closed.max(requests * replicas / rate + 0.8 * self.drain(estimator, batch)),
            _ => closed,
        };
        replicas * tokens / run
    }

    fn step(&self, estimator: &Estimator, batch: f64) -> f64 {
        estimator.step(batch, batch * estimator.deployment().shape.context_read(self.lengths.context))
    }

    /// Prompts of the first batch, one after another.
    fn start(&self, estimator: &Estimator, requests: f64) -> f64 {
        let prompt = estimator.prefill(self.lengths.input, 0.0) * (1.0 - self.lengths.cached);
        requests * prompt + estimator.prefill_alone(&self.lengths)
    }

    /// From the moment nothing new comes until the longest answer has ended: steps of ever fewer sequences.
    ///
    /// Of `B` answers that are longer than a length with chance `1 - p`, one at least is with `1 - p^B`.
    fn drain(&self, estimator: &Estimator, batch: f64) -> f64 {
        let (mut seconds, mut reached) = (0.0, 0.0);
        for (ended, length) in SHAREGPT.into_iter().enumerate() {
            let shorter = ended as f64 / SHAREGPT.len() as f64;
            let any = 1.0 - shorter.powf(batch);
            let left = batch * (1.0 - shorter) / any;
            seconds += (length - reached) * self.lengths.output * any * self.step(estimator, left);
            reached = length;
        }
        seconds
    }
}
