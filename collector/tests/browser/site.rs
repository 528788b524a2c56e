//! The built page with results, as a reader would get it: from `collector explore`, or from plain files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;

use crate::programs::Program;

/// A served page; it ends with the value.
pub struct Site {
    origin: String,
    failing: &'static [&'static str],
    _server: Server,
}

#[expect(dead_code, reason = "held for what happens when they are dropped")]
enum Server {
    Explore(Program),
    Files(Runtime),
}

/// The folder of the built page; without one, says once that these tests are left out.
pub fn built_page() -> Option<PathBuf> {
    static SAID: Once = Once::new();
    let dist = std::env::var_os("FORGE_DIST").filter(|dist| !dist.is_empty());
    if dist.is_none() {
        // Not `eprintln!`: that one is only shown for tests that fail.
        SAID.call_once(|| {
            let _ = writeln!(std::io::stderr(), "the browser tests are skipped: FORGE_DIST does not name a built page");
        });
    }
    dist.map(|dist| repository().join(dist))
}

pub fn published_results() -> PathBuf {
    repository().join("results")
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The program itself, with the repository as its folder.
pub fn collector() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_collector"));
    command.current_dir(repository());
    command
}

impl Site {
    /// `collector explore` with results folders, the first one as `--results`.
    pub fn explore(dist: &Path, results: &Path, also: &[&Path]) -> Self {
        let mut command = collector();
        command.arg("explore").arg("--dist").arg(dist).arg("--results").arg(results).args(["--port", "0"]);
        for folder in also {
            command.arg("--also").arg(folder);
        }
        let program = Program::start(&mut command, "127.0.0.1:");
        Self { origin: program.address(), failing: &[], _server: Server::Explore(program) }
    }

    /// A server of plain files, such as GitHub Pages: it gives what lies there, sound or not.
    pub fn files(dist: &Path, results: &Path) -> Self {
        let files =
            Router::new().nest_service("/results", ServeDir::new(results)).fallback_service(ServeDir::new(dist));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async { axum::serve(listener, files).await });
        Self { origin, failing: &[], _server: Server::Files(runtime) }
    }

    /// Names what this server refuses on purpose: the browser itself notes that in its console.
    pub fn failing(self, paths: &'static [&'static str]) -> Self {
        Self { failing: paths, ..self }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn refuses(&self, complaint: &str) -> bool {
        self.failing.iter().any(|path| complaint.contains(path))
    }
}

/// A copy of the published results that a test may spoil.
pub struct Results {
    folder: tempfile::TempDir,
}

impl Results {
    pub fn copied() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&published_results(), folder.path());
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes another text into a file, and gives the one that was there.
    pub fn spoil(&self, below: &str, text: &str) -> String {
        let path = self.path().join(below);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text).unwrap();
        before
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
