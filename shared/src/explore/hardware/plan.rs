//! What a reader plans under Hardware, and how it is written into the address: `m:qwen3-8b~dev:8~slo:voice`.
//!
//! One text of the scenario, so that whoever only answers need not know these inputs. What is the default is not written;
//! what is not understood is left out and named.

use crate::advice::decide::Need;
use crate::advice::targets;
use crate::advice::workload::{SHAREGPT, Workload, WorkloadInputs};
use crate::decimal;
use crate::economics::cost::Mix;
use crate::economics::demand::{Demand, Shape};
use crate::explore::answer::told;
use crate::explore::decide::Conditions;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::hardware::quantization::Quantization;
use crate::store::catalogue::{Catalogue, Model};
use crate::store::lookup::lookup;
use crate::units::{Fraction, HOURS_PER_DAY, SECONDS_PER_HOUR};

/// The demand of configs/demand that a team of developers with agents is.
const DEVELOPERS: &str = "developers";
/// Longest text of a target.
const LONGEST_TARGET: usize = 60;
/// What stands between two inputs; in none of them.
const BETWEEN: char = '~';

/// Everything a reader can choose there.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Name of the model's file.
    pub model: String,
    /// How its weights are stored; `None` for any way.
    pub stored: Option<Quantization>,
    /// Who asks.
    pub who: Who,
    /// The latency target, by its name or its limits.
    pub target: String,
    /// Prompt tokens a request; `None` for the demand's.
    pub input: Option<f64>,
    /// Output tokens a request.
    pub output: Option<f64>,
    /// Of the prompt, tokens that the prefix cache holds.
    pub cached: Option<f64>,
    /// Tokens of a context that is to fit.
    pub context: f64,
    /// How many of them at once.
    pub at_once: f64,
    /// GPUs that share each layer.
    pub gpus: u32,
    /// What is said under Decide.
    pub conditions: Conditions,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Who {
    /// So many developers with an agent each.
    Developers(f64),
    /// Whoever sends so many requests a second in the busiest hour.
    Rate(f64),
    /// The page's own demand.
    Page,
}

impl Who {
    /// Its word in the plan and in the list.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Developers(_) => "dev",
            Self::Rate(_) => "rps",
            Self::Page => "page",
        }
    }

    /// How many; `None` where that is not asked.
    #[must_use]
    pub const fn count(self) -> Option<f64> {
        match self {
            Self::Developers(count) | Self::Rate(count) => Some(count),
            Self::Page => None,
        }
    }

    /// The one of a word, with as many as one would start from.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        [Self::Developers(8.0), Self::Rate(1.0), Self::Page].into_iter().find(|who| who.key() == key)
    }

    fn with(self, count: &str) -> Result<Self, String> {
        Ok(match self {
            Self::Developers(_) => Self::Developers(number(count, 1.0, 1e5)?.round()),
            Self::Rate(_) => Self::Rate(number(count, 0.001, 1e5)?),
            Self::Page => Self::Page,
        })
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            model: "llama-3.1-8b-instruct".into(),
            stored: None,
            who: Who::Developers(8.0),
            target: "chat".into(),
            input: None,
            output: None,
            cached: None,
            context: 8192.0,
            at_once: 4.0,
            gpus: 1,
            conditions: Conditions::default(),
        }
    }
}

/// A number that a reader types into a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// How many ask.
    Count,
    /// Prompt tokens.
    Input,
    /// Output tokens.
    Output,
    /// Cached prompt tokens.
    Cached,
    /// Tokens of a context.
    Context,
    /// Contexts at once.
    AtOnce,
}

