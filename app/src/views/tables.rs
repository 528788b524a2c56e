//! The numbers behind the figures, as tables. Every dollar in them opens its arithmetic.

use leptos::prelude::*;
use shared::explore::view_model::View;

use crate::views::sentence::Money;
use crate::views::store;

/// A part of the view, followed.
fn follow<T: Clone + PartialEq + Send + Sync + 'static>(part: impl Fn(&View) -> Vec<T> + Send + Sync + 'static) -> Memo<Vec<T>> {
    let store = store();
    Memo::new(move |_| store.view.read().as_ref().map_or(Vec::new(), &part))
}

/// The chosen run, level by level.
#[component]
pub fn LevelTable() -> impl IntoView {
    let rows = follow(|view| view.levels.clone());
    let row = |row: shared::explore::view_model::LevelRow| view! {
        <tr class:in-use=row.in_use data-testid=row.opens.clone()>
            <th scope="row">{row.streams}{row.in_use.then_some(" (in use)")}</th>
            <td>{row.requests}</td>
            <td>{row.total_rate}</td>
            <td>{row.output_rate}</td>
            <td>{row.ttft_p50}</td>
            <td>{row.ttft_p99}{(row.holds == Some(false)).then(|| view! { <span class="broken">" over target"</span> })}</td>
            <td>{row.tpot_p50}</td>
            <td>{row.tpot_p99}</td>
            <td><Money text=row.cost opens=row.opens/></td>
        </tr>
    };
    view! {
        <section class="table" id="levels" aria-labelledby="levels-title">
            <h2 id="levels-title">"Every measured level"</h2>
            <div class="scroll" tabindex="0" role="group" aria-label="Levels table">
            <table>
                <thead><tr>
                    <th scope="col">"Streams"</th><th scope="col">"Requests"</th>
                    <th scope="col">"Total tokens/s"</th><th scope="col">"Output tokens/s"</th>
                    <th scope="col">"TTFT p50"</th><th scope="col">"TTFT p99"</th>
                    <th scope="col">"TPOT p50"</th><th scope="col">"TPOT p99"</th>
                    <th scope="col">"USD per 1M total tokens, full load"</th>
                </tr></thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
            </div>
        </section>
    }
}

/// Every API with the same requests.
#[component]
pub fn ApiTable() -> impl IntoView {
    let rows = follow(|view| view.api_rows.clone());
    let row = |row: shared::explore::view_model::ApiRow| view! {
        <tr class:in-use=row.chosen>
            <th scope="row">{row.name}</th>
            <td class="words">{row.stands_as}</td>
            <td>{row.prices}</td>
            <td class="words">{match row.link {
                Some(link) => view! { <a href=link target="_blank" rel="noreferrer">{row.read}</a> }.into_any(),
                None => row.read.into_any(),
            }}</td>
            <td><Money text=row.per_million opens=row.opens.0/></td>
            <td><Money text=row.monthly opens=row.opens.1/></td>
            <td class="words">{row.break_even}</td>
        </tr>
    };
    view! {
        <section class="table" id="apis" aria-labelledby="apis-title">
            <h2 id="apis-title">"The same requests on an API"</h2>
            <div class="scroll" tabindex="0" role="group" aria-label="API table">
            <table>
                <thead><tr>
                    <th scope="col">"Model"</th><th scope="col">"Stands as"</th>
                    <th scope="col">"Input / output per 1M"</th><th scope="col">"Price read"</th>
                    <th scope="col">"USD per 1M total tokens"</th><th scope="col">"USD a month"</th>
                    <th scope="col">"Self-hosting costs less"</th>
                </tr></thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
            </div>
        </section>
    }
}

/// Quality retention, task by task.
#[component]
pub fn QualityTable() -> impl IntoView {
    let rows = follow(|view| view.quality.clone());
    let row = |row: shared::explore::view_model::QualityRow| view! {
        <tr>
            <th scope="row">{row.run}" · "{row.task}</th>
            <td>{row.baseline}</td><td>{row.quantised}</td><td>{row.retention}</td><td>{row.points}</td>
            <td class="words">{row.verdict}</td>
        </tr>
    };
    view! {
        <div class="scroll quality-table" tabindex="0" role="group" aria-label="Quality table">
            <table>
                <thead><tr>
                    <th scope="col">"Task"</th><th scope="col">"Baseline"</th><th scope="col">"Quantised"</th>
                    <th scope="col">"Retention (95 %)"</th><th scope="col">"Difference"</th><th scope="col">"Verdict"</th>
                </tr></thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// Every run there is, and the switch for rehearsals.
#[component]
pub fn RunTable() -> impl IntoView {
    let store = store();
    let rows = follow(|view| view.run_rows.clone());
    let rehearsals = Memo::new(move |_| store.view.read().as_ref().map_or(0, |view| view.rehearsals));
    let row = move |row: shared::explore::view_model::RunRow| {
        let id = row.id.clone();
        view! {
            <tr class:in-use=row.chosen>
                <th scope="row">{row.name}</th>
                <td class="words">{row.hardware}</td>
                <td class="words"><span class=format!("badge {}", row.evidence.word())>{row.evidence.word().to_uppercase()}</span>" "{row.date}</td>
                <td>{row.levels}</td>
                <td>{row.peak}</td>
                <td class="words"><a href=row.link target="_blank">"raw file"</a></td>
                <td class="words">{if row.chosen {
                    "in use".into_any()
                } else {
                    view! { <button type="button" on:click=move |_| store.choose_run(id.clone())>"use"</button> }.into_any()
                }}</td>
            </tr>
        }
    };
    view! {
        <section class="table" id="runs" aria-labelledby="runs-title">
            <h2 id="runs-title">"Runs"</h2>
            <div class="scroll" tabindex="0" role="group" aria-label="Runs table">
            <table>
                <thead><tr>
                    <th scope="col">"Model"</th><th scope="col">"Hardware"</th><th scope="col">"Evidence"</th>
                    <th scope="col">"Streams"</th><th scope="col">"Peak total tokens/s"</th><th scope="col">"File"</th><th scope="col"></th>
                </tr></thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
            </div>
            <Show when=move || rehearsals.get() != 0>
                <label class="switch">
                    <input
                        type="checkbox"
                        data-testid="rehearsals"
                        prop:checked=move || store.scenario.read().rehearsals
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            store.scenario.update(|scenario| scenario.rehearsals = on);
                        }
                    />
                    {move || format!("Show rehearsals ({}): simulated or toy runs that say nothing about a GPU", rehearsals.get())}
                </label>
            </Show>
        </section>
    }
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
