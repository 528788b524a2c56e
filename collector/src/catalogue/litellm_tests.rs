//! A small file in litellm's format, and files that are none.

use super::*;
use shared::store::prices::Baseline;

const FILE: &str = r#"{
  "sample_spec": {"input_cost_per_token": "0.0", "litellm_provider": "one of the providers"},
  "somebody/model-flash": {
    "litellm_provider": "gemini", "mode": "chat", "source": "https://example.org/pricing",
    "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07,
    "cache_read_input_token_cost": 7.5e-08, "cache_creation_input_token_cost": null,
    "input_cost_per_token_batches": 7.5e-08, "output_cost_per_token_batches": 3e-07,
    "input_cost_per_token_above_200k_tokens": 3e-07, "output_cost_per_token_above_200k_tokens": 9e-07,
    "cache_read_input_token_cost_above_200k_tokens": 1.5e-07,
    "input_cost_per_token_above_200k_tokens_batches": 1.5e-07,
    "input_cost_per_token_above_1000k_tokens": 6e-07,
    "deprecation_date": "2027-03-31"
  },
  "fireworks_ai/accounts/fireworks/models/llama-v9": {
    "litellm_provider": "fireworks_ai", "input_cost_per_token": 9e-07, "output_cost_per_token": 9e-07
  },
  "gone": {"litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
           "deprecation_date": "2026-11-22"},
  "free": {"litellm_provider": "x", "input_cost_per_token": 0, "output_cost_per_token": 0.0},
  "picture": {"litellm_provider": "x", "output_cost_per_image": 0.04},
  "text": {"litellm_provider": "x", "input_cost_per_token": "cheap", "output_cost_per_token": 1e-06},
  "million": {"litellm_provider": "x", "input_cost_per_token": 0.15, "output_cost_per_token": 0.6},
  "negative": {"litellm_provider": "x", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06},
  "undated": {"litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
              "deprecation_date": "soon"}
}"#;

fn terms() -> Terms {
    let read_on = "2026-11-22".parse().unwrap();
    Terms { read_on, source: None, list: "litellm prices.json".into(), platform_fee: None }
}

fn taken(key: &str) -> Result<Taken<ApiPrice>, Unreadable> {
    let models = models("prices.json", FILE).unwrap();
    row("prices.json", key, &models[key], &terms())
}

fn price(key: &str) -> ApiPrice {
    match taken(key).unwrap() {
        Taken::Row(row) => *row,
        Taken::LeftOut(why) => panic!("{why}"),
    }
}

#[test]
fn everything_that_a_row_can_hold_is_read() {
    let price = price("somebody/model-flash");
    let text = toml::to_string(&price).unwrap();
    expect_test::expect![[r#"
        provider = "google"
        provider_name = "Google"
        model = "somebody/model-flash"
        name = "model-flash"
        baseline = "comparable"
        usd_per_1m_input = 0.15
        usd_per_1m_cached_input = 0.075
        usd_per_1m_output = 0.6
        usd_per_1m_batch_input = 0.075
        usd_per_1m_batch_output = 0.3
        from = "2026-11-22"
        to = "2027-03-31"
        read_on = "2026-11-22"
        source = "https://example.org/pricing"
        via = "litellm prices.json"

        [[long_context]]
        above_prompt_tokens = 200000
        usd_per_1m_input = 0.3
        usd_per_1m_cached_input = 0.15
        usd_per_1m_output = 0.9

        [[long_context]]
        above_prompt_tokens = 1000000
        usd_per_1m_input = 0.6
        usd_per_1m_output = 0.6
    "#]]
    .assert_eq(&text);
}

#[test]
fn names_lose_what_only_litellm_calls_them() {
    let price = price("fireworks_ai/accounts/fireworks/models/llama-v9");
    assert_eq!((price.id().as_str(), price.seller()), ("fireworks/llama-v9", "Fireworks"));
    assert_eq!(price.baseline, Baseline::HostedOpenModel);
    // A page that nobody names leaves the list itself as the source.
    assert_eq!((price.source.as_str(), price.via), ("litellm prices.json", None));
}

#[test]
fn what_makes_no_row_says_why() {
    let why = |key: &str| match taken(key).unwrap() {
        Taken::LeftOut(why) => why,
        Taken::Row(row) => panic!("{row:?}"),
    };
    assert_eq!(why("gone"), "`gone` was withdrawn on 2026-11-22");
    assert_eq!(why("free"), "`free` costs 0, which the list also says where it knows no price");
    assert_eq!(why("picture"), "`picture` has no price for prompt and output tokens");
}

#[test]
fn a_broken_field_is_named_with_its_value() {
    let message = |key: &str| taken(key).unwrap_err().message;
    let field = "`input_cost_per_token` is";
    assert_eq!(message("text"), format!("`prices.json`: model `text`: {field} `\"cheap\"`, which is no number"));
    assert_eq!(message("negative"), format!("`prices.json`: model `negative`: {field} `-1e-6`, which is no price"));
    assert_eq!(
        message("million"),
        format!(
            "`prices.json`: model `million`: {field} `0.15`, which is too much for one token; is it the price of a \
             million?"
        )
    );
    assert_eq!(
        message("undated"),
        "`prices.json`: model `undated`: `deprecation_date` is `\"soon\"`, which is no date like 2026-11-22"
    );
}

#[test]
fn other_files_are_refused_with_what_was_expected() {
    for (text, message) in [
        ("{", "`f` is no JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "`f` is JSON, but no object of models"),
        (r#"{"sample_spec": {"input_cost_per_token": 0}}"#, "no model of `f` has `input_cost_per_token`"),
        (r#"{"data": []}"#, "no model of `f` has `input_cost_per_token`"),
    ] {
        let error = models("f", text).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.hint.starts_with("expected litellm's"), "{}", error.hint);
    }
}
