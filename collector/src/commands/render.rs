//! `collector render`: every figure as SVG and PNG, and the README's numbers; or whether they are up to date.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::catalogue::Catalogue;
use crate::cli::render::RenderArgs;
use crate::files::replace;
use crate::picture::{png, svg};
use crate::printer::Printer;
use crate::results::numbers;
use crate::results::scan::Scan;
use shared::chart::ChartSpec;
use shared::chart::theme::Theme;
use shared::explore::figures::gallery::gallery;
use shared::store::result_file::ResultFile;

/// Width of a figure in CSS pixels: a column of a README or a blog.
const WIDTH: f64 = 720.0;
/// Image pixels of a PNG for each CSS pixel.
const PNG_SCALE: f32 = 2.0;

/// Draws, or compares what was drawn.
///
/// # Errors
/// When results or configs are not sound, a figure cannot be drawn, or a file cannot be read or written.
pub fn render(args: &RenderArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let catalogue = Catalogue::load(args.configs.as_deref())?;
    let scan = Scan::of(&[&args.results])?;
    scan.all_sound()?;
    let index = scan.index(&catalogue);
    let today = scan.last_price_day(&catalogue);
    let files: Vec<(String, ResultFile)> = scan.files.into_iter().map(|(entry, file)| (entry.path, file)).collect();
    let figures = gallery(&index, &files, today);
    let numbers = numbers::block(&files, &catalogue, today);
    if args.check { check(args, &figures, &numbers, out) } else { write(args, &figures, &numbers, out) }
}

/// File name and content of a figure's two documents: for light pages, then for dark ones.
fn documents(figure: &ChartSpec) -> anyhow::Result<[(String, String); 2]> {
    let draw = |name: String, theme: Theme| anyhow::Ok((name, svg(figure, &theme, WIDTH)?));
    Ok([draw(format!("{}.svg", figure.id), Theme::light())?, draw(format!("{}-dark.svg", figure.id), Theme::dark())?])
}

fn write(args: &RenderArgs, figures: &[ChartSpec], numbers: &str, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let mut save = |path: PathBuf, bytes: &[u8]| {
        replace(&path, bytes).with_context(|| format!("failed to write `{}`", path.display()))?;
        out.data(path.display().to_string());
        anyhow::Ok(())
    };
    for figure in figures {
        save(args.out.join(format!("{}.png", figure.id)), &png(figure, &Theme::light(), WIDTH, PNG_SCALE)?)?;
        for (name, document) in documents(figure)? {
            save(args.out.join(name), document.as_bytes())?;
        }
    }
    if let Some(readme) = &args.readme {
        save(readme.clone(), with_numbers(readme, numbers)?.1.as_bytes())?;
    }
    out.talk(format!("{} figures", figures.len()));
    Ok(ExitCode::SUCCESS)
}

fn check(args: &RenderArgs, figures: &[ChartSpec], numbers: &str, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let mut problems: Vec<String> = Vec::new();
    let mut wanted: Vec<String> = Vec::new();
    for figure in figures {
        for (name, document) in documents(figure)? {
            let path = args.out.join(&name);
            match std::fs::read_to_string(&path) {
                Ok(found) if found == document => {}
                Ok(_) => problems.push(format!("{}: figure: is not what the results say", path.display())),
                Err(error) => problems.push(format!("{}: file: {error}", path.display())),
            }
            wanted.push(name);
        }
    }
    problems.extend(left_over(&args.out, &wanted));
    let readme = args.readme.clone().unwrap_or_else(|| "README.md".into());
    let (found, expected) = with_numbers(&readme, numbers)?;
    if found != expected {
        problems.push(format!("{}: numbers: are not what the results say", readme.display()));
    }
    for problem in &problems {
        out.data(problem);
    }
    if problems.is_empty() {
        out.talk(format!("{} figures and the numbers are up to date", figures.len()));
        return Ok(ExitCode::SUCCESS);
    }
    out.talk("error: figures or numbers differ from the results");
    out.talk("hint: `collector render --readme` writes them anew; look at the pictures before you commit them");
    Ok(ExitCode::FAILURE)
}

/// SVG files of a folder that no figure writes.
fn left_over(folder: &Path, wanted: &[String]) -> Vec<String> {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".svg") && !wanted.contains(name));
    names.sort();
    names.iter().map(|name| format!("{}: file: no figure is called so", folder.join(name).display())).collect()
}

/// A README as it is, and as it should be.
fn with_numbers(readme: &Path, numbers: &str) -> anyhow::Result<(String, String)> {
    let attempt = || format!("failed to put numbers into `{}`", readme.display());
    let text = std::fs::read_to_string(readme).with_context(attempt)?;
    let expected = numbers::replaced(&text, numbers).with_context(attempt)?;
    Ok((text, expected))
}
