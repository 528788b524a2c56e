//! The link to the same scenario on the page, and what the page cannot show of it.

use crate::cli::case_args::CaseArgs;
use crate::resolve::api_offers::ApiOffer;
use crate::resolve::replica::Replica;
use crate::today::today;
use shared::decimal::tidy;
use shared::economics::cost::TokenWeights;
use shared::economics::demand::Shape;
use shared::economics::hosting::Hosting;
use shared::economics::model::Case;
use shared::economics::operating_point::{LatencyTarget, Limit, Metric, Statistic};
use shared::explore::query::encode;
use shared::explore::scenario::{ApiChoice, Load, Scenario};
use shared::units::{Fraction, Millis, Usd, UsdPerHour, UsdPerMillion};

/// A link, and what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address; none where there is no run to look at.
    pub url: Option<String>,
    /// What the page cannot show of the case.
    pub left_out: Vec<&'static str>,
}

/// The link for a case; numbers keep twelve digits.
#[must_use]
pub fn link(args: &CaseArgs, case: &Case, replica: &Replica, apis: &[ApiOffer], target: &LatencyTarget) -> Link {
    let mut left_out = if replica.run.is_some() { left_out(args, case, replica) } else { Vec::new() };
    let gpus = replica.run.as_ref().map_or(1.0, |run| f64::from(run.file.configuration.gpu_count));
    let measured = case.served.mix;
    let differs = |wanted: f64, measured: f64| (wanted != measured).then(|| tidy(wanted));
    let pinned = args.utilisation.and_then(|share| Fraction::new(share).ok());
    let limits = Limits::of(target, &mut left_out);
    let scenario = Scenario {
        run: replica.run.as_ref().map(|run| run.file.id.clone()),
        // A price that was not given is the catalogue's on the page as well, with its date.
        gpu_price: args.rent.gpu_price.map(|hour| UsdPerHour::new(tidy(hour * gpus))),
        load: pinned.map_or(Load::RequestsPerDay(tidy(case.demand.requests_per_day)), Load::Utilisation),
        peak_to_mean: tidy(case.demand.shape.peak_to_mean()),
        fixed: Usd::new(tidy(case.terms.extras.fixed_per_month().value())),
        input_tokens: differs(case.mix.input, measured.input),
        output_tokens: differs(case.mix.output, measured.output),
        api: apis.first().map_or(Scenario::default().api, choice),
        api_use: case.api_use,
        ttft_limit: limits.ttft,
        tpot_limit: limits.tpot,
        statistic: limits.statistic,
        output_weight: tidy(case.weights.output_to_prompt),
        headroom: case.terms.fleet.headroom,
        rehearsals: replica.evidence == shared::store::provenance::Evidence::Rehearsal,
        ..Scenario::default()
    };
    let query = encode(&scenario);
    let separator = match (query.is_empty(), args.page.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let url = replica.run.is_some().then(|| format!("{}{separator}{query}", args.page));
    Link { url, left_out }
}

fn choice(api: &ApiOffer) -> ApiChoice {
    match &api.id {
        Some(id) => ApiChoice::Listed(id.clone()),
        None => {
            let prices = api.tariff.at(0.0);
            ApiChoice::Own {
                input: UsdPerMillion::new(prices.input.value()),
                output: UsdPerMillion::new(prices.output.value()),
            }
        }
    }
}

/// What the page knows of a target: one limit on TTFT and one on TPOT, of one statistic.
struct Limits {
    ttft: Option<Millis>,
    tpot: Option<Millis>,
    statistic: Statistic,
}

impl Limits {
    fn of(target: &LatencyTarget, left_out: &mut Vec<&'static str>) -> Self {
        let known = |metric| matches!(metric, Metric::Ttft | Metric::Tpot);
        let first = target.limits.iter().find(|limit| known(limit.metric));
        let statistic = first.map_or(Statistic::P99, |limit| limit.statistic);
        if target.limits.iter().any(|limit| !known(limit.metric) || limit.statistic != statistic) {
            left_out.push("limits other than on TTFT and TPOT, of one statistic");
        }
        let most = |metric| {
            let found = |limit: &&Limit| limit.metric == metric && limit.statistic == statistic;
            target.limits.iter().find(found).map(|limit| limit.most)
        };
        Self { ttft: most(Metric::Ttft), tpot: most(Metric::Tpot), statistic }
    }
}

fn left_out(args: &CaseArgs, case: &Case, replica: &Replica) -> Vec<&'static str> {
    let run_is_served = replica.run.as_ref().is_none_or(|run| {
        let real = |path: &std::path::Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        real(&run.path).starts_with(real(&args.served.results))
    });
    let (fleet, extras) = (&case.terms.fleet, &case.terms.extras);
    let is_plain = matches!(&case.terms.hosting, Hosting::Pods(pods) if pods.reserved.is_none() && pods.spot.is_none());
    let parts = [
        (args.output.today.is_some_and(|day| day != today()), "the prices of another day than today"),
        (args.output.configs.is_some(), "prices of another folder"),
        (!run_is_served, "a result outside the folder that is explored"),
        (args.served.interpolate, "a level between two measured ones"),
        (args.target.max_failures > 0.0, "failed requests that are allowed"),
        (!is_plain, "hosting other than pods on demand"),
        (args.hosting.autoscale, "a fleet that follows the hours"),
        (fleet.minimum > 1 || fleet.spare > 0, "standing and spare replicas"),
        (extras.storage_per_replica() > 0.0, "storage"),
        (case.terms.extras.egress_per_request() > 0.0, "egress"),
        (matches!(case.demand.shape, Shape::Hourly(_)), "a profile by hours (its peak is kept)"),
        (args.api.api.len() + args.api.api_price.len() > 1, "all APIs but the first"),
        (case.mix.cached != case.served.mix.cached.min(case.mix.input), "cached tokens other than measured"),
        (case.weights.cached_to_prompt != TokenWeights::default().cached_to_prompt, "kappa"),
    ];
    parts.into_iter().filter_map(|(is, what)| is.then_some(what)).collect()
}
