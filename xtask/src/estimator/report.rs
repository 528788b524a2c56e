//! What the fit found, as a config and as a document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use collector::catalogue::Catalogue;
use collector::catalogue::throughput::{Arrived, Record};
use shared::hardware::band::kind;
use shared::store::constants::{Constants, PRIORS};
use shared::store::estimator::{Band, EstimatorFile};

use crate::estimator::held_out::{Held, quantile};

const ANY: &str = "any";

/// The constants, and the bands by kind of GPU and kernel.
pub fn file(fitted: &Constants, held: &[Held]) -> EstimatorFile {
    let mut groups: BTreeMap<(&str, &str), Vec<&Held>> = BTreeMap::new();
    for one in held {
        let (gpus, kernel) = (kind(&one.case.deployment.machine), one.case.deployment.kernel.word());
        for group in [(gpus, kernel), (ANY, kernel), (ANY, ANY)] {
            groups.entry(group).or_default().push(one);
        }
    }
    let bands = groups.into_iter().map(|((gpus, kernel), held)| band(gpus, kernel, &held)).collect();
    let sources = sources(held.iter());
    EstimatorFile { records: held.len() as u32, sources, constants: rounded(fitted), bands }
}

fn band(gpus: &str, kernel: &str, held: &[&Held]) -> Band {
    let errors: Vec<f64> = held.iter().map(|one| one.error().abs()).collect();
    let ratios: Vec<f64> = held.iter().map(|one| one.case.measured / one.predicted).collect();
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    Band {
        gpus: gpus.into(),
        kernel: kernel.into(),
        records: held.len() as u32,
        sources: sources(held.iter().copied()),
        median: rounded(quantile(&errors, 0.5)),
        p90: rounded(quantile(&errors, 0.9)),
        low: rounded(quantile(&ratios, 0.1)),
        high: rounded(quantile(&ratios, 0.9)),
    }
}

fn sources<'a>(held: impl Iterator<Item = &'a Held<'a>>) -> u32 {
    held.map(|one| one.case.record.source.as_str()).collect::<BTreeSet<_>>().len() as u32
}

/// To four digits: more would say more than the fit knows.
fn rounded(constants: &Constants) -> Constants {
    Constants::from_array(
        constants.to_array().map(|value| format!("{value:.3e}").parse().expect("a number as it was written")),
    )
}

/// The config's text.
pub fn toml(file: &EstimatorFile) -> String {
    let head = "# Written by `make estimator`: constants fitted to configs/throughput, and how far each source was off when the fit\n\
                # had not seen it. docs/estimator.md tells what they mean.\n";
    format!("{head}{}", toml::to_string(file).expect("constants and bands as TOML"))
}

/// The document.
pub fn document(catalogue: &Catalogue, fitted: &Constants, held: &[Held]) -> String {
    let file = file(fitted, held);
    let mut out = include_str!("document.md")
        .replace("{records}", &file.records.to_string())
        .replace("{published}", &catalogue.throughput.len().to_string())
        .replace("{sources}", &file.sources.to_string())
        .replace("{constants}", &constants(&file.constants))
        .replace("{overall}", &errors([("all records", held.iter().collect())]))
        .replace("{by source}", &by_source(catalogue, held))
        .replace("{by kind}", &by_kind(&file))
        .replace("{by load}", &by_load(held))
        .replace("{a5000}", &a5000(catalogue, fitted, held));
    out += &every_record(catalogue, held);
    out
}

fn constants(constants: &Constants) -> String {
    let mut out = String::from("| constant | before | fitted | what it is |\n| --- | ---: | ---: | --- |\n");
    for (prior, value) in PRIORS.iter().zip(constants.to_array()) {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            prior.name,
            number(prior.value),
            number(value),
            prior.about.trim()
        );
    }
    out
}

/// Seconds in microseconds read badly as 0.0000083; shares do not.
fn number(value: f64) -> String {
    if value < 1e-3 { format!("{:.1}e-6", value * 1e6) } else { format!("{value:.4}") }
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

fn errors<'a>(groups: impl IntoIterator<Item = (&'a str, Vec<&'a Held<'a>>)>) -> String {
    let mut out =
        String::from("| | records | median error, % | 90th percentile, % | median of predicted − measured, % |\n");
    out += "| --- | ---: | ---: | ---: | ---: |\n";
    for (name, held) in groups {
        if held.is_empty() {
            continue;
        }
        let signed: Vec<f64> = held.iter().map(|one| one.error()).collect();
        let absolute: Vec<f64> = signed.iter().map(|error| error.abs()).collect();
        let [median, p90] = [0.5, 0.9].map(|q| percent(quantile(&absolute, q)));
        let _ = writeln!(out, "| {name} | {} | {median} | {p90} | {} |", held.len(), percent(quantile(&signed, 0.5)));
    }
    out
}

fn by_source(catalogue: &Catalogue, held: &[Held]) -> String {
    let groups = catalogue.sources.iter().map(|source| {
        let its = held.iter().filter(|one| one.case.record.source == source.id).collect();
        (source.id.as_str(), its)
    });
    errors(groups)
}

fn by_kind(file: &EstimatorFile) -> String {
    let mut out = String::from(
        "| GPUs | kernel | records | sources | median error, % | 90th percentile, % | measured over predicted, 10th to 90th |\n",
    );
    out += "| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
    for band in &file.bands {
        let Band { gpus, kernel, records, sources, median, p90, low, high } = band;
        let (median, p90) = (percent(*median), percent(*p90));
        let _ =
            writeln!(out, "| {gpus} | {kernel} | {records} | {sources} | {median} | {p90} | {low:.2} to {high:.2} |");
    }
    out
}

