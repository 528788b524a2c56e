//! Continuous batching in discrete steps, as vLLM does it: decodes first, then chunked prefills, then admissions.
//!
//! Pure: it says how long a step lasts and never waits. When the KV cache is full the youngest sequence goes back
//! to the queue and is computed again.

mod leap;

use std::collections::VecDeque;

use crate::hardware::profile::{Profile, Work};
pub use leap::Leap;

/// A request's number.
pub type Id = u64;

/// What one step did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// How long it lasts.
    pub duration_s: f64,
    /// Requests that were taken from the queue.
    pub admitted: Vec<Id>,
    /// Requests that got a token, and whether it was their last.
    pub tokens: Vec<(Id, bool)>,
    /// Sequences that had to give way.
    pub preempted: u64,
}

/// The prompt and its answer cannot fit the KV cache at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// Tokens that fit.
    pub capacity: u64,
}

/// Queue, batch and KV cache.
#[derive(Debug)]
pub struct Scheduler {
    profile: Profile,
    waiting: VecDeque<Sequence>,
    running: Vec<Sequence>,
}

#[derive(Debug, Clone, PartialEq)]
struct Sequence {
    id: Id,
    prompt: u64,
    wanted: u64,
    generated: u64,
    /// Tokens whose key and value are in the cache.
    cached: u64,
    /// Tokens of the prompt that the prefix cache holds.
    found: u64,
}

impl Sequence {
    /// Tokens to compute before the next one can be generated.
    fn pending(&self) -> u64 {
        self.length() - self.cached
    }

    /// Tokens so far: what it takes of the cache. A found prefix counts in full.
    fn length(&self) -> u64 {
        self.prompt + self.generated
    }

    /// One token to compute and something generated already: a decode.
    fn decodes(&self) -> bool {
        self.generated > 0 && self.pending() == 1
    }
}

