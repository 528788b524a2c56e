//! Repeats, objectives, searches, resuming and shards: whole verbs against the simulated server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::{Path, PathBuf};

use collector::cli::Command;
use collector::cli::load_args::LoadArgs;
use collector::cli::merge::MergeArgs;
use collector::cli::search_args::{FindName, SearchArgs};
use collector::cli::sweep::{RehearseArgs, SweepArgs};
use collector::cli::workload_args::{DatasetName, WorkloadArgs};
use collector::engine::fault::{Fault, Faults};
use collector::engine::server::EngineOptions;
use shared::hardware::profile::Profile;

use shared::measure::observations::Found;
use shared::measure::plan::Arrival;
use shared::store::provenance::Warning;
use shared::store::result_file::ResultFile;
use support::{Said, Server, healthy, run_sweep, small};

fn named(server: &Server, out: &Path, search: SearchArgs) -> SweepArgs {
    SweepArgs { search, run_id: Some("one".into()), ..small(server, out) }
}

fn with_load(args: &SweepArgs, change: impl FnOnce(&mut LoadArgs)) -> SweepArgs {
    let mut args = args.clone();
    change(&mut args.load);
    args
}

fn asking(slo: &str) -> SearchArgs {
    SearchArgs { slo: Some(slo.into()), ..SearchArgs::default() }
}

fn streams(file: &ResultFile) -> Vec<u32> {
    file.levels.iter().filter_map(|level| level.load.concurrency()).collect()
}

/// A rehearsal that searches: enough requests that levels differ, few enough to be quick.
fn rehearse(out: &Path, search: SearchArgs) -> Said {
    support::run(Command::Rehearse(RehearseArgs {
        out: Some(out.to_owned()),
        num_prompts: Some(48),
        input_tokens: Some(60),
        output_tokens: Some(12),
        search,
        ..RehearseArgs::default()
    }))
}

#[test]
fn repeats_are_one_level_with_its_spread() {
    // Tokens that came at once would have no TPOT.
    let profile = Profile { step_base_s: 0.002, ..Profile::instant() };
    let server = Server::start(EngineOptions { profile, ..healthy() });
    let folder = tempfile::tempdir().unwrap();
    let search = SearchArgs { repeats: Some(3), ..asking("ttft:p99<10s") };
    let said = run_sweep(&named(&server, folder.path(), search));
    said.succeeded();
    let file = support::only_file(folder.path());
    assert_eq!((file.plan.as_ref().unwrap().repeats, streams(&file)), (Some(3), vec![1, 4, 8]));
    for level in &file.levels {
        assert_eq!((level.completed, level.output_tokens), (72, 72 * 8));
        let counted = level.server.unwrap();
        assert_eq!((counted.completed, counted.output_tokens), (Some(72), Some(72 * 8)));
        let observed = level.observed.as_ref().unwrap();
        let repeats = observed.repeats.as_ref().unwrap();
        assert_eq!((repeats.runs, repeats.spreads.len(), repeats.spreads[0].values.len()), (3, 6, 3));
        let goodput = observed.goodput.as_ref().unwrap();
        assert_eq!((goodput.good, goodput.sent, goodput.met), (72, 72, true));
        assert!(observed.began_unix_ms.is_some() && level.ttft_ms.hdr_us_base64.is_some());
    }
    assert!(said.talk.contains("output tok/s in 3 runs"), "{}", said.talk);
    // Every run has prompts and warm-ups of its own.
    assert_eq!(server.totals().completed, 3 * (72 + 1 + 4 + 8) + 1);
}

