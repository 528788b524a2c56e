//! How to reach the server, decided: flags over the sweep file over defaults.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::cli::access_args::AccessArgs;
use crate::load::openai::{Access, Timeouts};
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::wrong;
use crate::sweep::settings::sweep_file::SweepFile;

/// Merges what concerns the connection.
///
/// # Errors
/// When an address or a time makes no sense.
pub fn access(a: &AccessArgs, f: &SweepFile) -> anyhow::Result<Access> {
    let base_url = a.base_url.clone().or_else(|| f.base_url.clone());
    let defaults = Timeouts::default();
    let total = seconds("timeout", a.timeout.or(f.timeout))?.unwrap_or(defaults.total);
    let idle = seconds("idle-timeout", a.idle_timeout.or(f.idle_timeout))?.unwrap_or(defaults.idle);
    let connect = seconds("connect-timeout", a.connect_timeout.or(f.connect_timeout))?.unwrap_or(defaults.connect);
    let first_byte = seconds("first-byte-timeout", a.first_byte_timeout.or(f.first_byte_timeout))?.unwrap_or(total);
    Ok(Access {
        base_url: self::base_url(base_url.as_deref().unwrap_or("http://127.0.0.1:8000"))?,
        api_key: a.api_key.as_ref().map(|key| key.reveal().to_owned()),
        headers: a.header.clone(),
        certificate: a.ca_cert.clone().or_else(|| f.ca_cert.clone()),
        timeouts: Timeouts { connect, first_byte, idle, total },
    })
}

/// The further fields of a request's body.
///
/// # Errors
/// When they are not a JSON object, or name a field that the collector itself decides.
pub fn extra_body(a: &AccessArgs, f: &SweepFile) -> anyhow::Result<Map<String, Value>> {
    let Some(text) = a.extra_body.as_ref().or(f.extra_body.as_ref()) else { return Ok(Map::new()) };
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
        return Err(wrong("extra-body", text, "a JSON object like {\"top_k\": 1}"));
    };
    for decided in ["model", "prompt", "messages", "stream", "stream_options"] {
        if fields.contains_key(decided) {
            let message = format!("`--extra-body` names `{decided}`, which the sweep itself decides");
            return Err(Hinted::new(message, "leave it out; the other flags choose model, prompts and endpoint").into());
        }
    }
    Ok(fields)
}

fn seconds(flag: &str, value: Option<f64>) -> anyhow::Result<Option<Duration>> {
    let Some(value) = value else { return Ok(None) };
    let time = Duration::try_from_secs_f64(value).ok().filter(|time| !time.is_zero());
    time.map(Some).ok_or_else(|| wrong(flag, value, "a number of seconds above 0"))
}

fn base_url(text: &str) -> anyhow::Result<String> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| wrong("base-url", text, "an address like http://127.0.0.1:8000"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            Hinted::new("`--base-url` holds a user or a password", "give a key in OPENAI_API_KEY instead").into()
        );
    }
    let text = text.trim_end_matches('/');
    Ok(text.strip_suffix("/v1").unwrap_or(text).to_owned())
}
