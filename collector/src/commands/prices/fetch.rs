//! `collector prices fetch`: what RunPod's GPUs cost today, as rows, and what that changes.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use crate::catalogue::Catalogue;
use crate::catalogue::prices::PriceFile;
use crate::catalogue::runpod::{self, Change, Fetched, PATH};
use crate::cli::access_args::ApiKey;
use crate::cli::prices::FetchArgs;
use crate::printer::{Hinted, Printer, counted};
use crate::runtime::runtime;

const PATIENCE: Duration = Duration::from_secs(30);
/// Characters shown of what a server says against it.
const SAID: usize = 200;

/// Asks, compares, writes.
///
/// # Errors
/// When there is no key, RunPod cannot be reached or refuses, its answer is something else, or rows cannot be written.
pub(super) fn fetch(args: &FetchArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let Some(key) = args.api_key.as_ref().filter(|key| !key.reveal().is_empty()) else {
        let hint = "make one in RunPod's console, under settings, and put it into RUNPOD_API_KEY";
        return Err(Hinted::new("RunPod's catalogue is not shown without a key", hint).into());
    };
    let url = address(&args.url)?;
    let catalogue = Catalogue::load(args.configs.as_deref())?;
    let today = args.today.unwrap_or_else(crate::today::today);
    let text = runtime()?.block_on(ask(&url, key))?;
    let answer = runpod::parse(&text).map_err(|error| {
        let message = format!("the answer of `{url}` is no catalogue of GPUs: {error}");
        Hinted::new(message, "it should be an object with `gpus`, each with `id`, `name` and `price`")
    })?;
    let Fetched { rows, changes, same, notes } = runpod::rows(&answer, &catalogue.prices.gpu, today, url.as_str());
    for note in notes {
        out.talk(format!("note: {note}"));
    }
    for change in &changes {
        out.talk(told(change));
    }
    out.talk(format!("{} at the price of its row, {} otherwise", counted(same, "offer"), changes.len()));
    if rows.is_empty() {
        return Err(Hinted::new(format!("`{url}` offers no GPU"), "is it the right account?").into());
    }
    let about = [
        format!("Read on {today}. A row from an earlier day replaces the one of the same price in configs/prices; one"),
        "from this day comes after those of its offer, which get its day as `to`.".to_owned(),
    ];
    super::put(&PriceFile { gpu: rows, ..PriceFile::default() }, &about, args.out.as_deref(), out)?;
    Ok(ExitCode::SUCCESS)
}

/// The catalogue's address. The key goes to it, so it must be one that nobody on the way can read.
fn address(base: &str) -> anyhow::Result<Url> {
    let base = base.trim_end_matches('/');
    let url = Url::parse(&format!("{base}{PATH}")).ok();
    let own = |url: &Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let safe = url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && own(url)));
    safe.ok_or_else(|| {
        Hinted::new(format!("`--url {base}` is no address to send a key to"), "it begins with https://").into()
    })
}

async fn ask(url: &Url, key: &ApiKey) -> anyhow::Result<String> {
    // A redirect could lead the key elsewhere.
    let builder = Client::builder().redirect(Policy::none()).timeout(PATIENCE);
    let client = if url.scheme() == "http" { builder.no_proxy() } else { builder }.build()?;
    let unreachable = |error: reqwest::Error| {
        let why = anyhow::Error::new(error.without_url());
        let hint = "is there a way to the internet from here? `collector prices import` reads files instead";
        anyhow::Error::new(Hinted::new(format!("failed to ask `{url}`: {why:#}"), hint))
    };
    let answer = client.get(url.clone()).bearer_auth(key.reveal()).send().await.map_err(unreachable)?;
    let status = answer.status();
    let text = answer.text().await.map_err(unreachable)?;
    match status {
        StatusCode::OK => Ok(text),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let message = format!("RunPod refused the key ({status})");
            Err(Hinted::new(message, "is RUNPOD_API_KEY whole, and may it read?").into())
        }
        status => {
            let said: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAID).collect();
            Err(anyhow::anyhow!("{said}")).with_context(|| format!("`{url}` answered {status}"))
        }
    }
}

/// `runpod/l4-24gb, secure: 0.43 -> 0.39`.
fn told(change: &Change) -> String {
    let known: Vec<String> = change.old.iter().map(|usd| usd.value().to_string()).collect();
    let old = if known.is_empty() { "new".to_owned() } else { known.join(" or ") };
    let new = change.new.map_or("no longer offered".to_owned(), |usd| usd.value().to_string());
    format!("{}: {old} -> {new}", change.offer)
}
