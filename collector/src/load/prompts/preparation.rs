//! Counters of the preparation of prompts. They are shown elsewhere.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that the sources raise while they work.
#[derive(Debug, Default)]
pub struct Preparation {
    read: AtomicU64,
    size: AtomicU64,
    considered: AtomicU64,
    ready: AtomicU64,
    wanted: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PreparationProgress {
    /// Bytes of the file read so far.
    pub read: u64,
    /// Bytes of the file; 0 where there is none.
    pub size: u64,
    /// Entries of the file that were read.
    pub considered: u64,
    /// Prompts that are ready.
    pub ready: u64,
    /// Prompts needed; 0 before it is known.
    pub wanted: u64,
}

impl Preparation {
    /// A file of so many bytes is opened.
    pub fn opens(&self, size: u64) {
        self.size.store(size, Ordering::Relaxed);
    }

    /// So many more bytes were read.
    pub fn reads(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many prompts are wanted.
    pub fn wants(&self, prompts: usize) {
        self.wanted.store(prompts as u64, Ordering::Relaxed);
    }

    /// One entry was looked at.
    pub fn considers(&self) {
        self.considered.fetch_add(1, Ordering::Relaxed);
    }

    /// One prompt is ready.
    pub fn readies(&self) {
        self.ready.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters right now.
    #[must_use]
    pub fn progress(&self) -> PreparationProgress {
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PreparationProgress {
            read: now(&self.read),
            size: now(&self.size),
            considered: now(&self.considered),
            ready: now(&self.ready),
            wanted: now(&self.wanted),
        }
    }
}
