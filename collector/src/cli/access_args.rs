//! Flags of `sweep` for the connection to the server: address, key, headers, TLS, timeouts, further fields.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// The connection to the server.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server")]
pub struct AccessArgs {
    /// Base URL of the server, without `/v1` [default: http://127.0.0.1:8000]
    #[arg(long, value_name = "URL", env = "FORGE_BASE_URL")]
    pub base_url: Option<String>,
    /// Name of the model to request, such as `meta-llama/Llama-3.1-8B-Instruct` [default: the first that the server lists]
    #[arg(long, value_name = "NAME", env = "FORGE_MODEL")]
    pub model: Option<String>,
    /// API endpoint to send requests to [default: completions, or chat-completions with --turns]
    #[arg(long, value_enum)]
    pub endpoint: Option<EndpointName>,
    /// API key of the server, if it requires one; never stored or printed
    #[arg(long, value_name = "KEY", env = "OPENAI_API_KEY", hide_env_values = true)]
    pub api_key: Option<ApiKey>,
    /// Add a header to every request, such as `X-Team: ml`; repeat the flag for more; never stored
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub header: Vec<(String, String)>,
    /// Add or replace fields of every request's JSON body, such as '{"top_k": 1}'
    #[arg(long, value_name = "JSON")]
    pub extra_body: Option<String>,
    /// PEM file with a further CA certificate to trust, for a server whose certificate is not publicly signed
    #[arg(long, value_name = "FILE", env = "FORGE_CA_CERT")]
    pub ca_cert: Option<PathBuf>,
    /// Timeout of a whole request, in seconds [default: 600]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// Timeout for opening a connection, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub connect_timeout: Option<f64>,
    /// Timeout for the first event of a response, queueing included, in seconds [default: --timeout]
    #[arg(long, value_name = "SECONDS")]
    pub first_byte_timeout: Option<f64>,
    /// Longest gap between two events of a response, in seconds [default: 120]
    #[arg(long, value_name = "SECONDS")]
    pub idle_timeout: Option<f64>,
    /// Log file of vLLM; the kernel that runs the quantized layers is read from it
    #[arg(long, value_name = "FILE", env = "FORGE_SERVER_LOG")]
    pub server_log: Option<PathBuf>,
}

/// Endpoints that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointName {
    /// /v1/completions: the prompt is sent unchanged
    Completions,
    /// /v1/chat/completions: the server applies the model's chat template
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
    let (name, value) = text.split_once([':', '=']).ok_or("expected `NAME: VALUE`")?;
    let (name, value) = (name.trim(), value.trim());
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err(format!("invalid header name `{name}`"));
    }
    if value.chars().any(char::is_control) {
        return Err(format!("the value of header `{name}` contains a control character"));
    }
    Ok((name.into(), value.into()))
}
