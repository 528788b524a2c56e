//! What the page derives from a link, as numbers. The one place of these tests that calls functions of `shared`, so a rename
//! there is followed here.

use std::path::Path;

use serde_json::{Value, json};

use shared::advice::decide::{Kind, decide};
use shared::explore::answer::{Answer, answer};
use shared::explore::decide::question;
use shared::explore::hardware::plan::Plan;
use shared::explore::library::Library;
use shared::explore::query::{decode, encode};
use shared::explore::scenario::Scenario;
use shared::store::catalogue::Catalogue;
use shared::store::index::Index;
use shared::store::result_file::ResultFile;

/// The repository's results as the page loads them, on a fixed day.
pub struct Page {
    library: Library,
    catalogue: Catalogue,
}

impl Page {
    /// Reads the repository's results and catalogue.
    pub fn load() -> Self {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results");
        let read = |below: &str| std::fs::read_to_string(results.join(below)).unwrap();
        let index = Index::parse(&read("index.json")).unwrap();
        let file = |path: &String| ResultFile::parse(&read(path)).unwrap();
        let files = index.results.iter().map(|entry| (entry.path.clone(), file(&entry.path))).collect();
        let catalogue = serde_json::from_str(&read("catalogue.json")).unwrap();
        Self { library: Library::new(index, files, "2026-11-22".parse().unwrap()), catalogue }
    }

    /// Everything that is compared of a link.
    pub fn numbers(&self, query: &str) -> Value {
        let (scenario, ignored) = decode(query);
        assert_eq!(ignored, [], "{query}");
        let currency = scenario.currency.as_ref().map(|currency| json!([currency.code, currency.per_usd]));
        json!({
            "written": encode(&scenario),
            "view": scenario.view.key(),
            "percentile": scenario.statistic.word(),
            "currency": currency,
            "answer": answer(&self.library, &scenario).ok().map(|answer| numbers(&answer)),
            "pinned": scenario.pinned.as_ref().map(|pinned| self.numbers(&encode(pinned))),
            "plan": (!scenario.plan.is_empty()).then(|| self.plan(&scenario)),
        })
    }

    fn plan(&self, scenario: &Scenario) -> Value {
        let (plan, ignored) = Plan::read(&scenario.plan);
        assert!(ignored.is_empty(), "{ignored:?}");
        let demand = plan.asking(&self.catalogue, &self.library, scenario).unwrap();
        let requirement = &demand.requirement;
        json!({
            "written": plan.write(),
            "model": plan.model_in(&self.catalogue).unwrap().0,
            "requests_per_day": demand.demand.requests_per_day,
            "peak_to_mean": demand.demand.shape.peak_to_mean(),
            "tokens": [demand.mix.input, demand.mix.cached, demand.mix.output],
            "requests_per_month": requirement.requests_per_month,
            "people": requirement.people,
            "headroom": requirement.headroom.value(),
            "limits": requirement.target.limits.len(),
            "usd_per_month": self.offers(scenario, &plan),
        })
    }

    /// What Decide compares. A bought machine is left out: its power is an assumption.
    fn offers(&self, scenario: &Scenario, plan: &Plan) -> Value {
        let question = question(&self.library, scenario, &plan.conditions, None).unwrap();
        let offers = decide(&question).unwrap().offers;
        let month = |kind: Kind| {
            let offer = offers.iter().find(|offer| offer.kind == kind);
            offer.and_then(|offer| offer.month).map(|usd| usd.value())
        };
        let apis = offers.iter().filter(|offer| matches!(offer.kind, Kind::Call(_)) && offer.ruled_out.is_none());
        let apis: Vec<f64> = apis.filter_map(|offer| offer.month).map(|usd| usd.value()).collect();
        json!({
            "on_demand": month(Kind::Rent),
            "reserved": month(Kind::Reserve),
            "serverless": month(Kind::Serverless),
            "apis": apis.len(),
            "cheapest_api": apis.iter().copied().reduce(f64::min),
        })
    }
}

fn numbers(answer: &Answer) -> Value {
    let break_even = answer.api.break_even.as_ref();
    json!({
        "run": answer.run.entry.id,
        "evidence": answer.evidence.word(),
        "concurrency": answer.level.concurrency(),
        "usd_per_hour": answer.replica_price.value(),
        "tokens": [answer.mix.input, answer.mix.cached, answer.mix.output],
        "requests_per_s": answer.replica.rate.value(),
        "requests_per_day": answer.demand.requests_per_day,
        "usd_per_month": answer.bill.total.value(),
        "replicas": answer.bill.replicas,
        "usd_per_1m": answer.per_million.value(),
        "usd_per_1m_full_load": answer.per_million_full.value(),
        "api_usd_per_month": answer.api.monthly.value(),
        "api_usd_per_1m": answer.api.per_million.value(),
        "apis": answer.apis.len(),
        "break_even_utilisation": break_even.map(|found| found.utilisation),
        "break_even_requests_per_month": break_even.and_then(|found| found.first()),
    })
}
