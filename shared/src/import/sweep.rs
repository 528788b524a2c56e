//! Levels of one tool, combined into one sweep.

use crate::date::Date;
use crate::import::definitions;
use crate::import::error::{ImportError, Remedy};
use crate::import::imported_level::ImportedLevel;
use crate::import::tool::Tool;
use crate::measure::plan::{Endpoint, Plan, Stop, Workload};
use crate::measure::summary::Level;
use crate::store::definition::Definition;
use crate::store::provenance::{Evidence, Warning};

/// Share of the requested rate below which a level gets a warning.
const KEPT_UP: f64 = 0.9;

/// Levels of one model, measured by one tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The tool that measured.
    pub tool: &'static Tool,
    /// Its version, when the files agree on one.
    pub version: Option<String>,
    /// The day of the first run, when a file says so.
    pub date: Option<Date>,
    /// The model the server was asked for, when a file says so.
    pub model: Option<String>,
    /// Which OpenAI endpoint was asked, when a file says so.
    pub endpoint: Option<Endpoint>,
    /// The engine that served, when a file says so.
    pub engine: Option<String>,
    /// The evidence, if the files were exported from a result.
    pub evidence: Option<Evidence>,
    /// The levels, lowest load first; at least one.
    pub levels: Vec<Level>,
    /// What a reader should know that has no field.
    pub notes: Vec<String>,
    stop: StopRules,
    seed: Option<u64>,
    exported_definitions: Option<String>,
}

/// The stop rules of all levels.
#[derive(Debug, Clone, Copy, PartialEq)]
enum StopRules {
    /// The same rule for all levels.
    Same(Stop),
    /// Different numbers of requests.
    RequestCounts,
    /// Different kinds of rules, or none for some levels.
    Unknown,
}

impl StopRules {
    fn by(runs: &[ImportedLevel]) -> Self {
        let by_count = |run: &ImportedLevel| matches!(run.stop, Some(Stop::Requests(_)));
        match same(runs, |run| run.stop) {
            Some(stop) => Self::Same(stop),
            None if runs.iter().all(by_count) => Self::RequestCounts,
            None => Self::Unknown,
        }
    }
}

impl Sweep {
    /// Combines levels, lowest load first.
    ///
    /// # Errors
    /// When there is no run, when two runs are of the same load, or when they differ in tool, model or endpoint.
    pub fn of(mut runs: Vec<ImportedLevel>) -> Result<Self, ImportError> {
        // A stable sort, so that an error names the later file.
        runs.sort_by(|a, b| a.level.load.rank().total_cmp(&b.level.load.rank()));
        if let [first, rest @ ..] = runs.as_slice() {
            rest.iter().try_for_each(|other| belongs(first, other))?;
        }
        for pair in runs.windows(2) {
            let [first, second] = pair else { continue };
            let (ours, theirs) = (second.level.load, first.level.load);
            if ours == theirs {
                let why = format!("has the level {ours}, which `{}` has too", first.file);
                return Err(ImportError::of(&second.file, why).remedy(Remedy::ImportSeparately));
            }
            if ours.rank() <= theirs.rank() {
                let why =
                    format!("has the level {ours}, which cannot be ordered relative to {theirs} of `{}`", first.file);
                return Err(ImportError::of(&second.file, why).remedy(Remedy::ImportSeparately));
            }
        }
        let Some(first) = runs.first() else { return Err(ImportError::of("-", "there is no level to import")) };
        Ok(Self {
            tool: first.tool,
            version: same(&runs, |run| run.version.clone()),
            date: runs.iter().filter_map(|run| run.date).min(),
            model: runs.iter().find_map(|run| run.model.clone()),
            endpoint: runs.iter().find_map(|run| run.endpoint),
            engine: runs.iter().find_map(|run| run.engine.clone()),
            stop: StopRules::by(&runs),
            seed: same(&runs, |run| run.seed),
            evidence: same(&runs, |run| run.evidence),
            exported_definitions: same(&runs, |run| run.exported_definitions.clone()),
            notes: notes(&runs),
            levels: runs.into_iter().map(|run| run.level).collect(),
        })
    }

