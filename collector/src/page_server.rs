//! Serves the built page and result files over HTTP: nothing else, and nothing from outside their folders.
//!
//! Index and catalogue are computed for each request, so a reload shows the new levels of a running sweep.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::catalogue::Catalogue;
use crate::page_policy;
use crate::results::dir::INDEX;
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

    /// Whether the results are the ones that the page was built with.
    fn shows_the_pages_own_results(&self) -> bool {
        let built_with = std::fs::read_to_string(self.dist.join("results").join(INDEX));
        let served = self.scan().map(|scan| scan.index(&self.catalogue).to_json());
        matches!((built_with, served), (Ok(one), Ok(other)) if one == other)
    }
}

/// The routes: the page at `/`, results under `/results/`, compressed if the browser accepts it.
pub fn router(served: Served) -> Router {
    let page = ServeDir::new(&served.dist).append_index_html_on_directories(false).precompressed_br();
    let always = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(document))
        .route("/index.html", get(document))
        .route("/results/index.json", get(index))
        .route("/results/catalogue.json", get(catalogue))
        .route("/results/{*path}", get(result))
        .with_state(Arc::new(served))
        .fallback_service(page)
        .layer(always(header::CACHE_CONTROL, "no-cache"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
        .layer(CompressionLayer::new())
}

/// The page itself. Read on each request, so that a rebuilt page has the policy for its inline loader.
async fn document(State(served): State<Arc<Served>>) -> Response {
    let path = served.dist.join("index.html");
    match tokio::fs::read_to_string(&path).await {
        Ok(mut html) => {
            let own = tokio::task::spawn_blocking(move || served.shows_the_pages_own_results()).await;
            if !own.unwrap_or(false) {
                // The answer written into the page is that of other results: it stays hidden, as it does from a reader
                // whose address asks for something else.
                html = html.replacen("<html", "<html data-asked", 1);
            }
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
                (header::CONTENT_SECURITY_POLICY, page_policy::for_header(&html)),
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

async fn catalogue(State(served): State<Arc<Served>>) -> Response {
    json(served.catalogue.facts().to_json())
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
