//! The knee: the level from which on more load brings little. A fit of two lines that meet, and which level to try next.
//!
//! The fit may stand on any of the measured levels; it never names a load that was not run.

#[cfg(feature = "observations")]
use crate::measure::observations::Found;
use crate::measure::summary::Level;
#[cfg(feature = "observations")]
use crate::units::Fraction;

/// Fewest levels: two lines that meet have four unknowns, and one level more can contradict them.
pub const LEAST_LEVELS: usize = 5;
/// Highest slope behind the knee over that before it: a stream more brings at most a quarter of what it brought.
pub const TAIL_TO_RISE: f64 = 0.25;
/// Least share of one line's squared error that the second line takes away; with less, the bend may be noise.
pub const IMPROVEMENT: f64 = 0.5;
/// Least share of the highest rate: a bend further down is an unsteady rise, and no place to run at.
pub const SHARE_OF_PEAK: f64 = 0.85;
/// Gain of a doubled load below which the search stops doubling.
const LITTLE_GAIN: f64 = 0.05;
/// Levels tried around the bend once doubling has stopped.
pub const REFINEMENTS: usize = 4;

/// A measured level as the fit sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Streams, or requests per second.
    pub load: f64,
    /// Output tokens per second.
    pub rate: f64,
}

impl Point {
    /// A level's load and output tokens per second.
    #[must_use]
    pub fn of(level: &Level) -> Self {
        Self { load: level.load.rank(), rate: level.output_rate().value() }
    }
}

/// Two lines that meet at a level.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bend {
    at: usize,
    rise: f64,
    tail: f64,
    error: f64,
}

/// The knee of the levels, lowest load first.
#[cfg(feature = "observations")]
#[must_use]
pub fn of(levels: &[Level]) -> Found {
    let points: Vec<Point> = levels.iter().map(Point::of).collect();
    match fit(&points) {
        Ok((at, slope_ratio, share)) => Found::Knee {
            load: levels[at].load,
            slope_ratio,
            share_of_peak: Fraction::new(share).unwrap_or(Fraction::ONE),
        },
        Err(why) => Found::Nothing { why },
    }
}

/// The position of the knee, its slope ratio and its share of the peak; or why there is none.
///
/// Every level but the first and the last is tried as the place where the lines meet. Of those that keep all
/// conditions the one with the least squared error is the knee.
///
/// # Errors
/// A sentence that names the condition that fails.
pub fn fit(points: &[Point]) -> Result<(usize, f64, f64), String> {
    if points.len() < LEAST_LEVELS {
        return Err(format!("a knee needs {LEAST_LEVELS} levels, and there are {}", points.len()));
    }
    let peak = points.iter().map(|point| point.rate).fold(0.0, f64::max);
    let straight = one_line(points).ok_or("the levels do not differ in load")?;
    let mut bends: Vec<Bend> = (1..points.len() - 1).filter_map(|at| bend(points, at)).collect();
    bends.sort_by(|a, b| a.error.total_cmp(&b.error));
    let judged = |bend: &Bend| judge(points, bend, straight, peak);
    if let Some(found) = bends.iter().find_map(|bend| judged(bend).ok()) {
        return Ok(found);
    }
    match bends.first() {
        Some(best) => judged(best),
        None => Err("two lines cannot be laid through the levels".to_owned()),
    }
}

fn judge(points: &[Point], bend: &Bend, straight: f64, peak: f64) -> Result<(usize, f64, f64), String> {
    let load = points[bend.at].load;
    if bend.rise <= 0.0 {
        return Err(format!("output tokens per second do not rise up to {load}"));
    }
    let ratio = bend.tail / bend.rise;
    if ratio > TAIL_TO_RISE {
        let percent = ratio * 100.0;
        return Err(format!(
            "beyond {load} more load still brings {percent:.0} % of what it brought before; go higher"
        ));
    }
    let improvement = if straight > 0.0 { 1.0 - bend.error / straight } else { 0.0 };
    if improvement < IMPROVEMENT {
        let percent = improvement * 100.0;
        return Err(format!("two lines fit only {percent:.0} % better than one, so there is no clear bend"));
    }
    let share = points[bend.at].rate / peak;
    if share < SHARE_OF_PEAK {
        let percent = share * 100.0;
        return Err(format!("the curve bends at {load}, but that reaches only {percent:.0} % of the highest rate"));
    }
    Ok((bend.at, ratio, share.min(1.0)))
}

