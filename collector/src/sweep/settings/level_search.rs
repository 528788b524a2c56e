//! How a sweep chooses and judges levels beside listing them: latency objectives, the search for a level, the part of the
//! load that one of several clients sends, and an interrupted result to resume.

use std::path::PathBuf;

use shared::measure::conduct::{Find, Shard};
use shared::measure::objectives::Objectives;
use shared::measure::plan::Arrival;

use crate::cli::search_args::{FindName, SearchArgs};
use crate::printer::Hinted;
use crate::sweep::settings::flag_value::at_least_one;
use crate::sweep::settings::sweep_file::SweepFile;

/// Highest concurrency that a search tries by default.
pub const DEFAULT_MAX_CONCURRENCY: u32 = 256;

/// The interrupted result that a sweep continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// The result of this run id; without one the sweep starts from its first level.
    RunId,
    /// This file.
    File(PathBuf),
}

/// Runs of each level.
///
/// # Errors
/// When there is none.
pub fn repeats(file: &mut SweepFile) -> anyhow::Result<u32> {
    let repeats = at_least_one("repeats", file.repeats.unwrap_or(1))?;
    file.repeats = (repeats > 1).then_some(repeats);
    Ok(repeats)
}

/// The latency objectives of each level.
///
/// # Errors
/// When they cannot be read.
pub fn objectives(file: &mut SweepFile) -> anyhow::Result<Option<Objectives>> {
    let Some(text) = &file.slo else { return Ok(None) };
    let objectives = text.parse::<Objectives>().map_err(|why| {
        let hint = "separate several objectives by commas: `ttft:p99<2s,tpot:p99<50ms`";
        Hinted::new(format!("invalid `--slo {text}`: {why}"), hint)
    })?;
    file.slo = Some(objectives.to_string());
    Ok(Some(objectives))
}

/// What is searched for, and up to which concurrency; `requests` is what a level sends, where that is fixed.
///
/// A search clears the keys that list levels.
///
/// # Errors
/// When a level has fewer requests than the highest concurrency, or the search needs objectives and has none.
pub fn find(file: &mut SweepFile, requests: Option<u32>) -> anyhow::Result<Option<Find>> {
    let default = DEFAULT_MAX_CONCURRENCY.min(requests.unwrap_or(DEFAULT_MAX_CONCURRENCY));
    let most = at_least_one("max-concurrency", file.max_concurrency.take().unwrap_or(default))?;
    let Some(find) = file.find else { return Ok(None) };
    if let Some(requests) = requests.filter(|requests| most > *requests) {
        let message = format!("`--max-concurrency {most}` is greater than the {requests} requests of a level");
        let hint = format!(
            "set --num-prompts to {most} or more; ten times as many let the highest level reach a steady state"
        );
        return Err(Hinted::new(message, hint).into());
    }
    if find == FindName::Slo && file.slo.is_none() {
        return Err(Hinted::new("`--find slo` needs --slo", "for example `--slo 'ttft:p99<2s,tpot:p99<50ms'`").into());
    }
    file.max_concurrency = Some(most);
    (file.concurrency, file.request_rate, file.burstiness, file.ramp, file.trace_speed) =
        (None, None, None, None, None);
    Ok(Some(match find {
        FindName::Knee => Find::Knee { most },
        FindName::Slo => Find::Objectives { most },
    }))
}

/// The part of the load that this client sends.
///
/// # Errors
/// When the flag cannot be read, or the sweep searches or repeats its levels.
pub fn shard(flag: Option<&str>, find: Option<Find>, repeats: u32) -> anyhow::Result<Option<Shard>> {
    let shard = flag.map(str::parse::<Shard>).transpose().map_err(|why| anyhow::anyhow!("invalid `--shard`: {why}"))?;
    if shard.is_some() && (find.is_some() || repeats > 1) {
        let hint = "list the levels and run each once; to repeat, run and merge the whole sweep several times";
        return Err(Hinted::new("`--shard` cannot be combined with --find or --repeats", hint).into());
    }
    Ok(shard)
}

