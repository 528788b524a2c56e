//! What the server says of single requests, beside what the client measured of them.
//!
//! Pure functions of records. A request of which the server says nothing adds nothing.

use crate::measure::distribution::Distribution;
use crate::measure::record::RequestRecord;
use crate::measure::telemetry::ServerView;
use crate::units::Millis;

/// The client's TTFT minus the server's: what connection, HTTP server and client add to queue and first token.
///
/// The server's TTFT is its time in the queue plus the time from being scheduled to the first token, vLLM's
/// `queue_time_ms` and `time_to_first_token_ms`. `None` where one of the three is not known.
#[must_use]
pub fn client_minus_server(record: &RequestRecord) -> Option<Millis> {
    let server = record.server?;
    let known = server.queue?.value() + server.first_token?.value();
    Some(Millis::new(record.ttft()?.value() - known))
}

/// Fills what a view says by request, from the requests that completed.
pub fn fill(view: &mut ServerView, records: &[RequestRecord]) {
    let done = || records.iter().filter(|record| record.completed());
    view.queue_ms = Distribution::of(done().filter_map(|record| record.server?.queue));
    view.client_minus_server_ms = Distribution::of(done().filter_map(client_minus_server));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::record::{FailureKind, Instant, Outcome, ServerTiming, TokenEvent};

    /// Sent at 10 ms, first token at 60 ms: a TTFT of 50 ms.
    fn record(queue: Option<f64>, first_token: Option<f64>) -> RequestRecord {
        let at = |ms: u64| Instant(ms * 1_000_000);
        RequestRecord {
            scheduled: at(10),
            sent: at(10),
            first_event: Some(at(60)),
            first_answer: Some(at(60)),
            events: vec![TokenEvent { at: at(60), tokens: 1 }],
            ended: at(61),
            prompt_tokens: Some(5),
            cached_tokens: None,
            output_tokens: Some(1),
            exact_tokens: true,
            turn: 0,
            own_delay: None,
            server: Some(ServerTiming {
                queue: queue.map(Millis::new),
                first_token: first_token.map(Millis::new),
                generation: None,
            }),
            outcome: Outcome::Completed { finish_reason: Some("length".into()) },
        }
    }

    #[test]
    fn what_is_not_the_servers_is_the_rest() {
        assert_eq!(client_minus_server(&record(Some(8.0), Some(40.0))), Some(Millis::new(2.0)));
        assert_eq!(client_minus_server(&record(None, Some(40.0))), None);
        assert_eq!(client_minus_server(&record(Some(8.0), None)), None);
        let silent = RequestRecord { server: None, ..record(None, None) };
        assert_eq!(client_minus_server(&silent), None);
        let tokenless = RequestRecord { events: Vec::new(), ..record(Some(8.0), Some(40.0)) };
        assert_eq!(client_minus_server(&tokenless), None);
    }

    #[test]
    fn only_completed_requests_that_it_speaks_of_count() {
        let failed = Outcome::Failed { kind: FailureKind::Truncated, message: String::new() };
        let records = [
            record(Some(8.0), Some(40.0)),
            record(Some(4.0), Some(40.0)),
            record(Some(2.0), None),
            RequestRecord { outcome: failed, ..record(Some(900.0), Some(1.0)) },
            RequestRecord { server: None, ..record(None, None) },
        ];
        let mut view = ServerView::default();
        fill(&mut view, &records);
        assert_eq!((view.queue_ms.count, view.queue_ms.max), (Some(3), Some(Millis::new(8.0))));
        assert_eq!(
            (view.client_minus_server_ms.count, view.client_minus_server_ms.p50),
            (Some(2), Some(Millis::new(4.0)))
        );
        fill(&mut view, &[]);
        assert!(view.queue_ms.is_empty() && view.client_minus_server_ms.is_empty());
    }
}
