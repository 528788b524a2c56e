//! The reader's own files: Forge's results, and files of every tool that can be imported. Each becomes a run or a
//! problem.
//!
//! What a file does not say is `unknown` until the reader names it; nothing is guessed. Reads no disk: texts come in.

mod file_problem;

use std::sync::Arc;

use crate::date::Date;
use crate::explore::library::{Library, YOURS};
pub use crate::explore::library::{UNKNOWN, is_yours, own_entry as entry};
use crate::import::error::Remedy;
use crate::import::evaluation::Evaluation;
use crate::import::sweep::belongs;
use crate::import::{FileContents, ImportError, ImportedFiles, ImportedLevel, ResultMetadata, Sweep, importer_of};
use crate::store::hash::sha256_hex;
use crate::store::index::{Entry, Index};
use crate::store::provenance::{Evidence, SourceFile};
use crate::store::result_file::{Configuration, ResultFile};

pub use file_problem::FileProblem;

/// A run from the reader's files.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRun {
    /// The result, in the form in which it is stored.
    pub file: ResultFile,
    /// Its index entry: a path below `yours/`, and a unique name.
    pub entry: Entry,
    /// The tool that measured the numbers.
    pub tool: String,
    /// Notes for the reader: what the file does not say, and where the tool's definitions differ.
    pub notes: Vec<String>,
}

/// A file or a group of files: a run, or a problem.
pub type ReadResult = Result<UserRun, FileProblem>;

/// What the reader enters for a run whose file does not say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunNames {
    /// The model's name in the catalogue and its display name.
    pub model: Option<(String, String)>,
    /// The GPU's name in the catalogue and its display name.
    pub hardware: Option<(String, String)>,
    /// Number of GPUs of the replica.
    pub gpu_count: Option<u32>,
    /// Quantization of the weights, such as `bf16`.
    pub quantization: Option<String>,
    /// The serving engine.
    pub engine: Option<String>,
}

/// Reads files by name and text. Files of one load generator and one model are the levels of one run, and evaluations of
/// that model are added to it; every Forge result is a run of its own. `today` is used if no file has a date.
#[must_use]
pub fn read(files: &[(String, String)], today: Date) -> Vec<ReadResult> {
    let mut read = Vec::new();
    let mut groups: Vec<ImportedFiles> = Vec::new();
    let mut evaluations: Vec<(SourceFile, Evaluation)> = Vec::new();
    for (name, text) in files {
        let Some(importer) = importer_of(text) else {
            read.push(forge_result(name, text));
            continue;
        };
        match importer.parse(name, text) {
            Err(error) => read.push(Err(FileProblem::of_import(&error))),
            Ok(contents) if contents.is_empty() => read.push(Err(FileProblem::no_level(name, &contents.skipped))),
            Ok(mut contents) => {
                let file = SourceFile { name: name.clone(), sha256: sha256_hex(text.as_bytes()) };
                evaluations.extend(contents.evaluations.into_iter().map(|found| (file.clone(), found)));
                for level in contents.levels {
                    place(&mut groups, level, &file).contents.skipped.append(&mut contents.skipped);
                }
            }
        }
    }
    for (file, evaluation) in evaluations {
        group_of(&mut groups, &file, evaluation);
    }
    read.extend(groups.iter().map(|group| imported(group, today)));
    read
}

/// Adds a level to the group it belongs to, and returns the group.
fn place<'a>(groups: &'a mut Vec<ImportedFiles>, level: ImportedLevel, file: &SourceFile) -> &'a mut ImportedFiles {
    let fits =
        |group: &ImportedFiles| group.contents.levels.first().is_some_and(|first| belongs(first, &level).is_ok());
    let at = groups.iter().position(fits).unwrap_or_else(|| {
        groups.push(ImportedFiles::default());
        groups.len() - 1
    });
    let group = &mut groups[at];
    if !group.files.contains(file) {
        group.files.push(file.clone());
    }
    group.contents.levels.push(level);
    group
}

