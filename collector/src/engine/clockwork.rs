//! The scheduler in time: a thread that does a step, waits as long as the step lasts, and hands out its tokens.
//!
//! A thread of its own because sleeping is exact to some fifty microseconds there, and to a millisecond in tokio.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::timing::{Sums, Timing};
use shared::hardware::profile::Profile;
use shared::hardware::scheduler::{Id, Scheduler, Step, TooLong};

/// What the engine has counted since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests finished.
    pub completed: u64,
    /// Requests whose reader went away.
    pub aborted: u64,
    /// Prompt tokens of requests that began.
    pub prompt_tokens: u64,
    /// Prompt tokens looked up in a prefix cache, in which nothing is ever found.
    pub prefix_cache_queries: u64,
    /// Tokens generated.
    pub output_tokens: u64,
    /// Sequences sent back to the queue.
    pub preemptions: u64,
}

/// The engine's load right now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gauges {
    /// Sequences in the batch.
    pub running: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Share of the KV cache in use.
    pub kv_usage: f64,
}

/// A running engine; stops when the last handle is dropped.
#[derive(Debug)]
pub struct Clockwork {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    scheduler: Scheduler,
    readers: HashMap<Id, Reader>,
    next_id: Id,
    totals: Totals,
    sums: Sums,
    finished: HashMap<Id, Timing>,
    time: SimulatedTime,
    speed: f64,
    stopped: bool,
}

/// Simulated seconds: they pass while a step runs, and stand still while there is nothing to do.
#[derive(Debug)]
struct SimulatedTime {
    /// When the step that runs began, or the last one ended.
    now_s: f64,
    /// How long the step that runs lasts; 0 where none does.
    step_s: f64,
    /// When it began on the wall.
    since: Instant,
}

#[derive(Debug)]
struct Reader {
    tokens: UnboundedSender<bool>,
    timing: Timing,
    prompt_tokens: u64,
    heard: bool,
}

/// The tokens of one request: `false` for each, `true` for the last. Dropping it aborts the request.
#[derive(Debug)]
pub struct Ticket {
    id: Id,
    /// Where the tokens come.
    pub tokens: UnboundedReceiver<bool>,
    shared: Arc<Shared>,
}

impl Ticket {
    /// How long the request took, once it is finished.
    #[must_use]
    pub fn timing(&self) -> Option<Timing> {
        self.shared.lock().finished.get(&self.id).copied()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.finished.remove(&self.id);
        if state.readers.remove(&self.id).is_some() {
            state.scheduler.abort(self.id);
            state.totals.aborted += 1;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clockwork {
    /// Starts the engine's thread.
    #[must_use]
    pub fn start(profile: Profile, speed: f64) -> Self {
        let scheduler = Scheduler::new(profile);
        let state = State {
            scheduler,
            readers: HashMap::new(),
            next_id: 0,
            totals: Totals::default(),
            sums: Sums::default(),
            finished: HashMap::new(),
            time: SimulatedTime { now_s: 0.0, step_s: 0.0, since: Instant::now() },
            speed,
            stopped: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let own = Arc::clone(&shared);
        thread::spawn(move || turn(&own));
        Self { shared }
    }

    /// Simulated seconds per second from the next step on.
    pub fn set_speed(&self, speed: f64) {
        self.shared.lock().speed = speed;
    }

    /// Queues a request.
    ///
    /// # Errors
    /// When it can never fit the KV cache.
    pub fn submit(&self, prompt_tokens: u64, output_tokens: u64) -> Result<Ticket, TooLong> {
        let mut state = self.shared.lock();
        let id = state.next_id;
        state.next_id += 1;
        state.scheduler.submit(id, prompt_tokens, output_tokens)?;
        let (sender, tokens) = unbounded_channel();
        let timing = Timing::queued(state.now_s());
        state.readers.insert(id, Reader { tokens: sender, timing, prompt_tokens, heard: false });
        self.shared.changed.notify_one();
        Ok(Ticket { id, tokens, shared: Arc::clone(&self.shared) })
    }

    /// What was counted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.shared.lock().totals
    }

    /// How long requests took so far.
    #[must_use]
    pub fn sums(&self) -> Sums {
        self.shared.lock().sums
    }

    /// The load right now.
    #[must_use]
    pub fn gauges(&self) -> Gauges {
        let state = self.shared.lock();
        let scheduler = &state.scheduler;
        Gauges { running: scheduler.running(), waiting: scheduler.waiting(), kv_usage: scheduler.kv_usage() }
    }
}

impl Drop for Clockwork {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_one();
    }
}

/// The thread: step, wait, hand out, until stopped.
fn turn(shared: &Shared) {
    let mut due = Instant::now();
    loop {
        let mut state = shared.lock();
        if state.stopped {
            return;
        }
        let Some(step) = state.scheduler.step() else {
            drop(shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
            due = Instant::now();
            continue;
        };
        state.begin(&step, due);
        let lasts = Duration::from_secs_f64((step.duration_s / state.speed).min(60.0));
        drop(state);
        // Counted from when the last step was due, so that late wake-ups do not add up.
        due += lasts;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut state = shared.lock();
        state.end(&step);
        for (id, last) in step.tokens {
            state.hand_out(id, last);
        }
    }
}

impl State {
    /// This moment in simulated seconds, also in the midst of a step.
    fn now_s(&self) -> f64 {
        let within = self.time.since.elapsed().as_secs_f64() * self.speed;
        self.time.now_s + within.min(self.time.step_s)
    }

    /// A step begins: whoever was taken from the queue is scheduled.
    fn begin(&mut self, step: &Step, since: Instant) {
        self.time.since = since;
        self.time.step_s = step.duration_s;
        for id in &step.admitted {
            let Some(reader) = self.readers.get_mut(id) else { continue };
            if reader.timing.schedule(self.time.now_s) {
                self.totals.prefix_cache_queries += reader.prompt_tokens;
            }
        }
    }

    /// It is over.
    fn end(&mut self, step: &Step) {
        self.time.now_s += step.duration_s;
        self.time.step_s = 0.0;
        self.totals.preemptions += step.preempted;
    }

    fn hand_out(&mut self, id: Id, last: bool) {
        // Whoever dropped the ticket during the step is no longer here.
        let Some(reader) = self.readers.get_mut(&id) else { return };
        if !std::mem::replace(&mut reader.heard, true) {
            self.totals.prompt_tokens += reader.prompt_tokens;
        }
        self.totals.output_tokens += 1;
        reader.timing.token(self.time.now_s, last, &mut self.sums);
        if last {
            self.finished.insert(id, reader.timing);
        }
        // A closed channel means the ticket is being dropped, which aborts the request.
        let _ = reader.tokens.send(last);
        if last {
            self.totals.completed += 1;
            self.readers.remove(&id);
        }
    }
}
