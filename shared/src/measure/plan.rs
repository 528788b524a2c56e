//! What a sweep runs: the workload, the levels, when a level stops, and the seed.
//!
//! Plain values; nothing here sends a request. Independent choices stay independent: an arrival and a stop rule
//! never name each other.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "observations")]
use crate::measure::conduct::Conduct;

/// Everything that decides what a sweep sends, stored in the result file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name of the benchmark; part of the result's path, such as `sharegpt`.
    pub benchmark: String,
    /// Which OpenAI endpoint is asked.
    pub endpoint: Endpoint,
    /// Where prompts come from.
    pub workload: Workload,
    /// The levels, in the order they run.
    pub levels: Vec<Arrival>,
    /// When a level stops sending.
    pub stop: Stop,
    /// How often each level is run; its numbers are then those of all runs together. Absent means once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u32>,
    /// Requests sent and thrown away before each level, from prompts the level does not use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_requests: Option<Warmup>,
    /// Seed of every random choice. Absent when the run does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Whether the model was told to go on past its end-of-sequence token. Absent when the run does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_eos: Option<bool>,
    /// Sampling temperature sent; absent when the server's default decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Objectives, search and share of the load, where there are any.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<Box<Conduct>>,
}

/// The endpoints of the OpenAI protocol that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `/v1/completions`
    Completions,
    /// `/v1/chat/completions`
    ChatCompletions,
}

impl Endpoint {
    /// Path under the server's base URL.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Completions => "/v1/completions",
            Self::ChatCompletions => "/v1/chat/completions",
        }
    }
}

/// Where prompts come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Workload {
    /// Conversations of a ShareGPT file; first turn is the prompt, second sets the output length.
    Sharegpt {
        /// The file's name, without its folder.
        file: String,
        /// Its SHA-256, when it was read here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
        /// Turns of each conversation that are sent, one after the other; absent when only the first is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turns: Option<u32>,
    },
    /// Random words of an asked-for length.
    Random {
        /// Prompt tokens asked for.
        input_tokens: u32,
        /// Output tokens asked for.
        output_tokens: u32,
    },
    /// One JSON object a line: `{"prompt": …, "output_tokens": …}`.
    Jsonl {
        /// The file's name, without its folder.
        file: String,
        /// Its SHA-256, when it was read here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// Random words behind one of a few long beginnings, so that the prefix cache has something to find.
    SharedPrefix {
        /// Different beginnings.
        prefixes: u32,
        /// Tokens of each beginning.
        prefix_tokens: u32,
        /// Prompt tokens behind it.
        input_tokens: u32,
        /// Output tokens asked for.
        output_tokens: u32,
    },
    /// A recorded trace: one JSON object a line with a time stamp and lengths.
    Trace {
        /// The file's name, without its folder.
        file: String,
        /// Its SHA-256, when it was read here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// What the source calls its workload, when its file does not say more.
    Named {
        /// The source's word for it, such as `sharegpt`.
        name: String,
    },
}

/// When requests are sent. All rates are requests per second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Arrival {
    /// So many streams at once; each sends its next request when the last one ended.
    ClosedLoop {
        /// How many at once.
        concurrency: u32,
    },
    /// Open loop, gaps exponentially distributed: independent users.
    Poisson {
        /// Mean requests per second.
        rate: f64,
    },
    /// Open loop, gaps gamma distributed with shape `burstiness`: 1 is Poisson, below 1 is burstier.
    Gamma {
        /// Mean requests per second.
        rate: f64,
        /// Shape of the distribution of gaps.
        burstiness: f64,
    },
    /// Open loop, equal gaps.
    Constant {
        /// Requests per second.
        rate: f64,
    },
    /// Open loop, equal gaps that shrink or grow as the rate moves evenly from one to the other over the level.
    Ramp {
        /// Requests per second at the start.
        from: f64,
        /// Requests per second at the end.
        to: f64,
    },
    /// Open loop at the time stamps of the workload's trace, played so many times faster.
    Trace {
        /// Seconds of the trace in a second.
        speed: f64,
    },
}

impl Arrival {
    /// Streams at once, where the arrival process fixes them.
    #[must_use]
    pub fn concurrency(self) -> Option<u32> {
        match self {
            Self::ClosedLoop { concurrency } => Some(concurrency),
            _ => None,
        }
    }

