//! What a reader chooses: the model and its weights, who asks for what, the target, contexts and groups of GPUs.

use leptos::prelude::*;
use shared::advice::options::{GROUPS, published};
use shared::advice::targets::{NAMED, meant, words};
use shared::explore::hardware::plan::{Field, Who, clean_target};
use shared::hardware::quantization::Quantization;

use crate::views::study::hardware::Planning;
use crate::views::{act, flag, live, nothing, text};

/// What stands for limits of the reader's own in the list of targets.
const OWN: &str = "own";

fn planning() -> Planning {
    expect_context::<Planning>()
}

/// The model and how its weights are stored: what both parts of the view are about.
#[component]
pub fn ModelInputs() -> impl IntoView {
    let planning = planning();
    let plan = planning.plan;
    let models: Vec<AnyView> = planning.catalogue.with_value(|catalogue| {
        let mut models: Vec<(String, String)> =
            catalogue.models.iter().map(|(slug, model)| (slug.clone(), model.name.clone())).collect();
        models.sort_by_key(|(_, name)| name.to_lowercase());
        let option = |(slug, name): (String, String)| {
            let own = slug.clone();
            let chosen = flag(move || plan.read().model == own);
            view! { <option value=slug prop:selected=chosen>{name}</option> }.into_any()
        };
        models.into_iter().map(option).collect()
    });
    let choose = move |event| {
        let model = event_target_value(&event);
        planning.change(|plan| (plan.model, plan.stored) = (model, None));
    };
    let stored = Memo::new(move |_| {
        planning.catalogue.with_value(|catalogue| {
            plan.read().model_in(catalogue).map_or_else(Vec::new, |(_, model)| published(model))
        })
    });
    let store_as = move |event| {
        let stored = Quantization::of(&event_target_value(&event));
        planning.change(|plan| plan.stored = stored);
    };
    let option = move |one: Quantization| {
        let chosen = flag(move || plan.read().stored == Some(one));
        view! { <option value=one.word() prop:selected=chosen>{one.name()}</option> }.into_any()
    };
    view! {
        <div class="inputs">
            <label class="input wide">
                <span>"Model"</span>
                <select data-testid="plan-model" on:change=act(choose)>{models}</select>
            </label>
            <label class="input">
                <span>"Weights"</span>
                <select data-testid="plan-weights" on:change=act(store_as)>
                    <option value="" prop:selected=flag(move || plan.read().stored.is_none())>"any that is published"</option>
                    {live(move || stored.get().into_iter().map(option).collect::<Vec<_>>().into_any())}
                </select>
            </label>
        </div>
    }
}

/// Who asks, how many, under which target, and of which tokens.
#[component]
pub fn DemandInputs() -> impl IntoView {
    let planning = planning();
    let plan = planning.plan;
    let who = Memo::new(move |_| plan.read().who.key());
    let asks = move |event| {
        if let Some(who) = Who::of(&event_target_value(&event)) {
            planning.change(|plan| plan.who = who);
        }
    };
    let asker = move |(key, words): (&'static str, &'static str)| {
        view! { <option value=key prop:selected=flag(move || who.get() == key)>{words}</option> }.into_any()
    };
    let askers = [("dev", "developers with agents"), ("rps", "requests a second"), ("page", "the page's own demand")];
    let many = move || match who.get() {
        "dev" => view! { <Typed field=Field::Count label="Developers" id="plan-count"/> }.into_any(),
        "rps" => view! { <Typed field=Field::Count label="Requests a second" id="plan-count"/> }.into_any(),
        _ => nothing(),
    };
    let named = Memo::new(move |_| {
        let plan = plan.read();
        NAMED.iter().find(|(name, _)| *name == plan.target).map_or(OWN, |(name, _)| name)
    });
    let aim = move |event| {
        let name = event_target_value(&event);
        planning.change(|plan| plan.target = if name == OWN { meant(&plan.target).to_owned() } else { name });
    };
    let target = move |name: &'static str| {
        view! { <option value=name prop:selected=flag(move || named.get() == name)>{words(name)}</option> }.into_any()
    };
    view! {
        <div class="inputs">
            <label class="input">
                <span>"Who asks"</span>
                <select data-testid="plan-who" on:change=act(asks)>{Vec::from(askers.map(asker))}</select>
            </label>
            {live(many)}
            <label class="input wide">
                <span>"Latency target"</span>
                <select data-testid="plan-target" on:change=act(aim)>
                    {Vec::from(NAMED.map(|(name, _)| target(name)))}
                    <option value=OWN prop:selected=flag(move || named.get() == OWN)>"limits of your own"</option>
                </select>
            </label>
            {live(move || if named.get() == OWN { view! { <OwnTarget/> }.into_any() } else { nothing() })}
            <Typed field=Field::Input label="Tokens in" id="plan-input" optional=true/>
            <Typed field=Field::Cached label="Of these cached" id="plan-cached" optional=true/>
            <Typed field=Field::Output label="Tokens out" id="plan-output" optional=true/>
        </div>
    }
}

