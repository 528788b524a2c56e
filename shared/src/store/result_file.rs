//! The result file, schema 1: one configuration's sweep and quality, self-describing and strict.
//!
//! Reading is text in, value out; finding files on disk is the collector's work. The schema number goes up only
//! when stored files must be rewritten.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "observations")]
use crate::measure::observations::{Certificate, Found};
use crate::measure::plan::Plan;
use crate::measure::quality::TaskScore;
use crate::measure::summary::Level;
#[cfg(feature = "observations")]
use crate::store::definition::Definition;
use crate::store::provenance::{Evidence, Provenance, Warning};

/// The newest schema this build reads and the one it writes.
pub const SCHEMA: u32 = 1;

/// One configuration measured once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFile {
    /// Version of this shape.
    pub schema: u32,
    /// Name of the run: the file's name without `.json`.
    pub id: String,
    /// What its numbers rest on.
    pub evidence: Evidence,
    /// What was measured.
    pub configuration: Configuration,
    /// Who measured, when, with what.
    pub provenance: Provenance,
    /// What was run. Absent when the file holds quality alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "observations"), serde(deserialize_with = "unread"))]
    pub plan: Option<Plan>,
    /// The levels, lowest concurrency first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Scores of the evaluation tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "observations"), serde(deserialize_with = "unread"))]
    pub quality: Vec<TaskScore>,
    /// What makes the run less than it looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "observations"), serde(deserialize_with = "unread"))]
    pub warnings: Vec<Warning>,
    /// What a search among levels found.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// How exact the client was shown to be on the machine that sent the load.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Where imported numbers are defined in another way than Forge defines its own of the same name.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definitions: Vec<Definition>,
}

/// Passes over what this build has no use for, whatever it holds.
#[cfg(not(feature = "observations"))]
fn unread<'de, D: serde::Deserializer<'de>, T: Default>(from: D) -> Result<T, D::Error> {
    serde::de::IgnoredAny::deserialize(from).map(|_| T::default())
}

/// Hardware, engine, model and quantisation of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Family and size, such as `llama-3.1-8b-instruct`; the name of a file in configs/models without quantisation.
    pub model: String,
    /// For people, such as `Llama 3.1 8B Instruct`.
    pub model_name: String,
    /// The model the server was given, such as `meta-llama/Llama-3.1-8B-Instruct`.
    pub served_model: String,
    /// `bf16`, `awq-int4`, …
    pub quantization: String,
    /// Name of a file in configs/hardware, such as `rtx-a5000`.
    pub hardware: String,
    /// For people, such as `RTX A5000`.
    pub hardware_name: String,
    /// GPUs of one replica.
    pub gpu_count: u32,
    /// The serving engine, such as `vllm`.
    pub engine: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<String>,
    /// The kernel that ran the quantised layers, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
}

impl Configuration {
    /// Model and quantisation for people: `Llama 3.1 8B Instruct, BF16`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}, {}", self.model_name, self.quantization.to_ascii_uppercase())
    }

    /// GPUs of a replica for people: `RTX A5000` or `2 x RTX A5000`.
    #[must_use]
    pub fn replica_name(&self) -> String {
        match self.gpu_count {
            1 => self.hardware_name.clone(),
            count => format!("{count} x {}", self.hardware_name),
        }
    }
}

