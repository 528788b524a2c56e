//! The keys of a demand file, read strictly: every key that says something no demand can be is named.

use std::path::Path;

use serde::Deserialize;

use super::{DemandFile, Heads, MOST_HEADS, Tokens, Volume, Who};
use crate::catalogue::{Problem, hourly_csv, toml_problem};
use shared::economics::api_bill::ApiUse;
use shared::economics::demand::{Hours, Shape};
use shared::economics::invalid::{Invalid, within};
use shared::units::DAYS_PER_MONTH;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    about: String,
    source: String,
    #[serde(default)]
    assumed: Vec<String>,
    requests_per_day: Option<f64>,
    requests_per_month: Option<f64>,
    tokens_per_hour: Option<f64>,
    users: Option<f64>,
    requests_per_user_per_day: Option<f64>,
    developers: Option<f64>,
    requests_per_developer_per_day: Option<f64>,
    input_tokens: Option<f64>,
    cached_input_tokens: Option<f64>,
    output_tokens: Option<f64>,
    peak_to_mean: Option<f64>,
    hours: Option<Vec<f64>>,
    csv: Option<String>,
    #[serde(default)]
    api: WrittenApi,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenApi {
    cached: Option<f64>,
    written: Option<f64>,
    reasoning: Option<f64>,
    batch: Option<f64>,
}

/// Reads a text; `folder` is where its CSV may lie, which only a file on disk can have.
pub(super) fn read(path: &str, text: &str, folder: Option<&Path>) -> Result<DemandFile, Vec<Problem>> {
    let written: Written = toml::from_str(text).map_err(|error| vec![toml_problem(path, text, &error)])?;
    let mut wrong = Wrong::default();
    wrong.assumed(&written);
    let csv = written.csv.as_ref().and_then(|csv| wrong.csv(csv, folder));
    let tokens = wrong.tokens(&written);
    let volume = wrong.volume(&written, csv.as_ref().map(|(requests_per_day, _)| *requests_per_day));
    let shape = wrong.shape(&written, csv.map(|(_, hours)| hours));
    let api = wrong.api(&written.api);
    let problem = |(field, why): (String, String)| Problem { path: path.into(), field, why };
    match volume {
        Some(volume) if wrong.0.is_empty() => {
            let Written { name, about, source, assumed, .. } = written;
            Ok(DemandFile { name, about, source, assumed, volume, tokens, shape, api })
        }
        _ => Err(wrong.0.into_iter().map(problem).collect()),
    }
}

/// What is wrong with a file, key by key. Each method takes what it can use and notes the rest.
#[derive(Default)]
struct Wrong(Vec<(String, String)>);

impl Wrong {
    fn note(&mut self, key: &str, why: impl Into<String>) {
        self.0.push((format!("`{key}`"), why.into()));
    }

