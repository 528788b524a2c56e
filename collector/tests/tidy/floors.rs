//! Who may import whom: the floors of `shared` and `app`, the charts' one bridge, commands apart, and no circles.

use std::collections::{BTreeMap, BTreeSet};

use crate::paths::{mentions, resolve};
use crate::tree::{File, Tree};

/// Modules, each with those it imports.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

const SHARED: &str = "shared/src/";
const APP: &str = "app/src/";
const COLLECTOR: &str = "collector/src/";

/// A file of a floor imports from the floors above it in this list, which are the lower ones, and from its own folder.
const SHARED_FLOORS: [&[&str]; 6] = [
    &["units", "stats", "date", "decimal"],
    &["format", "measure"],
    // Below economics: the stored index carries the dated prices that economics chooses among.
    &["store"],
    &["economics", "hardware"],
    &["import", "export", "advice"],
    &["explore"],
];
const APP_FLOORS: [&[&str]; 4] =
    [&["fetch", "location", "wire"], &["store", "theme"], &["canvas", "history", "said"], &["views"]];

/// A module that a file names.
struct Edge<'a> {
    file: &'a File,
    line: usize,
    from: Vec<String>,
    to: Vec<String>,
}

impl Edge<'_> {
    fn at(&self) -> String {
        format!("{}:{}", self.file.path, self.line)
    }
}

pub fn violations(tree: &Tree) -> Vec<String> {
    let mut out = floors(tree, SHARED, &SHARED_FLOORS);
    out.extend(floors(tree, APP, &APP_FLOORS));
    out.extend(charts(tree));
    out.extend(commands(tree));
    for src in [SHARED, COLLECTOR, APP] {
        out.extend(circles(tree, src));
    }
    out
}

fn edges<'a>(tree: &'a Tree, src: &'a str) -> Vec<Edge<'a>> {
    let mut out = Vec::new();
    for file in tree.rust(src) {
        let from = file.module(src);
        for mention in mentions(&file.code()) {
            match resolve(&mention.parts, &from) {
                Some(to) if !to.is_empty() && !from.is_empty() => {
                    out.push(Edge { file, line: mention.line, from: from.clone(), to });
                }
                // The crate's root declares every module and belongs to no floor.
                _ => {}
            }
        }
    }
    out
}

fn floors(tree: &Tree, src: &str, floors: &[&[&str]]) -> Vec<String> {
    let floor = |module: &str| floors.iter().position(|f| f.contains(&module));
    let modules: BTreeSet<String> =
        tree.modules(src).iter().filter_map(|m| m.split('/').next()).map(Into::into).collect();
    let mut out = Vec::new();
    if src == SHARED {
        for module in modules.iter().filter(|m| !m.is_empty() && *m != "chart" && floor(m).is_none()) {
            out.push(format!(
                "{src}{module}: this module stands on no floor; give it one in collector/tests/tidy/floors.rs"
            ));
        }
    }
    for edge in edges(tree, src) {
        let (from, to) = (edge.from[0].as_str(), edge.to[0].as_str());
        if from == to || (src == SHARED && (from == "chart" || to == "chart")) {
            continue;
        }
        let at = edge.at();
        if src == SHARED && !modules.contains(to) {
            out.push(format!(
                "{at}: `crate::{to}` is not a module; name the module it comes from, so that its floor shows"
            ));
        }
        if let (Some(own), Some(other)) = (floor(from), floor(to))
            && other >= own
        {
            out.push(format!(
                "{at}: `{from}` (floor {own}) imports `{to}` (floor {other}); only lower floors may be imported"
            ));
        }
    }
    out
}