#[test]
fn a_knee_is_searched_and_priced() {
    let folder = tempfile::tempdir().unwrap();
    let search = SearchArgs { find: Some(FindName::Knee), max_concurrency: Some(16), ..SearchArgs::default() };
    let said = rehearse(folder.path(), search);
    said.succeeded();
    let file = support::only_file(folder.path());
    let ran: Vec<f64> = file.plan.as_ref().unwrap().levels.iter().map(|load| load.rank()).collect();
    assert_eq!((ran[0], ran[1], ran.len()), (1.0, 2.0, file.levels.len()));
    assert!(streams(&file).is_sorted() && file.levels.len() >= 5, "{ran:?}");
    match file.found.unwrap() {
        Found::Knee { .. } => assert!(said.talk.contains("cost at"), "{}", said.talk),
        Found::Nothing { why } => assert!(said.talk.contains(&why), "{}", said.talk),
        Found::Objectives { .. } => panic!("objectives were not searched for"),
    }
    assert!(!file.warnings.iter().any(|warning| matches!(warning, Warning::Interrupted { .. } | Warning::Note { .. })));
}

#[test]
fn the_most_streams_that_meet_the_objectives_are_searched_and_priced() {
    let folder = tempfile::tempdir().unwrap();
    let search = SearchArgs {
        find: Some(FindName::Slo),
        max_concurrency: Some(4),
        gpu_price: Some(0.5),
        ..asking("ttft:p95<600s")
    };
    let said = rehearse(folder.path(), search);
    said.succeeded();
    let file = support::only_file(folder.path());
    assert_eq!(streams(&file), [1, 2, 4]);
    let found = file.found.unwrap();
    let most = Arrival::ClosedLoop { concurrency: 4 };
    assert!(matches!(&found, Found::Objectives { load, missed_at: None, .. } if *load == most), "{found:?}");
    assert!(said.talk.contains("per 1M total tokens") && said.talk.contains("$0.50/h (as given)"), "{}", said.talk);

    let nothing = tempfile::tempdir().unwrap();
    let said = rehearse(nothing.path(), SearchArgs { find: Some(FindName::Slo), ..asking("ttft:p99<1us") });
    said.succeeded();
    assert!(said.talk.contains("found: nothing; `ttft:p99<1us` is missed even at 1 stream"), "{}", said.talk);
}

#[test]
fn a_dataset_too_small_for_a_search_says_so_before_anything_is_sent() {
    let server = Server::start(healthy());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("few.jsonl");
    let lines: String = (0..100).map(|n| format!("{{\"prompt\": \"a b c {n}\", \"output_tokens\": 4}}\n")).collect();
    std::fs::write(&path, lines).unwrap();
    let search = SearchArgs { find: Some(FindName::Knee), max_concurrency: Some(8), ..SearchArgs::default() };
    let args = SweepArgs {
        workload: WorkloadArgs {
            dataset: Some(DatasetName::Jsonl),
            dataset_path: Some(path),
            ..WorkloadArgs::default()
        },
        ..with_load(&named(&server, &folder.path().join("out"), search), |load| load.concurrency = None)
    };
    run_sweep(&args).failed_with("the sweep needs 239 different prompts");
    assert_eq!(server.totals().completed, 1);
}

/// A sweep that fails at its second level and leaves the first.
fn interrupted(out: &Path, search: SearchArgs) -> ResultFile {
    let faults = Some(Faults { fault: Fault::Status(500), after: 26, every: 1 });
    let server = Server::start(EngineOptions { faults, ..healthy() });
    run_sweep(&named(&server, out, search)).failed_with("no request completed at 4 streams");
    support::only_file(out)
}

/// With a file to go on with, or by the run's name.
fn resuming(file: Option<&Path>) -> SearchArgs {
    SearchArgs { resume: Some(file.map(Path::to_owned)), ..SearchArgs::default() }
}

#[test]
fn flags_are_read_as_the_help_says() {
    use clap::Parser;
    let read = |flags: &[&str]| {
        let all = ["collector", "sweep"].iter().chain(flags);
        match collector::cli::Cli::try_parse_from(all).map(|cli| cli.command) {
            Ok(Command::Sweep(args)) => Ok(args.search),
            Ok(_) => unreachable!("`sweep` is what was asked for"),
            Err(error) => Err(error.to_string()),
        }
    };
    assert_eq!(read(&["--resume", "--run-id", "x"]).unwrap().resume, Some(None));
    assert_eq!(read(&["--resume", "a.json"]).unwrap().resume, Some(Some("a.json".into())));
    let search = read(&["--find", "slo", "--slo", "ttft:p99<2s", "--gpu-price", "0.27", "--shard", "1/2"]).unwrap();
    assert_eq!((search.find, search.gpu_price, search.resume), (Some(FindName::Slo), Some(0.27), None));
    assert!(read(&["--find", "cliff"]).unwrap_err().contains("knee, slo"));
}

