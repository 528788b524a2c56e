//! What server and GPU said of a finished level, in few words, and the energy it took where it is known.

use shared::economics::cost::energy_per_million_output;
use shared::format;
use shared::measure::summary::Level;
use shared::units::UsdPerKwh;

/// The most telling of what server and GPUs said.
#[must_use]
pub fn told(level: &Level) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use shared::measure::observations::{Gauge, Gpu, GpuTelemetry, Observations, ServerView};
    use shared::measure::plan::Arrival;
    use shared::units::{Millis, Seconds};

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
        assert_eq!(told(&level(None)).len(), 0);
        assert_eq!(energy(&level(None), Some(UsdPerKwh::new(0.3))), None);
        let watched = level(Some(Observations { server: Some(ServerView::default()), ..Observations::default() }));
        assert_eq!(told(&watched).len(), 0);
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
        assert_eq!(told(&level), ["KV cache up to 34.0 %", "mean queue 1.25 ms", "501 W"]);
        assert_eq!(energy(&level, None).unwrap(), "energy: 0.420 J per output token");
        assert_eq!(
            energy(&level, Some(UsdPerKwh::new(0.3))).unwrap(),
            "energy: 0.420 J per output token, 0.0350 USD per 1M output tokens at 0.3 USD/kWh"
        );
    }
}
