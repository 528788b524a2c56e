//! The whole question: one case, the APIs it is held against, and everything that is to be said about both.

use crate::catalogue::Catalogue;
use crate::catalogue::demand::{DemandFile, Heads};
use crate::cli::case_args::CaseArgs;
use crate::resolve::api_offers::{self, ApiOffer};
use crate::resolve::demand::{self, DemandDefaults, ResolvedDemand};
use crate::resolve::hosting;
use crate::resolve::input_error::{refused, share};
use crate::resolve::permalink::{self, Link};
use crate::resolve::replica::{self, Replica};
use crate::today::today;
use shared::date::Date;
use shared::economics::api_bill::Tariff;
use shared::economics::cost::{TokenWeights, rescaled_rate};
use shared::economics::decision::{Decision, decide};
use shared::economics::flips::{Flip, flips};
use shared::economics::hosting::Hosting;
use shared::economics::invalid::within;
use shared::economics::model::{Case, Evaluation, evaluate};
use shared::economics::operating_point::LatencyTarget;
use shared::economics::replica::full_load_per_month;
use shared::explore::derivation::{Step, derivation};
use shared::format;
use shared::store::provenance::Evidence;
use shared::units::{DAYS_PER_MONTH, Fraction, Usd, UsdPerHour};

/// Requests per day where no demand is given.
const REQUESTS_PER_DAY: f64 = 10_000.0;
/// A request of so many times the measured tokens, or so many times fewer, is far from it.
const FAR: f64 = 4.0;

/// A resolved question.
pub struct CostCase {
    /// What is computed with.
    pub case: Case,
    /// What one replica serves, and where that is known from.
    pub replica: Replica,
    /// The latency target.
    pub target: LatencyTarget,
    /// As the target was written.
    pub slo: String,
    /// The APIs.
    pub apis: Vec<ApiOffer>,
    /// What the answer rests on.
    pub evidence: Evidence,
    /// Users or developers, where the demand counts them.
    pub heads: Option<Heads>,
    /// The share that utilisation was pinned to.
    pub pinned: Option<Fraction>,
    /// What of the case was assumed or taken from somewhere, each in a sentence.
    pub notes: Vec<String>,
    /// The dated price of one replica as a pod, USD an hour, to compare other hosting with.
    pub pod_hour: Option<UsdPerHour>,
    /// The dated price of one replica as a serverless worker, USD a second, to compare pods with.
    pub worker_second: Option<f64>,
    /// The same scenario on the page.
    pub link: Link,
    /// The day whose prices are used.
    pub day: Date,
}

