//! The verb `dataset`: download a file of prompts, or tell what one holds.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::Url;

use shared::format;
use shared::stats::Sorted;

use crate::cli::dataset::{DatasetArgs, DatasetCommand, FetchArgs, KnownDataset, ShowArgs};
use crate::dataset::download::{Checked, Order, fetch, part_of};
use crate::dataset::survey::{Kind, Survey, survey};
use crate::interrupt::{INTERRUPTED, Interrupt};
use crate::load::prompts::TokenCounter;
use crate::load::prompts::tokenizer::{AnyTokenCounter, LocalTokenizer};
use crate::printer::{Hinted, Printer};
use crate::results::table::{self, First};
use crate::runtime::runtime;
use crate::sweep::report::preparation_line::with_progress_line;

const SHAREGPT_FILE: &str = "ShareGPT_V3_unfiltered_cleaned_split.json";
const SHAREGPT_URL: &str = "https://huggingface.co/datasets/anon8231489123/ShareGPT_Vicuna_unfiltered/resolve/main/\
                            ShareGPT_V3_unfiltered_cleaned_split.json";
/// The checksum of its 672,837,942 bytes: that of the LFS object, as those who fetched it report.
const SHAREGPT_SHA256: &str = "35f0e213ce091ed9b9af2a1f0755e9d39f9ccec34ab281cd4ca60d70f6479ba4";
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);
const BAR: &str = "{prefix:>12.bold}  {bar:32.cyan/dim}  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";

/// Runs the verb.
///
/// # Errors
/// When a download fails, or a file cannot be read.
pub fn dataset(args: &DatasetArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    match &args.command {
        DatasetCommand::Fetch(args) => runtime()?.block_on(download(args, out)),
        DatasetCommand::Show(args) => runtime()?.block_on(show(args, out)),
    }
}

async fn download(args: &FetchArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let order = order(args)?;
    let part = part_of(&order.out);
    let arrived = || part.metadata().map_or(0, |metadata| metadata.len());
    if arrived() > 0 {
        out.talk(format!("`{}` holds {} bytes; going on from there", part.display(), arrived()));
    }
    out.talk(format!("fetching `{}`", order.url));
    let bar = bar(out.is_terminal());
    let mut interrupt = Interrupt::listen();
    let fetched = interrupt.unless_requested(fetch(&order, &bar)).await;
    bar.finish_and_clear();
    let Some(fetched) = fetched else {
        out.talk(format!("stopped; `{}` keeps {} bytes", part.display(), arrived()));
        out.talk("hint: the same command goes on from there");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let fetched = fetched?;
    for note in &fetched.notes {
        out.talk(format!("note: {note}"));
    }
    out.talk(match fetched.checked {
        Checked::AlreadyThere => "it was there already, with the right checksum".to_owned(),
        Checked::Known => format!("{} bytes, checksum right", fetched.bytes),
        Checked::ByServer => format!("{} bytes, with the checksum that the server says it has", fetched.bytes),
        Checked::Unchecked => {
            format!("{} bytes, not checked: the server names no checksum, and --sha256 gave none", fetched.bytes)
        }
    });
    // As `sha256sum` prints it.
    out.data(format!("{}  {}", fetched.sha256, order.out.display()));
    Ok(ExitCode::SUCCESS)
}

fn order(args: &FetchArgs) -> anyhow::Result<Order> {
    let (name, known_url, known_sha256) = match args.dataset {
        KnownDataset::Sharegpt => (SHAREGPT_FILE, SHAREGPT_URL, SHAREGPT_SHA256),
    };
    let text = args.url.as_deref().unwrap_or(known_url);
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let no_url = || Hinted::new(format!("`--url {text}` is not an address"), "it begins with https:// or http://");
    let known = args.url.is_none().then(|| known_sha256.to_owned());
    Ok(Order {
        url: url.ok_or_else(no_url)?,
        out: args.out.clone().unwrap_or_else(|| PathBuf::from(name)),
        sha256: args.sha256.clone().or(known),
        attempts: ATTEMPTS,
        pause: PAUSE,
    })
}

fn bar(visible: bool) -> ProgressBar {
    let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("━━╌"));
    bar.set_prefix("fetching");
    bar
}

/// Nobody counts.
struct Nobody;

impl TokenCounter for Nobody {
    async fn count(&self, _: &str) -> Option<u32> {
        None
    }
}

async fn show(args: &ShowArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let tokenizer = args.tokenizer.as_deref().map(LocalTokenizer::read).transpose()?;
    let counter = tokenizer.map_or(AnyTokenCounter::Server(&Nobody), AnyTokenCounter::Local);
    let preparation = Arc::default();
    let mut interrupt = Interrupt::listen();
    let survey = survey(&args.path, &counter, &preparation);
    let surveyed = with_progress_line(survey, &preparation, out.is_terminal());
    let Some(found) = interrupt.unless_requested(surveyed).await else { return Ok(ExitCode::from(INTERRUPTED)) };
    tell(&found?, out);
    Ok(ExitCode::SUCCESS)
}

fn tell(found: &Survey, out: &mut Printer) {
    let (what, usable) = match found.kind {
        Kind::Sharegpt => ("ShareGPT conversations", "usable by the rules of vllm bench serve"),
        Kind::Jsonl => ("lines of prompts", "different first prompts"),
        Kind::Trace => ("requests of a trace", "usable"),
    };
    let count = |count: usize| format::count(count as f64);
    out.data(format!("{:>9}  {what}", count(found.total)));
    out.data(format!("{:>9}  {usable}", count(found.usable)));
    let mut rows = vec![["tokens", "mean", "p50", "p90", "p99", "most"].map(str::to_owned)];
    for (name, tokens) in [("prompt", &found.prompt_tokens), ("output", &found.output_tokens)] {
        let sorted = Sorted::new(tokens.iter().copied().map(f64::from));
        let cell = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), format::count);
        let [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1.0].map(|q| cell(sorted.quantile(q)));
        rows.push([name.to_owned(), cell(sorted.mean()), p50, p90, p99, most]);
    }
    out.data(format!("\n{}", table::lines(&rows, First::Left).join("\n")));
    out.data(format!("\nSHA-256 {}", found.sha256));
    for note in &found.notes {
        out.talk(format!("note: {note}"));
    }
}
