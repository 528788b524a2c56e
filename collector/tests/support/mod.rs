//! What the tests of `sweep` share: a server that lives on a thread, a printer that remembers, a folder's files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use clap::Parser;
use collector::cli::sweep::{RehearseArgs, SweepArgs};
use collector::cli::{Cli, Command};
use collector::engine::clockwork::Totals;
use collector::engine::server::{Engine, EngineOptions};
use collector::printer::Printer;
use shared::hardware::profile::Profile;
use shared::store::result_file::ResultFile;
use tokio::runtime::Runtime;

/// A simulated server with a runtime of its own, because commands bring theirs.
pub struct Server {
    engine: Engine,
    runtime: Runtime,
}

impl Server {
    pub fn start(options: EngineOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let engine = runtime.block_on(Engine::start(options)).unwrap();
        Self { engine, runtime }
    }

    pub fn base_url(&self) -> String {
        self.engine.base_url().to_owned()
    }

    pub fn totals(&self) -> Totals {
        self.engine.totals()
    }

    /// Somebody else's requests, each of so many tokens, on their way from now on.
    pub fn occupy(&self, requests: u32, tokens: u32) {
        for _ in 0..requests {
            let url = format!("{}/v1/completions", self.base_url());
            let body = serde_json::json!({"model": "tiny", "prompt": "somebody else", "max_tokens": tokens});
            self.runtime.spawn(async move {
                let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
                answer.text().await.unwrap()
            });
        }
    }
}

pub fn healthy() -> EngineOptions {
    EngineOptions::healthy(Profile::instant(), "tiny")
}

/// `collector sweep` with these flags, as the command line gives them.
pub fn sweep_args(flags: &[&str]) -> SweepArgs {
    let cli = Cli::try_parse_from(["collector", "sweep"].iter().chain(flags)).unwrap();
    let Command::Sweep(args) = cli.command else { panic!("{flags:?}") };
    args
}

/// Three levels of 24 short requests.
pub fn small(server: &Server, out: &Path) -> SweepArgs {
    small_with(server, out, &[])
}

/// The same with further flags, which replace its own of the same name.
pub fn small_with(server: &Server, out: &Path, flags: &[&str]) -> SweepArgs {
    let (url, out) = (server.base_url(), out.to_string_lossy());
    let own = [
        ["--base-url", &url],
        ["--out", &out],
        ["--input-tokens", "12"],
        ["--output-tokens", "8"],
        ["--concurrency", "1,4,8"],
        ["--num-prompts", "24"],
    ];
    let kept = own.iter().filter(|[name, _]| !flags.contains(name)).flatten().copied();
    sweep_args(&kept.chain(flags.iter().copied()).collect::<Vec<_>>())
}

/// What a run said and how it ended.
pub struct Said {
    pub code: ExitCode,
    pub data: String,
    pub talk: String,
}

impl Said {
    #[track_caller]
    pub fn succeeded(&self) {
        assert_eq!(self.code, ExitCode::SUCCESS, "{}", self.talk);
    }

    /// One error line with this text, and a non-zero exit.
    #[track_caller]
    pub fn failed_with(&self, text: &str) {
        assert_eq!(self.code, ExitCode::FAILURE, "{}", self.talk);
        let said: Vec<&str> =
            self.talk.lines().filter(|line| line.starts_with("error: ") || line.starts_with("  cause: ")).collect();
        assert_eq!(said.iter().filter(|line| line.starts_with("error: ")).count(), 1, "{}", self.talk);
        assert!(said.join("\n").contains(text), "{}", self.talk);
    }
}

pub fn run_sweep(args: &SweepArgs) -> Said {
    run(Command::Sweep(args.clone()))
}

pub fn run_rehearse(out: &Path, concurrency: Vec<u32>, num_prompts: u32) -> Said {
    let concurrency = Some(concurrency);
    let num_prompts = Some(num_prompts);
    run(Command::Rehearse(RehearseArgs {
        out: Some(out.to_owned()),
        concurrency,
        num_prompts,
        ..RehearseArgs::default()
    }))
}

/// Runs any verb.
pub fn run(command: Command) -> Said {
    let (data, talk) = (Kept::default(), Kept::default());
    let code = collector::run(Cli { command }, &mut Printer::to(Box::new(data.clone()), Box::new(talk.clone())));
    Said { code, data: data.text(), talk: talk.text() }
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything under a folder; fails when something half-written is among it.
pub fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(paths(&path));
        } else {
            assert!(path.extension().is_none_or(|end| end != "tmp"), "left behind: {}", path.display());
            found.push(path);
        }
    }
    found
}

/// The finished result files under a folder while a program may be writing there.
pub fn paths_or_none(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let inside = entries
        .flatten()
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { paths_or_none(&path) } else { vec![path] });
    inside.filter(|path| path.extension().is_some_and(|end| end == "json")).collect()
}

/// All result files under a folder, each valid.
pub fn files(folder: &Path) -> Vec<ResultFile> {
    let json = paths(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "json"));
    json.map(|path| ResultFile::parse(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
}

/// The one result file under a folder.
#[track_caller]
pub fn only_file(folder: &Path) -> ResultFile {
    let mut files = files(folder);
    assert_eq!(files.len(), 1);
    files.remove(0)
}