/// Resolves flags, files and prices.
///
/// # Errors
/// When something is missing, wrong, or cannot be computed with.
pub fn resolve(args: &CaseArgs) -> anyhow::Result<CostCase> {
    let catalogue = Catalogue::load(args.output.configs.as_deref())?;
    let day = args.output.today.unwrap_or_else(today);
    let target = replica::target(replica::slo(args), args.target.max_failures)?;
    let replica = replica::replica(args, &catalogue, &target, day)?;
    let mut notes = Vec::new();
    let weights = weights(args, &target, &mut notes)?;
    let rate =
        |mix| rescaled_rate(replica.served.rate, replica.served.mix, mix, weights).unwrap_or(replica.served.rate);
    let defaults = DemandDefaults { mix: replica.served.mix, requests_per_day: Some(REQUESTS_PER_DAY) };
    let resolved = demand::resolve(&catalogue, &args.demand, Some(&args.api_use), defaults)?;
    let ResolvedDemand { mut demand, mix, usage, file, heads } = resolved;
    let pinned = pinned(args)?;
    if let Some(pinned) = pinned {
        demand.requests_per_day = pinned.value() * full_load_per_month(rate(mix)) / DAYS_PER_MONTH;
    }
    let paid = hosting::resolve(args, &replica, &catalogue, day)?;
    let mut terms = paid.terms;
    // A pinned replica may be used beyond what is usually planned for: the reader says how far.
    if let Some(pinned) = pinned.filter(|pinned| *pinned > terms.fleet.headroom) {
        terms.fleet.headroom = pinned;
    }
    let case = Case { served: replica.served.clone(), mix, weights, demand, terms, api_use: usage };
    case.check().map_err(refused)?;
    let model = replica.run.as_ref().map_or("", |run| run.file.configuration.model.as_str());
    let apis = api_offers::resolve(&args.api, &catalogue, day, model, mix, usage)?;
    notes.extend(file.iter().flat_map(|file| demand_notes(args, file)));
    if pinned.is_some_and(|pinned| pinned.value() > args.rent.headroom) {
        let headroom = format::percent_of(args.rent.headroom);
        notes.push(format!("utilisation is pinned above the headroom of {headroom}, which is raised to it"));
    }
    notes.extend(paid.notes);
    notes.extend(rate_notes(&case, &replica));
    let is_chosen = !(args.api.api.is_empty() && args.api.api_price.is_empty());
    if !is_chosen && !apis.iter().any(|api| api.stands == Some("same model")) {
        notes.push(format!("on {day} no host of the same model is known"));
    }
    // Only pods of the measured mix cost what follows from what was measured; the rest rests on a model of its own.
    let is_measured = case.mix == case.served.mix && matches!(case.terms.hosting, Hosting::Pods(_));
    let evidence = if is_measured { replica.evidence } else { replica.evidence.max(Evidence::Estimated) };
    let link = permalink::link(args, &case, &replica, &apis, &target);
    let slo = replica::slo(args).to_owned();
    let (pod_hour, worker_second) = (paid.pod_hour, paid.worker_second);
    Ok(CostCase {
        case,
        replica,
        target,
        slo,
        apis,
        evidence,
        heads,
        pinned,
        notes,
        pod_hour,
        worker_second,
        link,
        day,
    })
}

/// The utilization that the demand is pinned to, if it is.
fn pinned(args: &CaseArgs) -> anyhow::Result<Option<Fraction>> {
    let Some(value) = args.utilisation else { return Ok(None) };
    share("utilisation", within("utilisation", value, 0.0001, 1.0).map_err(refused)?).map(Some)
}

/// What to keep in mind of the rate: that it is not the quantization's own, or not of this mix.
fn rate_notes(case: &Case, replica: &Replica) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(kernel) = replica.run.as_ref().and_then(|run| run.file.missed_kernel()) {
        notes.push(format!("this run did not run on {kernel}, so it does not say what the quantization can do"));
    }
    let (demanded, measured) = (case.mix, case.served.mix);
    if demanded == measured {
        return notes;
    }
    notes.push(format!(
        "this mix was not measured: its rate is scaled, with an output token as much work as {} input tokens",
        format::amount(case.weights.output_to_prompt)
    ));
    if !(1.0 / FAR..=FAR).contains(&(demanded.total() / measured.total())) {
        notes.push(format!(
            "a request of {} tokens is far from the measured one of {}: take the rate as an order of magnitude, and see \
             whether the server's context holds it",
            format::count(demanded.total()),
            format::count(measured.total())
        ));
    }
    notes
}

/// What a demand file says of itself, less what flags replace.
fn demand_notes(args: &CaseArgs, file: &DemandFile) -> Vec<String> {
    let given = &args.demand;
    let is_volume_given = given.requests_per_day.or(given.requests_per_month).or(given.requests_per_second).is_some();
    let replaced = [
        (is_volume_given, "its volume"),
        (given.peak_to_mean.is_some(), "its shape"),
        (given.input_tokens.is_some() || given.output_tokens.is_some() || given.cached_tokens.is_some(), "its tokens"),
    ];
    let replaced: Vec<&str> = replaced.into_iter().filter_map(|(is, what)| is.then_some(what)).collect();
    let is_kept = |key: &&String| {
        let volume = key.starts_with("requests") || key.starts_with("users") || key.starts_with("developers");
        let shape = *key == "hours" || *key == "peak_to_mean";
        let tokens = key.ends_with("_tokens");
        !(volume && replaced.contains(&"its volume")
            || shape && replaced.contains(&"its shape")
            || tokens && replaced.contains(&"its tokens"))
    };
    let mut notes = vec![format!("demand: {}; {}", file.about.trim_end_matches('.'), file.source)];
    if !replaced.is_empty() {
        notes.push(format!("replaced by flags: {}", replaced.join(", ")));
    }
    let assumed: Vec<&str> = file.assumed.iter().filter(is_kept).map(String::as_str).collect();
    if !assumed.is_empty() {
        notes.push(format!("assumed there, without a source: {}", assumed.join(", ")));
    }
    notes
}

