//! A server on this machine that does what servers do: breaks off, ignores ranges, redirects, sends something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Response as Answer};
use axum::routing::get;
use futures_util::StreamExt;

use super::*;
use crate::files::sha256_hex;

/// What the server does.
#[derive(Debug, Clone, Copy)]
struct Manners {
    /// Bytes after which an answer breaks off.
    breaks_after: Option<usize>,
    /// Whether it knows ranges.
    ranges: bool,
    /// Whether it names the file's SHA-256 where it redirects to it.
    announces: bool,
    /// The ETag it gives the file, if any.
    tag: Option<&'static str>,
    /// What it answers instead, if anything.
    status: u16,
}

const GOOD: Manners = Manners { breaks_after: None, ranges: true, announces: false, tag: None, status: 200 };

struct Held {
    manners: Manners,
    content: Vec<u8>,
    calls: AtomicU32,
}

async fn file(State(held): State<Arc<Held>>, headers: HeaderMap) -> Answer<Body> {
    held.calls.fetch_add(1, Ordering::Relaxed);
    let Held { manners, content, .. } = &*held;
    if manners.status != 200 {
        return Answer::builder().status(manners.status).body(Body::empty()).unwrap();
    }
    let range = headers.get(RANGE).filter(|_| manners.ranges);
    let from: Option<usize> = range.map(|range| {
        let text = range.to_str().unwrap();
        text.strip_prefix("bytes=").unwrap().trim_end_matches('-').parse().unwrap()
    });
    let total = content.len();
    if from.is_some_and(|from| from >= total) {
        let answer = Answer::builder().status(416).header(CONTENT_RANGE, format!("bytes */{total}"));
        return answer.body(Body::empty()).unwrap();
    }
    let rest = content[from.unwrap_or(0)..].to_vec();
    let mut answer = Answer::builder().header(CONTENT_LENGTH, rest.len());
    if let Some(tag) = manners.tag {
        answer = answer.header(ETAG, format!("\"{tag}\""));
    }
    if let Some(from) = from {
        let range = format!("bytes {from}-{}/{total}", total - 1);
        answer = answer.status(206).header(CONTENT_RANGE, range);
    }
    let body = match manners.breaks_after.filter(|after| *after < rest.len()) {
        Some(after) => {
            let first = Ok(Bytes::copy_from_slice(&rest[..after]));
            // What was sent must be on its way before the connection goes.
            let broken = async {
                tokio::task::yield_now().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::other("gone"))
            };
            Body::from_stream(futures_util::stream::iter([first]).chain(futures_util::stream::once(broken)))
        }
        None => Body::from(rest),
    };
    answer.body(body).unwrap()
}

async fn redirect(State(held): State<Arc<Held>>) -> Answer<Body> {
    let mut answer = Answer::builder().status(302).header(LOCATION, "/file");
    if held.manners.announces {
        answer = answer.header(LINKED_ETAG, format!("\"{}\"", sha256_hex(&held.content)));
    }
    answer.body(Body::empty()).unwrap()
}

/// A download of `content` from such a server, and what is left of it.
struct Trial {
    order: Order,
    content: Vec<u8>,
    held: Arc<Held>,
    _folder: tempfile::TempDir,
}

impl Trial {
    async fn of(manners: Manners) -> Self {
        let content: Vec<u8> = (0..100_000u32).map(|n| (n * 7 % 251) as u8).collect();
        let held = Arc::new(Held { manners, content: content.clone(), calls: AtomicU32::new(0) });
        let routes = Router::new().route("/", get(redirect)).route("/file", get(file)).with_state(Arc::clone(&held));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("deep").join("set.json");
        let order = Order { url, out, sha256: Some(sha256_hex(&content)), attempts: 2, pause: Duration::ZERO };
        Self { order, content, held, _folder: folder }
    }

    /// Something that arrived before.
    fn having(self, part: &[u8]) -> Self {
        std::fs::create_dir_all(self.order.out.parent().unwrap()).unwrap();
        std::fs::write(part_of(&self.order.out), part).unwrap();
        self
    }

    async fn fetch(&self) -> anyhow::Result<Fetched> {
        fetch(&self.order, &ProgressBar::hidden()).await
    }

    #[track_caller]
    fn is_whole(&self) {
        assert_eq!(std::fs::read(&self.order.out).unwrap(), self.content);
        assert!(!part_of(&self.order.out).exists());
    }

    fn part(&self) -> Option<usize> {
        std::fs::read(part_of(&self.order.out)).ok().map(|part| part.len())
    }

