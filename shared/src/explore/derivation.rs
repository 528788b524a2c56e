//! Every number of an evaluation with its formula and the numbers in it, in the order in which one follows from the
//! other.
//!
//! Written from the values that were computed with: whoever types a worked line into a calculator gets the number.

use crate::economics::api_bill::Tariff;
use crate::economics::bill::Item;
use crate::economics::cost::Mix;
use crate::economics::demand::Slot;
use crate::economics::hosting::{AnyCurve, Hosting, Pods};
use crate::economics::model::{Case, Comparison, Evaluation};
use crate::economics::ownership::{Bought, capital_recovery};
use crate::economics::staircase::Staircase;
use crate::explore::knobs;
use crate::measure::summary::Level;
use crate::units::{DAYS_PER_MONTH, HOURS_PER_MONTH, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT};

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is.
    pub name: String,
    /// The formula in symbols.
    pub formula: String,
    /// The formula with the numbers in it.
    pub worked: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

/// Collects steps.
#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, name: impl Into<String>, formula: &str, worked: String, value: f64, unit: &'static str) {
        self.0.push(Step { name: name.into(), formula: formula.into(), worked, value, unit });
    }
}

/// One API: its name, its tariff, and what came out.
pub type Api<'a> = (&'a str, &'a Tariff, &'a Comparison);

/// Every number that leads to an evaluation. `level` is the level it was measured at, if one was.
#[must_use]
pub fn derivation(case: &Case, evaluation: &Evaluation, level: Option<&Level>, apis: &[Api]) -> Vec<Step> {
    let mut steps = Steps::default();
    throughput(case, evaluation, level, &mut steps);
    demand(case, evaluation, &mut steps);
    if let Hosting::Bought(bought) = &case.terms.hosting {
        owning(bought, evaluation, &mut steps);
    }
    bill(case, evaluation, &mut steps);
    costs(case, evaluation, &mut steps);
    for api in apis {
        against(case, evaluation, *api, &mut steps);
    }
    steps.0
}

fn throughput(case: &Case, evaluation: &Evaluation, level: Option<&Level>, steps: &mut Steps) {
    let served = &case.served;
    if let Some(level) = level.filter(|level| level.request_rate() == served.rate) {
        let (requests, seconds) = (level.completed, level.duration_s.value());
        steps.add(
            "q, requests a second",
            "R / T",
            format!("{requests} / {seconds}"),
            served.rate.value(),
            "requests/s",
        );
        let per_request = [("i, input", level.prompt_tokens), ("o, output", level.output_tokens)];
        for (name, tokens) in per_request {
            let value = tokens as f64 / requests as f64;
            steps.add(
                format!("{name} tokens a request"),
                "tokens / R",
                format!("{tokens} / {requests}"),
                value,
                "tokens",
            );
        }
    }
    if case.mix != served.mix {
        let (measured, demanded) = (work(case, served.mix), work(case, case.mix));
        let formula = "(i - h) / rho + kappa × h / rho + o";
        steps.add("w, work of a measured request", formula, measured.0, measured.1, "output tokens");
        steps.add("w', work of a demanded request", formula, demanded.0, demanded.1, "output tokens");
        steps.add(
            "q', requests a second of the demanded mix",
            "q × w / w'",
            format!("{} × {} / {}", served.rate.value(), measured.1, demanded.1),
            evaluation.rate.value(),
            "requests/s",
        );
    }
}

fn work(case: &Case, mix: Mix) -> (String, f64) {
    let (rho, kappa) = (case.weights.output_to_prompt, case.weights.cached_to_prompt);
    let Mix { input, cached, output } = mix;
    let worked = format!("({input} - {cached}) / {rho} + {kappa} × {cached} / {rho} + {output}");
    (worked, mix.work(case.weights))
}

fn demand(case: &Case, evaluation: &Evaluation, steps: &mut Steps) {
    let (day, month) = (case.demand.requests_per_day, case.demand.per_month());
    steps.add(
        "D, requests a month of 730 hours",
        "requests a day × 730 / 24",
        format!("{day} × {HOURS_PER_MONTH} / 24"),
        month,
        "requests",
    );
    let AnyCurve::Fleet(stairs) = case.curve() else { return };
    let theta = case.terms.fleet.headroom.value();
    steps.add(
        "cap, requests a month that one replica is planned for",
        "theta × q' × 3600 × 730",
        format!("{theta} × {} × {SECONDS_PER_HOUR} × {HOURS_PER_MONTH}", evaluation.rate.value()),
        stairs.capacity,
        "requests",
    );
    let peak = stairs.slots.iter().map(|slot| slot.weight).fold(0.0, f64::max);
    let (formula, worked) = replicas(&stairs, month, peak);
    steps.add("n, replicas in the busiest hour", &formula, worked, stairs.most_replicas(month) as f64, "replicas");
    if stairs.slots.len() > 1 {
        let part = |slot: &Slot| format!("{} × {}", slot.share, stairs.replicas(month, *slot));
        let parts: Vec<String> = stairs.slots.iter().map(part).collect();
        let mean = stairs.mean_replicas(month);
        steps.add("replicas on average", "sum of share of hours × replicas", parts.join(" + "), mean, "replicas");
    }
}

