//! The bar at the top: name, views, undo, look, link.

use leptos::prelude::*;
use shared::explore::query;
use shared::explore::scenario::{Scenario, View};
use wasm_bindgen::JsCast;

use crate::history::History;
use crate::location;
use crate::theme::{Choice, Chosen, Look};
use crate::views::{act, flag, store, text};
use crate::wire::{Word, on_window, tell};

/// The bar at the top.
#[component]
pub fn Header() -> impl IntoView {
    let chosen = expect_context::<Chosen>();
    let history = expect_context::<History>();
    let copied = RwSignal::new("Copy link");
    let copy = move |_| {
        // A browser may keep the clipboard to itself; the address bar has the same link.
        let _ = window().navigator().clipboard().write_text(&location::address());
        copied.set("Copied");
        set_timeout(move || copied.set("Copy link"), std::time::Duration::from_secs(2));
    };
    on_window("keydown", move |event| {
        if undoes(event.unchecked_ref()) {
            event.prevent_default();
            history.undo();
        }
    });
    let looks = Choice::ALL.map(|choice| {
        let word = match choice {
            Choice::Auto => "Auto",
            Choice::Always(Look::Light) => "Light",
            Choice::Always(Look::Dark) => "Dark",
            Choice::Always(Look::Contrast) => "High contrast",
        };
        view! { <option value=choice.word() prop:selected=flag(move || chosen.choice.get() == choice)>{word}</option> }
            .into_any()
    });
    view! {
        <header class="bar">
            <a class="skip" href="#main">"Skip to the answer"</a>
            <a class="name" href="./">"Forge"</a>
            <nav aria-label="Views">{Vec::from(View::ALL.map(tab))}</nav>
            <div class="tools">
                <button
                    type="button"
                    data-testid="undo"
                    title="Take the last change back (Ctrl+Z)"
                    prop:disabled=flag(move || history.steps.get() < 1.0)
                    on:click=act(move |_| history.undo())
                >
                    "Undo"
                </button>
                <select
                    aria-label="Look of the page"
                    data-testid="theme"
                    on:change=act(move |event| chosen.choice.set(Choice::of(&event_target_value(&event))))
                >
                    {Vec::from(looks)}
                </select>
                <button type="button" data-testid="copy-link" aria-live="polite" on:click=act(copy)>
                    {text(move || copied.get().into())}
                </button>
            </div>
        </header>
    }
}

/// A link to a view: a real one, so that it can be opened elsewhere, and followed in place.
fn tab(view: View) -> AnyView {
    let store = store();
    let address = text(move || {
        let query = query::encode(&Scenario { view, ..store.scenario.get() });
        if query.is_empty() { "./".into() } else { format!("?{query}") }
    });
    let follow = move |event: leptos::ev::MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        store.scenario.update(|scenario| scenario.view = view);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    };
    let is_open = Memo::new(move |_| store.scenario.read().view == view);
    view! {
        <a
            href=address
            data-testid=format!("view-{}", view.key())
            aria-current=move || is_open.get().then_some("page")
            on:click=act(follow)
            on:pointerenter=act(|_| tell(Word::Wanted, ""))
        >
            {view.key()}
        </a>
    }
    .into_any()
}

/// Ctrl+Z, where it would not take back what is being typed.
fn undoes(event: &leptos::ev::KeyboardEvent) -> bool {
    let typing = document().active_element().is_some_and(|element| {
        element.tag_name() == "INPUT" && element.get_attribute("type").is_some_and(|kind| kind != "range")
    });
    !typing && !event.shift_key() && (event.ctrl_key() || event.meta_key()) && event.key() == "z"
}