    fn calls(&self) -> u32 {
        self.held.calls.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_file_comes_whole_and_only_once() {
    let trial = Trial::of(GOOD).await;
    let fetched = trial.fetch().await.unwrap();
    trial.is_whole();
    assert_eq!((fetched.bytes, fetched.checked, trial.calls()), (100_000, Checked::Known, 1));
    assert_eq!(trial.fetch().await.unwrap().checked, Checked::AlreadyThere);
    assert_eq!(trial.calls(), 1);
}

#[tokio::test]
async fn a_connection_that_keeps_breaking_is_taken_up_again_as_long_as_something_comes() {
    let trial = Trial::of(Manners { breaks_after: Some(30_000), ..GOOD }).await;
    let fetched = trial.fetch().await.unwrap();
    trial.is_whole();
    assert!(trial.calls() >= 4, "{}", trial.calls());
    assert!(fetched.notes.is_empty());
}

#[tokio::test]
async fn a_connection_that_brings_nothing_more_is_given_up_and_the_part_kept() {
    let trial = Trial::of(Manners { breaks_after: Some(0), ..GOOD }).await.having(&[0; 10]);
    let error = trial.fetch().await.unwrap_err();
    assert!(error.to_string().contains("broke off at 10 bytes"), "{error:#}");
    assert_eq!((trial.part(), trial.calls()), (Some(10), 2));
}

#[tokio::test]
async fn a_server_that_always_begins_anew_and_breaks_off_is_given_up() {
    let trial = Trial::of(Manners { breaks_after: Some(30_000), ranges: false, ..GOOD }).await;
    let fetched = tokio::time::timeout(Duration::from_secs(20), trial.fetch()).await;
    let error = fetched.expect("it ends").unwrap_err();
    assert!(error.to_string().contains("broke off at 30000 bytes"), "{error:#}");
    assert_eq!(trial.calls(), 2);
}

#[tokio::test]
async fn another_run_goes_on_where_the_first_ended() {
    let trial = Trial::of(GOOD).await;
    let half = trial.content[..60_000].to_vec();
    let trial = trial.having(&half);
    assert!(trial.fetch().await.unwrap().notes.is_empty());
    trial.is_whole();
    // Everything was there, and only the last step was missing.
    let trial = Trial::of(GOOD).await;
    let all = trial.content.clone();
    let trial = trial.having(&all);
    trial.fetch().await.unwrap();
    trial.is_whole();
}

#[tokio::test]
async fn a_server_without_ranges_starts_over() {
    let trial = Trial::of(Manners { ranges: false, ..GOOD }).await.having(b"something");
    let fetched = trial.fetch().await.unwrap();
    trial.is_whole();
    assert_eq!(fetched.notes.len(), 1);
}

#[tokio::test]
async fn a_part_that_is_longer_than_the_file_starts_over() {
    let trial = Trial::of(GOOD).await.having(&[1; 100_001]);
    assert_eq!(trial.fetch().await.unwrap().notes.len(), 1);
    trial.is_whole();
}

#[tokio::test]
async fn a_wrong_checksum_leaves_nothing() {
    let mut trial = Trial::of(GOOD).await;
    trial.order.sha256 = Some("0".repeat(64));
    let error = trial.fetch().await.unwrap_err().to_string();
    assert!(error.contains(&sha256_hex(&trial.content)) && error.contains("instead of 000"), "{error}");
    assert!(!trial.order.out.exists() && trial.part().is_none());
    // A part of something else is not the file either, however well it is continued.
    let trial = Trial::of(GOOD).await.having(&[9; 50]);
    assert!(trial.fetch().await.unwrap_err().to_string().contains("instead of"));
}

#[tokio::test]
async fn what_the_server_says_is_checked_where_nothing_else_is_known() {
    let mut trial = Trial::of(Manners { announces: true, ..GOOD }).await;
    trial.order.sha256 = None;
    assert_eq!(trial.fetch().await.unwrap().checked, Checked::ByServer);
    let mut trial = Trial::of(Manners { announces: true, ..GOOD }).await.having(&[9; 50]);
    trial.order.sha256 = None;
    assert!(trial.fetch().await.unwrap_err().to_string().contains("instead of"));
    let mut trial = Trial::of(GOOD).await;
    trial.order.sha256 = None;
    assert_eq!(trial.fetch().await.unwrap().checked, Checked::Unchecked);
}

#[tokio::test]
async fn an_etag_that_looks_like_a_checksum_is_believed_only_where_it_fits() {
    const OTHER: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let mut trial = Trial::of(Manners { announces: true, tag: Some(OTHER), ..GOOD }).await;
    trial.order.sha256 = None;
    let fetched = trial.fetch().await.unwrap();
    assert_eq!((fetched.checked, fetched.notes.len()), (Checked::ByServer, 0));
    let mut trial = Trial::of(Manners { tag: Some(OTHER), ..GOOD }).await;
    trial.order.sha256 = None;
    let fetched = trial.fetch().await.unwrap();
    trial.is_whole();
    assert_eq!(fetched.checked, Checked::Unchecked);
    assert!(fetched.notes[0].contains("ETag aaaa"), "{:?}", fetched.notes);
}

#[tokio::test]
async fn a_refusal_is_final_and_a_fault_is_not() {
    for (status, calls) in [(404, 1), (403, 1), (503, 2)] {
        let trial = Trial::of(Manners { status, ..GOOD }).await;
        let error = format!("{:#}", trial.fetch().await.unwrap_err());
        assert!(error.contains(&format!("HTTP {status}")), "{error}");
        assert_eq!(trial.calls(), calls, "{status}");
    }
}

#[tokio::test]
async fn another_file_in_its_place_is_not_overwritten() {
    let trial = Trial::of(GOOD).await.having(b"");
    std::fs::write(&trial.order.out, "mine").unwrap();
    assert!(trial.fetch().await.unwrap_err().to_string().contains("exists, with SHA-256"));
    assert_eq!(std::fs::read(&trial.order.out).unwrap(), b"mine");
}
