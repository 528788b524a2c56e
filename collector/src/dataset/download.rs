//! A download that goes on where it was broken off, is checked, and appears only when it is whole.
//!
//! What has arrived lies in `FILE.part` until then.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use indicatif::ProgressBar;
use reqwest::header::{CONTENT_RANGE, ETAG, LOCATION, RANGE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use crate::load::prompts::dataset_file::hex;
use crate::printer::Hinted;

const CONNECT: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 10;
/// Hugging Face says here, beside the redirect to where the bytes are, what their SHA-256 is.
const LINKED_ETAG: &str = "x-linked-etag";

/// What to download.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where it is.
    pub url: Url,
    /// Where it goes.
    pub out: PathBuf,
    /// What its SHA-256 must be; what the server says when absent.
    pub sha256: Option<String>,
    /// Attempts in a row that may bring nothing.
    pub attempts: u32,
    /// Pause before another attempt.
    pub pause: Duration,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its SHA-256.
    pub sha256: String,
    /// Its bytes.
    pub bytes: u64,
    /// What it was checked against.
    pub checked: Checked,
    /// What else to tell.
    pub notes: Vec<String>,
}

/// What a checksum came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The file was there already, with the right checksum.
    AlreadyThere,
    /// Somebody knew it beforehand.
    Known,
    /// The server said it.
    ByServer,
    /// Nobody knew one.
    Unchecked,
}

/// Why an attempt ended early.
enum Broken {
    /// Another one may succeed.
    Again(anyhow::Error),
    /// It would not.
    Final(anyhow::Error),
}

/// Downloads the file. Dropping the future keeps what has arrived.
///
/// # Errors
/// When the server cannot be reached or refuses, the connection keeps breaking, the checksum is wrong, or the file
/// cannot be written.
pub async fn fetch(order: &Order, bar: &ProgressBar) -> anyhow::Result<Fetched> {
    if order.out.exists() {
        return already_there(order);
    }
    if let Some(folder) = order.out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("failed to make folder `{}`", folder.display()))?;
    }
    let mut arrived = Arrived::resume(&order.out)?;
    bar.set_position(arrived.bytes);
    let client = client(&order.url)?;
    let mut failures = 0;
    while let Err(broken) = attempt(order, &client, &mut arrived, bar).await {
        let error = match broken {
            Broken::Final(error) => {
                arrived.discard_if_empty();
                return Err(error);
            }
            Broken::Again(error) => error,
        };
        failures = if std::mem::take(&mut arrived.progressed) { 1 } else { failures + 1 };
        if failures >= order.attempts {
            arrived.discard_if_empty();
            return Err(given_up(order, &arrived, &error).into());
        }
        tokio::time::sleep(order.pause).await;
    }
    finish(order, arrived)
}

fn given_up(order: &Order, arrived: &Arrived, error: &anyhow::Error) -> Hinted {
    if arrived.bytes == 0 {
        let hint = "is there a way to the internet from here? --url names another place to get the file from";
        return Hinted::new(format!("failed to download `{}`: {error}", order.url), hint);
    }
    Hinted::new(
        format!("the download of `{}` broke off at {} bytes: {error}", order.url, arrived.bytes),
        format!("the same command goes on from there; `{}` keeps what has arrived", arrived.path.display()),
    )
}

/// Where bytes wait until all are there.
#[must_use]
pub fn part_of(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn already_there(order: &Order) -> anyhow::Result<Fetched> {
    let path = &order.out;
    let (hash, bytes) = hash_of(path)?;
    let sha256 = hex(&hash.finalize());
    if order.sha256.as_ref() == Some(&sha256) {
        return Ok(Fetched { sha256, bytes, checked: Checked::AlreadyThere, notes: Vec::new() });
    }
    let what = match &order.sha256 {
        Some(expected) => format!("`{}` exists, with SHA-256 {sha256} instead of {expected}", path.display()),
        None => format!("`{}` exists", path.display()),
    };
    Err(Hinted::new(what, "remove it, or name another place with --out").into())
}

fn hash_of(path: &Path) -> anyhow::Result<(Sha256, u64)> {
    let named = || format!("failed to read `{}`", path.display());
    let mut file = File::open(path).with_context(named)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let count = file.read(&mut buffer).with_context(named)?;
        if count == 0 {
            return Ok((hash, bytes));
        }
        hash.update(&buffer[..count]);
        bytes += count as u64;
    }
}

