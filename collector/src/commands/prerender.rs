//! `cargo xtask prerender`: finishes the built page, so that a static host shows the answer at once.
//!
//! `collector bake` calls it, too, as it did before.

use std::process::ExitCode;

use anyhow::Context;

use crate::catalogue::Catalogue;
use crate::cli::prerender::PrerenderArgs;
use crate::files::replace;
use crate::prerender::answer::default_answer;
use crate::prerender::compressed::compress;
use crate::prerender::document::Document;
use crate::prerender::service_worker;
use crate::printer::{Hinted, Printer};
use crate::results::scan::{Scan, index_difference};
use shared::explore::library::Library;

/// Changes the page in place. Every input is checked before the first file is written.
///
/// # Errors
/// When there is no built page, it was prerendered before or lacks its marks, the results are not those it was built with or
/// give no answer, or a file cannot be read or written.
pub fn prerender(args: &PrerenderArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let page = args.dist.join("index.html");
    let mut document = Document::built(std::fs::read_to_string(&page).map_err(|error| {
        let message = format!("there is no built page in `{}`: {error}", args.dist.display());
        Hinted::new(message, "`make page` builds and prerenders it; --dist sets its folder")
    })?)?;
    let answer = default_answer(&library(args)?)?;
    document.fill(&answer)?;
    let style = document.take_style_in(&answer.css, |name| {
        let path = args.dist.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))
    })?;
    let html = document.sealed()?;
    replace(&page, html.as_bytes()).with_context(|| format!("failed to write `{}`", page.display()))?;
    let style = args.dist.join(style);
    std::fs::remove_file(&style).with_context(|| format!("failed to remove `{}`", style.display()))?;
    // Last, since its version stands for the content of every other file.
    let worker = args.dist.join(service_worker::NAME);
    replace(&worker, service_worker::script(&args.dist)?.as_bytes())
        .with_context(|| format!("failed to write `{}`", worker.display()))?;
    compress(&args.dist)?;
    for path in [page, worker] {
        out.data(path.display().to_string());
    }
    out.talk("the page shows its answer before its program has loaded");
    Ok(ExitCode::SUCCESS)
}

/// What the page will have loaded when it answers.
fn library(args: &PrerenderArgs) -> anyhow::Result<Library> {
    let catalogue = Catalogue::load(args.configs.as_deref())?;
    let scan = Scan::of(&[&args.results])?;
    scan.all_sound()?;
    let index = scan.index(&catalogue);
    if let Some(problem) = index_difference(&args.dist.join("results"), &index) {
        let message = format!("the page would show other numbers than its first screen: {problem}");
        let hint = format!("`collector index {}` writes the index; then build the page anew", args.results.display());
        return Err(Hinted::new(message, hint).into());
    }
    let today = scan.last_price_day(&catalogue);
    let files = scan.files.into_iter().map(|(entry, file)| (entry.path, file)).collect();
    Ok(Library::new(index, files, today))
}
