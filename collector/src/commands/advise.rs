//! `collector advise`: which quantization of a model to run on a GPU, with which settings of the engine, and why.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::catalogue::Catalogue;
use crate::catalogue::server::Server;
use crate::cli::hardware::AdviseArgs;
use crate::files::replace;
use crate::printer::{Hinted, Printer};
use crate::report::memory_json::answer_json;
use crate::resolve::memory::{self, MemoryQuery, quantization};
use crate::results::table::{First, lines};
use shared::advice::engine_settings::{ENGINE_VERSION, Setting, flags, settings};
use shared::advice::fitting::MemoryRequirement;
use shared::advice::quantization_choice::{
    Checkpoint, Known, Pace, QuantizationOption, QuantizationQuery, Ranking, held, rank, request, why,
};
use shared::advice::retention::{Kept, Whose};
use shared::format;
use shared::hardware::quantization::{Kernel, Quantization};

/// Characters of a line of reasons.
const WIDTH: usize = 96;

/// Advises.
///
/// # Errors
/// When a name is unknown, nothing fits the GPUs, or the file to write exists.
pub fn advise(args: &AdviseArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.memory.configs.as_deref())?;
    let memory = memory::resolve(&catalogue, &args.memory)?;
    let (gpu_name, gpu) = catalogue.gpu("--gpu", &args.gpu)?;
    let (input_tokens, output_tokens) = mean_request(args, &memory)?;
    let query = QuantizationQuery {
        gpu,
        model_name: memory.model_name,
        model: memory.model,
        requirement: MemoryRequirement { request: Some((input_tokens + output_tokens) as u64), ..memory.requirement },
        input_tokens,
        output_tokens,
        most_gpus: memory.most,
    };
    let known =
        Known { models: &catalogue.models, retention: &catalogue.retention, estimator: catalogue.estimator.as_ref() };
    let ranking = rank(&query, &known);
    let chosen = chosen(args, &memory, &query, &ranking)?;
    let settings = settings(&query, &known, chosen, args.prefix_tokens);
    if args.memory.json {
        out.data(crate::report::cost_json::text(&answer_json(gpu_name, &query, &ranking, chosen, &settings)));
    } else {
        told(&query, &known, &ranking, chosen, out);
        told_settings(chosen, &settings, out);
    }
    if let Some(path) = &args.write {
        write(path, gpu_name, &query, chosen, &settings)?;
        out.talk(format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Mean tokens of a request; the context where neither is given.
fn mean_request(args: &AdviseArgs, memory: &MemoryQuery) -> anyhow::Result<(f64, f64)> {
    let (input, output) = request(memory.requirement.context, args.input_tokens, args.output_tokens);
    if input + output > memory.requirement.context as f64 {
        let message = format!(
            "a request of {input} and {output} tokens is longer than the context of {}",
            memory.requirement.context
        );
        return Err(Hinted::new(message, "raise --context, or lower --input-tokens and --output-tokens").into());
    }
    Ok((input, output))
}

/// The choice that settings are for: the first, or the one asked for.
fn chosen<'a>(
    args: &AdviseArgs,
    memory: &MemoryQuery,
    query: &QuantizationQuery,
    ranking: &'a Ranking,
) -> anyhow::Result<&'a QuantizationOption> {
    let Some(word) = &args.quantization else {
        return ranking.choices.first().ok_or_else(|| match ranking.too_large.last() {
            Some(narrowest) => match memory.layout(query.gpu, *narrowest) {
                Ok(layout) => memory.too_large(query.gpu, layout, memory.most),
                Err(error) => error,
            },
            None => {
                Hinted::new(format!("vLLM has no kernel for this model on {}", query.gpu.name), "choose another GPU")
                    .into()
            }
        });
    };
    let one = quantization(word)?;
    let layout = memory.layout(query.gpu, one)?;
    let found = ranking.choices.iter().find(|choice| choice.quantization == one);
    found.ok_or_else(|| memory.too_large(query.gpu, layout, memory.most))
}

