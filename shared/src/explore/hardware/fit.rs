//! What of a GPU's memory a model fills: weights, contexts, activations, and what stays free.

use crate::advice::fitting::{MemoryRequirement, layout};
use crate::advice::options::published;
use crate::explore::hardware::plan::Plan;
use crate::explore::hardware::sentence::in_words;
use crate::format;
use crate::hardware::machine::Machine;
use crate::hardware::memory::{DEFAULT_UTILIZATION, Fit, GIB, Layout, Share};
use crate::hardware::quantization::{KvPrecision, Quantization};
use crate::store::catalogue::{Catalogue, Gpu, Model};

/// What fits where, as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Fits {
    /// The answer in a sentence.
    pub headline: String,
    /// Every GPU, those that fit first, the smallest of them first.
    pub rows: Vec<FitRow>,
    /// What it rests on.
    pub note: String,
}

/// One GPU, or a group of them that shares each layer.
#[derive(Debug, Clone, PartialEq)]
pub struct FitRow {
    /// Name of the GPU's file.
    pub key: String,
    /// How many of which.
    pub name: String,
    /// Whether everything fits.
    pub fits: bool,
    /// Its memory, by what it holds; empty where nothing can be said.
    pub parts: Vec<Part>,
    /// As many as [`COLUMNS`]; none where nothing can be said.
    pub cells: Vec<String>,
    /// What is wrong; empty where everything fits.
    pub why: String,
}

/// A part of the memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// What it holds.
    pub holds: Holds,
    /// Where it begins, as a share of the whole bar.
    pub from: f64,
    /// How much of the bar it takes.
    pub share: f64,
}

/// What memory holds, in the order of the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Weights.
    Weights,
    /// Activations and the engine's own.
    Activations,
    /// Keys and values of the contexts that are asked for.
    Contexts,
    /// Room for more contexts.
    Free,
}

impl Holds {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Weights, Self::Activations, Self::Contexts, Self::Free];

    /// Its word in a legend.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Contexts => "KV cache of these contexts",
            Self::Activations => "activations and engine",
            Self::Free => "free for more contexts",
        }
    }

    /// Its word in classes and test ids.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Contexts => "contexts",
            Self::Activations => "activations",
            Self::Free => "free",
        }
    }
}

/// The heads of the columns beside the bar.
pub const COLUMNS: [&str; 7] = [
    "Weights, GiB",
    "Activations, engine, GiB",
    "KV cache, GiB",
    "Free, GiB",
    "Tokens the KV cache holds",
    "Longest context",
    "Most at once",
];

/// The precision that is meant: the plan's, or the one the model came in.
#[must_use]
pub fn stored(plan: &Plan, model: &Model) -> Quantization {
    let native = model.variants.iter().find(|variant| variant.repository == model.hugging_face);
    let own = native.and_then(|variant| Quantization::of(&variant.quantization));
    plan.stored.or(own).or_else(|| published(model).first().copied()).unwrap_or(Quantization::Bf16)
}

/// Fits a plan's model onto every GPU of the catalogue.
///
/// # Errors
/// A sentence when the catalogue does not have what the plan names.
pub fn fits(catalogue: &Catalogue, plan: &Plan) -> Result<Fits, String> {
    let unknown = || format!("There is no model `{}` in the catalogue. Choose one of the list.", plan.model);
    let (_, model) = plan.model_in(catalogue).ok_or_else(unknown)?;
    let quantization = stored(plan, model);
    let wanted = MemoryRequirement {
        kv: KvPrecision::Bf16,
        context: plan.context as u64,
        concurrency: Some(plan.at_once as u64),
        request: None,
        utilization: DEFAULT_UTILIZATION,
    };
    let mut rows: Vec<(f64, FitRow)> = Vec::new();
    for (slug, gpu) in &catalogue.gpus {
        let row = match layout(gpu, model, quantization, &wanted) {
            None => without(slug, gpu, plan, "no kernel for these weights"),
            Some(alone) => match (Layout { tensor_parallel: plan.gpus, ..alone }).checked() {
                Ok(layout) => filled(slug, gpu, plan, &layout.fit()),
                Err(_) => without(slug, gpu, plan, "its heads do not divide among so many GPUs"),
            },
        };
        rows.push((Machine::of(gpu).memory, row));
    }
    rows.sort_by(|(a, one), (b, other)| other.fits.cmp(&one.fits).then(a.total_cmp(b)).then(one.name.cmp(&other.name)));
    let rows: Vec<FitRow> = rows.into_iter().map(|(_, row)| row).collect();
    let note = format!(
        "Of each GPU of a replica. The engine may take {} of its memory, as vLLM does by default, and the bar is that. \
         collector fit computes the same and says how well it holds.",
        format::percent_of(DEFAULT_UTILIZATION)
    );
    Ok(Fits { headline: headline(&rows, plan, model, quantization), rows, note })
}

