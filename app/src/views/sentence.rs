//! The answer in one sentence, its controls inside it, its evidence beside it.

use leptos::prelude::*;
use shared::explore::headline::Span;

use crate::views::controls::{ApiSelect, InlineNumber, RunSelect};
use crate::views::store;

/// The sentence, its badge and the line under it.
#[component]
pub fn Sentence() -> impl IntoView {
    let store = store();
    let spans = Memo::new(move |_| store.view.read().as_ref().map(|view| view.headline.clone()));
    let detail = Memo::new(move |_| store.view.read().as_ref().map_or(Vec::new(), |view| view.detail.clone()));
    let badge = Memo::new(move |_| store.view.read().as_ref().and_then(|view| view.badge.clone()));
    let note = Memo::new(move |_| store.view.read().as_ref().map_or(String::new(), |view| view.badge_note.clone()));
    // One piece of the sentence keeps its element while its kind stays the same: a field being typed in is not replaced.
    let pieces = move || match spans.get() {
        Some(Ok(spans)) => spans.into_iter().enumerate().collect::<Vec<_>>(),
        Some(Err(why)) => vec![(0, Span::Text(why))],
        None => Vec::new(),
    };
    view! {
        <section class="answer">
            <h1 data-testid="headline">
                <For each=pieces key=|(place, span)| key(*place, span) let((_, span))>
                    <Piece span/>
                </For>
            </h1>
            <p class="detail" data-testid="detail">
                {move || detail.get().into_iter().map(|span| view! { <Piece span/> }).collect_view()}
                " "
                {move || badge.get().map(|(evidence, text)| view! {
                    <details class="evidence">
                        <summary class=format!("badge {}", evidence.word()) data-testid="evidence">{text}</summary>
                        <span class="badge-note">{move || note.get()}</span>
                    </details>
                })}
            </p>
        </section>
    }
}

/// Fields and lists keep their element; words are replaced when they change.
fn key(place: usize, span: &Span) -> String {
    match span {
        Span::Number(id) => id.key().into(),
        Span::Run(_) => "run".into(),
        Span::Api(_) => "api".into(),
        Span::Text(text) => format!("{place} {text}"),
        Span::Money { text, opens } | Span::Verdict { text, opens } => format!("{place} {text} {opens}"),
    }
}

/// One piece of a sentence.
#[component]
fn Piece(
    /// What it is.
    span: Span,
) -> impl IntoView {
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
    view! {
        <button
            type="button"
            class=if plain { "money verdict" } else { "money" }
            title="How this is computed"
            data-opens=opens
            on:click=move |_| store.opened.set(Some(id.clone()))
        >
            {text}
        </button>
    }
}
