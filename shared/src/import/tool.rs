//! The load generators whose files are read.

use std::fmt;

/// A load generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// vLLM's `vllm bench serve`, the Python client or the Rust one.
    VllmBench,
    /// SGLang's `bench_serving`.
    SglangBench,
    /// guidellm.
    Guidellm,
    /// AIPerf.
    Aiperf,
    /// Hugging Face's inference-benchmarker.
    InferenceBenchmarker,
    /// Kubernetes' inference-perf.
    InferencePerf,
}

impl Tool {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::VllmBench,
        Self::SglangBench,
        Self::Guidellm,
        Self::Aiperf,
        Self::InferenceBenchmarker,
        Self::InferencePerf,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VllmBench => "vllm bench serve",
            Self::SglangBench => "sglang bench_serving",
            Self::Guidellm => "guidellm",
            Self::Aiperf => "AIPerf",
            Self::InferenceBenchmarker => "inference-benchmarker",
            Self::InferencePerf => "inference-perf",
        }
    }

    /// The benchmark's name when nobody gives one; fit to be part of a path.
    #[must_use]
    pub fn benchmark(self) -> &'static str {
        match self {
            Self::VllmBench => "vllm-bench",
            Self::SglangBench => "sglang-bench",
            Self::Guidellm => "guidellm",
            Self::Aiperf => "aiperf",
            Self::InferenceBenchmarker => "inference-benchmarker",
            Self::InferencePerf => "inference-perf",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
