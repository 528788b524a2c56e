//! Every GPU's outlook on a demand, one simulated level after another, so that whoever asks may do something in between.

use std::collections::VecDeque;

use crate::advice::capacity::{Capacity, Estimating, Measured};
use crate::advice::options::{DeploymentOption, Infeasible, deployment_options};
use crate::advice::sizing::{Busy, SloOutcome, fleet};
use crate::advice::workload::Workload;
use crate::date::Date;
use crate::economics::pricing::{known_gpu_price, of_replica};
use crate::hardware::quantization::Quantization;
use crate::store::catalogue::{Gpu, Model};
use crate::store::estimator::EstimatorFile;
use crate::store::prices::GpuPrice;
use crate::store::provenance::{Evidence, Warning};
use crate::store::result_file::ResultFile;
use crate::units::{HOURS_PER_MONTH, UsdPerHour};

/// What is looked for, and what is known.
#[derive(Debug, Clone)]
pub struct CapacityQuery<'a> {
    /// Name of the model's file.
    pub slug: &'a str,
    /// The model.
    pub model: &'a Model,
    /// How its weights may be stored.
    pub stored: Vec<Quantization>,
    /// The demand.
    pub workload: &'a Workload,
    /// What estimates rest on.
    pub fitted: &'a EstimatorFile,
    /// Prices of GPUs.
    pub prices: &'a [GpuPrice],
    /// The day whose prices are used.
    pub day: Date,
    /// Runs with the paths of their files; preferred over estimates.
    pub runs: Vec<(&'a str, &'a ResultFile)>,
}

/// The search, as far as it has come.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    query: CapacityQuery<'a>,
    gpus: VecDeque<(&'a str, &'a Gpu)>,
    /// Ways of the GPU that is being looked at.
    here: VecDeque<DeploymentOption<'a>>,
    /// The one whose levels are being simulated.
    under_way: Option<Estimating<'a>>,
    /// Every option evaluated, GPU by GPU.
    pub all: Vec<Capacity<'a>>,
    /// GPUs that have none, and why.
    pub none: Vec<((&'a str, &'a Gpu), Infeasible)>,
}

impl CapacityQuery<'_> {
    /// Why the model takes no requests of this kind, if that is so.
    #[must_use]
    pub fn too_long(&self) -> Option<String> {
        let (context, longest) = (self.workload.traffic.context(), self.model.max_context_tokens);
        let message = || {
            format!(
                "requests of {context:.0} tokens do not fit: maximum context of {}: {longest} tokens",
                self.model.name
            )
        };
        (context > f64::from(longest)).then(message)
    }
}

impl<'a> Search<'a> {
    /// Of these GPUs; nothing is looked at yet.
    #[must_use]
    pub fn new(query: CapacityQuery<'a>, gpus: impl IntoIterator<Item = (&'a str, &'a Gpu)>) -> Self {
        let (gpus, here) = (gpus.into_iter().collect(), VecDeque::new());
        Self { query, gpus, here, under_way: None, all: Vec::new(), none: Vec::new() }
    }

