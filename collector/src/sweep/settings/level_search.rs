//! Repeats, objectives, search, resuming and shards: flags and sweep file merged once into plain values.

use std::path::PathBuf;

use shared::measure::conduct::{Conduct, Find, Shard};
use shared::measure::objectives::Objectives;
use shared::measure::plan::{Arrival, Plan};
use shared::units::UsdPerHour;

use crate::cli::load_args::LoadArgs;
use crate::cli::search_args::{FindName, SearchArgs};
use crate::printer::Hinted;
use crate::sweep::settings::listed_levels::names_levels;
use crate::sweep::settings::sweep_file::SweepFile;

/// Most streams a search tries where nobody says.
pub const MOST_STREAMS: u32 = 256;

/// What stands beside the plan's levels, decided.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// Runs of each level.
    pub repeats: u32,
    /// What each level is held against.
    pub objectives: Option<Objectives>,
    /// What is searched for, and how far.
    pub find: Option<Find>,
    /// Price of one GPU.
    pub gpu_price: Option<UsdPerHour>,
    /// The part of the load that this client sends.
    pub shard: Option<Shard>,
    /// What to go on with.
    pub resume: Option<Resume>,
}

/// An interrupted result to go on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// The one that the run's name leads to; the sweep begins anew where there is none yet.
    ByName,
    /// This file.
    File(PathBuf),
}

/// Merges flags, sweep file and defaults. `named` is the run's name, `requests` what each level sends, where that is fixed.
///
/// # Errors
/// When a value makes no sense, or settings contradict each other.
pub fn resolve(
    args: &SearchArgs,
    load: &LoadArgs,
    file: &SweepFile,
    named: Option<&str>,
    requests: Option<u32>,
) -> anyhow::Result<Search> {
    let names_levels = names_levels(load);
    if args.find.is_some() && names_levels {
        let hint = "leave out --concurrency and the like, or --find";
        return Err(Hinted::new("`--find` chooses the levels itself", hint).into());
    }
    let objectives = match args.slo.as_ref().or(file.slo.as_ref()) {
        Some(text) => Some(text.parse::<Objectives>().map_err(|why| {
            Hinted::new(
                format!("`--slo {text}`: {why}"),
                "several are separated by commas: `ttft:p99<2s,tpot:p99<50ms`",
            )
        })?),
        None => None,
    };
    let repeats = above_nought("repeats", args.repeats.or(file.repeats).unwrap_or(1))?;
    let most =
        args.max_concurrency.or(file.max_concurrency).unwrap_or(MOST_STREAMS.min(requests.unwrap_or(MOST_STREAMS)));
    let most = above_nought("max-concurrency", most)?;
    // A flag that names levels wins over a search that the file asks for.
    let find = args.find.or(file.find.filter(|_| !names_levels)).map(|find| match find {
        FindName::Knee => Find::Knee { most },
        FindName::Slo => Find::Objectives { most },
    });
    if let Some(requests) = requests.filter(|requests| find.is_some() && most > *requests) {
        let message = format!("`--max-concurrency {most}` is more than the {requests} requests of a level can fill");
        let hint = format!("give --num-prompts {most} at least; ten times as many let the widest level settle");
        return Err(Hinted::new(message, hint).into());
    }
    if matches!(find, Some(Find::Objectives { .. })) && objectives.is_none() {
        return Err(Hinted::new("`--find slo` needs --slo", "such as `--slo 'ttft:p99<2s,tpot:p99<50ms'`").into());
    }
    let shard = args.shard.as_ref().map(|text| text.parse::<Shard>()).transpose();
    let shard = shard.map_err(|why| anyhow::anyhow!("`--shard`: {why}"))?;
    if shard.is_some() && (find.is_some() || repeats > 1) {
        let hint = "clients that share a load run listed levels once each; repeat the whole, and merge each time";
        return Err(Hinted::new("`--shard` goes neither with --find nor with --repeats", hint).into());
    }
    let resume = args.resume.clone().map(|file| file.map_or(Resume::ByName, Resume::File));
    if resume == Some(Resume::ByName) && named.is_none() {
        return Err(Hinted::new("`--resume` needs --run-id, or a file", "name the run as it was named at first").into());
    }
    let gpu_price = args.gpu_price.or(file.gpu_price).map(price).transpose()?;
    Ok(Search { repeats, objectives, find, gpu_price, shard, resume })
}

