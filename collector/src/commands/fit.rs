//! `collector fit`: which GPUs a model fits, how many it takes, and what is left for keys and values.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::cli::hardware::FitArgs;
use crate::printer::{Hinted, Printer};
use crate::report::memory_json::{candidate_json, fit_json, heading_json};
use crate::resolve::memory::{self, MemoryQuery, indivisible, quantization};
use crate::results::table::{First, lines};
use shared::advice::fitting::{Candidate, candidate, on_every_gpu, runnable};
use shared::format;
use shared::hardware::memory::Fit;
use shared::hardware::quantization::Quantization;
use shared::store::catalogue::Gpu;

/// Characters of the longest bar.
const BAR: f64 = 40.0;
/// Quantizations that stand side by side for every GPU, where nobody says which.
const SIDE_BY_SIDE: [Quantization; 5] =
    [Quantization::Bf16, Quantization::Fp8, Quantization::Int8, Quantization::AwqInt4, Quantization::Nvfp4];

/// Tells what fits.
///
/// # Errors
/// When a name is unknown, the model cannot be laid out so, or the GPUs given do not hold it.
pub fn fit(args: &FitArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.memory.configs.as_deref())?;
    let memory = memory::resolve(&catalogue, &args.memory)?;
    let one = args.quantization.as_deref().map(quantization).transpose()?;
    let divided = args.tensor_parallel.is_some() || args.pipeline_parallel.is_some();
    match (&args.gpu, one) {
        (Some(name), Some(one)) => {
            let (key, gpu) = catalogue.gpu("--gpu", name)?;
            let fit = laid_out(args, &memory, gpu, one)?;
            if args.memory.json {
                let value = heading_json(&memory, json!({ "gpu": key, "fit": fit_json(&memory, one, &fit) }));
                out.data(crate::report::cost_json::text(&value));
            } else {
                told(&memory, gpu, one, &fit, out);
            }
        }
        _ if divided => {
            let message = "`--tensor-parallel` and `--pipeline-parallel` need one GPU and one quantization";
            return Err(Hinted::new(message, "add --gpu and --quantization").into());
        }
        (Some(name), None) => {
            let (key, gpu) = catalogue.gpu("--gpu", name)?;
            on_one(args, &memory, key, gpu, out)?;
        }
        (None, Some(one)) => on_all(args, &memory, &catalogue, one, out),
        (None, None) => side_by_side(args, &memory, &catalogue, out),
    }
    Ok(ExitCode::SUCCESS)
}

/// The layout that flags ask for, or the fewest GPUs that hold what is wanted.
fn laid_out(args: &FitArgs, memory: &MemoryQuery, gpu: &Gpu, one: Quantization) -> anyhow::Result<Fit> {
    let layout = memory.layout(gpu, one)?;
    if args.tensor_parallel.is_none() && args.pipeline_parallel.is_none() {
        let found = candidate(gpu, memory.model, one, &memory.requirement, memory.most).and_then(|it| it.fit);
        return found.ok_or_else(|| memory.too_large(gpu, layout, memory.most));
    }
    let mut asked = layout;
    asked.tensor_parallel = args.tensor_parallel.unwrap_or(1);
    asked.pipeline_parallel = args.pipeline_parallel.unwrap_or(1);
    let asked = asked.checked().map_err(|why| indivisible(&why))?;
    if memory.counted && asked.gpus() > memory.most {
        let message = format!("`--gpu-count {}` is fewer than the {} GPUs of this layout", memory.most, asked.gpus());
        return Err(Hinted::new(message, "leave --gpu-count out, or lower --tensor-parallel").into());
    }
    let fit = asked.fit();
    if fit.has_room() { Ok(fit) } else { Err(memory.too_large(gpu, layout, asked.gpus())) }
}

/// Every quantization on one GPU.
fn on_one(args: &FitArgs, memory: &MemoryQuery, key: &str, gpu: &Gpu, out: &mut Printer) -> anyhow::Result<()> {
    let runs = runnable(gpu, memory.model);
    let candidates: Vec<Candidate> = runs
        .iter()
        .filter_map(|(one, _)| candidate(gpu, memory.model, *one, &memory.requirement, memory.most))
        .collect();
    if let Some(narrowest) = candidates.last().filter(|_| candidates.iter().all(|one| one.fit.is_none())) {
        let layout = memory.layout(gpu, narrowest.quantization)?;
        return Err(memory.too_large(gpu, layout, memory.most));
    }
    if args.memory.json {
        let rows: Vec<Value> = candidates.iter().map(|one| candidate_json(memory, one)).collect();
        out.data(crate::report::cost_json::text(&heading_json(memory, json!({ "gpu": key, "quantizations": rows }))));
        return Ok(());
    }
    out.data(format!(
        "{} on {}: quantizations that vLLM runs, and memory for the KV cache",
        memory.model.name, gpu.name
    ));
    told_wanted(memory, out);
    let rows = candidates.iter().map(|one| {
        let [gpus, weights, kv, tokens, longest, most] = cells(memory, one.fit.as_ref());
        [one.quantization.name().into(), gpus, weights, kv, tokens, longest, most, mark(memory, Some(one)).into()]
    });
    let head = ["weights as", "GPUs", "weights", "KV cache", "tokens", "longest", "concurrent", ""].map(str::to_owned);
    table(std::iter::once(head).chain(rows).collect(), out);
    legend(memory, out);
    Ok(())
}