    /// GPUs with options that are not evaluated yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.gpus.len() + usize::from(!self.here.is_empty() || self.under_way.is_some())
    }

    /// Takes the next step: a deployment option, or one simulated level of it. `false` when nothing is left.
    pub fn step(&mut self) -> bool {
        if let Some(estimating) = &mut self.under_way {
            let (traffic, requirement) = (&self.query.workload.traffic, &self.query.workload.requirement);
            if let Some(found) = estimating.step(traffic, &requirement.target) {
                self.all.push(found);
                self.under_way = None;
            }
            return true;
        }
        if let Some(option) = self.here.pop_front() {
            self.look_at(option);
            return true;
        }
        let Some((slug, gpu)) = self.gpus.pop_front() else { return false };
        let CapacityQuery { model, stored, workload, fitted, .. } = &self.query;
        match deployment_options(slug, gpu, model, stored, workload.traffic.context(), fitted) {
            Ok(found) => self.here = found.into(),
            Err(why) => self.none.push(((slug, gpu), why)),
        }
        true
    }

    /// Looks at everything that is left.
    #[must_use]
    pub fn finished(mut self) -> Self {
        while self.step() {}
        self
    }

    fn look_at(&mut self, option: DeploymentOption<'a>) {
        let query = &self.query;
        let price = known_gpu_price(query.prices, option.slug, option.gpus, query.day);
        let price = price.map(|price| of_replica(price.usd_per_hour, option.gpus));
        let (traffic, requirement) = (&query.workload.traffic, &query.workload.requirement);
        let run = measured(&query.runs, query.slug, &option);
        if let Some(found) = run.and_then(|run| Capacity::measured(option, traffic, &requirement.target, price, &run)) {
            return self.all.push(found);
        }
        if !self.is_beaten(&option, price) {
            self.under_way = Some(Estimating::new(option, traffic, &requirement.target, price));
        }
    }

    /// Whether another way on the same GPU, which was looked at, is no worse than this one can be: then this one need not
    /// be looked at.
    fn is_beaten(&self, option: &DeploymentOption, price: Option<UsdPerHour>) -> bool {
        let (traffic, requirement) = (&self.query.workload.traffic, &self.query.workload.requirement);
        let here = self.all.iter().rev().take_while(|one| one.option.slug == option.slug);
        let mut held = here.filter_map(|one| match &one.outcome {
            SloOutcome::Met { to, .. } => Some((one, &**to)),
            SloOutcome::NeverMet { .. } | SloOutcome::NotMeasured => None,
        });
        let Some(price) = price else {
            // Of what has no price, only the smallest group that holds is told.
            return held.any(|(one, _)| one.price.is_none() && one.option.gpus <= option.gpus);
        };
        let most = || option.most_requests(traffic);
        match requirement.busy {
            // Whatever the team's size: no dearer, and no fewer streams for it.
            Busy::Streams(_) => {
                let streams = option.most_streams(traffic) / price.value();
                held.any(|(one, to)| {
                    one.price.is_some_and(|its| its <= price && f64::from(to.concurrency()) / its.value() >= streams)
                })
            }
            Busy::Rate(_) if requirement.people.is_some() => {
                let rate = most() / price.value();
                held.any(|(one, to)| {
                    one.price.is_some_and(|its| its <= price && to.request_rate().value() / its.value() >= rate)
                })
            }
            // One demand alone: its fleet costs no more than the smallest one that this way could make.
            Busy::Rate(peak) => {
                let fewest = (peak / (most() * requirement.headroom.value())).ceil().max(1.0);
                let least = of_replicas(fewest, price);
                held.any(|(one, to)| {
                    let fleet = one.price.and_then(|its| fleet(requirement, to, its));
                    fleet.is_some_and(|fleet| fleet.month.value() <= least)
                })
            }
        }
    }
}

/// What so many replicas cost a month.
fn of_replicas(replicas: f64, price: UsdPerHour) -> f64 {
    replicas * price.value() * HOURS_PER_MONTH
}

