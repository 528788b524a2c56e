//! What the table of levels has no column for: the server's and the GPUs' figures, energy, confidence intervals, goodput.

use shared::economics::cost::energy_per_million_output;
use shared::format;
use shared::measure::observations::Observations;
use shared::measure::summary::Level;
use shared::units::UsdPerKwh;

/// KV cache use, queue time and power of a level, where they are known.
#[must_use]
pub fn server_and_gpu(level: &Level) -> Vec<String> {
    let Some(observed) = level.observed.as_deref() else { return Vec::new() };
    let server = observed.server.as_ref();
    let cache = server
        .and_then(|server| server.kv_cache_usage)
        .map(|usage| format!("KV cache up to {}", format::percent_of(usage.max)));
    let queue =
        server.and_then(|server| server.mean_queue_ms).map(|mean| format!("mean queue {}", format::millis(mean)));
    let powers: Vec<f64> =
        observed.gpu.iter().flat_map(|gpu| &gpu.gpus).filter_map(|gpu| Some(gpu.power_w?.mean)).collect();
    let power = (!powers.is_empty()).then(|| format!("{:.0} W", powers.iter().sum::<f64>()));
    [cache, queue, power].into_iter().flatten().collect()
}

/// `energy: 0.420 J per output token, 0.0350 USD per 1M output tokens at 0.3 USD/kWh`; `None` where no energy is known.
#[must_use]
pub fn energy(level: &Level, price: Option<UsdPerKwh>) -> Option<String> {
    let joules = level.observed.as_deref()?.gpu.as_ref()?.joules_per_output_token?;
    let cost = price.map(|price| {
        let cost = energy_per_million_output(joules, price).value();
        format!(", {} USD per 1M output tokens at {} USD/kWh", format::significant(cost, 3), price.value())
    });
    Some(format!("energy: {} J per output token{}", format::significant(joules, 3), cost.unwrap_or_default()))
}

/// One line for each level that was repeated or has objectives: its confidence interval and its goodput.
#[must_use]
pub fn confidence_and_goodput(levels: &[Level]) -> Vec<String> {
    let lines = levels.iter().filter_map(|level| {
        let parts = interval_and_goodput(level.observed.as_ref()?);
        (!parts.is_empty()).then(|| format!("{:>12}  {}", level.load.to_string(), parts.join("; ")))
    });
    lines.collect()
}

fn interval_and_goodput(observed: &Observations) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(repeats) = &observed.repeats {
        let rate = repeats.spreads.iter().find(|spread| spread.figure == "output_tokens_per_s");
        let rate = rate.and_then(|rate| Some((rate.mean, rate.half_width_95?, rate.cv?)));
        parts.extend(rate.map(|(mean, half_width, cv)| {
            let (mean, half_width) = (format::significant(mean, 4), format::significant(half_width, 2));
            format!("{mean} ± {half_width} output tok/s in {} runs (95 %; CV {:.1} %)", repeats.runs, cv * 100.0)
        }));
    }
    if let Some(goodput) = &observed.goodput {
        let met = if goodput.met { "met" } else { "missed" };
        parts.push(format!(
            "{} of {} requests good, {:.2}/s; objectives {met}",
            goodput.good,
            goodput.sent,
            goodput.requests_per_s.value()
        ));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::measure::observations::{Gauge, Goodput, Gpu, GpuTelemetry, Repeats, ServerView, Spread};
    use shared::measure::plan::Arrival;
    use shared::units::{Millis, RequestsPerSecond, Seconds};

    fn level(observed: Option<Observations>) -> Level {
        Level {
            duration_s: Seconds::new(9.2),
            completed: 256,
            prompt_tokens: 10_000,
            output_tokens: 9_955,
            observed: observed.map(Box::new),
            ..Level::of(Arrival::ClosedLoop { concurrency: 16 })
        }
    }

    #[test]
    fn a_level_that_nobody_watched_says_nothing() {
        assert_eq!(server_and_gpu(&level(None)).len(), 0);
        assert_eq!(energy(&level(None), Some(UsdPerKwh::new(0.3))), None);
        let watched = level(Some(Observations { server: Some(ServerView::default()), ..Observations::default() }));
        assert_eq!(server_and_gpu(&watched).len(), 0);
    }

    #[test]
    fn what_was_seen_is_said() {
        let gauge = |max: f64| Some(Gauge { mean: max, min: 0.0, max });
        let server =
            ServerView { kv_cache_usage: gauge(0.34), mean_queue_ms: Some(Millis::new(1.25)), ..ServerView::default() };
        let gpu = GpuTelemetry {
            gpus: vec![
                Gpu { power_w: gauge(250.4), ..Gpu::default() },
                Gpu { power_w: gauge(250.2), ..Gpu::default() },
            ],
            joules_per_output_token: Some(0.42),
            ..GpuTelemetry::default()
        };
        let level = level(Some(Observations { server: Some(server), gpu: Some(gpu), ..Observations::default() }));
        assert_eq!(server_and_gpu(&level), ["KV cache up to 34.0 %", "mean queue 1.25 ms", "501 W"]);
        assert_eq!(energy(&level, None).unwrap(), "energy: 0.420 J per output token");
        assert_eq!(
            energy(&level, Some(UsdPerKwh::new(0.3))).unwrap(),
            "energy: 0.420 J per output token, 0.0350 USD per 1M output tokens at 0.3 USD/kWh"
        );
    }

    #[test]
    fn only_what_is_worth_a_line_is_said() {
        let level = |observed| Level {
            observed: Some(Box::new(observed)),
            ..Level::of(Arrival::ClosedLoop { concurrency: 4 })
        };
        let spread = Spread {
            figure: "output_tokens_per_s".into(),
            values: vec![980.0, 1000.0, 1020.0],
            mean: 1000.0,
            cv: Some(0.02),
            half_width_95: Some(49.7),
        };
        let observed = Observations {
            repeats: Some(Repeats { runs: 3, spreads: vec![spread] }),
            goodput: Some(Goodput {
                objectives: "ttft:p99<1s".into(),
                good: 60,
                sent: 64,
                requests_per_s: RequestsPerSecond::new(1.234),
                met: false,
            }),
            ..Observations::default()
        };
        assert_eq!(
            confidence_and_goodput(&[level(Observations::default()), level(observed)]),
            ["   4 streams  1,000 ± 50 output tok/s in 3 runs (95 %; CV 2.0 %); 60 of 64 requests good, 1.23/s; \
              objectives missed"]
        );
    }
}