/// Adds an evaluation to the only group of its model; without one, or with several, it is a group of its own.
fn group_of(groups: &mut Vec<ImportedFiles>, file: &SourceFile, evaluation: Evaluation) {
    let model = |group: &ImportedFiles| {
        let of_run = group.contents.levels.iter().find_map(|run| run.model.clone());
        of_run.or_else(|| group.contents.evaluations.iter().find_map(|found| found.model.clone()))
    };
    let mut same: Vec<&mut ImportedFiles> =
        groups.iter_mut().filter(|group| evaluation.model.is_some() && model(group) == evaluation.model).collect();
    match same.as_mut_slice() {
        [only] => {
            only.files.push(file.clone());
            only.contents.evaluations.push(evaluation);
        }
        _ => groups.push(ImportedFiles {
            contents: FileContents { evaluations: vec![evaluation], ..FileContents::default() },
            files: vec![file.clone()],
        }),
    }
}

/// A file of no other tool: a Forge result, or an unknown file.
fn forge_result(name: &str, text: &str) -> ReadResult {
    let file = file_problem::result_file(name, text)?;
    Ok(yours(file, &sha256_hex(text.as_bytes())))
}

fn imported(sources: &ImportedFiles, today: Date) -> ReadResult {
    let result = build(sources, today).map_err(|error| FileProblem::of_import(&error))?;
    let hash = sha256_hex(result.to_json().as_bytes());
    Ok(yours(result, &hash))
}

fn build(sources: &ImportedFiles, today: Date) -> Result<ResultFile, ImportError> {
    let sweep = sources.sweep()?;
    let evidence = sweep.as_ref().and_then(|sweep| sweep.evidence);
    if evidence == Some(Evidence::Published) {
        let name = sources.files.first().map_or("-", |file| file.name.as_str());
        let why = "was exported from a published result, whose source and licence are only in the result file";
        return Err(ImportError::of(name, why).remedy(Remedy::UseResultFile));
    }
    let served = sources.served(sweep.as_ref())?;
    let date = sources.date(sweep.as_ref());
    let mut notes: Vec<String> = Vec::new();
    if date.is_none() {
        notes.push("the file does not say on which day it ran; the day on which it was read is used".into());
    }
    let endpoint = sweep.as_ref().and_then(|sweep| sweep.endpoint);
    if sweep.is_some() && endpoint.is_none() {
        notes.push("the file does not say which endpoint was used, so there is no plan".into());
    }
    notes.push("the file does not say how many GPUs were used; 1 is assumed until you set the number".into());
    notes.extend(sources.contents.skipped.iter().map(|what| format!("skipped: {what}")));
    for value in sources.contents.evaluations.iter().flat_map(|evaluation| &evaluation.skipped) {
        notes.push(format!("skipped: `{value}` is not a score between 0 and 1 for which higher is better"));
    }
    let benchmark = sweep.as_ref().map(|sweep| sweep.tool.slug.to_owned());
    let date = date.unwrap_or(today);
    sources.result(
        sweep.clone(),
        ResultMetadata {
            id: date.to_string(),
            evidence: evidence.unwrap_or(Evidence::Measured),
            configuration: configuration(served.as_deref(), sweep.as_ref()),
            date,
            plan: benchmark.zip(endpoint),
            source_url: None,
            licence: None,
            notes,
            warnings: Vec::new(),
        },
    )
}

/// The measured configuration as far as the files say it; the rest is unknown.
fn configuration(served: Option<&str>, sweep: Option<&Sweep>) -> Configuration {
    Configuration {
        model: served.map_or(UNKNOWN.into(), word),
        model_name: served.map_or("unknown model".into(), str::to_owned),
        served_model: served.unwrap_or(UNKNOWN).into(),
        quantization: UNKNOWN.into(),
        hardware: UNKNOWN.into(),
        hardware_name: "unknown GPU".into(),
        gpu_count: 1,
        engine: sweep.and_then(|sweep| sweep.engine.clone()).unwrap_or_else(|| UNKNOWN.into()),
        engine_version: None,
        kernel: None,
    }
}

/// A model's own name, as the catalogue writes names: `meta-llama/Llama-3.1-8B-Instruct` is `llama-3.1-8b-instruct`.
fn word(name: &str) -> String {
    let last = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(UNKNOWN);
    let fits = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c.to_ascii_lowercase() } else { '-' };
    last.chars().map(fits).collect()
}

