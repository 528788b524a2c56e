//! Which numbers a reader can move: their names, units and ranges.

use crate::economics::operating_point::Statistic;

/// Every number a reader can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Id {
    /// Price of one replica, USD an hour.
    GpuPrice,
    /// Share of full load that is used, percent.
    Utilisation,
    /// Requests a day.
    Demand,
    /// Prompt tokens a request.
    InputTokens,
    /// Output tokens a request.
    OutputTokens,
    /// Own API price, USD per million prompt tokens.
    OwnInput,
    /// Own API price, USD per million output tokens.
    OwnOutput,
    /// Highest TTFT, seconds; infinite for any.
    TtftLimit,
    /// Highest TPOT, milliseconds; infinite for any.
    TpotLimit,
    /// Planned share of a replica's capacity, percent.
    Headroom,
    /// Work of an output token relative to a prompt token.
    OutputWeight,
    /// The busiest hour's rate over the mean rate.
    Peak,
    /// What is paid beside the replicas, USD a month.
    Fixed,
    /// Share of the prompt tokens that the API's cache holds, percent.
    Cached,
    /// Share of the requests that go through the batch API, percent.
    Batch,
    /// Reasoning tokens of the API's model for each output token.
    Reasoning,
}

impl Id {
    /// All of them, in the order of the panel.
    pub const ALL: [Self; 16] = [
        Self::GpuPrice,
        Self::Demand,
        Self::Utilisation,
        Self::TtftLimit,
        Self::InputTokens,
        Self::OutputTokens,
        Self::OwnInput,
        Self::OwnOutput,
        Self::TpotLimit,
        Self::Peak,
        Self::Headroom,
        Self::OutputWeight,
        Self::Fixed,
        Self::Cached,
        Self::Batch,
        Self::Reasoning,
    ];

    /// Name in test ids and element ids.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::GpuPrice => "gpu-price",
            Self::Utilisation => "utilisation",
            Self::Demand => "demand",
            Self::InputTokens => "input-tokens",
            Self::OutputTokens => "output-tokens",
            Self::OwnInput => "own-input",
            Self::OwnOutput => "own-output",
            Self::TtftLimit => "ttft-limit",
            Self::TpotLimit => "tpot-limit",
            Self::Headroom => "headroom",
            Self::OutputWeight => "output-weight",
            Self::Peak => "peak",
            Self::Fixed => "fixed",
            Self::Cached => "cached",
            Self::Batch => "batch",
            Self::Reasoning => "reasoning",
        }
    }

    pub(super) fn label(self, statistic: Statistic) -> String {
        let label = match self {
            Self::GpuPrice => "GPU price",
            Self::Utilisation => "Utilisation",
            Self::Demand => "Demand",
            Self::InputTokens => "Input tokens",
            Self::OutputTokens => "Output tokens",
            Self::OwnInput => "Your input price",
            Self::OwnOutput => "Your output price",
            Self::TtftLimit => return format!("{} TTFT at most", statistic.word()),
            Self::TpotLimit => return format!("{} TPOT at most", statistic.word()),
            Self::Headroom => "Planned load",
            Self::OutputWeight => "Output weight",
            Self::Peak => "Peak over mean",
            Self::Fixed => "Beside the GPUs",
            Self::Cached => "API: input cached",
            Self::Batch => "API: in batches",
            Self::Reasoning => "API: reasoning tokens",
        };
        label.into()
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::GpuPrice => "$/h",
            Self::Utilisation | Self::Headroom | Self::Cached | Self::Batch => "%",
            Self::Demand => "requests/day",
            Self::InputTokens | Self::OutputTokens => "tokens/request",
            Self::OwnInput | Self::OwnOutput => "$/1M",
            Self::TtftLimit => "s",
            Self::TpotLimit => "ms",
            Self::OutputWeight => "x input",
            Self::Peak => "x mean",
            Self::Fixed => "$/month",
            Self::Reasoning => "per output",
        }
    }

    /// Lowest and highest value of the slider, and whether equal ratios are equal lengths.
    pub(super) fn range(self) -> (f64, f64, bool) {
        match self {
            Self::GpuPrice => (0.05, 20.0, true),
            Self::Utilisation => (1.0, 100.0, false),
            Self::Headroom => (10.0, 100.0, false),
            Self::Demand => (10.0, 10_000_000.0, true),
            Self::InputTokens => (8.0, 16_384.0, true),
            Self::OutputTokens => (8.0, 4_096.0, true),
            Self::OwnInput | Self::OwnOutput => (0.01, 100.0, true),
            Self::TtftLimit => (0.05, 10.0, true),
            Self::TpotLimit => (5.0, 500.0, true),
            Self::OutputWeight => (1.0, 10.0, true),
            Self::Peak => (1.0, 24.0, true),
            Self::Fixed => (0.0, 10_000.0, false),
            Self::Cached | Self::Batch => (0.0, 100.0, false),
            Self::Reasoning => (0.0, 10.0, false),
        }
    }

    /// Digits a slider's value is rounded to.
    pub(super) fn digits(self) -> i32 {
        match self {
            Self::Utilisation | Self::Headroom | Self::GpuPrice | Self::InputTokens | Self::OutputTokens => 3,
            Self::Cached | Self::Batch => 3,
            _ => 2,
        }
    }
}