impl Plan {
    /// As it stands in the address: what differs from the default, in a fixed order.
    #[must_use]
    pub fn write(&self) -> String {
        let default = Self::default();
        let mut parts: Vec<(&str, String)> = Vec::new();
        let mut add = |differs: bool, key: &'static str, value: String| {
            if differs {
                parts.push((key, value));
            }
        };
        let written = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
        add(self.model != default.model, "m", self.model.clone());
        add(self.stored.is_some(), "q", self.stored.map_or("", Quantization::word).into());
        add(self.who != default.who, self.who.key(), written(self.who.count()));
        add(self.target != default.target, "slo", self.target.clone());
        for (key, number) in [("in", self.input), ("out", self.output), ("hit", self.cached)] {
            add(number.is_some(), key, written(number));
        }
        add(self.context != default.context, "ctx", self.context.to_string());
        add(self.at_once != default.at_once, "seqs", self.at_once.to_string());
        add(self.gpus != default.gpus, "tp", self.gpus.to_string());
        let (said, unsaid) = (&self.conditions, &default.conditions);
        add(said.need != unsaid.need, "need", said.need.word().into());
        add(!said.may_leave, "stay", "1".into());
        add(said.discount != unsaid.discount, "off", said.percent_off());
        add(said.buy_price.is_some(), "buy", said.quoted());
        let parts: Vec<String> = parts.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
        parts.join("~")
    }

    /// Reads what stands in the address, and names what it does not understand.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<String>) {
        let (mut plan, mut ignored) = (Self::default(), Vec::new());
        for part in text.split(BETWEEN).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once(':').unwrap_or((part, ""));
            if let Err(why) = plan.take(key, value) {
                ignored.push(format!("“{key}” {why}"));
            }
        }
        (plan, ignored)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "m" if value.is_empty() => return Err("names no model".into()),
            "m" => self.model = value.into(),
            "q" => self.stored = Some(Quantization::of(value).ok_or("is no way to store weights")?),
            "slo" => self.target = clean_target(value)?,
            "in" => self.set(Field::Input, value)?,
            "out" => self.set(Field::Output, value)?,
            "hit" => self.set(Field::Cached, value)?,
            "ctx" => self.set(Field::Context, value)?,
            "seqs" => self.set(Field::AtOnce, value)?,
            "tp" => self.gpus = number(value, 1.0, 8.0)?.round() as u32,
            "need" | "stay" | "off" | "buy" => self.say(key, value)?,
            key => self.who = Who::of(key).ok_or("is not a key of a plan")?.with(value)?,
        }
        Ok(())
    }

    /// Says a condition under Decide: `need`, `stay`, `off` in percent, or `buy` in USD, which may be empty.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow its name.
    pub fn say(&mut self, key: &str, value: &str) -> Result<(), String> {
        let said = &mut self.conditions;
        match (key, value.trim()) {
            ("need", word) => said.need = Need::of(word).ok_or("is none of open, comparable, frontier")?,
            ("stay", _) => said.may_leave = false,
            ("off", percent) => {
                let share = number(percent, 0.0, 99.0)? / 100.0;
                said.discount = Fraction::new(share).map_err(|_| "is no share")?;
            }
            (_, "") => said.buy_price = None,
            (_, usd) => said.buy_price = Some(number(usd, 1.0, 1e9)?),
        }
        Ok(())
    }

    /// Sets a number as it was typed; nothing typed leaves it to the demand, where there is one.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow the field's name.
    pub fn set(&mut self, field: Field, typed: &str) -> Result<(), String> {
        let or_none = |most: f64, least: f64| match typed.trim() {
            "" => Ok(None),
            typed => number(typed, least, most).map(|tokens| Some(tokens.round())),
        };
        match field {
            Field::Count => self.who = self.who.with(typed)?,
            Field::Input => self.input = or_none(1e7, 1.0)?,
            Field::Output => self.output = or_none(1e7, 1.0)?,
            Field::Cached => self.cached = or_none(1e7, 0.0)?,
            Field::Context => self.context = number(typed, 1.0, 1e7)?.round(),
            Field::AtOnce => self.at_once = number(typed, 1.0, 1e5)?.round(),
        }
        Ok(())
    }

    /// A number as it is shown in its field; empty where the demand's own is meant.
    #[must_use]
    pub fn shown(&self, field: Field) -> String {
        let number = match field {
            Field::Count => self.who.count(),
            Field::Input => self.input,
            Field::Output => self.output,
            Field::Cached => self.cached,
            Field::Context => Some(self.context),
            Field::AtOnce => Some(self.at_once),
        };
        number.map_or(String::new(), |number| number.to_string())
    }

    /// The part of it that a ranking depends on.
    #[must_use]
    pub fn demand(&self) -> Self {
        let Self { context, at_once, gpus, conditions, .. } = Self::default();
        Self { context, at_once, gpus, conditions, ..self.clone() }
    }

    /// The model it means, if the catalogue has it.
    #[must_use]
    pub fn model_in<'a>(&self, catalogue: &'a Catalogue) -> Option<(&'a str, &'a Model)> {
        lookup(&catalogue.models, &self.model).ok()
    }

    /// What it asks of a replica in the busiest hour, and over a month.
    ///
    /// # Errors
    /// A sentence when the demand or the target is not known.
    pub fn asking(&self, catalogue: &Catalogue, library: &Library, scenario: &Scenario) -> Result<Workload, String> {
        let target = targets::target(&self.target)?;
        let per_day = HOURS_PER_DAY * SECONDS_PER_HOUR;
        let headroom = scenario.headroom;
        let base = |requests_per_day, peak_to_mean, mix| WorkloadInputs {
            demand: Demand { requests_per_day, shape: Shape::PeakToMean(peak_to_mean) },
            mix,
            usage: scenario.api_use,
            people: None,
            agents: None,
            headroom,
            target,
            assumed: Vec::new(),
        };
        let needs = match self.who {
            Who::Developers(count) => {
                let each = catalogue.people.get(DEVELOPERS);
                let each =
                    each.ok_or("The catalogue does not say what a developer asks for. Choose another demand.")?;
                let input = each.input_tokens.unwrap_or(SHAREGPT.input);
                let output = each.output_tokens.unwrap_or(SHAREGPT.output);
                let mix = self.mix(Mix { input, output, cached: each.cached_input_tokens.unwrap_or(0.0) });
                WorkloadInputs {
                    people: Some((count, each.who.clone())),
                    agents: Some(Fraction::ONE),
                    // How many there are is the reader's own.
                    assumed: each.assumed.iter().filter(|key| *key != DEVELOPERS).cloned().collect(),
                    ..base(count * each.requests_per_day, each.peak_to_mean, mix)
                }
            }
            Who::Rate(rate) => base(rate * per_day, 1.0, self.mix(SHAREGPT)),
            Who::Page => {
                let told = told(library, scenario);
                let answer = told.ok_or("The page has no answer to take a demand from. Choose another demand.")?;
                let (day, peak) = (answer.demand.requests_per_day, answer.demand.shape.peak_to_mean());
                base(day, peak, self.mix(answer.mix))
            }
        };
        Ok(needs.workload())
    }

    /// A demand's tokens with the reader's own over them; without one, the demand's share of the prompt is cached.
    fn mix(&self, demand: Mix) -> Mix {
        let mix = demand.with(self.input, self.cached, self.output);
        Mix { cached: mix.cached.min(mix.input), ..mix }
    }
}

