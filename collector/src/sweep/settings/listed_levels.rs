//! When requests are sent and when no more are, decided: flags over the sweep file over defaults.

use shared::measure::plan::{Arrival, Plan, Stop};

use crate::cli::load_args::LoadArgs;
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::{at_least_one, wrong};
use crate::sweep::settings::sweep_file::SweepFile;

/// The levels where none are named.
pub const LEVELS: [u32; 5] = [1, 4, 16, 32, 64];

/// The levels, lowest load first.
///
/// # Errors
/// When a load makes no sense, or flags name two kinds of arrival.
pub fn levels(a: &LoadArgs, f: &SweepFile, has_trace: bool) -> anyhow::Result<Vec<Arrival>> {
    // What a flag chooses wins over whatever kind of arrival the file names.
    let flagged = names_levels(a);
    let rates = a.request_rate.clone().or_else(|| f.request_rate.clone().filter(|_| !flagged));
    let ramp = a.ramp.clone().or_else(|| f.ramp.clone().filter(|_| !flagged));
    let speeds = a.trace_speed.clone().or_else(|| f.trace_speed.clone().filter(|_| !flagged));
    let widths = a.concurrency.clone().or_else(|| f.concurrency.clone().filter(|_| !flagged));
    let burstiness = a.burstiness.or(f.burstiness.filter(|_| rates.is_some()));
    if burstiness.is_some() && rates.is_none() {
        return Err(Hinted::new("`--burstiness` is of an open loop", "name its rates with --request-rate").into());
    }
    if speeds.is_some() && !has_trace {
        return Err(Hinted::new("`--trace-speed` needs a trace", "give one with --dataset trace").into());
    }
    match (rates, ramp, speeds, widths) {
        (Some(rates), None, None, None) => {
            let burstiness = burstiness.unwrap_or(1.0);
            if burstiness.is_nan() || burstiness <= 0.0 {
                return Err(wrong("burstiness", burstiness, "a number above 0, or `inf`"));
            }
            let rates = ascending("request-rate", rates)?;
            Ok(rates.into_iter().map(|rate| open_loop(rate, burstiness)).collect())
        }
        (None, Some(ramp), None, None) => Ok(vec![ramp_of(&ramp)?]),
        (None, None, Some(speeds), None) => {
            let speeds = ascending("trace-speed", speeds)?;
            Ok(speeds.into_iter().map(|speed| Arrival::Trace { speed }).collect())
        }
        (None, None, None, None) if has_trace => Ok(vec![Arrival::Trace { speed: 1.0 }]),
        (None, None, None, widths) => closed_loops(widths.unwrap_or_else(|| LEVELS.to_vec())),
        _ => Err(Hinted::new(
            "the sweep file names more than one kind of load",
            "keep one of `concurrency`, `request_rate`, `ramp` and `trace_speed`",
        )
        .into()),
    }
}

/// Whether the flags themselves name levels, of whatever kind.
#[must_use]
pub fn names_levels(a: &LoadArgs) -> bool {
    a.concurrency.is_some() || a.request_rate.is_some() || a.ramp.is_some() || a.trace_speed.is_some()
}