fn replicas(stairs: &Staircase, month: f64, peak: f64) -> (String, String) {
    let (mut formula, mut worked) = (
        "max(n_min, ceil(D × pi / cap))".to_owned(),
        format!("max({}, ceil({month} × {peak} / {}))", stairs.minimum, stairs.capacity),
    );
    if stairs.spare > 0 {
        formula += " + n_spare";
        worked += &format!(" + {}", stairs.spare);
    }
    (formula, worked)
}

fn owning(bought: &Bought, evaluation: &Evaluation, steps: &mut Steps) {
    let (rate, years) = (bought.interest, bought.years);
    if rate > 0.0 {
        steps.add(
            "CRF, capital recovery factor",
            "r × (1 + r)^n / ((1 + r)^n - 1)",
            format!("{rate} × (1 + {rate}) ^ {years} / ((1 + {rate}) ^ {years} - 1)"),
            capital_recovery(rate, years),
            "a year",
        );
    }
    let year = bought.year();
    let factor = capital_recovery(rate, years);
    let (capital, residual) = (bought.capital.value(), bought.residual.value());
    steps.add(
        "capital of one replica",
        "(C - S / (1 + r)^n) × CRF",
        format!("({capital} - {residual} / (1 + {rate}) ^ {years}) × {factor}"),
        year.capital,
        "USD a year",
    );
    let (idle, load, pue, price) = (bought.idle_kw, bought.load_kw, bought.pue, bought.electricity.value());
    let hours = format!("{HOURS_PER_MONTH} × 12");
    steps.add(
        "power without load of one replica",
        "kW × PUE × USD/kWh × 8760",
        format!("{idle} × {pue} × {price} × {hours}"),
        year.idle_power,
        "USD a year",
    );
    steps.add(
        "power that a request adds",
        "(kW_load - kW_idle) × PUE × USD/kWh / (3600 × q')",
        format!("({load} - {idle}) × {pue} × {price} / ({SECONDS_PER_HOUR} × {})", evaluation.rate.value()),
        bought.power_per_request(evaluation.rate),
        "USD",
    );
}

fn bill(case: &Case, evaluation: &Evaluation, steps: &mut Steps) {
    let month = case.demand.per_month();
    let bill = &evaluation.bill;
    if let Hosting::Pods(Pods { spot: Some(spot), .. }) = &case.terms.hosting {
        let worked = format!("{} × (1 + {})", spot.price.value(), spot.redo);
        let value = spot.price.value() * (1.0 + spot.redo);
        steps.add("price of a spot hour with work done twice", "P_s × (1 + redo)", worked, value, "USD");
    }
    if let Some(depth) = bill.batch_depth {
        // Solved for, not computed from left to right: what is printed is the equation it satisfies.
        steps.add(
            "d, requests in a running worker's batch",
            "d with lambda / q(d) = 1 - exp(-lambda × d / q(d)), by hours",
            depth.to_string(),
            depth,
            "requests",
        );
    }
    let mut total = Vec::new();
    for line in &bill.lines {
        let (name, unit) = knobs::item(line.item);
        let worked = format!("{} × {}", line.quantity, line.unit_price);
        let quantity = match line.item {
            Item::OnDemand | Item::Reserved | Item::Spot => "replicas × 730 h × price an hour".to_owned(),
            _ => format!("{unit} × price"),
        };
        steps.add(format!("bill: {name}"), &quantity, worked, line.usd().value(), "USD a month");
        total.push(line.usd().value().to_string());
    }
    if !total.is_empty() {
        steps.add("the monthly bill", "sum of its lines", total.join(" + "), bill.total().value(), "USD a month");
    }
    if bill.mean_replicas > 0.0 {
        let worked = format!(
            "{month} / ({} × {} × {SECONDS_PER_HOUR} × {HOURS_PER_MONTH})",
            bill.mean_replicas,
            evaluation.rate.value()
        );
        steps.add(
            "U, utilisation: a result",
            "D / (replicas × q' × 3600 × 730)",
            worked,
            bill.utilisation,
            "of full load",
        );
    }
}

