//! Flags of `sweep` that say how to reach the server: address, key, headers, TLS, time-outs, further fields.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// How to reach the server.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server")]
pub struct AccessArgs {
    /// Address of the server, without `/v1` [default: http://127.0.0.1:8000]
    #[arg(long, value_name = "URL", env = "FORGE_BASE_URL")]
    pub base_url: Option<String>,
    /// Model to ask for [default: the first the server lists]
    #[arg(long, value_name = "NAME", env = "FORGE_MODEL")]
    pub model: Option<String>,
    /// Endpoint to send prompts to [default: completions, or chat-completions with --turns]
    #[arg(long, value_enum)]
    pub endpoint: Option<EndpointName>,
    /// Key of the server, if it wants one; never stored, never printed
    #[arg(long, value_name = "KEY", env = "OPENAI_API_KEY", hide_env_values = true)]
    pub api_key: Option<ApiKey>,
    /// A further header, such as `X-Team: ml`; may be given more than once; never stored
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// Fields laid over every request's body, such as '{"top_k": 1}'
    #[arg(long, value_name = "JSON")]
    pub extra_body: Option<String>,
    /// PEM file of a certificate to trust, when the server's https is signed by your own authority
    #[arg(long, value_name = "FILE", env = "FORGE_CA_CERT")]
    pub ca_cert: Option<PathBuf>,
    /// Longest wait for one whole answer, in seconds [default: 600]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// Longest wait for a connection, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub connect_timeout: Option<f64>,
    /// Longest wait for an answer's first event, in seconds: it may have to queue [default: --timeout]
    #[arg(long, value_name = "SECONDS")]
    pub first_byte_timeout: Option<f64>,
    /// Longest silence inside a stream that began, in seconds [default: 120]
    #[arg(long, value_name = "SECONDS")]
    pub idle_timeout: Option<f64>,
    /// vLLM's log, to read from it which kernel ran the quantised layers
    #[arg(long, value_name = "FILE", env = "FORGE_SERVER_LOG")]
    pub server_log: Option<PathBuf>,
}

/// Endpoints that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointName {
    /// /v1/completions: the prompt as it is
    Completions,
    /// /v1/chat/completions: the prompt inside the model's chat template
    ChatCompletions,
}

/// A secret: sent, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The key itself, for the request that carries it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once([':', '=']).ok_or("a header is written `NAME: VALUE`")?;
    let (name, value) = (name.trim(), value.trim());
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err(format!("`{name}` is not a header's name"));
    }
    if value.chars().any(char::is_control) {
        return Err(format!("the value of `{name}` holds a control character"));
    }
    Ok((name.into(), value.into()))
}
