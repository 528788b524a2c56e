//! The published A5000 BF16 sweep as the tests of the model take it.

use crate::economics::api_bill::{ApiUse, Tariff};
use crate::economics::cost::{Mix, TokenWeights};
use crate::economics::demand::Demand;
use crate::economics::hosting::{Extras, Fleet, Hosting, Pods};
use crate::economics::model::{Case, Served};
use crate::economics::ownership::Bought;
use crate::economics::serverless::Depths;
use crate::economics::terms::Terms;
use crate::measure::plan::Arrival;
use crate::measure::summary::{Distribution, Level};
use crate::units::{Fraction, Millis, RequestsPerSecond, Seconds, Usd, UsdPerHour, UsdPerKwh, UsdPerMillion};

/// Requests of each of its levels.
const REQUESTS: f64 = 256.0;
/// Prompt tokens of each of its levels.
const PROMPT_TOKENS: f64 = 55_140.0;
/// Streams, seconds, output tokens, p99 TTFT in ms of each of its levels.
const SWEEP: [(u32, f64, u64, f64); 5] = [
    (1, 1191.280303886626, 48_390, 183.42),
    (4, 315.43220372870564, 48_486, 214.14),
    (16, 101.02042969921604, 48_343, 680.12),
    (32, 64.69331264309585, 48_442, 1525.44),
    (64, 47.78476153826341, 48_485, 2821.89),
];

/// Its levels as a result file has them.
pub(crate) fn levels() -> Vec<Level> {
    let level = |(concurrency, seconds, output, tail): (u32, f64, u64, f64)| Level {
        duration_s: Seconds::new(seconds),
        completed: REQUESTS as u64,
        prompt_tokens: PROMPT_TOKENS as u64,
        output_tokens: output,
        ttft_ms: Distribution { p99: Some(Millis::new(tail)), ..Distribution::default() },
        ..Level::of(Arrival::ClosedLoop { concurrency })
    };
    SWEEP.into_iter().map(level).collect()
}

/// Its level 32 at 0.27 USD an hour, fully planned, 10,000 requests a day.
pub(crate) fn published() -> Case {
    let mix = Mix { input: PROMPT_TOKENS / REQUESTS, cached: 0.0, output: SWEEP[3].2 as f64 / REQUESTS };
    Case {
        served: Served {
            rate: RequestsPerSecond::new(REQUESTS / SWEEP[3].1),
            mix,
            depths: Depths::new(SWEEP[..4].iter().map(|level| (f64::from(level.0), REQUESTS / level.1))),
            interval: None,
        },
        mix,
        weights: TokenWeights::default(),
        demand: Demand::flat(10_000.0),
        terms: Terms {
            hosting: Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.27))),
            fleet: Fleet { headroom: Fraction::ONE, ..Fleet::default() },
            extras: Extras::default(),
        },
        api_use: ApiUse::default(),
    }
}

/// An API with two prices.
pub(crate) fn plain(input: f64, output: f64) -> Tariff {
    Tariff::plain(UsdPerMillion::new(input), UsdPerMillion::new(output))
}

/// A card of one's own for 2,400 USD.
pub(crate) fn bought() -> Bought {
    Bought {
        capital: Usd::new(2400.0),
        residual: Usd::new(400.0),
        years: 3.0,
        interest: 0.08,
        idle_kw: 0.06,
        load_kw: 0.35,
        pue: 1.4,
        electricity: UsdPerKwh::new(0.12),
        colocation_per_month: Usd::new(40.0),
        maintenance: 0.03,
        spares: 0.02,
    }
}
