//! What the benchmark found, as a page for docs/ and as a verdict.

use crate::bench_load::same_sample::{Comparison, Counted};
use crate::bench_load::tools::Said;

/// One tool at one number of streams.
pub struct Row {
    pub tool: String,
    pub concurrency: u32,
    pub requests: u32,
    pub said: Said,
    pub true_ttft_mean: f64,
    pub true_ttft_p99: f64,
    pub true_itl_sigma: f64,
    pub tokens: f64,
    pub cpu_s: f64,
    /// Of the same tool's run with a single request.
    pub start_cpu_s: f64,
    pub memory_mib: f64,
    pub wall_s: f64,
    pub to_first_request_ms: f64,
}

/// Everything.
#[derive(Default)]
pub struct Report {
    pub rows: Vec<Row>,
    /// Milliseconds from the start of each program to its first request.
    pub starts: Vec<(String, f64)>,
    pub many: Option<Row>,
    pub same: Option<Comparison>,
    pub left_out: Vec<String>,
}

const FORGE: &str = "Forge collector";
const VLLM: &str = "vllm bench serve";

impl Row {
    fn mean_error(&self) -> f64 {
        self.said.ttft_mean - self.true_ttft_mean
    }

    fn p99_error(&self) -> f64 {
        self.said.ttft_p99 - self.true_ttft_p99
    }

    /// Processor seconds per million tokens beyond those of starting.
    fn cpu_per_million(&self) -> f64 {
        (self.cpu_s - self.start_cpu_s).max(0.0) * shared::units::TOKENS_PER_PRICE_UNIT / self.tokens
    }
}

impl Row {
    /// Processor seconds per million tokens, starting included.
    fn whole_cpu_per_million(&self) -> f64 {
        self.cpu_s * shared::units::TOKENS_PER_PRICE_UNIT / self.tokens
    }
}

