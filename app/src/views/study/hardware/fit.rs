//! Memory: what of each GPU a model's weights and contexts fill, as a bar and in numbers.

use leptos::prelude::*;
use shared::explore::hardware::fit::{COLUMNS, FitRow, Fits, Holds, Part, fits};
use shared::store::provenance::Evidence;

use crate::views::live;
use crate::views::study::hardware::Planning;
use crate::views::study::hardware::inputs::FitInputs;
use crate::views::study::tables::Badge;

/// The part of the view.
#[component]
pub fn FitPart() -> impl IntoView {
    let planning = expect_context::<Planning>();
    let told = Memo::new(move |_| planning.catalogue.with_value(|catalogue| fits(catalogue, &planning.plan.read())));
    view! {
        <section class="part" aria-labelledby="fit-title" data-testid="fit">
            <h2 id="fit-title">"What fits into memory"</h2>
            <FitInputs/>
            {live(move || match &*told.read() {
                Err(why) => view! { <p class="finding" data-testid="fit-headline">{why.clone()}</p> }.into_any(),
                Ok(told) => filled(told),
            })}
        </section>
    }
}

fn filled(told: &Fits) -> AnyView {
    let heads: Vec<AnyView> = COLUMNS.map(|head| view! { <th scope="col">{head}</th> }.into_any()).into();
    let rows: Vec<AnyView> = told.rows.iter().map(row).collect();
    view! {
        <p class="finding" data-testid="fit-headline">{told.headline.clone()}" "<Badge evidence=Evidence::Estimated/></p>
        <ul class="legend" aria-label="The bar, from left to right">{Vec::from(Holds::ALL.map(legend))}</ul>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="fit-title">
            <table data-testid="fit-table">
                <thead><tr>
                    <th scope="col">"GPU"</th>
                    <th scope="col" class="words">"Memory of each"</th>
                    {heads}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="aside">{told.note.clone()}</p>
    }
    .into_any()
}

fn legend(holds: Holds) -> AnyView {
    view! {
        <li>
            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class=holds.key() width="10" height="10"></rect></svg>
            {holds.word()}
        </li>
    }
    .into_any()
}

fn row(row: &FitRow) -> AnyView {
    let missing = COLUMNS.len() - row.cells.len();
    let cells: Vec<AnyView> = row.cells.iter().map(|cell| view! { <td>{cell.clone()}</td> }.into_any()).collect();
    let why = (!row.why.is_empty()).then(|| view! { <span class="why">{row.why.clone()}</span> });
    let bar = (!row.parts.is_empty()).then(|| bar(&row.parts));
    view! {
        <tr class:too-small=!row.fits data-testid=format!("fit/{}", row.key)>
            <th scope="row">{row.name.clone()}</th>
            <td class="words">{bar}{why}</td>
            {cells}
            {(missing > 0).then(|| view! { <td class="words" colspan=missing.to_string()>"not estimated"</td> })}
        </tr>
    }
    .into_any()
}

/// The memory as a bar; its numbers stand beside it.
fn bar(parts: &[Part]) -> AnyView {
    const WIDTH: f64 = 1000.0;
    let part = |part: &Part| {
        let (from, share) = ((part.from * WIDTH).round(), (part.share * WIDTH).round());
        view! { <rect class=part.holds.key() x=from width=share height="10"></rect> }.into_any()
    };
    let parts: Vec<AnyView> = parts.iter().map(part).collect();
    view! { <svg class="memory" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{parts}</svg> }
        .into_any()
}
