//! Service-level objectives such as `ttft:p99<2s,tpot:p99<50ms`: read, printed, and held against requests.
//!
//! `tps:p50>20` asks for tokens a second of one answer, which is the other way round `tpot:p50<50ms`.
//!
//! One definition: an objective at a percentile is met when at least that share of the requests *sent* kept its
//! limit. A failed request keeps no limit, so it counts against every one of them.

use std::fmt;
use std::str::FromStr;

pub use crate::measure::latency::{Metric, Statistic};
use crate::measure::observations::Goodput;
use crate::measure::record::RequestRecord;
use crate::stats::Sorted;
use crate::units::{MILLIS_PER_SECOND, Millis, RequestsPerSecond, Seconds};

/// One or more objectives, all of which are to be met.
#[derive(Debug, Clone, PartialEq)]
pub struct Objectives(Vec<Objective>);

/// One limit on one latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Objective {
    /// Which latency.
    pub metric: Metric,
    /// Which of its values the limit is for.
    pub statistic: Statistic,
    /// The highest value that keeps it.
    limit: Limit,
}

/// A time as it was written, so that it is printed as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Limit {
    value: f64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Micros,
    Millis,
    Seconds,
    /// Tokens a second, the lowest that keeps it.
    Tps,
}

/// What some requests amount to under some objectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Requests each of whose own values kept every limit.
    pub good: u64,
    /// Requests sent.
    pub sent: u64,
    /// Whether every objective was met at its percentile.
    pub met: bool,
}

impl Objective {
    /// The highest value that keeps the objective.
    #[must_use]
    pub fn limit(&self) -> Millis {
        let in_millis = match self.limit.unit {
            Unit::Micros => self.limit.value / 1000.0,
            Unit::Millis => self.limit.value,
            Unit::Seconds => self.limit.value * MILLIS_PER_SECOND,
            Unit::Tps => MILLIS_PER_SECOND / self.limit.value,
        };
        Millis::new(in_millis)
    }

    /// Whether one request's own value keeps the limit; a failed request never does.
    ///
    /// Of its inter-token latencies it is the mean or the percentile that the objective names. A single token has
    /// no time per output token and nothing between tokens: such a request keeps those limits.
    #[must_use]
    pub fn kept_by(&self, request: &RequestRecord) -> bool {
        let own = match self.metric {
            Metric::Ttft => request.ttft(),
            Metric::Tpot => request.tpot(),
            Metric::E2el => request.e2el(),
            Metric::Itl => {
                let gaps = Sorted::new(request.inter_token_latencies().map(Millis::value));
                let value = match self.statistic {
                    Statistic::Mean => gaps.mean(),
                    percentile => gaps.quantile(percentile.share()),
                };
                value.map(Millis::new)
            }
        };
        request.completed() && own.is_none_or(|value| value <= self.limit())
    }

    /// Whether the requests together met it.
    fn met_by(&self, records: &[RequestRecord]) -> bool {
        let sent = records.len() as f64;
        let done = || records.iter().filter(|record| record.completed());
        let reaches = |kept: usize, of: f64| kept as f64 >= self.statistic.share() * of - 1e-9;
        let none_missing = reaches(done().count(), sent);
        match (self.statistic, self.metric) {
            (Statistic::Mean, metric) => {
                let values = Sorted::new(done().flat_map(|record| values(metric, record)).map(Millis::value));
                none_missing && values.mean().is_none_or(|mean| mean <= self.limit().value())
            }
            (_, Metric::Itl) => {
                // Taken over tokens, as the level's own distribution is.
                let gaps: Vec<Millis> = done().flat_map(RequestRecord::inter_token_latencies).collect();
                let kept = gaps.iter().filter(|gap| **gap <= self.limit()).count();
                none_missing && reaches(kept, gaps.len() as f64)
            }
            _ => reaches(records.iter().filter(|record| self.kept_by(record)).count(), sent),
        }
    }
}

/// The values of one request that a mean is taken over.
fn values(metric: Metric, record: &RequestRecord) -> Vec<Millis> {
    match metric {
        Metric::Ttft => record.ttft().into_iter().collect(),
        Metric::Tpot => record.tpot().into_iter().collect(),
        Metric::E2el => record.e2el().into_iter().collect(),
        Metric::Itl => record.inter_token_latencies().collect(),
    }
}

impl Objectives {
    /// The objectives, in the order they were written.
    #[must_use]
    pub fn each(&self) -> &[Objective] {
        &self.0
    }

    /// Whether a request is good: it completed, and each of its own values keeps every limit.
    #[must_use]
    pub fn kept_by(&self, request: &RequestRecord) -> bool {
        self.0.iter().all(|objective| objective.kept_by(request))
    }

    /// What the requests amount to. Nothing sent meets nothing.
    #[must_use]
    pub fn judge(&self, records: &[RequestRecord]) -> Judgement {
        let good = records.iter().filter(|record| self.kept_by(record)).count() as u64;
        let met = records.iter().any(RequestRecord::completed) && self.0.iter().all(|one| one.met_by(records));
        Judgement { good, sent: records.len() as u64, met }
    }

