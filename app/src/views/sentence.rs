//! The answer in one sentence, its controls inside it, its evidence beside it.

use leptos::prelude::*;
use shared::explore::headline::Span;

use crate::views::controls::{ApiSelect, InlineNumber, RunSelect};
use crate::views::store;

/// The sentence, its badge and the line under it.
#[component]
pub fn Sentence() -> impl IntoView {
    let store = store();
    let pieces = move || match store.view.read().as_ref().map(|view| view.headline.clone()) {
        Some(Ok(spans)) => spans.into_iter().enumerate().collect::<Vec<_>>(),
        Some(Err(why)) => vec![(0, Span::Text(why))],
        None => Vec::new(),
    };
    view! {
        <section class="answer">
            <h1 data-testid="headline">
                // Fields and lists keep their element while they stay, so a field being typed in is not replaced.
                <For each=pieces key=|(place, span)| key(*place, span) children=|(_, span)| piece(span)/>
            </h1>
            <p class="detail" data-testid="detail">
                {move || store.part(|view| view.detail.clone()).into_iter().map(|span| piece(span)).collect_view()}
                " "
                {move || store.part(|view| view.badge.clone()).map(|(evidence, text)| view! {
                    <details class="evidence">
                        <summary class=format!("badge {}", evidence.word()) data-testid="evidence">{text}</summary>
                        <span class="badge-note">{move || store.part(|view| view.badge_note.clone())}</span>
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