/// Which contexts are to fit, and on how many GPUs.
#[component]
pub fn FitInputs() -> impl IntoView {
    let planning = planning();
    let plan = planning.plan;
    let share = move |event| {
        if let Ok(gpus) = event_target_value(&event).parse() {
            planning.change(|plan| plan.gpus = gpus);
        }
    };
    let option = move |gpus: u32| {
        view! { <option value=gpus.to_string() prop:selected=flag(move || plan.read().gpus == gpus)>{gpus}</option> }
            .into_any()
    };
    view! {
        <div class="inputs">
            <Typed field=Field::Context label="Tokens of a context" id="plan-context"/>
            <Typed field=Field::AtOnce label="At once" id="plan-at-once"/>
            <label class="input">
                <span>"GPUs that share each layer"</span>
                <select data-testid="plan-gpus" on:change=act(share)>{Vec::from(GROUPS.map(option))}</select>
            </label>
        </div>
    }
}

/// Limits of the reader's own.
#[component]
fn OwnTarget() -> impl IntoView {
    let planning = planning();
    let wrong = RwSignal::new(String::new());
    let typed = move |event| match clean_target(&event_target_value(&event)) {
        Ok(target) => {
            wrong.set(String::new());
            planning.change(|plan| plan.target = target);
        }
        Err(why) => wrong.set(why),
    };
    view! {
        <div class="input wide">
            <label for="plan-limits">"Its limits, such as ttft:p50<2s,tps:p50>20"</label>
            <input
                id="plan-limits"
                type="text"
                autocomplete="off"
                spellcheck="false"
                data-testid="plan-limits"
                aria-describedby="plan-limits-wrong"
                aria-invalid=text(move || (!wrong.read().is_empty()).to_string())
                prop:value=text(move || planning.plan.read().target.clone())
                on:change=act(typed)
            />
            <span class="wrong" role="alert" id="plan-limits-wrong">{text(move || wrong.get())}</span>
        </div>
    }
}

/// A number that is typed.
#[component]
fn Typed(
    /// Which one.
    field: Field,
    /// Its name on the page.
    label: &'static str,
    /// Its id and its test id.
    id: &'static str,
    /// Whether it may be left to the demand.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let planning = planning();
    let wrong = RwSignal::new(String::new());
    let typed = move |event| {
        let typed = event_target_value(&event);
        let outcome = planning.plan.get_untracked().set(field, &typed);
        wrong.set(outcome.as_ref().err().map_or_else(String::new, |why| format!("{label} {why}.")));
        if outcome.is_ok() {
            planning.change(|plan| drop(plan.set(field, &typed)));
        }
    };
    let described = format!("{id}-wrong");
    view! {
        <div class="input short">
            <label for=id>{label}</label>
            <input
                id=id
                type="text"
                inputmode="decimal"
                autocomplete="off"
                data-testid=id
                placeholder=if optional { "as demanded" } else { "" }
                aria-describedby=described.clone()
                aria-invalid=text(move || (!wrong.read().is_empty()).to_string())
                prop:value=text(move || planning.plan.read().shown(field))
                on:change=act(typed)
            />
            <span class="wrong" role="alert" id=described>{text(move || wrong.get())}</span>
        </div>
    }
}