/// What has arrived so far.
struct Arrived {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
    /// The furthest byte that came in this download. Nothing before it counts as progress again, so a server that
    /// begins anew each time and always breaks off cannot keep it going for ever.
    furthest: u64,
    /// Whether anything new came since it was last asked.
    progressed: bool,
    /// What the server says the whole file's SHA-256 is.
    announced: Option<String>,
    /// An ETag that looks like a SHA-256; it may be something else.
    looks_like: Option<String>,
    notes: Vec<String>,
}

impl Arrived {
    fn resume(out: &Path) -> anyhow::Result<Self> {
        let path = part_of(out);
        let (hash, bytes) = if path.exists() { hash_of(&path)? } else { (Sha256::new(), 0) };
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("failed to write `{}`", path.display()))?;
        Ok(Self {
            path,
            file,
            hash,
            bytes,
            furthest: 0,
            progressed: false,
            announced: None,
            looks_like: None,
            notes: Vec::new(),
        })
    }

    fn add(&mut self, chunk: &[u8]) -> anyhow::Result<()> {
        self.file.write_all(chunk).with_context(|| format!("failed to write `{}`", self.path.display()))?;
        self.hash.update(chunk);
        self.bytes += chunk.len() as u64;
        self.progressed |= self.bytes > self.furthest;
        self.furthest = self.furthest.max(self.bytes);
        Ok(())
    }

    /// Nothing is worth keeping of a download that never began.
    fn discard_if_empty(&self) {
        if self.bytes == 0 {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn start_over(&mut self, why: &str) -> anyhow::Result<()> {
        self.file.set_len(0).with_context(|| format!("failed to empty `{}`", self.path.display()))?;
        (self.hash, self.bytes) = (Sha256::new(), 0);
        self.notes.push(why.to_owned());
        Ok(())
    }
}

fn client(url: &Url) -> anyhow::Result<Client> {
    // Redirects are followed here, because what they say about the file is wanted.
    let builder = Client::builder().redirect(Policy::none()).connect_timeout(CONNECT).read_timeout(SILENCE);
    let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    Ok(if local { builder.no_proxy() } else { builder }.build()?)
}

async fn attempt(order: &Order, client: &Client, arrived: &mut Arrived, bar: &ProgressBar) -> Result<(), Broken> {
    let mut answer = ask(order, client, arrived).await?;
    let total = match answer.status() {
        StatusCode::PARTIAL_CONTENT => {
            let (from, total) = content_range(&answer).unwrap_or((Some(arrived.bytes), None));
            if from != Some(arrived.bytes) {
                arrived
                    .start_over("the server sent another part than was asked for; started over")
                    .map_err(Broken::Final)?;
                return Err(Broken::Again(anyhow::anyhow!("the server sent another part than was asked for")));
            }
            total
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            // Nothing is left to send, unless what lies here was another file.
            if content_range(&answer).and_then(|range| range.1) == Some(arrived.bytes) {
                return Ok(());
            }
            let why = "what had arrived was longer than the file; started over";
            arrived.start_over(why).map_err(Broken::Final)?;
            return Err(Broken::Again(anyhow::anyhow!(why)));
        }
        _ => {
            if arrived.bytes > 0 {
                let why = "the server cannot go on where a download broke off; started over";
                arrived.start_over(why).map_err(Broken::Final)?;
            }
            answer.content_length()
        }
    };
    bar.set_position(arrived.bytes);
    if let Some(total) = total {
        bar.set_length(total);
    }
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => arrived.add(&chunk).map_err(Broken::Final)?,
            Ok(None) => break,
            Err(error) => return Err(Broken::Again(innermost(&error))),
        }
        bar.set_position(arrived.bytes);
    }
    match total {
        Some(total) if arrived.bytes < total => {
            Err(Broken::Again(anyhow::anyhow!("the server stopped before the end")))
        }
        _ => Ok(()),
    }
}

