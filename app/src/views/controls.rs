//! Sliders, fields and lists. Each shows what `explore::controls` says and sets what was moved.

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use shared::explore::controls::{self, Control, Id, POSITIONS};
use shared::explore::scenario::Scenario;
use shared::explore::view_model::{Choice, View};

use crate::history::History;
use crate::said::Said;
use crate::views::states::Filled;
use crate::views::{act, flag, live, nothing, said, store, text};

/// Slider steps of an arrow key, and of an arrow key with shift.
const STEPS: (i32, i32) = (5, 50);

/// The panel of controls; on a small screen a sheet from below.
#[component]
pub fn Controls() -> impl IntoView {
    let (store, said) = (store(), said());
    let history = expect_context::<History>();
    let open = RwSignal::new(false);
    let own = Memo::new(move |_| said.part(|view| view.own_api));
    view! {
        <button type="button" class="sheet-opener" aria-expanded=text(move || open.get().to_string()) aria-controls="controls"
            on:click=act(move |_| open.update(|open| *open = !*open))>
            {text(move || if open.get() { "Done" } else { "Change the assumptions" }.into())}
        </button>
        <div id="controls" class="controls" class:open=flag(move || open.get()) role="group" aria-label="Assumptions">
            <Slider id=Id::GpuPrice/>
            <Slider id=Id::Demand/>
            <Slider id=Id::Utilisation/>
            <div class="control">
                <label for="api">"API price"</label>
                <ApiSelect/>
                <span class="note">{text(move || said.part(|view| view.api_note.clone()))}</span>
                {live(move || if own.get() { own_prices() } else { nothing() })}
            </div>
            <Slider id=Id::TtftLimit/>
            <Filled id="assumptions" class="more" summary="More assumptions"/>
            <button type="button" class="reset" data-testid="reset" on:click=act(move |_| history.reset(store))>
                "Back to the start"
            </button>
        </div>
    }
}

fn own_prices() -> AnyView {
    view! { <div class="pair"><Field id=Id::OwnInput/><Field id=Id::OwnOutput/></div> }.into_any()
}

/// A control as it stands; before anything is loaded, as the scenario alone has it.
fn stands(said: Said, id: Id) -> Control {
    let of_view = |view: &View| view.controls.iter().find(|control| control.id == id).cloned();
    said.part(of_view).unwrap_or_else(|| controls::control(id, &said.scenario().read(), None))
}

/// One of a control's words.
fn words(id: Id, part: fn(&Control) -> String) -> Signal<String> {
    let said = said();
    text(move || {
        let known = said.view.read();
        let known = known.as_ref().and_then(|view| view.controls.iter().find(|control| control.id == id));
        known.map_or_else(|| part(&stands(said, id)), part)
    })
}

/// Its name, which holds the percentile that the reader looks at.
fn label(id: Id) -> Signal<String> {
    words(id, |control| control.label.clone())
}

