//! Many decode steps at once, as long as nothing changes but the context: their durations are an arithmetic series.

use crate::hardware::profile::Work;
use crate::hardware::scheduler::{Id, Scheduler, Sequence};

/// Steps in which every sequence of the batch got a token, and none its last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leap {
    /// How many.
    pub steps: u64,
    /// How long the first lasts.
    pub first_s: f64,
    /// How much longer each lasts than the one before.
    pub growth_s: f64,
}

impl Leap {
    /// How long one of them lasts, counted from 0.
    #[must_use]
    pub fn step_s(&self, step: u64) -> f64 {
        self.first_s + self.growth_s * step as f64
    }

    /// How long the first so many last together.
    #[must_use]
    pub fn lasting(&self, steps: u64) -> f64 {
        let steps = steps as f64;
        steps * self.first_s + self.growth_s * steps * (steps - 1.0) / 2.0
    }

    /// How long all of them last.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.lasting(self.steps)
    }

    /// The same up to the step that is under way when so much time has passed.
    fn until(mut self, seconds: f64) -> Self {
        let (mut fewer, mut enough) = (0, self.steps);
        while enough - fewer > 1 {
            let middle = fewer + (enough - fewer) / 2;
            if self.lasting(middle) >= seconds { enough = middle } else { fewer = middle }
        }
        self.steps = enough;
        self
    }
}

impl Scheduler {
    /// Does all steps up to the next at which somebody ends, is let in or gives way, each begun within so many seconds.
    /// `None` where that is not at least two; `step` is for those.
    pub fn leap(&mut self, within_s: f64) -> Option<Leap> {
        let steps = self.steps_alike()?;
        let (sequences, held) = self.decodes(0);
        let (_, then) = self.decodes(steps - 1);
        let first_s = self.profile.step_s(&Work::decoding(sequences, held));
        let last_s = self.profile.step_s(&Work::decoding(sequences, then));
        let growth_s = (last_s - first_s) / (steps - 1) as f64;
        let leap = Leap { steps, first_s, growth_s }.until(within_s);
        if leap.steps < 2 {
            return None;
        }
        for sequence in &mut self.running {
            sequence.generated += leap.steps;
            sequence.cached += leap.steps;
        }
        Some(leap)
    }

    /// Who is in the batch.
    pub fn batch(&self) -> impl Iterator<Item = Id> {
        self.running.iter().map(|sequence| sequence.id)
    }

    /// Sequences of the batch, and tokens that they read in the step after so many more.
    fn decodes(&self, later: u64) -> (u32, f64) {
        let read = self.running.iter().map(|sequence| self.profile.reads(sequence.cached + later + 1));
        (self.running.len() as u32, read.sum())
    }

    /// How many steps from now on differ in nothing but the context; `None` for fewer than two.
    fn steps_alike(&self) -> Option<u64> {
        let (profile, sequences) = (&self.profile, self.running.len() as u64);
        if sequences > profile.max_num_batched_tokens || !self.running.iter().all(Sequence::decodes) {
            return None;
        }
        let used = self.used();
        // Room only shrinks: who is not let in now is not let in later.
        if self.waiting.front().is_some_and(|next| self.has_place(next, used)) {
            return None;
        }
        let until_full = match sequences {
            0 => return None,
            1 => u64::MAX,
            _ => profile.kv_capacity_tokens.checked_sub(used)? / sequences + 1,
        };
        let one = |sequence: &Sequence| {
            let until_last = sequence.wanted - sequence.generated - 1;
            until_last.min(profile.even_for(sequence.cached + 1).saturating_add(1))
        };
        let steps = self.running.iter().map(one).min()?.min(until_full);
        (steps >= 2).then_some(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::profile::Profile;
    use crate::hardware::profile::made_up::modest;

    /// Two sequences that decode, and a third that does not fit beside them.
    fn decoding(wanted: u64) -> Scheduler {
        let mut scheduler = Scheduler::new(Profile { max_num_seqs: 2, ..modest() });
        for id in 0..3 {
            scheduler.submit(id, 10, wanted).unwrap();
        }
        scheduler.step().unwrap();
        scheduler
    }

    #[test]
    fn a_leap_is_its_steps() {
        let (mut steps, mut leaps) = (decoding(50), decoding(50));
        let leap = leaps.leap(f64::INFINITY).unwrap();
        assert_eq!(leap.steps, 48);
        let mut seconds = 0.0;
        for n in 0..leap.steps {
            let step = steps.step().unwrap();
            seconds += step.duration_s;
            assert!((step.duration_s - leap.step_s(n)).abs() < 1e-15);
        }
        assert!((seconds - leap.duration_s()).abs() < 1e-12, "{seconds}");
        // The next step is somebody's last, so it is no leap.
        assert_eq!(leaps.leap(f64::INFINITY), None);
        assert_eq!(steps.step(), leaps.step());
        assert_eq!(leaps.batch().count(), 0);
    }

    #[test]
    fn whoever_comes_is_heard_after_the_step_that_runs() {
        let mut scheduler = decoding(50);
        let leap = scheduler.leap(0.1).unwrap();
        assert_eq!(leap.steps, 4);
        assert!(leap.lasting(3) < 0.1 && leap.duration_s() >= 0.1);
        assert_eq!(scheduler.leap(0.01), None);
    }
}
