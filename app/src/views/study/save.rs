//! A figure as a file: PNG, SVG, CSV or JSON with its sources. Made in the browser; nothing is sent.

use js_sys::Array;
use leptos::prelude::*;
use serde::Serialize;
use shared::chart::ChartSpec;
use shared::chart::data::{DataTable, csv, table};
use shared::chart::draw::preferred_height;
use shared::chart::svg::{TextFit, document as svg_document};
use shared::explore::provenance::{self, Provenance};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, Url};

use crate::canvas::paint_at;
use crate::store::Store;
use crate::theme::Look;

/// Width of a saved picture in CSS pixels.
const WIDTH: f64 = 860.0;

/// Saves a figure in a format.
pub fn save(store: Store, spec: &ChartSpec, format: &str, look: Look) {
    let name = |ending: &str| format!("forge-{}.{ending}", spec.id);
    match format {
        "png" => picture(spec, look, 1.0, name("png")),
        "png2" => picture(spec, look, 2.0, name("png")),
        "svg" => {
            if let Ok(svg) = svg_document(spec, &look.theme(), WIDTH, TextFit::Estimated) {
                text(&svg, "image/svg+xml", &name("svg"));
            }
        }
        "csv" => text(&csv(spec), "text/csv", &name("csv")),
        "json" => text(&json(store, spec), "application/json", &name("json")),
        _ => {}
    }
}

/// The data with what it rests on.
#[derive(Serialize)]
struct Saved {
    title: String,
    subtitle: String,
    source: String,
    data: DataTable,
    provenance: Option<Provenance>,
}

fn json(store: Store, spec: &ChartSpec) -> String {
    let library = store.library.get_untracked();
    let saved = Saved {
        title: spec.title.clone(),
        subtitle: spec.subtitle.clone(),
        source: spec.source.clone(),
        data: table(spec),
        provenance: library.map(|library| provenance::of(&library, &store.scenario.read_untracked())),
    };
    serde_json::to_string_pretty(&saved).unwrap_or_default()
}

fn text(content: &str, kind: &str, name: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&Array::of1(&content.into()), &options) {
        offer(&blob, name);
    }
}

fn picture(spec: &ChartSpec, look: Look, ratio: f64, name: String) {
    let canvas = document().create_element("canvas").ok().and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok());
    let Some(canvas) = canvas else { return };
    if paint_at(&canvas, spec, look, (WIDTH, preferred_height(spec, WIDTH)), ratio).is_ok() {
        let done = Closure::once_into_js(move |blob: JsValue| {
            if let Ok(blob) = blob.dyn_into::<Blob>() {
                offer(&blob, &name);
            }
        });
        let _ = canvas.to_blob(done.unchecked_ref());
    }
}

/// Has the browser save a file under a name.
fn offer(blob: &Blob, name: &str) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    let link = document().create_element("a").ok().and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    set_timeout(move || drop(Url::revoke_object_url(&address)), std::time::Duration::from_secs(10));
}