/// A slider with its number field and a note.
#[component]
pub fn Slider(
    /// Which control.
    id: Id,
) -> impl IntoView {
    let (store, said) = (store(), said());
    let before = StoredValue::new(None::<Scenario>);
    let moved = move |event: Event| {
        if let Ok(position) = event_target_value(&event).parse() {
            said.set(id, untrack(|| stands(said, id)).at(position));
        }
    };
    let key = move |event: KeyboardEvent| {
        let direction = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => 1,
            "ArrowDown" | "ArrowLeft" => -1,
            "Escape" => {
                if let Some(scenario) = before.get_value() {
                    store.scenario.set(scenario);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let steps = direction * if event.shift_key() { STEPS.1 } else { STEPS.0 };
        said.set(id, untrack(|| stands(said, id)).stepped(steps));
    };
    let key_name = id.key();
    view! {
        <div class="control">
            <label for=format!("slider-{key_name}")>{label(id)}</label>
            <Field id unlabelled=true/>
            <input
                type="range"
                id=format!("slider-{key_name}")
                data-testid=format!("slider-{key_name}")
                min="0"
                max=POSITIONS
                prop:value=words(id, |control| control.position().to_string())
                aria-valuetext=words(id, |control| control.text.clone())
                on:input=act(moved)
                on:keydown=act(key)
                on:focus=act(move |_| before.set_value(Some(store.scenario.get_untracked())))
            />
            <span class="note" data-testid=format!("note-{key_name}")>{words(id, |control| control.note.clone())}</span>
        </div>
    }
}

/// A number field with its unit.
#[component]
fn Field(
    /// Which control.
    id: Id,
    /// Whether the label stands elsewhere.
    #[prop(optional)]
    unlabelled: bool,
) -> impl IntoView {
    let said = said();
    let unit = untrack(|| stands(said, id)).unit;
    view! {
        <span class="field">
            {(!unlabelled).then(|| view! { <span class="field-label">{label(id)}</span> })}
            <NumberInput id class="number"/>
            <span class="unit">{unit}</span>
        </span>
    }
}

/// A number inside a sentence, as wide as its digits.
#[component]
pub fn InlineNumber(
    /// Which control.
    id: Id,
) -> impl IntoView {
    view! {
        <span class="whole">{(id == Id::GpuPrice).then_some("$")}<NumberInput id class="inline" sized=true/></span>
    }
}

/// The bare field: reads what was typed when it is left, says why when it is not a number.
#[component]
fn NumberInput(
    /// Which control.
    id: Id,
    /// Its look.
    class: &'static str,
    /// Whether it is as wide as its digits.
    #[prop(optional)]
    sized: bool,
) -> impl IntoView {
    let (store, said) = (store(), said());
    let wrong = RwSignal::new(None::<String>);
    // A number set by other means makes an old complaint untrue.
    Effect::new(move |_| {
        store.scenario.track();
        if wrong.read_untracked().is_some() {
            wrong.set(None);
        }
    });
    let typed = move |event: Event| match controls::parse(id, &event_target_value(&event)) {
        Ok(value) => said.set(id, value),
        Err(why) => wrong.set(Some(why)),
    };
    let where_from = if sized { "inline" } else { "field" };
    view! {
        <input
            type="text"
            inputmode="decimal"
            autocomplete="off"
            class=class
            data-testid=format!("{where_from}-{}", id.key())
            aria-label=label(id)
            aria-invalid=text(move || wrong.read().is_some().to_string())
            title=text(move || wrong.get().unwrap_or_default())
            size=if sized { words(id, |control| control.inline.chars().count().to_string()) } else { "8".into() }
            prop:value=words(id, if sized { |control| control.inline.clone() } else { |control| control.field.clone() })
            on:change=act(typed)
        />
        {live(move || wrong.get().map_or_else(nothing, |why| view! { <span class="wrong" role="alert">{why}</span> }.into_any()))}
    }
}

/// The list of runs, as words in the sentence.
#[component]
pub fn RunSelect() -> impl IntoView {
    let (store, said) = (store(), said());
    let runs = Memo::new(move |_| said.part(|view| view.runs.clone()));
    view! {
        <span class="choice">
            <span aria-hidden="true">{text(move || said.part(|view| view.run_name.clone()))}</span>
            <select aria-label="Model and run" data-testid="run" on:change=act(move |event| store.choose_run(event_target_value(&event)))>
                {live(move || options(runs.get()).into_any())}
            </select>
        </span>
    }
}

/// The list of APIs: in the sentence as words, in the panel as a field.
#[component]
pub fn ApiSelect(
    /// Whether it stands in the sentence.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let said = said();
    let apis = Memo::new(move |_| said.part(|view| view.apis.clone()));
    let chosen = move |event: Event| {
        let id = event_target_value(&event);
        if id == "own" {
            // The prices in use become the reader's own, to be changed from there.
            said.set(Id::OwnInput, untrack(|| stands(said, Id::OwnInput)).value);
        } else {
            said.choose_api(id);
        }
    };
    let (id, test) = if inline { ("api-inline", "api-inline") } else { ("api", "api") };
    view! {
        <span class=if inline { "choice" } else { "list" }>
            {inline.then(|| view! { <span aria-hidden="true">{text(move || said.part(|view| view.api_name.clone()))}</span> })}
            <select id=id aria-label="API to compare with" data-testid=test on:change=act(chosen)>
                {live(move || groups(apis.get()))}
                <optgroup label="Your own">
                    <option value="own" prop:selected=flag(move || said.part(|view| view.own_api))>"Your own price"</option>
                </optgroup>
            </select>
        </span>
    }
}

/// Entries of a list, the one in use selected.
pub fn options(choices: Vec<Choice>) -> Vec<AnyView> {
    let option = |choice: Choice| {
        view! { <option value=choice.id prop:selected=choice.chosen>{choice.label}</option> }.into_any()
    };
    choices.into_iter().map(option).collect()
}

fn groups(groups: Vec<(String, Vec<Choice>)>) -> AnyView {
    let group = |(name, choices): (String, Vec<Choice>)| {
        view! { <optgroup label=name>{options(choices)}</optgroup> }.into_any()
    };
    groups.into_iter().map(group).collect::<Vec<_>>().into_any()
}
