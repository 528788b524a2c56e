//! Demands to start from: what choosing one sets, and which one is chosen.

use crate::decimal::tidy;
use crate::economics::api_bill::ApiUse;
use crate::economics::cost::Mix;
use crate::explore::scenario::{Load, Scenario};
use crate::format;
use crate::store::index::Preset;

/// The scenario with a preset's load, mix, peak and use of an API; all else stays. `measured` is the run's own mix,
/// which a volume in tokens needs where the preset has no tokens a request.
#[must_use]
pub fn choose(scenario: &Scenario, preset: &Preset, measured: Mix) -> Scenario {
    let tokens = preset.input_tokens.unwrap_or(measured.input) + preset.output_tokens.unwrap_or(measured.output);
    let of_tokens = |day: f64| if tokens > 0.0 { day / tokens } else { 0.0 };
    let day = preset.requests_per_day.or(preset.tokens_per_day.map(of_tokens)).unwrap_or(0.0);
    Scenario {
        load: Load::RequestsPerDay(tidy(day).clamp(1.0, 1e12)),
        input_tokens: preset.input_tokens,
        output_tokens: preset.output_tokens,
        peak_to_mean: preset.peak_to_mean.unwrap_or(1.0),
        api_use: ApiUse {
            cached: preset.cached,
            written: preset.written,
            reasoning: preset.reasoning,
            batch: preset.batch,
        },
        ..scenario.clone()
    }
}

/// The preset that a scenario is, by its id; `None` once anything that it sets was changed.
#[must_use]
pub fn chosen<'a>(scenario: &Scenario, presets: &'a [Preset], measured: Mix) -> Option<&'a str> {
    let same = presets.iter().find(|preset| choose(scenario, preset, measured) == *scenario)?;
    Some(&same.id)
}

/// Its name with its volume: `SaaS chatbot, 10,000 requests a day`.
#[must_use]
pub fn label(preset: &Preset) -> String {
    match (preset.requests_per_day, preset.tokens_per_day) {
        (Some(day), _) => format!("{}, {} requests a day", preset.name, format::significant(day, 4)),
        (None, Some(day)) => format!("{}, {} tokens a day", preset.name, format::short_count(day)),
        (None, None) => preset.name.clone(),
    }
}

/// What it is, who says so, and what is assumed, in sentences.
#[must_use]
pub fn about(preset: &Preset) -> String {
    let mut words = format!("{} Source: {}.", preset.about, preset.source);
    if !preset.assumed.is_empty() {
        words += &format!(" Assumed, not found: {}.", preset.assumed.join(", "));
    }
    if preset.input_tokens.is_none() || preset.output_tokens.is_none() {
        words += " Tokens a request are the run's own where it does not say.";
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::query::{decode, encode};

    const MEASURED: Mix = Mix { input: 200.0, cached: 0.0, output: 100.0 };

    fn preset(day: Option<f64>, tokens: Option<f64>) -> Preset {
        Preset {
            id: "a".into(),
            name: "A".into(),
            about: "An example.".into(),
            source: "nobody".into(),
            assumed: vec!["peak_to_mean".into()],
            requests_per_day: day,
            tokens_per_day: tokens,
            input_tokens: day.map(|_| 500.0),
            output_tokens: None,
            peak_to_mean: Some(4.2),
            cached: 0.94,
            written: 0.0,
            reasoning: 0.0,
            batch: 0.0,
        }
    }

    #[test]
    fn a_preset_sets_what_it_says_and_nothing_else() {
        let before = decode("gpu=0.5&run=awq&in=7&out=9&ops=3&written=0.1&view=runs").0;
        let after = choose(&before, &preset(Some(12_500.0), None), MEASURED);
        assert_eq!(encode(&after), "run=awq&gpu=0.5&day=12500&in=500&peak=4.2&ops=3&cached=0.94&view=runs");
        assert_eq!(decode(&encode(&after)), (after, Vec::new()));
    }

    #[test]
    fn a_volume_in_tokens_is_divided_by_the_tokens_a_request() {
        let after = choose(&Scenario::default(), &preset(None, Some(240_000_000.0)), MEASURED);
        assert_eq!(after.load, Load::RequestsPerDay(800_000.0));
        assert_eq!(label(&preset(None, Some(240_000_000.0))), "A, 240M tokens a day");
    }

    #[test]
    fn the_chosen_one_is_known_until_something_is_changed() {
        let presets = [preset(Some(5.0), None), Preset { id: "b".into(), ..preset(None, Some(3e6)) }];
        let after = choose(&Scenario::default(), &presets[1], MEASURED);
        assert_eq!(chosen(&after, &presets, MEASURED), Some("b"));
        assert_eq!(chosen(&Scenario { peak_to_mean: 2.0, ..after.clone() }, &presets, MEASURED), None);
        // What a preset does not set may be anything.
        assert_eq!(chosen(&Scenario { rehearsals: true, ..after }, &presets, MEASURED), Some("b"));
        assert!(
            about(&presets[1]).ends_with(
                "Assumed, not found: peak_to_mean. Tokens a request are the run's own where it does not say."
            )
        );
    }
}
