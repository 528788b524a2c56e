//! A file of `configs/servers`: how an engine is started for one model and quantization.

use serde::{Deserialize, Serialize};

/// One way to serve a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// For people, such as `vLLM, BF16`.
    pub name: String,
    /// The engine, such as `vllm`.
    pub engine: String,
    /// The version its flags are meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<String>,
    /// Name of a file in configs/models.
    pub model: String,
    /// The model the engine is given: a Hugging Face repository.
    pub served_model: String,
    /// `bf16`, `awq-int4`, …
    pub quantization: String,
    /// The kernel the configuration means, when it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_wanted: Option<String>,
    /// Flags of the engine, in order.
    #[serde(default)]
    pub flags: Vec<String>,
}

impl Server {
    /// The file's text, with lines of comment above it.
    ///
    /// # Errors
    /// Never for what a server is made of; the format's own error else.
    pub fn to_toml(&self, about: &[String]) -> anyhow::Result<String> {
        let comments: String = about.iter().map(|line| format!("# {line}\n")).collect();
        Ok(comments + &toml::to_string(self)?)
    }
}
