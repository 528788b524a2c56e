//! A benchmark against a simulated engine, in event time: a whole sweep in milliseconds.
//!
//! The same scheduler as the simulated server's, without a wall clock. Where a batch only decodes, all its steps up to the
//! next event are done at once; the levels are the same as step by step.

use std::collections::VecDeque;

use crate::hardware::profile::Profile;
use crate::hardware::requests::{Request, poisson};
use crate::hardware::scheduler::{Leap, Scheduler};
use crate::measure::distribution::Distribution;
use crate::measure::plan::Arrival;
use crate::measure::record::FailureKind;
use crate::measure::summary::{Level, ServerCounts};
use crate::units::{Fraction, MILLIS_PER_SECOND, Millis, Seconds};

/// Whoever comes within a nanosecond of a step's beginning is there: sums of durations are no more exact.
const TOGETHER_S: f64 = 1e-9;

/// Requests against an engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulation<'a> {
    /// The engine.
    pub profile: Profile,
    /// What is sent, in this order.
    pub requests: &'a [Request],
    /// Share of each prompt that the prefix cache holds.
    pub cached: Fraction,
    /// Whether steps alike are done at once. It changes how long it takes and nothing else.
    pub leaps: bool,
    /// Whether the times between tokens are kept. Sorting them is most of what a level takes; nothing else needs them.
    pub gaps: bool,
}

impl<'a> Simulation<'a> {
    /// These requests, with nothing in the prefix cache.
    #[must_use]
    pub fn new(profile: Profile, requests: &'a [Request]) -> Self {
        Self { profile, requests, cached: Fraction::ZERO, leaps: true, gaps: true }
    }

    /// So many streams at once, each sending its next request when the last one ended.
    #[must_use]
    pub fn closed(&self, concurrency: u32) -> Level {
        let mut run = Run::of(self);
        for _ in 0..concurrency {
            run.send_next();
        }
        run.streams = true;
        run.finish(Arrival::ClosedLoop { concurrency })
    }

    /// Each request at its moment, in seconds; as many as there are moments for.
    #[must_use]
    pub fn open(&self, load: Arrival, moments: &[f64]) -> Level {
        let mut moments = moments.to_vec();
        moments.sort_by(f64::total_cmp);
        let mut run = Run::of(self);
        for moment in moments {
            run.send(moment);
        }
        run.finish(load)
    }

    /// Requests that come independently of each other, so many a second.
    #[must_use]
    pub fn poisson(&self, rate: f64, seed: u64) -> Level {
        self.open(Arrival::Poisson { rate }, &poisson(self.requests.len(), rate, seed))
    }

    /// A closed loop at each of these concurrencies.
    #[must_use]
    pub fn sweep(&self, concurrencies: &[u32]) -> Vec<Level> {
        concurrencies.iter().map(|concurrency| self.closed(*concurrency)).collect()
    }
}

/// What became of a request, in seconds.
#[derive(Debug, Clone, Copy)]
struct Course {
    sent: f64,
    first: f64,
    last: f64,
    tokens: u64,
    ended: bool,
}

/// One level under way. A request's number is its place in the list.
struct Run<'a> {
    simulation: &'a Simulation<'a>,
    scheduler: Scheduler,
    now: f64,
    courses: Vec<Course>,
    /// When each of those on their way reaches the engine, the next one first.
    coming: VecDeque<(f64, usize)>,
    /// Whether a request that ended lets the next one be sent.
    streams: bool,
    refused: u64,
    preemptions: u64,
    /// Seconds between tokens, and how many tokens had them.
    gaps: Vec<(f64, u64)>,
}

impl<'a> Run<'a> {
    fn of(simulation: &'a Simulation<'a>) -> Self {
        Self {
            simulation,
            scheduler: Scheduler::new(simulation.profile),
            now: 0.0,
            courses: Vec::with_capacity(simulation.requests.len()),
            coming: VecDeque::new(),
            streams: false,
            refused: 0,
            preemptions: 0,
            gaps: Vec::new(),
        }
    }

    /// Sends the next request, if there is one.
    fn send(&mut self, moment: f64) {
        if self.courses.len() < self.simulation.requests.len() {
            self.coming.push_back((moment + self.simulation.profile.outside_s, self.courses.len()));
            self.courses.push(Course { sent: moment, first: moment, last: moment, tokens: 0, ended: false });
        }
    }

    fn send_next(&mut self) {
        self.send(self.now);
    }

    /// Prompt tokens of a request that are in the prefix cache.
    fn found(&self, n: usize) -> u64 {
        let prompt = self.simulation.requests[n].prompt;
        ((prompt as f64 * self.simulation.cached.value()) as u64).min(prompt.saturating_sub(1))
    }

