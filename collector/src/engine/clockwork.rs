//! The scheduler in time: a thread that does a step, waits as long as the step lasts, and hands out its tokens.
//!
//! A thread of its own because sleeping is exact to some fifty microseconds there, and to a millisecond in tokio.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::profile::Profile;
use crate::engine::scheduler::{Id, Scheduler, TooLong};

/// What the engine has counted since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests finished.
    pub completed: u64,
    /// Requests whose reader went away.
    pub aborted: u64,
    /// Prompt tokens of requests that began.
    pub prompt_tokens: u64,
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
    speed: f64,
    stopped: bool,
}

#[derive(Debug)]
struct Reader {
    tokens: UnboundedSender<bool>,
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

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
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
        let totals = Totals::default();
        let state = State { scheduler, readers: HashMap::new(), next_id: 0, totals, speed, stopped: false };
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
        state.readers.insert(id, Reader { tokens: sender, prompt_tokens, heard: false });
        self.shared.changed.notify_one();
        Ok(Ticket { id, tokens, shared: Arc::clone(&self.shared) })
    }

    /// What was counted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.shared.lock().totals
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
        let lasts = Duration::from_secs_f64((step.duration_s / state.speed).min(60.0));
        drop(state);
        // Counted from when the last step was due, so that late wake-ups do not add up.
        due += lasts;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut state = shared.lock();
        state.totals.preemptions += step.preempted;
        for (id, last) in step.tokens {
            state.hand_out(id, last);
        }
    }
}

impl State {
    fn hand_out(&mut self, id: Id, last: bool) {
        // Whoever dropped the ticket during the step is no longer here.
        let Some(reader) = self.readers.get_mut(&id) else { return };
        if !std::mem::replace(&mut reader.heard, true) {
            self.totals.prompt_tokens += reader.prompt_tokens;
        }
        self.totals.output_tokens += 1;
        // A closed channel means the ticket is being dropped, which aborts the request.
        let _ = reader.tokens.send(last);
        if last {
            self.totals.completed += 1;
            self.readers.remove(&id);
        }
    }
}