/// One quantization on every GPU.
fn on_all(args: &FitArgs, memory: &MemoryQuery, catalogue: &Catalogue, one: Quantization, out: &mut Printer) {
    let gpus = catalogue.hardware.iter().map(|(key, gpu)| (key.as_str(), gpu));
    let found = on_every_gpu(gpus, memory.model, one, &memory.requirement, memory.most);
    if args.memory.json {
        let rows: Vec<Value> = found
            .iter()
            .map(|(key, _, candidate)| match candidate {
                Some(candidate) => {
                    json!({ "gpu": key, "runs": true, "candidate": candidate_json(memory, candidate) })
                }
                None => json!({ "gpu": key, "runs": false }),
            })
            .collect();
        out.data(crate::report::cost_json::text(&heading_json(
            memory,
            json!({ "quantization": one.word(), "gpus": rows }),
        )));
        return;
    }
    out.data(format!("{}, {}, on every GPU, tightest fit first", memory.model.name, one.name()));
    told_wanted(memory, out);
    let rows = found.iter().map(|(key, _, candidate)| {
        let [gpus, weights, kv, tokens, longest, most] =
            cells(memory, candidate.as_ref().and_then(|it| it.fit.as_ref()));
        [(*key).to_owned(), gpus, weights, kv, tokens, longest, most, mark(memory, candidate.as_ref()).into()]
    });
    let head = ["GPU", "GPUs", "weights", "KV cache", "tokens", "longest", "concurrent", ""].map(str::to_owned);
    table(std::iter::once(head).chain(rows).collect(), out);
    legend(memory, out);
}

/// GPUs needed and sequences held, every GPU by a few quantizations.
fn side_by_side(args: &FitArgs, memory: &MemoryQuery, catalogue: &Catalogue, out: &mut Printer) {
    let gpus = || catalogue.hardware.iter().map(|(key, gpu)| (key.as_str(), gpu));
    // In the order of the widest kind that every GPU runs.
    let ordered = on_every_gpu(gpus(), memory.model, Quantization::Bf16, &memory.requirement, memory.most);
    let at = |gpu: &Gpu, one| candidate(gpu, memory.model, one, &memory.requirement, memory.most);
    if args.memory.json {
        let rows: Vec<Value> = ordered
            .iter()
            .map(|(key, gpu, _)| {
                let all: Vec<Value> = runnable(gpu, memory.model)
                    .into_iter()
                    .filter_map(|(one, _)| at(gpu, one))
                    .map(|it| candidate_json(memory, &it))
                    .collect();
                json!({ "gpu": key, "quantizations": all })
            })
            .collect();
        out.data(crate::report::cost_json::text(&heading_json(memory, json!({ "gpus": rows }))));
        return;
    }
    out.data(format!("{} on every GPU: GPUs needed, and maximum concurrent requests", memory.model.name));
    told_wanted(memory, out);
    let cell = |gpu: &Gpu, one: Quantization| match at(gpu, one) {
        None => "-".to_owned(),
        Some(Candidate { fit: Some(fit), holds: true, .. }) => {
            format!(
                "{}x {:>5}",
                fit.layout.gpus(),
                format::count(fit.most_concurrent(memory.requirement.context) as f64)
            )
        }
        Some(_) => "no".to_owned(),
    };
    let rows = ordered.iter().map(|(key, gpu, _)| {
        let [a, b, c, d, e] = SIDE_BY_SIDE.map(|one| cell(gpu, one));
        [(*key).to_owned(), a, b, c, d, e]
    });
    let [a, b, c, d, e] = SIDE_BY_SIDE.map(|one| one.name().to_owned());
    table(std::iter::once(["GPU".to_owned(), a, b, c, d, e]).chain(rows).collect(), out);
    out.data("");
    out.data(format!(
        "  `2x 18`: 2 GPUs, 18 concurrent requests. `no`: does not fit {} GPUs. `-`: vLLM has no kernel.",
        memory.most
    ));
    out.data("  Add --quantization or --gpu to see memory and the longest context.");
    evidence(out);
}

