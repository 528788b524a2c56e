//! What stands beside the sentence: demands to start from, and the pinned scenario.

use leptos::prelude::*;
use shared::explore::scenario::Scenario;
use shared::explore::view_model::Choice;
use shared::store::provenance::Evidence;

use crate::views::controls::options;
use crate::views::states::Doubts;
use crate::views::{act, live, nothing, said, store, text};

/// Demands to start from, and pinning.
#[component]
pub fn Beside() -> impl IntoView {
    let (store, said) = (store(), said());
    let pin = move |_| store.scenario.update(|scenario| scenario.pinned = Some(Box::new(scenario.question())));
    let unpin = move |_| store.scenario.update(|scenario| scenario.pinned = None);
    let swap = move |_| {
        store.scenario.update(|scenario| {
            if let Some(pinned) = scenario.pinned.take() {
                let (view, list) = (scenario.view, scenario.list.clone());
                *scenario = Scenario { pinned: Some(Box::new(scenario.question())), view, list, ..*pinned };
            }
        });
    };
    let presets = Memo::new(move |_| said.part(|view| view.presets.clone()));
    let is_pinned = Memo::new(move |_| store.scenario.read().pinned.is_some());
    let is_known = Memo::new(move |_| said.part(|view| view.badge.is_some()));
    let badge = move || {
        if !is_known.get() {
            return nothing();
        }
        let part = move |part: fn(&(Evidence, String)) -> String| {
            text(move || said.part(|view| view.badge.as_ref().map_or_else(String::new, part)))
        };
        view! {
            <details class="evidence">
                <summary class=part(|(evidence, _)| format!("badge {}", evidence.word())) data-testid="evidence">
                    {part(|(_, words)| words.clone())}
                </summary>
                <span class="badge-note">{text(move || said.part(|view| view.badge_note.clone()))}</span>
            </details>
        }
        .into_any()
    };
    view! {
        <div class="beside">
            {live(badge)}
            <Doubts/>
            {live(move || starts(presets.get()))}
            {live(move || if is_pinned.get() {
                view! {
                    <span class="pinned apart" role="status" data-testid="pinned">
                        "Compared with the pinned scenario."
                        <button type="button" data-testid="swap" on:click=act(swap)>"Swap"</button>
                        <button type="button" data-testid="unpin" on:click=act(unpin)>"Unpin"</button>
                    </span>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="apart" data-testid="pin" title="Keep this scenario beside what you try next" on:click=act(pin)>
                        "Pin to compare"
                    </button>
                }.into_any()
            })}
        </div>
    }
}

/// Demands to start from, as a list.
fn starts(starts: Vec<Choice>) -> AnyView {
    let said = said();
    if starts.is_empty() {
        return nothing();
    }
    let own = !starts.iter().any(|start| start.chosen);
    let choose = move |event| said.start_from(&event_target_value(&event));
    view! {
        <label>
            "Start from "
            <select data-testid="preset" on:change=act(choose)>
                <option value="" prop:selected=own>"your own demand"</option>
                {options(starts)}
            </select>
        </label>
    }
    .into_any()
}
