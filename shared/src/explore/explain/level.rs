//! What a level measured, and what it costs: throughput, the four latencies, USD at full load.

use super::{Explanation, Input, file_input, gpu_input, level_cost};
use crate::economics::cost;
use crate::explore::answer::Answer;
use crate::explore::library::{Library, Run};
use crate::format;
use crate::measure::latency::{Metric, Statistic};
use crate::measure::summary::Level;
use crate::units::{Fraction, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT};

/// The name a level is opened by: its streams, or `at-` and its rate or speed in an open loop.
#[must_use]
pub fn level_key(level: &Level) -> String {
    match level.load.concurrency() {
        Some(streams) => streams.to_string(),
        None => format!("at-{}", level.load.rank()),
    }
}

/// The level with this key; a number of streams also means the first level with so many in flight.
fn named<'a>(run: Run<'a>, key: &str) -> Option<(usize, &'a Level)> {
    let levels = &run.file.levels;
    let place = levels.iter().position(|level| level_key(level) == key).or_else(|| {
        let streams: u32 = key.parse().ok()?;
        levels.iter().position(|level| level.concurrency() == streams)
    })?;
    Some((place, &levels[place]))
}

/// USD per million tokens at a level and full load.
pub(super) fn cost(library: &Library, answer: &Answer, key: &str) -> Option<Explanation> {
    let (_, level) = named(answer.run, key)?;
    let value = level_cost(answer.replica_price, level)?;
    let used = Fraction::new(0.8).ok();
    let used = used.and_then(|used| cost::per_million_total(answer.replica_price, level.total_rate(), used));
    let mut inputs = vec![gpu_input(library, answer)];
    inputs.extend(counts(answer.run, level));
    Some(
        Explanation::of(
            format!("level/{key}"),
            format!("Cost of 1M total tokens at {}, full load", level.load),
            format!("{} USD per 1M total tokens", value.value()),
            answer.run.file.evidence,
        )
        .worked(
            "price an hour × 1,000,000 / (3600 × total tokens a second × utilisation), utilisation = 1",
            format!(
                "{} × {TOKENS_PER_PRICE_UNIT} / ({SECONDS_PER_HOUR} × {} × 1) = {}",
                answer.replica_price.value(),
                level.total_rate().value(),
                value.value()
            ),
        )
        .from(inputs)
        .note(format!("At 80 % utilisation it is {}.", format::usd_per_million(used.unwrap_or(value)))),
    )
}

/// A number that a level measured, by its kind: `throughput`, `output-throughput`, `requests`, `ttft` and the others.
pub(super) fn number(answer: &Answer, kind: &str, name: &str) -> Option<Explanation> {
    match kind {
        "throughput" | "output-throughput" | "requests" => rate(answer.run, kind, name),
        _ => {
            let metric = [Metric::Ttft, Metric::Tpot, Metric::Itl, Metric::E2el];
            let metric = metric.into_iter().find(|metric| metric_key(*metric) == kind)?;
            let (key, word) = name.rsplit_once('/')?;
            let statistic = Statistic::ALL.into_iter().find(|statistic| statistic.word() == word)?;
            latency(answer.run, metric, key, statistic)
        }
    }
}

/// A latency's word in ids: `ttft`.
#[must_use]
pub fn metric_key(metric: Metric) -> &'static str {
    match metric {
        Metric::Ttft => "ttft",
        Metric::Tpot => "tpot",
        Metric::Itl => "itl",
        Metric::E2el => "e2el",
    }
}

