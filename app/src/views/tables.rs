//! The numbers behind the figures, as tables. Every dollar in them opens its arithmetic.

use leptos::prelude::*;
use shared::explore::tables::{Cell, Row, Table};

use crate::views::sentence::Money;
use crate::views::{act, flag, live, nothing, store};

/// One table of the view, by its place.
#[component]
pub fn TableView(
    /// Its place among the view's tables.
    place: usize,
) -> impl IntoView {
    let store = store();
    let table = move || store.view.read().as_ref().and_then(|view| view.tables.get(place).cloned());
    live(move || table().filter(|table| !table.rows.is_empty()).map_or_else(nothing, shown))
}

fn shown(table: Table) -> AnyView {
    let heading = format!("{}-title", table.id);
    let sides: Vec<&'static str> = table.rows.iter().take(1).flat_map(|row| row.cells.iter().map(side)).collect();
    let columns: Vec<AnyView> = table
        .columns
        .into_iter()
        .zip(sides)
        .map(|(column, side)| view! { <th scope="col" class=side>{column}</th> }.into_any())
        .collect();
    let rows: Vec<AnyView> = table.rows.into_iter().map(shown_row).collect();
    view! {
        <section class="table" id=table.id>
            <h2 id=heading.clone()>{table.title}</h2>
            <div class="scroll" tabindex="0" role="group" aria-labelledby=heading>
                <table>
                    <thead><tr>{columns}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn shown_row(row: Row) -> AnyView {
    let mut cells = row.cells.into_iter();
    let name = match cells.next() {
        Some(Cell::Words(name)) => name,
        _ => String::new(),
    };
    let cells: Vec<AnyView> = cells.map(shown_cell).collect();
    view! {
        <tr class:in-use=row.in_use data-testid=row.key>
            <th scope="row">{name}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// Words stand left, numbers right.
fn side(cell: &Cell) -> &'static str {
    match cell {
        Cell::Number(_) | Cell::Money { .. } => "",
        Cell::Broken(_) => "broken",
        Cell::Words(_) | Cell::Link { .. } | Cell::Evidence(..) | Cell::Choose { .. } => "words",
    }
}

fn shown_cell(cell: Cell) -> AnyView {
    let store = store();
    let class = side(&cell);
    let content = match cell {
        Cell::Words(text) | Cell::Number(text) | Cell::Broken(text) => text.into_any(),
        Cell::Money { text, opens } => view! { <Money text opens/> }.into_any(),
        Cell::Link { text, to } => view! { <a href=to target="_blank" rel="noreferrer">{text}</a> }.into_any(),
        Cell::Evidence(evidence, date) => view! { <Badge evidence/>" "{date} }.into_any(),
        Cell::Choose { run } => {
            view! { <button type="button" on:click=act(move |_| store.choose_run(run.clone()))>"use"</button> }
                .into_any()
        }
    };
    view! { <td class=class>{content}</td> }.into_any()
}

/// The evidence word, marked the same everywhere.
#[component]
pub fn Badge(
    /// What a number rests on.
    evidence: shared::store::provenance::Evidence,
) -> impl IntoView {
    view! { <span class=format!("badge {}", evidence.word())>{evidence.word().to_ascii_uppercase()}</span> }
}

/// The switch that shows rehearsals, where there are any.
#[component]
pub fn RehearsalSwitch() -> impl IntoView {
    let store = store();
    let switched = move |event| {
        let on = event_target_checked(&event);
        store.scenario.update(|scenario| scenario.rehearsals = on);
    };
    live(move || {
        let count = store.part(|view| view.rehearsals);
        if count == 0 {
            return nothing();
        }
        view! {
            <label class="switch">
                <input
                    type="checkbox"
                    data-testid="rehearsals"
                    prop:checked=flag(move || store.scenario.read().rehearsals)
                    on:change=act(switched)
                />
                {format!("Show rehearsals ({count}): simulated or toy runs that say nothing about a GPU")}
            </label>
        }
        .into_any()
    })
}

/// What the numbers mean, in a few sentences.
#[component]
pub fn Method() -> impl IntoView {
    view! {
        <section class="method" id="method" aria-labelledby="method-title">
            <h2 id="method-title">"Method"</h2>
            <p>"Each level of a sweep sends requests over a fixed number of streams and counts what comes back: prompt and output tokens, time to first token (TTFT), time per output token (TPOT). The level in use is the one with the most requests a second among those that keep the latency target."</p>
            <p>"A month has 730 hours, and rented hours are paid whether they are used or not. Utilisation is what demand makes of them. An API bills the same requests at its list price, input and output apart."</p>
            <p>"Measured means measured with Forge on the hardware named. Published means somebody else's figures, with source, licence and date. Estimated means computed from a model. Click any dollar to see its arithmetic."</p>
        </section>
    }
}
