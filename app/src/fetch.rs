//! Fetches the index and result files from the page's own origin, and says in a sentence what went wrong.
//!
//! Addresses are relative to the page, so it works under any path. Nothing is sent anywhere. JSON is read by the
//! browser: its numbers are exact, and the program need not carry a parser. Fields it does not know pass here;
//! `collector check` refuses them.

use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use shared::store::catalogue::{Catalogue, SCHEMA};
use shared::store::index::Index;
use shared::store::result_file::ResultFile;
use wasm_bindgen::JsValue;

/// The index of the results folder.
///
/// # Errors
/// A sentence for the reader.
pub async fn index() -> Result<Index, String> {
    let address = "results/index.json";
    let value = json(address).await?;
    Index::read(schema(&value), || shape(value)).map_err(|why| format!("{address} cannot be read: {why}."))
}

/// The catalogue of GPUs and models, which only the second program asks for.
///
/// # Errors
/// A sentence for the reader.
pub async fn catalogue() -> Result<Catalogue, String> {
    let address = "results/catalogue.json";
    let value = json(address).await?;
    let cannot = |why: String| format!("{address} cannot be read: {why}.");
    match schema(&value) {
        Some(SCHEMA) => shape(value).map_err(cannot),
        other => Err(cannot(format!("its schema is {other:?}, and this page reads {SCHEMA}"))),
    }
}

/// One result file, by its path under the results folder.
///
/// # Errors
/// A sentence for the reader.
pub async fn result_file(path: &str) -> Result<ResultFile, String> {
    let address = format!("results/{path}");
    let value = json(&address).await?;
    ResultFile::read(schema(&value), || shape(value)).map_err(|why| format!("{address} cannot be read: {why}."))
}

async fn json(address: &str) -> Result<JsValue, String> {
    let answer = Request::get(address).send().await.map_err(|_| format!("{address} could not be reached."))?;
    if !answer.ok() {
        return Err(format!("The server answered {} to {address}.", answer.status()));
    }
    let text = answer.text().await.map_err(|_| format!("{address} broke off while loading."))?;
    js_sys::JSON::parse(&text).map_err(|_| format!("{address} is not JSON."))
}

fn schema(value: &JsValue) -> Option<u32> {
    js_sys::Reflect::get(value, &"schema".into()).ok()?.as_f64().map(|schema| schema as u32)
}

/// A value of the browser as one of ours.
///
/// # Errors
/// When its shape is another.
pub fn shape<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}
