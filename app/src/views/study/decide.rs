//! Serve or call, asked question by question: what only the reader knows, the answer, every way with its month, and why.

use leptos::prelude::*;
use shared::advice::decide::Need;
use shared::explore::decide::Conditions;
use shared::explore::decided::{Told, Way, told};
use shared::explore::hardware::plan::Plan;

use crate::views::study::framed;
use crate::views::{act, flag, live, nothing, store, text};

/// What may be said of quality, the least demanding first.
const NEEDS: [(Need, &str); 3] = [
    (Need::Open, "the open model’s are good enough"),
    (Need::Comparable, "as good as a small closed model’s"),
    (Need::Frontier, "as good as a frontier model’s"),
];

/// The view.
#[component]
pub fn Decide() -> impl IntoView {
    let store = store();
    let conditions = Memo::new(move |_| Plan::read(&store.scenario.read().plan).0.conditions);
    let found = Memo::new(move |_| {
        let library = store.library.read();
        let library = library.as_ref()?;
        Some(told(library, &store.asked.read(), &conditions.read(), None))
    });
    let sentence = move || match found.get() {
        None => nothing(),
        Some(Err(why)) => view! { <p class="notice" role="status">{why}</p> }.into_any(),
        Some(Ok(told)) => answered(told),
    };
    let content = view! {
        <p class="aside">"How much is asked, of which request, at which price and under which target is what sentence and controls say. What only you know:"</p>
        <Questions conditions/>
        {live(sentence)}
    };
    framed("decide", "Serve or call, and if serve, how to pay", content.into_any())
}

/// What only the reader knows.
#[component]
fn Questions(
    /// What was said so far.
    conditions: Memo<Conditions>,
) -> impl IntoView {
    let store = store();
    let change = move |change: &dyn Fn(&mut Conditions)| {
        let (mut plan, _) = Plan::read(&store.scenario.read_untracked().plan);
        change(&mut plan.conditions);
        store.scenario.update(|scenario| scenario.plan = plan.write());
    };
    let need = move |(need, words): (Need, &'static str)| {
        let chosen = flag(move || conditions.read().need == need);
        view! { <option value=need.word() prop:selected=chosen>{words}</option> }.into_any()
    };
    let choose = move |event| {
        if let Some(need) = Need::of(&event_target_value(&event)) {
            change(&|conditions| conditions.need = need);
        }
    };
    let leave = move |event| {
        let may_leave = event_target_value(&event) == "yes";
        change(&|conditions| conditions.may_leave = may_leave);
    };
    let wrong = RwSignal::new(String::new());
    let typed = move |name: &'static str, key: &'static str| {
        move |event| {
            let typed = event_target_value(&event);
            let mut tried = Plan::default();
            match tried.say(key, &typed) {
                Ok(()) => {
                    wrong.set(String::new());
                    change(&|conditions| {
                        let mut plan = Plan { conditions: *conditions, ..Plan::default() };
                        // It was taken a line above.
                        let _ = plan.say(key, &typed);
                        *conditions = plan.conditions;
                    });
                }
                Err(why) => wrong.set(format!("{name} {why}.")),
            }
        }
    };
    view! {
        <div class="inputs">
            <label class="input wide">
                <span>"Answers must be"</span>
                <select data-testid="decide-need" on:change=act(choose)>{Vec::from(NEEDS.map(need))}</select>
            </label>
            <label class="input">
                <span>"Prompts may leave for an API"</span>
                <select data-testid="decide-leave" on:change=act(leave)>
                    <option value="yes" prop:selected=flag(move || conditions.read().may_leave)>"yes"</option>
                    <option value="no" prop:selected=flag(move || !conditions.read().may_leave)>"no"</option>
                </select>
            </label>
            <label class="input">
                <span>"A reservation takes off, %"</span>
                <input type="text" inputmode="decimal" autocomplete="off" data-testid="decide-off" aria-describedby="decide-wrong"
                    prop:value=text(move || conditions.read().percent_off()) on:change=act(typed("The reservation", "off"))/>
            </label>
            <label class="input">
                <span>"One replica to buy, USD"</span>
                <input type="text" inputmode="decimal" autocomplete="off" placeholder="no quote" data-testid="decide-buy" aria-describedby="decide-wrong"
                    prop:value=text(move || conditions.read().quoted()) on:change=act(typed("The quote", "buy"))/>
            </label>
            <span class="wrong" role="alert" id="decide-wrong">{text(move || wrong.get())}</span>
        </div>
    }
}

fn answered(told: Told) -> AnyView {
    let row = |way: &Way| {
        let Way { name, month, note, may_be_taken } = way.clone();
        view! {
            <tr class:too-small=!may_be_taken>
                <th scope="row">{name}</th>
                <td>{month}</td>
                <td class="words">{note}</td>
            </tr>
        }
        .into_any()
    };
    let list = |heading: &'static str, items: &[String]| {
        if items.is_empty() {
            return nothing();
        }
        let items: Vec<AnyView> = items.iter().map(|item| view! { <li>{item.clone()}</li> }.into_any()).collect();
        view! { <h3>{heading}</h3> <ul class="notes">{items}</ul> }.into_any()
    };
    let more = match told.more_apis {
        0 => nothing(),
        more => view! { <p class="aside">{format!("{more} more APIs ask more.")}</p> }.into_any(),
    };
    view! {
        <p class="finding" role="status" data-testid="decision">{told.sentence.clone()}</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Every way, with what it costs a month">
            <table data-testid="ways">
                <thead><tr><th scope="col">"Way"</th><th scope="col">"USD a month"</th><th scope="col" class="words">"Rests on"</th></tr></thead>
                <tbody>{told.ways.iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
        {more}
        {list("Why", &told.reasons)}
        {list("What would change it", &told.changes)}
    }
    .into_any()
}
