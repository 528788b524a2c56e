//! What follows from a scenario, in numbers: operating point, bill, cost of a token, every API, every break-even.
//!
//! Numbers only; words are `headline`'s and `explain`'s.

use crate::economics::api_bill::{ApiUse, Tariff, TokenPrices};
use crate::economics::breakeven::{BreakEven, break_even};
use crate::economics::cost::{self, Mix, TokenWeights};
use crate::economics::demand::{Demand, Shape};
use crate::economics::model::WEIGHT_BAND;
use crate::economics::operating_point::{OperatingPoint, operating_point};
use crate::economics::pricing;
use crate::economics::replica::{MonthlyBill, Replica, monthly_bill};
use crate::economics::staircase::Staircase;
use crate::explore::library::{Library, Run};
use crate::explore::scenario::{ApiChoice, Load, Scenario};
use crate::format;
use crate::measure::summary::Level;
use crate::store::prices::{ApiPrice, Baseline, GpuPrice};
use crate::store::provenance::Evidence;
use crate::units::{DAYS_PER_MONTH, Millis, RequestsPerSecond, Total, Usd, UsdPerHour, UsdPerMillion, UsdPerRequest};

/// Stretches of volume that are told one by one.
const MOST_STRETCHES: usize = 3;

/// Everything that follows from a scenario and a run.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// The run.
    pub run: Run<'a>,
    /// Price of one replica.
    pub replica_price: UsdPerHour,
    /// The record behind it; `None` when the reader set it.
    pub gpu_price: Option<&'a GpuPrice>,
    /// Whether that record was read too long ago.
    pub gpu_price_stale: bool,
    /// Tokens of the measured request.
    pub measured_mix: Mix,
    /// Tokens of the reader's request.
    pub mix: Mix,
    /// How much work tokens are, for a mix that was not measured.
    pub weights: TokenWeights,
    /// The level the replica runs at.
    pub level: &'a Level,
    /// The replica at that level, for the reader's request.
    pub replica: Replica,
    /// What is asked of it.
    pub demand: Demand,
    /// What is paid a month beside the replicas.
    pub fixed: Usd,
    /// How requests would be sent to an API.
    pub api_use: ApiUse,
    /// Whether the reader pinned utilisation, so that demand follows.
    pub pinned: bool,
    /// What a month costs.
    pub bill: MonthlyBill,
    /// USD per million total tokens, as used.
    pub per_million: UsdPerMillion<Total>,
    /// USD per million total tokens at full load.
    pub per_million_full: UsdPerMillion<Total>,
    /// `per_million` with output tokens weighing least and most, when the mix was not measured.
    pub per_million_band: Option<(UsdPerMillion<Total>, UsdPerMillion<Total>)>,
    /// c_req at full load.
    pub per_request_full: UsdPerRequest,
    /// The chosen API.
    pub api: ApiAnswer<'a>,
    /// Every listed API, in the catalogue's order.
    pub apis: Vec<ApiAnswer<'a>>,
    /// What the answer rests on: the run's evidence, or `Estimated` for a mix that was not measured.
    pub evidence: Evidence,
}

/// The same requests on an API.
#[derive(Debug, Clone)]
pub struct ApiAnswer<'a> {
    /// The record; `None` for the reader's own price.
    pub record: Option<&'a ApiPrice>,
    /// Its prices for this length of prompt.
    pub prices: TokenPrices,
    /// What a batch costs of them: of prompt tokens, of output tokens.
    pub batch: (f64, f64),
    /// What the platform adds, as a share of the bill.
    pub fee: f64,
    /// One request.
    pub request: UsdPerRequest,
    /// A month of the demand.
    pub monthly: Usd,
    /// USD per million total tokens of this mix.
    pub per_million: UsdPerMillion<Total>,
    /// Where self-hosting costs less.
    pub break_even: Option<BreakEven>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum NoAnswer {
    /// No run can be shown.
    NoRun,
    /// The chosen run's file is not there.
    NotLoaded,
    /// No measured level keeps to the latency target; the lowest TTFT measured (of the limited statistic), if any.
    TargetNotHeld {
        /// Lowest TTFT of any level.
        best: Option<Millis>,
    },
    /// The run does not say what the target asks for.
    NotMeasured,
    /// Nobody says what the hardware costs.
    NoPrice,
}

