//! What only a browser can show: figures on a real canvas, its clock, and numbers that come out as they do natively.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use app::canvas::{held_height, paint};
use app::location;
use app::theme::Look;
use serde::de::DeserializeOwned;
use shared::chart::draw::preferred_height;
use shared::chart::hit_map::HitMap;
use shared::date::Date;
use shared::economics::cost::per_million_total;
use shared::explore::controls::{Id, control};
use shared::explore::figures::{Figure, figure};
use shared::explore::library::Library;
use shared::explore::query;
use shared::explore::scenario::Scenario;
use shared::format;
use shared::store::index::Index;
use shared::store::result_file::ResultFile;
use shared::units::{Fraction, Millis, Usd, UsdPerHour};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

const BF16: &str = include_str!("../../results/llama-3.1-8b-instruct-bf16/rtx-a5000-1gpu/sharegpt/a5000-bf16.json");
const AWQ: &str = include_str!("../../results/llama-3.1-8b-instruct-awq-int4/rtx-a5000-1gpu/sharegpt/a5000-awq.json");
const INDEX: &str = include_str!("../../results/index.json");

/// Reads JSON as the page does, by the browser.
fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).unwrap()).unwrap()
}

/// The published results, as if they had been fetched.
fn published() -> Library {
    let index: Index = read(INDEX);
    let with_path = |text| {
        let file: ResultFile = read(text);
        let entry = index.results.iter().find(|entry| entry.id == file.id).unwrap();
        (entry.path.clone(), file)
    };
    let files = [BF16, AWQ].map(with_path).into();
    Library::new(index, files, Date::new(2026, 6, 1).unwrap())
}

fn canvas() -> HtmlCanvasElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let canvas: HtmlCanvasElement = document.create_element("canvas").unwrap().dyn_into().unwrap();
    document.body().unwrap().append_child(&canvas).unwrap();
    canvas
}

/// Paints a figure and checks that its data lies on it.
fn painted(canvas: &HtmlCanvasElement, which: Figure, look: Look, width: f64) -> HitMap {
    let spec = figure(which, &published(), &Scenario::default()).unwrap();
    let map = paint(canvas, &spec, look, (width, preferred_height(&spec, width))).unwrap();
    let ratio = web_sys::window().unwrap().device_pixel_ratio().max(1.0);
    let (right, bottom) = (f64::from(canvas.width()) / ratio, f64::from(canvas.height()) / ratio);
    assert_eq!(right, width, "{which:?}");
    let places = map.hits.iter().map(|hit| hit.at).chain(map.handles.iter().map(|handle| handle.at));
    for at in places {
        let inside = (0.0..=right).contains(&at.x) && (0.0..=bottom).contains(&at.y);
        assert!(inside, "{which:?}: {at:?} is beside {right} x {bottom}");
    }
    map
}

/// Every pixel, red, green, blue and alpha.
fn pixels(canvas: &HtmlCanvasElement) -> Vec<[u8; 4]> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().dyn_into().unwrap();
    let image = context.get_image_data(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height())).unwrap();
    image.data().0.as_chunks::<4>().0.to_vec()
}

#[wasm_bindgen_test]
fn every_figure_is_painted_with_its_data_on_it() {
    // The published runs do not say their E2EL, and the page says so.
    assert!(figure(Figure::E2el, &published(), &Scenario::default()).unwrap_err().contains("E2EL"));
    for which in Figure::ALL.into_iter().filter(|which| *which != Figure::E2el) {
        let canvas = canvas();
        let map = painted(&canvas, which, Look::Light, 640.0);
        assert!(!map.hits.is_empty(), "{which:?} has nothing to point at");
        let colours: BTreeSet<[u8; 4]> = pixels(&canvas).into_iter().collect();
        assert!(colours.len() > 8, "{which:?} has {} colours", colours.len());
    }
}

#[wasm_bindgen_test]
fn a_canvas_keeps_a_height_that_is_nearly_right() {
    let canvas = canvas();
    painted(&canvas, Figure::Ttft, Look::Light, 640.0);
    let now = f64::from(canvas.height()) / web_sys::window().unwrap().device_pixel_ratio().max(1.0);
    assert_eq!(held_height(&canvas, 640.0, now + 22.0), now);
    assert_eq!(held_height(&canvas, 640.0, now + 200.0), now + 200.0);
    assert_eq!(held_height(&canvas, 320.0, now + 22.0), now + 22.0);
}

