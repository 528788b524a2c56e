//! A small answer in OpenRouter's format, and files that are none.

use super::*;

const FILE: &str = r#"{"data": [
  {"id": "somebody/llama-9-8b", "name": "Somebody: Llama 9 8B", "pricing": {
    "prompt": "0.00000015", "completion": "0.0000006", "input_cache_read": "0.000000075", "image": "0"}},
  {"id": "openrouter/auto", "name": "Auto", "pricing": {"prompt": "-1", "completion": "-1"}},
  {"id": "somebody/llama-9-8b:free", "name": "Free", "pricing": {"prompt": "0", "completion": "0"}},
  {"id": "somebody/broken", "pricing": {"prompt": "free", "completion": "0"}},
  {"id": "somebody/priceless"}
]}"#;

fn taken(id: &str, fee: Option<f64>) -> Result<Taken<ApiPrice>, Unreadable> {
    let models = models("models.json", FILE).unwrap();
    let model = &models.iter().find(|(name, _)| name == id).unwrap().1;
    let read_on = "2026-11-22".parse().unwrap();
    let terms = Terms { read_on, source: None, list: "openrouter models.json".into(), platform_fee: fee };
    row("models.json", id, model, &terms)
}

#[test]
fn text_becomes_prices_of_a_million_with_the_fee_on_top() {
    let Taken::Row(price) = taken("somebody/llama-9-8b", Some(PLATFORM_FEE)).unwrap() else { panic!() };
    let text = toml::to_string(&price).unwrap();
    expect_test::expect![[r#"
        provider = "openrouter"
        provider_name = "OpenRouter"
        model = "somebody/llama-9-8b"
        name = "Somebody: Llama 9 8B at OpenRouter"
        baseline = "hosted_open_model"
        usd_per_1m_input = 0.15
        usd_per_1m_cached_input = 0.075
        usd_per_1m_output = 0.6
        platform_fee = 0.055
        from = "2026-11-22"
        read_on = "2026-11-22"
        source = "https://openrouter.ai/api/v1/models"
    "#]]
    .assert_eq(&text);
    let Taken::Row(price) = taken("somebody/llama-9-8b", Some(0.0)).unwrap() else { panic!() };
    assert_eq!(price.platform_fee, None);
}

#[test]
fn what_makes_no_row_says_why() {
    for (id, why) in [
        ("openrouter/auto", "the price of `openrouter/auto` varies with the model that answers"),
        ("somebody/llama-9-8b:free", "`somebody/llama-9-8b:free` costs 0, and is limited"),
        ("somebody/priceless", "`somebody/priceless` has no price for prompt and output tokens"),
    ] {
        assert_eq!(taken(id, None).unwrap(), Taken::LeftOut(why.into()));
    }
}

#[test]
fn broken_files_are_refused() {
    assert_eq!(
        taken("somebody/broken", None).unwrap_err().message,
        "`models.json`: model `somebody/broken`: `pricing.prompt` is `\"free\"`, which is no number"
    );
    for (text, message) in [
        ("no", "`f` is no JSON: expected ident at line 1 column 2"),
        ("{}", "`f` has no list `data`"),
        ("[]", "`f` has no list `data`"),
        (r#"{"data": [{"name": "x"}]}"#, "`f`: `data[0]` has no `id`"),
    ] {
        let error = models("f", text).unwrap_err();
        assert_eq!(error.message, message);
        assert!(error.hint.starts_with("expected the answer of https://openrouter.ai"), "{}", error.hint);
    }
}
