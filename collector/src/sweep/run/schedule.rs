//! Which level runs next: the next of a list, or the one that a search asks for; and how many prompts that may need.
//!
//! Everything follows from the levels that are finished, so a sweep that was interrupted goes on where it was.

use shared::measure::attainment::{self, MOST_PROBES, Range, Tried};
use shared::measure::conduct::{Find, Shard};
use shared::measure::knee::{self, Point, REFINEMENTS};
use shared::measure::objectives::Objectives;
use shared::measure::observations::Found;
use shared::measure::plan::{Arrival, Stop, Warmup, Workload};
use shared::measure::summary::Level;

use crate::load::arrival::{Pacing, streams};
use crate::load::prompts::workload::{LevelPrompts, Need};
use crate::sweep::settings::SweepSettings;

/// The way a sweep takes through its levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    way: Way,
    warmup: Warmup,
    stop: Stop,
    seed: u64,
    /// Runs of each level.
    pub repeats: usize,
    /// Which part of the load is this client's.
    part: Option<Shard>,
    /// What is sent.
    pub workload: Workload,
    /// What each level is held against.
    pub objectives: Option<Objectives>,
}

#[derive(Debug, Clone, PartialEq)]
enum Way {
    Listed(Vec<Arrival>),
    Knee { most: u32 },
    Objectives { most: u32 },
}

/// A level to run: where its prompts lie among those that were dealt, and its load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// The prompts of its first run; those of its other runs follow.
    pub prompts: usize,
    /// Its load.
    pub load: Arrival,
    /// Most warm-ups it sends; a search has prompts for the widest level it might have come to.
    pub warmup: usize,
}

impl Course {
    /// The course that settings ask for.
    #[must_use]
    pub fn of(settings: &SweepSettings) -> Self {
        let search = &settings.search;
        let way = match search.find {
            None => Way::Listed(settings.plan.levels.iter().map(|level| search.own(*level)).collect()),
            Some(Find::Knee { most }) => Way::Knee { most },
            Some(Find::Objectives { most }) => Way::Objectives { most },
        };
        let warmup = settings.plan.warmup_requests.unwrap_or(Warmup::AsWideAsTheLevel);
        let (stop, seed) = (settings.plan.stop, settings.plan.seed.unwrap_or(0));
        let workload = settings.plan.workload.clone();
        Self {
            way,
            warmup,
            stop,
            part: search.shard,
            seed,
            repeats: search.repeats as usize,
            workload,
            objectives: search.objectives.clone(),
        }
    }

    /// Streams of its narrowest and of its widest level.
    #[must_use]
    pub fn widths(&self) -> (u32, u32) {
        match &self.way {
            Way::Listed(all) => {
                let widths = all.iter().map(|load| streams(*load));
                (widths.clone().min().unwrap_or(1), widths.max().unwrap_or(1))
            }
            Way::Knee { most } | Way::Objectives { most } => (1, *most),
        }
    }

    /// The level to run next, when these are there; `None` at the end. One that lacks runs is run again.
    #[must_use]
    pub fn next(&self, levels: &[Level]) -> Option<Stage> {
        let finished: Vec<Level> = levels.iter().filter(|level| self.has_all_runs(level)).cloned().collect();
        let stage = |position: usize, load: Arrival| {
            let warmup = self.warmup.requests(streams(load)) as usize;
            Stage { prompts: position * self.repeats, load, warmup }
        };
        let searched = |load: Option<Arrival>| load.map(|load| stage(finished.len(), load));
        match &self.way {
            Way::Listed(all) => {
                let missing = |load: &Arrival| finished.iter().all(|level| level.load != *load);
                let position = all.iter().position(missing)?;
                Some(stage(position, all[position]))
            }
            Way::Knee { most } => {
                let points: Vec<Point> = finished.iter().map(Point::of).collect();
                searched(knee::next(&points, *most).map(|concurrency| Arrival::ClosedLoop { concurrency }))
            }
            Way::Objectives { most } => searched(range(*most).next(&tried(&finished))),
        }
    }

    /// How one of a level's runs sends, counted from 0: each run of an open loop has gaps of its own.
    #[must_use]
    pub fn pacing(&self, arrival: Arrival, run: usize) -> Pacing {
        Pacing { arrival, stop: self.stop, seed: self.seed.wrapping_add(run as u64), part: self.part }
    }

    /// Whether a level was run as often as it should be.
    #[must_use]
    pub fn has_all_runs(&self, level: &Level) -> bool {
        let repeats = level.observed.as_ref().and_then(|observed| observed.repeats.as_ref());
        self.repeats < 2 || repeats.is_some_and(|repeats| repeats.runs as usize == self.repeats)
    }

    /// What a search found among its levels, lowest first. `None` where nothing was searched for.
    #[must_use]
    pub fn found(&self, levels: &[Level]) -> Option<Found> {
        match (&self.way, &self.objectives) {
            (Way::Knee { .. }, _) => Some(knee::of(levels)),
            (Way::Objectives { .. }, Some(objectives)) => Some(attainment::found(objectives, &tried(levels))),
            (Way::Objectives { .. } | Way::Listed(_), _) => None,
        }
    }

