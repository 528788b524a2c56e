//! Brings content to places that the page keeps for it, in either program, for as long as they are open.

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::explore::figures::Figure;
use shared::explore::view_model::doubts;
use wasm_bindgen::JsCast;

use crate::said::Said;
use crate::store::Store;
use crate::theme::Theming;
use crate::views::live;
use crate::views::study::assumptions::Assumptions;
use crate::views::study::tools::Tools;
use crate::wire::{Word, listen};

/// What the content needs; it is mounted apart from the rest of the program.
#[derive(Clone, Copy)]
pub struct Around {
    /// What was loaded.
    pub store: Store,
    /// What controls set.
    pub said: Said,
    /// How the page looks.
    pub theming: Theming,
}

/// Fills every place that wants it.
pub fn fill_what_is_open(around: Around) {
    let filled = StoredValue::new(Vec::<(String, RwSignal<bool>)>::new());
    let known = move |id: &str| filled.with_value(|all| all.iter().find(|(name, _)| name == id).map(|(_, open)| *open));
    listen(Word::Empty, move |id| {
        if let Some(open) = known(&id) {
            open.set(false);
        }
    });
    listen(Word::Fill, move |id| {
        let place = document().get_element_by_id(&format!("place-{id}"));
        let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
        // A view that was left and opened again has a new place.
        if let (Some(open), true) = (known(&id), place.first_element_child().is_some()) {
            return open.set(true);
        }
        let open = RwSignal::new(true);
        filled.update_value(|all| {
            all.retain(|(name, _)| *name != id);
            all.push((id.clone(), open));
        });
        mount_to(place, move || {
            provide_context(around.store);
            provide_context(around.said);
            provide_context(around.theming);
            content(&id, open)
        })
        .forget();
    });
}

fn content(id: &str, open: RwSignal<bool>) -> AnyView {
    match id {
        "assumptions" => view! { <Assumptions/> }.into_any(),
        "doubts" => view! { <DoubtList/> }.into_any(),
        _ => match Figure::ALL.into_iter().find(|figure| figure.id() == id) {
            Some(which) => view! { <Tools which open/> }.into_any(),
            None => ().into_any(),
        },
    }
}

/// What to doubt about the chosen run.
#[component]
fn DoubtList() -> impl IntoView {
    let store = expect_context::<Store>();
    let all = Memo::new(move |_| {
        store.library.read().as_ref().map_or_else(Vec::new, |library| doubts(library, &store.scenario.read()))
    });
    let item = |doubt: String| view! { <li>{doubt}</li> }.into_any();
    view! { <ul data-testid="warnings">{live(move || all.get().into_iter().map(item).collect::<Vec<_>>().into_any())}</ul> }
}
