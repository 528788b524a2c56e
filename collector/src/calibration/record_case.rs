//! A published record as the estimator sees it: what ran, on what, under which load.

use crate::catalogue::Catalogue;
use crate::catalogue::throughput::{Arrived, Record, Varied};
use shared::advice::workload::SHAREGPT;
use shared::hardware::benchmark::{Benchmark, Load, Spread};
use shared::hardware::estimate::{Deployment, Engine, Estimator, Lengths};
use shared::hardware::machine::Machine;
use shared::hardware::quantization::{Kernel, Quantization};
use shared::hardware::shape::Shape;
use shared::store::constants::Constants;

/// A record that has an output rate, ready to be predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordCase<'a> {
    /// The record.
    pub record: &'a Record,
    /// What ran.
    pub deployment: Deployment,
    /// Under which load.
    pub benchmark: Benchmark,
    /// Output tokens a second that were measured.
    pub measured: f64,
}

/// Prompt tokens where a source gives only their greatest number, 256, or nothing.
const SHORT_PROMPT: f64 = 150.0;
const UNKNOWN_PROMPT: f64 = 64.0;
/// Share of the mean output by which long answers, which stay longer, raise the context in mid-answer above the prompt:
/// 362 tokens for 221 in and 199 out.
const SHAREGPT_CONTEXT: f64 = 0.72;
/// Share of a repeated prompt that the prefix cache holds.
const REPEATED: f64 = 0.9;

/// All records that say how many output tokens a second there were.
#[must_use]
pub fn cases(catalogue: &Catalogue) -> Vec<RecordCase<'_>> {
    catalogue.throughput.iter().filter_map(|record| case(catalogue, record)).collect()
}

fn case<'a>(catalogue: &Catalogue, record: &'a Record) -> Option<RecordCase<'a>> {
    let measured = record.output_tokens_per_s?;
    let machine = Machine::of(catalogue.hardware.get(&record.gpu)?);
    let shape = Shape::of(catalogue.models.get(&record.model)?);
    let quantization = Quantization::of(&record.quantization)?;
    let engine = engine(record);
    let kernel = match (record.kernel.as_deref(), quantization) {
        (Some("awq-dequantise"), _) => Kernel::Dequantise4,
        (Some("marlin"), Quantization::Int8) => Kernel::Unpack8,
        _ => quantization.kernel(&machine)?,
    };
    let max_num_seqs = match engine {
        Engine::TensorRt => 2048.0,
        Engine::Before06 => 256.0,
        _ if machine.is_large() => 1024.0,
        _ => 256.0,
    };
    let deployment = Deployment {
        machine,
        shape,
        bytes_per_weight: quantization.bytes_per_weight(),
        kernel,
        kv_bytes: f64::from(record.kv_cache_bits) / 8.0,
        tensor_parallel: record.tensor_parallel,
        pipeline_parallel: record.pipeline_parallel,
        engine,
        memory_utilization: if engine == Engine::TensorRt { 0.95 } else { 0.9 },
        max_num_seqs,
        speculation: None,
    };
    let requests = match record.arrival {
        Arrived::StaticBatch => record.concurrency,
        _ => record.requests,
    };
    let load = match record.arrival {
        Arrived::OpenLoop => Load::Rate(record.requests_per_s?),
        Arrived::MaxLoad => Load::Most,
        _ => record.concurrency.or(record.requests).map_or(Load::Most, Load::Streams),
    };
    let spread = match record.lengths {
        Varied::Fixed => Spread::Fixed,
        Varied::Sharegpt => Spread::ShareGpt,
        Varied::StopsEarly => Spread::StopsBy(record.longest_output_tokens?),
    };
    let benchmark = Benchmark { load, requests, lengths: lengths(record), spread, replicas: record.replicas };
    Some(RecordCase { record, deployment, benchmark, measured })
}

fn lengths(record: &Record) -> Lengths {
    let sharegpt = record.lengths == Varied::Sharegpt;
    let assumed = match record.arrival {
        _ if sharegpt => SHAREGPT.input,
        Arrived::ClosedLoop => SHORT_PROMPT,
        _ => UNKNOWN_PROMPT,
    };
    let input = record.input_tokens.unwrap_or(assumed);
    let output = record.output_tokens.unwrap_or(SHAREGPT.output);
    let cached = if record.repeated_prompts.is_some() { REPEATED } else { 0.0 };
    let fixed = Lengths { cached, ..Lengths::fixed(input, output) };
    if sharegpt { Lengths { context: input + output * SHAREGPT_CONTEXT, ..fixed } } else { fixed }
}

/// Which engine's overheads a record has, by its version or, where none is given, its date.
fn engine(record: &Record) -> Engine {
    if record.engine == "tensorrt-llm" {
        return Engine::TensorRt;
    }
    let version = record.engine_version.as_deref().and_then(version);
    let vllm = record.engine == "vllm";
    match version {
        Some(version) if vllm && version < (0, 6) => Engine::Before06,
        Some(version) if version < (0, if vllm { 11 } else { 5 }) => Engine::Before011,
        Some(_) => Engine::Current,
        None if record.date.as_deref().is_some_and(|date| date < "2025-10") => Engine::Before011,
        None => Engine::Current,
    }
}

/// `0.11.x` in its first two parts.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The same run with its four-bit weights on Marlin kernels.
#[must_use]
pub fn on_marlin<'a>(catalogue: &Catalogue, case: &RecordCase<'a>) -> Option<RecordCase<'a>> {
    let machine = Machine::of(catalogue.hardware.get(&case.record.gpu)?);
    let kernel = Quantization::AwqInt4.kernel(&machine)?;
    Some(RecordCase { deployment: Deployment { kernel, ..case.deployment }, ..case.clone() })
}

impl RecordCase<'_> {
    /// Streams of one replica over those that its KV cache holds at once; `None` for other loads.
    #[must_use]
    pub fn pressure(&self) -> Option<f64> {
        let Load::Streams(streams) = self.benchmark.load else { return None };
        let estimator = Estimator::new(self.deployment, &Constants::PRIOR)?;
        let replicas = f64::from(self.benchmark.replicas).min(streams);
        Some(streams / replicas / estimator.batch_limit(self.benchmark.lengths.context).max(1.0))
    }

    /// What the estimator says the record should have measured.
    #[must_use]
    pub fn predicted(&self, constants: &Constants) -> Option<f64> {
        Some(self.benchmark.output_rate(&Estimator::new(self.deployment, constants)?))
    }
}
