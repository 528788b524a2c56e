//! The built program, run as a reader runs it: from the repository's folder, with a temporary folder for what it writes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program and a temporary folder, which command lines call `$OUT`.
pub struct Program {
    out: tempfile::TempDir,
}

/// What an invocation gave.
pub struct Outcome {
    /// Its exit status.
    pub exit: i32,
    command: String,
    output: Output,
}

impl Program {
    /// With a new temporary folder.
    pub fn new() -> Self {
        Self { out: tempfile::tempdir().unwrap() }
    }

    /// Runs a command line; words are separated by spaces.
    pub fn run(&self, command: &str) -> Outcome {
        let out = self.out.path().display().to_string();
        let words = command.split(' ').map(|word| word.replace("$OUT", &out));
        let output = Command::new(env!("CARGO_BIN_EXE_collector"))
            .args(words)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .env_clear()
            .output()
            .unwrap();
        Outcome { exit: output.status.code().unwrap_or(-1), command: command.to_owned(), output }
    }
}

impl Outcome {
    /// Standard output.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.output.stdout).unwrap()
    }

    /// Standard output as JSON; a plan that `--dry-run` prints is TOML.
    pub fn document(&self) -> Value {
        let json = serde_json::from_str(self.text()).ok();
        json.or_else(|| toml::from_str(self.text()).ok()).unwrap_or_else(|| {
            let errors = String::from_utf8_lossy(&self.output.stderr);
            panic!("{}: neither JSON nor TOML:\n{}\n{errors}", self.command, self.text())
        })
    }
}
