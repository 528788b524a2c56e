//! The connection to the server: address, key, headers, certificate, timeouts, and further fields of a request's body.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::cli::access_args::AccessArgs;
use crate::load::openai_client::{Access, Timeouts};
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::invalid;
use crate::sweep::settings::sweep_file::SweepFile;

/// The connection; defaults are filled into `file`. Key and headers come from flags alone.
///
/// # Errors
/// When the address is not an HTTP address without user and password, or a timeout is not above 0.
pub fn access(file: &mut SweepFile, flags: &AccessArgs) -> anyhow::Result<Access> {
    let default = Timeouts::default();
    let total = timeout("timeout", &mut file.timeout, default.total)?;
    let timeouts = Timeouts {
        connect: timeout("connect-timeout", &mut file.connect_timeout, default.connect)?,
        first_byte: timeout("first-byte-timeout", &mut file.first_byte_timeout, total)?,
        idle: timeout("idle-timeout", &mut file.idle_timeout, default.idle)?,
        total,
    };
    let base_url = base_url(file.base_url.as_deref().unwrap_or("http://127.0.0.1:8000"))?;
    file.base_url = Some(base_url.clone());
    Ok(Access {
        base_url,
        api_key: flags.api_key.as_ref().map(|key| key.reveal().to_owned()),
        headers: flags.header.clone(),
        certificate: file.ca_cert.clone(),
        timeouts,
    })
}

/// The further fields of a request's body.
///
/// # Errors
/// When they are not a JSON object, or one of them is a field that the sweep sets itself.
pub fn extra_body(file: &mut SweepFile) -> anyhow::Result<Map<String, Value>> {
    let Some(text) = &file.extra_body else { return Ok(Map::new()) };
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
        return Err(invalid("extra-body", text, "a JSON object, such as {\"top_k\": 1}"));
    };
    for set_by_sweep in ["model", "prompt", "messages", "stream", "stream_options"] {
        if fields.contains_key(set_by_sweep) {
            let message = format!("`--extra-body` sets `{set_by_sweep}`, which the sweep sets itself");
            let hint = "remove the field; --model, --dataset and --endpoint choose model, prompts and endpoint";
            return Err(Hinted::new(message, hint).into());
        }
    }
    file.extra_body = (!fields.is_empty()).then(|| Value::Object(fields.clone()).to_string());
    Ok(fields)
}

fn timeout(flag: &str, seconds: &mut Option<f64>, default: Duration) -> anyhow::Result<Duration> {
    let time = match *seconds {
        None => default,
        Some(value) => {
            let time = Duration::try_from_secs_f64(value).ok().filter(|time| !time.is_zero());
            time.ok_or_else(|| invalid(flag, value, "a number of seconds greater than 0"))?
        }
    };
    *seconds = Some(time.as_secs_f64());
    Ok(time)
}

fn base_url(text: &str) -> anyhow::Result<String> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| invalid("base-url", text, "an address such as http://127.0.0.1:8000"))?;
    if !url.username().is_empty() || url.password().is_some() {
        let hint = "remove it and set the key in OPENAI_API_KEY";
        return Err(Hinted::new("`--base-url` contains a user name or a password", hint).into());
    }
    let text = text.trim_end_matches('/');
    Ok(text.strip_suffix("/v1").unwrap_or(text).to_owned())
}