    /// Mean requests per second, where the arrival process fixes it.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        match self {
            Self::ClosedLoop { .. } | Self::Trace { .. } => None,
            Self::Poisson { rate } | Self::Gamma { rate, .. } | Self::Constant { rate } => Some(rate),
            Self::Ramp { from, to } => Some((from + to) / 2.0),
        }
    }

    /// The load of one of so many clients that share this one evenly; `None` where its streams cannot be.
    #[must_use]
    pub fn shared_by(self, clients: u32) -> Option<Self> {
        let of = f64::from(clients);
        Some(match self {
            Self::ClosedLoop { concurrency } if !concurrency.is_multiple_of(clients) => return None,
            Self::ClosedLoop { concurrency } => Self::ClosedLoop { concurrency: concurrency / clients },
            Self::Poisson { rate } => Self::Poisson { rate: rate / of },
            Self::Gamma { rate, burstiness } => Self::Gamma { rate: rate / of, burstiness },
            Self::Constant { rate } => Self::Constant { rate: rate / of },
            Self::Ramp { from, to } => Self::Ramp { from: from / of, to: to / of },
            // Every n-th request of a trace, each at its own time.
            Self::Trace { speed } => Self::Trace { speed },
        })
    }

    /// The load that so many clients send together, each of which sends this.
    #[must_use]
    pub fn times(self, clients: u32) -> Self {
        let of = f64::from(clients);
        match self {
            Self::ClosedLoop { concurrency } => Self::ClosedLoop { concurrency: concurrency.saturating_mul(clients) },
            Self::Poisson { rate } => Self::Poisson { rate: rate * of },
            Self::Gamma { rate, burstiness } => Self::Gamma { rate: rate * of, burstiness },
            Self::Constant { rate } => Self::Constant { rate: rate * of },
            Self::Ramp { from, to } => Self::Ramp { from: from * of, to: to * of },
            Self::Trace { speed } => Self::Trace { speed },
        }
    }

    /// What orders the levels of one sweep: streams of a closed loop, rate of an open one.
    #[must_use]
    pub fn rank(self) -> f64 {
        match self {
            Self::ClosedLoop { concurrency } => f64::from(concurrency),
            Self::Trace { speed } => speed,
            open => open.rate().unwrap_or(0.0),
        }
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedLoop { concurrency: 1 } => f.write_str("1 stream"),
            Self::ClosedLoop { concurrency } => write!(f, "{concurrency} streams"),
            Self::Poisson { rate } => write!(f, "{rate}/s Poisson"),
            Self::Gamma { rate, burstiness } => write!(f, "{rate}/s gamma {burstiness}"),
            Self::Constant { rate } => write!(f, "{rate}/s constant"),
            Self::Ramp { from, to } => write!(f, "{from} to {to}/s"),
            Self::Trace { speed: 1.0 } => f.write_str("trace"),
            Self::Trace { speed } => write!(f, "trace x {speed}"),
        }
    }
}

/// When a level stops sending.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stop {
    /// After so many requests.
    Requests(u32),
    /// After so many seconds; requests in flight then are waited for.
    Duration(f64),
}

impl Stop {
    /// Requests a level sends, where the rule fixes them.
    #[must_use]
    pub fn requests(self) -> Option<u32> {
        match self {
            Self::Requests(requests) => Some(requests),
            Self::Duration(_) => None,
        }
    }
}

/// How many warm-up requests a level is given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Warmup {
    /// As many as the level has streams.
    AsWideAsTheLevel,
    /// A fixed number.
    Fixed(u32),
}

impl Warmup {
    /// Requests for a level of this width.
    #[must_use]
    pub fn requests(self, concurrency: u32) -> u32 {
        match self {
            Self::AsWideAsTheLevel => concurrency,
            Self::Fixed(requests) => requests,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_shared_evenly_or_not_at_all() {
        let part = |concurrency| Arrival::ClosedLoop { concurrency }.shared_by(4);
        assert_eq!((part(8), part(6)), (Some(Arrival::ClosedLoop { concurrency: 2 }), None));
        assert_eq!(Arrival::Poisson { rate: 2.0 }.shared_by(4), Some(Arrival::Poisson { rate: 0.5 }));
    }
}
