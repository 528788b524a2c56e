//! The capacity of one replica of each deployment option for a workload, and the fleets that follow, ranked by cost.

use crate::advice::options::DeploymentOption;
use crate::advice::sizing::{Climb, Fleet, LimitedBy, Requirement, SloOutcome, fleet, slo_outcome};
use crate::economics::operating_point::{LatencyTarget, Limit, Metric, OperatingPoint, Statistic, operating_point};
use crate::hardware::estimate::Lengths;
use crate::hardware::profile::Profile;
use crate::hardware::requests::{Request, sharegpt};
use crate::hardware::simulate::Simulation;
use crate::measure::plan::Arrival;
use crate::measure::summary::Level;
use crate::store::provenance::Evidence;
use crate::units::{Fraction, RequestsPerSecond, Seconds, UsdPerHour};

/// Requests of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traffic {
    /// Mean prompt tokens.
    pub input: f64,
    /// Mean output tokens.
    pub output: f64,
    /// Share of the prompt that the prefix cache holds.
    pub cached: Fraction,
    /// Whether prompts differ as ShareGPT's do; answers always do.
    pub varied_prompts: bool,
}

/// Requests of a simulated level: enough for a 99th percentile, or for a median alone; and several rounds of every stream.
const FEWEST: usize = 128;
const FEWEST_FOR_MEDIANS: usize = 64;
const ROUNDS: usize = 4;
/// The order in which lengths come; any would do.
const SEED: u64 = 1;
/// Streams are not counted further than this.
pub const MOST_STREAMS: u32 = 1024;
/// How far a bound on requests a second is set above what the steady state comes to.
const MARGIN: f64 = 1.1;
/// A measurement answers for requests whose lengths differ from its own by no more than this factor.
const ALIKE: f64 = 1.5;

impl Traffic {
    /// Requests with these means, their lengths spread as ShareGPT's.
    #[must_use]
    pub fn requests(&self, count: usize) -> Vec<Request> {
        let shape = sharegpt(count, SEED);
        let mean = |length: fn(&Request) -> u64| shape.iter().map(|one| length(one) as f64).sum::<f64>() / count as f64;
        let (prompt, output) = (mean(|one| one.prompt), mean(|one| one.output));
        let scaled = |length: u64, from: f64, to: f64| ((length as f64 * to / from).round() as u64).max(1);
        let one = |request: &Request| Request {
            prompt: if self.varied_prompts {
                scaled(request.prompt, prompt, self.input)
            } else {
                self.input.max(1.0) as u64
            },
            output: scaled(request.output, output, self.output),
        };
        shape.iter().map(one).collect()
    }

    /// Tokens that one request holds in the cache when its answer ends.
    #[must_use]
    pub fn context(&self) -> f64 {
        self.input + self.output
    }

    /// One simulated level of this traffic, of at least so many requests; with the times between tokens where they are
    /// wanted.
    #[must_use]
    pub fn level(&self, option: &DeploymentOption, streams: u32, fewest: usize, gaps: bool) -> Level {
        let requests = self.requests(fewest.max(ROUNDS * streams as usize));
        let engine = Simulation::new(Profile::of(option.estimator), &requests);
        let simulation = Simulation { cached: self.cached, gaps, ..engine };
        simulation.closed(streams)
    }

    /// Whether a level was measured with requests like these.
    fn is_like(&self, level: &Level) -> bool {
        let requests = level.completed.max(1) as f64;
        let near = |a: f64, b: f64| a > 0.0 && b > 0.0 && (a / b).max(b / a) <= ALIKE;
        near(level.prompt_tokens as f64 / requests, self.input)
            && near(level.output_tokens as f64 / requests, self.output)
    }
}

/// A measured or published run of a deployment option; preferred over an estimate.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// Its levels.
    pub levels: &'a [Level],
    /// What they rest on.
    pub evidence: Evidence,
    /// The path of its result file.
    pub source: &'a str,
}

