//! Serves the built page and the reader's result files over HTTP: nothing else, and nothing from outside their folders.
//!
//! The index is made anew for each request, so a sweep that is still running shows its levels after a reload.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use sha2::{Digest, Sha256};
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::catalogue::Catalogue;
use crate::results::scan::Scan;

/// What the server serves.
#[derive(Debug)]
pub struct Served {
    /// The built page.
    pub dist: PathBuf,
    /// Results folders; the first one that holds a path wins.
    pub results: Vec<PathBuf>,
    /// Prices for the index.
    pub catalogue: Catalogue,
}

impl Served {
    /// Reads all results folders.
    ///
    /// # Errors
    /// When a folder is missing or cannot be read.
    pub fn scan(&self) -> anyhow::Result<Scan> {
        let folders: Vec<&Path> = self.results.iter().map(PathBuf::as_path).collect();
        Scan::of(&folders)
    }
}

/// The routes: the page at `/`, results under `/results/`, everything compressed where the browser takes it.
pub fn router(served: Served) -> Router {
    let page = ServeDir::new(&served.dist).append_index_html_on_directories(false);
    let always = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(document))
        .route("/index.html", get(document))
        .route("/results/index.json", get(index))
        .route("/results/{*path}", get(result))
        .with_state(Arc::new(served))
        .fallback_service(page)
        .layer(always(header::CACHE_CONTROL, "no-cache"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
        .layer(CompressionLayer::new())
}

/// The page itself. Read anew each time, so that a rebuilt page has the policy that fits its inline loader.
async fn document(State(served): State<Arc<Served>>) -> Response {
    let path = served.dist.join("index.html");
    match tokio::fs::read_to_string(&path).await {
        Ok(html) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
                (header::CONTENT_SECURITY_POLICY, content_security_policy(&html)),
            ];
            (headers, html).into_response()
        }
        Err(error) => failure(&format!("failed to read the page: {error}")),
    }
}

async fn index(State(served): State<Arc<Served>>) -> Response {
    let scanned = tokio::task::spawn_blocking(move || served.scan().map(|scan| scan.index(&served.catalogue))).await;
    match scanned {
        Ok(Ok(index)) => json(index.to_json()),
        Ok(Err(error)) => failure(&format!("{error:#}")),
        Err(error) => failure(&error.to_string()),
    }
}

async fn result(State(served): State<Arc<Served>>, UrlPath(path): UrlPath<String>) -> Response {
    let below = Path::new(&path);
    // No `..`, no root, no drive: a path can only lead down. And nothing but result files leaves the folder.
    let leads_down = below.components().all(|part| matches!(part, Component::Normal(_)));
    if leads_down && below.extension().is_some_and(|extension| extension == "json") {
        for folder in &served.results {
            if let Ok(text) = tokio::fs::read_to_string(folder.join(below)).await {
                return json(text);
            }
        }
    }
    (StatusCode::NOT_FOUND, "there is no such result\n").into_response()
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn failure(message: &str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{message}\n")).into_response()
}

/// Everything from this origin alone. Inline scripts (trunk's loader) are allowed by their hash, so that nothing
/// put into the page later can run; compiling wasm needs its own word.
fn content_security_policy(html: &str) -> String {
    let hashes: Vec<String> = inline_scripts(html)
        .map(|script| {
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script.as_bytes()));
            format!(" 'sha256-{hash}'")
        })
        .collect();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'none'",
        hashes.concat()
    )
}

/// The text between the tags of each script that is written into the page.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|after| {
        let (tag, rest) = after.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        let linked = tag.split_whitespace().any(|attribute| attribute.starts_with("src="));
        (!linked && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash() {
        let html =
            r#"<script src="a.js"></script><script type="module">alert('Hello, world.');</script><script></script>"#;
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["alert('Hello, world.');"]);
        // The hash of that script in the CSP specification's own example.
        let policy = content_security_policy(html);
        assert!(policy.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"), "{policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    }
}
