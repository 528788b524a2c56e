//! A Chromium of a test's own: started for it, asked afterwards what it complained of and whom it called, ended.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::Command;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::page::Page;
use crate::programs::Program;
use crate::site::Site;

/// With the pipe the browser ends when its driver does, even if that one is killed.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
    "--window-size=1280,900",
];

/// The driver's own commands, beyond those of the standard.
#[derive(Clone)]
pub struct Driver {
    session: String,
    http: reqwest::Client,
}

impl Driver {
    async fn ask(&self, command: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}/{command}", self.session)).json(body).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        answer["value"].take()
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        let said = self.ask("goog/cdp/execute", &json!({"cmd": command, "params": parameters})).await;
        assert!(said.get("error").is_none(), "{command}: {said}");
    }

    /// What was logged since the last time.
    async fn log(&self, kind: &str) -> Vec<Value> {
        match self.ask("se/log", &json!({"type": kind})).await {
            Value::Array(entries) => entries,
            other => panic!("the driver gave no {kind} log: {other}"),
        }
    }
}

/// Runs a test in a fresh browser. Whatever the test, the page must not complain and must keep to its origin.
pub fn browse(site: &Site, test: impl AsyncFnOnce(&Page)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // The driver makes each browser a fresh profile; here it is gone afterwards, whatever happens.
        let profiles = tempfile::tempdir().unwrap();
        let chromedriver = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut command = Command::new(chromedriver);
        command.arg("--port=0").env("TMPDIR", profiles.path());
        let program = Program::start(&mut command, "started successfully on port ");
        let client = session(&program.address()).await;
        let id = client.session_id().await.unwrap().unwrap();
        let session = format!("{}/session/{id}", program.address());
        let driver = Driver { session, http: reqwest::Client::builder().no_proxy().build().unwrap() };
        let page = Page::new(client.clone(), driver.clone(), site.origin().to_owned());
        let outcome = AssertUnwindSafe(test(&page)).catch_unwind().await;
        let mut problems = complaints(&driver, site).await;
        problems.extend(strays(&driver, site).await);
        if outcome.is_err() {
            keep_picture(&client, &problems).await;
        }
        client.close().await.unwrap();
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
        assert!(problems.is_empty(), "the browser noted:\n{}", problems.join("\n"));
    });
}

async fn session(driver: &str) -> Client {
    let mut options = json!({"args": FLAGS});
    if let Ok(binary) = std::env::var("CHROMIUM") {
        options["binary"] = binary.into();
    }
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL", "performance": "ALL"}));
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities).connect(driver).await.expect("the browser did not start")
}

/// Warnings and errors of the console.
async fn complaints(driver: &Driver, site: &Site) -> Vec<String> {
    let serious = |entry: &&Value| matches!(entry["level"].as_str(), Some("WARNING" | "SEVERE"));
    let entries = driver.log("browser").await;
    let said = entries.iter().filter(serious).map(|entry| format!("console: {} {}", entry["level"], entry["message"]));
    said.filter(|complaint| !site.refuses(complaint)).collect()
}

/// Requests of any tab to somewhere else than the page's own server.
async fn strays(driver: &Driver, site: &Site) -> Vec<String> {
    let home = format!("{}/", site.origin());
    let mut own = 0;
    let mut strays = Vec::new();
    for entry in driver.log("performance").await {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let event = &event["message"];
        if event["method"] != "Network.requestWillBeSent" {
            continue;
        }
        let address = event["params"]["request"]["url"].as_str().unwrap().to_owned();
        if address.starts_with(&home) {
            own += 1;
        } else if !address.starts_with("data:") {
            strays.push(format!("request to another origin: {address}"));
        }
    }
    if own == 0 {
        strays.push("no request to the page itself is in the log, so the log proves nothing".into());
    }
    strays
}

/// For whoever has to find out why.
async fn keep_picture(client: &Client, problems: &[String]) {
    let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
    let path = format!("{}/{name}.png", env!("CARGO_TARGET_TMPDIR"));
    if let Ok(picture) = client.screenshot().await {
        let _ = std::fs::write(&path, picture);
        eprintln!("what the browser showed is in {path}");
    }
    for problem in problems {
        eprintln!("{problem}");
    }
}
