//! Fetches the index and result files from the page's own origin, and says in a sentence what went wrong.
//!
//! Addresses are relative to the page, so it works under any path. Nothing is sent anywhere.

use gloo_net::http::Request;
use shared::store::index::Index;
use shared::store::result_file::ResultFile;

/// The index of the results folder.
///
/// # Errors
/// A sentence for the reader.
pub async fn index() -> Result<Index, String> {
    let text = text("results/index.json").await?;
    Index::parse(&text).map_err(|why| format!("results/index.json cannot be read: {why}."))
}

/// One result file, by its path under the results folder.
///
/// # Errors
/// A sentence for the reader.
pub async fn result_file(path: &str) -> Result<ResultFile, String> {
    let address = format!("results/{path}");
    let text = text(&address).await?;
    ResultFile::parse(&text).map_err(|why| format!("{address} cannot be read: {why}."))
}

async fn text(address: &str) -> Result<String, String> {
    let answer = Request::get(address).send().await.map_err(|_| format!("{address} could not be reached."))?;
    if !answer.ok() {
        return Err(format!("The server answered {} to {address}.", answer.status()));
    }
    answer.text().await.map_err(|_| format!("{address} broke off while loading."))
}
