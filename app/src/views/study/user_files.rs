//! The reader's own files: dropped anywhere or picked here, read in this browser, never sent.

use std::sync::Arc;

use js_sys::{Array, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::explore::user_files::{self, FileProblem, RunNames, UserRun};
use shared::import::tool_names;
use shared::store::result_file::ResultFile;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::location;
use crate::store::{Fetched, KEPT, Own, Store};
use crate::views::{act, flag, live, nothing};
use crate::wire::{DROPPED, Word, listen, tell};

/// What was read, and what could not be.
#[derive(Clone, Copy)]
pub struct Files {
    store: Store,
    runs: RwSignal<Vec<UserRun>>,
    problems: RwSignal<Vec<FileProblem>>,
    /// Whether this browser keeps the runs for the next visit.
    keeps: RwSignal<bool>,
}

impl Files {
    /// Takes up what this browser kept, and listens for files that are dropped on the page.
    #[must_use]
    pub fn listen(store: Store) -> Self {
        let kept: Vec<UserRun> = store.own.with_untracked(|own| {
            own.iter().map(|own| user_files::user_run(&own.entry.path, ResultFile::clone(&own.file))).collect()
        });
        let keeps = RwSignal::new(!kept.is_empty());
        let files = Self { store, runs: RwSignal::new(kept), problems: RwSignal::new(Vec::new()), keeps };
        Effect::new(move |first: Option<()>| {
            let (runs, keeps) = (files.runs.read(), files.keeps.get());
            // What was kept stays as it is until something is changed, even what this build cannot read.
            if first.is_none() {
                return;
            }
            let own = |run: &UserRun| Own { entry: run.entry.clone(), file: Arc::new(run.file.clone()) };
            let own: Vec<Own> = runs.iter().map(own).collect();
            let json = serde_json::to_string(&own).unwrap_or_default();
            keep(Some(json.as_str()).filter(|_| keeps && !own.is_empty()));
            tell(Word::Own, &json);
        });
        listen(Word::Pick, move |_| files.take_dropped());
        files.take_dropped();
        files
    }

    /// Takes the files that the page's first program has put down.
    fn take_dropped(self) {
        let window = JsValue::from(window());
        let dropped = js_sys::Reflect::get(&window, &DROPPED.into()).unwrap_or(JsValue::UNDEFINED);
        if let Ok(dropped) = dropped.dyn_into::<Array>() {
            let _ = js_sys::Reflect::set(&window, &DROPPED.into(), &JsValue::UNDEFINED);
            self.read(dropped.iter().filter_map(|file| file.dyn_into::<File>().ok()).collect());
        }
    }

    /// Reads files; those that hold a run stand beside the others from then on.
    fn read(self, files: Vec<File>) {
        spawn_local(async move {
            let mut texts = Vec::new();
            for file in files {
                let read: Promise = file.text();
                let text = JsFuture::from(read).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
                texts.push((file.name(), text));
            }
            let mut problems = Vec::new();
            let mut first = None;
            self.runs.update(|runs| {
                for read in user_files::read(&texts, location::today()) {
                    match read {
                        Ok(run) => {
                            first = first.clone().or((!run.file.levels.is_empty()).then(|| run.entry.id.clone()));
                            runs.retain(|known| known.entry.path != run.entry.path);
                            runs.push(run);
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
            });
            self.problems.set(problems);
            if let Some(run) = first {
                self.store.choose_run(run);
            }
        });
    }

    fn name(self, path: &str, names: &RunNames) {
        self.runs.update(|runs| {
            for run in runs.iter_mut().filter(|run| run.entry.path == path) {
                *run = user_files::with_names(run, names);
            }
        });
    }
}

/// Keeps the runs in this browser, or no longer.
fn keep(json: Option<&str>) {
    let Some(storage) = window().local_storage().ok().flatten() else { return };
    let _ = match json {
        Some(json) => storage.set_item(KEPT, json),
        None => storage.remove_item(KEPT),
    };
}

/// Where files are picked, what came of them, and whether they are kept.
#[component]
pub fn OwnFiles() -> impl IntoView {
    let files = expect_context::<Files>();
    let picked = move |event: leptos::ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let list = input
            .files()
            .map_or_else(Vec::new, |list| (0..list.length()).filter_map(|at| list.get(at)).collect::<Vec<File>>());
        files.read(list);
        input.set_value("");
    };
    let has_some = Memo::new(move |_| !files.runs.read().is_empty());
    view! {
        <section class="own" aria-labelledby="own-title">
            <h2 id="own-title">"Your own results"</h2>
            <p>
                {format!(
                    "Drop files anywhere on this page, or choose them: result files of Forge, {}. They are read in this browser and sent nowhere.",
                    tool_names("or"),
                )}
            </p>
            <label class="pick">
                "Choose files"
                <input type="file" multiple=true accept=".json,.jsonl,application/json" data-testid="pick" on:change=act(picked)/>
            </label>
            {live(move || problems(files.problems.get()))}
            {live(move || files.runs.get().into_iter().map(|run| own_run(files, run)).collect::<Vec<_>>().into_any())}
            {live(move || if has_some.get() { keeping(files) } else { nothing() })}
        </section>
    }
}

fn problems(problems: Vec<FileProblem>) -> AnyView {
    if problems.is_empty() {
        return nothing();
    }
    let problem = |problem: FileProblem| view! { <li>{problem.message}" "{problem.remedy}</li> }.into_any();
    view! {
        <div class="notice" role="alert" data-testid="problems">
            <ul>{problems.into_iter().map(problem).collect::<Vec<_>>()}</ul>
        </div>
    }
    .into_any()
}

fn keeping(files: Files) -> AnyView {
    view! {
        <p class="keeping">
            <label class="switch">
                <input
                    type="checkbox"
                    data-testid="keep"
                    prop:checked=flag(move || files.keeps.get())
                    on:change=act(move |event| files.keeps.set(event_target_checked(&event)))
                />
                "Keep these runs in this browser for the next visit; otherwise they are lost when the page is closed"
            </label>
            <button type="button" data-testid="forget" on:click=act(move |_| files.runs.set(Vec::new()))>"Remove them"</button>
        </p>
    }
    .into_any()
}

/// One run of the reader's: what it is, what it leaves open, what to know about it.
fn own_run(files: Files, run: UserRun) -> AnyView {
    let notes: Vec<AnyView> = run.notes.iter().map(|note| view! { <li>{note.clone()}</li> }.into_any()).collect();
    let questions = user_files::missing_fields(&run);
    let (path, id) = (run.entry.path.clone(), run.entry.id.clone());
    let open: Vec<AnyView> = questions.iter().map(|question| ask(files, &path, question)).collect();
    view! {
        <div class="own-run" data-testid=format!("own-{id}")>
            <p><span class="badge yours">"YOURS"</span>" "<strong>{run.file.configuration.name()}</strong>{format!(" on {}, by {}", run.file.configuration.replica_name(), run.tool)}</p>
            {(!open.is_empty()).then(|| view! { <p class="asks">"The file does not say: "{open}</p> })}
            {(!notes.is_empty()).then(|| view! { <details><summary>"Notes"</summary><ul>{notes}</ul></details> })}
        </div>
    }
    .into_any()
}

/// Asks for what a file leaves open.
fn ask(files: Files, path: &str, question: &'static str) -> AnyView {
    let index =
        files.store.index.with(|index| if let Fetched::Ready(index) = index { Some(index.clone()) } else { None });
    let path = path.to_owned();
    let known = match (question, &index) {
        ("hardware", Some(index)) => user_files::hardware(index),
        ("model", Some(index)) => user_files::models(index),
        _ => Vec::new(),
    };
    let list = format!("known-{question}");
    let option = |(_, name): &(String, String)| view! { <option value=name.clone()></option> }.into_any();
    let options: Vec<AnyView> = known.iter().map(option).collect();
    let told = move |event: leptos::ev::Event| {
        let value = event_target_value(&event).trim().to_owned();
        if value.is_empty() {
            return;
        }
        let name = known.iter().find(|(_, name)| *name == value).cloned().unwrap_or((value.clone(), value.clone()));
        let names = match question {
            "hardware" => RunNames { hardware: Some(name), ..RunNames::default() },
            "model" => RunNames { model: Some(name), ..RunNames::default() },
            "quantisation" => RunNames { quantization: Some(value), ..RunNames::default() },
            _ => RunNames { engine: Some(value), ..RunNames::default() },
        };
        files.name(&path, &names);
    };
    view! {
        <label>
            {question}
            <input type="text" list=list.clone() data-testid=format!("name-{question}") on:change=act(told)/>
            <datalist id=list>{options}</datalist>
        </label>
        " "
    }
    .into_any()
}