/// `chart` knows no domain word, and only the figures know `chart`.
fn charts(tree: &Tree) -> Vec<String> {
    let is_bridge = |m: &[String]| m[0] == "explore" && m.get(1).is_some_and(|file| file.starts_with("figures"));
    let judge = |edge: Edge<'_>| match (edge.from[0].as_str(), edge.to[0].as_str()) {
        ("chart", "chart") => None,
        ("chart", to) => Some(format!("{}: `chart` imports `{to}`; it may import only `chart`", edge.at())),
        (_, "chart") if !is_bridge(&edge.from) => {
            Some(format!("{}: only `explore/figures` may import `chart`", edge.at()))
        }
        _ => None,
    };
    edges(tree, SHARED).into_iter().filter_map(judge).collect()
}

/// One verb, one file: what two commands share belongs somewhere else.
fn commands(tree: &Tree) -> Vec<String> {
    let modules = tree.modules(COLLECTOR);
    let is_command =
        |path: &[String]| path.len() > 1 && path[0] == "commands" && modules.contains(&path[..2].join("/"));
    let judge = |edge: Edge<'_>| {
        (is_command(&edge.from) && is_command(&edge.to) && edge.from[1] != edge.to[1])
            .then(|| format!("{}: command `{}` imports command `{}`", edge.at(), edge.from[1], edge.to[1]))
    };
    edges(tree, COLLECTOR).into_iter().filter_map(judge).collect()
}

/// Two files that need each other are one thing. A module and what is inside it may know each other.
fn circles(tree: &Tree, src: &str) -> Vec<String> {
    let graph = graph(tree, src);
    let mut done = BTreeSet::new();
    let mut out = Vec::new();
    for start in graph.keys() {
        walk(&graph, start, &mut Vec::new(), &mut done, &mut |circle| {
            out.push(format!("{src}: modules in a circle: {}", circle.join(" -> ")));
        });
    }
    out
}

/// Which modules each module of a crate imports, itself and what is inside it left out.
pub fn graph(tree: &Tree, src: &str) -> Graph {
    let modules = tree.modules(src);
    let mut graph = Graph::new();
    for edge in edges(tree, src) {
        let Some(to) = (1..=edge.to.len()).rev().map(|n| edge.to[..n].join("/")).find(|m| modules.contains(m)) else {
            continue;
        };
        let from = edge.from.join("/");
        let inside = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
        if !inside(&from, &to) && !inside(&to, &from) {
            graph.entry(from).or_default().insert(to);
        }
    }
    graph
}