    /// Goodput over a level of this length.
    #[must_use]
    pub fn goodput(&self, records: &[RequestRecord], duration: Seconds) -> Goodput {
        let Judgement { good, sent, met } = self.judge(records);
        let rate = if duration.value() > 0.0 { good as f64 / duration.value() } else { 0.0 };
        Goodput { objectives: self.to_string(), good, sent, requests_per_s: RequestsPerSecond::new(rate), met }
    }
}

impl fmt::Display for Objectives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, objective) in self.0.iter().enumerate() {
            write!(f, "{}{objective}", if position > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.limit.unit == Unit::Tps {
            return write!(f, "{TPS}:{}>{}", self.statistic.word(), self.limit.value);
        }
        let metric = METRICS.iter().find(|(_, metric)| *metric == self.metric).map_or("", |(word, _)| *word);
        let statistic = STATISTICS.iter().find(|(_, known)| *known == self.statistic).map_or("", |(word, _)| *word);
        let unit = UNITS.iter().find(|(_, unit)| *unit == self.limit.unit).map_or("", |(word, _)| *word);
        write!(f, "{metric}:{statistic}<{}{unit}", self.limit.value)
    }
}

const METRICS: [(&str, Metric); 4] =
    [("ttft", Metric::Ttft), ("tpot", Metric::Tpot), ("itl", Metric::Itl), ("e2el", Metric::E2el)];
const STATISTICS: [(&str, Statistic); 5] = [
    ("p50", Statistic::P50),
    ("p90", Statistic::P90),
    ("p95", Statistic::P95),
    ("p99", Statistic::P99),
    ("mean", Statistic::Mean),
];
/// The word for tokens a second of one answer.
const TPS: &str = "tps";
/// `s` last: the others end in it too.
const UNITS: [(&str, Unit); 3] = [("us", Unit::Micros), ("ms", Unit::Millis), ("s", Unit::Seconds)];

impl FromStr for Objectives {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(|part| one(part.trim())).collect::<Result<Vec<_>, _>>()?;
        for (position, part) in parts.iter().enumerate() {
            let twice = |other: &Objective| (other.metric, other.statistic) == (part.metric, part.statistic);
            if parts[..position].iter().any(twice) {
                return Err(format!("`{part}` puts a second limit on the same value"));
            }
        }
        Ok(Self(parts))
    }
}

fn one(part: &str) -> Result<Objective, String> {
    const SHAPE: &str = "an objective is written like `ttft:p99<2s`";
    if part.is_empty() {
        return Err(format!("there is an empty objective; {SHAPE}"));
    }
    let (metric, rest) = part.split_once(':').ok_or_else(|| format!("`{part}` has no `:`; {SHAPE}"))?;
    if metric.trim().eq_ignore_ascii_case(TPS) {
        return tps(part, rest);
    }
    let (statistic, limit) = rest.split_once('<').ok_or_else(|| format!("`{part}` has no `<`; {SHAPE}"))?;
    let metric = known(&METRICS, metric).ok_or_else(|| unknown(part, metric, "latency", &METRICS))?;
    let statistic = known(&STATISTICS, statistic).ok_or_else(|| unknown(part, statistic, "value", &STATISTICS))?;
    let limit = limit.strip_prefix('=').unwrap_or(limit).trim();
    let unit = UNITS.iter().find_map(|(word, unit)| Some((limit.strip_suffix(word)?, *unit)));
    let (number, unit) = unit.ok_or_else(|| format!("`{limit}` in `{part}` has no unit; it is one of us, ms, s"))?;
    Ok(Objective { metric, statistic, limit: Limit { value: above_0(part, number)?, unit } })
}

/// The rest of `tps:p50>20`: at least so many tokens a second.
fn tps(part: &str, rest: &str) -> Result<Objective, String> {
    let shape = || format!("`{part}` has no `>`; tokens a second are asked for like `tps:p50>20`");
    let (statistic, number) = rest.split_once('>').ok_or_else(shape)?;
    let statistic = known(&STATISTICS, statistic).ok_or_else(|| unknown(part, statistic, "value", &STATISTICS))?;
    let value = above_0(part, number.strip_prefix('=').unwrap_or(number))?;
    Ok(Objective { metric: Metric::Tpot, statistic, limit: Limit { value, unit: Unit::Tps } })
}

fn above_0(part: &str, number: &str) -> Result<f64, String> {
    let value = number.trim().parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
    value.ok_or_else(|| format!("`{number}` in `{part}` is not a number above 0"))
}

fn known<T: Copy>(all: &[(&str, T)], word: &str) -> Option<T> {
    all.iter().find(|(known, _)| *known == word.trim().to_ascii_lowercase()).map(|(_, value)| *value)
}

fn unknown<T>(part: &str, word: &str, what: &str, all: &[(&str, T)]) -> String {
    let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
    format!("`{word}` in `{part}` is no {what}; it is one of {}", words.join(", "))
}

#[cfg(test)]
#[path = "objectives_tests.rs"]
mod tests;
