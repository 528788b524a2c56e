//! The answer in one sentence, its controls inside it, its evidence beside it.

use std::mem::discriminant;

use leptos::prelude::*;
use shared::explore::headline::Span;
use shared::explore::view_model::View;

use crate::views::controls::{ApiSelect, InlineNumber, RunSelect};
use crate::views::{act, live, nothing, said, text};
use crate::wire::{Word, tell};

/// The question, what to do, the sentence, why, and what it rests on.
#[component]
pub fn Sentence() -> impl IntoView {
    let said = said();
    let failed = Memo::new(move |_| said.part(|view| view.headline.as_ref().err().cloned()));
    let headline = |view: &View| view.headline.clone().unwrap_or_default();
    view! {
        <section class="answer">
            <p class="question">
                {text(move || said.part(|view| view.question.clone()))} " "
                <strong data-testid="verdict">{text(move || said.part(|view| view.verdict.clone()))}</strong>
            </p>
            <h1 data-testid="headline">
                {pieces(headline)}
                {live(move || failed.get().map_or_else(nothing, |why| why.into_any()))}
            </h1>
            <ul class="reasons" data-testid="reasons">
                {(0..REASONS).map(reason).collect::<Vec<_>>()}
            </ul>
        </section>
    }
}

/// As many reasons as there are at most.
const REASONS: usize = 3;

fn reason(place: usize) -> AnyView {
    let said = said();
    let there = Memo::new(move |_| said.part(|view| view.reasons.len() > place));
    let spans = move |view: &View| view.reasons.get(place).cloned().unwrap_or_default();
    live(move || if there.get() { view! { <li>{pieces(spans)}</li> }.into_any() } else { nothing() })
}

/// The pieces of a sentence. While a slider moves only words change, so elements are made anew only when a piece
/// becomes one of another kind: a list in the sentence has dozens of entries.
fn pieces(spans: impl Fn(&View) -> Vec<Span> + Copy + Send + Sync + 'static) -> AnyView {
    let said = said();
    let spans = Memo::new(move |_| said.part(spans));
    let kinds = Memo::new(move |_| {
        let number = |span: &Span| if let Span::Number(id) = span { Some(*id) } else { None };
        spans.read().iter().map(|span| (discriminant(span), number(span))).collect::<Vec<_>>()
    });
    live(move || (0..kinds.read().len()).map(|place| piece(spans, place)).collect::<Vec<_>>().into_any())
}

/// One piece of a sentence, by its place.
fn piece(spans: Memo<Vec<Span>>, place: usize) -> AnyView {
    let part = move |part: fn(&Span) -> &str| {
        text(move || spans.read().get(place).map_or(String::new(), |it| part(it).into()))
    };
    let (words, opens) = (part(Span::words), part(Span::opens));
    match spans.read_untracked().get(place) {
        None => nothing(),
        Some(Span::Text(_)) => words.into_any(),
        Some(Span::Number(id)) => view! { <InlineNumber id=*id/> }.into_any(),
        Some(Span::Run(_)) => view! { <RunSelect/> }.into_any(),
        Some(Span::Api(_)) => view! { <ApiSelect inline=true/> }.into_any(),
        Some(Span::Money { .. }) => view! { <Money text=words opens/> }.into_any(),
        Some(Span::Verdict { .. }) => view! { <Money text=words opens plain=true/> }.into_any(),
    }
}

/// A dollar (or what follows from one) that opens its arithmetic.
#[component]
pub fn Money(
    /// The dollar as text.
    #[prop(into)]
    text: Signal<String>,
    /// Which explanation it opens.
    #[prop(into)]
    opens: Signal<String>,
    /// Whether it stands as words in a sentence, without the mark of a number.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let clicked = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        tell(Word::Open, &opens.get_untracked());
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