/// When a level stops sending.
///
/// # Errors
/// When the number is none.
pub fn stop(a: &LoadArgs, f: &SweepFile, num_prompts: Option<u32>) -> anyhow::Result<Stop> {
    match a.duration.or(f.duration.filter(|_| a.num_prompts.is_none())) {
        Some(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(Stop::Duration(seconds)),
        Some(seconds) => Err(wrong("duration", seconds, "a number of seconds above 0")),
        None => Ok(Stop::Requests(num_prompts.unwrap_or(256))),
    }
}

/// The flags that give this plan's load.
#[must_use]
pub fn to_args(plan: &Plan) -> LoadArgs {
    let of = |pick: &dyn Fn(&Arrival) -> Option<f64>| -> Option<Vec<f64>> {
        Some(plan.levels.iter().filter_map(pick).collect()).filter(|values: &Vec<f64>| !values.is_empty())
    };
    let widths: Vec<u32> = plan.levels.iter().filter_map(|level| level.concurrency()).collect();
    let burstiness = plan.levels.first().and_then(|level| match level {
        Arrival::Gamma { burstiness, .. } => Some(*burstiness),
        Arrival::Constant { .. } => Some(f64::INFINITY),
        _ => None,
    });
    let ramp = plan.levels.iter().find_map(|level| match level {
        Arrival::Ramp { from, to } => Some(format!("{from}:{to}")),
        _ => None,
    });
    let duration = match plan.stop {
        Stop::Duration(seconds) => Some(seconds),
        Stop::Requests(_) => None,
    };
    LoadArgs {
        concurrency: (!widths.is_empty()).then_some(widths),
        request_rate: of(&|level| level.rate().filter(|_| !matches!(level, Arrival::Ramp { .. }))),
        burstiness,
        trace_speed: of(&|level| if let Arrival::Trace { speed } = level { Some(*speed) } else { None }),
        num_prompts: plan.stop.requests(),
        duration,
        ramp,
        ..LoadArgs::default()
    }
}

fn open_loop(rate: f64, burstiness: f64) -> Arrival {
    if burstiness.is_infinite() {
        Arrival::Constant { rate }
    } else if burstiness == 1.0 {
        Arrival::Poisson { rate }
    } else {
        Arrival::Gamma { rate, burstiness }
    }
}

fn ramp_of(text: &str) -> anyhow::Result<Arrival> {
    let number = |text: &str| text.trim().parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite());
    let ends = text.split_once(':').and_then(|(from, to)| Some((number(from)?, number(to)?)));
    let (from, to) = ends.ok_or_else(|| wrong("ramp", text, "two rates above 0, like 1:20"))?;
    Ok(Arrival::Ramp { from, to })
}

fn ascending(flag: &str, mut values: Vec<f64>) -> anyhow::Result<Vec<f64>> {
    if let Some(value) = values.iter().find(|value| !(**value > 0.0 && value.is_finite())) {
        return Err(wrong(flag, value, "a number above 0"));
    }
    values.sort_by(f64::total_cmp);
    values.dedup();
    if values.is_empty() {
        anyhow::bail!("`--{flag}` names no level");
    }
    Ok(values)
}

fn closed_loops(mut widths: Vec<u32>) -> anyhow::Result<Vec<Arrival>> {
    widths.sort_unstable();
    widths.dedup();
    if widths.is_empty() {
        anyhow::bail!("`--concurrency` names no level");
    }
    let one = |concurrency| Ok(Arrival::ClosedLoop { concurrency: at_least_one("concurrency", concurrency)? });
    widths.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: LoadArgs, expected: Result<&str, &str>) {
        match (levels(&args, &SweepFile::default(), false), expected) {
            (Ok(levels), Ok(text)) => {
                let found: Vec<String> = levels.iter().map(ToString::to_string).collect();
                assert_eq!(found.join(", "), text);
            }
            (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{error}"),
            (found, _) => panic!("{found:?} is not {expected:?}"),
        }
    }

    #[test]
    fn levels_are_sorted_and_said_in_words() {
        let none = LoadArgs::default;
        check(none(), Ok("1 stream, 4 streams, 16 streams, 32 streams, 64 streams"));
        check(LoadArgs { request_rate: Some(vec![4.0, 0.5]), ..none() }, Ok("0.5/s Poisson, 4/s Poisson"));
        let even = LoadArgs { request_rate: Some(vec![2.0]), burstiness: Some(f64::INFINITY), ..none() };
        check(even, Ok("2/s constant"));
        let bursty = LoadArgs { request_rate: Some(vec![2.0]), burstiness: Some(0.3), ..none() };
        check(bursty, Ok("2/s gamma 0.3"));
        check(LoadArgs { ramp: Some("1:20".into()), ..none() }, Ok("1 to 20/s"));
    }

    #[test]
    fn a_load_that_makes_no_sense_names_its_flag_and_value() {
        let none = LoadArgs::default;
        check(LoadArgs { request_rate: Some(vec![0.0]), ..none() }, Err("`--request-rate 0`"));
        check(LoadArgs { concurrency: Some(vec![4, 0]), ..none() }, Err("`--concurrency 0`"));
        check(LoadArgs { ramp: Some("1-20".into()), ..none() }, Err("`--ramp 1-20`"));
        check(LoadArgs { burstiness: Some(2.0), ..none() }, Err("`--burstiness`"));
        check(LoadArgs { trace_speed: Some(vec![1.0]), ..none() }, Err("`--trace-speed`"));
        let wrong = LoadArgs { request_rate: Some(vec![1.0]), burstiness: Some(-1.0), ..none() };
        check(wrong, Err("`--burstiness -1`"));
    }
}