/// Checks that a shard's part of each level is a whole number of streams.
///
/// # Errors
/// When it is not.
pub fn check_shares(shard: Option<Shard>, levels: &[Arrival]) -> anyhow::Result<()> {
    if let Some(shard) = shard
        && let Some(level) = levels.iter().find(|level| level.shared_by(shard.of).is_none())
    {
        let hint = format!("set --concurrency to multiples of {}", shard.of);
        return Err(Hinted::new(format!("`--shard {shard}` cannot divide {level} evenly"), hint).into());
    }
    Ok(())
}

/// The result to resume.
///
/// # Errors
/// When it would be found by a run id and there is none.
pub fn resume(flags: &SearchArgs, run_id: Option<&str>) -> anyhow::Result<Option<Resume>> {
    match &flags.resume {
        Some(None) if run_id.is_none() => {
            let hint = "use the run id of the interrupted run, or name its file: `--resume FILE`";
            Err(Hinted::new("`--resume` needs --run-id or a file", hint).into())
        }
        Some(None) => Ok(Some(Resume::RunId)),
        Some(Some(path)) => Ok(Some(Resume::File(path.clone()))),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::load_args::LoadArgs;
    use crate::cli::sweep::SweepArgs;
    use crate::sweep::settings::{SweepSettings, resolve};

    fn resolved(search: SearchArgs) -> Result<SweepSettings, String> {
        let load = LoadArgs { num_prompts: Some(64), ..LoadArgs::default() };
        resolve(&SweepArgs { search, load, ..SweepArgs::default() }).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_asked_is_one_run_of_listed_levels() {
        let settings = resolved(SearchArgs::default()).unwrap();
        assert_eq!((settings.repeats, settings.objectives, settings.find), (1, None, None));
        assert_eq!((settings.gpu_price, settings.shard, settings.resume), (None, None, None));
    }

    #[test]
    fn contradictions_are_refused() {
        let none = SearchArgs::default;
        let check = |args: SearchArgs, says: &str| {
            let error = resolved(args).unwrap_err();
            assert!(error.contains(says), "{error}");
        };
        check(SearchArgs { find: Some(FindName::Slo), ..none() }, "needs --slo");
        check(SearchArgs { slo: Some("ttft:p98<1s".into()), ..none() }, "`p98` in `ttft:p98<1s`");
        check(SearchArgs { repeats: Some(0), ..none() }, "--repeats 0");
        check(SearchArgs { max_concurrency: Some(0), ..none() }, "--max-concurrency 0");
        let wide = SearchArgs { find: Some(FindName::Knee), max_concurrency: Some(65), ..none() };
        check(wide, "`--max-concurrency 65` is greater than the 64 requests of a level");
        check(SearchArgs { gpu_price: Some(-1.0), ..none() }, "--gpu-price -1");
        check(SearchArgs { shard: Some("3/2".into()), ..none() }, "`3/2` is no shard");
        let both = SearchArgs { shard: Some("1/2".into()), find: Some(FindName::Knee), ..none() };
        check(both, "cannot be combined with --find or --repeats");
        check(SearchArgs { resume: Some(None), ..none() }, "needs --run-id");
    }

    #[test]
    fn a_search_goes_as_far_as_its_requests_fill() {
        let settings = resolved(SearchArgs { find: Some(FindName::Knee), ..SearchArgs::default() }).unwrap();
        assert_eq!(settings.find, Some(Find::Knee { most: 64 }));
    }

    #[test]
    fn the_file_gives_way_to_flags() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sweep.toml");
        std::fs::write(&path, "repeats = 3\nslo = \"ttft:p99<1s\"\n").unwrap();
        let search = SearchArgs { repeats: Some(2), ..SearchArgs::default() };
        let settings = resolve(&SweepArgs { config: Some(path), search, ..SweepArgs::default() }).unwrap();
        assert_eq!((settings.repeats, settings.objectives.unwrap().to_string()), (2, "ttft:p99<1s".to_owned()));
    }
}