    /// Queues whoever has come by now.
    fn receive(&mut self) {
        while let Some((at, n)) = self.coming.front().copied()
            && at <= self.now + TOGETHER_S
        {
            self.coming.pop_front();
            let Request { prompt, output } = self.simulation.requests[n];
            if self.scheduler.submit_behind(n as u64, self.found(n), prompt, output).is_err() {
                self.refused += 1;
                self.courses[n].last = self.now;
                if self.streams {
                    self.send_next();
                }
            }
        }
    }

    fn finish(mut self, load: Arrival) -> Level {
        loop {
            self.receive();
            let next = self.coming.front().map(|(at, _)| *at);
            let within = next.map_or(f64::INFINITY, |at| at - TOGETHER_S - self.now);
            if self.simulation.leaps
                && let Some(leap) = self.scheduler.leap(within)
            {
                self.leap(&leap);
            } else if !self.step() {
                // Nothing to do until somebody comes.
                let Some(next) = next.filter(|at| at.is_finite()) else { break };
                self.now = next;
            }
        }
        self.level(load)
    }

    fn step(&mut self) -> bool {
        let Some(step) = self.scheduler.step() else { return false };
        self.now += step.duration_s;
        self.preemptions += step.preempted;
        for (id, last) in step.tokens {
            let course = &mut self.courses[id as usize];
            course.tokens += 1;
            if course.tokens == 1 {
                course.first = self.now;
            } else if self.simulation.gaps {
                self.gaps.push((self.now - course.last, 1));
            }
            course.last = self.now;
            course.ended = last;
            if last && self.streams {
                self.send_next();
            }
        }
        true
    }

    fn leap(&mut self, leap: &Leap) {
        let then = self.now + leap.duration_s();
        let (mut alike, mut late) = (0, Vec::new());
        for id in self.scheduler.batch() {
            let course = &mut self.courses[id as usize];
            // Where a step had no place for everybody, somebody's last token is older.
            if course.last < self.now {
                late.push((self.now - course.last + leap.first_s, 1));
            } else {
                alike += 1;
            }
            course.tokens += leap.steps;
            course.last = then;
        }
        self.now = then;
        if self.simulation.gaps {
            let batch = self.scheduler.running() as u64;
            self.gaps.append(&mut late);
            self.gaps.push((leap.first_s, alike));
            self.gaps.extend((1..leap.steps).map(|step| (leap.step_s(step), batch)));
        }
    }

    /// The level as `measure::summary` defines it.
    fn level(self, load: Arrival) -> Level {
        let ended: Vec<usize> = (0..self.courses.len()).filter(|n| self.courses[*n].ended).collect();
        let done = || ended.iter().map(|n| self.courses[*n]);
        let millis = |seconds: f64| Millis::new(seconds * MILLIS_PER_SECOND);
        let first = self.courses.iter().map(|course| course.sent).reduce(f64::min).unwrap_or(0.0);
        let last = self.courses.iter().map(|course| course.last).reduce(f64::max).unwrap_or(0.0);
        let mut level = Level {
            duration_s: Seconds::new(last - first),
            completed: ended.len() as u64,
            failed: self.refused,
            prompt_tokens: ended.iter().map(|n| self.simulation.requests[*n].prompt).sum(),
            output_tokens: done().map(|course| course.tokens).sum(),
            ttft_ms: Distribution::of(done().map(|course| millis(course.first - course.sent))),
            tpot_ms: Distribution::of(
                done()
                    .filter(|course| course.last > course.first)
                    .map(|course| millis((course.last - course.first) / (course.tokens - 1) as f64)),
            ),
            e2el_ms: Distribution::of(done().map(|course| millis(course.last - course.sent))),
            exact_tokens: (!ended.is_empty()).then_some(Fraction::ONE),
            ..Level::of(load)
        };
        if self.refused > 0 {
            level.failures.insert(FailureKind::ClientError, self.refused);
        }
        if self.simulation.cached > Fraction::ZERO {
            level.cached_prompt_tokens = Some(ended.iter().map(|n| self.found(*n)).sum());
        }
        level.server = Some(ServerCounts {
            completed: Some(level.completed),
            prompt_tokens: Some(level.prompt_tokens),
            output_tokens: Some(level.output_tokens),
            prefix_cache_hits: level.cached_prompt_tokens,
            preemptions: Some(self.preemptions),
        });
        level.itl_ms =
            Distribution::counted(self.gaps.into_iter().map(|(gap, count)| (gap * MILLIS_PER_SECOND, count)).collect());
        level
    }
}

#[cfg(test)]
#[path = "simulate_tests.rs"]
mod tests;
