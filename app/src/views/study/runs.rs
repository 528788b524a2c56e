//! Every result there is: found by words, filtered by evidence, ordered by a column, opened in place.

use leptos::prelude::*;
use shared::explore::runs::{Haystack, RunRow, Section, details, list, window};
use shared::explore::scenario::Order;
use shared::store::provenance::Evidence;

use crate::store::Store;
use crate::views::study::tables::Badge;
use crate::views::study::user_files::OwnFiles;
use crate::views::{act, flag, live, nothing, store, text};

/// Rows shown at first, and added at a time.
const PAGE: usize = 50;

/// The view.
#[component]
pub fn Runs() -> impl IntoView {
    let store = store();
    let haystack = Memo::new(move |_| {
        store.library.read().as_ref().map_or_else(Haystack::default, |library| Haystack::of(&library.index))
    });
    let most = RwSignal::new(PAGE);
    let opened = RwSignal::new(None::<String>);
    // The list as it is shown: its words, what is found by evidence, its rows.
    let shown = Memo::new(move |_| {
        let library = store.library.read();
        let library = library.as_ref()?;
        let list = list(library, &haystack.read(), &store.scenario.read());
        Some((list.words(), list.counts, window(&list, 0, most.get()), list.shown))
    });
    let more = Memo::new(move |_| shown.read().as_ref().is_some_and(|(_, _, rows, shown)| rows.len() < *shown));
    let count = Memo::new(move |_| shown.read().as_ref().map_or(0, |(_, _, rows, _)| rows.len()));
    let row = move |place: usize| {
        Memo::new(move |_| shown.read().as_ref().and_then(|(_, _, rows, _)| rows.get(place).cloned()))
    };
    view! {
        <section class="runs" aria-labelledby="runs-title">
            <h2 id="runs-title">"Every result"</h2>
            <Filters/>
            <p role="status" data-testid="runs-found">
                {text(move || shown.read().as_ref().map_or(String::new(), |(words, ..)| words.clone()))}
            </p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="runs-title">
                <table data-testid="runs">
                    <thead><tr>
                        {Vec::from(Order::ALL.map(|order| heading(store, order)))}
                        <th scope="col" class="words">"Streams"</th>
                        <th scope="col" class="words">"Engine"</th>
                        <th scope="col" class="words">"Evaluated"</th>
                        <th scope="col"><span class="unseen">"Choice"</span></th>
                    </tr></thead>
                    <tbody>
                        <For each=move || 0..count.get() key=|place| *place children=move |place| shown_row(store, opened, row(place))/>
                    </tbody>
                </table>
            </div>
            {live(move || if more.get() {
                view! {
                    <button type="button" data-testid="runs-more" on:click=act(move |_| most.update(|most| *most += PAGE))>
                        "Show 50 more"
                    </button>
                }.into_any()
            } else {
                nothing()
            })}
        </section>
        <OwnFiles/>
    }
}

/// Words to find, evidence to keep, rehearsals to show.
#[component]
fn Filters() -> impl IntoView {
    let store = store();
    let find = move |event| {
        let find: String = event_target_value(&event).chars().filter(|letter| !letter.is_control()).take(200).collect();
        store.scenario.update(|scenario| scenario.list.find = find);
    };
    let keep = move |event| {
        let word = event_target_value(&event);
        let evidence = Evidence::ALL.into_iter().find(|evidence| evidence.word() == word);
        store.scenario.update(|scenario| scenario.list.evidence = evidence);
    };
    let option = move |evidence: Evidence| {
        let chosen = flag(move || store.scenario.read().list.evidence == Some(evidence));
        view! { <option value=evidence.word() prop:selected=chosen>{evidence.word()}</option> }.into_any()
    };
    let switch = move |event| {
        let on = event_target_checked(&event);
        store.scenario.update(|scenario| scenario.rehearsals = on);
    };
    view! {
        <div class="filters" role="search">
            <label>
                "Find "
                <input
                    type="search"
                    data-testid="runs-filter"
                    placeholder="model, GPU, engine"
                    prop:value=text(move || store.scenario.read().list.find.clone())
                    on:input=act(find)
                />
            </label>
            <label>
                "Evidence "
                <select data-testid="runs-evidence" on:change=act(keep)>
                    <option value="">"any"</option>
                    {Vec::from(Evidence::ALL.map(option))}
                </select>
            </label>
            <label class="switch">
                <input
                    type="checkbox"
                    data-testid="rehearsals"
                    prop:checked=flag(move || store.scenario.read().rehearsals)
                    on:change=act(switch)
                />
                "Show rehearsals: simulated or toy runs that say nothing about a GPU"
            </label>
        </div>
    }
}