impl Report {
    fn row(&self, tool: &str, concurrency: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.tool == tool && row.concurrency == concurrency)
    }

    /// What was to be shown, and whether it was.
    fn claims(&self) -> Vec<(String, bool)> {
        let mut claims = Vec::new();
        for (concurrency, mean, p99) in [(256, 1.0, 3.0), (1000, 2.0, 10.0)] {
            let Some(row) = self.row(FORGE, concurrency) else {
                claims.push((format!("{concurrency} streams: {FORGE} was measured"), false));
                continue;
            };
            let mut claim = |what: String, holds: bool| claims.push((format!("{concurrency} streams: {what}"), holds));
            let (mean_error, p99_error) = (row.mean_error(), row.p99_error());
            claim(format!("mean TTFT error {mean_error:+.3} ms, at most {mean} ms"), mean_error.abs() <= mean);
            claim(format!("p99 TTFT error {p99_error:+.3} ms, at most {p99} ms"), p99_error.abs() <= p99);
            let sigma = row.said.itl_sigma.unwrap_or(f64::NAN);
            let own = (sigma * sigma - row.true_itl_sigma * row.true_itl_sigma).max(0.0).sqrt();
            claim(format!("the client adds {own:.3} ms to the ITL's sigma, at most 0.5 ms"), own <= 0.5);
            let cpu = row.cpu_per_million();
            claim(format!("{cpu:.2} CPU s per 1M tokens, below 8"), cpu < 8.0);
            if let Some(peer) = self.row(VLLM, concurrency) {
                let ratio = peer.whole_cpu_per_million() / row.whole_cpu_per_million();
                let beyond = peer.cpu_per_million() / cpu;
                let what = format!(
                    "{ratio:.1} times less processor time than {VLLM} ({beyond:.1} times less beyond starting)"
                );
                // The longer a run, the less its start weighs: the claim is of the level that the peers are known by.
                let wanted = if concurrency == 256 { 10.0 } else { 1.0 };
                claim(format!("{what}, at least {wanted}"), ratio >= wanted);
            }
            if concurrency == 1000 {
                claim(format!("{:.0} MiB of memory, below 95", row.memory_mib), row.memory_mib < 95.0);
            }
        }
        if let Some((_, start)) = self.starts.iter().find(|(tool, _)| tool == FORGE) {
            claims.push((format!("{start:.0} ms from start to first request, below 50"), *start < 50.0));
        }
        if let Some(many) = &self.many {
            let (done, of) = (many.said.completed, many.requests);
            claims.push((
                format!("{} streams: {done} of {of} requests completed", many.concurrency),
                done == f64::from(of),
            ));
        }
        if let Some(same) = &self.same {
            let totals = |run: &Counted| (run.completed, run.prompt_tokens, run.output_tokens);
            let equal = same.ours.iter().chain(&same.theirs).all(|run| totals(run) == totals(&same.ours[0]));
            let (completed, prompt, output) = totals(&same.ours[0]);
            let what =
                format!("{completed} requests, {prompt} prompt and {output} output tokens in every run of both tools");
            claims.push((format!("same ShareGPT sample: {what}"), equal));
            for (name, of) in [("TTFT", (|run| run.ttft_p50) as fn(&Counted) -> f64), ("TPOT", |run| run.tpot_p50)] {
                let (ours, theirs) = (Range::of(&same.ours, of), Range::of(&same.theirs, of));
                let what = format!(
                    "same ShareGPT sample: median {name} {ours} ms here, {theirs} ms there: the ranges of the runs meet"
                );
                claims.push((what, ours.meets(theirs)));
            }
        }
        claims
    }

    /// The page.
    pub fn to_markdown(&self) -> String {
        let mut text = String::from(
            "# Load generators against a server that writes down what it sends\n\n\
             Written by `make bench-load`; run it again to get your own. The server (`collector selfcheck --serve`) is asked\n\
             for a first token 200 ms after a request and one every 20 ms, 64 a request, four requests a stream, and shares the\n\
             machine with the client. It notes when each request reached the kernel and when each token went out: an error is\n\
             what a tool says minus what was. Processor time is that of all the tool's processes: of\n\
             the whole run, and less that of a run with a single request. Memory is the highest sum seen.\n\n",
        );
        text += &format!("Machine: {}.\n\n", machine());
        text += "| tool | streams | completed | mean TTFT said / true, ms | error | p99 TTFT said / true, ms | error | ITL sigma said / true, ms | CPU s per 1M tokens, whole / less start | memory, MiB | wall, s |\n";
        text += "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
        for row in self.rows.iter().chain(&self.many) {
            let sigma =
                row.said.itl_sigma.map_or("-".into(), |sigma| format!("{sigma:.2} / {:.2}", row.true_itl_sigma));
            text += &format!(
                "| {} | {} | {}/{} | {:.1} / {:.1} | {:+.2} | {:.1} / {:.1} | {:+.2} | {sigma} | {:.1} / {:.1} | {:.0} | {:.1} |\n",
                row.tool,
                row.concurrency,
                row.said.completed,
                row.requests,
                row.said.ttft_mean,
                row.true_ttft_mean,
                row.mean_error(),
                row.said.ttft_p99,
                row.true_ttft_p99,
                row.p99_error(),
                row.whole_cpu_per_million(),
                row.cpu_per_million(),
                row.memory_mib,
                row.wall_s,
            );
        }
        text += "\nguidellm's file has no inter-token latency by token; AIPerf's is by event. The last row's server sends a token every 100 ms.\n\n";
        text += "From the start of the program to its first request: ";
        let starts: Vec<String> = self.starts.iter().map(|(tool, ms)| format!("{tool} {ms:.0} ms")).collect();
        text += &format!("{}.\n\n", starts.join(", "));
        text += "## What it shows\n\n";
        for (claim, holds) in self.claims() {
            text += &format!("- {}: {claim}\n", if holds { "holds" } else { "**does not hold**" });
        }
        for left_out in &self.left_out {
            text += &format!("- left out: {left_out}\n");
        }
        text
    }

    /// An error when something that was to be shown was not.
    pub fn verdict(&self) -> anyhow::Result<()> {
        let missed: Vec<String> =
            self.claims().into_iter().filter(|(_, holds)| !holds).map(|(claim, _)| claim).collect();
        anyhow::ensure!(missed.is_empty(), "not shown: {}", missed.join("; "));
        Ok(())
    }
}

/// Lowest and highest of several runs.
#[derive(Clone, Copy)]
struct Range(f64, f64);

impl Range {
    fn of(runs: &[Counted], value: fn(&Counted) -> f64) -> Self {
        let values = runs.iter().map(value);
        Self(values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max))
    }

    fn meets(self, other: Self) -> bool {
        self.0 <= other.1 && other.0 <= self.1
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} to {:.2}", self.0, self.1)
    }
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let model = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name.to_owned()));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{} processors of `{}`, Linux {}",
        cores,
        model.unwrap_or_default(),
        kernel.split('-').next().unwrap_or_default().trim()
    )
}