/// Depth first; `way` is the modules on the way here. Every circle has an edge back onto the way.
fn walk<'a>(
    graph: &'a Graph,
    module: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    report: &mut impl FnMut(&[&str]),
) {
    if let Some(start) = way.iter().position(|m| *m == module) {
        way.push(module);
        report(&way[start..]);
        way.pop();
        return;
    }
    if !done.contains(module) {
        way.push(module);
        for next in graph.get(module).into_iter().flatten() {
            walk(graph, next, way, done, report);
        }
        way.pop();
        done.insert(module);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: a word from each message, in order.
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let found = violations(&Tree::of(files));
        let matches = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.contains(e));
        assert!(matches, "expected {expected:?}, found {found:#?}");
    }

    const STATS: (&str, &str) = ("shared/src/stats.rs", "");
    const INDEX: (&str, &str) = ("shared/src/store/index.rs", "");
    const CHART: (&str, &str) = ("shared/src/chart/mod.rs", "");

    #[test]
    fn lower_floors_may_be_imported() {
        check(&[STATS, ("shared/src/store/index.rs", "use crate::stats::mean;")], &[]);
        check(&[INDEX, ("shared/src/store/result_file.rs", "use super::index::Index;")], &[]);
        check(&[INDEX, ("shared/src/lib.rs", "pub use crate::store::index::Index;")], &[]);
    }

    #[test]
    fn higher_and_equal_floors_may_not() {
        check(
            &[INDEX, ("shared/src/stats.rs", "\nuse crate::store::index::Index;")],
            &["stats.rs:2: `stats` (floor 0) imports `store`"],
        );
        check(&[INDEX, ("shared/src/stats.rs", "use crate::{store::index::Index};")], &["imports `store`"]);
        let cost = ("shared/src/economics/cost.rs", "");
        check(
            &[cost, ("shared/src/store/index.rs", "use super::super::economics::cost::f;")],
            &["`store` (floor 2) imports `economics` (floor 3)"],
        );
        check(&[cost, ("shared/src/hardware/memory.rs", "use crate::economics::cost::f;")], &["imports `economics`"]);
        check(&[STATS, ("shared/src/units.rs", "fn f() { crate::stats::mean() }")], &["imports `stats`"]);
    }

    #[test]
    fn comments_and_tests_do_not_count() {
        check(&[INDEX, ("shared/src/stats.rs", "// use crate::store::Index;\n")], &[]);
        check(&[INDEX, ("shared/src/stats.rs", "#[cfg(test)]\nmod tests {\n use crate::store::Index;\n}")], &[]);
    }

    #[test]
    fn every_shared_module_stands_on_a_floor_and_is_named() {
        check(&[("shared/src/cloud.rs", "")], &["shared/src/cloud: this module stands on no floor"]);
        check(&[("shared/src/stats.rs", "use crate::Index;")], &["`crate::Index` is not a module"]);
    }

    #[test]
    fn charts_are_apart() {
        check(&[CHART, STATS, ("shared/src/chart/scale.rs", "use crate::stats::mean;")], &["`chart` imports `stats`"]);
        check(&[CHART, ("shared/src/chart/scale.rs", "use super::Spec; use crate::chart::Axis;")], &[]);
        check(&[CHART, ("shared/src/explore/view_model.rs", "use crate::chart::Spec;")], &["only `explore/figures`"]);
        check(&[CHART, ("shared/src/explore/figures.rs", "use crate::chart::Spec;")], &[]);
        check(&[CHART, ("shared/src/explore/figures/cost.rs", "use crate::chart::Spec;")], &[]);
    }

    #[test]
    fn commands_never_call_commands() {
        let index = ("collector/src/commands/index.rs", "");
        check(
            &[index, ("collector/src/commands/sweep.rs", "use crate::commands::index::index;")],
            &["`sweep` imports command `index`"],
        );
        check(
            &[index, ("collector/src/commands/sweep.rs", "super::index::index()")],
            &["`sweep` imports command `index`"],
        );
        check(
            &[index, ("collector/src/commands/mod.rs", ""), ("collector/src/commands/sweep.rs", "use super::Outcome;")],
            &[],
        );
        check(&[index, ("collector/src/lib.rs", "use crate::commands::index;")], &[]);
    }

    #[test]
    fn the_app_has_floors() {
        check(
            &[("app/src/views/page.rs", "use crate::store::Store;"), ("app/src/store.rs", "use crate::fetch::get;")],
            &[],
        );
        check(
            &[("app/src/store.rs", "use crate::views::Page;")],
            &["app/src/store.rs:1: `store` (floor 1) imports `views`"],
        );
        check(&[("app/src/fetch.rs", "use crate::location::query;")], &["`fetch` (floor 0) imports `location`"]);
    }

    #[test]
    fn circles_are_found() {
        check(
            &[
                ("collector/src/cli.rs", "use crate::settings::S;"),
                ("collector/src/settings.rs", "use crate::cli::Cli;"),
            ],
            &["circle: cli -> settings -> cli"],
        );
        check(
            &[
                ("shared/src/store/a.rs", "use super::b::B;"),
                ("shared/src/store/b.rs", "use super::c::C;"),
                ("shared/src/store/c.rs", "use crate::store::a::A;"),
            ],
            &["circle: store/a -> store/b -> store/c -> store/a"],
        );
        check(
            &[("collector/src/load/mod.rs", "use self::sse::S;"), ("collector/src/load/sse.rs", "use super::Load;")],
            &[],
        );
    }
}
