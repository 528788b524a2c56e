//! What the table has no column for: how much a level varied between its runs, and who got good answers.

use shared::format;
use shared::measure::observations::Observations;
use shared::measure::summary::Level;

/// One line for each level of which there is something to say.
#[must_use]
pub fn lines(levels: &[Level]) -> Vec<String> {
    let said = levels.iter().filter_map(|level| {
        let parts = parts(level.observed.as_ref()?);
        (!parts.is_empty()).then(|| format!("{:>12}  {}", level.load.to_string(), parts.join("; ")))
    });
    said.collect()
}

fn parts(observed: &Observations) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(repeats) = &observed.repeats {
        let rate = repeats.spreads.iter().find(|spread| spread.figure == "output_tokens_per_s");
        let rate = rate.and_then(|rate| Some((rate.mean, rate.half_width_95?, rate.cv?)));
        parts.extend(rate.map(|(mean, half_width, cv)| {
            let (mean, half_width) = (format::significant(mean, 4), format::significant(half_width, 2));
            format!("{mean} ± {half_width} output tok/s in {} runs (95 %; CV {:.1} %)", repeats.runs, cv * 100.0)
        }));
    }
    if let Some(goodput) = &observed.goodput {
        let met = if goodput.met { "met" } else { "missed" };
        parts.push(format!(
            "{} of {} requests good, {:.2}/s; objectives {met}",
            goodput.good,
            goodput.sent,
            goodput.requests_per_s.value()
        ));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::measure::observations::{Goodput, Repeats, Spread};
    use shared::measure::plan::Arrival;
    use shared::units::RequestsPerSecond;

    #[test]
    fn only_what_is_worth_a_line_is_said() {
        let level = |observed| Level {
            observed: Some(Box::new(observed)),
            ..Level::of(Arrival::ClosedLoop { concurrency: 4 })
        };
        let spread = Spread {
            figure: "output_tokens_per_s".into(),
            values: vec![980.0, 1000.0, 1020.0],
            mean: 1000.0,
            cv: Some(0.02),
            half_width_95: Some(49.7),
        };
        let observed = Observations {
            repeats: Some(Repeats { runs: 3, spreads: vec![spread] }),
            goodput: Some(Goodput {
                objectives: "ttft:p99<1s".into(),
                good: 60,
                sent: 64,
                requests_per_s: RequestsPerSecond::new(1.234),
                met: false,
            }),
            ..Observations::default()
        };
        assert_eq!(
            lines(&[level(Observations::default()), level(observed)]),
            ["   4 streams  1,000 ± 50 output tok/s in 3 runs (95 %; CV 2.0 %); 60 of 64 requests good, 1.23/s; \
              objectives missed"]
        );
    }
}
