//! What GPUs a demand takes and what they cost, and what of their memory a model fills.
//!
//! The catalogue of GPUs and models is fetched when this view is first opened. What the reader plans is one text of the
//! scenario, so links, undo and the other program know it.

mod fit;
mod inputs;
mod size;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::explore::hardware::plan::Plan;
use shared::store::catalogue::Catalogue;

use crate::fetch;
use crate::store::{Fetched, Store};
use crate::views::study::framed;
use crate::views::study::hardware::fit::FitPart;
use crate::views::study::hardware::inputs::ModelInputs;
use crate::views::study::hardware::size::SizePart;
use crate::views::{act, live, nothing, store};

/// The catalogue of GPUs and models, fetched once it is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    catalogue: RwSignal<Option<Fetched<Arc<Catalogue>>>>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { catalogue: RwSignal::new(None) }
    }
}

impl Facts {
    /// Fetches it, unless it is there or on its way.
    fn want(self) {
        let there = |now: &Option<Fetched<_>>| matches!(now, Some(Fetched::Pending | Fetched::Ready(_)));
        if self.catalogue.with_untracked(there) {
            return;
        }
        self.catalogue.set(Some(Fetched::Pending));
        spawn_local(async move {
            self.catalogue.set(Some(match fetch::catalogue().await {
                Ok(catalogue) => Fetched::Ready(Arc::new(catalogue)),
                Err(why) => Fetched::Failed(why),
            }));
        });
    }
}

/// What the parts of the view share.
#[derive(Debug, Clone, Copy)]
struct Planning {
    store: Store,
    catalogue: StoredValue<Arc<Catalogue>>,
    plan: Memo<Plan>,
}

impl Planning {
    /// Changes the plan.
    fn change(self, change: impl FnOnce(&mut Plan)) {
        let (mut plan, _) = Plan::read(&self.store.scenario.read_untracked().plan);
        change(&mut plan);
        self.store.scenario.update(|scenario| scenario.plan = plan.write());
    }
}

/// The view.
#[component]
pub fn Hardware() -> impl IntoView {
    let facts = expect_context::<Facts>();
    let store = store();
    facts.want();
    let content = move || {
        match &*facts.catalogue.read() {
        None | Some(Fetched::Pending) => {
            view! { <p class="empty" role="status">"Loading what is known of GPUs and models."</p> }.into_any()
        }
        Some(Fetched::Failed(why)) => failed(facts, why.clone()),
        Some(Fetched::Ready(catalogue)) if catalogue.gpus.is_empty() || catalogue.models.is_empty() => view! {
            <p class="empty">"The catalogue has no GPU or no model yet. Files under configs/hardware and configs/models make it; `collector index` writes it."</p>
        }
        .into_any(),
        Some(Fetched::Ready(catalogue)) => planned(store, catalogue),
    }
    };
    framed("hardware", "Which GPUs, how many, and what fits them", live(content))
}

fn failed(facts: Facts, why: String) -> AnyView {
    view! {
        <div class="notice" role="alert" data-testid="no-catalogue">
            <p>{why}" Without what is known of GPUs and models nothing can be sized here; the other views work."</p>
            <button type="button" on:click=act(move |_| facts.want())>"Try again"</button>
        </div>
    }
    .into_any()
}

fn planned(store: Store, catalogue: &Arc<Catalogue>) -> AnyView {
    let text = Memo::new(move |_| store.scenario.read().plan.clone());
    let read = Memo::new(move |_| Plan::read(&text.read()));
    let plan = Memo::new(move |_| read.read().0.clone());
    let planning = Planning { store, catalogue: StoredValue::new(Arc::clone(catalogue)), plan };
    provide_context(planning);
    let ignored = move || {
        let ignored = read.read().1.join("; ");
        if ignored.is_empty() {
            return nothing();
        }
        view! { <p class="notice" data-testid="plan-ignored">"Left out of the plan in the address: "{ignored}"."</p> }
            .into_any()
    };
    view! {
        {live(ignored)}
        <ModelInputs/>
        <SizePart/>
        <FitPart/>
    }
    .into_any()
}
