//! Sliders stand where values were set, fields read what people write, and handles set what they stand for.

use super::*;

const ALL: [Id; 11] = [
    Id::GpuPrice,
    Id::Utilisation,
    Id::Demand,
    Id::InputTokens,
    Id::OutputTokens,
    Id::OwnInput,
    Id::OwnOutput,
    Id::TtftLimit,
    Id::TpotLimit,
    Id::Headroom,
    Id::OutputWeight,
];

#[test]
fn a_slider_stands_where_its_value_was_set() {
    for id in ALL {
        for position in [100, 400, 777] {
            let target = control(id, &Scenario::default(), None).at(position);
            let moved = set(&Scenario::default(), None, id, target);
            let stands = control(id, &moved, None);
            assert_eq!(stands.value, target, "{id:?}");
            assert!(stands.position().abs_diff(position) <= 22, "{id:?} {position} {}", stands.position());
        }
    }
}

#[test]
fn a_step_always_moves() {
    for id in ALL {
        let start = set(&Scenario::default(), None, id, control(id, &Scenario::default(), None).at(300));
        let here = control(id, &start, None);
        assert!(here.stepped(1) > here.value && here.stepped(-1) < here.value, "{id:?}");
    }
}

#[test]
fn fields_read_what_people_write() {
    assert_eq!(parse(Id::Demand, "10,000"), Ok(10_000.0));
    assert_eq!(parse(Id::GpuPrice, "$0.34"), Ok(0.34));
    assert_eq!(parse(Id::TtftLimit, "any"), Ok(f64::INFINITY));
    assert_eq!(parse(Id::Demand, "lots"), Err("“lots” is not a number of requests/day".into()));
    assert!(parse(Id::GpuPrice, "-1").is_err() && parse(Id::GpuPrice, "NaN").is_err());
}

#[test]
fn the_far_end_of_the_latency_slider_is_any() {
    let any = set(&Scenario::default(), None, Id::TtftLimit, f64::INFINITY);
    assert_eq!(any.ttft_limit, None);
    assert_eq!(control(Id::TtftLimit, &any, None).position(), POSITIONS);
}

#[test]
fn a_dragged_rule_sets_its_control() {
    assert_eq!(dragged("demand", 12_345.0), Some((Id::Demand, 12_000.0)));
    assert_eq!(dragged("ttft-limit", 1500.0), Some((Id::TtftLimit, 1.5)));
    assert_eq!(dragged("tpot-limit", 48.7), Some((Id::TpotLimit, 49.0)));
    assert_eq!(dragged("interactivity", 20.0), Some((Id::TpotLimit, 50.0)));
    assert_eq!(dragged("nothing", 1.0), None);
}
