//! The answer to the default assumptions, as the HTML that the first screen shows before the program has loaded.

use anyhow::{Context, anyhow};

use crate::printer::Hinted;
use shared::chart::svg::element;
use shared::chart::svg::markup::escape;
use shared::chart::svg::palette::Palette;
use shared::explore::answer::{Answer as KnownAnswer, answer};
use shared::explore::controls::{self, Id};
use shared::explore::figures::{Figure, figure};
use shared::explore::headline::Span;
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use shared::explore::view_model::{self, View, derive};

/// How wide the figure is on a phone of 390 CSS pixels and on a desktop of 1280 and more: there the drawing is shown as
/// large as it was made, and looks as the canvas that takes its place.
const NARROW: f64 = 382.0;
const WIDE: f64 = 876.0;

/// What the markers of the page stand for.
#[derive(Debug)]
pub struct Answer {
    /// Markers with their html; all of it is safe between tags, and what has no tags also in an attribute.
    pub parts: Vec<(&'static str, String)>,
    /// The rules the html needs.
    pub css: String,
}

/// Keeps the place of the button that pins the scenario.
const PIN: &str = "<button type=\"button\" class=\"apart\" disabled>Pin to compare</button>";

/// The parts a page must have; the others may be left out.
pub const NEEDED: [&str; 5] = ["question", "headline", "reasons", "beside", "figure"];

/// What the page says to the default assumptions.
///
/// # Errors
/// When these results give no answer.
pub fn default_answer(library: &Library) -> anyhow::Result<Answer> {
    let scenario = Scenario::default();
    let unanswered = |why: String| {
        Hinted::new(
            format!("the default assumptions have no answer: {why}"),
            "the page needs a run with levels to show",
        )
    };
    let view = derive(library, &scenario);
    view.headline.as_ref().map_err(|why| unanswered(why.clone()))?;
    let known = answer(library, &scenario).map_err(|_| anyhow!(unanswered(view.title.clone())))?;
    let spec = figure(Figure::MonthlyCost, library, &scenario).map_err(unanswered)?;
    let mut palette = Palette::default();
    let drawn = [("narrow", NARROW), ("wide", WIDE)].map(|(class, width)| element(&spec, class, width, &mut palette));
    let drawn: Vec<String> = drawn.into_iter().collect::<Result<_, _>>().context("failed to draw the first figure")?;
    let told = |spans: &[Span]| spans.iter().map(|span| html(span, &scenario, &known)).collect::<String>();
    let reasons = view.reasons.iter().map(|reason| format!("<li>{}</li>", told(reason))).collect();
    let parts = vec![
        ("title", escape(&view.title)),
        ("question", format!("{} <strong>{}</strong>", escape(&view.question), escape(&view.verdict))),
        ("headline", view.headline.as_ref().map_or(String::new(), |spans| told(spans))),
        ("reasons", reasons),
        ("beside", format!("{}{}{}{PIN}", badge(&view), doubts(library, &scenario), presets(library))),
        ("finding", escape(&spec.title)),
        ("figure", drawn.concat()),
    ];
    Ok(Answer { parts, css: palette.css(".start") })
}

/// A piece of a sentence, with the classes the program gives it, so that words keep their places when it takes over.
fn html(span: &Span, scenario: &Scenario, answer: &KnownAnswer) -> String {
    let classed = |class: &str, words: &str| format!("<span class=\"{class}\">{}</span>", escape(words));
    match span {
        Span::Text(words) => escape(words),
        Span::Number(id) => {
            let dollar = if *id == Id::GpuPrice { "$" } else { "" };
            let number = controls::control(*id, scenario, Some(answer)).inline;
            format!("<span class=\"whole\">{dollar}{}</span>", classed("inline", &number))
        }
        Span::Run(words) | Span::Api(words) => format!("<span class=\"choice\"><span>{}</span></span>", escape(words)),
        Span::Money { text, .. } => classed("money", text),
        Span::Verdict { text, .. } => classed("money verdict", text),
    }
}

/// What the answer rests on: a number keeps its evidence.
fn badge(view: &View) -> String {
    view.badge.as_ref().map_or(String::new(), |(evidence, words)| {
        let note = escape(&view.badge_note);
        format!(
            "<details class=\"evidence\"><summary class=\"badge {}\">{}</summary><span class=\"badge-note\">{note}</span></details>",
            evidence.word(),
            escape(words)
        )
    })
}

/// What to doubt about the run, folded as the program folds it.
fn doubts(library: &Library, scenario: &Scenario) -> String {
    let doubts = view_model::doubts(library, scenario);
    if doubts.is_empty() {
        return String::new();
    }
    let items: String = doubts.iter().map(|doubt| format!("<li>{}</li>", escape(doubt))).collect();
    let heading = view_model::doubts_heading(doubts.len());
    format!("<details class=\"doubts\"><summary>{heading}</summary><ul>{items}</ul></details>")
}

/// The list of demands to start from, which waits for the program.
fn presets(library: &Library) -> &'static str {
    match library.index.presets.as_slice() {
        [] => "",
        [_, ..] => "<label>Start from <select disabled><option>your own demand</option></select></label>",
    }
}