fn told(query: &QuantizationQuery, known: &Known, ranking: &Ranking, chosen: &QuantizationOption, out: &mut Printer) {
    let count = |number: f64| format::count(number);
    let request = format!("{} input and {} output tokens", count(query.input_tokens), count(query.output_tokens));
    let streams = match query.requirement.concurrency {
        Some(requirement) => format!("{} concurrent", count(requirement as f64)),
        None => "as many concurrent ones as fit".to_owned(),
    };
    out.data(format!("{} on {}", query.model.name, query.gpu.name));
    out.data(format!("Requested: requests of {request}, {streams}"));
    out.data("");
    let head =
        ["", "weights", "GPUs", "concurrent", "1 stream", "loaded", "error", "quality retained"].map(str::to_owned);
    let row = |(place, choice): (usize, &QuantizationOption)| {
        let unknown = || "unknown".to_owned();
        let alone = choice.alone.map_or_else(unknown, rate);
        let loaded = choice.loaded.map_or_else(unknown, |pace| format!("{} at {}", rate(pace), count(pace.streams)));
        [
            format!("{}{}", place + 1, if choice == chosen { " ->" } else { "" }),
            choice.quantization.name().to_owned(),
            choice.fit.layout.gpus().to_string(),
            count(held(query, &choice.fit) as f64),
            alone,
            loaded,
            choice.loaded.and_then(|pace| pace.band()).unwrap_or_else(|| "unknown".to_owned()),
            choice.kept.as_ref().map_or_else(|| baseline(choice), kept_words),
        ]
    };
    let rows: Vec<[String; 8]> = std::iter::once(head).chain(ranking.choices.iter().enumerate().map(row)).collect();
    for line in lines(&rows, First::Left) {
        out.data(format!("  {line}"));
    }
    out.data("");
    for (place, choice) in ranking.choices.iter().enumerate() {
        let reason = why(choice.quantization, choice.kernel, &choice.fit.layout.machine);
        let short = if choice.holds { "" } else { " Does not hold all that is asked." };
        let weights = match &choice.checkpoint {
            Checkpoint::Published(repository) => repository.clone(),
            Checkpoint::WhileLoading(repository) => format!("{repository}, quantised while loading"),
            Checkpoint::Unknown => "no checkpoint known: quantise it with llm-compressor".to_owned(),
        };
        paragraph(
            &format!("{}  ", place + 1),
            &format!("{}: {reason}.{short} {weights}", choice.quantization.name()),
            out,
        );
    }
    ending(known, ranking, out);
}

/// What nothing is lost of says so; of others nobody has published anything.
fn baseline(choice: &QuantizationOption) -> String {
    if choice.is_as_published() { "as published".to_owned() } else { "nobody says".to_owned() }
}

fn kept_words(kept: &Kept) -> String {
    let whose = match &kept.of {
        Whose::Own => "",
        Whose::Family(_) => ", family",
        Whose::Size(_) => ", its size",
    };
    format!("{} ({}{whose})", kept.range(), kept.scores)
}

fn rate(pace: Pace) -> String {
    format::significant(pace.output_rate, 3)
}

