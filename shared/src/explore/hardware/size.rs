//! Which GPUs hold a demand under a latency target, ranked by what they cost a month.

use crate::advice::capacity::{Capacity, Row, rank};
use crate::advice::options::{Infeasible, published};
use crate::advice::search::{CapacityQuery, Search};
use crate::advice::sizing::{Busy, Fleet};
use crate::advice::targets;
use crate::advice::text::{ranged, replica_capacity, stop, teams, why_not};
use crate::advice::workload::Workload;
use crate::explore::hardware::plan::Plan;
use crate::explore::hardware::sentence::sentence;
use crate::explore::library::Library;
use crate::explore::scenario::Scenario;
use crate::explore::tables::{Cell, Row as TableRow, Table};
use crate::format;
use crate::store::catalogue::{Catalogue, Gpu};
use crate::store::provenance::Evidence;
use crate::store::result_file::ResultFile;
use crate::units::HOURS_PER_MONTH;

/// What was found, as text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sized {
    /// The answer in a sentence.
    pub headline: String,
    /// What the cheapest that holds rests on; `None` where nothing holds.
    pub evidence: Option<Evidence>,
    /// The demand and the target, in words.
    pub asked: String,
    /// Column headings; the first column names the row.
    pub columns: Vec<String>,
    /// GPUs that hold, the cheapest first.
    pub rows: Vec<SizedRow>,
    /// GPUs that do not, and why.
    pub not: Vec<String>,
    /// Where one replica of the first stops; empty where none holds.
    pub stop: String,
    /// What it costs each of several people, by how many there are.
    pub teams: Option<Table>,
    /// What it rests on.
    pub notes: Vec<String>,
}

/// A GPU that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct SizedRow {
    /// Name of the GPU's file.
    pub key: String,
    /// The way to serve.
    pub name: String,
    /// As many as there are columns, without the first and the last one.
    pub cells: Vec<String>,
    /// What it rests on.
    pub evidence: Evidence,
    /// How its numbers come about, line by line.
    pub arithmetic: Vec<String>,
}

/// Paths of the result files that say something of a plan's model.
#[must_use]
pub fn wanted(library: &Library, plan: &Plan) -> Vec<String> {
    let of_model = library.index.results.iter().filter(|entry| {
        entry.configuration.model == plan.model
            && entry.evidence != Evidence::Rehearsal
            && !entry.concurrency.is_empty()
    });
    of_model.map(|entry| entry.path.clone()).collect()
}

/// The search that a plan asks for; nothing is looked at yet. `runs` are those of [`wanted`] that came.
///
/// # Errors
/// A sentence when the catalogue does not have what the plan names, or the model takes no such requests.
pub fn search<'a>(
    catalogue: &'a Catalogue,
    library: &'a Library,
    plan: &Plan,
    workload: &'a Workload,
    runs: &'a [(String, std::sync::Arc<ResultFile>)],
) -> Result<Search<'a>, String> {
    let unknown = || format!("There is no model `{}` in the catalogue. Choose one of the list.", plan.model);
    let (slug, model) = plan.model_in(catalogue).ok_or_else(unknown)?;
    let fitted = catalogue.estimator.as_ref();
    let question = CapacityQuery {
        slug,
        model,
        stored: plan.stored.map_or_else(|| published(model), |one| vec![one]),
        workload,
        fitted: fitted.ok_or("The catalogue has nothing to estimate from; `collector index` writes it anew.")?,
        prices: &library.index.gpu_prices,
        day: library.today,
        runs: runs.iter().map(|(path, file)| (path.as_str(), &**file)).collect(),
    };
    match question.too_long() {
        Some(why) => Err(format!("No GPU can: {why} tokens. Ask for fewer tokens, or choose another model.")),
        None => Ok(Search::new(question, catalogue.gpus.iter().map(|(slug, gpu)| (slug.as_str(), gpu)))),
    }
}

/// What a search has found, as far as it has come.
#[must_use]
pub fn told(found: &Search, plan: &Plan, workload: &Workload, model: &str, scenario: &Scenario) -> Sized {
    format::in_currency(scenario.currency.as_ref(), || {
        let rows = rank(&found.all, &workload.requirement);
        let evidence = rows.iter().find(|row| row.fleet.is_some()).map(|row| row.capacity.evidence);
        Sized {
            headline: sentence(&rows, plan.who, workload, model),
            evidence,
            asked: format!("{}. Target {}.", workload.words, targets::words(&plan.target)),
            columns: columns(workload),
            rows: rows.iter().filter_map(|row| sized(row, workload)).collect(),
            not: not(&rows, &found.none),
            stop: first_stop(&rows),
            teams: by_team(&found.all, workload),
            notes: notes(&rows, workload),
        }
    })
}

fn columns(workload: &Workload) -> Vec<String> {
    let money = format::money_word();
    let mut columns: Vec<String> =
        ["GPUs of a replica", "Weights", "One replica holds", "Replicas"].map(str::to_owned).into();
    columns.push(format!("{money} a month"));
    if workload.requirement.people.is_some() {
        columns.push(format!("{money} a {}", workload.person));
    }
    columns.push(format!("{money} per 1M total tokens"));
    columns.extend(["Used", "Evidence"].map(str::to_owned));
    columns
}

