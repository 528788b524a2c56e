//! Reads whole results folders: every file, every problem, and the index over them.
//!
//! Finds out; writing the index and telling about problems is for the verbs.

use std::path::Path;

use anyhow::Context;

use crate::catalogue::{Catalogue, Problem};
use crate::files::{relative, sha256_hex};
use crate::printer::Hinted;
use crate::results::dir::{CATALOGUE, INDEX, load_with_text, walk};
use shared::date::Date;
use shared::store::catalogue::Catalogue as Facts;
use shared::store::index::{Entry, Index, SCHEMA};
use shared::store::prices::{ApiPrice, Dated, GpuPrice};
use shared::store::provenance::Evidence;
use shared::store::result_file::{ResultFile, ResultFileError};

/// What one or more results folders hold.
#[derive(Debug, Default)]
pub struct Scan {
    /// Sound files with their index entries, by path.
    pub files: Vec<(Entry, ResultFile)>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

impl Scan {
    /// Reads every result file of the folders.
    ///
    /// # Errors
    /// When a folder is missing or cannot be read; what is wrong with a file is a problem, not an error.
    pub fn of(folders: &[&Path]) -> anyhow::Result<Self> {
        let mut scan = Self::default();
        for folder in folders {
            for path in walk(folder)? {
                scan.take(folder, &path);
            }
        }
        scan.files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
        Ok(scan)
    }

    /// Refuses a scan that found anything wrong.
    ///
    /// # Errors
    /// The first problem, with advice on how to see all.
    pub fn all_sound(&self) -> anyhow::Result<()> {
        let Some(first) = self.problems.first() else { return Ok(()) };
        let hint = "`collector check` lists everything that is wrong with a results folder";
        Err(Hinted::new(first.to_string(), hint)).context("not every result file is sound")
    }

    /// The index over the sound files, with the catalogue's prices and demands.
    #[must_use]
    pub fn index(&self, catalogue: &Catalogue) -> Index {
        // Through whom a price was read is for those who check it; the page, which loads the index first, does without.
        let api = catalogue.prices.api.iter().cloned().map(|price| ApiPrice { via: None, ..price });
        let gpu = catalogue.prices.gpu.iter().cloned().map(|price| GpuPrice { via: None, ..price });
        Index {
            schema: SCHEMA,
            results: self.files.iter().map(|(entry, _)| entry.clone()).collect(),
            api_prices: api.collect(),
            gpu_prices: gpu.collect(),
            presets: catalogue.demands.iter().map(|(id, demand)| demand.preset(id)).collect(),
        }
    }

    /// The day a price was last read, else that of the last run: a day that does not move by itself.
    #[must_use]
    pub fn last_price_day(&self, catalogue: &Catalogue) -> Date {
        let api = catalogue.prices.api.iter().map(Dated::read_on);
        let gpu = catalogue.prices.gpu.iter().map(Dated::read_on);
        let runs = self.files.iter().map(|(_, file)| file.provenance.date);
        api.chain(gpu).max().or(runs.max()).unwrap_or(Date::from_days(0))
    }

    fn take(&mut self, folder: &Path, path: &Path) {
        let shown = path.display().to_string();
        let below = relative(folder, path);
        match sound(folder, path, &below) {
            Ok((_, file)) if self.files.iter().any(|(entry, _)| entry.path == below) => {
                let why = format!("another folder holds a result at `{}` too", file.path());
                self.problems.push(Problem { path: shown, field: "path".into(), why });
            }
            Ok(pair) => self.files.push(pair),
            Err((field, why)) => self.problems.push(Problem { path: shown, field, why }),
        }
    }
}

/// How what is generated in a folder, its index and the catalogue beside it, differs from what it should be.
#[must_use]
pub fn difference(folder: &Path, wanted: &Index, catalogue: &Catalogue) -> Option<Problem> {
    index_difference(folder, wanted).or_else(|| of_catalogue(folder, &catalogue.facts()))
}

/// What is wrong with a file.
fn wrong(path: &Path, field: &str, why: &str) -> Option<Problem> {
    Some(Problem { path: path.display().to_string(), field: field.into(), why: why.into() })
}

fn of_catalogue(folder: &Path, wanted: &Facts) -> Option<Problem> {
    let path = folder.join(CATALOGUE);
    let Ok(text) = std::fs::read_to_string(&path) else { return wrong(&path, "file", "there is no catalogue") };
    match Facts::parse(&text) {
        Err(why) => wrong(&path, "shape", &why),
        Ok(found) if found != *wanted => wrong(&path, "content", "is not that of the configs"),
        Ok(_) if text != wanted.to_json() => wrong(&path, "text", "is not written as `collector index` writes it"),
        Ok(_) => None,
    }
}

/// How the index in a folder differs from the one it should have.
#[must_use]
pub fn index_difference(folder: &Path, wanted: &Index) -> Option<Problem> {
    let path = folder.join(INDEX);
    let problem = |field: &str, why: &str| wrong(&path, field, why);
    let Ok(text) = std::fs::read_to_string(&path) else { return problem("file", "there is no index") };
    let found = match Index::parse(&text) {
        Ok(found) => found,
        Err(why) => return problem("shape", &why),
    };
    match () {
        () if found.results != wanted.results => problem("results", "are not those of the folder"),
        () if found.api_prices != wanted.api_prices => problem("api_prices", "are not those of the configs"),
        () if found.gpu_prices != wanted.gpu_prices => problem("gpu_prices", "are not those of the configs"),
        () if found.presets != wanted.presets => problem("presets", "are not those of the configs"),
        () if text != wanted.to_json() => problem("text", "is not written as `collector index` writes it"),
        () => None,
    }
}

/// A file with its entry, or the field that is wrong and why.
fn sound(folder: &Path, path: &Path, below: &str) -> Result<(Entry, ResultFile), (String, String)> {
    let wrong = |field: &str, why: String| Err((field.to_owned(), why));
    let (text, file) = load_with_text(path).map_err(|error| laid_at(&error))?;
    if path.file_stem().is_none_or(|stem| stem.to_string_lossy() != file.id) {
        return wrong("id", format!("is `{}`, but the file is named otherwise", file.id));
    }
    if below != file.path() {
        return wrong("path", format!("by its content the file belongs at `{}`", file.path()));
    }
    if file.evidence == Evidence::Rehearsal && is_named_results(folder) {
        return wrong("evidence", "is rehearsal, which is no result; keep it in a folder of another name".into());
    }
    Ok((Entry::of(&file, below.into(), sha256_hex(text.as_bytes())), file))
}

/// Whether a folder is named `results`: what it holds is shown to readers as results.
#[must_use]
pub fn is_named_results(folder: &Path) -> bool {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    real.file_name().is_some_and(|name| name == "results")
}

/// The field an error is about, and why.
fn laid_at(error: &anyhow::Error) -> (String, String) {
    let cause = error.root_cause();
    match cause.downcast_ref() {
        Some(ResultFileError::Value { field, why }) => (field.clone(), why.clone()),
        Some(ResultFileError::Shape(why)) => ("shape".into(), why.clone()),
        Some(ResultFileError::NoSchema | ResultFileError::Schema { .. }) => ("schema".into(), cause.to_string()),
        None if cause.is::<Hinted>() => ("schema".into(), cause.to_string()),
        None => ("file".into(), cause.to_string()),
    }
}
