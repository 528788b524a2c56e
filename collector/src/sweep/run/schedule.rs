//! Which level runs next: the next one listed, or the one that a search asks for; and how many prompts that may take.
//!
//! Everything follows from the finished levels, so an interrupted sweep resumes where it stopped.

use shared::measure::attainment::{self, MOST_PROBES, Range, Tried};
use shared::measure::conduct::Find;
use shared::measure::knee::{self, Point, REFINEMENTS};
use shared::measure::observations::Found;
use shared::measure::plan::{Arrival, Stop};
use shared::measure::summary::Level;

use crate::load::arrival::{Pacing, streams};
use crate::load::prompts::workload::{LevelPrompts, PromptCount, PromptsNeeded};
use crate::sweep::settings::SweepSettings;

/// Prompts for each stream of a level that ends after a time, where no number is given; and the least for a level.
const PROMPTS_PER_STREAM: u32 = 20;
const MIN_PROMPTS: u32 = 1024;
/// More lines than a trace has.
const WHOLE_TRACE: u32 = 10_000_000;
/// Requests drawn for each that a rate brings on average: arrivals are random.
const SPARE: f64 = 1.2;

/// The levels of a sweep in the order they run.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule<'a> {
    settings: &'a SweepSettings,
    levels: Levels,
}

#[derive(Debug, Clone, PartialEq)]
enum Levels {
    Listed(Vec<Arrival>),
    Searched(Find),
}

/// A level to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledLevel {
    /// Position of its first run among the prompts of all runs; those of its other runs follow.
    pub first_run: usize,
    /// Its load.
    pub load: Arrival,
    /// Most warm-up requests it sends; a search holds prompts for the highest level it might have come to.
    pub warmup: usize,
}

impl<'a> Schedule<'a> {
    /// The schedule of these settings.
    #[must_use]
    pub fn of(settings: &'a SweepSettings) -> Self {
        let share = |level: &Arrival| settings.shard.and_then(|shard| level.shared_by(shard.of)).unwrap_or(*level);
        let levels = match settings.find {
            None => Levels::Listed(settings.plan.levels.iter().map(share).collect()),
            Some(find) => Levels::Searched(find),
        };
        Self { settings, levels }
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &'a SweepSettings {
        self.settings
    }

    /// Runs of each level.
    #[must_use]
    pub fn repeats(&self) -> usize {
        self.settings.repeats as usize
    }

    /// Streams of the lowest and of the highest level.
    #[must_use]
    pub fn widths(&self) -> (u32, u32) {
        match &self.levels {
            Levels::Listed(all) => {
                let widths = all.iter().map(|load| streams(*load));
                (widths.clone().min().unwrap_or(1), widths.max().unwrap_or(1))
            }
            Levels::Searched(find) => (1, find.most()),
        }
    }

    /// The level to run after these; `None` at the end. A level that lacks runs is run again.
    #[must_use]
    pub fn next(&self, levels: &[Level]) -> Option<ScheduledLevel> {
        let finished: Vec<Level> = levels.iter().filter(|level| self.has_all_runs(level)).cloned().collect();
        let level = |position: usize, load: Arrival| {
            let warmup = self.settings.warmup.requests(streams(load)) as usize;
            ScheduledLevel { first_run: position * self.repeats(), load, warmup }
        };
        let searched = |load: Option<Arrival>| load.map(|load| level(finished.len(), load));
        match &self.levels {
            Levels::Listed(all) => {
                let missing = |load: &Arrival| finished.iter().all(|level| level.load != *load);
                let position = all.iter().position(missing)?;
                Some(level(position, all[position]))
            }
            Levels::Searched(Find::Knee { most }) => {
                let points: Vec<Point> = finished.iter().map(Point::of).collect();
                searched(knee::next(&points, *most).map(|concurrency| Arrival::ClosedLoop { concurrency }))
            }
            Levels::Searched(Find::Objectives { most }) => searched(range(*most).next(&tried(&finished))),
        }
    }

    /// How one of a level's runs sends, counted from 0: each run of an open loop has its own gaps.
    #[must_use]
    pub fn pacing(&self, arrival: Arrival, run: usize) -> Pacing {
        let SweepSettings { plan, seed, shard, .. } = self.settings;
        Pacing { arrival, stop: plan.stop, seed: seed.wrapping_add(run as u64), part: *shard }
    }