fn ending(known: &Known, ranking: &Ranking, out: &mut Printer) {
    out.data("");
    let names = |all: &[Quantization]| all.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
    if !ranking.too_large.is_empty() {
        out.data(format!("  Too large: {}.", names(&ranking.too_large)));
    }
    if !ranking.without_kernel.is_empty() {
        out.data(format!("  vLLM has no kernel for: {}.", names(&ranking.without_kernel)));
    }
    if let Some(repository) = &ranking.gguf {
        let text = format!("On a CPU, or with llama.cpp: GGUF, {repository}. vLLM reads it only through a plugin.");
        paragraph("  ", &text, out);
    }
    let band = match known.estimator {
        Some(file) => format!(
            "by constants fitted to {} published records. Error: estimation error, the range of 80 % of those records",
            file.records
        ),
        None => "by constants that are not fitted, so the estimation error is unknown".to_owned(),
    };
    paragraph(
        "  ",
        &format!(
            "Concurrent: requests that fit the KV cache. 1 stream, loaded: output tokens per second of all GPUs, estimated {band}. Ranked by loaded throughput per GPU; each step down in bits must gain 10 %."
        ),
        out,
    );
    paragraph(
        "  ",
        "Quality retained: lowest to highest published score relative to the 16-bit model, and the number of scores; of models of its family and size, or of its size, where marked so. The error of one score is about 3 points.",
        out,
    );
}

fn told_settings(chosen: &QuantizationOption, settings: &[Setting], out: &mut Printer) {
    out.data("");
    out.data(format!("Settings of vLLM {ENGINE_VERSION} for {}", chosen.quantization.name()));
    for setting in settings {
        out.data("");
        let words =
            if setting.words.is_empty() { format!("--{}: leave out", setting.about) } else { setting.words.join(" ") };
        out.data(format!("  {words}"));
        paragraph("      ", &setting.reason, out);
        out.data(format!("      {}", setting.source));
    }
    let weights = chosen.checkpoint.repository().unwrap_or("YOUR-CHECKPOINT");
    out.data("");
    out.data(format!("  vllm serve {weights} \\"));
    for (place, line) in command(settings).iter().enumerate() {
        out.data(format!("    {line}{}", if place + 1 == command(settings).len() { "" } else { " \\" }));
    }
}

/// A line for each setting that has words.
fn command(settings: &[Setting]) -> Vec<String> {
    settings.iter().filter(|setting| !setting.words.is_empty()).map(|setting| setting.words.join(" ")).collect()
}

/// Words in lines, the first with a mark before it, the others set in as far.
fn paragraph(mark: &str, text: &str, out: &mut Printer) {
    let room = WIDTH.saturating_sub(mark.chars().count());
    let indent = " ".repeat(mark.chars().count());
    let mut line = String::new();
    let mut first = true;
    let mut say = |line: &str| {
        out.data(format!("{}{line}", if std::mem::take(&mut first) { mark } else { &indent }));
    };
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            say(&line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    say(&line);
}

/// The settings as a file of configs/servers.
fn write(
    path: &Path,
    gpu: &str,
    query: &QuantizationQuery,
    chosen: &QuantizationOption,
    settings: &[Setting],
) -> anyhow::Result<()> {
    let Some(repository) = chosen.checkpoint.repository() else {
        let message = format!("no known checkpoint of {} in {}", query.model.name, chosen.quantization.name());
        let hint = "add one as a variant in configs/models, or choose another --quantization";
        return Err(Hinted::new(message, hint).into());
    };
    if path.exists() {
        let message = format!("file `{}` exists already", path.display());
        return Err(Hinted::new(message, "choose another path for --write").into());
    }
    let marlin = matches!(chosen.kernel, Kernel::Unpack4).then(|| "Marlin".to_owned());
    let server = Server {
        name: format!("vLLM, {} on {} x {}", chosen.quantization.name(), chosen.fit.layout.gpus(), query.gpu.name),
        engine: "vllm".into(),
        engine_version: Some(ENGINE_VERSION.into()),
        model: query.model_name.into(),
        served_model: repository.into(),
        quantization: chosen.quantization.word().into(),
        kernel_wanted: marlin,
        flags: flags(settings),
    };
    let mut about = vec![format!("Advised for {gpu}; memory and rates are estimated, nothing was run.")];
    about.extend(settings.iter().map(|setting| format!("{}: {}.", setting.about, setting.reason)));
    replace(path, server.to_toml(&about)?.as_bytes()).with_context(|| format!("failed to write `{}`", path.display()))
}
