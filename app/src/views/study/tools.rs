//! What can be done with a figure: choose series and scales, see its data, save it, link to it.

use leptos::prelude::*;
use shared::chart::data::{DataTable, Value, table};
use shared::chart::scale::{Axis, Scale};
use shared::explore::figures::{Figure, figure};

use crate::location;
use crate::theme::Theming;
use crate::views::figure::Adjusted;
use crate::views::study::save::save;
use crate::views::{Spec, act, flag, live, nothing, store};
use crate::wire::{Word, tell};

/// What can be done with a figure.
#[component]
pub fn Tools(
    /// Whose tools.
    which: Figure,
    /// Whether the reader sees them.
    open: RwSignal<bool>,
) -> impl IntoView {
    let (store, theming) = (store(), expect_context::<Theming>());
    let id = which.id();
    let spec = Memo::new(move |_| {
        let spec =
            open.get().then(|| store.library.read().as_ref().map(|it| figure(which, it, &store.scenario.read())));
        spec.flatten()
    });
    let adjusted = RwSignal::new(Adjusted::default());
    Effect::new(move |first: Option<()>| {
        let told = format!("{id} {}", adjusted.read().told());
        if first.is_some() {
            tell(Word::Adjust, &told);
        }
    });
    let data = Memo::new(move |_| adjusted.read().of(&spec.read())?.ok().map(|spec| table(&spec)));
    let save = move |format: &'static str, words: &'static str| {
        let save = move |_| {
            if let Some(Ok(spec)) = adjusted.read_untracked().of(&spec.read_untracked()) {
                save(store, &spec, format, theming.look.get_untracked());
            }
        };
        view! { <button type="button" data-testid=format!("save-{format}-{id}") on:click=act(save)>{words}</button> }
            .into_any()
    };
    let copied = RwSignal::new("Copy link to this figure");
    let link = move |_| {
        let address = location::address();
        let bare = address.split('#').next().unwrap_or_default();
        let _ = window().navigator().clipboard().write_text(&format!("{bare}#{id}"));
        copied.set("Link copied");
    };
    view! {
        <Adjust id spec adjusted/>
        <div class="save" role="group" aria-label="Download">
            {save("png", "PNG")} {save("png2", "PNG 2×")} {save("svg", "SVG")} {save("csv", "CSV")} {save("json", "JSON")}
            <button type="button" data-testid=format!("link-{id}") on:click=act(link)>{move || copied.get()}</button>
        </div>
        {live(move || data.get().map_or_else(nothing, |data| rows(data, which)))}
    }
}

/// Which series are shown, and on which scales.
#[component]
fn Adjust(
    /// The figure's name.
    id: &'static str,
    /// What is drawn.
    spec: Memo<Spec>,
    /// What the reader has changed.
    adjusted: RwSignal<Adjusted>,
) -> impl IntoView {
    // What can be adjusted changes seldom: boxes must not be made anew while one moves a slider.
    let can = Memo::new(move |_| match &*spec.read() {
        Some(Ok(spec)) => {
            let series: Vec<String> = spec.series().into_iter().map(|series| series.label).collect();
            let scale = |axis: &Option<Axis>| axis.as_ref().map(|axis| axis.scale == Scale::Log);
            (if series.len() > 1 { series } else { Vec::new() }, scale(&spec.other_x), scale(&spec.other_y))
        }
        Some(Err(_)) | None => (Vec::new(), None, None),
    });
    let series = move |label: String| {
        let (name, shown) = (label.clone(), label.clone());
        let switch = move |_| {
            adjusted.update(|adjusted| {
                if adjusted.hidden.contains(&name) {
                    adjusted.hidden.retain(|hidden| *hidden != name);
                } else {
                    adjusted.hidden.push(name.clone());
                }
            });
        };
        view! {
            <label>
                <input type="checkbox" prop:checked=flag(move || !adjusted.read().hidden.contains(&shown)) on:change=act(switch)/>
                {label}
            </label>
        }
        .into_any()
    };
    let scale = move |is_x: bool, is_log: bool| {
        let words = match (is_x, is_log) {
            (true, true) => "log scale across",
            (true, false) => "linear scale across",
            (false, true) => "log scale upward",
            (false, false) => "linear scale upward",
        };
        let stands = move || if is_x { adjusted.read().x } else { adjusted.read().y };
        let switch = move |_| {
            adjusted.update(|adjusted| {
                let axis = if is_x { &mut adjusted.x } else { &mut adjusted.y };
                *axis = !*axis;
            });
        };
        view! { <label><input type="checkbox" prop:checked=flag(stands) on:change=act(switch)/>{words}</label> }
            .into_any()
    };
    live(move || {
        let (names, x, y) = can.get();
        if names.is_empty() && x.is_none() && y.is_none() {
            return nothing();
        }
        view! {
            <div class="series" role="group" aria-label="Series and scales" data-testid=format!("adjust-{id}")>
                {names.into_iter().map(series).collect::<Vec<_>>()} {x.map(|is_log| scale(true, is_log))} {y.map(|is_log| scale(false, is_log))}
            </div>
        }
        .into_any()
    })
}

fn rows(data: DataTable, which: Figure) -> AnyView {
    let columns: Vec<AnyView> =
        data.columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }.into_any()).collect();
    let cell = |value: Value| {
        let side = if matches!(value, Value::Number { .. }) { "" } else { "words" };
        view! { <td class=side>{value.text().to_owned()}</td> }.into_any()
    };
    let row = |row: Vec<Value>| view! { <tr>{row.into_iter().map(cell).collect::<Vec<_>>()}</tr> }.into_any();
    let rows: Vec<AnyView> = data.rows.into_iter().map(row).collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=format!("Data of {}", which.id())>
            <table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
