//! How a sweep ended.

use shared::measure::record::FailureKind;

/// How a sweep ended, unless an error ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SweepEnd {
    /// All levels are finished.
    Finished,
    /// The program was asked to stop.
    Interrupted,
    /// Not one request of a level completed.
    NothingCompleted {
        /// Streams of the level.
        concurrency: u32,
        /// The most frequent failure.
        kind: FailureKind,
        /// The message of one such failure.
        message: String,
    },
}