/// Works out the answer.
///
/// # Errors
/// When there is no run, no price, or no level that keeps to the target.
pub fn answer<'a>(library: &'a Library, scenario: &Scenario) -> Result<Answer<'a>, NoAnswer> {
    let run = match library.run(scenario) {
        Some(run) => run,
        None if library.choices(scenario).next().is_some() => return Err(NoAnswer::NotLoaded),
        None => return Err(NoAnswer::NoRun),
    };
    let level = level_for(run, scenario)?;
    let (replica_price, gpu_price) = replica_price(library, run, scenario)?;
    let weights = weights(scenario.output_weight);
    let measured_mix = Mix::of(level).ok_or(NoAnswer::NotMeasured)?;
    let mix = Mix {
        input: scenario.input_tokens.unwrap_or(measured_mix.input),
        cached: measured_mix.cached.min(scenario.input_tokens.unwrap_or(measured_mix.input)),
        output: scenario.output_tokens.unwrap_or(measured_mix.output),
    };
    let at_weights = |weights| rated(level, measured_mix, mix, weights, replica_price, scenario);
    let (replica, demand, per_million) = at_weights(weights).ok_or(NoAnswer::NotMeasured)?;
    let bill = monthly_bill(replica, &demand, scenario.fixed);
    let full = cost::per_request(replica_price, replica.rate).ok_or(NoAnswer::NotMeasured)?;
    let other_mix = mix != measured_mix;
    let band = |weight| at_weights(self::weights(weight)).map(|(_, _, cost)| cost);
    let asked = Asked {
        mix,
        usage: scenario.api_use,
        volume: demand.per_month(),
        stairs: replica.staircase(demand.shape.peak_to_mean(), scenario.fixed),
        full_load: full,
    };
    let apis: Vec<ApiAnswer> = pricing::api_prices(&library.index.api_prices, library.today)
        .into_iter()
        .filter_map(|record| asked.of(Some(record), &Tariff::of(record)))
        .collect();
    let api = chosen_api(&scenario.api, &apis, &asked).ok_or(NoAnswer::NoPrice)?;
    Ok(Answer {
        run,
        replica_price,
        gpu_price,
        gpu_price_stale: gpu_price.is_some_and(|record| pricing::age(record, library.today).1),
        measured_mix,
        mix,
        weights,
        level,
        replica,
        demand,
        fixed: scenario.fixed,
        api_use: scenario.api_use,
        pinned: matches!(scenario.load, Load::Utilisation(_)),
        bill,
        per_million,
        per_million_full: cost::per_million_of_request(full, mix).ok_or(NoAnswer::NotMeasured)?,
        per_million_band: other_mix.then(|| {
            let ends = [WEIGHT_BAND.0, WEIGHT_BAND.1].map(|weight| band(weight).unwrap_or(per_million));
            if ends[0] <= ends[1] { (ends[0], ends[1]) } else { (ends[1], ends[0]) }
        }),
        per_request_full: full,
        api,
        apis,
        evidence: if other_mix { run.file.evidence.max(Evidence::Estimated) } else { run.file.evidence },
    })
}

/// The answer, or the one that would hold if any latency did: without a level that holds the target, prices and mixes
/// are still known.
#[must_use]
pub fn told<'a>(library: &'a Library, scenario: &Scenario) -> Option<Answer<'a>> {
    answer(library, scenario).ok().or_else(|| answer(library, &scenario.without_target()).ok())
}

impl ApiAnswer<'_> {
    /// What is said where no volume is known from which self-hosting costs less.
    #[must_use]
    pub fn never(&self) -> String {
        match self.break_even.as_ref().and_then(|found| found.searched_to) {
            Some(to) => format!("at none up to {} requests a day", format::significant(to / DAYS_PER_MONTH, 3)),
            None => "never at this target".into(),
        }
    }

    /// Every stretch of volume on which self-hosting costs less: `from 2,670 requests a day`, or that there is none.
    #[must_use]
    pub fn cheaper_words(&self) -> String {
        let day = |month: f64| format::significant(Demand::from_month(month).requests_per_day, 3);
        let stretches = self.break_even.as_ref().map_or(&[][..], |found| &found.cheaper);
        let searched = self.break_even.as_ref().and_then(|found| found.searched_to);
        let told = |(from, to): &(f64, Option<f64>)| match to {
            Some(to) if searched.is_some_and(|searched| searched <= *to) => format!("from {}", day(*from)),
            Some(to) => format!("from {} to {}", day(*from), day(*to)),
            None => format!("from {}", day(*from)),
        };
        let further = searched.map_or(String::new(), |to| format!("; not searched past {}", day(to)));
        match stretches {
            [] => self.never(),
            [first, second, .., last] if stretches.len() > MOST_STRETCHES => format!(
                "{}, {}, …, {} requests a day ({} stretches){further}",
                told(first),
                told(second),
                told(last),
                stretches.len()
            ),
            few => format!("{} requests a day{further}", few.iter().map(told).collect::<Vec<_>>().join(", ")),
        }
    }

    /// Requests a day from which self-hosting costs less. `None`: at no volume.
    #[must_use]
    pub fn dearer_from(&self) -> Option<f64> {
        let first = self.break_even.as_ref()?.first()?;
        Some(Demand::from_month(first).requests_per_day)
    }
}