/// How errors depend on what the load asks of memory.
fn by_load(held: &[Held]) -> String {
    let of = |wanted: &dyn Fn(&Held) -> bool| held.iter().filter(|one| wanted(one)).collect::<Vec<_>>();
    let pressure = |one: &Held| one.case.pressure().unwrap_or(0.0);
    let staged = |one: &Held| one.case.deployment.pipeline_parallel > 1;
    errors([
        ("a rate of requests", of(&|one| one.case.record.arrival == Arrived::OpenLoop)),
        ("streams that take up to half of the KV cache", of(&|one| closed(one) && pressure(one) <= 0.5)),
        ("streams that take up to all of it", of(&|one| closed(one) && pressure(one) > 0.5 && pressure(one) <= 1.0)),
        ("more streams than fit", of(&|one| closed(one) && pressure(one) > 1.0)),
        ("as many as fit (maximum load)", of(&|one| one.case.record.arrival == Arrived::MaxLoad)),
        ("one GPU", of(&|one| one.case.record.gpus == 1)),
        (
            "tensor parallel over a link",
            of(&|one| !staged(one) && parallel(one) && !one.case.deployment.machine.on_bus),
        ),
        (
            "tensor parallel over the host's bus",
            of(&|one| !staged(one) && parallel(one) && one.case.deployment.machine.on_bus),
        ),
        ("pipeline parallel", of(&staged)),
        ("experts", of(&|one| one.case.deployment.shape.is_mixture())),
    ])
}

fn closed(one: &Held) -> bool {
    matches!(one.case.record.arrival, Arrived::ClosedLoop | Arrived::StaticBatch | Arrived::Burst)
}

fn parallel(one: &Held) -> bool {
    one.case.deployment.tensor_parallel > 1
}

/// The sweep Forge began with, and what its missing row is estimated at.
fn a5000(catalogue: &Catalogue, fitted: &Constants, held: &[Held]) -> String {
    let file = file(fitted, held);
    let mut out = String::from(
        "| streams | BF16, published | predicted from the others | error, % | AWQ, first kernel, published | AWQ-Marlin, estimated | range |\n",
    );
    out += "| ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";
    let rows = |quantization: &str| {
        let of =
            move |one: &&Held| one.case.record.source == "ferpicoral" && one.case.record.quantization == quantization;
        held.iter().filter(of).collect::<Vec<_>>()
    };
    for (bf16, awq) in rows("bf16").into_iter().zip(rows("awq-int4")) {
        let marlin = collector::calibration::record_case::on_marlin(catalogue, awq.case)
            .expect("the AWQ sweep has a Marlin form");
        let estimated = marlin.predicted(fitted).expect("every case has its GPU's rates");
        let band =
            file.band(&marlin.deployment.machine, marlin.deployment.kernel).expect("a band for any GPU and kernel");
        let _ = writeln!(
            out,
            "| {} | {:.0} | {:.0} | {} | {:.0} | {estimated:.0} | {:.0} to {:.0} |",
            bf16.case.record.concurrency.unwrap_or_default(),
            bf16.case.measured,
            bf16.predicted,
            percent(bf16.error()),
            awq.case.measured,
            estimated * band.low,
            estimated * band.high,
        );
    }
    out
}

fn every_record(catalogue: &Catalogue, held: &[Held]) -> String {
    let mut out = String::new();
    for source in &catalogue.sources {
        let _ = write!(
            out,
            "\n### {}\n\n[{}]({}), {}: {}.\n\n",
            source.id, source.name, source.url, source.licence, source.about
        );
        out += "| record | GPU | model | weights | load | in / out | measured | predicted | error, % |\n";
        out += "| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |\n";
        for record in catalogue.throughput.iter().filter(|record| record.source == source.id) {
            let found = held.iter().find(|one| one.case.record.id == record.id);
            let numbers = found.map_or("no output rate published | | ".to_owned(), |one| {
                format!("{:.0} | {:.0} | {}", one.case.measured, one.predicted, percent(one.error()))
            });
            let gpus = if record.gpus > 1 { format!("{} x {}", record.gpus, record.gpu) } else { record.gpu.clone() };
            let kernel = record.kernel.as_ref().map(|kernel| format!(" ({kernel})")).unwrap_or_default();
            let tokens = |tokens: Option<f64>| tokens.map_or("?".to_owned(), |tokens| format!("{tokens:.0}"));
            let _ = writeln!(
                out,
                "| {} | {gpus} | {} | {}{kernel} | {} | {} / {} | {numbers} |",
                record.id,
                record.model,
                record.quantization,
                load(record),
                tokens(record.input_tokens),
                tokens(record.output_tokens),
            );
        }
    }
    out
}

fn load(record: &Record) -> String {
    let streams = record.concurrency.or(record.requests).unwrap_or_default();
    match record.arrival {
        Arrived::OpenLoop => format!("{}/s", record.requests_per_s.unwrap_or_default()),
        Arrived::Burst => format!("{streams} at once"),
        Arrived::ClosedLoop => format!("{streams} streams"),
        Arrived::StaticBatch => format!("batch of {streams}"),
        Arrived::MaxLoad => "most".into(),
    }
}

/// Whether two lines say the same, numbers to 2 percent or the last digit shown.
#[cfg(test)]
pub fn alike(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split_whitespace().collect(), b.split_whitespace().collect());
    let same = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 0.02 * a.abs().max(b.abs()) + 1.0,
        _ => a == b || (a.ends_with("e-6") && b.ends_with("e-6")),
    };
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a, b))
}
