//! Everything a result says of itself, in words: what was measured, how it was run, who did, and what to doubt.
//!
//! The entry alone tells the first part; the rest needs the file.

use crate::explore::explain::RESULTS;
use crate::explore::library::is_yours;
use crate::format;
use crate::measure::plan::{Plan, Stop, Warmup, Workload};
use crate::measure::summary::Level;
use crate::store::index::Entry;
use crate::store::provenance::Provenance;
use crate::store::result_file::ResultFile;

/// A part of the details.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// What it says.
    pub facts: Vec<Fact>,
}

/// A name and what is said under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What it is; empty for a sentence that stands by itself.
    pub name: String,
    /// What is said.
    pub value: String,
    /// Where it leads, when it does.
    pub link: Option<String>,
}

/// Facts in the making.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn add(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.0.push(Fact { name: name.into(), value: value.into(), link: None });
        self
    }

    fn maybe(&mut self, name: &str, value: Option<impl Into<String>>) -> &mut Self {
        if let Some(value) = value {
            self.add(name, value);
        }
        self
    }

    fn link(&mut self, name: &str, value: impl Into<String>, to: Option<String>) -> &mut Self {
        self.0.push(Fact { name: name.into(), value: value.into(), link: to });
        self
    }

    fn section(self, title: &'static str) -> Option<Section> {
        (!self.0.is_empty()).then_some(Section { title, facts: self.0 })
    }
}

/// What there is to say of a result; without its file, what the index says.
#[must_use]
pub fn details(entry: &Entry, file: Option<&ResultFile>) -> Vec<Section> {
    let sections = [
        configuration(entry),
        evidence(entry),
        file.and_then(|file| file.plan.as_ref()).and_then(plan),
        file.and_then(levels),
        file.and_then(quality),
        file.and_then(|file| provenance(&file.provenance)),
        file.and_then(warnings),
        file.and_then(definitions),
        raw(entry, file),
    ];
    sections.into_iter().flatten().collect()
}

fn configuration(entry: &Entry) -> Option<Section> {
    let c = &entry.configuration;
    let mut facts = Facts::default();
    facts
        .add("Model", format!("{} ({})", c.model_name, c.model))
        .add("Served as", c.served_model.clone())
        .add("Quantisation", c.quantization.clone())
        .add("Hardware", format!("{} ({})", c.replica_name(), c.hardware))
        .add("Engine", c.engine.clone())
        .maybe("Engine's version", c.engine_version.clone())
        .maybe("Kernel", c.kernel.clone());
    facts.section("Configuration")
}

fn evidence(entry: &Entry) -> Option<Section> {
    let mut facts = Facts::default();
    let yours = if is_yours(entry) { "yours, " } else { "" };
    facts.add("Evidence", format!("{yours}{}", entry.evidence));
    facts.add("What that means", entry.evidence.meaning());
    if is_yours(entry) {
        facts.add("", "It was read from a file of yours, stays in this browser, and was checked by nobody else.");
    }
    facts.section("Evidence")
}

fn plan(plan: &Plan) -> Option<Section> {
    let mut facts = Facts::default();
    let levels: Vec<String> = plan.levels.iter().map(ToString::to_string).collect();
    facts
        .add("Benchmark", plan.benchmark.clone())
        .add("Endpoint", plan.endpoint.path())
        .add("Prompts", workload(&plan.workload))
        .add("Levels", levels.join(", "))
        .add("A level ends", stop(plan.stop))
        .add("Repeats", plan.repeats.map_or("each level once".into(), |times| format!("each level {times} times")))
        .add(
            "Warm-up",
            match plan.warmup_requests {
                None => "not said".into(),
                Some(Warmup::AsWideAsTheLevel) => "as many requests as the level has streams, thrown away".into(),
                Some(Warmup::Fixed(requests)) => format!("{requests} requests, thrown away"),
            },
        )
        .add("Seed", plan.seed.map_or("not said".into(), |seed| seed.to_string()))
        .add(
            "End mark",
            match plan.ignore_eos {
                None => "not said",
                Some(true) => "the model was told to write on past it",
                Some(false) => "answers ended where the model ended them",
            },
        )
        .add(
            "Temperature",
            plan.temperature.map_or("not sent; the server decided".into(), |temperature| temperature.to_string()),
        );
    #[cfg(feature = "observations")]
    if let Some(conduct) = &plan.conduct {
        use crate::measure::conduct::Find;
        facts.maybe("Objectives", conduct.objectives.clone());
        facts.maybe(
            "Search",
            conduct.find.map(|find| match find {
                Find::Knee { most } => format!("for the level behind which load brings little, up to {most} streams"),
                Find::Objectives { most } => {
                    format!("for the most load that meets the objectives, up to {most} streams")
                }
            }),
        );
        facts.maybe("Share of the load", conduct.shard.map(|shard| format!("{} of {}", shard.index, shard.of)));
    }
    facts.section("Plan")
}

