//! The level that a search found, and the cost of a million tokens there.

use shared::economics::cost::{per_million_output, per_million_total};
use shared::economics::pricing::of_replica;
use shared::format;
use shared::measure::observations::Found;
use shared::measure::plan::Arrival;
use shared::store::result_file::ResultFile;
use shared::units::{Fraction, UsdPerHour};

use crate::catalogue::Catalogue;
use crate::printer::Printer;

/// Prints the level found and its cost; nothing when there was no search.
///
/// # Errors
/// When the catalogue cannot be read.
pub fn report(file: &ResultFile, gpu_price: Option<UsdPerHour>, out: &mut Printer) -> anyhow::Result<()> {
    let Some(found) = &file.found else { return Ok(()) };
    out.talk(words(found));
    let load = match found {
        Found::Knee { load, .. } | Found::Objectives { load, .. } => *load,
        Found::Nothing { .. } => return Ok(()),
    };
    let line = match price(file, gpu_price)? {
        Some((per_gpu, source)) => priced(file, load, per_gpu, &source),
        None => None,
    };
    let unknown =
        || format!("cost: unknown, because there is no price for `{}`; set --gpu-price", file.configuration.hardware);
    out.talk(line.unwrap_or_else(unknown));
    Ok(())
}

/// The result in a sentence.
fn words(found: &Found) -> String {
    let percent = |share: Fraction| format!("{:.1} %", share.value() * 100.0);
    match found {
        Found::Knee { load, slope_ratio, share_of_peak } => format!(
            "found: the knee is at {load}: {} of the highest output rate; above it, additional load adds {:.0} % of the \
             throughput that it adds below",
            percent(*share_of_peak),
            slope_ratio.max(0.0) * 100.0
        ),
        Found::Objectives { objectives, load, attained, low, high, missed_at } => {
            let missed = match missed_at {
                Some(load) => format!("missed at {load}"),
                None => "met at every level that ran; raise --max-concurrency to search further".to_owned(),
            };
            format!(
                "found: `{objectives}` is met up to {load}: {} of requests are good (95 % interval {} to {}); {missed}",
                percent(*attained),
                percent(*low),
                percent(*high)
            )
        }
        Found::Nothing { why } => format!("found: nothing; {why}"),
    }
}

/// The price of one GPU, and where it comes from.
fn price(file: &ResultFile, given: Option<UsdPerHour>) -> anyhow::Result<Option<(UsdPerHour, String)>> {
    if let Some(given) = given {
        return Ok(Some((given, "as given".to_owned())));
    }
    let catalogue = Catalogue::load(None)?;
    let dated = catalogue.gpu_price(&file.configuration.hardware, file.configuration.gpu_count, file.provenance.date);
    Ok(dated.map(|price| (price.usd_per_hour, format!("{} {}, read {}", price.provider, price.tier, price.read_on))))
}

/// The cost of tokens at a level; `None` when it served nothing.
fn priced(file: &ResultFile, load: Arrival, per_gpu: UsdPerHour, source: &str) -> Option<String> {
    let level = file.levels.iter().find(|level| level.load == load)?;
    let replica = of_replica(per_gpu, file.configuration.gpu_count);
    let total = per_million_total(replica, level.total_rate(), Fraction::ONE)?;
    let output = per_million_output(replica, level.output_rate(), Fraction::ONE)?;
    Some(format!(
        "cost at {load}: {} per 1M total tokens, or {} per 1M output tokens alone; {} ({source}), never idle",
        format::usd_per_million(total),
        format::usd_per_million(output),
        format::usd_per_hour(replica),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_a_sentence() {
        let share = |value| Fraction::new(value).unwrap();
        let load = Arrival::ClosedLoop { concurrency: 32 };
        let knee = Found::Knee { load, slope_ratio: 0.03, share_of_peak: share(0.973) };
        assert!(
            words(&knee).contains("the knee is at 32 streams: 97.3 % of the highest output rate"),
            "{}",
            words(&knee)
        );
        let objectives = Found::Objectives {
            objectives: "ttft:p99<2s".into(),
            load,
            attained: share(0.992),
            low: share(0.98),
            high: share(0.998),
            missed_at: Some(Arrival::ClosedLoop { concurrency: 33 }),
        };
        let said = words(&objectives);
        assert!(said.contains("is met up to 32 streams: 99.2 %") && said.ends_with("missed at 33 streams"), "{said}");
    }
}
