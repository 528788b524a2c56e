//! `collector prices`, as the program: tables and exit codes, rows from lists, and a RunPod that runs in this process.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use tokio::runtime::Runtime;

const ROW: &str = "[[gpu]]\nprovider = \"runpod\"\nhardware = \"l4-24gb\"\ntier = \"secure\"\n";

fn collector(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_collector"));
    command.arg("prices").args(args).env_remove("RUNPOD_API_KEY").output().unwrap()
}

fn stdout(out: &Output) -> String {
    String::from_utf8(out.stdout.clone()).unwrap()
}

fn stderr(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

/// A configs folder with rows of one GPU: price, dates, source.
fn configs(rows: &[(f64, &str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let row = |(usd, dates, source): &(f64, &str, &str)| {
        format!("{ROW}usd_per_hour = {usd}\n{dates}\nread_on = \"2026-11-01\"\nsource = \"{source}\"\n")
    };
    std::fs::create_dir(folder.path().join("prices")).unwrap();
    let text: String = rows.iter().map(row).collect();
    std::fs::write(folder.path().join("prices/gpu.toml"), text).unwrap();
    folder
}

fn check(configs: &Path, more: &[&str]) -> Output {
    let configs = configs.to_str().unwrap();
    collector(&[&["check", "--configs", configs, "--today", "2026-11-22"], more].concat())
}

#[test]
fn sources_stand_side_by_side_and_only_strict_minds() {
    let folder = configs(&[
        (0.44, "from = \"2026-11-01\"", "https://a.example.org"),
        (0.5, "from = \"2026-10-01\"", "https://b.example.org"),
    ]);
    let out = check(folder.path(), &[]);
    assert!(out.status.success(), "{}", stderr(&out));
    expect_test::expect![[r#"
        GPU, USD for an hour of one
        offer                   price     read on  days
        runpod/l4-24gb, secure   0.44  2026-11-01    21
        runpod/l4-24gb, secure    0.5  2026-11-01    21

        Sources that differ
          runpod/l4-24gb, secure
            0.5   from 2026-10-01    read 2026-11-01  https://b.example.org
            0.44  from 2026-11-01    read 2026-11-01  https://a.example.org

        2 rows (0 API, 2 GPU, 0 electricity, 0 storage); 0 stale after 90 days, 1 offer of which sources differ, 0 ended with nothing after
    "#]]
    .assert_eq(&stdout(&out));
    let out = check(folder.path(), &["--strict"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(stderr(&out).contains("error: 0 stale and 1 in dispute, which --strict refuses"), "{}", stderr(&out));
}

#[test]
fn age_shows_and_only_strict_minds() {
    let folder = configs(&[(0.44, "from = \"2026-10-01\"", "https://a.example.org")]);
    let path = folder.path().to_str().unwrap();
    for (today, days, mark, strict) in [("2027-01-30", "90", "", 0), ("2027-01-31", "91", "  stale", 1)] {
        let args = ["check", "--configs", path, "--today", today];
        let out = collector(&args);
        assert!(out.status.success());
        assert!(stdout(&out).contains(&format!("  {days}{mark}\n")), "{}", stdout(&out));
        assert_eq!(collector(&[&args[..], &["--strict"]].concat()).status.code(), Some(strict));
    }
}

#[test]
fn a_wrong_row_fails_and_json_says_the_same() {
    let folder = configs(&[
        (0.44, "from = \"2026-10-01\"\nto = \"2026-11-01\"", "https://a.example.org"),
        (0.5, "from = \"2026-10-15\"\nto = \"2026-11-02\"", "https://a.example.org"),
    ]);
    let out = check(folder.path(), &["--json"]);
    assert_eq!(out.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let wrong = "prices: runpod/l4-24gb, secure: the rows from 2026-10-01 to 2026-11-01 and from 2026-10-15 to \
                 2026-11-02 overlap";
    assert_eq!(json["wrong"][0], wrong);
    assert_eq!(json["rows"][0]["standing"], "ended");
    assert_eq!(json["rows"][0]["numbers"]["usd_per_hour"], 0.44);
    assert_eq!(json["ended_with_nothing_after"].as_array().unwrap().len(), 1);
    assert_eq!(json["conflicts"][0]["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn the_own_prices_pass() {
    let out = collector(&["check"]);
    assert!(out.status.success(), "{}{}", stdout(&out), stderr(&out));
}

#[test]
fn a_list_is_counted_chosen_from_and_written_as_rows_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.json");
    let model = r#"{"litellm_provider": "openai", "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6e-07}"#;
    std::fs::write(&file, format!(r#"{{"gpt-9": {model}, "openai/gpt-9": {model}, "gpt-9-mini": {model}}}"#)).unwrap();
    let file = file.to_str().unwrap();
    let import = |more: &[&str]| collector(&[&["import", "litellm", file, "--read-on", "2026-11-22"], more].concat());

    let counted = import(&[]);
    assert_eq!(stdout(&counted), format!("3 models in `{file}`\n"));
    assert!(stderr(&counted).contains("hint: choose some with --model"));

    let configs = folder.path().join("configs");
    let rows = configs.join("prices/api.toml");
    let written = import(&["--model", "*gpt-*", "--out", rows.to_str().unwrap()]);
    assert!(stderr(&written).contains("left out: `openai/gpt-9` is another word for `openai/gpt-9`\n2 rows\n"));
    assert!(written.status.success(), "{}", stderr(&written));
    let text = std::fs::read_to_string(&rows).unwrap();
    assert_eq!(text.matches("usd_per_1m_input = 0.15\n").count(), 2, "{text}");
    assert!(text.starts_with("# Read through litellm prices.json on 2026-11-22.\n"), "{text}");
    let out = check(&configs, &[]);
    assert!(stdout(&out).contains("openai/gpt-9-mini  0.15 / 0.6  2026-11-22     0"), "{}", stdout(&out));

    let again = import(&["--model", "gpt-*", "--out", rows.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("error: there is a file at"), "{}", stderr(&again));
    let none = import(&["--model", "claude"]);
    assert!(stderr(&none).contains("error: none of the 3 models in"), "{}", stderr(&none));
    let wrong = collector(&["import", "openrouter", file, "--model", "gpt"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stderr(&wrong).contains("has no list `data`\nhint: expected the answer of"), "{}", stderr(&wrong));
}

/// A RunPod that knows one key and answers so.
struct RunPod {
    url: String,
    _runtime: Runtime,
}

impl RunPod {
    fn answering(status: u16, body: &'static str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = move |headers: HeaderMap| async move {
            match headers.get("authorization").map(|value| value.to_str().unwrap()) {
                Some("Bearer right") => (StatusCode::from_u16(status).unwrap(), body),
                _ => (StatusCode::UNAUTHORIZED, r#"{"title": "Unauthorized", "status": 401}"#),
            }
        };
        let router = Router::new().route("/v2/catalog/gpus", get(answer));
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, _runtime: runtime }
    }

    fn asked(&self, key: &str, more: &[&str]) -> Output {
        fetch(&self.url, key, more)
    }
}

fn fetch(url: &str, key: &str, more: &[&str]) -> Output {
    collector(&[&["fetch", "--url", url, "--api-key", key, "--today", "2026-11-22"], more].concat())
}

const ONE_GPU: &str = r#"{"gpus": [{"id": "NVIDIA L4", "name": "L4", "pool": "ADA_24", "manufacturer": "NVIDIA",
    "memory": 24, "secure": true, "community": true, "maxCount": {"secure": 8, "community": 4},
    "price": {"secure": 0.44, "community": 0.31}}]}"#;

#[test]
fn runpods_answer_becomes_rows_and_differences() {
    let runpod = RunPod::answering(200, ONE_GPU);
    let folder = configs(&[(0.5, "from = \"2026-10-01\"", "https://a.example.org")]);
    let out = runpod.asked("right", &["--configs", folder.path().to_str().unwrap()]);
    assert!(out.status.success(), "{}", stderr(&out));
    let said = "runpod/l4-24gb, secure: 0.5 -> 0.44\nrunpod/l4-24gb, community: new -> 0.31\n\
                0 offers at the price of its row, 2 otherwise\n";
    assert_eq!(stderr(&out), said);
    let rows: toml::Table = toml::from_str(&stdout(&out)).unwrap();
    let rows = rows["gpu"].as_array().unwrap();
    assert_eq!(rows[0]["usd_per_hour"].as_float(), Some(0.44));
    assert_eq!(rows[1]["tier"].as_str(), Some("community"));
    assert_eq!(rows[1]["source"].as_str(), Some(format!("{}/v2/catalog/gpus", runpod.url).as_str()));
    assert!(!stdout(&out).contains("right") && !stderr(&out).contains("right"));
}

#[test]
fn what_goes_wrong_with_runpod_is_said() {
    let failed = |out: &Output, words: &[&str]| {
        assert_eq!(out.status.code(), Some(1), "{}", stdout(out));
        for word in words {
            assert!(stderr(out).contains(word), "{}", stderr(out));
        }
    };
    failed(&collector(&["fetch"]), &["error: RunPod's catalogue is not shown without a key", "RUNPOD_API_KEY"]);
    let runpod = RunPod::answering(200, ONE_GPU);
    failed(&runpod.asked("wrong", &[]), &["error: RunPod refused the key (401 Unauthorized)", "hint: "]);
    let changed = RunPod::answering(200, r#"{"data": []}"#);
    failed(&changed.asked("right", &[]), &["is no catalogue of GPUs: missing field `gpus`", "hint: "]);
    let busy = RunPod::answering(429, "slow\ndown");
    failed(&busy.asked("right", &[]), &["answered 429 Too Many Requests", "cause: slow down"]);
    failed(
        &fetch("http://127.0.0.1:1", "right", &[]),
        &["error: failed to ask `http://127.0.0.1:1/v2", "hint: is there"],
    );
    // Nobody on the way may read the key.
    failed(
        &fetch("http://example.org", "right", &[]),
        &["error: `--url http://example.org` is no address to send a key to"],
    );
}