impl<'a> Answer<'a> {
    /// What an API's cost rests on, in words.
    #[must_use]
    pub fn price_words(&self, api: &ApiAnswer) -> &'static str {
        match (api.record, self.api_use == ApiUse::default()) {
            (None, _) => "your price",
            (Some(_), true) => "list price (published)",
            (Some(_), false) => "list prices (published), used as you say",
        }
    }

    /// What the answer is held against, each once: the chosen API, a small closed model, the same model elsewhere.
    #[must_use]
    pub fn compared(&self) -> Vec<&ApiAnswer<'a>> {
        let comparable =
            self.apis.iter().find(|api| api.record.is_some_and(|record| record.baseline == Baseline::Comparable));
        let mut compared = vec![&self.api];
        for api in [comparable, self.same_model()].into_iter().flatten() {
            if !compared.iter().any(|other| other.record == api.record) {
                compared.push(api);
            }
        }
        compared
    }

    /// The cheapest API that serves the very same model, for this mix.
    #[must_use]
    pub fn same_model(&self) -> Option<&ApiAnswer<'a>> {
        let model = &self.run.file.configuration.model;
        let same =
            self.apis.iter().filter(|api| api.record.is_some_and(|record| pricing::is_same_model(record, model)));
        same.min_by(|a, b| a.request.value().total_cmp(&b.request.value()))
    }
}

fn weights(output_to_prompt: f64) -> TokenWeights {
    TokenWeights { output_to_prompt, ..TokenWeights::default() }
}

fn level_for<'a>(run: Run<'a>, scenario: &Scenario) -> Result<&'a Level, NoAnswer> {
    let levels = &run.file.levels;
    match operating_point(levels, &scenario.target()) {
        OperatingPoint::At(level) => Ok(level),
        OperatingPoint::NotMeasured => Err(NoAnswer::NotMeasured),
        OperatingPoint::NoneHolds => {
            let tails = levels.iter().filter_map(|level| scenario.statistic.of(&level.ttft_ms));
            Err(NoAnswer::TargetNotHeld { best: tails.min_by(|a, b| a.value().total_cmp(&b.value())) })
        }
    }
}

/// What an hour of a run's replica costs: what the reader says, or the hardware's dated price with its record.
///
/// # Errors
/// When nobody says.
pub(super) fn replica_price<'a>(
    library: &'a Library,
    run: Run,
    scenario: &Scenario,
) -> Result<(UsdPerHour, Option<&'a GpuPrice>), NoAnswer> {
    if let Some(price) = scenario.gpu_price {
        return Ok((price, None));
    }
    let configuration = &run.file.configuration;
    let record =
        pricing::gpu_price(&library.index.gpu_prices, &configuration.hardware, configuration.gpu_count, library.today);
    let record = record.ok_or(NoAnswer::NoPrice)?;
    Ok((pricing::of_replica(record.usd_per_hour, configuration.gpu_count), Some(record)))
}

/// The replica for the reader's mix, the demand on it, and what a million tokens then cost.
fn rated(
    level: &Level,
    measured: Mix,
    mix: Mix,
    weights: TokenWeights,
    price: UsdPerHour,
    scenario: &Scenario,
) -> Option<(Replica, Demand, UsdPerMillion<Total>)> {
    // The measured mix is taken as it is: dividing and multiplying by its own work could cost the last digit.
    let rate: RequestsPerSecond = if mix == measured {
        level.request_rate()
    } else {
        cost::rescaled_rate(level.request_rate(), measured, mix, weights)?
    };
    let replica = Replica { price, rate, headroom: scenario.headroom };
    let demand = match scenario.load {
        Load::RequestsPerDay(requests_per_day) => {
            Demand { requests_per_day, shape: Shape::PeakToMean(scenario.peak_to_mean) }
        }
        Load::Utilisation(share) => Demand::from_month(share.value() * replica.full_load_per_month()),
    };
    // A pinned replica may be planned beyond the usual headroom: the reader says how far it is used.
    let replica = match scenario.load {
        Load::Utilisation(share) if share > scenario.headroom => Replica { headroom: share, ..replica },
        _ => replica,
    };
    let bill = monthly_bill(replica, &demand, scenario.fixed);
    let request = UsdPerRequest::new(bill.total.value() / demand.per_month());
    Some((replica, demand, cost::per_million_of_request(request, mix)?))
}

/// The requests that an API is asked to serve, and the fleet it is held against.
struct Asked {
    mix: Mix,
    usage: ApiUse,
    /// Requests a month.
    volume: f64,
    stairs: Staircase,
    full_load: UsdPerRequest,
}

impl Asked {
    fn of<'a>(&self, record: Option<&'a ApiPrice>, tariff: &Tariff) -> Option<ApiAnswer<'a>> {
        let request = tariff.request(self.mix, self.usage);
        Some(ApiAnswer {
            record,
            prices: tariff.at(self.mix.input),
            batch: tariff.batch_factors(),
            fee: tariff.fee(),
            request,
            monthly: Usd::new(request.value() * self.volume),
            per_million: cost::per_million_of_request(request, self.mix)?,
            break_even: break_even(&self.stairs, self.full_load, request),
        })
    }
}

fn chosen_api<'a>(choice: &ApiChoice, apis: &[ApiAnswer<'a>], asked: &Asked) -> Option<ApiAnswer<'a>> {
    match choice {
        ApiChoice::Listed(id) => {
            let listed = apis.iter().find(|api| api.record.is_some_and(|record| &record.id() == id));
            listed.or(apis.first()).cloned()
        }
        ApiChoice::Own { input, output } => asked.of(None, &Tariff::plain(*input, *output)),
    }
}
