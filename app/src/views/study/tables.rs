//! The numbers behind the figures, as tables. Every dollar in them opens its arithmetic.

use leptos::prelude::*;
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use shared::explore::tables::{Cell, Row, Table};

use crate::views::sentence::Money;
use crate::views::{live, nothing, store};

/// Data in, a table out; none where there is nothing to tell.
pub type Tell = fn(&Library, &Scenario) -> Option<Table>;

/// One table; nothing where there is none, its note where it has no rows.
#[component]
pub fn TableView(
    /// How it comes about.
    tell: Tell,
    /// Whether it is long, and shut until it is wanted.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let store = store();
    let table = Memo::new(move |_| store.library.read().as_ref().and_then(|it| tell(it, &store.scenario.read())));
    let shown = move || {
        table.get().filter(|table| !table.rows.is_empty() || !table.note.is_empty()).map_or_else(nothing, shown)
    };
    if !folded {
        return live(shown);
    }
    let title = Memo::new(move |_| table.read().as_ref().map(|table| (table.id, table.title, table.rows.len())));
    live(move || {
        let Some((id, title, rows)) = title.get() else { return nothing() };
        view! {
            <details class="folded" data-testid=format!("fold-{id}")>
                <summary><h2>{title}</h2>{format!(" {rows} rows")}</summary>
                {live(shown)}
            </details>
        }
        .into_any()
    })
}

/// A table, with its heading and its note.
pub fn shown(table: Table) -> AnyView {
    let heading = format!("{}-title", table.id);
    let sides: Vec<&'static str> = table.rows.iter().take(1).flat_map(|row| row.cells.iter().map(side)).collect();
    let wide = table.columns.len();
    let columns: Vec<AnyView> = table
        .columns
        .into_iter()
        .zip(sides)
        .map(|(column, side)| view! { <th scope="col" class=side>{column}</th> }.into_any())
        .collect();
    let mut rows: Vec<AnyView> = Vec::new();
    for (place, row) in table.rows.into_iter().enumerate() {
        for (_, group) in table.groups.iter().filter(|(at, _)| *at == place) {
            rows.push(
                view! { <tr class="group"><th scope="colgroup" colspan=wide>{group.clone()}</th></tr> }.into_any(),
            );
        }
        rows.push(shown_row(row));
    }
    let note = (!table.note.is_empty()).then(|| view! { <p class="aside">{table.note}</p> });
    let body = (!rows.is_empty()).then(|| {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-labelledby=heading.clone()>
                <table>
                    <thead><tr>{columns}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="table" id=table.id>
            <h2 id=heading.clone()>{table.title}</h2>
            {body}
            {note}
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
        Cell::Number(_) | Cell::Money { .. } | Cell::Opens { broken: false, .. } => "",
        Cell::Broken(_) | Cell::Opens { .. } => "broken",
        Cell::Words(_) | Cell::Dated { .. } => "words",
    }
}

fn shown_cell(cell: Cell) -> AnyView {
    let class = side(&cell);
    let content = match cell {
        Cell::Words(text) | Cell::Number(text) | Cell::Broken(text) => text.into_any(),
        Cell::Dated { text, stale, to } => dated(text, stale, to),
        Cell::Money { text, opens } | Cell::Opens { text, opens, .. } => view! { <Money text opens/> }.into_any(),
    };
    view! { <td class=class>{content}</td> }.into_any()
}

/// A day, linked to where it was read, with a mark when it is long ago.
fn dated(text: String, stale: bool, to: Option<String>) -> AnyView {
    let words = match to {
        Some(to) => view! { <a href=to target="_blank" rel="noreferrer">{text}</a> }.into_any(),
        None => text.into_any(),
    };
    let mark = stale.then(|| view! { " "<span class="badge stale">"STALE"</span> });
    view! { {words} {mark} }.into_any()
}

/// The evidence word, marked the same everywhere.
#[component]
pub fn Badge(
    /// What a number rests on.
    evidence: shared::store::provenance::Evidence,
) -> impl IntoView {
    view! { <span class=format!("badge {}", evidence.word())>{evidence.word().to_ascii_uppercase()}</span> }
}
