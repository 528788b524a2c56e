//! The page's server, asked over HTTP on a free port, and what `explore` refuses.

use std::net::TcpListener;
use std::path::PathBuf;

use collector::catalogue::Catalogue;
use collector::page_server::{Served, router};
use shared::store::index::Index;

use crate::folder::Folder;
use crate::{PATH, imported};

const PAGE: &str = "<!doctype html><title>Forge</title><script type=\"module\">import './app.js'</script>";

/// A built page beside imported results.
fn with_page() -> Folder {
    let folder = imported();
    folder.write("dist/index.html", PAGE);
    folder.write("dist/app_bg.wasm", &"wasm ".repeat(1000));
    folder.write("dist/sub/index.html", "no page of ours");
    folder
}

/// What the server said.
struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Serves the folder's page and results, and gives the answer to each path. Only the wasm is asked for in brotli.
fn answers(folder: &Folder, also: &[&str], paths: &[&str]) -> Vec<Answer> {
    let mut results = vec![PathBuf::from(folder.path("out"))];
    results.extend(also.iter().map(|below| PathBuf::from(folder.path(below))));
    let catalogue = Catalogue::load(None).unwrap();
    let served = Served { dist: folder.path("dist").into(), results, catalogue };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async { axum::serve(listener, router(served)).await });
        let client = reqwest::Client::new();
        let mut answers = Vec::new();
        for path in paths {
            let encoding = if path.ends_with(".wasm") { "br" } else { "identity" };
            let request = client.get(format!("http://{address}{path}")).header("accept-encoding", encoding);
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            answers.push(Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() });
        }
        server.abort();
        answers
    })
}

#[test]
fn the_page_and_its_files_come_with_their_types() {
    let folder = with_page();
    let answers = answers(&folder, &[], &["/", "/index.html", "/app_bg.wasm", "/nothing.js", "/results/index.json"]);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 404, 200]);
    assert_eq!(answers[0].header("content-type"), "text/html; charset=utf-8");
    let policy = answers[0].header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-"), "{policy}");
    assert_eq!(answers[2].header("content-type"), "application/wasm");
    assert_eq!(answers[2].header("content-encoding"), "br");
    assert!(answers[2].body.len() < 200, "five thousand bytes that repeat come small");
    assert_eq!(answers[4].header("content-type"), "application/json");
    assert!(answers.iter().all(|answer| answer.header("cache-control") == "no-cache"));
}

#[test]
fn a_folder_without_an_index_is_served_with_one() {
    let folder = with_page();
    let result = PATH.replace("out/", "/results/");
    let answers = answers(&folder, &[], &["/results/index.json", &result]);
    assert!(!folder.exists("out/index.json"));
    let index = Index::parse(answers[0].text()).unwrap();
    assert_eq!((index.results.len(), index.gpu_prices.is_empty()), (1, false));
    assert_eq!(answers[1].text(), folder.read(PATH));
}

/// The answer that is written into a page is that of the results it was built with.
#[test]
fn the_written_answer_is_only_shown_with_its_own_results() {
    let folder = with_page();
    folder.write("dist/index.html", "<html lang=en><title>Forge</title>");
    let others = answers(&folder, &[], &["/"]);
    assert!(others[0].text().starts_with("<html data-asked lang=en>"), "{}", others[0].text());
    let served = answers(&folder, &[], &["/results/index.json"]);
    folder.write("dist/results/index.json", served[0].text());
    let own = answers(&folder, &[], &["/"]);
    assert!(own[0].text().starts_with("<html lang=en>"), "{}", own[0].text());
}

#[test]
fn another_folder_is_shown_beside() {
    let folder = with_page();
    let text = folder.read(PATH).replace("\"id\": \"mine\"", "\"id\": \"second\"").replace("measured", "rehearsal");
    let second = PATH.replace("out/", "").replace("mine", "second");
    folder.write(&format!("rehearsal/{second}"), &text);
    let path = format!("/results/{second}");
    let answers = answers(&folder, &["rehearsal"], &[&path, "/results/index.json"]);
    assert_eq!(answers[0].text(), text);
    assert_eq!(Index::parse(answers[1].text()).unwrap().results.len(), 2);
}

#[test]
fn nothing_outside_the_folders_is_served() {
    let folder = with_page();
    folder.write("secret.json", "{}");
    folder.write("out/notes.txt", "private");
    let paths = [
        "/results/../secret.json",
        "/results/..%2fsecret.json",
        "/results/%2e%2e/secret.json",
        "/results/a/..%2f..%2fsecret.json",
        "/results//etc/hostname.json",
        "/results/notes.txt",
        "/..%2fsecret.json",
        "/%2e%2e/secret.json",
        "/results/",
    ];
    for (path, answer) in paths.iter().zip(answers(&folder, &[], &paths)) {
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[test]
fn explore_says_what_is_missing() {
    let folder = with_page();
    let said = folder.run("explore --dist nowhere --results out --port 0");
    assert_eq!(
        said.talk,
        "error: there is no built page in `nowhere`\nhint: `make page` builds it; --dist says where it is\n"
    );
    let said = folder.run("explore --dist dist --results nowhere --port 0");
    assert!(said.talk.starts_with("error: there is no results folder `nowhere`\nhint: "), "{}", said.talk);
}

#[test]
fn a_port_in_use_is_named() {
    let folder = with_page();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = folder.run(&format!("explore --dist dist --results out --port {port}"));
    assert!(!said.ok);
    assert!(said.talk.contains(&format!("error: port {port} on 127.0.0.1 is in use\nhint: take another with --port ")));
}
