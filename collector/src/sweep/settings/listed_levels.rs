//! The levels that flags or the sweep file list (concurrency, request rates, a ramp, speeds of a trace), and when a level
//! stops sending.

use shared::measure::plan::{Arrival, Stop};

use crate::printer::Hinted;
use crate::sweep::settings::flag_value::{at_least_one, invalid};
use crate::sweep::settings::sweep_file::SweepFile;

/// Concurrency of the default levels.
pub const DEFAULT_CONCURRENCY: [u32; 5] = [1, 4, 16, 32, 64];
/// Measured requests of a level by default.
const DEFAULT_REQUESTS: u32 = 256;

/// The levels in ascending order of load; `file` then lists them in that order.
///
/// # Errors
/// When a value is out of range, a setting needs another one, or more than one kind of load is given.
pub fn levels(file: &mut SweepFile, has_trace: bool) -> anyhow::Result<Vec<Arrival>> {
    if file.burstiness.is_some() && file.request_rate.is_none() {
        let hint = "add --request-rate, or remove --burstiness";
        return Err(Hinted::new("`--burstiness` needs --request-rate: it shapes an open loop", hint).into());
    }
    if file.trace_speed.is_some() && !has_trace {
        return Err(Hinted::new("`--trace-speed` needs --dataset trace", "add --dataset trace and a file").into());
    }
    match (&mut file.request_rate, &file.ramp, &mut file.trace_speed, &mut file.concurrency) {
        (Some(rates), None, None, None) => {
            let burstiness = file.burstiness.unwrap_or(1.0);
            if burstiness.is_nan() || burstiness <= 0.0 {
                return Err(invalid("burstiness", burstiness, "a number greater than 0, or `inf`"));
            }
            file.burstiness = (burstiness != 1.0).then_some(burstiness);
            ascending("request-rate", rates)?;
            Ok(rates.iter().map(|rate| open_loop(*rate, burstiness)).collect())
        }
        (None, Some(text), None, None) => {
            let (from, to) = ramp(text)?;
            file.ramp = Some(format!("{from}:{to}"));
            Ok(vec![Arrival::Ramp { from, to }])
        }
        (None, None, speeds, None) if speeds.is_some() || has_trace => {
            let speeds = speeds.get_or_insert_with(|| vec![1.0]);
            ascending("trace-speed", speeds)?;
            Ok(speeds.iter().map(|speed| Arrival::Trace { speed: *speed }).collect())
        }
        (None, None, None, concurrency) => {
            let all = concurrency.get_or_insert_with(|| DEFAULT_CONCURRENCY.to_vec());
            all.sort_unstable();
            all.dedup();
            not_empty("concurrency", all)?;
            let closed_loop =
                |&concurrency| Ok(Arrival::ClosedLoop { concurrency: at_least_one("concurrency", concurrency)? });
            all.iter().map(closed_loop).collect()
        }
        _ => Err(Hinted::new(
            "the sweep file sets more than one kind of load",
            "keep one of `concurrency`, `request_rate`, `ramp` and `trace_speed`",
        )
        .into()),
    }
}

/// When a level stops sending: after a time, else after a number of requests, which `file` then names.
///
/// # Errors
/// When the duration or the number is not above 0.
pub fn stop(file: &mut SweepFile) -> anyhow::Result<Stop> {
    if let Some(prompts) = file.num_prompts {
        at_least_one("num-prompts", prompts)?;
    }
    match file.duration {
        Some(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(Stop::Duration(seconds)),
        Some(seconds) => Err(invalid("duration", seconds, "a number of seconds greater than 0")),
        None => Ok(Stop::Requests(*file.num_prompts.get_or_insert(DEFAULT_REQUESTS))),
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

fn ramp(text: &str) -> anyhow::Result<(f64, f64)> {
    let rate = |text: &str| text.trim().parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite());
    let rates = text.split_once(':').and_then(|(from, to)| Some((rate(from)?, rate(to)?)));
    rates.ok_or_else(|| invalid("ramp", text, "two rates greater than 0, such as 1:20"))
}

fn ascending(flag: &str, values: &mut Vec<f64>) -> anyhow::Result<()> {
    if let Some(value) = values.iter().find(|value| !(**value > 0.0 && value.is_finite())) {
        return Err(invalid(flag, value, "a number greater than 0"));
    }
    values.sort_by(f64::total_cmp);
    values.dedup();
    not_empty(flag, values)
}

fn not_empty<T>(flag: &str, values: &[T]) -> anyhow::Result<()> {
    anyhow::ensure!(!values.is_empty(), "`--{flag}` lists no level");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut file: SweepFile, expected: Result<&str, &str>) {
        match (levels(&mut file, false), expected) {
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
        let none = SweepFile::default;
        check(none(), Ok("1 stream, 4 streams, 16 streams, 32 streams, 64 streams"));
        check(SweepFile { request_rate: Some(vec![4.0, 0.5]), ..none() }, Ok("0.5/s Poisson, 4/s Poisson"));
        let even = SweepFile { request_rate: Some(vec![2.0]), burstiness: Some(f64::INFINITY), ..none() };
        check(even, Ok("2/s constant"));
        let bursty = SweepFile { request_rate: Some(vec![2.0]), burstiness: Some(0.3), ..none() };
        check(bursty, Ok("2/s gamma 0.3"));
        check(SweepFile { ramp: Some("1:20".into()), ..none() }, Ok("1 to 20/s"));
    }

    #[test]
    fn a_load_that_makes_no_sense_names_its_flag_and_value() {
        let none = SweepFile::default;
        check(SweepFile { request_rate: Some(vec![0.0]), ..none() }, Err("`--request-rate 0`"));
        check(SweepFile { concurrency: Some(vec![4, 0]), ..none() }, Err("`--concurrency 0`"));
        check(SweepFile { ramp: Some("1-20".into()), ..none() }, Err("`--ramp 1-20`"));
        check(SweepFile { burstiness: Some(2.0), ..none() }, Err("`--burstiness`"));
        check(SweepFile { trace_speed: Some(vec![1.0]), ..none() }, Err("`--trace-speed`"));
        let wrong = SweepFile { request_rate: Some(vec![1.0]), burstiness: Some(-1.0), ..none() };
        check(wrong, Err("`--burstiness -1`"));
    }
}
