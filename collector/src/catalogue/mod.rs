//! What `configs/` says: models, hardware, servers, demands and dated prices, read strictly.
//!
//! The repository's own `configs/` is carried within the program, so that it works from any folder; `--configs`
//! reads another. Every problem is found at once, with its file and key.

pub mod demand;
pub mod hourly_csv;
pub mod litellm;
pub mod names;
pub mod offers;
pub mod openrouter;
pub mod price_list;
pub mod prices;
pub mod runpod;
pub mod server;
pub mod throughput;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::files::{files_below, relative};
use crate::printer::Hinted;
use crate::sweep::settings::sweep_file::SweepFile;
use demand::DemandFile;
use prices::PriceFile;
use server::Server;
use shared::date::Date;
use shared::economics::pricing;
use shared::store::catalogue::{Catalogue as Facts, Gpu, Model, Retention};
use shared::store::estimator::EstimatorFile;
use shared::store::lookup;
use shared::store::prices::GpuPrice;
use throughput::{Record, Source, Sources};

/// The repository's own catalogue, as it was when this program was built.
static OWN: Dir = include_dir!("$CARGO_MANIFEST_DIR/../configs");

/// Everything known about models, hardware, servers, demands and prices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Models, by the name of their file.
    pub models: BTreeMap<String, Model>,
    /// GPUs, by the name of their file.
    pub hardware: BTreeMap<String, Gpu>,
    /// Ways to serve a model, by the name of their file.
    pub servers: BTreeMap<String, Server>,
    /// Demands, by the name of their file.
    pub demands: BTreeMap<String, DemandFile>,
    /// Prices, in the order of their files.
    pub prices: PriceFile,
    /// What quantising costs in quality, as others measured it.
    pub retention: Vec<Retention>,
    /// Throughput that others measured.
    pub throughput: Vec<Record>,
    /// Who these are.
    pub sources: Vec<Source>,
    /// What the estimator was fitted to be, and how far it was off.
    pub estimator: Option<EstimatorFile>,
}

/// Something wrong with a file: where, which field, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, by its path.
    pub path: String,
    /// The field or key, or what else it is about.
    pub field: String,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.field, self.why)
    }
}

impl Catalogue {
    /// The catalogue in a folder, or the program's own.
    ///
    /// # Errors
    /// When the folder is missing, or when any of its files is wrong: the first problem, and how many more.
    pub fn load(folder: Option<&Path>) -> anyhow::Result<Self> {
        let (catalogue, problems) = Self::read(folder)?;
        let Some(first) = problems.first() else { return Ok(catalogue) };
        let hint = match problems.len() - 1 {
            0 => "`collector check` tells what every file must hold".to_owned(),
            1 => "there is one more problem; `collector check` lists both".to_owned(),
            more => format!("there are {more} more problems; `collector check` lists all"),
        };
        Err(Hinted::new(first.to_string(), hint)).context("failed to read the configs")
    }

    /// The catalogue in a folder, or the program's own, with everything that is wrong with it.
    ///
    /// # Errors
    /// When the folder is missing or cannot be read.
    pub fn read(folder: Option<&Path>) -> anyhow::Result<(Self, Vec<Problem>)> {
        let mut files = match folder {
            Some(folder) => read_folder(folder)?,
            None => embedded(&OWN),
        };
        files.sort();
        let mut reader = Reader { root: folder.map(Path::to_path_buf), ..Reader::default() };
        for (path, text) in &files {
            reader.file(path, text);
        }
        // As one compares: the same model elsewhere first, then small closed ones, then the frontier.
        reader.catalogue.prices.api.sort_by_key(|price| price.baseline);
        reader.refer();
        Ok((reader.catalogue, reader.problems))
    }

    /// The demand in a file, where there is one at this path, else the catalogue's of this name.
    ///
    /// # Errors
    /// When there is neither, or the file is wrong.
    pub fn demand(&self, name_or_path: &str) -> anyhow::Result<DemandFile> {
        let path = Path::new(name_or_path);
        if path.extension().is_some_and(|its| its == "toml" || its == "csv") && path.is_file() {
            return DemandFile::read(path);
        }
        self.demands.get(name_or_path).cloned().ok_or_else(|| {
            let names: Vec<&str> = self.demands.keys().map(String::as_str).collect();
            let hint = match names.as_slice() {
                [] => "give the path of a .toml or .csv file; docs/demand.md tells what it holds".to_owned(),
                names => format!("expected one of {}, or the path of a .toml or .csv file", names.join(", ")),
            };
            Hinted::new(format!("unknown demand `{name_or_path}`"), hint).into()
        })
    }

    /// GPUs, models and what quantising keeps, as the page is given them.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            schema: shared::store::catalogue::SCHEMA,
            gpus: self.hardware.clone(),
            models: self.models.clone(),
            retention: self.retention.clone(),
            estimator: self.estimator.clone(),
            people: self.demands.iter().filter_map(|(id, one)| Some((id.clone(), one.per_person()?))).collect(),
        }
    }

    /// The price of a GPU on a day; where no record holds then, the one that began last of all.
    #[must_use]
    pub fn gpu_price(&self, hardware: &str, gpus: u32, day: Date) -> Option<&GpuPrice> {
        pricing::known_gpu_price(&self.prices.gpu, hardware, gpus, day)
    }
}

