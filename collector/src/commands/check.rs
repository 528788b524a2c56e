//! `collector check`: everything that is wrong with a results folder and the configs, one line each.

use std::process::ExitCode;

use crate::catalogue::{Catalogue, Problem};
use crate::cli::check::CheckArgs;
use crate::printer::{Printer, counted};
use crate::results::dir::{CATALOGUE, INDEX};
use crate::results::scan::{Scan, difference, is_named_results};

/// Lists problems as `path: field: why`; fails when there are any.
///
/// # Errors
/// When a folder is missing or cannot be read.
pub fn check(args: &CheckArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let (catalogue, of_configs) = Catalogue::read(args.configs.as_deref())?;
    let scan = Scan::of(&[&args.folder])?;
    let configs = args.configs.as_ref().map_or("configs".to_owned(), |folder| folder.display().to_string());
    let mut problems: Vec<Problem> = of_configs
        .into_iter()
        .map(|problem| Problem { path: format!("{configs}/{}", problem.path), ..problem })
        .collect();
    // While files or prices are wrong, an index that differs says nothing new.
    let indexed = args.folder.join(INDEX).exists() || is_named_results(&args.folder);
    if indexed && problems.is_empty() && scan.problems.is_empty() {
        problems.extend(difference(&args.folder, &scan.index(&catalogue), &catalogue));
    }
    if !indexed {
        out.talk(
            "note: the folder has no index; `collector explore` makes one as it serves, `collector index` writes it",
        );
    }
    problems.extend(scan.problems);
    for problem in &problems {
        out.data(problem.to_string());
    }
    let results = scan.files.len();
    if problems.is_empty() {
        out.talk(format!("{} in `{}` and the configs are sound", counted(results, "result"), args.folder.display()));
        return Ok(ExitCode::SUCCESS);
    }
    out.talk(format!("error: {}", counted(problems.len(), "problem")));
    if problems.iter().any(|problem| [INDEX, CATALOGUE].iter().any(|name| problem.path.ends_with(name))) {
        out.talk(format!("hint: `collector index {}` writes index and catalogue anew", args.folder.display()));
    }
    Ok(ExitCode::FAILURE)
}
