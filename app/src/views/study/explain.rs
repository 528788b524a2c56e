//! The popover of a number: value, formula, the numbers in it, where each comes from; copy it, open the raw file.

use leptos::html;
use leptos::prelude::*;
use shared::explore::explain::{Explanation, open};

use crate::views::{act, live, nothing, store, text};
use crate::wire::{Word, listen};

/// The dialog that opens when a number is clicked.
#[component]
pub fn ExplainDialog() -> impl IntoView {
    let store = store();
    let dialog = NodeRef::<html::Dialog>::new();
    let opened = RwSignal::new(None::<String>);
    listen(Word::Open, move |id| opened.set(Some(id)));
    let shown = move || {
        let id = opened.get()?;
        store.library.read().as_ref().and_then(|library| open(library, &store.scenario.read(), &id))
    };
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (shown().is_some(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let close = move || opened.set(None);
    view! {
        <dialog
            node_ref=dialog
            id="explain"
            class="explain"
            aria-labelledby="explain-title"
            data-testid="explain"
            on:close=act(move |_| close())
            on:click=act(move |event: leptos::ev::MouseEvent| {
                // A click on the dialog itself is one beside its content.
                if event.target() == event.current_target() {
                    close();
                }
            })
        >
            {live(move || shown().map_or_else(nothing, |explanation| content(explanation, close)))}
        </dialog>
    }
}

fn content(explanation: Explanation, close: impl Fn() + Copy + 'static) -> AnyView {
    let copied = RwSignal::new("Copy as text");
    let whole = explanation.to_text();
    let copy = move |_| {
        let _ = window().navigator().clipboard().write_text(&whole);
        copied.set("Copied");
    };
    let input = |input: shared::explore::explain::Input| {
        view! {
        <tr>
            <th scope="row">{input.name}</th>
            <td class="value">{input.value}</td>
            <td>
                {match input.link {
                    Some(link) => view! { <a href=link target="_blank" rel="noreferrer">{input.source}</a> }.into_any(),
                    None => input.source.into_any(),
                }}
            </td>
        </tr>
    }
    .into_any()
    };
    let inputs: Vec<AnyView> = explanation.inputs.into_iter().map(input).collect();
    view! {
        <div class="explain-body">
            <header>
                <h2 id="explain-title">{explanation.title}</h2>
                <button type="button" class="close" aria-label="Close" on:click=act(move |_| close())>"×"</button>
            </header>
            <p class="big" data-testid="explain-value">{explanation.value}</p>
            <p><span class=format!("badge {}", explanation.evidence.word())>{explanation.evidence.word().to_ascii_uppercase()}</span></p>
            <p class="formula">{explanation.formula}</p>
            <p class="worked"><code>{explanation.worked}</code></p>
            {explanation.also.into_iter().map(|line| view! { <p class="worked"><code>{line}</code></p> }).collect::<Vec<_>>()}
            {explanation.currency.map(|line| view! { <p class="worked">{line}</p> })}
            {explanation.marks.into_iter().map(|mark| view! { <p class="mark">{mark}</p> }).collect::<Vec<_>>()}
            <table>
                <thead><tr><th scope="col">"Input"</th><th scope="col">"Value"</th><th scope="col">"Source"</th></tr></thead>
                <tbody>{inputs}</tbody>
            </table>
            {explanation.note.map(|note| view! { <p class="aside">{note}</p> })}
            <button type="button" on:click=act(copy)>{text(move || copied.get().into())}</button>
        </div>
    }
    .into_any()
}