fn rate(run: Run, kind: &str, key: &str) -> Option<Explanation> {
    let (_, level) = named(run, key)?;
    let seconds = level.duration_s.value();
    let (prompt, output) = (level.prompt_tokens, level.output_tokens);
    let (what, unit, formula, worked, value) = match kind {
        "throughput" => (
            "Total tokens a second",
            "total tokens/s",
            "(prompt + output tokens of completed requests) / duration",
            format!("({prompt} + {output}) / {seconds}"),
            level.total_rate().value(),
        ),
        "output-throughput" => (
            "Output tokens a second",
            "output tokens/s",
            "output tokens of completed requests / duration",
            format!("{output} / {seconds}"),
            level.output_rate().value(),
        ),
        _ => (
            "Requests a second",
            "requests/s",
            "completed requests / duration",
            format!("{} / {seconds}", level.completed),
            level.request_rate().value(),
        ),
    };
    Some(
        Explanation::of(
            format!("{kind}/{key}"),
            format!("{what} at {}", level.load),
            format!("{value} {unit}"),
            run.file.evidence,
        )
        .worked(
            format!("{formula}; the duration is from the first send to the last end"),
            format!("{worked} = {value}"),
        )
        .from(counts(run, level)),
    )
}

fn latency(run: Run, metric: Metric, key: &str, statistic: Statistic) -> Option<Explanation> {
    let (place, level) = named(run, key)?;
    let value = statistic.of(metric.of(level))?.value();
    let (kind, word) = (metric_key(metric), statistic.word());
    let (name, definition) = match metric {
        Metric::Ttft => ("Time to first token", "first token - sending the request, a value a request"),
        Metric::Tpot => {
            ("Time per output token", "(last token - first token) / (output tokens - 1), a value a request")
        }
        Metric::Itl => {
            ("Inter-token latency", "an event - the one before, divided by the tokens it brings, a value a token")
        }
        Metric::E2el => ("End-to-end latency", "last token - sending the request, a value a request"),
    };
    let which = match statistic {
        Statistic::Mean => "arithmetic mean",
        Statistic::P50 => "50th percentile, between the closest ranks",
        Statistic::P90 => "90th percentile, between the closest ranks",
        Statistic::P95 => "95th percentile, between the closest ranks",
        Statistic::P99 => "99th percentile, between the closest ranks",
    };
    let mut inputs = vec![file_input(run, &format!("levels[{place}].{kind}_ms.{word}"), format!("{value} ms"))];
    if let Some(count) = metric.of(level).count {
        inputs.push(file_input(run, "Values", format::count(count as f64)));
    }
    inputs.extend(counts(run, level).into_iter().filter(|input| !input.name.contains("tokens")));
    let explanation = Explanation::of(
        format!("{kind}/{key}/{word}"),
        format!("{name} ({}), {word}, at {}", metric.word(), level.load),
        format!("{value} ms"),
        run.file.evidence,
    )
    .worked(
        format!("{definition}; {which} of {} completed requests", format::count(level.completed as f64)),
        format!("levels[{place}].{kind}_ms.{word} = {value}"),
    )
    .from(inputs);
    let defined = defined(run, &format!("{kind}_ms"));
    Some(if defined.is_empty() { explanation } else { explanation.note(defined) })
}

/// How the tool that took an imported number defines it, where that differs.
#[cfg(feature = "observations")]
fn defined(run: Run, metric: &str) -> String {
    let about = |name: &str| name == metric || name == "all" || name == "percentiles";
    let found = run.file.definitions.iter().filter(|found| about(&found.metric));
    found.map(|found| format!("{} defines it so: {}.", found.tool, found.words)).collect::<Vec<_>>().join(" ")
}

#[cfg(not(feature = "observations"))]
fn defined(_: Run, _: &str) -> String {
    String::new()
}

/// What a level counted, each with its file.
fn counts(run: Run, level: &Level) -> Vec<Input> {
    let total = level.prompt_tokens + level.output_tokens;
    let from_file = |name: &str, value: String| file_input(run, name, value);
    let seconds = level.duration_s.value();
    let mut counts = vec![
        from_file("Total tokens a second", format!("{total} / {seconds} s = {}", level.total_rate().value())),
        from_file("Prompt tokens", format::count(level.prompt_tokens as f64)),
        from_file("Output tokens", format::count(level.output_tokens as f64)),
        from_file("Duration", format!("{seconds} s")),
        from_file("Requests completed", format::count(level.completed as f64)),
        from_file("Waves", format!("{} (requests / streams)", format::significant(level.waves(), 3))),
    ];
    if level.failed > 0 {
        counts.push(from_file("Requests failed", format::count(level.failed as f64)));
    }
    counts
}
