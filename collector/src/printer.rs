//! What the program says: data on stdout, talk on stderr, errors with their cause and a hint.
//!
//! Commands never print by themselves, so tests can read what they said.

use std::io::{IsTerminal, Write};

/// Where output goes.
pub struct Printer {
    data: Box<dyn Write>,
    talk: Box<dyn Write>,
    terminal: bool,
}

/// An error that carries advice on what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Hinted {
    message: String,
    hint: String,
}

impl Hinted {
    /// A message in lower case without a full stop, and a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// `1 result`, `2 results`.
#[must_use]
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

impl Printer {
    /// Data to stdout, talk to stderr.
    #[must_use]
    pub fn stdout() -> Self {
        Self {
            data: Box::new(std::io::stdout()),
            talk: Box::new(std::io::stderr()),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Both into the given writers.
    #[must_use]
    pub fn to(data: Box<dyn Write>, talk: Box<dyn Write>) -> Self {
        Self { data, talk, terminal: false }
    }

    /// Whether talk goes to a terminal, where a bar can be drawn.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// A line of data. A closed pipe is not an error worth a message.
    pub fn data(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.data, "{}", line.as_ref());
    }

    /// A line of talk.
    pub fn talk(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.talk, "{}", line.as_ref());
    }

    /// An error with its causes, and the hints found among them.
    pub fn error(&mut self, error: &anyhow::Error) {
        self.talk(format!("error: {error}"));
        for cause in error.chain().skip(1) {
            self.talk(format!("  cause: {cause}"));
        }
        for hint in error.chain().filter_map(|cause| cause.downcast_ref::<Hinted>()) {
            self.talk(format!("hint: {}", hint.hint));
        }
    }
}