impl Search {
    /// Writes into a plan what it stores of this.
    ///
    /// # Errors
    /// When a level's streams cannot be shared out evenly.
    pub fn into_plan(&self, plan: &mut Plan) -> anyhow::Result<()> {
        plan.repeats = (self.repeats > 1).then_some(self.repeats);
        let conduct = Conduct {
            objectives: self.objectives.as_ref().map(ToString::to_string),
            find: self.find,
            shard: self.shard,
        };
        plan.conduct = (conduct != Conduct::default()).then(|| Box::new(conduct));
        if self.find.is_some() {
            plan.levels.clear();
        }
        if let Some(shard) = self.shard
            && let Some(level) = plan.levels.iter().find(|level| level.shared_by(shard.of).is_none())
        {
            let hint = format!("every level must be a multiple of {}; name others with --concurrency", shard.of);
            return Err(Hinted::new(format!("`--shard {shard}` cannot share out {level} evenly"), hint).into());
        }
        Ok(())
    }

    /// This client's part of a level.
    #[must_use]
    pub fn own(&self, level: Arrival) -> Arrival {
        self.shard.and_then(|shard| level.shared_by(shard.of)).unwrap_or(level)
    }

    /// The keys of a sweep file that give the same again. What to resume and which part to send stay flags.
    pub fn write_to(&self, file: &mut SweepFile) {
        file.repeats = (self.repeats > 1).then_some(self.repeats);
        file.slo = self.objectives.as_ref().map(ToString::to_string);
        file.find = self.find.map(|find| match find {
            Find::Knee { .. } => FindName::Knee,
            Find::Objectives { .. } => FindName::Slo,
        });
        file.max_concurrency = self.find.map(Find::most);
        file.gpu_price = self.gpu_price.map(UsdPerHour::value);
        if self.find.is_some() {
            file.concurrency = None;
        }
    }
}

fn above_nought(flag: &str, value: u32) -> anyhow::Result<u32> {
    anyhow::ensure!(value > 0, "`--{flag} {value}` is not a number of at least 1");
    Ok(value)
}

fn price(usd: f64) -> anyhow::Result<UsdPerHour> {
    anyhow::ensure!(usd.is_finite() && usd >= 0.0, "`--gpu-price {usd}` is not a number of dollars an hour");
    Ok(UsdPerHour::new(usd))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(args: SearchArgs) -> Result<Search, String> {
        resolve(&args, &LoadArgs::default(), &SweepFile::default(), None, Some(64)).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_asked_is_one_run_of_listed_levels() {
        let search = resolved(SearchArgs::default()).unwrap();
        assert_eq!(search, Search { repeats: 1, ..Search::default() });
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
        check(wide, "`--max-concurrency 65` is more than the 64 requests of a level can fill");
        check(SearchArgs { gpu_price: Some(-1.0), ..none() }, "--gpu-price -1");
        check(SearchArgs { shard: Some("3/2".into()), ..none() }, "`3/2` is no shard");
        let both = SearchArgs { shard: Some("1/2".into()), find: Some(FindName::Knee), ..none() };
        check(both, "neither with --find nor with --repeats");
        check(SearchArgs { resume: Some(None), ..none() }, "needs --run-id");
    }

    #[test]
    fn a_search_goes_as_far_as_its_requests_fill() {
        let search = resolved(SearchArgs { find: Some(FindName::Knee), ..SearchArgs::default() }).unwrap();
        assert_eq!(search.find, Some(Find::Knee { most: 64 }));
    }

    #[test]
    fn the_file_gives_way_to_flags() {
        let file = SweepFile { repeats: Some(3), slo: Some("ttft:p99<1s".into()), ..SweepFile::default() };
        let args = SearchArgs { repeats: Some(2), ..SearchArgs::default() };
        let search = resolve(&args, &LoadArgs::default(), &file, None, Some(64)).unwrap();
        assert_eq!((search.repeats, search.objectives.unwrap().to_string()), (2, "ttft:p99<1s".to_owned()));
    }
}