fn number(typed: &str, least: f64, most: f64) -> Result<f64, String> {
    let number = decimal::read(typed.trim()).ok_or_else(|| format!("is a number, not `{typed}`"))?;
    let within = (least..=most).contains(&number);
    if within { Ok(decimal::tidy(number)) } else { Err(format!("lies between {least} and {most}")) }
}

/// A target as a reader typed it, if it is one.
///
/// # Errors
/// What is wrong with it.
pub fn clean_target(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    if typed.len() > LONGEST_TARGET || typed.contains(BETWEEN) {
        return Err("is too long for a target".into());
    }
    targets::target(typed).map(|_| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plans() -> impl Strategy<Value = Plan> {
        let tokens = || proptest::option::of((1..1_000_000_u32).prop_map(f64::from));
        let who = prop_oneof![
            (1..100_000_u32).prop_map(|count| Who::Developers(count.into())),
            (0.001..9e4_f64).prop_map(|rate| Who::Rate(decimal::tidy(rate))),
            Just(Who::Page),
        ];
        let target = prop_oneof![
            proptest::sample::select(vec!["chat", "instant", "voice", "batch", "any", "ttft:p50<2s,tps:p50>20"])
                .prop_map(str::to_owned),
            (1..9000_u32).prop_map(|most| format!("ttft:p99<{most}ms")),
        ];
        let stored = proptest::option::of(proptest::sample::select(Quantization::ALL.to_vec()));
        let fit = (1..1_000_000_u32, 1..10_000_u32, proptest::sample::select(vec![1_u32, 2, 4, 8]));
        let need = proptest::sample::select(Need::ALL.to_vec());
        let quote = proptest::option::of((1..1_000_000_u32).prop_map(f64::from));
        let conditions = (need, any::<bool>(), 0..100_u32, quote).prop_map(|(need, may_leave, percent, buy_price)| {
            let discount = Fraction::new(f64::from(percent) / 100.0).unwrap();
            Conditions { need, may_leave, discount, buy_price }
        });
        ("[a-z0-9.-]{1,30}", stored, who, target, (tokens(), tokens(), tokens()), fit, conditions).prop_map(
            |(model, stored, who, target, (input, output, cached), (context, at_once, gpus), conditions)| Plan {
                model,
                stored,
                who,
                target,
                input,
                output,
                cached,
                context: context.into(),
                at_once: at_once.into(),
                gpus,
                conditions,
            },
        )
    }

    proptest! {
        #[test]
        fn every_plan_survives_its_text(plan in plans()) {
            // An address carries texts up to 200 bytes.
            prop_assert!(plan.write().len() <= 200);
            prop_assert_eq!(Plan::read(&plan.write()), (plan, Vec::new()));
        }

        #[test]
        fn no_text_breaks_the_page(text in ".{0,60}") {
            let _ = Plan::read(&text);
        }
    }

    #[test]
    fn the_default_is_not_written_and_a_change_is_short() {
        assert_eq!(Plan::default().write(), "");
        let plan = Plan { who: Who::Rate(20.0), target: "instant".into(), ..Plan::default() };
        assert_eq!(plan.write(), "rps:20~slo:instant");
    }

    #[test]
    fn conditions_are_said_and_refused_by_name() {
        let (plan, ignored) = Plan::read("need:frontier~stay:1~off:25~buy:2400~need:best~off:140");
        let Conditions { need, may_leave, discount, buy_price } = plan.conditions;
        assert_eq!((need, may_leave, discount.value(), buy_price), (Need::Frontier, false, 0.25, Some(2400.0)));
        assert_eq!(ignored, ["“need” is none of open, comparable, frontier", "“off” lies between 0 and 99"]);
        let mut plan = plan;
        assert!(plan.say("buy", "").is_ok() && plan.conditions.buy_price.is_none());
    }

    #[test]
    fn what_is_not_understood_is_named_and_left_out() {
        let (plan, ignored) = Plan::read("dev:none~colour:red~q:int5~slo:soon~ctx:4096");
        assert_eq!(plan, Plan { context: 4096.0, ..Plan::default() });
        let keys: Vec<&str> = ignored.iter().filter_map(|part| part.split('”').next()).collect();
        assert_eq!(keys, ["“dev", "“colour", "“q", "“slo"]);
    }

    #[test]
    fn a_field_may_be_left_to_the_demand() {
        let mut plan = Plan::default();
        plan.set(Field::Input, "500").unwrap();
        assert_eq!(plan.input, Some(500.0));
        plan.set(Field::Input, " ").unwrap();
        assert_eq!(plan.input, None);
        assert!(plan.set(Field::Context, "").is_err());
        assert!(plan.set(Field::Count, "0").unwrap_err().contains("between 1 and"));
    }
}