/// The heading of a column the list can be ordered by.
fn heading(store: Store, order: Order) -> AnyView {
    let words = match order {
        Order::Model => "Model",
        Order::Hardware => "Hardware",
        Order::Evidence => "Evidence",
        Order::Date => "Date",
        Order::Throughput => "Peak total tokens/s",
    };
    let side = if order == Order::Throughput { "" } else { "words" };
    let stands = move || {
        let scenario = store.scenario.read();
        match scenario.list.order == order {
            true if scenario.list.descending => "descending",
            true => "ascending",
            false => "none",
        }
    };
    let turn = move |_| {
        store.scenario.update(|scenario| {
            let again = scenario.list.order == order;
            // Numbers and days are wanted from the top.
            let first = matches!(order, Order::Date | Order::Throughput);
            scenario.list.descending = if again { !scenario.list.descending } else { first };
            scenario.list.order = order;
        });
    };
    view! {
        <th scope="col" class=side aria-sort=text(move || stands().into())>
            <button type="button" class="sort" data-testid=format!("sort-{}", order.key()) on:click=act(turn)>
                {words}
                <span aria-hidden="true">{text(move || match stands() {
                    "ascending" => " ▲".into(),
                    "descending" => " ▼".into(),
                    _ => String::new(),
                })}</span>
            </button>
        </th>
    }
    .into_any()
}

/// A row of the list, by its place: while one types, rows stay and only their words change.
fn shown_row(store: Store, opened: RwSignal<Option<String>>, row: Memo<Option<RunRow>>) -> AnyView {
    let word = move |part: fn(&RunRow) -> &str| text(move || row.read().as_ref().map_or("", part).to_owned());
    let is = move |part: fn(&RunRow) -> bool| move || row.read().as_ref().is_some_and(part);
    let path = Memo::new(move |_| row.read().as_ref().map(|row| row.path.clone()));
    let toggle = move |_| {
        let Some(path) = path.get_untracked() else { return };
        opened.update(|opened| *opened = if opened.as_ref() == Some(&path) { None } else { Some(path.clone()) });
        store.fetch(path);
    };
    let is_open = Memo::new(move |_| opened.read().as_ref().is_some_and(|opened| path.read().as_ref() == Some(opened)));
    let choose = move |_| {
        if let Some(row) = row.get_untracked() {
            store.choose_run(row.id);
        }
    };
    let choice = Memo::new(move |_| row.read().as_ref().map(|row| (row.in_use, row.usable)));
    let choice = move || match choice.get() {
        Some((true, _)) => "in use".into_any(),
        Some((false, true)) => view! { <button type="button" on:click=act(choose)>"Use"</button> }.into_any(),
        Some((false, false)) | None => "no levels".into_any(),
    };
    let evidence = Memo::new(move |_| row.read().as_ref().map(|row| (row.evidence, row.yours)));
    let evidence = move || {
        let Some((evidence, yours)) = evidence.get() else { return nothing() };
        view! { <Badge evidence/> {yours.then(|| view! { " "<span class="badge yours">"YOURS"</span> })} }.into_any()
    };
    let details = move || {
        if is_open.get() { path.get().map_or_else(nothing, |path| opened_row(store, &path)) } else { nothing() }
    };
    view! {
        <tr class:in-use=flag(is(|row| row.in_use)) data-testid=word(|row| &row.id)>
            <th scope="row">
                <button type="button" class="opens" aria-expanded=text(move || is_open.get().to_string()) on:click=act(toggle)>
                    {word(|row| &row.name)}
                </button>
            </th>
            <td class="words">{word(|row| &row.hardware)}</td>
            <td class="words">{live(evidence)}</td>
            <td class="words">{word(|row| &row.date)}</td>
            <td>{word(|row| &row.peak)}</td>
            <td class="words">{word(|row| &row.streams)}</td>
            <td class="words">{word(|row| &row.engine)}</td>
            <td class="words">{word(|row| &row.tasks)}</td>
            <td class="words">{live(choice)}</td>
        </tr>
        {live(details)}
    }
    .into_any()
}

/// Everything known of a run, below its row.
fn opened_row(store: Store, path: &str) -> AnyView {
    let path = path.to_owned();
    let sections = move || {
        let library = store.library.read();
        let entry = library.as_ref()?.index.results.iter().find(|entry| entry.path == path)?.clone();
        Some(details(&entry, store.file(&path).as_deref()))
    };
    view! {
        <tr class="details" data-testid="details"><td colspan="9">
            {live(move || sections().map_or_else(nothing, |all| all.into_iter().map(section).collect::<Vec<_>>().into_any()))}
        </td></tr>
    }
    .into_any()
}

fn section(section: Section) -> AnyView {
    let fact = |fact: shared::explore::runs::Fact| {
        let value = match fact.link {
            Some(link) => view! { <a href=link target="_blank" rel="noreferrer">{fact.value}</a> }.into_any(),
            None => fact.value.into_any(),
        };
        view! { <dt>{fact.name}</dt><dd>{value}</dd> }.into_any()
    };
    let facts: Vec<AnyView> = section.facts.into_iter().map(fact).collect();
    view! { <section><h3>{section.title}</h3><dl>{facts}</dl></section> }.into_any()
}
