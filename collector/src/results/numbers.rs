//! The table of results in the README: one row a result file, kept between two markers.
//!
//! Text in, text out; computes nothing itself and reads no clock.

use crate::catalogue::Catalogue;
use crate::printer::Hinted;
use shared::date::Date;
use shared::economics::cost::per_million_total;
use shared::economics::pricing::of_replica;
use shared::format;
use shared::store::prices::GpuPrice;
use shared::store::result_file::ResultFile;
use shared::units::Fraction;

const BEGIN: &str = "<!-- numbers:begin -->";
const END: &str = "<!-- numbers:end -->";

/// A Markdown table of the results that have levels, at the prices of a day, with a line that says what it counts.
#[must_use]
pub fn block(files: &[(String, ResultFile)], catalogue: &Catalogue, today: Date) -> String {
    let mut lines = vec![
        "| Model | Hardware | Evidence | Best level | Total tokens/s | USD/1M total, busy | USD/1M total, 80 % busy | TTFT p99 there |"
            .to_owned(),
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    lines.extend(files.iter().filter_map(|(_, file)| row(file, catalogue, today)));
    let mut prices: Vec<String> = Vec::new();
    for (_, file) in files {
        let price = catalogue.gpu_price(&file.configuration.hardware, file.configuration.gpu_count, today);
        let line = price.map(|price| source(&file.configuration.hardware_name, price));
        prices.extend(line.filter(|line| !prices.contains(line)));
    }
    lines.push(String::new());
    lines.push(format!(
        "Total tokens are prompt and output together; the best level is the one with most of them a second. Prices: {}.",
        if prices.is_empty() { "none known".to_owned() } else { prices.join("; ") }
    ));
    lines.join("\n")
}

fn row(file: &ResultFile, catalogue: &Catalogue, today: Date) -> Option<String> {
    let peak = file.peak()?;
    let configuration = &file.configuration;
    let price = catalogue
        .gpu_price(&configuration.hardware, configuration.gpu_count, today)
        .map(|price| of_replica(price.usd_per_hour, configuration.gpu_count));
    let cost = |busy: f64| {
        let cost = per_million_total(price?, peak.total_rate(), Fraction::new(busy).ok()?);
        cost.map(format::usd_per_million)
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let cells = [
        model(file),
        configuration.replica_name(),
        format!("{} {}", file.evidence, file.provenance.date),
        format!("{} streams, {} waves", peak.concurrency(), format::significant(peak.waves(), 2)),
        format::significant(peak.total_rate().value(), 3),
        or_dash(cost(1.0)),
        or_dash(cost(0.8)),
        or_dash(peak.ttft_ms.p99.map(format::millis)),
    ];
    Some(format!("| {} |", cells.join(" | ")))
}

/// `Llama 3.1 8B Instruct, AWQ-INT4 (not on Marlin)`
fn model(file: &ResultFile) -> String {
    let missed = file.missed_kernel().map_or(String::new(), |wanted| format!(" (not on {wanted})"));
    file.configuration.name() + &missed
}

/// `RTX A5000 $0.27/h (runpod, on-demand, read on 2026-05-29)`
fn source(hardware: &str, price: &GpuPrice) -> String {
    let hourly = format::usd_per_hour(price.usd_per_hour);
    format!("{hardware} {hourly} ({}, {}, read on {})", price.provider, price.tier, price.read_on)
}

/// A text with what stands between its markers replaced.
///
/// # Errors
/// When a marker is missing, stands twice, or they stand in the wrong order.
pub fn replaced(text: &str, block: &str) -> Result<String, Hinted> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        let once = ![before, after].iter().any(|part| part.contains(BEGIN) || part.contains(END));
        once.then_some((before, after))
    });
    match parts {
        Some((before, after)) => Ok(format!("{before}{BEGIN}\n{block}\n{END}{after}")),
        None => Err(Hinted::new(
            "the place for the numbers is not marked",
            format!("put `{BEGIN}` and, below it, `{END}` where they belong, each once"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let text = "a\n<!-- numbers:begin -->\nold\n<!-- numbers:end -->\nz\n";
        let new = replaced(text, "| new |").unwrap();
        assert_eq!(new, "a\n<!-- numbers:begin -->\n| new |\n<!-- numbers:end -->\nz\n");
        assert_eq!(replaced(&new, "| new |").unwrap(), new);
    }

    #[test]
    fn markers_must_stand_once_and_in_order() {
        for text in ["", "<!-- numbers:end --><!-- numbers:begin -->", "<!-- numbers:begin -->"] {
            assert!(replaced(text, "").is_err(), "{text}");
        }
        let twice = "<!-- numbers:begin --><!-- numbers:end -->".repeat(2);
        assert!(replaced(&twice, "").is_err());
    }
}