    /// Whether a level has all its repeats.
    #[must_use]
    pub fn has_all_runs(&self, level: &Level) -> bool {
        let repeats = level.observed.as_ref().and_then(|observed| observed.repeats.as_ref());
        self.repeats() < 2 || repeats.is_some_and(|repeats| repeats.runs as usize == self.repeats())
    }

    /// What the search found among these levels, lowest first. `None` where nothing was searched for.
    #[must_use]
    pub fn found(&self, levels: &[Level]) -> Option<Found> {
        match (&self.levels, &self.settings.objectives) {
            (Levels::Searched(Find::Knee { .. }), _) => Some(knee::of(levels)),
            (Levels::Searched(Find::Objectives { .. }), Some(objectives)) => {
                Some(attainment::found(objectives, &tried(levels)))
            }
            (Levels::Searched(Find::Objectives { .. }) | Levels::Listed(_), _) => None,
        }
    }

    /// The listed levels; `None` for a search.
    #[must_use]
    pub fn listed(&self) -> Option<&[Arrival]> {
        match &self.levels {
            Levels::Listed(levels) => Some(levels),
            Levels::Searched(_) => None,
        }
    }

    /// Prompts of every run that may come, in the order of levels and, within each, of runs. A shard's levels are counted
    /// whole, because every client draws the prompts of the whole load.
    ///
    /// A search begins with one stream and at most doubles, so its k-th level has at most 2^k.
    #[must_use]
    pub fn prompts_needed(&self) -> Vec<PromptsNeeded> {
        let most_levels = match self.settings.find {
            None => 0,
            // 1, 2, 4, … up to the highest allowed, and those around the bend.
            Some(Find::Knee { most }) => most.next_power_of_two().trailing_zeros() as usize + 1 + REFINEMENTS,
            Some(Find::Objectives { most: 1 }) => 1,
            Some(Find::Objectives { .. }) => MOST_PROBES,
        };
        let highest = self.settings.find.map_or(1, Find::most);
        let searched = (0..most_levels).map(|position| Arrival::ClosedLoop {
            concurrency: 1u32.checked_shl(position as u32).unwrap_or(u32::MAX).min(highest),
        });
        let levels = self.settings.plan.levels.iter().copied().chain(searched);
        levels.flat_map(|level| std::iter::repeat_n(need(self.settings, level), self.repeats())).collect()
    }

    /// What this client sends of the prompts of the whole load.
    #[must_use]
    pub fn own_part(&self, prompts: Vec<LevelPrompts>) -> Vec<LevelPrompts> {
        let Some(shard) = self.settings.shard else { return prompts };
        let part = |level: LevelPrompts| LevelPrompts {
            warmup: shard.take(level.warmup),
            measured: shard.take(level.measured),
        };
        prompts.into_iter().map(part).collect()
    }
}

/// Prompts of one run of a level.
fn need(settings: &SweepSettings, level: Arrival) -> PromptsNeeded {
    let measured = match settings.plan.stop {
        Stop::Requests(requests) => PromptCount::Exactly(requests as usize),
        Stop::Duration(seconds) => {
            let enough = || match (level.concurrency(), level.rate()) {
                (Some(streams), _) => streams.saturating_mul(PROMPTS_PER_STREAM).max(MIN_PROMPTS),
                (None, Some(rate)) => (rate * seconds * SPARE).ceil().max(1.0) as u32,
                // A trace ends by itself.
                (None, None) => WHOLE_TRACE,
            };
            PromptCount::AtMost(settings.num_prompts.unwrap_or_else(enough) as usize)
        }
    };
    PromptsNeeded { measured, warmup: settings.warmup.requests(streams(level)) as usize }
}

fn range(most: u32) -> Range {
    Range { first: Arrival::ClosedLoop { concurrency: 1 }, most: f64::from(most) }
}

/// The levels with their goodput; those without objectives are left out.
fn tried(levels: &[Level]) -> Vec<Tried> {
    let goodput = |level: &Level| level.observed.as_ref()?.goodput.clone();
    levels.iter().filter_map(|level| Some(Tried { load: level.load, goodput: goodput(level)? })).collect()
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