/// The file of published scores.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionFile {
    retention: Vec<Retention>,
}

/// Collects entries and problems file by file.
#[derive(Default)]
struct Reader {
    /// The folder, if it is one on disk.
    root: Option<PathBuf>,
    catalogue: Catalogue,
    problems: Vec<Problem>,
}

impl Reader {
    fn file(&mut self, path: &str, text: &str) {
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let name = name.trim_end_matches(".toml").to_owned();
        match folder {
            "models" => self.keep(path, text, |catalogue, model| drop(catalogue.models.insert(name, model))),
            "hardware" => self.keep(path, text, |catalogue, gpu| drop(catalogue.hardware.insert(name, gpu))),
            "servers" => self.keep(path, text, |catalogue, server| drop(catalogue.servers.insert(name, server))),
            "prices" => self.keep(path, text, |catalogue, prices: PriceFile| {
                catalogue.prices.extend(prices);
            }),
            "demand" => {
                let file = self.root.as_ref().map(|root| root.join(path));
                match DemandFile::parse(path, text, file.as_deref().and_then(Path::parent)) {
                    Ok(demand) => drop(self.catalogue.demands.insert(name, demand)),
                    Err(problems) => self.problems.extend(problems),
                }
            }
            "" if path == "retention.toml" => {
                self.keep(path, text, |catalogue, file: RetentionFile| catalogue.retention.extend(file.retention));
            }
            "" if path == "estimator.toml" => {
                self.keep(path, text, |catalogue, file| catalogue.estimator = Some(file));
            }
            "throughput" if path.ends_with(".csv") => match throughput::records(text) {
                Ok(records) => self.catalogue.throughput.extend(records),
                Err(why) => self.problems.push(Problem { path: path.into(), field: "row".into(), why }),
            },
            "throughput" => self.keep(path, text, |catalogue, file: Sources| catalogue.sources.extend(file.source)),
            // The verb that runs a sweep reads its file itself; here the file only has to be one it would take.
            "sweeps" => self.keep(path, text, |_, _: SweepFile| ()),
            _ => self.problems.push(Problem {
                path: path.into(),
                field: "folder".into(),
                why: "unknown; expected one of models, hardware, servers, sweeps, demand, prices, throughput".into(),
            }),
        }
    }

    fn keep<T: DeserializeOwned>(&mut self, path: &str, text: &str, keep: impl FnOnce(&mut Catalogue, T)) {
        match toml::from_str(text) {
            Ok(value) => keep(&mut self.catalogue, value),
            Err(error) => self.problems.push(toml_problem(path, text, &error)),
        }
    }

    /// Names that one file uses for another must be known, an alias must mean one entry, and prices must not overlap.
    fn refer(&mut self) {
        for (name, server) in &self.catalogue.servers {
            if !self.catalogue.models.contains_key(&server.model) {
                let why = format!("there is no models/{}.toml", server.model);
                self.problems.push(Problem { path: format!("servers/{name}.toml"), field: "model".into(), why });
            }
        }
        let conflicts = |folder: &str, found: Vec<(String, String)>| {
            let problem = |(name, why)| Problem { path: format!("{folder}/{name}.toml"), field: "aliases".into(), why };
            found.into_iter().map(problem).collect::<Vec<_>>()
        };
        self.problems.extend(conflicts("hardware", lookup::conflicts(&self.catalogue.hardware)));
        self.problems.extend(conflicts("models", lookup::conflicts(&self.catalogue.models)));
        self.problems.extend(throughput::unknown(&self.catalogue));
        self.problems.extend(offers::wrong("prices", &self.catalogue.prices));
    }
}

/// What is wrong with a TOML text: the key where the error can be laid at one, and the line.
fn toml_problem(path: &str, text: &str, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count();
    let written = text.lines().nth(line).unwrap_or_default();
    // Of an unknown or a missing field the message gives the name; of a wrong value it does not.
    let field = match written.split_once('=') {
        Some((key, _)) if !error.message().contains("field `") => format!("`{}` (line {})", key.trim(), line + 1),
        _ => format!("line {}", line + 1),
    };
    Problem { path: path.into(), field, why: error.message().replace('\n', " ") }
}

/// Path under the folder, and text, of every TOML file.
fn read_folder(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    if !folder.is_dir() {
        let missing = format!("configs folder `{}` does not exist", folder.display());
        return Err(Hinted::new(missing, "leave --configs out to use the ones the program carries").into());
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        Ok((relative(folder, &path), text))
    };
    let records = files_below(folder, "csv")?.into_iter().filter(|path| holds_records(&relative(folder, path)));
    files_below(folder, "toml")?.into_iter().chain(records).map(read).collect()
}

/// Whether a file's rows are throughput records; a demand's file of hours is read by the demand.
fn holds_records(path: &str) -> bool {
    path.starts_with("throughput/") && path.ends_with(".csv")
}