/// Squared error of the best straight line.
fn one_line(points: &[Point]) -> Option<f64> {
    least_squares(points, |point| [1.0, point.load, 0.0]).map(|(_, error)| error)
}

/// The best pair of lines that meet at a level's load.
fn bend(points: &[Point], at: usize) -> Option<Bend> {
    let meet = points[at].load;
    let terms = |point: &Point| [1.0, point.load.min(meet), (point.load - meet).max(0.0)];
    let ([_, rise, tail], error) = least_squares(points, terms)?;
    Some(Bend { at, rise, tail, error })
}

/// Weights of the three terms with the least squared error, and that error. A term that is always 0 gets weight 0.
fn least_squares(points: &[Point], terms: impl Fn(&Point) -> [f64; 3]) -> Option<([f64; 3], f64)> {
    let mut rows = [[0.0; 4]; 3];
    for point in points {
        let terms = terms(point);
        for (row, own) in rows.iter_mut().zip(terms) {
            for (cell, other) in row.iter_mut().zip(terms.into_iter().chain([point.rate])) {
                *cell += own * other;
            }
        }
    }
    let unused = rows[2][2] == 0.0;
    if unused {
        rows[2][2] = 1.0;
    }
    let weights = solve(rows)?;
    let error = points.iter().map(|point| {
        let fitted: f64 = terms(point).iter().zip(weights).map(|(term, weight)| term * weight).sum();
        (point.rate - fitted).powi(2)
    });
    Some((weights, error.sum()))
}

/// Gauss's elimination with pivots. `None` for a system without one solution.
fn solve(mut rows: [[f64; 4]; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let pivot = (column..3).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        let lead = rows[column];
        if lead[column].abs() < 1e-9 {
            return None;
        }
        for (position, row) in rows.iter_mut().enumerate() {
            if position != column {
                let factor = row[column] / lead[column];
                for (cell, above) in row.iter_mut().zip(lead) {
                    *cell -= factor * above;
                }
            }
        }
    }
    Some([0, 1, 2].map(|position| rows[position][3] / rows[position][position]))
}

/// Whether the last level still brought more: as much that a doubled load would bring 5 % or more. Then there is no knee
/// because the levels end before it.
#[must_use]
pub fn still_rising(points: &[Point]) -> bool {
    let [.., before, last] = points else { return true };
    let doublings = (last.load / before.load).log2();
    doublings > 0.0 && (last.rate / before.rate).powf(1.0 / doublings) >= 1.0 + LITTLE_GAIN
}

/// The number of streams to run next, from what is measured so far; `None` when the search is over.
///
/// 1, 2, 4, 8, … until a doubling brings less than 5 % or the highest allowed is reached; then up to four levels around
/// the bend, each in the middle (by ratio) of the wider gap beside it.
#[must_use]
pub fn next(measured: &[Point], most: u32) -> Option<u32> {
    let mut points = measured.to_vec();
    points.sort_by(|a, b| a.load.total_cmp(&b.load));
    let at = |load: u32| points.iter().find(|point| point.load == f64::from(load));
    let (mut load, mut doublings, mut before) = (1, 0, None);
    loop {
        let Some(here) = at(load) else { return Some(load) };
        doublings += 1;
        let little = before.is_some_and(|rate: f64| here.rate < rate * (1.0 + LITTLE_GAIN));
        if little || load >= most {
            break;
        }
        before = Some(here.rate);
        load = load.saturating_mul(2).min(most);
    }
    (points.len() < doublings + REFINEMENTS).then(|| beside_the_bend(&points)).flatten()
}

fn beside_the_bend(points: &[Point]) -> Option<u32> {
    let known = fit(points).ok().map(|(at, _, _)| at);
    let likely = || {
        let bends = (1..points.len().saturating_sub(1)).filter_map(|at| bend(points, at));
        bends.min_by(|a, b| a.error.total_cmp(&b.error)).map(|bend| bend.at)
    };
    let at = known.or_else(likely).unwrap_or(points.len().saturating_sub(1));
    let gaps = points.windows(2).enumerate().filter(|(left, _)| *left == at || left + 1 == at);
    let open = gaps.filter_map(|(_, gap)| {
        let (low, high) = (gap[0].load, gap[1].load);
        let middle = (low * high).sqrt().round();
        (low < middle && middle < high).then_some((high / low, middle as u32))
    });
    open.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, middle)| middle)
}

#[cfg(test)]
#[path = "knee_tests.rs"]
mod tests;
