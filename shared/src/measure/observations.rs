//! What a level's run showed beside its headline numbers: how sure they are, and what client, server and GPU did.
//!
//! Stored with the level; the page's sums do without it. A field that was not observed is absent, not 0.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::measure::distribution::Distribution;
use crate::measure::plan::Arrival;
pub use crate::measure::telemetry::{Gauge, Gpu, GpuTelemetry, ServerView};
use crate::units::{Fraction, Millis, RequestsPerSecond, Seconds};

/// Everything that was observed during one level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Observations {
    /// When the level's clock started, in milliseconds since 1970 by the client's calendar clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began_unix_ms: Option<u64>,
    /// From sending to the first event with a choice, even an empty one: TTFT as `vllm bench serve` defines it.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub first_event_ms: Distribution,
    /// From sending to the first token of the answer proper, reasoning left out.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub first_answer_ms: Distribution,
    /// From the scheduled moment to the first token; open loop alone.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub ttft_from_schedule_ms: Distribution,
    /// From the scheduled moment to sending; open loop alone.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub schedule_delay_ms: Distribution,
    /// Output tokens of an arrival: an event that brought any, or several that came together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_event: Option<f64>,
    /// The steady state's latencies and whether it was steady.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steady: Option<Steady>,
    /// Requests that met the service-level objectives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goodput: Option<Goodput>,
    /// The level's runs against each other, where it was run more than once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// Latencies by turn of the conversation, where conversations had more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// What the client itself needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientLoad>,
    /// What the server said while the level ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerView>,
    /// What the GPUs said while the level ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<GpuTelemetry>,
}

/// Latencies of the requests that ran within the steady state, and how much it drifted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Steady {
    /// Whether there was one, and whether it was steady.
    pub verdict: Steadiness,
    /// Requests sent and ended within.
    pub requests: u64,
    /// Their time to first token.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub ttft_ms: Distribution,
    /// Their time per output token.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub tpot_ms: Distribution,
    /// Their inter-token latency.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub itl_ms: Distribution,
    /// Their end-to-end latency.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub e2el_ms: Distribution,
    /// Output tokens per second of the second half over those of the first, minus 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
}

/// What a level's steady state is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Steadiness {
    /// Long enough, and the output rate changed by at most 5 % from its first half to its second.
    Steady,
    /// Long enough, but the output rate changed by more.
    Drifting,
    /// There was no steady state, or too short a one to speak of.
    #[default]
    None,
}

/// Requests that met every objective, failed ones counting against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goodput {
    /// The objectives, such as `ttft:p99<2s,tpot:p99<50ms`.
    pub objectives: String,
    /// Requests that met all of them, taken by request.
    pub good: u64,
    /// Requests sent.
    pub sent: u64,
    /// Good requests per second.
    pub requests_per_s: RequestsPerSecond,
    /// Whether the level met every objective at its percentile, failed requests counting as late ones.
    pub met: bool,
}

/// A level's runs against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeats {
    /// How many runs.
    pub runs: u32,
    /// One entry for each figure that was compared.
    pub spreads: Vec<Spread>,
}

/// One figure over the runs of a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The figure's key, with its unit: `output_tokens_per_s`, `ttft_p50_ms`, …
    pub figure: String,
    /// Its value in each run, in the order they ran.
    pub values: Vec<f64>,
    /// Arithmetic mean.
    pub mean: f64,
    /// Coefficient of variation: sample standard deviation over the mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cv: Option<f64>,
    /// Half width of the 95 % confidence interval of the mean (Student's t).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_width_95: Option<f64>,
}

/// Latencies of one turn of all conversations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Which turn, counted from 1.
    pub turn: u32,
    /// Requests of that turn that completed.
    pub completed: u64,
    /// Mean prompt tokens, earlier turns included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_prompt_tokens: Option<f64>,
    /// Time to first token.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub ttft_ms: Distribution,
    /// Time per output token.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub tpot_ms: Distribution,
    /// End-to-end latency.
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub e2el_ms: Distribution,
}

/// What the client itself needed during the level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientLoad {
    /// Processor time over wall time x the threads that send and read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy: Option<Fraction>,
    /// Processor seconds, user and system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_s: Option<Seconds>,
    /// By request: mean time its bytes waited in the kernel before the client read them.
    #[serde(skip_serializing_if = "Distribution::is_empty")]
    pub own_delay_ms: Distribution,
    /// Whether latencies come from the kernel's own receive time stamps.
    pub kernel_timestamps: bool,
}

/// What a search among levels found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Found {
    /// The level from which on more load brings little.
    Knee {
        /// The level.
        load: Arrival,
        /// Slope behind it over slope before it, of output tokens per second over load.
        slope_ratio: f64,
        /// Share of the highest output tokens per second that it reaches.
        share_of_peak: Fraction,
    },
    /// The highest load that meets the objectives.
    Objectives {
        /// The objectives.
        objectives: String,
        /// The level.
        load: Arrival,
        /// Share of good requests there.
        attained: Fraction,
        /// Wilson interval of that share, 95 %.
        low: Fraction,
        /// Its upper end.
        high: Fraction,
        /// The lowest load that was tried and missed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed_at: Option<Arrival>,
    },
    /// Nothing, and why.
    Nothing {
        /// In a sentence.
        why: String,
    },
}

/// How exact the client was shown to be, against a server on the same machine that stamps what it sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The day.
    pub date: Date,
    /// The program, with its version.
    pub tool: String,
    /// The machine: processor and threads.
    pub machine: String,
    /// What the server was told to do, in words.
    pub server: String,
    /// What was shown, by number of streams.
    pub rows: Vec<CertifiedLevel>,
}

/// The client's error at one number of streams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedLevel {
    /// Streams at once.
    pub concurrency: u32,
    /// Requests completed.
    pub completed: u64,
    /// Requests failed.
    pub failed: u64,
    /// Tokens received.
    pub tokens: u64,
    /// Mean of the TTFT measured minus the mean of the TTFT that was.
    pub ttft_mean_error_ms: Millis,
    /// p99 of the TTFT measured minus p99 of the TTFT that was.
    pub ttft_p99_error_ms: Millis,
    /// Standard deviation of the inter-token latency measured.
    pub itl_sigma_ms: Millis,
    /// Standard deviation of the inter-token latency that was.
    pub itl_sigma_sent_ms: Millis,
    /// The client's processor seconds per million tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_s_per_million_tokens: Option<f64>,
}