    /// The plan behind the sweep, as far as its files tell; `benchmark` also names the workload.
    #[must_use]
    pub fn plan(&self, benchmark: &str, endpoint: Endpoint) -> Plan {
        let most = || Stop::Requests(u32::try_from(self.requests().into_iter().max().unwrap_or(0)).unwrap_or(u32::MAX));
        Plan {
            benchmark: benchmark.into(),
            endpoint,
            workload: Workload::Named { name: benchmark.into() },
            levels: self.levels.iter().map(|level| level.load).collect(),
            // A plan has a stop rule; where it is none that the files say, `notes_on_plan` says so.
            stop: if let StopRules::Same(stop) = self.stop { stop } else { most() },
            repeats: None,
            warmup_requests: None,
            seed: self.seed,
            ignore_eos: None,
            temperature: None,
            #[cfg(feature = "observations")]
            conduct: None,
        }
    }

    /// The note on what is in the plan and not in the files.
    #[must_use]
    pub fn notes_on_plan(&self) -> Option<String> {
        let why = match self.stop {
            StopRules::Same(_) => return None,
            StopRules::RequestCounts => "the files give different numbers of requests",
            StopRules::Unknown => "the files do not give a stop rule",
        };
        Some(format!("{why}; the plan has the largest number of requests sent at one level"))
    }

    /// What limits the validity of the sweep.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.levels.iter().flat_map(Warning::of_level).collect();
        let note = |text: String| Warning::Note { text };
        let requests = self.requests();
        let by_count = matches!(self.stop, StopRules::Same(Stop::Requests(_)) | StopRules::RequestCounts);
        let closed = self.levels.iter().all(|level| level.load.concurrency().is_some());
        if by_count && closed && requests.windows(2).any(|pair| pair[0] != pair[1]) {
            let each = |(level, count): (&Level, &u64)| format!("{count} at {}", level.concurrency());
            let each: Vec<String> = self.levels.iter().zip(&requests).map(each).collect();
            warnings.push(note(format!("levels sent different numbers of requests: {} streams", each.join(", "))));
        }
        if !closed && self.levels.iter().any(|level| level.load.concurrency().is_some()) {
            let text = "closed-loop and open-loop levels are mixed; their order has no meaning";
            warnings.push(note(text.into()));
        }
        for level in &self.levels {
            let got = level.request_rate().value();
            if level.load.rate().is_some_and(|asked| got < KEPT_UP * asked) {
                let text = format!("at {}, only {got:.2} requests per second completed", level.load);
                warnings.push(note(text));
            }
        }
        warnings.extend(self.notes.iter().cloned().map(note));
        warnings
    }

    /// Definitions of the tool that differ from Forge's for the same metric.
    #[must_use]
    pub fn definitions(&self) -> Vec<Definition> {
        match &self.exported_definitions {
            Some(words) => {
                vec![Definition { metric: "all".into(), tool: "collector export".into(), words: words.clone() }]
            }
            None => definitions::of(self.tool, &self.levels),
        }
    }

    fn requests(&self) -> Vec<u64> {
        self.levels.iter().map(|level| level.completed + level.failed).collect()
    }
}

/// Two levels make one sweep only when the same tool asked the same model in the same way.
///
/// # Errors
/// With the first difference in tool, kind of exported result, model or endpoint.
pub fn belongs(first: &ImportedLevel, other: &ImportedLevel) -> Result<(), ImportError> {
    let wrong = |why: String| Err(ImportError::of(&other.file, why).remedy(Remedy::ImportSeparately));
    if first.tool != other.tool {
        return wrong(format!(
            "was written by {}, but `{}` by {}: metrics of the same name have different definitions",
            other.tool.name, first.file, first.tool.name
        ));
    }
    if (other.evidence, &other.exported_definitions) != (first.evidence, &first.exported_definitions) {
        return wrong(format!("was not exported from the same kind of result as `{}`", first.file));
    }
    if let (Some(ours), Some(theirs)) = (&other.model, &first.model)
        && ours != theirs
    {
        return wrong(format!("is of model `{ours}`, but `{}` is of `{theirs}`", first.file));
    }
    if let (Some(ours), Some(theirs)) = (other.endpoint, first.endpoint)
        && ours != theirs
    {
        return wrong(format!("used {}, but `{}` used {}", ours.path(), first.file, theirs.path()));
    }
    Ok(())
}

/// The value that all levels have in common; `None` if they differ.
fn same<T: PartialEq>(runs: &[ImportedLevel], what: impl Fn(&ImportedLevel) -> Option<T>) -> Option<T> {
    let first = what(runs.first()?)?;
    runs.iter().all(|run| what(run).as_ref() == Some(&first)).then_some(first)
}

/// The notes of all runs, each once.
fn notes(runs: &[ImportedLevel]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for note in runs.iter().flat_map(|run| &run.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes
}
