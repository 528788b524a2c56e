//! The rules of ARCHITECTURE.md that a machine can check, over the whole tree. Each is also tried on made-up files.
//!
//! What it does not know: what the compiler knows. It reads text, so a macro or a re-export can hide an import from it.

mod floors;
mod graph;
mod manners;
mod paths;
mod tree;

use std::path::Path;

use tree::Tree;

#[test]
fn the_tree_keeps_to_the_rules() {
    let tree = Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let mut found = floors::violations(&tree);
    found.extend(graph::violations(&tree));
    found.extend(manners::violations(&tree));
    // To see it: `cargo test -p collector --test tidy -- --nocapture`.
    println!("{}", graph::listing(&tree));
    assert!(found.is_empty(), "\n{} broken rules:\n  {}\n", found.len(), found.join("\n  "));
}
