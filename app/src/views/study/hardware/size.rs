//! The ranking: GPUs that hold a demand, what they cost, and what does not hold.
//!
//! Hundreds of levels are simulated for it. That is done in slices with the page in between, so that a click is answered
//! while it lasts; the last ranking stays, dimmed, until there is another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use js_sys::{Date, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::explore::hardware::plan::{Plan, Who};
use shared::explore::hardware::size::{Sized, SizedRow, search, told, wanted};
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use shared::store::catalogue::Catalogue;
use shared::store::result_file::ResultFile;
use wasm_bindgen_futures::JsFuture;

use crate::views::study::hardware::Planning;
use crate::views::study::hardware::inputs::DemandInputs;
use crate::views::study::tables::{Badge, shown};
use crate::views::{act, flag, live, nothing, text};

/// Milliseconds of work before the page gets its turn.
const SLICE: f64 = 16.0;
/// Milliseconds between two rankings that are shown while the first one grows.
const SHOWN_EVERY: f64 = 120.0;

/// What a ranking follows from: when this is the same, so is the ranking.
#[derive(Clone, PartialEq)]
struct Cause {
    plan: Plan,
    scenario: Scenario,
    /// Paths of the runs that say something of the model.
    runs: Vec<String>,
}

/// The ranking as it stands.
#[derive(Clone, Copy)]
struct Ranking {
    sized: RwSignal<Option<Result<Arc<Sized>, String>>>,
    /// GPUs that were looked at, and of how many; `None` when all were.
    looked_at: RwSignal<Option<(usize, usize)>>,
}

/// Everything of one search.
struct Work {
    catalogue: Arc<Catalogue>,
    library: Arc<Library>,
    cause: Cause,
    runs: Vec<(String, Arc<ResultFile>)>,
}

/// The part of the view.
#[component]
pub fn SizePart() -> impl IntoView {
    let planning = expect_context::<Planning>();
    let ranking = Ranking { sized: RwSignal::new(None), looked_at: RwSignal::new(Some((0, 0))) };
    follow(planning, ranking);
    let busy = flag(move || ranking.looked_at.read().is_some());
    let opened = RwSignal::new(None::<String>);
    view! {
        <section class="part" aria-labelledby="size-title" data-testid="size">
            <h2 id="size-title">"What holds a demand, and what it costs"</h2>
            <DemandInputs/>
            <p class="aside" role="status" data-testid="size-status">
                {text(move || match (ranking.looked_at.get(), &*ranking.sized.read()) {
                    (Some((done, all)), _) if all > 0 => format!("{done} of {all} GPUs looked at."),
                    (Some(_), _) | (None, None | Some(Err(_))) => String::new(),
                    (None, Some(Ok(sized))) => format!("{} GPUs hold it, {} do not.", sized.rows.len(), sized.not.len()),
                })}
            </p>
            <div class:dimmed=busy aria-busy=text(move || busy.get().to_string()) data-testid="sized">
                {live(move || match ranking.sized.get() {
                    None => view! { <p class="finding" data-testid="size-headline">"Looking at every GPU."</p> }.into_any(),
                    Some(Err(why)) => view! { <p class="finding" data-testid="size-headline">{why}</p> }.into_any(),
                    Some(Ok(sized)) => ranked(&sized, opened),
                })}
            </div>
        </section>
    }
}

/// Ranks anew whenever something changes that the ranking follows from.
fn follow(planning: Planning, ranking: Ranking) {
    let store = planning.store;
    let demand = Memo::new(move |_| planning.plan.read().demand());
    let paths = Memo::new(move |_| store.library.read().as_ref().map(|library| wanted(library, &demand.read())));
    Effect::new(move |_| paths.get().into_iter().flatten().for_each(|path| store.fetch(path)));
    let cause = Memo::new(move |_| {
        let runs = paths.get()?;
        if !runs.iter().all(|path| store.settled(path)) {
            return None;
        }
        let (plan, asked) = (demand.get(), store.asked.get());
        // Of what the page assumes, a demand of one's own takes only how it is planned and told.
        let own =
            |asked: Scenario| Scenario { headroom: asked.headroom, currency: asked.currency, ..Scenario::default() };
        let scenario = if plan.who == Who::Page { asked } else { own(asked) };
        Some(Cause { plan, scenario, runs })
    });
    let newest = Arc::new(AtomicU32::new(0));
    let ended = Arc::clone(&newest);
    on_cleanup(move || {
        ended.fetch_add(1, Ordering::Relaxed);
    });
    Effect::new(move |_| {
        let Some(cause) = cause.get() else { return };
        let Some(library) = store.library.get_untracked() else { return };
        let file = |path: &String| untrack(|| store.file(path)).map(|file| (path.clone(), file));
        let runs = cause.runs.iter().filter_map(file).collect();
        let work = Work { catalogue: planning.catalogue.get_value(), library, cause, runs };
        let own = newest.fetch_add(1, Ordering::Relaxed) + 1;
        let newest = Arc::clone(&newest);
        spawn_local(rank(work, ranking, move || newest.load(Ordering::Relaxed) == own));
    });
}