    /// The levels known beforehand; of a search none are.
    #[must_use]
    pub fn listed(&self) -> Option<&[Arrival]> {
        match &self.way {
            Way::Listed(levels) => Some(levels),
            Way::Knee { .. } | Way::Objectives { .. } => None,
        }
    }

    /// Most levels that may run.
    fn most_levels(&self) -> usize {
        match &self.way {
            Way::Listed(levels) => levels.len(),
            // 1, 2, 4, … up to the highest allowed, and those around the bend.
            Way::Knee { most } => most.next_power_of_two().trailing_zeros() as usize + 1 + REFINEMENTS,
            Way::Objectives { most: 1 } => 1,
            Way::Objectives { .. } => MOST_PROBES,
        }
    }
}

/// Prompts for every run that may come, in the order of levels and, within each, of runs.
///
/// A search begins with one stream and at most doubles, so its k-th level has at most 2^k.
#[must_use]
pub fn needs(settings: &SweepSettings) -> Vec<Need> {
    let course = Course::of(settings);
    let levels = match settings.search.find {
        None => settings.needs(),
        Some(find) => {
            let width = |position: usize| 1u32.checked_shl(position as u32).unwrap_or(u32::MAX).min(find.most());
            let widths = (0..course.most_levels()).map(width);
            widths.map(|concurrency| settings.need(Arrival::ClosedLoop { concurrency })).collect()
        }
    };
    levels.into_iter().flat_map(|need| std::iter::repeat_n(need, course.repeats)).collect()
}

/// What this client sends of the prompts that were dealt.
#[must_use]
pub fn own_part(settings: &SweepSettings, dealt: Vec<LevelPrompts>) -> Vec<LevelPrompts> {
    let Some(shard) = settings.search.shard else { return dealt };
    let part =
        |level: LevelPrompts| LevelPrompts { warmup: shard.take(level.warmup), measured: shard.take(level.measured) };
    dealt.into_iter().map(part).collect()
}

fn range(most: u32) -> Range {
    Range { first: Arrival::ClosedLoop { concurrency: 1 }, most: f64::from(most) }
}

/// The levels with what they attained; one that was not held against objectives says nothing.
fn tried(levels: &[Level]) -> Vec<Tried> {
    let goodput = |level: &Level| level.observed.as_ref()?.goodput.clone();
    levels.iter().filter_map(|level| Some(Tried { load: level.load, goodput: goodput(level)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::load_args::LoadArgs;
    use crate::cli::search_args::{FindName, SearchArgs};
    use crate::cli::sweep::SweepArgs;
    use crate::sweep::settings::resolve;
    use shared::measure::observations::{Observations, Repeats};

    fn settings(search: SearchArgs) -> SweepSettings {
        let load = LoadArgs { num_prompts: Some(256), ..LoadArgs::default() };
        resolve(&SweepArgs { search, load, ..SweepArgs::default() }).unwrap()
    }

    fn finished(loads: &[u32], runs: u32) -> Vec<Level> {
        let observed = Observations { repeats: Some(Repeats { runs, spreads: vec![] }), ..Observations::default() };
        let level = |&concurrency| Level {
            observed: Some(Box::new(observed.clone())),
            ..Level::of(Arrival::ClosedLoop { concurrency })
        };
        loads.iter().map(level).collect()
    }

    #[test]
    fn listed_levels_that_are_there_are_passed_over_with_their_prompts() {
        let course = Course::of(&settings(SearchArgs { repeats: Some(3), ..SearchArgs::default() }));
        let next = |loads: &[u32]| course.next(&finished(loads, 3)).map(|stage| (stage.prompts, stage.load.rank()));
        assert_eq!([next(&[]), next(&[1, 4]), next(&[1, 16])], [Some((0, 1.0)), Some((6, 16.0)), Some((3, 4.0))]);
        assert_eq!(next(&[1, 4, 16, 32, 64]), None);
        assert_eq!(course.next(&finished(&[1, 4], 2)).map(|stage| stage.prompts), Some(0));
    }

    #[test]
    fn every_run_has_prompts_of_its_own() {
        let needs = needs(&settings(SearchArgs { repeats: Some(2), ..SearchArgs::default() }));
        let widths: Vec<usize> = needs.iter().map(|need| need.warmup).collect();
        assert_eq!(widths, [1, 1, 4, 4, 16, 16, 32, 32, 64, 64]);
    }

    #[test]
    fn a_search_has_prompts_for_every_level_it_may_try() {
        let find = |find, most| {
            let slo = Some("ttft:p99<1s".into());
            settings(SearchArgs { find: Some(find), max_concurrency: Some(most), slo, ..SearchArgs::default() })
        };
        let widths = |settings: &SweepSettings| needs(settings).iter().map(|need| need.warmup).collect::<Vec<_>>();
        assert_eq!(widths(&find(FindName::Knee, 6)), [1, 2, 4, 6, 6, 6, 6, 6]);
        assert_eq!(widths(&find(FindName::Slo, 1)), [1]);
        assert_eq!(widths(&find(FindName::Slo, 256)).len(), MOST_PROBES);
        let course = Course::of(&find(FindName::Knee, 6));
        assert_eq!(course.next(&[]).map(|stage| stage.load.rank()), Some(1.0));
    }
}
