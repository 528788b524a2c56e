//! A temporary folder in which verbs run in-process, as if it were the current one, and what they say.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use clap::Parser;

use collector::cli::Cli;
use collector::printer::Printer;

/// What a verb said, with the folder's own path left out, and whether it was content.
pub struct Said {
    pub ok: bool,
    pub data: String,
    pub talk: String,
}

/// A folder, removed with the value unless it is the repository.
pub struct Folder {
    root: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Folder {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { root: temporary.path().to_owned(), _temporary: Some(temporary) }
    }

    pub fn at_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Self { root: root.to_owned(), _temporary: None }
    }

    pub fn path(&self, below: &str) -> String {
        self.root.join(below).display().to_string()
    }

    pub fn write(&self, below: &str, text: &str) {
        let path = self.root.join(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.root.join(below)).unwrap()
    }

    pub fn exists(&self, below: &str) -> bool {
        self.root.join(below).exists()
    }

    pub fn json(&self, below: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(below)).unwrap()
    }

    /// Runs a verb. Tests share one process and so one current folder: words that name a place are put under this one.
    pub fn run(&self, command: &str) -> Said {
        let mut place_follows = true;
        let mut words = vec!["collector".to_owned()];
        for word in command.split_whitespace() {
            let is_flag = word.starts_with("--");
            let is_place = place_follows && words.len() > 1 && !is_flag;
            words.push(if is_place { self.path(word) } else { word.to_owned() });
            const PLACES: [&str; 10] = [
                "--out",
                "--quality",
                "--configs",
                "--result",
                "--results",
                "--readme",
                "--dist",
                "--also",
                "--check",
                "--write",
            ];
            // After a flag that takes something else, the next word is no place.
            place_follows = !is_flag || PLACES.contains(&word);
        }
        if words.last().is_some_and(|word| word == "--readme") {
            words.push(self.path("README.md"));
        }
        let (data, talk) = (Buffer::default(), Buffer::default());
        let mut out = Printer::to(Box::new(data.clone()), Box::new(talk.clone()));
        let code = collector::run(Cli::try_parse_from(words).unwrap(), &mut out);
        Said { ok: code == ExitCode::SUCCESS, data: data.text(self), talk: talk.text(self) }
    }
}

/// Bytes that a printer writes and a test reads.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self, folder: &Folder) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().replace(&folder.path(""), "")
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