/// The run of this option with the fewest warnings, if there is one.
fn measured<'a>(runs: &[(&'a str, &'a ResultFile)], model: &str, option: &DeploymentOption) -> Option<Measured<'a>> {
    let runs = runs.iter().filter(|(_, file)| {
        let configuration = &file.configuration;
        configuration.model == model
            && configuration.hardware == option.slug
            && configuration.gpu_count == option.gpus
            && configuration.quantization == option.quantization.word()
            && file.evidence != Evidence::Rehearsal
            && !file.levels.is_empty()
            // Of another kernel than the configuration means, it says nothing of this one.
            && !file.warnings.iter().any(|warning| matches!(warning, Warning::KernelNotUsed { .. }))
    });
    let (source, file) = runs.min_by_key(|(_, file)| (file.warnings.len(), file.evidence))?;
    Some(Measured { levels: &file.levels, evidence: file.evidence, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::capacity::rank;
    use crate::advice::options::published;
    use crate::advice::targets::target;
    use crate::advice::workload::{SHAREGPT, WorkloadInputs};
    use crate::economics::api_bill::ApiUse;
    use crate::economics::cost::Mix;
    use crate::economics::demand::Demand;
    use crate::store::catalogue::Catalogue;
    use crate::store::prices::Tier;
    use crate::units::Fraction;

    const CATALOGUE: &str = include_str!("../../../results/catalogue.json");
    const MODEL: &str = "llama-3.1-8b-instruct";

    fn workload(rate: f64, agents: Option<f64>, mix: Mix, slo: &str) -> Workload {
        let inputs = WorkloadInputs {
            demand: Demand::flat(rate * 86_400.0),
            mix,
            usage: ApiUse::default(),
            people: agents.map(|count| (count, "developer".into())),
            agents: agents.map(|_| Fraction::ONE),
            headroom: Fraction::new(0.8).unwrap(),
            target: target(slo).unwrap(),
            assumed: Vec::new(),
        };
        inputs.workload()
    }

    fn price(hardware: &str) -> GpuPrice {
        let day: Date = "2026-06-01".parse().unwrap();
        GpuPrice {
            provider: "made up".into(),
            hardware: hardware.into(),
            tier: Tier::OnDemand,
            usd_per_hour: UsdPerHour::new(0.5),
            min_gpus: None,
            from: day,
            to: None,
            read_on: day,
            source: "made up".into(),
            via: None,
        }
    }

    /// The ranking's fleets, with and without leaving out what is beaten, and how many ways were looked at.
    fn ranked(workload: &Workload, prices: &[GpuPrice], stored: &[Quantization]) -> [(Vec<String>, usize); 2] {
        let catalogue = Catalogue::parse(CATALOGUE).unwrap();
        let (model, fitted) = (&catalogue.models[MODEL], catalogue.estimator.as_ref().unwrap());
        let day = "2026-06-01".parse().unwrap();
        let (stored, runs) = (stored.to_vec(), Vec::new());
        let query = CapacityQuery { slug: MODEL, model, stored: stored.clone(), workload, fitted, prices, day, runs };
        let gpus = || ["rtx-a5000", "h100-sxm-80gb"].map(|slug| (slug, &catalogue.gpus[slug]));
        let quick = Search::new(query.clone(), gpus()).finished().all;
        let mut whole = Search::new(query, []);
        for (slug, gpu) in gpus() {
            for option in deployment_options(slug, gpu, model, &stored, workload.traffic.context(), fitted).unwrap() {
                let price = known_gpu_price(prices, slug, option.gpus, day);
                let price = price.map(|price| of_replica(price.usd_per_hour, option.gpus));
                whole.under_way = Some(Estimating::new(option, &workload.traffic, &workload.requirement.target, price));
                while whole.step() {}
            }
        }
        let told = |all: &[Capacity]| {
            let row = |row: &crate::advice::capacity::Row| {
                let option = &row.capacity.option;
                format!("{} {:?} {:?}", option.name(), option.quantization, row.fleet.map(|fleet| fleet.replicas))
            };
            (rank(all, &workload.requirement).iter().map(row).collect(), all.len())
        };
        [told(&quick), told(&whole.all)]
    }

    #[test]
    fn what_is_left_out_would_not_have_been_told() {
        let stored = [Quantization::Bf16, Quantization::Fp8];
        let prices = [price("rtx-a5000")];
        let agent = Mix { input: 4000.0, cached: 3000.0, output: 64.0 };
        for workload in [
            workload(1.0, None, SHAREGPT, "ttft:p50<450ms,tpot:p50<40ms"),
            workload(40.0, None, Mix { output: 32.0, ..SHAREGPT }, "tpot:p50<60ms"),
            workload(0.1, Some(8.0), agent, "ttft:p50<2s,tps:p50>20"),
        ] {
            let [(quick, few), (whole, all)] = ranked(&workload, &prices, &stored);
            assert_eq!(quick, whole, "{}", workload.words);
            assert!(few < all, "{few} of {all}");
        }
    }

    #[test]
    fn no_way_serves_more_than_its_bound() {
        let catalogue = Catalogue::parse(CATALOGUE).unwrap();
        let (model, fitted) = (&catalogue.models[MODEL], catalogue.estimator.as_ref().unwrap());
        for mix in [SHAREGPT, Mix { input: 2000.0, cached: 1000.0, output: 50.0 }] {
            let workload = workload(1.0, None, mix, "any");
            for slug in ["rtx-a5000", "l40s-48gb", "b200-180gb"] {
                let context = workload.traffic.context();
                for option in
                    deployment_options(slug, &catalogue.gpus[slug], model, &published(model), context, fitted).unwrap()
                {
                    let bound = option.most_requests(&workload.traffic);
                    let level = workload.traffic.level(
                        &option,
                        option.most_streams(&workload.traffic).min(128.0) as u32,
                        128,
                        false,
                    );
                    let served = level.request_rate().value();
                    assert!(served <= bound, "{} {:?}: {served} of {bound}", option.name(), option.quantization);
                }
            }
        }
    }

    #[test]
    fn every_gpu_is_looked_at_once() {
        let catalogue = Catalogue::parse(CATALOGUE).unwrap();
        let workload = workload(1.0, Some(2.0), Mix { input: 300.0, cached: 0.0, output: 16.0 }, "ttft:p50<1ms");
        let fitted = catalogue.estimator.as_ref().unwrap();
        let day = "2026-06-01".parse().unwrap();
        let (model, stored) = (&catalogue.models[MODEL], vec![Quantization::Fp8]);
        let query = CapacityQuery {
            slug: MODEL,
            model,
            stored,
            workload: &workload,
            fitted,
            prices: &[],
            day,
            runs: Vec::new(),
        };
        let gpus = catalogue.gpus.iter().map(|(slug, gpu)| (slug.as_str(), gpu));
        let mut search = Search::new(query, gpus);
        assert_eq!(search.left(), catalogue.gpus.len());
        while search.step() {}
        let rows = rank(&search.all, &workload.requirement).len();
        assert_eq!((search.left(), rows + search.none.len()), (0, catalogue.gpus.len()));
    }
}