fn weights(args: &CaseArgs, target: &LatencyTarget, notes: &mut Vec<String>) -> anyhow::Result<TokenWeights> {
    let given = &args.served;
    let output_to_prompt = match (given.output_weight, given.fit_output_weight.as_slice()) {
        (Some(rho), _) => rho,
        (None, []) => TokenWeights::default().output_to_prompt,
        (None, files) => {
            let rho = replica::fitted_weight(files, &given.results, target)?;
            notes.push(format!("rho fitted to {} runs: {}", files.len(), format::significant(rho, 3)));
            rho
        }
    };
    Ok(TokenWeights { output_to_prompt, cached_to_prompt: given.cached_weight })
}

impl CostCase {
    /// Every number.
    ///
    /// # Errors
    /// When an input cannot be computed with.
    pub fn evaluate(&self) -> anyhow::Result<Evaluation> {
        let tariffs: Vec<Tariff> = self.apis.iter().map(|api| api.tariff.clone()).collect();
        evaluate(&self.case, &tariffs).map_err(refused)
    }

    /// Self-hosting or an API, by its place among the APIs of an evaluation.
    ///
    /// # Errors
    /// When an input cannot be computed with.
    pub fn decision(&self, evaluation: &Evaluation, api: usize) -> anyhow::Result<Decision> {
        decide(&self.case, evaluation, &self.apis[api].tariff, &evaluation.apis[api]).map_err(refused)
    }

    /// What would flip that decision, the nearest first.
    #[must_use]
    pub fn flips(&self, evaluation: &Evaluation, api: usize) -> Vec<Flip> {
        flips(&self.case, &self.apis[api].tariff, &evaluation.apis[api])
    }

    /// Every number of an evaluation with its formula.
    #[must_use]
    pub fn derivation(&self, evaluation: &Evaluation) -> Vec<Step> {
        let apis = self.apis.iter().zip(&evaluation.apis);
        let apis: Vec<_> = apis.map(|(api, comparison)| (api.name.as_str(), &api.tariff, comparison)).collect();
        derivation(&self.case, evaluation, self.replica.level.as_ref(), &apis)
    }

    /// What the case and the APIs' prices rest on.
    #[must_use]
    pub fn all_notes(&self) -> Vec<String> {
        self.notes.iter().chain(self.apis.iter().flat_map(|api| &api.notes)).cloned().collect()
    }

    /// `RTX A5000`, `2 × H100 SXM`, or what was stated.
    #[must_use]
    pub fn replica_name(&self) -> String {
        let run = self.replica.run.as_ref();
        run.map_or("the stated replica".into(), |run| run.file.configuration.replica_name())
    }

    /// `Llama 3.1 8B Instruct, BF16 on RTX A5000 at $0.27/h`
    #[must_use]
    pub fn heading(&self) -> String {
        let paid = match &self.case.terms.hosting {
            Hosting::Pods(pods) => format!("at {}", format::usd_per_hour(pods.hourly())),
            Hosting::Serverless(terms) => format!("serverless at ${:.6} a second", terms.usd_per_second),
            Hosting::Bought(bought) => format!("bought for {}", format::usd(Usd::new(bought.capital.value()))),
        };
        match &self.replica.run {
            Some(run) => format!("{} on {} {paid}", run.file.configuration.name(), self.replica_name()),
            None => format!("A replica {paid}"),
        }
    }

    /// `published 2026-05-29, a5000-bf16, sha256 1a2b3c4d5e6f`
    #[must_use]
    pub fn source(&self) -> Option<String> {
        let run = self.replica.run.as_ref()?;
        let short = run.sha256.get(..12).unwrap_or(&run.sha256);
        Some(format!("{} {}, {}, sha256 {short}", run.file.evidence, run.file.provenance.date, run.file.id))
    }
}