fn told_wanted(memory: &MemoryQuery, out: &mut Printer) {
    let tokens = format::count(memory.requirement.context as f64);
    let what = match memory.requirement.concurrency {
        Some(concurrency) => format!("{} concurrent requests of {tokens} tokens", format::count(concurrency as f64)),
        None => format!("a request of {tokens} tokens"),
    };
    let own = format::count(f64::from(memory.model.max_context_tokens));
    let share = format::percent_of(memory.requirement.utilization);
    out.data(format!("Requested: {what}; maximum context: {own} tokens"));
    out.data(format!("KV cache: {}; GPU memory utilization: {share}", memory.requirement.kv.word()));
    out.data("");
}

fn cells(memory: &MemoryQuery, fit: Option<&Fit>) -> [String; 6] {
    let Some(fit) = fit else { return std::array::from_fn(|_| "-".to_owned()) };
    let context = memory.requirement.context;
    [
        fit.layout.gpus().to_string(),
        format::gib(fit.narrowest.weights),
        format::gib(fit.narrowest.kv),
        format::count(fit.kv_tokens(context) as f64),
        format::count(fit.longest_context() as f64),
        format::count(fit.most_concurrent(context) as f64),
    ]
}

/// What a row falls short of.
fn mark(memory: &MemoryQuery, candidate: Option<&Candidate>) -> &'static str {
    match candidate {
        None => "no kernel",
        Some(Candidate { fit: None, .. }) => "too large",
        Some(Candidate { holds: true, .. }) => "",
        Some(Candidate { fit: Some(fit), .. }) if fit.most_concurrent(memory.requirement.context) == 0 => {
            "context too long"
        }
        Some(_) => "too few concurrent",
    }
}

fn table<const COLUMNS: usize>(rows: Vec<[String; COLUMNS]>, out: &mut Printer) {
    for line in lines(&rows, First::Left) {
        out.data(format!("  {line}"));
    }
}

fn legend(memory: &MemoryQuery, out: &mut Printer) {
    let tokens = format::count(memory.requirement.context as f64);
    out.data("");
    out.data(format!(
        "  GPUs: the fewest that fit, up to {}. Weights and KV cache: GiB per GPU. Tokens: capacity of",
        memory.most
    ));
    out.data(format!("  the whole cache. Longest: one sequence alone. Concurrent: sequences of {tokens} tokens."));
    evidence(out);
}

fn evidence(out: &mut Printer) {
    out.data("  All values are estimated from model shapes; nothing was run (docs/fit.md).");
}

/// One layout, GPU by GPU.
fn told(memory: &MemoryQuery, gpu: &Gpu, one: Quantization, fit: &Fit, out: &mut Printer) {
    let layout = &fit.layout;
    let divided = match (layout.tensor_parallel, layout.pipeline_parallel) {
        (1, 1) => String::new(),
        (shared, 1) => format!(", tensor parallel {shared}"),
        (shared, stages) => format!(" (tensor parallel {shared}, pipeline parallel {stages})"),
    };
    out.data(format!("{}, {}, on {} x {}{divided}", memory.model.name, one.name(), layout.gpus(), gpu.name));
    told_wanted(memory, out);
    let share = &fit.narrowest;
    let bar = |bytes: f64| "█".repeat((bytes / share.visible * BAR).round().max(0.0) as usize);
    let row = |name: &str, bytes: f64, fill: String| [name.to_owned(), format::gib(bytes), fill];
    let rows = [
        ["each GPU".into(), "GiB".into(), String::new()],
        row("weights", share.weights, bar(share.weights)),
        row("activations", share.activations, bar(share.activations)),
        row("CUDA context, graphs", share.engine, bar(share.engine)),
        row("KV cache", share.kv, bar(share.kv).replace('█', "▒")),
        row("not taken", share.visible - share.usable, bar(share.visible - share.usable).replace('█', "·")),
        row("visible", share.visible, String::new()),
    ];
    let names = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
    for [name, gib, bar] in &rows {
        out.data(format!("  {name:<names$}  {gib:>6}  {bar}").trim_end());
    }
    out.data("");
    let context = memory.requirement.context;
    let (own, longest) = (layout.shape.max_context, fit.longest_context());
    let count = |tokens: u64| format::count(tokens as f64);
    let limit = if longest == own { "the model's maximum" } else { "limited by the KV cache" };
    out.data(format!(
        "  KV cache          {} tokens, {} bytes each on a GPU",
        count(fit.kv_tokens(context)),
        format::count(fit.kv_per_token)
    ));
    out.data(format!("  longest context   {} tokens, {limit}", count(longest)));
    out.data(format!("  concurrent        {} of {} tokens", count(fit.most_concurrent(context)), count(context)));
    if let Some(requirement) = memory.requirement.concurrency {
        let verdict = if memory.requirement.held_by(fit) { "fit, with" } else { "do not fit; they would with" };
        let each = count(fit.longest_context_of(requirement));
        out.data(format!("  {:<17} {verdict} up to {each} tokens each", format!("{} requested", count(requirement))));
    }
    out.data("");
    evidence(out);
}
