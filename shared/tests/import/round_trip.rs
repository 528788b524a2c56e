//! Levels written as files of `vllm bench serve` and read again: the same numbers.

use shared::export::vllm_bench;
use shared::import::vllm_bench::VllmBench;
use shared::import::{Importer, Sweep};
use shared::measure::distribution::Distribution;
use shared::measure::plan::{Arrival, Endpoint};
use shared::measure::summary::Level;
use shared::store::provenance::Evidence;
use shared::store::result_file::ResultFile;

use crate::{VLLM, made_up, read, sweeps};

/// A result file around a sweep.
pub fn result(sweep: &Sweep) -> ResultFile {
    let mut result = made_up::result(sweep.levels.clone());
    result.provenance.tool = sweep.tool.name.into();
    result.plan = Some(sweep.plan("round", sweep.endpoint.unwrap_or(Endpoint::Completions)));
    result.warnings = sweep.warnings();
    result.definitions = sweep.definitions();
    result
}

/// The level as far as the format can express it.
fn expressible(level: &Level) -> Level {
    let times = |distribution: &Distribution| Distribution { count: None, hdr_us_base64: None, ..distribution.clone() };
    Level {
        cached_prompt_tokens: None,
        steady_state: None,
        ttft_ms: times(&level.ttft_ms),
        tpot_ms: times(&level.tpot_ms),
        itl_ms: times(&level.itl_ms),
        e2el_ms: times(&level.e2el_ms),
        ..level.clone()
    }
}

#[track_caller]
fn check(sweep: &Sweep) {
    let exported = vllm_bench::levels(&result(sweep));
    let read_again: Vec<_> =
        exported.files.iter().flat_map(|file| VllmBench.parse(&file.name, &file.text).unwrap().levels).collect();
    let again = Sweep::of(read_again).unwrap();
    assert_eq!(again.levels, sweep.levels.iter().map(expressible).collect::<Vec<_>>());
    assert_eq!(again.date.unwrap().to_string(), "2026-11-22");
    assert_eq!(again.evidence, Some(Evidence::Measured));
    // Numbers that another tool took are not suddenly defined as `vllm bench serve` defines its own.
    let told = again.definitions();
    if sweep.tool == VllmBench.tool() {
        // What the format has no place for needs no definition either.
        assert!(told.iter().all(|definition| sweep.definitions().contains(definition)));
    } else {
        assert_eq!((told.len(), told[0].metric.as_str(), told[0].tool.as_str()), (1, "all", "collector export"));
        let words = &told[0].words;
        assert!(words.starts_with(sweep.tool.name) && sweep.definitions().iter().all(|d| words.contains(&d.words)));
    }
    assert_eq!(again.endpoint, Some(sweep.endpoint.unwrap_or(Endpoint::Completions)));
}

#[test]
fn every_tools_levels_come_back_as_they_were() {
    for (_, sweep) in sweeps() {
        check(&sweep);
    }
}

#[test]
fn every_way_to_arrive_comes_back() {
    let mut sweep = Sweep::of(read(VLLM).unwrap().levels).unwrap();
    let loads = [
        Arrival::ClosedLoop { concurrency: 1 },
        Arrival::Poisson { rate: 2.25 },
        Arrival::Gamma { rate: 3.1, burstiness: 0.25 },
        Arrival::Constant { rate: 4.0 },
        Arrival::Ramp { from: 0.5, to: 12.0 },
    ];
    sweep.levels = loads.map(|load| Level { load, ..sweep.levels[0].clone() }).to_vec();
    check(&sweep);
}
