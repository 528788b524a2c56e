//! Latencies by turn of the conversation: what a growing history and the prefix cache do to them.

use crate::measure::distribution::Distribution;
use crate::measure::observations::Turn;
use crate::measure::record::RequestRecord;

/// One entry a turn, counted from 1, of completed requests. Empty where no conversation had more than one.
#[must_use]
pub fn of(records: &[RequestRecord]) -> Vec<Turn> {
    let last = records.iter().map(|record| record.turn).max().unwrap_or(0);
    if last == 0 {
        return Vec::new();
    }
    (0..=last).map(|turn| one(turn, records)).collect()
}

fn one(turn: u32, records: &[RequestRecord]) -> Turn {
    let done: Vec<&RequestRecord> = records.iter().filter(|record| record.turn == turn && record.completed()).collect();
    let prompts: Vec<u64> = done.iter().filter_map(|record| record.prompt_tokens).collect();
    let mean = || prompts.iter().sum::<u64>() as f64 / prompts.len() as f64;
    Turn {
        turn: turn + 1,
        completed: done.len() as u64,
        mean_prompt_tokens: (!prompts.is_empty()).then(mean),
        ttft_ms: Distribution::of(done.iter().filter_map(|record| record.ttft())),
        tpot_ms: Distribution::of(done.iter().filter_map(|record| record.tpot())),
        e2el_ms: Distribution::of(done.iter().filter_map(|record| record.e2el())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::made_up::{failed, request};
    use crate::units::Millis;

    #[test]
    fn each_turn_has_its_own_latencies() {
        let turn = |turn: u32, ttft: u64| RequestRecord {
            turn,
            prompt_tokens: Some(100 * (u64::from(turn) + 1)),
            ..request(0, ttft, 5, 10)
        };
        let records = [turn(0, 100), turn(1, 40), turn(0, 120), turn(1, 60), RequestRecord { turn: 1, ..failed(0) }];
        let turns = of(&records);
        let seen: Vec<(u32, u64, Option<f64>, Option<Millis>)> =
            turns.iter().map(|turn| (turn.turn, turn.completed, turn.mean_prompt_tokens, turn.ttft_ms.p50)).collect();
        assert_eq!(seen, [(1, 2, Some(100.0), Some(Millis::new(110.0))), (2, 2, Some(200.0), Some(Millis::new(50.0)))]);
    }

    #[test]
    fn single_requests_have_no_turns() {
        assert_eq!(of(&[request(0, 100, 5, 10)]), []);
        assert_eq!(of(&[]), []);
    }
}
