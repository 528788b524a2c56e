//! The client's own requests in flight at any time of a level, from its records.

use shared::measure::record::{Instant, RequestRecord};

/// The client's own requests over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InFlight {
    /// From this moment on so many were in flight, in order of time.
    steps: Vec<(Instant, u64)>,
}

impl InFlight {
    /// Counts every request from its sending to its end, failed ones too: the server had them as well.
    #[must_use]
    pub fn of(records: &[RequestRecord]) -> Self {
        // One that begins where another ends counts beside it: the most it may have been is wanted.
        let mut changes: Vec<(Instant, bool)> =
            records.iter().flat_map(|record| [(record.sent, false), (record.ended, true)]).collect();
        changes.sort_unstable();
        let mut now = 0u64;
        let steps = changes.into_iter().map(|(at, ends)| {
            now = if ends { now.saturating_sub(1) } else { now + 1 };
            (at, now)
        });
        Self { steps: steps.collect() }
    }

    /// The maximum between two times, both included.
    #[must_use]
    pub fn most(&self, from: Instant, to: Instant) -> u64 {
        let first = self.steps.partition_point(|(at, _)| *at < from);
        let end = self.steps.partition_point(|(at, _)| *at <= to);
        let before = first.checked_sub(1).map_or(0, |last| self.steps[last].1);
        self.steps[first..end].iter().map(|(_, count)| *count).max().unwrap_or(0).max(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::openai_stream::{RequestFailure, Transcript};
    use shared::measure::record::FailureKind;

    fn request(sent: u64, ended: u64) -> RequestRecord {
        Transcript::sent_at(Instant(sent)).fail(RequestFailure::new(FailureKind::Empty, ""), Instant(ended))
    }

    #[test]
    fn the_most_in_a_window_is_found() {
        let own = InFlight::of(&[request(10, 50), request(20, 30), request(30, 60)]);
        let most = |from, to| own.most(Instant(from), Instant(to));
        assert_eq!((most(0, 9), most(0, 10), most(12, 15)), (0, 1, 1));
        assert_eq!((most(15, 25), most(30, 30), most(40, 45)), (2, 3, 2));
        assert_eq!((most(51, 55), most(61, 99), most(0, 99)), (1, 0, 3));
        assert_eq!(InFlight::of(&[]).most(Instant(0), Instant(9)), 0);
    }
}