fn embedded(folder: &Dir) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = folder
        .files()
        .filter(|file| {
            file.path().extension().is_some_and(|extension| extension == "toml")
                || holds_records(&relative(Path::new(""), file.path()))
        })
        .map(|file| {
            let text = file.contents_utf8().unwrap_or_default().to_owned();
            (relative(Path::new(""), file.path()), text)
        })
        .collect();
    files.extend(folder.dirs().flat_map(embedded));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes files into a folder and gives the problems found there, one a line.
    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Catalogue::read(Some(folder.path())).unwrap().1.iter().map(ToString::to_string).collect()
    }

    const PRICE: &str =
        "[[gpu]]\nprovider = \"p\"\nhardware = \"h\"\ntier = \"secure\"\nusd_per_hour = 1\nsource = \"s\"\n";

    #[test]
    fn the_programs_own_catalogue_is_sound() {
        let catalogue = Catalogue::load(None).unwrap();
        assert!(catalogue.models.contains_key("llama-3.1-8b-instruct"));
        assert!(catalogue.hardware.contains_key("rtx-a5000"));
        assert_eq!(catalogue.servers.len(), 2);
        let price = catalogue.gpu_price("rtx-a5000", 1, "2026-05-29".parse().unwrap()).unwrap();
        assert_eq!(price.usd_per_hour.value(), 0.27);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file() {
        let found = problems(&[("prices/gpu.toml", &format!("{PRICE}colour = \"red\"\n"))]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("prices/gpu.toml: line 7: unknown field `colour`, expected one of"), "{found:?}");
    }

    #[test]
    fn a_wrong_value_is_laid_at_its_key() {
        let found = problems(&[("prices/gpu.toml", &PRICE.replace("= 1", "= \"one\""))]);
        assert_eq!(found, ["prices/gpu.toml: `usd_per_hour` (line 5): invalid type: string \"one\", expected f64"]);
        let found = problems(&[("sweeps/a.toml", "concurrency = [1,\n")]);
        assert!(found[0].starts_with("sweeps/a.toml: "), "{found:?}");
    }

    #[test]
    fn a_sweep_file_is_read_as_strictly_as_by_the_sweep() {
        assert!(problems(&[("sweeps/a.toml", "concurrency = [1, 4]\n")]).is_empty());
        let found = problems(&[("sweeps/a.toml", "seed = 1\nconcurency = [1]\n")]);
        assert!(found[0].starts_with("sweeps/a.toml: line 2: unknown field `concurency`"), "{found:?}");
    }

    #[test]
    fn a_folder_that_nobody_reads_is_found() {
        assert_eq!(
            problems(&[("price/gpu.toml", PRICE)]),
            [
                "price/gpu.toml: folder: unknown; expected one of models, hardware, servers, sweeps, demand, prices, throughput"
            ]
        );
    }

    #[test]
    fn prices_of_one_offer_must_not_overlap() {
        let dated = |dates: &str| format!("{PRICE}{dates}\nread_on = \"2026-03-01\"\n");
        let first = dated("from = \"2026-01-01\"\nto = \"2026-02-01\"");
        let touching = first.clone() + &dated("from = \"2026-02-01\"");
        assert!(problems(&[("prices/gpu.toml", &touching)]).is_empty());
        let overlapping = first + &dated("from = \"2026-01-31\"");
        assert_eq!(
            problems(&[("prices/gpu.toml", &overlapping)]),
            ["prices: p/h, secure: the rows from 2026-01-01 to 2026-02-01 and from 2026-01-31 overlap"]
        );
        let backwards = dated("from = \"2026-02-01\"\nto = \"2026-02-01\"");
        assert_eq!(
            problems(&[("prices/gpu.toml", &backwards)]),
            ["prices: p/h, secure: the row from 2026-02-01 to 2026-02-01 holds on no day"]
        );
    }

    #[test]
    fn an_alias_must_mean_one_entry() {
        let gpu = |alias: &str| {
            format!(
                "name = \"n\"\naliases = [\"{alias}\"]\nmaker = \"m\"\narchitecture = \"a\"\nmemory_gb = 1.0\n\
                 memory_bandwidth_gb_per_s = 1.0\nlink = \"pcie\"\nlink_gb_per_s = 1.0\nsource = \"s\"\n"
            )
        };
        let found = problems(&[("hardware/one.toml", &gpu("same")), ("hardware/two.toml", &gpu("Same"))]);
        assert_eq!(found, ["hardware/two.toml: aliases: `Same` is also a name of one"]);
        let found = problems(&[("hardware/one.toml", &gpu("two")), ("hardware/two.toml", &gpu("other"))]);
        assert_eq!(found, ["hardware/one.toml: aliases: `two` is also a name of two"]);
    }

    #[test]
    fn a_server_serves_a_model_that_is_known() {
        let server =
            "name = \"n\"\nengine = \"vllm\"\nmodel = \"m\"\nserved_model = \"o/m\"\nquantization = \"bf16\"\n";
        assert_eq!(problems(&[("servers/a.toml", server)]), ["servers/a.toml: model: there is no models/m.toml"]);
    }
}