fn workload(workload: &Workload) -> String {
    let hashed = |file: &str, hash: &Option<String>| match hash {
        Some(hash) => format!("{file}, SHA-256 {hash}"),
        None => file.to_owned(),
    };
    match workload {
        Workload::Sharegpt { file, sha256, turns } => {
            let turns = turns.map_or("first turns".into(), |turns| format!("up to {turns} turns"));
            format!("{turns} of ShareGPT conversations, {}", hashed(file, sha256))
        }
        Workload::Random { input_tokens, output_tokens } => {
            format!("random words: {input_tokens} tokens in, {output_tokens} out")
        }
        Workload::Jsonl { file, sha256 } => format!("a file of prompts, {}", hashed(file, sha256)),
        Workload::SharedPrefix { prefixes, prefix_tokens, input_tokens, output_tokens } => format!(
            "random words behind one of {prefixes} beginnings of {prefix_tokens} tokens: {input_tokens} tokens more in, \
             {output_tokens} out"
        ),
        Workload::Trace { file, sha256 } => format!("a recorded trace, {}", hashed(file, sha256)),
        Workload::Named { name } => format!("what the source calls {name}"),
    }
}

fn stop(stop: Stop) -> String {
    match stop {
        Stop::Requests(requests) => format!("after {} requests", format::count(f64::from(requests))),
        Stop::Duration(seconds) => format!("after {seconds} s; what is in flight then is waited for"),
    }
}

fn levels(file: &ResultFile) -> Option<Section> {
    let mut facts = Facts::default();
    for level in &file.levels {
        facts.add(&level.load.to_string(), level_words(level));
    }
    facts.section("Levels")
}

fn level_words(level: &Level) -> String {
    let failed =
        if level.failed > 0 { format!(", {} failed", format::count(level.failed as f64)) } else { String::new() };
    let mut words = format!(
        "{} requests{failed} in {} s, {} waves: {} total tokens/s",
        format::count(level.completed as f64),
        format::significant(level.duration_s.value(), 4),
        format::significant(level.waves(), 3),
        format::significant(level.total_rate().value(), 4),
    );
    for (name, time) in [("TTFT", level.ttft_ms.p50), ("TPOT", level.tpot_ms.p50)] {
        if let Some(time) = time {
            words += &format!(", {name} p50 {}", format::millis(time));
        }
    }
    words
}

fn quality(file: &ResultFile) -> Option<Section> {
    let mut facts = Facts::default();
    for score in &file.quality {
        let error = score.stderr.map_or(String::new(), |error| format!(" ± {}", format::percent_of(1.96 * error)));
        let of =
            score.samples.map_or(String::new(), |samples| format!(" of {} questions", format::count(samples as f64)));
        let value = format!("{}{error}{of}", format::percent_of(score.score));
        facts.add(&crate::explore::tables::task_name(score), value);
    }
    facts.section("Quality (95 % interval)")
}

fn provenance(from: &Provenance) -> Option<Section> {
    let mut facts = Facts::default();
    facts.add("Date", from.date.to_string()).add("Tool", from.tool.clone());
    if let Some(source) = &from.source_url {
        facts.link("Source", source.clone(), source.starts_with("https://").then(|| source.clone()));
    }
    facts
        .maybe("Licence", from.licence.clone())
        .maybe("Server", from.base_url.clone())
        .maybe("Server's version", from.server_version.clone())
        .maybe("Sent from", from.client.clone());
    for file in &from.files {
        facts.add(&file.name, format!("SHA-256 {}", file.sha256));
    }
    #[cfg(feature = "observations")]
    for (key, value) in &from.server_config {
        facts.add(&format!("Server's {key}"), value.clone());
    }
    for note in &from.notes {
        facts.add("Note", note.clone());
    }
    facts.section("Where it comes from")
}

fn warnings(file: &ResultFile) -> Option<Section> {
    let mut facts = Facts::default();
    for warning in &file.warnings {
        facts.add("", warning.to_string());
    }
    facts.section("What to doubt")
}

#[cfg(feature = "observations")]
fn definitions(file: &ResultFile) -> Option<Section> {
    let mut facts = Facts::default();
    for found in &file.definitions {
        facts.add(&format!("{} by {}", found.metric, found.tool), found.words.clone());
    }
    facts.section("Where its numbers are defined otherwise")
}

#[cfg(not(feature = "observations"))]
fn definitions(_: &ResultFile) -> Option<Section> {
    None
}

fn raw(entry: &Entry, file: Option<&ResultFile>) -> Option<Section> {
    let mut facts = Facts::default();
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    let link = (!is_yours(entry)).then(|| format!("{RESULTS}{}", entry.path));
    facts.link("Raw file", name, link).add("SHA-256", entry.sha256.clone()).add("Name in links", entry.id.clone());
    if file.is_none() {
        facts.add("", "The rest stands in the file, which is not loaded.");
    } else if !is_yours(entry) {
        facts.add("Check it", format!("sha256sum results/{}", entry.path));
        if !entry.concurrency.is_empty() {
            facts.add("Give it to other tools", format!("collector export --format vllm results/{}", entry.path));
        }
    }
    facts.section("File")
}
