//! `configs/throughput`: what others published of how fast engines serve, one row a measurement, and who they are.
//!
//! A cell that is empty was not published.

use serde::Deserialize;

use crate::catalogue::{Catalogue, Problem};

/// Who measured some of the records.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The word records name it by.
    pub id: String,
    /// For people.
    pub name: String,
    /// Where it stands.
    pub url: String,
    /// Its licence.
    pub licence: String,
    /// What it measured, and what to know of it.
    pub about: String,
}

/// The file of sources.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// One a source.
    pub source: Vec<Source>,
}

/// How the requests of a record arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrived {
    /// So many streams at once.
    ClosedLoop,
    /// So many a second.
    OpenLoop,
    /// All at once.
    Burst,
    /// One batch that starts and ends together.
    StaticBatch,
    /// As many as fit.
    MaxLoad,
}

/// How output lengths vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Varied {
    /// All alike.
    Fixed,
    /// As ShareGPT's answers.
    Sharegpt,
    /// Models stop when they like.
    StopsEarly,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Who measured it.
    pub source: String,
    /// Its name, unique.
    pub id: String,
    /// Name of a file in configs/hardware.
    pub gpu: String,
    /// GPUs in all.
    pub gpus: u32,
    /// GPUs that share each layer.
    pub tensor_parallel: u32,
    /// Groups of layers.
    pub pipeline_parallel: u32,
    /// Copies of the engine.
    pub replicas: u32,
    /// Name of a file in configs/models.
    pub model: String,
    /// `bf16`, `awq-int4`, …
    pub quantization: String,
    /// Bits of a number in the KV cache.
    pub kv_cache_bits: u32,
    /// The kernel, where it is known and matters.
    pub kernel: Option<String>,
    /// The engine, such as `vllm`.
    pub engine: String,
    /// Its version.
    pub engine_version: Option<String>,
    /// How requests arrived.
    pub arrival: Arrived,
    /// Streams at once.
    pub concurrency: Option<f64>,
    /// Requests a second that were sent.
    pub requests_per_s: Option<f64>,
    /// Requests in all.
    pub requests: Option<f64>,
    /// How output lengths vary.
    pub lengths: Varied,
    /// `yes` where a few prompts were sent again and again.
    pub repeated_prompts: Option<String>,
    /// Mean prompt tokens.
    pub input_tokens: Option<f64>,
    /// Mean output tokens.
    pub output_tokens: Option<f64>,
    /// Most output tokens that were allowed.
    pub longest_output_tokens: Option<f64>,
    /// Output tokens a second over the whole run.
    pub output_tokens_per_s: Option<f64>,
    /// Mean TTFT.
    pub ttft_ms_mean: Option<f64>,
    /// Mean TPOT.
    pub tpot_ms_mean: Option<f64>,
    /// `yes` where the output rate follows from other numbers of the source.
    pub derived: Option<String>,
    /// Day, month or year of the measurement.
    pub date: Option<String>,
    /// `A`: raw output or a vendor's reference table, workload defined; `B`: something of that is missing.
    pub grade: String,
}

/// Reads the records. The error names the line and the column.
///
/// # Errors
/// When a row is not one.
pub fn records(text: &str) -> Result<Vec<Record>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.map_err(|error| error.to_string())).collect()
}

/// Names in the records that nothing in the catalogue has.
pub(super) fn unknown(catalogue: &Catalogue) -> Vec<Problem> {
    let known = |record: &Record| {
        [
            ("source", &record.source, catalogue.sources.iter().any(|source| source.id == record.source)),
            ("gpu", &record.gpu, catalogue.hardware.contains_key(&record.gpu)),
            ("model", &record.model, catalogue.models.contains_key(&record.model)),
        ]
        .map(|(field, name, known)| (field, name.clone(), known))
    };
    let problem = |record: &Record, field: &str, name: &str| Problem {
        path: "throughput/records.csv".into(),
        field: field.into(),
        why: format!("record `{}` names `{name}`, which no file in the configs has", record.id),
    };
    let unknown = |record| {
        known(record)
            .into_iter()
            .filter(|(.., known)| !known)
            .map(move |(field, name, _)| problem(record, field, &name))
    };
    catalogue.throughput.iter().flat_map(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_row_is_named() {
        let own = include_str!("../../../configs/throughput/records.csv");
        let read = records(own).unwrap();
        assert_eq!(read.len(), 491);
        let wrong = own.replacen(",burst,", ",suddenly,", 1);
        let message = records(&wrong).unwrap_err();
        assert!(message.contains("line: 2") && message.contains("suddenly"), "{message}");
    }
}
