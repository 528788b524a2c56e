//! Assumptions that most readers leave as they are, and the currency that money is shown in.

use leptos::ev::Event;
use leptos::prelude::*;
use shared::explore::answer::told;
use shared::explore::controls::Id;
use shared::explore::presets::{self, chosen};
use shared::explore::query;

use crate::views::controls::Slider;
use crate::views::{act, live, nothing, store, text};

/// Assumptions that most readers leave as they are.
const MORE: [Id; 10] = [
    Id::InputTokens,
    Id::OutputTokens,
    Id::TpotLimit,
    Id::Peak,
    Id::Headroom,
    Id::OutputWeight,
    Id::Fixed,
    Id::Cached,
    Id::Batch,
    Id::Reasoning,
];

/// The controls for them.
#[component]
pub fn Assumptions() -> impl IntoView {
    let store = store();
    let about = move || {
        let library = store.library.read();
        let (library, scenario) = (library.as_ref()?, store.scenario.read());
        let all = &library.index.presets;
        let chosen = chosen(&scenario, all, told(library, &scenario)?.measured_mix)?;
        all.iter().find(|preset| preset.id == chosen).map(presets::about)
    };
    let about = Memo::new(move |_| about());
    view! {
        {live(move || about.get().map_or_else(nothing, |about| view! { <p class="note" data-testid="about">{about}</p> }.into_any()))}
        {MORE.map(|id| view! { <Slider id/> }.into_any()).into_iter().collect::<Vec<_>>()}
        <Currencies/>
    }
}

/// In which currency money is shown, and what a dollar is in it. Prices are typed in USD, as they are listed.
#[component]
fn Currencies() -> impl IntoView {
    let store = store();
    let code = move || store.scenario.read().currency.as_ref().map_or("USD".into(), |currency| currency.code.clone());
    let rate = move || store.scenario.read().currency.as_ref().map_or(1.0, |currency| currency.per_usd);
    let set = move |code: String, rate: &str| {
        let told = query::decode(&format!("cur={code},{rate}")).0.currency;
        store.scenario.update(|scenario| scenario.currency = told.filter(|currency| currency.code != "USD"));
    };
    let named = move |event: Event| set(event_target_value(&event).trim().to_uppercase(), &untrack(rate).to_string());
    let rated = move |event: Event| set(untrack(code), event_target_value(&event).trim());
    view! {
        <div class="control">
            <label for="currency">"Currency"</label>
            <span class="field">
                <input id="currency" type="text" class="number" data-testid="currency" maxlength="3" prop:value=text(code) on:change=act(named)/>
                <span class="unit">"1 USD is"</span>
                <input type="text" inputmode="decimal" class="number" aria-label="What one USD is in this currency" data-testid="rate"
                    prop:value=text(move || rate().to_string()) on:change=act(rated)/>
            </span>
            <span class="note">"prices are typed in USD, as they are listed"</span>
        </div>
    }
}