/// The answer behind all redirects.
async fn ask(order: &Order, client: &Client, arrived: &mut Arrived) -> Result<Response, Broken> {
    let mut url = order.url.clone();
    for _ in 0..REDIRECTS {
        let mut call = client.get(url.clone());
        if arrived.bytes > 0 {
            call = call.header(RANGE, format!("bytes={}-", arrived.bytes));
        }
        let answer = call.send().await.map_err(|error| Broken::Again(innermost(&error)))?;
        let status = answer.status();
        arrived.announced = sha256_in(&answer, LINKED_ETAG).or(arrived.announced.take());
        arrived.looks_like = sha256_in(&answer, ETAG.as_str()).or(arrived.looks_like.take());
        if status.is_success() || status == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(answer);
        }
        if !status.is_redirection() {
            return Err(refused(&url, status));
        }
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let next = location.and_then(|location| url.join(location).ok());
        let next = next.filter(|next| next.scheme() == "https" || next.scheme() == url.scheme());
        let lost = || Broken::Final(anyhow::anyhow!("`{url}` redirects to nowhere that can be followed"));
        url = next.ok_or_else(lost)?;
    }
    Err(Broken::Final(anyhow::anyhow!("`{}` redirects more than {REDIRECTS} times", order.url)))
}

fn refused(url: &Url, status: StatusCode) -> Broken {
    // Signed addresses are long and secret; where it is says enough.
    let place = url.host_str().unwrap_or_default();
    let what = format!("`{place}` answered HTTP {} to `{}`", status.as_u16(), url.path());
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT) {
        return Broken::Again(anyhow::anyhow!(what));
    }
    let hint = "open the address in a browser; --url names another place to get the file from";
    Broken::Final(Hinted::new(what, hint).into())
}

/// What a header holds, if it looks like a SHA-256.
fn sha256_in(answer: &Response, header: &str) -> Option<String> {
    let text = answer.headers().get(header)?.to_str().ok()?.trim_start_matches("W/").trim_matches('"').to_owned();
    (text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

/// First byte and whole length of `bytes 100-199/1000` or `bytes */1000`.
fn content_range(answer: &Response) -> Option<(Option<u64>, Option<u64>)> {
    let text = answer.headers().get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
    let (range, total) = text.split_once('/')?;
    Some((range.split_once('-').and_then(|(from, _)| from.parse().ok()), total.parse().ok()))
}

/// The innermost cause says what happened; those around it only that something did.
fn innermost(error: &reqwest::Error) -> anyhow::Error {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    anyhow::anyhow!("{cause}")
}

fn finish(order: &Order, arrived: Arrived) -> anyhow::Result<Fetched> {
    let Arrived { path, file, hash, bytes, announced, looks_like, mut notes, .. } = arrived;
    let sha256 = hex(&hash.finalize());
    let (expected, checked) = match (&order.sha256, announced, looks_like) {
        (Some(known), ..) => (Some(known.clone()), Checked::Known),
        (None, Some(announced), _) => (Some(announced), Checked::ByServer),
        (None, None, Some(tag)) if tag == sha256 => (None, Checked::ByServer),
        (None, None, Some(tag)) => {
            notes.push(format!("the server's ETag {tag} is not the file's SHA-256; it may be something else"));
            (None, Checked::Unchecked)
        }
        (None, None, None) => (None, Checked::Unchecked),
    };
    if let Some(expected) = expected.filter(|expected| *expected != sha256) {
        drop(file);
        std::fs::remove_file(&path).with_context(|| format!("failed to remove `{}`", path.display()))?;
        return Err(Hinted::new(
            format!("what came from `{}` has SHA-256 {sha256} instead of {expected}, and was removed", order.url),
            "fetch it again; if it stays so the file has changed, and --sha256 says which one you want",
        )
        .into());
    }
    let kept = file.sync_all().and_then(|()| std::fs::rename(&path, &order.out));
    kept.with_context(|| format!("failed to rename `{}` to `{}`", path.display(), order.out.display()))?;
    Ok(Fetched { sha256, bytes, checked, notes })
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