/// The capacity of one replica of a deployment option under a latency target.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity<'a> {
    /// The deployment option.
    pub option: DeploymentOption<'a>,
    /// What one replica costs an hour; `None` where no price is known.
    pub price: Option<UsdPerHour>,
    /// The highest concurrency that meets the target.
    pub outcome: SloOutcome,
    /// Evidence of the outcome.
    pub evidence: Evidence,
    /// The run it was read from, where it was measured.
    pub source: Option<String>,
}

impl<'a> Capacity<'a> {
    /// From a run of the option; `None` unless it has levels of similar requests, one of which meets the target.
    #[must_use]
    pub fn measured(
        option: DeploymentOption<'a>,
        traffic: &Traffic,
        target: &LatencyTarget,
        price: Option<UsdPerHour>,
        run: &Measured,
    ) -> Option<Self> {
        run.levels.iter().find(|level| traffic.is_like(level))?;
        let OperatingPoint::At(level) = operating_point(run.levels, target) else { return None };
        let outcome = holds_as_measured(run.levels, level, target);
        Some(Self { option, price, outcome, evidence: run.evidence, source: Some(run.source.to_owned()) })
    }
}

/// A deployment option that is being simulated, level by level.
#[derive(Debug, Clone)]
pub struct Estimating<'a> {
    option: DeploymentOption<'a>,
    price: Option<UsdPerHour>,
    fewest: usize,
    /// Whether the target has a limit on the time between tokens.
    gaps: bool,
    climb: Climb,
}

impl<'a> Estimating<'a> {
    /// Before its first level.
    #[must_use]
    pub fn new(
        option: DeploymentOption<'a>,
        traffic: &Traffic,
        target: &LatencyTarget,
        price: Option<UsdPerHour>,
    ) -> Self {
        let middle = |limit: &Limit| matches!(limit.statistic, Statistic::P50 | Statistic::Mean);
        let fewest = if target.limits.iter().all(middle) { FEWEST_FOR_MEDIANS } else { FEWEST };
        let gaps = target.limits.iter().any(|limit| limit.metric == Metric::Itl);
        Self { climb: Climb::new(MOST_STREAMS, option.fits(traffic)), option, price, fewest, gaps }
    }

    /// Simulates the next level; or gives what was found, once there is none left.
    pub fn step(&mut self, traffic: &Traffic, target: &LatencyTarget) -> Option<Capacity<'a>> {
        if let Some(streams) = self.climb.wants() {
            self.climb.take(target, streams, traffic.level(&self.option, streams, self.fewest, self.gaps));
            return None;
        }
        let outcome = self.climb.slo_outcome(target);
        Some(Capacity { option: self.option, price: self.price, outcome, evidence: Evidence::Estimated, source: None })
    }
}

impl DeploymentOption<'_> {
    /// Concurrent requests of this traffic that fit the KV cache.
    #[must_use]
    pub fn fits(&self, traffic: &Traffic) -> u32 {
        self.estimator.batch_limit(traffic.context()) as u32
    }

    /// The most streams of one replica that its memory allows.
    #[must_use]
    pub fn most_streams(&self, traffic: &Traffic) -> f64 {
        f64::from(self.fits(traffic).min(MOST_STREAMS))
    }

    /// More requests a second than one replica serves, whatever the target: a steady batch as large as may be, of requests
    /// all alike, which are served faster than those of the same mean that differ.
    #[must_use]
    pub fn most_requests(&self, traffic: &Traffic) -> f64 {
        let lengths = Lengths { cached: traffic.cached.value(), ..Lengths::fixed(traffic.input, traffic.output) };
        let steady = self.estimator.at(self.most_streams(traffic).max(1.0), &lengths);
        MARGIN * steady.output_rate / traffic.output
    }
}