impl Scheduler {
    /// An idle one. It serves at least one sequence, and computes at least one token a step.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        let max_num_seqs = profile.max_num_seqs.max(1);
        let max_num_batched_tokens = profile.max_num_batched_tokens.max(1);
        let profile = Profile { max_num_seqs, max_num_batched_tokens, ..profile };
        Self { profile, waiting: VecDeque::new(), running: Vec::new() }
    }

    /// Queues a request.
    ///
    /// # Errors
    /// When it can never fit.
    pub fn submit(&mut self, id: Id, prompt: u64, wanted: u64) -> Result<(), TooLong> {
        self.submit_behind(id, 0, prompt, wanted)
    }

    /// Queues a request of whose prompt the prefix cache holds so many tokens; the last one is always computed.
    ///
    /// # Errors
    /// When it can never fit.
    pub fn submit_behind(&mut self, id: Id, found: u64, prompt: u64, wanted: u64) -> Result<(), TooLong> {
        let capacity = self.profile.kv_capacity_tokens;
        if prompt.saturating_add(wanted) > capacity {
            return Err(TooLong { capacity });
        }
        let (prompt, wanted) = (prompt.max(1), wanted.max(1));
        let found = found.min(prompt - 1);
        self.waiting.push_back(Sequence { id, prompt, wanted, generated: 0, cached: found, found });
        Ok(())
    }

    /// Forgets a request.
    pub fn abort(&mut self, id: Id) {
        self.waiting.retain(|sequence| sequence.id != id);
        self.running.retain(|sequence| sequence.id != id);
    }

    /// Sequences in the batch.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Requests in the queue.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Share of the KV cache in use.
    #[must_use]
    pub fn kv_usage(&self) -> f64 {
        self.used() as f64 / self.profile.kv_capacity_tokens.max(1) as f64
    }

    /// Does one step; `None` when there is nothing to do.
    pub fn step(&mut self) -> Option<Step> {
        let mut step = Step { preempted: self.make_room(), ..Step::default() };
        step.admitted = self.admit();
        let mut budget = self.profile.max_num_batched_tokens;
        let mut work = Work::default();
        // Decodes come first, so that a long prompt never stalls those who already read.
        self.running.sort_by_key(|sequence| !sequence.decodes());
        for sequence in &mut self.running {
            let decodes = sequence.decodes();
            let computed = sequence.pending().min(budget);
            if computed == 0 {
                continue;
            }
            budget -= computed;
            if decodes {
                work.decode(&self.profile, sequence.cached + computed);
            } else {
                work.prefill(&self.profile, computed, sequence.cached);
            }
            sequence.cached += computed;
            if sequence.pending() == 0 {
                sequence.generated += 1;
                step.tokens.push((sequence.id, sequence.generated == sequence.wanted));
            }
        }
        self.running.retain(|sequence| sequence.generated < sequence.wanted);
        step.duration_s = self.profile.step_s(&work);
        (!work.is_none()).then_some(step)
    }

    fn used(&self) -> u64 {
        self.running.iter().map(Sequence::length).sum()
    }

    /// Sends the youngest back to the queue until what runs fits.
    fn make_room(&mut self) -> u64 {
        let mut preempted = 0;
        while self.used() > self.profile.kv_capacity_tokens && self.running.len() > 1 {
            let youngest = self.running.iter().enumerate().max_by_key(|(_, sequence)| sequence.id).map(|(at, _)| at);
            let Some(at) = youngest else { break };
            let sequence = self.running.remove(at);
            self.waiting.push_front(Sequence { cached: sequence.found, ..sequence });
            preempted += 1;
        }
        preempted
    }

    /// Takes from the queue, in order, while there are seats and room.
    fn admit(&mut self) -> Vec<Id> {
        let mut admitted = Vec::new();
        let mut used = self.used();
        while let Some(next) = self.waiting.front()
            && self.has_place(next, used)
        {
            used += next.length();
            admitted.push(next.id);
            self.running.extend(self.waiting.pop_front());
        }
        admitted
    }

    /// Whether a seat is free and there is room beside so many tokens.
    fn has_place(&self, next: &Sequence, used: u64) -> bool {
        let room = used == 0 || used + next.length() < self.profile.kv_capacity_tokens;
        room && self.running.len() < self.profile.max_num_seqs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::profile::made_up::modest as profile;

    /// Runs to the end: seconds, tokens by request, preemptions.
    fn run(profile: Profile, requests: &[(u64, u64)]) -> (f64, Vec<u64>, u64) {
        let mut scheduler = Scheduler::new(profile);
        for (id, (prompt, wanted)) in requests.iter().enumerate() {
            scheduler.submit(id as u64, *prompt, *wanted).unwrap();
        }
        let (mut seconds, mut tokens, mut preempted) = (0.0, vec![0; requests.len()], 0);
        while let Some(step) = scheduler.step() {
            seconds += step.duration_s;
            preempted += step.preempted;
            for (id, _) in step.tokens {
                tokens[id as usize] += 1;
            }
            assert!(scheduler.running() <= profile.max_num_seqs);
        }
        assert_eq!((scheduler.running(), scheduler.waiting()), (0, 0));
        (seconds, tokens, preempted)
    }

    #[test]
    fn everybody_gets_what_they_asked_for() {
        let (_, tokens, preempted) = run(profile(), &[(100, 5), (3000, 2), (1, 1)]);
        assert_eq!((tokens, preempted), (vec![5, 2, 1], 0));
    }

    #[test]
    fn batching_serves_more_in_the_same_time() {
        let (alone, ..) = run(profile(), &[(128, 64)]);
        let (together, ..) = run(profile(), &[(128, 64); 16]);
        assert!(together < 2.5 * alone && together > alone, "{alone} {together}");
    }

    #[test]
    fn a_full_batch_makes_the_others_wait() {
        let narrow = Profile { max_num_seqs: 2, ..profile() };
        let (two, ..) = run(narrow, &[(16, 32); 2]);
        let (four, ..) = run(narrow, &[(16, 32); 4]);
        assert!((four / two - 2.0).abs() < 0.1, "{two} {four}");
    }

    #[test]
    fn a_full_cache_preempts_and_still_finishes() {
        let small = Profile { kv_capacity_tokens: 200, ..profile() };
        let (_, tokens, preempted) = run(small, &[(40, 100); 4]);
        assert_eq!(tokens, [100; 4]);
        assert!(preempted > 0);
        assert_eq!(Scheduler::new(small).submit(9, 150, 51), Err(TooLong { capacity: 200 }));
    }

    #[test]
    fn a_prompt_that_fills_the_cache_still_runs() {
        let small = Profile { kv_capacity_tokens: 200, ..profile() };
        assert_eq!(run(small, &[(199, 1), (100, 100)]).1, [1, 100]);
    }

    #[test]
    fn an_aborted_request_leaves_nothing() {
        let mut scheduler = Scheduler::new(profile());
        scheduler.submit(1, 10, 10).unwrap();
        scheduler.step();
        scheduler.abort(1);
        assert_eq!((scheduler.step(), scheduler.kv_usage()), (None, 0.0));
    }

    #[test]
    fn a_found_prefix_is_not_computed_but_takes_its_room() {
        let one = |found| {
            let mut scheduler = Scheduler::new(profile());
            scheduler.submit_behind(1, found, 1000, 2).unwrap();
            let first = scheduler.step().unwrap().duration_s;
            (first, scheduler.kv_usage())
        };
        let ((cold, cold_usage), (warm, warm_usage)) = (one(0), one(900));
        assert!((cold - warm - 900.0 / profile().prefill_tokens_per_s).abs() < 1e-12, "{cold} {warm}");
        assert_eq!(cold_usage, warm_usage);
        // All of it is never found: the last token is what the answer begins from.
        assert_eq!(one(1000).0, one(999).0);
    }

    #[test]
    fn limits_of_nothing_still_serve() {
        let none = Profile { max_num_seqs: 0, max_num_batched_tokens: 0, ..profile() };
        let mut scheduler = Scheduler::new(none);
        scheduler.submit(1, 2, 1).unwrap();
        assert!(scheduler.step().unwrap().tokens.is_empty());
        assert_eq!(scheduler.step().unwrap().tokens, [(1, true)]);
        assert_eq!(Scheduler::new(none).submit(2, u64::MAX, u64::MAX), Err(TooLong { capacity: 34_000 }));
    }
}
