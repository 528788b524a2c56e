//! What both benchmarks evaluate: the published sweep of Llama 3.1 8B on an A5000, a day of 24 different hours, and 50
//! API prices. One evaluation is all of it: the bill, every cost, and every stretch on which self-hosting is cheaper. And
//! the same sweep as a simulation.

use shared::economics::api_bill::{ApiUse, Tariff};
use shared::economics::cost::{Mix, TokenWeights};
use shared::economics::demand::{Demand, Hours, Shape};
use shared::economics::hosting::{Extras, Fleet, Hosting, Pods, Scaling};
use shared::economics::model::{Case, Served};
use shared::economics::serverless::{Depths, Serverless};
use shared::economics::terms::Terms;
use shared::hardware::estimate::{Deployment, Estimator};
use shared::hardware::machine::Machine;
use shared::hardware::profile::Profile;
use shared::hardware::quantization::Quantization;
use shared::hardware::requests::{Request, sharegpt};
use shared::hardware::shape as model;
use shared::hardware::simulate::Simulation;
use shared::store::constants::Constants;
use shared::units::{RequestsPerSecond, UsdPerHour, UsdPerMillion};

/// USD per million input and output tokens, as list prices of hosted models are: from small open ones to frontier ones.
const PRICES: [(f64, f64); 50] = [
    (0.02, 0.04),
    (0.02, 0.05),
    (0.03, 0.05),
    (0.04, 0.08),
    (0.05, 0.08),
    (0.05, 0.10),
    (0.05, 0.20),
    (0.05, 0.40),
    (0.06, 0.06),
    (0.07, 0.28),
    (0.08, 0.24),
    (0.08, 0.30),
    (0.10, 0.10),
    (0.10, 0.28),
    (0.10, 0.30),
    (0.10, 0.32),
    (0.10, 0.40),
    (0.12, 0.30),
    (0.15, 0.15),
    (0.15, 0.60),
    (0.15, 0.75),
    (0.18, 0.18),
    (0.20, 0.20),
    (0.20, 0.60),
    (0.22, 0.88),
    (0.23, 0.40),
    (0.25, 1.25),
    (0.25, 2.00),
    (0.27, 1.10),
    (0.30, 1.20),
    (0.30, 2.50),
    (0.40, 1.60),
    (0.50, 1.50),
    (0.55, 2.19),
    (0.59, 0.79),
    (0.60, 2.40),
    (0.80, 4.00),
    (0.88, 0.88),
    (0.90, 0.90),
    (1.00, 5.00),
    (1.10, 4.40),
    (1.25, 10.00),
    (2.00, 8.00),
    (2.00, 12.00),
    (2.50, 10.00),
    (3.00, 15.00),
    (3.50, 3.50),
    (5.00, 15.00),
    (5.00, 25.00),
    (10.00, 50.00),
];

/// Streams at once and the seconds that 256 requests took, of the levels whose p99 TTFT is below 2 s.
const LEVELS: [(f64, f64); 4] =
    [(1.0, 1191.280303886626), (4.0, 315.43220372870564), (16.0, 101.02042969921604), (32.0, 64.69331264309585)];
const REQUESTS: f64 = 256.0;
const PROMPT_TOKENS: f64 = 55_140.0;
const OUTPUT_TOKENS: f64 = 48_442.0;

/// Requests of each hour of a day, none like another: a quiet night, a busy day, a peak in the afternoon.
const DAY: [f64; 24] = [
    31.0, 22.0, 16.0, 13.0, 12.0, 17.0, 29.0, 48.0, 71.0, 93.0, 108.0, 117.0, 112.0, 115.0, 124.0, 127.0, 121.0, 109.0,
    94.0, 83.0, 74.0, 63.0, 52.0, 41.0,
];

/// What is evaluated, by name.
pub fn cases() -> [(&'static str, Case); 3] {
    let pods = Hosting::Pods(Pods::on_demand(UsdPerHour::new(0.27)));
    let flex = Serverless { usd_per_second: 0.00019, active: None, cold_start_s: 20.0, idle_timeout_s: 5.0 };
    [
        ("fixed fleet", case(pods.clone(), Scaling::Fixed)),
        ("hourly scaled fleet", case(pods, Scaling::HOURLY)),
        ("serverless", case(Hosting::Serverless(flex), Scaling::Fixed)),
    ]
}

fn case(hosting: Hosting, scaling: Scaling) -> Case {
    let mix = Mix { input: PROMPT_TOKENS / REQUESTS, cached: 0.0, output: OUTPUT_TOKENS / REQUESTS };
    Case {
        served: Served {
            rate: RequestsPerSecond::new(REQUESTS / LEVELS[3].1),
            mix,
            depths: Depths::new(LEVELS.map(|(streams, seconds)| (streams, REQUESTS / seconds))),
            interval: None,
        },
        // Not the measured one, so that the rate is worked out as well.
        mix: Mix { input: 500.0, cached: 0.0, output: 200.0 },
        weights: TokenWeights::default(),
        demand: Demand { requests_per_day: 200_000.0, shape: Shape::Hourly(Hours::new(&DAY).expect("24 numbers")) },
        terms: Terms {
            hosting,
            fleet: Fleet { scaling, ..Fleet::default() },
            extras: Extras { engineer_share: 0.05, engineer_usd_per_year: 180_000.0, ..Extras::default() },
        },
        api_use: ApiUse::default(),
    }
}

/// The 50 prices.
pub fn tariffs() -> Vec<Tariff> {
    PRICES
        .iter()
        .map(|(input, output)| Tariff::plain(UsdPerMillion::new(*input), UsdPerMillion::new(*output)))
        .collect()
}

/// Streams at once of the sweep that is simulated, and its requests at each.
pub const STREAMS: [u32; 5] = [1, 4, 16, 32, 64];
const SWEPT: usize = 256;

/// Llama 3.1 8B with four-bit weights on an A5000, as the estimator takes it before any fit; by leaps and step by step.
pub fn simulations(requests: &[Request]) -> [(&'static str, Simulation<'_>); 2] {
    const GIB: f64 = (1_u64 << 30) as f64;
    let machine = Machine {
        memory: 23.6 * GIB,
        bandwidth: 768e9,
        flops_16: Some(111.1e12),
        flops_8: Some(222.2e12),
        flops_4: None,
        capability: Some((8, 6)),
        on_bus: true,
        link: 64e9,
    };
    let shape = model::Shape {
        layers: 32.0,
        hidden: 4096.0,
        attention_width: 4096.0,
        attention_heads: 32,
        kv_heads: 8,
        kv_numbers: 65_536.0,
        feed_forward: 14_336.0,
        common: 6_979_321_856.0,
        routed: 0.0,
        head: 525_336_576.0,
        embedding: 525_336_576.0,
        experts: 1.0,
        experts_per_token: 1.0,
        expert_layers: 0.0,
        sliding_share: 0.0,
        window: f64::INFINITY,
        max_context: 131_072,
    };
    let deployment = Deployment::usual(machine, shape, Quantization::AwqInt4, 1).expect("it has a kernel");
    let estimator = Estimator::new(deployment, &Constants::PRIOR).expect("its rates are known");
    let leaping = Simulation::new(Profile::of(estimator), requests);
    [("simulated sweep", leaping), ("simulated sweep, step by step", Simulation { leaps: false, ..leaping })]
}

/// What is sent at each level.
pub fn requests() -> Vec<Request> {
    sharegpt(SWEPT, 0)
}