#[test]
fn an_interrupted_sweep_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let before = interrupted(folder.path(), SearchArgs::default());
    assert!(before.warnings.contains(&Warning::Interrupted { finished: 1, planned: 3 }));
    let server = Server::start(healthy());
    let said = run_sweep(&named(&server, folder.path(), resuming(None)));
    said.succeeded();
    let after = support::only_file(folder.path());
    assert_eq!((&after.levels[0], after.id.as_str(), streams(&after)), (&before.levels[0], "one", vec![1, 4, 8]));
    assert!(
        !after.warnings.iter().any(|warning| matches!(warning, Warning::Interrupted { .. })),
        "{:?}",
        after.warnings
    );
    assert!(after.provenance.notes.iter().any(|note| note.starts_with("resumed on")));
    assert_eq!(server.totals().completed, 1 + 2 * 24 + 4 + 8);

    // Once more, by its path: nothing is left to send but the first request.
    let path = support::paths(folder.path()).remove(0);
    let again = Server::start(healthy());
    let args = SweepArgs { run_id: None, ..named(&again, folder.path(), resuming(Some(&path))) };
    run_sweep(&args).succeeded();
    assert_eq!(again.totals().completed, 1);
    assert_eq!(support::only_file(folder.path()).levels, after.levels);
}

#[test]
fn only_the_same_sweep_can_be_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    interrupted(folder.path(), SearchArgs::default());
    let server = Server::start(healthy());
    let args = named(&server, folder.path(), resuming(None));
    let check = |args: SweepArgs, says: &str| run_sweep(&args).failed_with(says);
    check(with_load(&args, |load| load.seed = Some(7)), "`plan.seed` was `0` and is now `7`");
    check(with_load(&args, |load| load.num_prompts = Some(25)), "`plan.stop.requests` was `24` and is now `25`");
    let more = SearchArgs { repeats: Some(2), ..resuming(None) };
    check(SweepArgs { search: more, ..args.clone() }, "`plan.repeats` was absent and is now `2`");
    check(
        SweepArgs { search: resuming(Some(Path::new("gone.json"))), ..args.clone() },
        "`gone.json` is not a result of this configuration",
    );
    check(SweepArgs { run_id: None, ..args.clone() }, "`--resume` needs --run-id");
    // Where there is nothing yet, it begins.
    let said = run_sweep(&SweepArgs { run_id: Some("two".into()), ..args });
    said.succeeded();
    assert!(said.talk.contains("so the sweep starts from its first level"), "{}", said.talk);
}

#[test]
fn a_level_that_lacks_runs_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let search = SearchArgs { repeats: Some(2), ..SearchArgs::default() };
    // One run of the first level, its warm-up and the first request; then everything fails.
    let before = interrupted_in_the_first_level(folder.path(), search.clone());
    assert!(
        before.warnings.iter().any(|w| w.to_string() == "1 stream: only 1 of 2 runs were finished"),
        "{:?}",
        before.warnings
    );
    let server = Server::start(healthy());
    let again = SearchArgs { repeats: Some(2), ..resuming(None) };
    run_sweep(&named(&server, folder.path(), again)).succeeded();
    let file = support::only_file(folder.path());
    assert!(file.levels.iter().all(|level| level.completed == 48), "{:?}", streams(&file));
}

fn interrupted_in_the_first_level(out: &Path, search: SearchArgs) -> ResultFile {
    let faults = Some(Faults { fault: Fault::Status(500), after: 26, every: 1 });
    let server = Server::start(EngineOptions { faults, ..healthy() });
    run_sweep(&named(&server, out, search)).failed_with("no request completed at 1 streams");
    support::only_file(out)
}