fn yours(file: ResultFile, hash: &str) -> UserRun {
    user_run(&format!("{YOURS}{hash}.json"), file)
}

fn notes(file: &ResultFile) -> Vec<String> {
    let mut notes = Vec::new();
    if file.evidence == Evidence::Rehearsal {
        notes.push("this is a rehearsal, not a measurement of a GPU; it is shown only with “Show rehearsals”".into());
    }
    notes.extend(file.provenance.notes.iter().cloned());
    #[cfg(feature = "observations")]
    notes.extend(file.definitions.iter().map(|found| format!("{} by {}: {}", found.metric, found.tool, found.words)));
    notes
}

/// The fields that the run's files do not say and the reader can enter.
#[must_use]
pub fn missing_fields(run: &UserRun) -> Vec<&'static str> {
    let c = &run.file.configuration;
    let asked = [
        (c.model == UNKNOWN, "model"),
        (c.hardware == UNKNOWN, "hardware"),
        (c.quantization == UNKNOWN, "quantisation"),
        (c.engine == UNKNOWN, "engine"),
    ];
    asked.into_iter().filter(|(open, _)| *open).map(|(_, what)| what).collect()
}

/// The run with the values that the reader entered. Path and id stay the same, so links to it still work.
#[must_use]
pub fn with_names(run: &UserRun, names: &RunNames) -> UserRun {
    let mut file = run.file.clone();
    let c = &mut file.configuration;
    if let Some((word, name)) = &names.model {
        (c.model, c.model_name) = (word.clone(), name.clone());
    }
    if let Some((word, name)) = &names.hardware {
        (c.hardware, c.hardware_name) = (word.clone(), name.clone());
    }
    if let Some(count) = names.gpu_count {
        c.gpu_count = count.max(1);
        file.provenance.notes.retain(|note| !note.starts_with("the file does not say how many GPUs"));
    }
    if let Some(quantization) = &names.quantization {
        c.quantization = word(quantization.trim());
    }
    if let Some(engine) = &names.engine {
        c.engine = engine.trim().to_lowercase();
    }
    user_run(&run.entry.path, file)
}

/// The GPUs to choose from, as catalogue name and display name: those with a price or a result, each once.
#[must_use]
pub fn hardware(index: &Index) -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = Vec::new();
    let of_results = index.results.iter().map(|entry| &entry.configuration);
    let named = of_results.filter(|c| c.hardware != UNKNOWN).map(|c| (c.hardware.clone(), c.hardware_name.clone()));
    let priced = index.gpu_prices.iter().map(|price| (price.hardware.clone(), price.hardware.clone()));
    for (word, name) in named.chain(priced) {
        if !known.iter().any(|(other, _)| *other == word) {
            known.push((word, name));
        }
    }
    known.sort();
    known
}

/// The models to choose from, as catalogue name and display name.
#[must_use]
pub fn models(index: &Index) -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = Vec::new();
    for c in index.results.iter().map(|entry| &entry.configuration).filter(|c| c.model != UNKNOWN) {
        if !known.iter().any(|(other, _)| *other == c.model) {
            known.push((c.model.clone(), c.model_name.clone()));
        }
    }
    known
}

/// The run as result-file JSON, to be stored under its entry's path.
#[must_use]
pub fn to_json(run: &UserRun) -> String {
    run.file.to_json()
}

/// A stored run, from its path and its JSON.
///
/// # Errors
/// When the JSON is no result file of a schema that this build reads.
pub fn from_json(path: &str, json: &str) -> ReadResult {
    Ok(user_run(path, file_problem::result_file(path, json)?))
}

/// The run of a result at a path.
#[must_use]
pub fn user_run(path: &str, file: ResultFile) -> UserRun {
    UserRun { entry: entry(path, &file), tool: file.provenance.tool.clone(), notes: notes(&file), file }
}

/// Adds a run to the library; a run with the same path is replaced.
pub fn add(library: &mut Library, run: &UserRun) {
    let results = &mut Arc::make_mut(&mut library.index).results;
    results.retain(|entry| entry.path != run.entry.path);
    results.push(run.entry.clone());
    library.files.retain(|(path, _)| *path != run.entry.path);
    library.files.push((run.entry.path.clone(), Arc::new(run.file.clone())));
}