fn sized(row: &Row, workload: &Workload) -> Option<SizedRow> {
    let fleet = row.fleet?;
    let option = &row.capacity.option;
    let mut cells = vec![
        option.quantization.name().to_owned(),
        replica_capacity(&workload.requirement, &fleet),
        ranged(row, &fleet, |fleet| format::count(fleet.replicas as f64)),
        ranged(row, &fleet, |fleet| format::usd(fleet.month)),
    ];
    cells.extend(fleet.per_person.map(format::usd));
    cells.extend([format::usd_per_million(fleet.per_million), format::percent_of(fleet.utilisation)]);
    Some(SizedRow {
        key: option.slug.to_owned(),
        name: option.name(),
        cells,
        evidence: row.capacity.evidence,
        arithmetic: arithmetic(row, &fleet, workload),
    })
}

/// How a row's numbers come about.
fn arithmetic(row: &Row, fleet: &Fleet, workload: &Workload) -> Vec<String> {
    let (capacity, wanted) = (row.capacity, &workload.requirement);
    let replicas = format::count(fleet.replicas as f64);
    let needed = match wanted.busy {
        Busy::Streams(streams) => {
            format!("{} at once / {} a replica = {replicas}, rounded up", format::amount(streams), fleet.streams)
        }
        Busy::Rate(peak) => format!(
            "{}/s at the peak / ({}/s a replica × {} planned for) = {replicas}, rounded up",
            format::significant(peak, 3),
            format::significant(fleet.rate.value(), 3),
            format::percent(wanted.headroom)
        ),
    };
    let month = format::usd(fleet.month);
    let mut lines = vec![format!("One replica {}.", stop(row)), format!("Replicas: {needed}.")];
    lines.extend(capacity.price.map(|price| {
        format!("A month: {replicas} × {} × {HOURS_PER_MONTH} h = {month}.", format::usd_per_hour(price))
    }));
    if let (Some(each), Some(people)) = (fleet.per_person, wanted.people) {
        lines.push(format!("Each {}: {month} / {} = {}.", workload.person, format::amount(people), format::usd(each)));
    }
    let (requests, tokens) = (format::count(wanted.requests_per_month), format::amount(wanted.tokens));
    let million = format::usd_per_million(fleet.per_million);
    lines.push(format!(
        "1M total tokens: {month} / ({requests} requests a month × {tokens} tokens) × 1,000,000 = {million}."
    ));
    lines.push(match (&capacity.source, capacity.option.band) {
        (Some(source), _) => format!("Its levels are {}: {source}.", capacity.evidence.word()),
        (None, Some(band)) => format!(
            "Estimated from data sheets. Of {} published records of its kind, four in five ran at {} to {} times what is \
             estimated; replicas and money show that range.",
            band.records,
            format::significant(band.low, 2),
            format::significant(band.high, 2)
        ),
        (None, None) => "Estimated from data sheets; no record says how far off that is.".into(),
    });
    lines
}

fn not(rows: &[Row], none: &[((&str, &Gpu), Infeasible)]) -> Vec<String> {
    let looked_at = rows.iter().filter(|row| row.fleet.is_none()).map(|row| {
        let option = &row.capacity.option;
        format!("{} ({}): {}", option.name(), option.quantization.name(), why_not(row))
    });
    looked_at.chain(none.iter().map(|((_, gpu), why)| format!("{}: {}", gpu.name, why.words()))).collect()
}

fn first_stop(rows: &[Row]) -> String {
    let first = rows.first().filter(|row| row.fleet.is_some());
    first.map_or(String::new(), |row| format!("One replica of {} {}.", row.capacity.option.name(), stop(row)))
}

fn by_team(all: &[Capacity], workload: &Workload) -> Option<Table> {
    let teams = teams(all, workload);
    let money = format::money_word();
    let row = |(people, row): (f64, Row)| {
        let fleet = row.fleet?;
        let option = &row.capacity.option;
        let on = format!("{} × {} ({})", fleet.replicas, option.name(), option.quantization.name());
        let each = fleet.per_person.map_or(String::new(), format::usd);
        Some(TableRow {
            key: format!("team/{people}"),
            in_use: workload.requirement.people == Some(people),
            cells: vec![
                Cell::Words(format::amount(people)),
                Cell::Number(each),
                Cell::Number(format::usd(fleet.month)),
                Cell::Words(on),
                Cell::Words(row.capacity.evidence.word().to_owned()),
            ],
        })
    };
    let rows: Vec<TableRow> = teams.into_iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| Table {
        id: "teams",
        title: "What each costs as the team grows",
        columns: vec![
            format!("{}s", sentence_case(&workload.person)),
            format!("{money} a month each"),
            format!("{money} a month in all"),
            "On the cheapest that holds".into(),
            "Evidence".into(),
        ],
        rows,
        groups: Vec::new(),
        note: String::new(),
    })
}

fn sentence_case(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn notes(rows: &[Row], workload: &Workload) -> Vec<String> {
    let mut notes = Vec::new();
    if rows.iter().any(|row| row.band.is_some()) {
        notes.push(
            "Estimated rows were not measured: a roofline and a simulated engine. A range says how far it goes if the GPU \
             is as much faster or slower than estimated as four in five published records of its kind were."
                .to_owned(),
        );
    }
    notes.push("GPUs cost what the cheapest dated offer asks today, for every hour of a month.".into());
    if !workload.assumed.is_empty() {
        notes.push(format!(
            "Assumed rather than found in the demand: {}.",
            workload.assumed.join(", ").replace('_', " ")
        ));
    }
    if workload.traffic.cached.value() > 0.0 {
        let share = format::percent(workload.traffic.cached);
        notes.push(format!("The prefix cache is taken to hold {share} of each prompt, however many are at once."));
    }
    notes
}