    fn number(&mut self, key: &'static str, value: Option<f64>, (low, high): (f64, f64)) -> Option<f64> {
        match within(key, value?, low, high) {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.note(key, must(invalid));
                None
            }
        }
    }

    /// What is assumed must be in the file.
    fn assumed(&mut self, written: &Written) {
        let numbers = written.numbers();
        for key in &written.assumed {
            if !numbers.iter().any(|(known, given)| known == key && *given) {
                self.note("assumed", format!("the file has no number `{key}`"));
            }
        }
    }

    fn csv(&mut self, name: &str, folder: Option<&Path>) -> Option<(f64, Hours)> {
        let Some(folder) = folder else {
            self.note("csv", "only a file on disk can name a CSV, not one that the program carries");
            return None;
        };
        match hourly_csv::read_as(&folder.join(name), name) {
            Ok(read) => Some(read),
            Err(error) => {
                self.note("csv", format!("{error:#}"));
                None
            }
        }
    }

    fn tokens(&mut self, written: &Written) -> Tokens {
        let input = self.number("input_tokens", written.input_tokens, (1.0, 1e7));
        let output = self.number("output_tokens", written.output_tokens, (0.0, 1e7));
        let most_cached = written.input_tokens.filter(|tokens| *tokens >= 0.0).unwrap_or(1e7);
        let cached = self.number("cached_input_tokens", written.cached_input_tokens, (0.0, most_cached));
        if cached.is_some() && written.input_tokens.is_none() {
            self.note("cached_input_tokens", "is a part of `input_tokens`, which is missing");
        }
        Tokens { input, cached, output }
    }

    /// The one volume; a CSV gives it where nothing else does.
    fn volume(&mut self, written: &Written, of_csv: Option<f64>) -> Option<Volume> {
        let per_day = self.number("requests_per_day", written.requests_per_day, (0.001, 1e12));
        let per_month = self.number("requests_per_month", written.requests_per_month, (1.0, 1e12));
        let tokens = self.number("tokens_per_hour", written.tokens_per_hour, (1.0, 1e15));
        let users = self.heads(Who::User, written.users, written.requests_per_user_per_day);
        let developers = self.heads(Who::Developer, written.developers, written.requests_per_developer_per_day);
        let ways: Vec<&str> = written
            .numbers()
            .into_iter()
            .filter(|(key, given)| VOLUMES.contains(key) && *given)
            .map(|way| way.0)
            .collect();
        match ways[..] {
            [] if written.csv.is_some() => of_csv.map(Volume::RequestsPerDay),
            [] => {
                let one_of = VOLUMES.map(|key| format!("`{key}`")).join(", ");
                self.0.push(("volume".into(), format!("is missing; give one of {one_of}, or a `csv`")));
                None
            }
            [_] => per_day
                .or(per_month.map(|requests| requests / DAYS_PER_MONTH))
                .map(Volume::RequestsPerDay)
                .or(tokens.map(Volume::TokensPerHour))
                .or(users.or(developers).map(Volume::PerHead)),
            [first, ref others @ ..] => {
                for other in others {
                    self.note(other, format!("gives a volume, and so does `{first}`; keep one"));
                }
                None
            }
        }
    }

    fn heads(&mut self, who: Who, count: Option<f64>, requests_per_day: Option<f64>) -> Option<Heads> {
        match (count, requests_per_day) {
            (Some(_), None) => self.note(who.key(), format!("needs `{}` too", who.rate_key())),
            (None, Some(_)) => self.note(who.rate_key(), format!("needs `{}` too", who.key())),
            _ => {}
        }
        let count = self.number(who.key(), count, MOST_HEADS);
        let requests_per_day = self.number(who.rate_key(), requests_per_day, (0.001, 100_000.0));
        Some(Heads { who, count: count?, requests_per_day: requests_per_day? })
    }

    fn shape(&mut self, written: &Written, of_csv: Option<Hours>) -> Shape {
        let given = |key, given: bool| given.then_some(key);
        let csv_and_hours = [given("csv", written.csv.is_some()), given("hours", written.hours.is_some())];
        let peak = given("peak_to_mean", written.peak_to_mean.is_some());
        let ways: Vec<&str> = csv_and_hours.into_iter().chain([peak]).flatten().collect();
        for other in ways.iter().skip(1) {
            self.note(other, format!("says how requests are spread, and so does `{}`; keep one", ways[0]));
        }
        let hours = written.hours.as_ref().map(|hours| Hours::new(hours));
        if let Some(Err(invalid)) = hours {
            self.note("hours", must_hours(invalid));
        }
        let ratio = self.number("peak_to_mean", written.peak_to_mean, (1.0, 24.0));
        let hours = of_csv.or(hours.and_then(Result::ok)).map(Shape::Hourly);
        hours.or(ratio.map(Shape::PeakToMean)).unwrap_or(Shape::Flat)
    }

    fn api(&mut self, written: &WrittenApi) -> ApiUse {
        let share = |value: Option<f64>| value.unwrap_or(0.0);
        let usage = ApiUse {
            cached: share(written.cached),
            written: share(written.written),
            reasoning: share(written.reasoning),
            batch: share(written.batch),
        };
        if let Err(invalid) = usage.checked() {
            let key = match invalid.field {
                "api_cache_written" => "api.written".to_owned(),
                field => field.replacen('_', ".", 1),
            };
            self.note(&key, must(invalid));
        }
        usage
    }
}

/// Keys that give a volume.
const VOLUMES: [&str; 5] = ["requests_per_day", "requests_per_month", "tokens_per_hour", "users", "developers"];

impl Written {
    /// Every number that can be assumed, and whether the file has it.
    fn numbers(&self) -> [(&'static str, bool); 17] {
        [
            ("requests_per_day", self.requests_per_day.is_some()),
            ("requests_per_month", self.requests_per_month.is_some()),
            ("tokens_per_hour", self.tokens_per_hour.is_some()),
            ("users", self.users.is_some()),
            ("requests_per_user_per_day", self.requests_per_user_per_day.is_some()),
            ("developers", self.developers.is_some()),
            ("requests_per_developer_per_day", self.requests_per_developer_per_day.is_some()),
            ("input_tokens", self.input_tokens.is_some()),
            ("cached_input_tokens", self.cached_input_tokens.is_some()),
            ("output_tokens", self.output_tokens.is_some()),
            ("peak_to_mean", self.peak_to_mean.is_some()),
            ("hours", self.hours.is_some()),
            ("csv", self.csv.is_some()),
            ("api.cached", self.api.cached.is_some()),
            ("api.written", self.api.written.is_some()),
            ("api.reasoning", self.api.reasoning.is_some()),
            ("api.batch", self.api.batch.is_some()),
        ]
    }
}

fn must(Invalid { value, range: (low, high), .. }: Invalid) -> String {
    format!("must be a number from {low} to {high}, not {value}")
}

fn must_hours(invalid: Invalid) -> String {
    match invalid.field {
        "demand_hours" => format!("must be from 1 to {} numbers, not {}", invalid.range.1, invalid.value),
        "demand_mean_hour" => "at least one hour must be above 0".to_owned(),
        _ => format!("each {}", must(invalid)),
    }
}
