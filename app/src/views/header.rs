//! The bar at the top: name, sections, theme, link.

use leptos::prelude::*;

use crate::location;
use crate::theme::Theming;
use crate::views::{act, text};

/// The bar at the top.
#[component]
pub fn Header() -> impl IntoView {
    let theming = expect_context::<Theming>();
    let copied = RwSignal::new("Copy link");
    let copy = move |_| {
        // A browser may keep the clipboard to itself; the address bar has the same link.
        let _ = window().navigator().clipboard().write_text(&location::address());
        copied.set("Link copied");
        set_timeout(move || copied.set("Copy link"), std::time::Duration::from_secs(2));
    };
    view! {
        <header class="bar">
            <a class="name" href="./">"Forge"</a>
            <nav aria-label="Sections">
                <a href="#cost">"Cost"</a>
                <a href="#throughput">"Performance"</a>
                <a href="#quality">"Quality"</a>
                <a href="#runs">"Runs"</a>
                <a href="#method">"Method"</a>
            </nav>
            <div class="tools">
                <button type="button" data-testid="theme" on:click=act(move |_| theming.choice.update(|choice| *choice = choice.next()))>
                    "Theme: "{text(move || theming.choice.get().word().into())}
                </button>
                <button type="button" data-testid="copy-link" aria-live="polite" on:click=act(copy)>{text(move || copied.get().into())}</button>
            </div>
        </header>
    }
}
