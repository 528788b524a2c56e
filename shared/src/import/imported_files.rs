//! Files of other tools, combined into one result.
//!
//! The caller adds what the files do not say, in [`ResultMetadata`]; nothing is guessed here.

use crate::date::Date;
use crate::import::error::ImportError;
use crate::import::file_contents::FileContents;
use crate::import::importer::Importer;
use crate::import::sweep::Sweep;
use crate::measure::plan::Endpoint;
use crate::measure::quality::TaskScore;
use crate::store::hash::sha256_hex;
use crate::store::provenance::{Evidence, Provenance, SourceFile, Warning};
use crate::store::result_file::{Configuration, ResultFile, SCHEMA};

/// The contents of several files.
#[derive(Debug, Clone, Default)]
pub struct ImportedFiles {
    /// Levels, evaluations, and what was skipped.
    pub contents: FileContents,
    /// The files, with their hashes.
    pub files: Vec<SourceFile>,
}

/// What the caller adds to the contents of the files.
#[derive(Debug, Clone)]
pub struct ResultMetadata {
    /// Name of the run.
    pub id: String,
    /// Evidence of the figures.
    pub evidence: Evidence,
    /// The measured configuration.
    pub configuration: Configuration,
    /// Date of the run.
    pub date: Date,
    /// Name of the benchmark and the endpoint; `None` if the endpoint is unknown, so that there is no plan.
    pub plan: Option<(String, Endpoint)>,
    /// URL of published figures.
    pub source_url: Option<String>,
    /// Licence of published figures.
    pub licence: Option<String>,
    /// Notes for the reader.
    pub notes: Vec<String>,
    /// Warnings beside those that follow from the levels.
    pub warnings: Vec<Warning>,
}

impl ImportedFiles {
    /// Reads a file and adds its contents; `path` is its name in errors, `name` its name in the result.
    ///
    /// # Errors
    /// When the importer refuses it.
    pub fn add(&mut self, importer: &dyn Importer, path: &str, name: &str, text: &str) -> Result<(), ImportError> {
        self.contents.append(importer.parse(path, text)?);
        self.files.push(SourceFile { name: name.into(), sha256: sha256_hex(text.as_bytes()) });
        Ok(())
    }

    /// The sweep of all levels, if there are any.
    ///
    /// # Errors
    /// When the levels differ in tool or model, or a level is there twice.
    pub fn sweep(&self) -> Result<Option<Sweep>, ImportError> {
        if self.contents.levels.is_empty() { Ok(None) } else { Sweep::of(self.contents.levels.clone()).map(Some) }
    }

    /// The model that all files name; `None` where none does.
    ///
    /// # Errors
    /// When an evaluation is of another model than the other files.
    pub fn served(&self, sweep: Option<&Sweep>) -> Result<Option<String>, ImportError> {
        let evaluated =
            || self.contents.evaluations.iter().filter_map(|found| Some((&found.file, found.model.as_ref()?)));
        let served =
            sweep.and_then(|sweep| sweep.model.as_ref()).or_else(|| evaluated().map(|(_, model)| model).next());
        let Some(served) = served else { return Ok(None) };
        match evaluated().find(|(_, model)| *model != served) {
            Some((file, other)) => {
                let why = format!("is an evaluation of `{other}`, but the other files are of `{served}`");
                Err(ImportError::of(file, why))
            }
            None => Ok(Some(served.clone())),
        }
    }

    /// The day of the run, as far as the files say.
    #[must_use]
    pub fn date(&self, sweep: Option<&Sweep>) -> Option<Date> {
        let evaluated = self.contents.evaluations.iter().filter_map(|evaluation| evaluation.date).min();
        sweep.and_then(|sweep| sweep.date).or(evaluated)
    }

    /// The tools that wrote the files, with their versions where they say so.
    #[must_use]
    pub fn tools(&self, sweep: Option<&Sweep>) -> String {
        let load = sweep.map(|sweep| sweep.tool.with_version(sweep.version.as_deref()));
        let evaluated = self.contents.evaluations.first();
        let evaluated = evaluated.map(|first| first.tool.with_version(first.version.as_deref()));
        load.into_iter().chain(evaluated).collect::<Vec<_>>().join("; ")
    }

    /// The scores of all evaluations; the same task, metric and filter counts once.
    ///
    /// # Errors
    /// When two evaluations score the same.
    pub fn scores(&self) -> Result<Vec<TaskScore>, ImportError> {
        let mut scores: Vec<TaskScore> = Vec::new();
        for evaluation in &self.contents.evaluations {
            for score in &evaluation.scores {
                if scores.iter().any(|other| other.comparable(score)) {
                    let field = format!("results.{}.{},{}", score.task, score.metric, score.filter);
                    let error = ImportError::of(&evaluation.file, "is also in another file");
                    return Err(ImportError { field: Some(field), ..error });
                }
                scores.push(score.clone());
            }
        }
        Ok(scores)
    }

    /// The result file of all contents and the metadata.
    ///
    /// # Errors
    /// When two evaluations score the same, or the whole contradicts itself.
    pub fn result(&self, sweep: Option<Sweep>, metadata: ResultMetadata) -> Result<ResultFile, ImportError> {
        let mut warnings = sweep.as_ref().map(Sweep::warnings).unwrap_or_default();
        warnings.extend(metadata.warnings);
        let mut notes = metadata.notes;
        notes.extend(sweep.as_ref().filter(|_| metadata.plan.is_some()).and_then(Sweep::notes_on_plan));
        let plan = metadata.plan.and_then(|(benchmark, endpoint)| Some(sweep.as_ref()?.plan(&benchmark, endpoint)));
        let file = ResultFile {
            schema: SCHEMA,
            id: metadata.id,
            evidence: metadata.evidence,
            configuration: metadata.configuration,
            provenance: Provenance {
                date: metadata.date,
                tool: self.tools(sweep.as_ref()),
                source_url: metadata.source_url,
                licence: metadata.licence,
                files: self.files.clone(),
                base_url: None,
                server_version: None,
                #[cfg(feature = "observations")]
                server_config: std::collections::BTreeMap::new(),
                client: None,
                notes,
            },
            plan,
            #[cfg(feature = "observations")]
            definitions: sweep.as_ref().map(Sweep::definitions).unwrap_or_default(),
            levels: sweep.map(|sweep| sweep.levels).unwrap_or_default(),
            quality: self.scores()?,
            warnings,
            #[cfg(feature = "observations")]
            found: None,
            #[cfg(feature = "observations")]
            certificate: None,
        };
        // What was put together here must be readable later.
        let names = || self.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
        ResultFile::parse(&file.to_json())
            .map_err(|why| ImportError::of(names(), format!("cannot be stored as a result: {why}")))
    }
}
