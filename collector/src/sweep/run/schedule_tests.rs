//! Which level comes next, and the prompts that levels, repeats and searches need.

use super::*;
use crate::cli::load_args::LoadArgs;
use crate::cli::search_args::{FindName, SearchArgs};
use crate::cli::sweep::SweepArgs;
use crate::sweep::settings::resolve;
use shared::measure::observations::{Observations, Repeats};
use shared::measure::plan::Warmup;

fn settings(search: SearchArgs) -> SweepSettings {
    let load = LoadArgs { num_prompts: Some(256), ..LoadArgs::default() };
    resolve(&SweepArgs { search, load, ..SweepArgs::default() }).unwrap()
}

fn finished(loads: &[u32], runs: u32) -> Vec<Level> {
    let observed = Observations { repeats: Some(Repeats { runs, spreads: vec![] }), ..Observations::default() };
    let level = |&concurrency| Level {
        observed: Some(Box::new(observed.clone())),
        ..Level::of(Arrival::ClosedLoop { concurrency })
    };
    loads.iter().map(level).collect()
}

#[test]
fn listed_levels_that_are_there_are_passed_over_with_their_prompts() {
    let settings = settings(SearchArgs { repeats: Some(3), ..SearchArgs::default() });
    let schedule = Schedule::of(&settings);
    let next = |loads: &[u32]| schedule.next(&finished(loads, 3)).map(|level| (level.first_run, level.load.rank()));
    assert_eq!([next(&[]), next(&[1, 4]), next(&[1, 16])], [Some((0, 1.0)), Some((6, 16.0)), Some((3, 4.0))]);
    assert_eq!(next(&[1, 4, 16, 32, 64]), None);
    assert_eq!(schedule.next(&finished(&[1, 4], 2)).map(|level| level.first_run), Some(0));
}

fn warmups(settings: &SweepSettings) -> Vec<usize> {
    Schedule::of(settings).prompts_needed().iter().map(|need| need.warmup).collect()
}

#[test]
fn every_run_has_prompts_of_its_own() {
    let twice = settings(SearchArgs { repeats: Some(2), ..SearchArgs::default() });
    assert_eq!(warmups(&twice), [1, 1, 4, 4, 16, 16, 32, 32, 64, 64]);
}

#[test]
fn a_search_has_prompts_for_every_level_it_may_try() {
    let find = |find, most| {
        let slo = Some("ttft:p99<1s".into());
        settings(SearchArgs { find: Some(find), max_concurrency: Some(most), slo, ..SearchArgs::default() })
    };
    assert_eq!(warmups(&find(FindName::Knee, 6)), [1, 2, 4, 6, 6, 6, 6, 6]);
    assert_eq!(warmups(&find(FindName::Slo, 1)), [1]);
    assert_eq!(warmups(&find(FindName::Slo, 256)).len(), MOST_PROBES);
    let knee = find(FindName::Knee, 6);
    assert_eq!(Schedule::of(&knee).next(&[]).map(|level| level.load.rank()), Some(1.0));
}

#[test]
fn needs_count_warm_ups_as_wide_as_the_level() {
    let load = LoadArgs { concurrency: Some(vec![1, 4]), ..LoadArgs::default() };
    let settings = resolve(&SweepArgs { load, ..SweepArgs::default() }).unwrap();
    let expected = [1, 4].map(|warmup| PromptsNeeded { measured: PromptCount::Exactly(256), warmup });
    assert_eq!(Schedule::of(&settings).prompts_needed(), expected);
}

#[test]
fn a_level_that_ends_after_a_time_needs_no_certain_number() {
    let any = settings(SearchArgs::default());
    let measured = |level, stop, num_prompts| {
        let mut settings = SweepSettings { num_prompts, warmup: Warmup::Fixed(0), ..any.clone() };
        settings.plan.stop = stop;
        need(&settings, level).measured
    };
    let streams = |concurrency| Arrival::ClosedLoop { concurrency };
    assert_eq!(measured(streams(8), Stop::Requests(7), Some(7)), PromptCount::Exactly(7));
    assert_eq!(measured(streams(8), Stop::Duration(60.0), Some(7)), PromptCount::AtMost(7));
    assert_eq!(measured(streams(8), Stop::Duration(60.0), None), PromptCount::AtMost(1024));
    assert_eq!(measured(streams(100), Stop::Duration(60.0), None), PromptCount::AtMost(2000));
    assert_eq!(measured(Arrival::Poisson { rate: 5.0 }, Stop::Duration(60.0), None), PromptCount::AtMost(360));
    assert_eq!(measured(Arrival::Constant { rate: 0.001 }, Stop::Duration(1.0), None), PromptCount::AtMost(1));
    assert_eq!(measured(Arrival::Trace { speed: 2.0 }, Stop::Duration(60.0), None), PromptCount::AtMost(10_000_000));
}
