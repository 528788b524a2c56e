//! `collector prices check`: every price with its age, sources side by side where they differ, offers that ended.

use std::process::ExitCode;

use serde::Serialize;

use crate::catalogue::offers::{Conflict, Kind, Offer, conflicts, gaps, offers};
use crate::catalogue::{Catalogue, Problem};
use crate::cli::prices::CheckArgs;
use crate::printer::{Hinted, Printer, counted};
use crate::results::table::{self, First};
use shared::date::Date;
use shared::economics::pricing::STALE_AFTER_DAYS;

/// What was found, as `--json` prints it.
#[derive(Serialize)]
struct Findings<'a> {
    today: Date,
    stale_after_days: i64,
    rows: Vec<Aged<'a>>,
    conflicts: &'a [Conflict],
    ended_with_nothing_after: &'a [&'a Offer],
    wrong: Vec<String>,
}

#[derive(Serialize)]
struct Aged<'a> {
    #[serde(flatten)]
    row: &'a Offer,
    age_days: i64,
    standing: Standing,
}

/// What a row is worth today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Fresh,
    Stale,
    Ended,
    NotYet,
}

/// Tells everything; fails when a row is wrong, and with `--strict` when one in force is stale or in dispute.
///
/// # Errors
/// When the folder is missing or cannot be read.
pub(super) fn check(args: &CheckArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let today = args.today.unwrap_or_else(crate::today::today);
    let (catalogue, problems) = Catalogue::read(args.configs.as_deref())?;
    let wrong: Vec<Problem> = problems.into_iter().filter(|problem| problem.path.starts_with("prices")).collect();
    let rows = offers(&catalogue.prices);
    if rows.is_empty() && wrong.is_empty() {
        let hint = "name a folder like configs, which holds prices/*.toml";
        return Err(Hinted::new("there is no price to check", hint).into());
    }
    let (conflicts, gaps) = (conflicts(&rows), gaps(&rows, today));
    let aged: Vec<Aged> = rows.iter().map(|row| aged(row, today)).collect();
    let stale = aged.iter().filter(|row| row.standing == Standing::Stale).count();
    let summary = summary(&rows, stale, conflicts.len(), gaps.len());
    if args.json {
        let findings = Findings {
            today,
            stale_after_days: STALE_AFTER_DAYS,
            rows: aged,
            conflicts: &conflicts,
            ended_with_nothing_after: &gaps,
            wrong: wrong.iter().map(ToString::to_string).collect(),
        };
        out.data(serde_json::to_string_pretty(&findings)?);
    } else {
        tell(&aged, &conflicts, &gaps, out);
        for problem in &wrong {
            out.data(format!("\nwrong: {problem}"));
        }
        out.data(format!("\n{summary}"));
    }
    if !wrong.is_empty() {
        out.talk(format!("error: {}; the first: {}", counted(wrong.len(), "wrong row"), wrong[0]));
        return Ok(ExitCode::FAILURE);
    }
    if args.strict && (stale > 0 || !conflicts.is_empty()) {
        out.talk(format!("error: {stale} stale and {} in dispute, which --strict refuses", conflicts.len()));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn aged(row: &Offer, today: Date) -> Aged<'_> {
    let (age_days, is_stale) = row.age(today);
    let standing = if row.to.is_some_and(|to| to <= today) {
        Standing::Ended
    } else if row.from > today {
        Standing::NotYet
    } else if is_stale {
        Standing::Stale
    } else {
        Standing::Fresh
    };
    Aged { row, age_days, standing }
}

impl Standing {
    fn mark(self) -> &'static str {
        match self {
            Self::Fresh => "",
            Self::Stale => "stale",
            Self::Ended => "ended",
            Self::NotYet => "not yet",
        }
    }
}

fn tell(rows: &[Aged], conflicts: &[Conflict], gaps: &[&Offer], out: &mut Printer) {
    for (kind, title) in [
        (Kind::Api, "API, USD per million tokens, input / output"),
        (Kind::Gpu, "GPU, USD for an hour of one"),
        (Kind::Electricity, "Electricity, USD for a kilowatt-hour"),
        (Kind::Storage, "Storage, USD for a gigabyte and a month"),
    ] {
        let of_kind = rows.iter().filter(|aged| aged.row.kind == kind);
        let mut lines = vec![["offer", "price", "read on", "days", ""].map(str::to_owned)];
        lines.extend(of_kind.map(|aged| {
            let Aged { row, age_days, standing } = aged;
            let read_on = row.read_on.to_string();
            [row.offer.clone(), price(row), read_on, age_days.to_string(), standing.mark().to_owned()]
        }));
        if lines.len() > 1 {
            out.data(format!("{title}\n{}\n", table::lines(&lines, First::Left).join("\n")));
        }
    }
    if !conflicts.is_empty() {
        out.data("Sources that differ");
    }
    for conflict in conflicts {
        out.data(format!("  {}", conflict.offer));
        let words = table::lines(&conflict.rows.iter().map(said).collect::<Vec<_>>(), First::Left);
        for (words, row) in words.iter().zip(&conflict.rows) {
            out.data(format!("    {words}  {}", source(row)));
        }
    }
    if !gaps.is_empty() {
        out.data("\nEnded, with nothing after");
    }
    for row in gaps {
        let to = row.to.map_or(String::new(), |to| to.to_string());
        out.data(format!("  {}: {} until {to}", row.offer, price(row)));
    }
}

/// A source's word: the price and its days; who says so goes after it.
fn said(row: &Offer) -> [String; 4] {
    let to = row.to.map_or(String::new(), |to| format!("to {to}"));
    [all_numbers(row), format!("from {}", row.from), to, format!("read {}", row.read_on)]
}

fn source(row: &Offer) -> String {
    let via = row.via.as_ref().map_or(String::new(), |via| format!(", through {via}"));
    format!("{}{via}", row.source)
}

/// `0.15 / 0.6`.
fn price(row: &Offer) -> String {
    let shown = row.numbers.iter().take(if row.kind == Kind::Api { 2 } else { 1 });
    shown.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(" / ")
}

/// `0.15 / 0.6, cached_input 0.075`.
fn all_numbers(row: &Offer) -> String {
    let more = row.numbers.iter().skip(2).map(|(field, value)| format!(", {field} {value}"));
    std::iter::once(price(row)).chain(more).collect()
}

fn summary(rows: &[Offer], stale: usize, conflicts: usize, gaps: usize) -> String {
    let of = |kind: Kind| rows.iter().filter(|row| row.kind == kind).count();
    format!(
        "{} ({} API, {} GPU, {} electricity, {} storage); {stale} stale after {STALE_AFTER_DAYS} days, {} of which \
         sources differ, {gaps} ended with nothing after",
        counted(rows.len(), "row"),
        of(Kind::Api),
        of(Kind::Gpu),
        of(Kind::Electricity),
        of(Kind::Storage),
        counted(conflicts, "offer"),
    )
}
