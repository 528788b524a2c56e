//! Ways in which the simulated server misbehaves on purpose, so that tests can count failures by kind.

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is answered with this status.
    Status(u16),
    /// The stream ends cleanly after a token, without a finish reason or an end mark.
    Truncate,
    /// The connection breaks after a token.
    Break,
    /// Nothing more comes after a token, and the connection stays open.
    Stall,
    /// An error comes inside the stream, then the end mark.
    InStream,
    /// An event is not JSON.
    Garbage,
}

/// Which requests it happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// What goes wrong.
    pub fault: Fault,
    /// Requests that are answered properly first.
    pub after: u64,
    /// From then on, every so manyth goes wrong.
    pub every: u64,
}

impl Faults {
    /// What happens to the n-th request, counted from 0.
    #[must_use]
    pub fn hit(self, n: u64) -> Option<Fault> {
        let past = n.checked_sub(self.after)?;
        past.is_multiple_of(self.every.max(1)).then_some(self.fault)
    }
}
