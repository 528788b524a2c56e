//! The module graph of each crate: a listing for people, and a limit on how many arrows it may have.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::floors::{Graph, graph};
use crate::tree::Tree;

const CRATES: [&str; 3] = ["shared/src/", "collector/src/", "app/src/"];
/// The most arrows between the files of all crates. A change may lower it; raising it needs a reason in its commit.
const MOST_ARROWS: usize = 1532;

pub fn violations(tree: &Tree) -> Option<String> {
    let found: usize = CRATES.iter().map(|src| arrows(&graph(tree, src))).sum();
    (found > MOST_ARROWS).then(|| format!("{found} arrows between modules, and {MOST_ARROWS} is the most"))
}

fn arrows(graph: &Graph) -> usize {
    graph.values().map(BTreeSet::len).sum()
}

/// Each crate's modules and arrows counted, and the arrows between its folders.
pub fn listing(tree: &Tree) -> String {
    let mut out = String::new();
    for src in CRATES {
        let (files, folders) = (graph(tree, src), folders(&graph(tree, src)));
        let (modules, between) = (tree.modules(src).len(), arrows(&folders));
        let _ = writeln!(out, "{src}: {modules} modules, {} arrows, {between} between folders", arrows(&files));
        for (from, to) in &folders {
            let _ = writeln!(out, "  {from} -> {}", to.iter().cloned().collect::<Vec<_>>().join(", "));
        }
    }
    out
}

/// The graph of the crate's first floor of modules: all files of a folder as one.
fn folders(graph: &Graph) -> Graph {
    let folder = |module: &String| module.split('/').next().unwrap_or_default().to_owned();
    let mut out = Graph::new();
    for (from, to) in graph {
        let others: BTreeSet<String> = to.iter().map(folder).filter(|other| *other != folder(from)).collect();
        if !others.is_empty() {
            out.entry(folder(from)).or_default().extend(others);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_are_counted_between_files_and_between_folders() {
        let tree = Tree::of(&[
            ("shared/src/units.rs", ""),
            ("shared/src/measure/plan.rs", "use crate::units::Usd;\nuse crate::units::{Millis, Usd as Money};"),
            ("shared/src/measure/level.rs", "use super::plan::Plan; use crate::units::Usd;"),
        ]);
        let files = graph(&tree, "shared/src/");
        assert_eq!((arrows(&files), arrows(&folders(&files))), (3, 1));
        assert!(listing(&tree).starts_with("shared/src/: 3 modules, 3 arrows, 1 between folders\n  measure -> units"));
        assert_eq!(violations(&tree), None);
    }
}
