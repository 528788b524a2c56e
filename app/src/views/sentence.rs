//! The answer in one sentence, its controls inside it, its evidence beside it.

use leptos::prelude::*;
use shared::explore::headline::Span;

use crate::views::controls::{ApiSelect, InlineNumber, RunSelect};
use crate::views::{act, live, nothing, store, text};

/// The sentence, its badge and the line under it.
#[component]
pub fn Sentence() -> impl IntoView {
    let store = store();
    let sentence = move || match store.view.read().as_ref().map(|view| view.headline.clone()) {
        Some(Ok(spans)) => pieces(spans),
        Some(Err(why)) => why.into_any(),
        None => nothing(),
    };
    let badge = move || {
        store.part(|view| view.badge.clone()).map_or_else(nothing, |(evidence, words)| {
            view! {
                <details class="evidence">
                    <summary class=format!("badge {}", evidence.word()) data-testid="evidence">{words}</summary>
                    <span class="badge-note">{text(move || store.part(|view| view.badge_note.clone()))}</span>
                </details>
            }
            .into_any()
        })
    };
    view! {
        <section class="answer">
            <h1 data-testid="headline">{live(sentence)}</h1>
            <p class="detail" data-testid="detail">
                {live(move || pieces(store.part(|view| view.detail.clone())))} " " {live(badge)}
            </p>
        </section>
    }
}

fn pieces(spans: Vec<Span>) -> AnyView {
    spans.into_iter().map(piece).collect::<Vec<_>>().into_any()
}

/// One piece of a sentence.
fn piece(span: Span) -> AnyView {
    match span {
        Span::Text(text) => text.into_any(),
        Span::Number(id) => view! { <InlineNumber id/> }.into_any(),
        Span::Run(_) => view! { <RunSelect/> }.into_any(),
        Span::Api(_) => view! { <ApiSelect inline=true/> }.into_any(),
        Span::Money { text, opens } => view! { <Money text opens/> }.into_any(),
        Span::Verdict { text, opens } => view! { <Money text opens plain=true/> }.into_any(),
    }
}

/// A dollar (or what follows from one) that opens its arithmetic.
#[component]
pub fn Money(
    /// The dollar as text.
    #[prop(into)]
    text: String,
    /// Which explanation it opens.
    #[prop(into)]
    opens: String,
    /// Whether it stands as words in a sentence, without the mark of a number.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let store = store();
    let id = opens.clone();
    let clicked = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        store.opened.set(Some(id.clone()));
    };
    // A link and not a button: it breaks over lines as the words around it do.
    view! {
        <a
            href="#explain"
            class=if plain { "money verdict" } else { "money" }
            title="How this is computed"
            data-opens=opens
            on:click=act(clicked)
        >
            {text}
        </a>
    }
}
