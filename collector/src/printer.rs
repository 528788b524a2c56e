//! Output of the program: data on stdout, messages on stderr, errors with their causes and a hint.
//!
//! Commands print only through it, so tests can read their output.

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
    /// Data to stdout, messages to stderr.
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

    /// Whether messages go to a terminal, where a progress bar can be drawn.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Prints a line of data to stdout. A closed pipe is not an error.
    pub fn data(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.data, "{}", line.as_ref());
    }

    /// Prints a line to stderr: a message for the user.
    pub fn talk(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.talk, "{}", line.as_ref());
    }

    /// Prints an error with its causes and their hints.
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