/// The measured level that meets the target, and the next higher one, which limits it.
fn holds_as_measured(levels: &[Level], at: &Level, target: &LatencyTarget) -> SloOutcome {
    let next =
        levels.iter().filter(|level| level.concurrency() > at.concurrency()).min_by_key(|level| level.concurrency());
    let streams = next.map_or(at.concurrency(), Level::concurrency);
    // Between measured levels nothing is assumed: the fleet is planned for the one that holds.
    let found =
        slo_outcome(
            target,
            streams,
            u32::MAX,
            |asked| if asked >= streams { next.unwrap_or(at).clone() } else { at.clone() },
        );
    let fewest = levels.iter().min_by_key(|level| level.concurrency()).unwrap_or(at);
    match found {
        SloOutcome::Met { to, stop, .. } => {
            let alone = RequestsPerSecond::new(fewest.request_rate().value() / f64::from(fewest.concurrency().max(1)));
            SloOutcome::Met { alone, to, stop }
        }
        other => other,
    }
}

/// A capacity with its fleet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// The capacity.
    pub capacity: &'a Capacity<'a>,
    /// The fleet; `None` where the target is not met or no price is known.
    pub fleet: Option<Fleet>,
    /// The fleet if it is as fast, and as slow, as such estimates were off; absent for what was measured.
    pub band: Option<(Fleet, Fleet)>,
}

/// One row per GPU: its cheapest option that meets the target, else the nearest. The cheapest that meets it comes first.
#[must_use]
pub fn rank<'a>(capacities: &'a [Capacity<'a>], requirement: &Requirement) -> Vec<Row<'a>> {
    let mut rows: Vec<Row> = Vec::new();
    for capacity in capacities {
        let row = row(capacity, requirement);
        match rows.iter_mut().find(|kept| kept.capacity.option.slug == capacity.option.slug) {
            Some(kept) if before(&row, kept) => *kept = row,
            Some(_) => {}
            None => rows.push(row),
        }
    }
    rows.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
    rows
}

fn before(a: &Row, b: &Row) -> bool {
    order(a) < order(b)
}

/// Met with a price, then met without one, then not met; cheaper and smaller first.
fn order(row: &Row) -> (u8, f64, u32) {
    let gpus = row.capacity.option.gpus;
    match (&row.capacity.outcome, row.fleet) {
        (_, Some(fleet)) => (0, fleet.month.value(), gpus),
        (SloOutcome::Met { .. }, None) => (1, 0.0, gpus),
        (SloOutcome::NeverMet { limit, found }, None) => (2, found.value() / limit.most.value(), gpus),
        (SloOutcome::NotMeasured, None) => (3, 0.0, gpus),
    }
}

fn row<'a>(capacity: &'a Capacity<'a>, requirement: &Requirement) -> Row<'a> {
    let of = |factor: f64| {
        let (SloOutcome::Met { to, stop, .. }, Some(price)) = (&capacity.outcome, capacity.price) else { return None };
        fleet(requirement, &at_speed(to, stop, requirement, factor), price)
    };
    let band = capacity.option.band.filter(|_| capacity.evidence == Evidence::Estimated);
    let band = band.and_then(|band| Some((of(band.high)?, of(band.low)?)));
    Row { capacity, fleet: of(1.0), band }
}

/// The level of a replica that is so many times as fast.
///
/// It serves as many times the requests. Streams change with it only where latency is what limits them: a full KV cache
/// holds no more however fast the GPU is, and no fewer as long as the slower latencies still keep the target.
fn at_speed(level: &Level, stop: &LimitedBy, requirement: &Requirement, factor: f64) -> Level {
    let mut level = level.clone();
    let kept = |limit: &Limit| limit.measured(&level).is_none_or(|found| found.value() <= limit.most.value() * factor);
    let by_latency = matches!(stop, LimitedBy::Breaks { .. }) || !requirement.target.limits.iter().all(kept);
    level.duration_s = Seconds::new(level.duration_s.value() / factor);
    if let (true, Arrival::ClosedLoop { concurrency }) = (by_latency, &mut level.load) {
        *concurrency = ((f64::from(*concurrency) * factor) as u32).max(1);
    }
    level
}
