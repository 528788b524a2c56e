//! Continuous batching in discrete steps, as vLLM does it: decodes first, then chunked prefills, then admissions.
//!
//! Pure: it says how long a step lasts and never waits. When the KV cache is full the youngest sequence goes back
//! to the queue and is computed again.

use std::collections::VecDeque;

use crate::engine::profile::Profile;

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
}

impl Sequence {
    /// Tokens to compute before the next one can be generated.
    fn pending(&self) -> u64 {
        self.prompt + self.generated - self.cached
    }

    /// One token to compute and something generated already: a decode.
    fn decodes(&self) -> bool {
        self.generated > 0 && self.pending() == 1
    }
}

impl Scheduler {
    /// An idle one.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile, waiting: VecDeque::new(), running: Vec::new() }
    }

    /// Queues a request.
    ///
    /// # Errors
    /// When it can never fit.
    pub fn submit(&mut self, id: Id, prompt: u64, wanted: u64) -> Result<(), TooLong> {
        let capacity = self.profile.kv_capacity_tokens;
        if prompt + wanted > capacity {
            return Err(TooLong { capacity });
        }
        self.waiting.push_back(Sequence { id, prompt: prompt.max(1), wanted: wanted.max(1), generated: 0, cached: 0 });
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
        let (mut prefilled, mut kv_read, mut scheduled) = (0, 0, 0u32);
        // Decodes come first, so that a long prompt never stalls those who already read.
        self.running.sort_by_key(|sequence| !sequence.decodes());
        for sequence in &mut self.running {
            let decodes = sequence.decodes();
            let computed = sequence.pending().min(budget);
            if computed == 0 {
                continue;
            }
            budget -= computed;
            scheduled += 1;
            sequence.cached += computed;
            if decodes {
                kv_read += sequence.cached;
            } else {
                prefilled += computed;
            }
            if sequence.pending() == 0 {
                sequence.generated += 1;
                step.tokens.push((sequence.id, sequence.generated == sequence.wanted));
            }
        }
        self.running.retain(|sequence| sequence.generated < sequence.wanted);
        step.duration_s = self.profile.step_base_s
            + self.profile.step_per_sequence_s * f64::from(scheduled)
            + self.profile.step_per_kv_token_s * kv_read as f64
            + prefilled as f64 / self.profile.prefill_tokens_per_s;
        (scheduled > 0).then_some(step)
    }

    fn used(&self) -> u64 {
        self.running.iter().map(|sequence| sequence.cached + sequence.pending()).sum()
    }

    /// Sends the youngest back to the queue until what runs fits.
    fn make_room(&mut self) -> u64 {
        let mut preempted = 0;
        while self.used() > self.profile.kv_capacity_tokens && self.running.len() > 1 {
            let youngest = self.running.iter().enumerate().max_by_key(|(_, sequence)| sequence.id).map(|(at, _)| at);
            let Some(at) = youngest else { break };
            let sequence = self.running.remove(at);
            self.waiting.push_front(Sequence { cached: 0, ..sequence });
            preempted += 1;
        }
        preempted
    }

    /// Takes from the queue, in order, while there are seats and room.
    fn admit(&mut self) -> Vec<Id> {
        let mut admitted = Vec::new();
        let mut used = self.used();
        while self.running.len() < self.profile.max_num_seqs
            && let Some(next) = self.waiting.front()
            && (used == 0 || used + next.pending() < self.profile.kv_capacity_tokens)
        {
            used += next.pending();
            admitted.push(next.id);
            self.running.extend(self.waiting.pop_front());
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::profile::{LLAMA_8B_BF16, RTX_A5000};

    fn profile() -> Profile {
        Profile::of(&RTX_A5000, &LLAMA_8B_BF16)
    }

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
}