impl ResultFile {
    /// Reads a result file.
    ///
    /// # Errors
    /// When the text is not JSON, is of a newer schema, lacks or has unknown fields, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, ResultFileError> {
        #[derive(Deserialize)]
        struct Versioned {
            schema: Option<u32>,
        }
        let json = |error: serde_json::Error| error.to_string();
        let schema = serde_json::from_str::<Versioned>(text).map_err(json).map_err(ResultFileError::Shape)?.schema;
        Self::read(schema, || serde_json::from_str(text).map_err(json))
    }

    /// Takes a result file from whatever reads its shape, once its schema is known to be one this build reads.
    /// The page reads through the browser's own JSON, [`ResultFile::parse`] through `serde_json`.
    ///
    /// # Errors
    /// As [`ResultFile::parse`].
    pub fn read(schema: Option<u32>, read: impl FnOnce() -> Result<Self, String>) -> Result<Self, ResultFileError> {
        match schema {
            None => return Err(ResultFileError::NoSchema),
            Some(0) => return Err(ResultFileError::Value { field: "schema".into(), why: "must be at least 1".into() }),
            Some(found) if found > SCHEMA => return Err(ResultFileError::Schema { found }),
            Some(_) => {}
        }
        let file = read().map_err(ResultFileError::Shape)?;
        file.check()?;
        Ok(file)
    }

    /// The file's text: indented JSON with a final newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Where the file belongs under results/.
    #[must_use]
    pub fn path(&self) -> String {
        let c = &self.configuration;
        let benchmark = self.plan.as_ref().map_or("quality", |plan| plan.benchmark.as_str());
        format!("{}-{}/{}-{}gpu/{benchmark}/{}.json", c.model, c.quantization, c.hardware, c.gpu_count, self.id)
    }

    /// The level with the highest total throughput.
    #[must_use]
    pub fn peak(&self) -> Option<&Level> {
        self.levels.iter().max_by(|a, b| a.total_rate().value().total_cmp(&b.total_rate().value()))
    }

    /// The kernel that was meant to run and did not, when the file says so.
    #[must_use]
    pub fn missed_kernel(&self) -> Option<&str> {
        self.warnings.iter().find_map(|warning| match warning {
            Warning::KernelNotUsed { wanted, .. } => Some(wanted.as_str()),
            _ => None,
        })
    }

    fn check(&self) -> Result<(), ResultFileError> {
        let wrong = |field: String, why: &str| Err(ResultFileError::Value { field, why: why.into() });
        for (position, level) in self.levels.iter().enumerate() {
            let field = |name: &str| format!("levels[{position}].{name}");
            if !(level.duration_s.value() > 0.0 && level.duration_s.value().is_finite()) {
                return wrong(field("duration_s"), "must be above 0");
            }
            if level.concurrency() == 0 {
                return wrong(field("load.concurrency"), "must be at least 1");
            }
            if level.failures.values().sum::<u64>() > level.failed {
                return wrong(field("failures"), "add up to more than `failed`");
            }
            if position > 0 && self.levels[position - 1].load.rank() >= level.load.rank() {
                return wrong(field("load"), "must be higher than the level's before");
            }
        }
        for (position, score) in self.quality.iter().enumerate() {
            if !(0.0..=1.0).contains(&score.score) {
                return wrong(format!("quality[{position}].score"), "must lie between 0 and 1");
            }
        }
        if self.evidence == Evidence::Published && self.provenance.source_url.is_none() {
            return wrong("provenance.source_url".into(), "is needed for published figures");
        }
        if self.evidence == Evidence::Published && self.provenance.licence.is_none() {
            return wrong("provenance.licence".into(), "is needed for published figures");
        }
        if self.levels.is_empty() && self.quality.is_empty() {
            return wrong("levels".into(), "hold nothing, and neither does quality");
        }
        Ok(())
    }
}

/// Why a text is not a result file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultFileError {
    /// The `schema` field is missing.
    NoSchema,
    /// A newer schema than this build reads.
    Schema {
        /// The file's schema.
        found: u32,
    },
    /// Not JSON, or not of the shape.
    Shape(String),
    /// A field's value cannot be.
    Value {
        /// The field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Display for ResultFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSchema => write!(f, "there is no `schema` field, so this is not a Forge result file"),
            Self::Schema { found } => write!(f, "schema {found} is newer than this build understands ({SCHEMA})"),
            Self::Shape(why) => f.write_str(why),
            Self::Value { field, why } => write!(f, "`{field}` {why}"),
        }
    }
}

impl std::error::Error for ResultFileError {}
