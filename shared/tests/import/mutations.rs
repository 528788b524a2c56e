//! Whatever stands in a file, an importer answers: it never panics, and what it takes makes a sound result file.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use shared::export::vllm_bench;
use shared::import::{Sweep, importer_of};
use shared::store::result_file::ResultFile;

use crate::{FIXTURES, Fixture, round_trip};

/// Each file as JSON values; JSON Lines are several.
static PARSED: LazyLock<Vec<Vec<Value>>> = LazyLock::new(|| {
    let values = |text: &str| {
        let text = text.replace("Infinity", "\"inf\"");
        serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().unwrap()
    };
    FIXTURES.iter().map(|fixture| values(&fixture.text)).collect()
});

/// What a node may be replaced by: the odd and the large among them.
fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!("")),
        Just(json!("inf")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, 1, "é"])),
        Just(json!(true)),
        Just(json!(0)),
        Just(json!(-1)),
        Just(json!(u64::MAX)),
        Just(json!(i64::MIN)),
        Just(json!(1.0e308)),
        Just(json!(5.0e-324)),
        any::<u32>().prop_map(|number| json!(number)),
        (0.0..1.0e6).prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
    ]
}

/// Goes down from the top, at each step into a child, and replaces or removes the node where it ends.
fn mutate(value: &mut Value, way: &[Index], with: &Option<Value>) {
    let Some((step, rest)) = way.split_first() else {
        *value = with.clone().unwrap_or_default();
        return;
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let name = fields.keys().nth(step.index(fields.len())).unwrap().clone();
            match (rest, with) {
                ([], None) => drop(fields.remove(&name)),
                _ => mutate(&mut fields[&name], rest, with),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = step.index(items.len());
            match (rest, with) {
                ([], None) => drop(items.remove(at)),
                _ => mutate(&mut items[at], rest, with),
            }
        }
        other => *other = with.clone().unwrap_or_default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn no_file_makes_an_importer_panic(
        which in 0..FIXTURES.len(),
        changes in prop::collection::vec(
            (prop::collection::vec(any::<Index>(), 1..7), prop::option::of(replacement())), 1..4,
        ),
    ) {
        let mut values = PARSED[which].clone();
        for (way, with) in &changes {
            let at = way[0].index(values.len());
            mutate(&mut values[at], way, with);
        }
        let text = values.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let _ = importer_of(&text);
        let Ok(contents) = FIXTURES[which].importer.parse("a.json", &text) else { return Ok(()) };
        if let Ok(sweep) = Sweep::of(contents.levels) {
            let result = round_trip::result(&sweep);
            let _ = (ResultFile::parse(&result.to_json()), vllm_bench::levels(&result));
            for level in &sweep.levels {
                prop_assert!(level.concurrency() > 0 && level.duration_s.value() > 0.0);
                prop_assert!(level.total_rate().value().is_finite());
            }
        }
    }

    #[test]
    fn no_cut_off_or_garbled_text_makes_an_importer_panic(
        which in 0..FIXTURES.len(), cut in any::<Index>(), garbage in "\\PC{0,20}",
    ) {
        let Fixture { importer, text, .. } = &FIXTURES[which];
        let mut at = cut.index(text.len().min(4000));
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let garbled = format!("{}{garbage}", &text[..at]);
        let _ = (importer_of(&garbled), importer.parse("a.json", &garbled));
    }
}
