//! The requests of one level: of its only run, or of several runs laid end to end on one clock.
//!
//! Laid end to end, so that the level's duration is the sum of its runs' and every latency stays what it was.

use crate::measure::record::{Instant, RequestRecord};
use crate::units::Seconds;

/// A level's requests, run by run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Runs {
    records: Vec<RequestRecord>,
    /// Where each run ends among the records.
    ends: Vec<usize>,
}

impl Runs {
    /// A level that was run once.
    #[must_use]
    pub fn one(records: Vec<RequestRecord>) -> Self {
        Self { ends: vec![records.len()], records }
    }

    /// Adds another run: its first request is sent when the last request of the run before has ended.
    pub fn push(&mut self, mut records: Vec<RequestRecord>) {
        if let (Some(end), Some(start)) = (last(&self.records), first(&records)) {
            for record in &mut records {
                shift(record, start, end);
            }
        }
        self.records.append(&mut records);
        self.ends.push(self.records.len());
    }

    /// The requests of all runs.
    #[must_use]
    pub fn records(&self) -> &[RequestRecord] {
        &self.records
    }

    /// The requests of all runs, given away.
    #[must_use]
    pub fn into_records(self) -> Vec<RequestRecord> {
        self.records
    }

    /// The requests of each run.
    pub fn each(&self) -> impl Iterator<Item = &[RequestRecord]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, to)| &self.records[from..*to])
    }

    /// How many runs.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// When the first request was sent.
    #[must_use]
    pub fn began(&self) -> Instant {
        first(&self.records).unwrap_or(Instant(0))
    }

    /// From the first send to the last end; of several runs the sum of theirs.
    #[must_use]
    pub fn duration(&self) -> Seconds {
        last(&self.records).unwrap_or(Instant(0)).since(self.began())
    }
}

fn first(records: &[RequestRecord]) -> Option<Instant> {
    records.iter().map(|record| record.sent).min()
}

fn last(records: &[RequestRecord]) -> Option<Instant> {
    records.iter().map(|record| record.ended).max()
}

/// Moves a request so that what happened at `from` happens at `to`.
fn shift(record: &mut RequestRecord, from: Instant, to: Instant) {
    // Not `since`: a request may have been scheduled before the first one was sent.
    let moved = |at: Instant| Instant((at.0 + to.0).saturating_sub(from.0));
    let RequestRecord { scheduled, sent, first_event, first_answer, events, ended, .. } = record;
    let moments = [scheduled, sent, ended].into_iter().chain(first_event).chain(first_answer);
    for at in moments {
        *at = moved(*at);
    }
    for event in events {
        event.at = moved(event.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::{at, request};
    use crate::units::Millis;

    #[test]
    fn runs_lie_end_to_end() {
        let mut runs = Runs::one(vec![request(50, 100, 11, 10)]);
        runs.push(vec![request(500, 100, 11, 10), request(600, 100, 11, 20)]);
        assert_eq!((runs.count(), runs.began(), runs.duration()), (2, at(50), Seconds::new(0.6)));
        let second: Vec<Instant> = runs.each().nth(1).unwrap().iter().map(|record| record.sent).collect();
        assert_eq!(second, [at(250), at(350)]);
        assert_eq!(runs.records()[2].tpot(), Some(Millis::new(20.0)));
    }

    #[test]
    fn no_requests_take_no_time() {
        assert_eq!((Runs::default().duration(), Runs::default().count()), (Seconds::new(0.0), 0));
        let mut runs = Runs::one(Vec::new());
        runs.push(vec![request(50, 100, 11, 10)]);
        assert_eq!((runs.count(), runs.duration()), (2, Seconds::new(0.2)));
    }
}