#[wasm_bindgen_test]
fn a_canvas_can_be_painted_again_narrower_and_dark() {
    let canvas = canvas();
    painted(&canvas, Figure::Ttft, Look::Light, 900.0);
    let light = pixels(&canvas);
    painted(&canvas, Figure::Ttft, Look::Dark, 900.0);
    assert_ne!(pixels(&canvas), light);
    painted(&canvas, Figure::Ttft, Look::Light, 320.0);
    painted(&canvas, Figure::Ttft, Look::Light, 900.0);
    // Equal pixels, and not "almost": nothing of what was there before shines through.
    assert!(pixels(&canvas) == light);
}

#[wasm_bindgen_test]
fn the_address_says_the_same_after_a_round_trip() {
    for written in [
        "",
        "run=a5000-awq&gpu=0.0345848696296&day=12345.678",
        "use=0.6&in=512&out=64&own=0.5,1.25&ttft=any&rho=2.5&room=0.7&rehearsals=1",
        "api=deepinfra/meta-llama/Meta-Llama-3.1-8B-Instruct&ttft=350",
        "run=%C3%BCber%20alles%26%3D",
    ] {
        let (scenario, ignored) = query::decode(written);
        assert!(ignored.is_empty(), "{ignored:?}");
        assert_eq!(query::encode(&scenario), written);
    }
}

#[wasm_bindgen_test]
fn the_published_price_has_all_its_digits() {
    assert_eq!("0.034584869629623705".parse::<f64>().unwrap().to_string(), "0.034584869629623705");
    assert_eq!(read::<f64>("0.034584869629623705").to_string(), "0.034584869629623705");
    let file: ResultFile = read(BF16);
    let cost = per_million_total(UsdPerHour::new(0.27), file.peak().unwrap().total_rate(), Fraction::ONE).unwrap();
    assert_eq!(cost.value().to_string(), "0.034584869629623705");
}

/// The texts are those of a native run.
#[wasm_bindgen_test]
fn numbers_read_as_they_do_natively() {
    for (value, text) in [(197.1, "$197"), (0.034584869, "$0.0346"), (99.971, "$100"), (1234567.0, "$1,230,000")] {
        assert_eq!(format::usd(Usd::new(value)), text);
    }
    assert_eq!(format::millis(Millis::new(1525.44)), "1.53 s");
    assert_eq!(format::percent_of(0.0078), "0.78 %");
    assert_eq!([999.7, 0.09996].map(|value| format::significant(value, 3)), ["1,000", "0.100"]);
    assert_eq!(
        [0.1 + 0.2, 1e21].map(|value: f64| value.to_string()),
        ["0.30000000000000004", "1000000000000000000000"]
    );
}

/// Sliders go through logarithms and powers, which a platform may round in its own way.
#[wasm_bindgen_test]
fn sliders_stand_where_they_do_natively() {
    for (id, values) in [
        (Id::GpuPrice, ["0.05", "0.0503", "0.114", "1", "3.99", "19.9"]),
        (Id::Demand, ["10", "10", "66", "10000", "240000", "9900000"]),
        (Id::TtftLimit, ["0.05", "0.05", "0.1", "0.71", "2.4", "9.9"]),
        (Id::InputTokens, ["8", "8.06", "22.7", "362", "2110", "16300"]),
    ] {
        let slider = control(id, &Scenario::default(), None);
        assert_eq!([0, 1, 137, 500, 731, 999].map(|position| slider.at(position).to_string()), values, "{id:?}");
    }
}

#[wasm_bindgen_test]
fn today_is_the_browsers_day() {
    let by_clock = || String::from(js_sys::Date::new_0().to_iso_string())[..10].to_owned();
    let (before, today, after) = (by_clock(), location::today(), by_clock());
    assert!(today.to_string() == before || today.to_string() == after, "{before} {today} {after}");
    assert!(today > Date::new(2026, 1, 1).unwrap() && today < Date::new(2126, 1, 1).unwrap());
}