/// The two parts of a sweep, run at the same time.
fn shards(server: &Server, out: &Path) -> Vec<PathBuf> {
    let part = |shard: &str| {
        let search = SearchArgs { shard: Some(shard.into()), ..asking("ttft:p99<10s") };
        with_load(&named(server, out, search), |load| load.concurrency = Some(vec![2, 4]))
    };
    let (one, two) = (part("1/2"), part("2/2"));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| run_sweep(&one).succeeded());
        run_sweep(&two).succeeded();
        first.join().unwrap();
    });
    let mut files = support::paths(out);
    files.sort();
    files
}

fn merge(files: &[PathBuf], out: &Path) -> Said {
    support::run(Command::Merge(MergeArgs { files: files.to_vec(), out: out.to_owned(), ..MergeArgs::default() }))
}

#[test]
fn shards_are_joined_into_the_whole() {
    let server = Server::start(healthy());
    let (parts, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = shards(&server, parts.path());
    assert_eq!(files.len(), 2);
    let of_parts = support::files(parts.path());
    assert_eq!([streams(&of_parts[0]), streams(&of_parts[1])], [vec![1, 2], vec![1, 2]]);
    assert!(of_parts.iter().all(|file| file.warnings.iter().any(|w| w.to_string().contains("collector merge"))));
    // Each prompt is sent by one of the two: 24 a level, as many warm-ups as the level has streams, two first requests.
    assert_eq!(server.totals().completed, 2 * 24 + 2 + 4 + 2);

    let said = merge(&files, out.path());
    said.succeeded();
    assert!(said.talk.contains("the 2 shards ran together for at least"), "{}", said.talk);
    let whole = support::only_file(out.path());
    assert_eq!((whole.id.as_str(), streams(&whole)), ("one", vec![2, 4]));
    for (position, level) in whole.levels.iter().enumerate() {
        let sum: u64 = of_parts.iter().map(|file| file.levels[position].prompt_tokens).sum();
        assert_eq!((level.completed, level.output_tokens, level.prompt_tokens), (24, 24 * 8, sum));
        assert_eq!((level.ttft_ms.count, level.e2el_ms.count), (Some(24), Some(24)));
        assert!(level.ttft_ms.p99.is_some() && level.duration_s.value() > 0.0);
        assert_eq!(level.observed.as_ref().unwrap().goodput.as_ref().unwrap().good, 24);
    }
    assert!(whole.plan.unwrap().conduct.unwrap().shard.is_none());
}

#[test]
fn what_is_no_whole_is_not_joined() {
    let server = Server::start(healthy());
    let (parts, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = shards(&server, parts.path());
    merge(&files[..1], out.path()).failed_with("part 2 of 2 is missing");
    merge(&[files[0].clone(), files[0].clone()], out.path()).failed_with("part 1 of 2 is there more than once");

    let plain = tempfile::tempdir().unwrap();
    run_sweep(&small(&server, plain.path())).succeeded();
    merge(&support::paths(plain.path()), out.path()).failed_with("is not a shard");

    let other = tempfile::tempdir().unwrap();
    let search = SearchArgs { shard: Some("2/2".into()), ..asking("ttft:p99<10s") };
    let args = with_load(&named(&server, other.path(), search), |load| {
        (load.concurrency, load.seed) = (Some(vec![2, 4]), Some(5));
    });
    run_sweep(&args).succeeded();
    let mixed = [files[0].clone(), support::paths(other.path()).remove(0)];
    merge(&mixed, out.path()).failed_with("`plan.seed` was `0` and is now `5`");
    assert!(support::paths(out.path()).is_empty());

    let odd = SearchArgs { shard: Some("1/2".into()), ..SearchArgs::default() };
    run_sweep(&named(&server, other.path(), odd)).failed_with("`--shard 1/2` cannot divide 1 stream evenly");
}