/// Ranks in slices, for as long as nothing newer is asked.
async fn rank(work: Work, ranking: Ranking, still_wanted: impl Fn() -> bool) {
    let Work { catalogue, library, cause: Cause { plan, scenario, .. }, runs } = &work;
    let all = catalogue.gpus.len();
    ranking.looked_at.set(Some((0, all)));
    // The click that led here is answered first.
    breathe().await;
    if !still_wanted() {
        return;
    }
    let outcome = async {
        let asking = plan.asking(catalogue, library, scenario)?;
        let name = plan.model_in(catalogue).map_or("", |(_, model)| model.name.as_str());
        let mut found = search(catalogue, library, plan, &asking, runs)?;
        let grows = ranking.sized.with_untracked(Option::is_none);
        let mut last_shown = Date::now();
        let mut began = Date::now();
        while found.step() {
            if Date::now() - began < SLICE {
                continue;
            }
            breathe().await;
            if !still_wanted() {
                return Ok(None);
            }
            if Date::now() - last_shown > SHOWN_EVERY {
                ranking.looked_at.set(Some((all - found.left(), all)));
                if grows && !found.all.is_empty() {
                    ranking.sized.set(Some(Ok(Arc::new(told(&found, plan, &asking, name, scenario)))));
                }
                last_shown = Date::now();
            }
            began = Date::now();
        }
        Ok(Some(Arc::new(told(&found, plan, &asking, name, scenario))))
    };
    let outcome: Result<Option<Arc<Sized>>, String> = outcome.await;
    if let Some(sized) = outcome.transpose() {
        ranking.sized.set(Some(sized));
        ranking.looked_at.set(None);
    }
}

/// Lets the browser answer what has come in meanwhile.
async fn breathe() {
    let soon = Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback(&done);
    });
    let _ = JsFuture::from(soon).await;
}

fn ranked(sized: &Sized, opened: RwSignal<Option<String>>) -> AnyView {
    let notes: Vec<AnyView> = sized.notes.iter().map(|note| view! { <li>{note.clone()}</li> }.into_any()).collect();
    let not: Vec<AnyView> = sized.not.iter().map(|one| view! { <li>{one.clone()}</li> }.into_any()).collect();
    let stop = (!sized.stop.is_empty()).then(|| view! { <p data-testid="size-stop">{sized.stop.clone()}</p> });
    view! {
        <p class="finding" data-testid="size-headline">
            {sized.headline.clone()}
            {sized.evidence.map(|evidence| view! { " "<Badge evidence/> })}
        </p>
        <p class="aside" data-testid="size-asked">{sized.asked.clone()}</p>
        {(!sized.rows.is_empty()).then(|| table(sized, opened))}
        {stop}
        {(!not.is_empty()).then(|| view! {
            <details class="folded" data-testid="size-not">
                <summary>{format!("Not in the list: {} GPUs, and why", not.len())}</summary>
                <ul>{not}</ul>
            </details>
        })}
        {sized.teams.clone().map(shown)}
        <ul class="aside notes">{notes}</ul>
    }
    .into_any()
}

fn table(sized: &Sized, opened: RwSignal<Option<String>>) -> AnyView {
    let wide = sized.columns.len();
    let heads: Vec<AnyView> = sized
        .columns
        .iter()
        .enumerate()
        .map(|(place, head)| view! { <th scope="col" class=side(place, wide)>{head.clone()}</th> }.into_any())
        .collect();
    let rows: Vec<AnyView> =
        sized.rows.iter().enumerate().map(|(place, row)| shown_row(place, row.clone(), wide, opened)).collect();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-labelledby="size-title">
            <table data-testid="size-table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Words stand left, numbers right.
fn side(place: usize, wide: usize) -> &'static str {
    if place < 2 || place + 1 == wide { "words" } else { "" }
}

/// A GPU that holds; opened, how its numbers come about.
fn shown_row(place: usize, row: SizedRow, wide: usize, opened: RwSignal<Option<String>>) -> AnyView {
    let key = row.key.clone();
    let is_open = Memo::new(move |_| opened.read().as_ref() == Some(&key));
    let key = row.key.clone();
    let toggle = move |_| {
        opened.update(|opened| *opened = if opened.as_ref() == Some(&key) { None } else { Some(key.clone()) });
    };
    let cells: Vec<AnyView> = row
        .cells
        .into_iter()
        .enumerate()
        .map(|(at, cell)| view! { <td class=side(at + 1, wide)>{cell}</td> }.into_any())
        .collect();
    let arithmetic = row.arithmetic;
    let details = move || {
        if !is_open.get() {
            return nothing();
        }
        let lines: Vec<AnyView> = arithmetic.iter().map(|line| view! { <li>{line.clone()}</li> }.into_any()).collect();
        view! { <tr class="details" data-testid="size-details"><td colspan=wide><ul>{lines}</ul></td></tr> }.into_any()
    };
    let evidence = row.evidence;
    view! {
        <tr class:in-use=move || place == 0 data-testid=format!("size/{}", row.key)>
            <th scope="row">
                <button type="button" class="opens" aria-expanded=text(move || is_open.get().to_string()) on:click=act(toggle)>
                    {row.name}
                </button>
            </th>
            {cells}
            <td class="words"><Badge evidence/></td>
        </tr>
        {live(details)}
    }
    .into_any()
}