fn name(gpu: &Gpu, plan: &Plan) -> String {
    if plan.gpus > 1 { format!("{} x {}", plan.gpus, gpu.name) } else { gpu.name.clone() }
}

fn without(slug: &str, gpu: &Gpu, plan: &Plan, why: &str) -> FitRow {
    let (key, name) = (slug.to_owned(), name(gpu, plan));
    FitRow { key, name, fits: false, parts: Vec::new(), cells: Vec::new(), why: why.into() }
}

fn filled(slug: &str, gpu: &Gpu, plan: &Plan, fit: &Fit) -> FitRow {
    let context = plan.context as u64;
    let Share { usable, weights, activations, engine, kv, .. } = fit.narrowest;
    let most = fit.most_concurrent(context);
    // What the contexts take, where there is room to say what one takes.
    let concurrent = fit.concurrent(context);
    let contexts =
        if concurrent > 0.0 { kv * plan.at_once / concurrent } else { plan.context * plan.at_once * fit.kv_per_token };
    let free = kv - contexts;
    let too_long = context > fit.layout.shape.max_context;
    let why = match () {
        () if !fit.has_room() => format!("{} GiB too little for the weights", gib((-kv).max(0.0))),
        () if too_long => "the model goes to no such context".into(),
        () if (most as f64) < plan.at_once => format!("{} GiB too little for these contexts", gib((-free).max(0.0))),
        () => String::new(),
    };
    let mut from = 0.0;
    let mut parts = Vec::new();
    let held = [weights, activations + engine, contexts, free];
    for (holds, bytes) in Holds::ALL.into_iter().zip(held) {
        // What is too much is cut off where the memory ends.
        let share = (bytes / usable).clamp(0.0, 1.0 - from);
        parts.push(Part { holds, from, share });
        from += share;
    }
    let longest = fit.longest_context();
    let all = if longest == fit.layout.shape.max_context { ", the model's own" } else { "" };
    let cells = vec![
        gib(weights),
        gib(activations + engine),
        gib(contexts),
        if free > 0.0 { gib(free) } else { "none".into() },
        format::count(fit.kv_tokens(context) as f64),
        format!("{}{all}", format::count(longest as f64)),
        format::count(most as f64),
    ];
    FitRow { key: slug.to_owned(), name: name(gpu, plan), fits: why.is_empty(), parts, cells, why }
}

/// GiB to three digits.
fn gib(bytes: f64) -> String {
    format::significant(bytes / GIB, 3)
}

fn headline(rows: &[FitRow], plan: &Plan, model: &Model, quantization: Quantization) -> String {
    let fitting = rows.iter().filter(|row| row.fits).count();
    let context = format::count(plan.context);
    let contexts = match plan.at_once {
        1.0 => format!("one context of {context} tokens"),
        several => format!("{} contexts of {context} tokens", in_words(several)),
    };
    let what = format!("{} in {} with {contexts}", model.name, quantization.name());
    let each = if plan.gpus > 1 { format!("groups of {}", in_words(plan.gpus.into())) } else { "GPUs".into() };
    match rows.first().filter(|row| row.fits) {
        Some(first) => {
            let free = first.cells.get(3).map_or("", String::as_str);
            let of_each = if plan.gpus > 1 { " on each" } else { "" };
            let (all, smallest) = (rows.len(), &first.name);
            format!("{what} fits {fitting} of {all} {each}; the smallest is {smallest}, with {free} GiB free{of_each}.")
        }
        None => format!(
            "{what} fits none of {} {each}. Ask for shorter contexts, fewer at once, smaller weights or more GPUs.",
            rows.len()
        ),
    }
}