fn costs(case: &Case, evaluation: &Evaluation, steps: &mut Steps) {
    let (full, mix, weights) = (&evaluation.full_load, case.mix, case.weights);
    let egress = case.terms.extras.egress_per_request();
    let request = full.per_request.value();
    let (formula, sent) = if egress > 0.0 {
        ("P / 3600 / q' + egress", format!(" + {egress}"))
    } else {
        ("P / 3600 / q'", String::new())
    };
    let worked = format!("{} / {SECONDS_PER_HOUR} / {}{sent}", full.price.value(), evaluation.rate.value());
    steps.add("c_req, a request at full load", formula, worked, request, "USD");
    let million = |usd: f64, tokens: String| format!("{usd} × {TOKENS_PER_PRICE_UNIT} / ({tokens})");
    let total = format!("{} + {}", mix.input, mix.output);
    steps.add(
        "1M total tokens at full load",
        "c_req × 1,000,000 / (i + o)",
        million(request, total.clone()),
        full.per_million.value(),
        "USD per 1M total tokens",
    );
    steps.add(
        "c_out, 1M output tokens at full load",
        "c_req × 1,000,000 / ((i - h) / rho + kappa × h / rho + o)",
        million(request, work(case, mix).0),
        full.split.output.value(),
        "USD per 1M output tokens",
    );
    let (output, input) = (full.split.output.value(), full.split.input.value());
    let rho = weights.output_to_prompt;
    steps.add(
        "c_in, 1M input tokens at full load",
        "c_out / rho",
        format!("{output} / {rho}"),
        input,
        "USD per 1M input tokens",
    );
    if mix.cached > 0.0 {
        let worked = format!("{} × {input}", weights.cached_to_prompt);
        steps.add(
            "c_hit, 1M cached input tokens",
            "kappa × c_in",
            worked,
            full.split.cached.value(),
            "USD per 1M cached tokens",
        );
    }
    let (bill, month) = (evaluation.bill.total().value(), case.demand.per_month());
    steps.add("a request as used", "bill / D", format!("{bill} / {month}"), evaluation.per_request.value(), "USD");
    steps.add(
        "1M total tokens as used",
        "bill × 1,000,000 / (D × (i + o))",
        format!("{bill} × {TOKENS_PER_PRICE_UNIT} / ({month} × ({total}))"),
        evaluation.per_million.value(),
        "USD per 1M total tokens",
    );
}

fn against(case: &Case, evaluation: &Evaluation, (name, tariff, comparison): Api, steps: &mut Steps) {
    let request = comparison.request.value();
    let (formula, worked) = request_formula(case, tariff);
    steps.add(format!("{name}: a_req, the same request"), &formula, worked, request, "USD");
    let month = case.demand.per_month();
    let monthly = comparison.monthly.value();
    steps.add(format!("{name}: the same month"), "a_req × D", format!("{request} × {month}"), monthly, "USD a month");
    let Some(found) = &comparison.break_even else { return };
    let own = evaluation.full_load.per_request.value();
    let worked = format!("{own} / {request}");
    steps.add(
        format!("{name}: u*, break-even utilisation"),
        "c_req / a_req",
        worked,
        found.utilisation,
        "of full load",
    );
    let (Some(crossing), AnyCurve::Fleet(stairs)) = (found.crossings.first(), case.curve()) else { return };
    let at = crossing.requests_per_month;
    let stretch = stairs.stretches().find(|stretch| at > stretch.from && at <= stretch.to);
    let Some(stretch) = stretch else { return };
    steps.add(
        format!("{name}: D_{}, the first crossing", crossing.replicas),
        "what a month costs whatever is asked / (a_req - what a request adds)",
        format!("{} / ({request} - {})", stretch.fixed, stretch.per_request),
        at,
        "requests a month",
    );
    let day = at / DAYS_PER_MONTH;
    steps.add(
        format!("{name}: the same, a day"),
        "D × 24 / 730",
        format!("{at} × 24 / {HOURS_PER_MONTH}"),
        day,
        "requests a day",
    );
}

/// a_req with all that it has; at list price only what that takes.
fn request_formula(case: &Case, tariff: &Tariff) -> (String, String) {
    let (usage, mix) = (case.api_use, case.mix);
    let prices = tariff.at(mix.input);
    let (cached, written) = (usage.cached * mix.input, usage.written * mix.input);
    let mut input = ("i × p_in".to_owned(), format!("{} × {}", mix.input, prices.input.value()));
    if cached + written > 0.0 {
        input.0 = "((i - h - w) × p_in + h × p_cached + w × p_write)".into();
        input.1 = format!(
            "(({} - {cached} - {written}) × {} + {cached} × {} + {written} × {})",
            mix.input,
            prices.input.value(),
            prices.cached.value(),
            prices.cache_write.value()
        );
    }
    let mut output = ("o × p_out".to_owned(), format!("{} × {}", mix.output, prices.output.value()));
    if usage.reasoning > 0.0 {
        output.0 = "o × (1 + tau) × p_out".into();
        output.1 = format!("{} × (1 + {}) × {}", mix.output, usage.reasoning, prices.output.value());
    }
    let (prompt_factor, output_factor) = tariff.batch_factors();
    if usage.batch > 0.0 && tariff.has_batch() {
        let batch = usage.batch;
        for (part, factor) in [(&mut input, prompt_factor), (&mut output, output_factor)] {
            part.0 += " × (1 - b + b × batch / list)";
            part.1 += &format!(" × (1 - {batch} + {batch} × {factor})");
        }
    }
    let (mut formula, mut worked) = (
        format!("({} + {}) / 1,000,000", input.0, output.0),
        format!("({} + {}) / {TOKENS_PER_PRICE_UNIT}", input.1, output.1),
    );
    if tariff.fee() > 0.0 {
        formula += " × (1 + fee)";
        worked += &format!(" × (1 + {})", tariff.fee());
    }
    (formula, worked)
}
