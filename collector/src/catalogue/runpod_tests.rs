//! A small answer in the documented format, beside made-up rows.

use super::*;

const ANSWER: &str = r#"{"gpus": [
  {"id": "NVIDIA L4", "name": "L4", "pool": "ADA_24", "memory": 24, "secure": true, "community": true,
   "price": {"secure": 0.4399999976158142, "community": 0.31, "serverless": 0.68}, "maxCount": {"secure": 8}},
  {"id": "NVIDIA RTX A5000", "name": "RTX A5000", "memory": 24, "secure": true, "community": false,
   "price": {"secure": 0.27, "community": 0.16}},
  {"id": "AMD Instinct MI999", "name": "MI999", "memory": 512, "secure": true, "community": true,
   "price": {"secure": 9.5, "community": 0}},
  {"id": "NVIDIA RTX 9000", "name": "RTX 9000", "memory": 96, "secure": true, "community": true,
   "price": {"secure": -1, "community": 1}}
]}"#;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn known(hardware: &str, tier: Tier, usd: f64) -> GpuPrice {
    GpuPrice {
        provider: "runpod".into(),
        hardware: hardware.into(),
        tier,
        usd_per_hour: UsdPerHour::new(usd),
        min_gpus: None,
        from: day("2026-01-01"),
        to: None,
        read_on: day("2026-01-01"),
        source: "made up".into(),
        via: None,
    }
}

#[test]
fn an_answer_becomes_rows_and_what_they_change() {
    let catalogue = [
        known("l4-24gb", Tier::Secure, 0.44),
        known("l4-24gb", Tier::Community, 0.35),
        GpuPrice { source: "another".into(), ..known("l4-24gb", Tier::Community, 0.4) },
        known("t4-16gb", Tier::Secure, 0.2),
        // What is not read cannot be missing.
        known("l4-24gb", Tier::ServerlessActive, 0.5),
        GpuPrice { provider: "other".into(), ..known("l4-24gb", Tier::Secure, 1.0) },
        GpuPrice { to: Some(day("2026-02-01")), ..known("v100-16gb", Tier::Secure, 0.2) },
    ];
    let fetched = rows(&parse(ANSWER).unwrap(), &catalogue, day("2026-11-22"), "https://api.example.org/v2");
    let shown = |row: &GpuPrice| format!("{} {} from {}", gpu_offer(row), row.usd_per_hour.value(), row.from);
    assert_eq!(
        fetched.rows.iter().map(shown).collect::<Vec<_>>(),
        [
            "runpod/l4-24gb, secure 0.44 from 2026-01-01",
            "runpod/l4-24gb, community 0.31 from 2026-11-22",
            "runpod/l4-24gb, serverless-flex 0.68 from 2026-11-22",
            "runpod/rtx-a5000, secure 0.27 from 2026-11-22",
            "runpod/mi999-512gb, secure 9.5 from 2026-11-22",
            "runpod/rtx-9000, community 1 from 2026-11-22",
        ]
    );
    assert!(fetched.rows.iter().all(|row| row.read_on == day("2026-11-22") && row.source.ends_with("/v2")));
    assert_eq!(fetched.same, 1);
    let change = |change: &Change| {
        let usd = |usd: &UsdPerHour| usd.value();
        (change.offer.clone(), change.old.iter().map(usd).collect::<Vec<_>>(), change.new.as_ref().map(usd))
    };
    let changes: Vec<_> = fetched.changes.iter().map(change).collect();
    assert_eq!(changes[0], ("runpod/l4-24gb, community".into(), vec![0.35, 0.4], Some(0.31)));
    assert_eq!(changes[1], ("runpod/l4-24gb, serverless-flex".into(), vec![], Some(0.68)));
    assert_eq!(changes.last().unwrap(), &("runpod/t4-16gb, secure".into(), vec![0.2], None));
    assert_eq!(changes.len(), 6);
    assert_eq!(
        fetched.notes,
        [
            "`AMD Instinct MI999` is not a GPU that this build knows; it is called `mi999-512gb` here",
            "`NVIDIA RTX 9000` is not a GPU that this build knows; it is called `rtx-9000` here",
            "`NVIDIA RTX 9000`, secure: -1 is no price; left out",
        ]
    );
}

#[test]
fn gpus_of_the_own_rows_have_names_that_runpod_can_be_read_into() {
    let prices = crate::catalogue::Catalogue::load(None).unwrap().prices;
    let read = |row: &&GpuPrice| row.provider == PROVIDER;
    for row in prices.gpu.iter().filter(read) {
        assert!(HARDWARE.iter().any(|(_, slug)| *slug == row.hardware), "{}", row.hardware);
    }
}

#[test]
fn a_name_tells_its_memory_unless_it_is_an_rtx_card() {
    assert_eq!(slug("MI325X", Some(256.0)), "mi325x-256gb");
    assert_eq!(slug("RTX PRO 6000 WK", Some(96.0)), "rtx-pro-6000-wk");
    assert_eq!(slug("V100 SXM2 32GB", Some(32.0)), "v100-sxm2-32gb");
    assert_eq!(slug("NVIDIA GeForce RTX 3070", None), "rtx-3070");
}

#[test]
fn another_answer_is_refused() {
    let error = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(error("{}"), "missing field `gpus` at line 1 column 2");
    assert!(error(r#"{"gpus": [{"id": "a", "name": "b"}]}"#).starts_with("missing field `price`"));
    assert!(error(r#"{"gpus": [{"id": "a", "name": "b", "price": {"secure": "0.4"}}]}"#).contains("expected f64"));
}
