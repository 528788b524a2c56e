//! Programs that a test starts: each tells its address on stdout, and ends with its value, whatever happens.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A program that listens on a free port of this machine.
pub struct Program {
    child: Child,
    port: u16,
}

impl Program {
    /// Starts it and waits for the line that has `before_port` in it, and the port right after that.
    pub fn start(command: &mut Command, before_port: &str) -> Self {
        let name = command.get_program().display().to_string();
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut started =
            Self { child: child.unwrap_or_else(|error| panic!("`{name}` did not start: {error}")), port: 0 };
        let said = BufReader::new(started.child.stdout.take().unwrap());
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let after = line.split_once(before_port)?.1;
            let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            after[..digits].parse().ok()
        });
        started.port = port.unwrap_or_else(|| panic!("`{name}` ended without an address: {}", started.last_words()));
        started
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn last_words(&mut self) -> String {
        let stderr = self.child.stderr.take().unwrap();
        BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
