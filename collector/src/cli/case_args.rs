//! Flags that `cost`, `breakeven`, `bill` and `sensitivity` share: what a replica serves, what is asked of it, how it is
//! paid, and what it is held against. Nothing is resolved here.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use shared::date::Date;

/// A whole case of the cost model.
#[derive(Debug, Clone, Args)]
pub struct CaseArgs {
    /// What one replica serves.
    #[command(flatten)]
    pub served: ServedArgs,
    /// What is asked of it.
    #[command(flatten)]
    pub demand: DemandArgs,
    /// How replicas are paid, and how many there are.
    #[command(flatten)]
    pub hosting: HostingArgs,
    /// What a bought replica costs.
    #[command(flatten)]
    pub bought: BoughtArgs,
    /// What is paid beside replicas.
    #[command(flatten)]
    pub beside: BesideArgs,
    /// What it is held against.
    #[command(flatten)]
    pub api: ApiArgs,
    /// How the answer is told.
    #[command(flatten)]
    pub told: ToldArgs,
}

/// What one replica serves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What a replica serves")]
pub struct ServedArgs {
    /// A result file, or the name of a run in --results [default: the first measured or published run without
    /// quantisation, as on the page]
    #[arg(long, value_name = "FILE|RUN")]
    pub result: Option<PathBuf>,
    /// The results folder
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// Latency target: the level with the most requests a second that keeps it is used; `any` for none
    #[arg(long, value_name = "LIMITS", default_value = "ttft:p99<2s")]
    pub slo: String,
    /// Highest share of requests that may fail
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub max_failures: f64,
    /// Go on from that level towards the next faster one until the target is just kept, on a straight line
    #[arg(long)]
    pub interpolate: bool,
    /// Total tokens a second that one replica serves, instead of a result; needs --input-tokens, --output-tokens and
    /// --gpu-price
    #[arg(long, value_name = "TOKENS/S", conflicts_with_all = ["result", "results", "interpolate", "slo", "max_failures"])]
    pub throughput: Option<f64>,
    /// rho: work of an output token over that of an input token [default: 4]
    #[arg(long, value_name = "RATIO", visible_alias = "rho", conflicts_with = "fit_output_weight")]
    pub output_weight: Option<f64>,
    /// Fit rho to result files or runs of at least two shapes, at their operating points
    #[arg(long, value_name = "FILE|RUN", num_args = 2..)]
    pub fit_output_weight: Vec<PathBuf>,
    /// kappa: work of a cached input token over that of an input token
    #[arg(long, value_name = "RATIO", visible_alias = "kappa", default_value_t = 0.1)]
    pub cached_weight: f64,
}

/// What is asked of it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Demand")]
pub struct DemandArgs {
    /// One of configs/demand, such as `saas-chatbot`, a file of that kind, or a CSV of requests by hour
    #[arg(long, value_name = "NAME|FILE")]
    pub demand: Option<String>,
    /// Requests a day [default: 10000]
    #[arg(long, value_name = "N", conflicts_with_all = ["requests_per_month", "utilisation"])]
    pub requests_per_day: Option<f64>,
    /// Requests a month of 730 hours
    #[arg(long, value_name = "N", conflicts_with = "utilisation")]
    pub requests_per_month: Option<f64>,
    /// Pin how far one replica is used, from 0 to 1; demand follows from it
    #[arg(long, value_name = "SHARE",
        conflicts_with_all = ["demand", "peak_to_mean", "min_replicas", "spare_replicas", "reserved_replicas", "autoscale"])]
    pub utilisation: Option<f64>,
    /// Users or developers, where --demand counts in them; the bill is then told for each of them as well
    #[arg(long, value_name = "N", visible_aliases = ["developers", "users"],
        conflicts_with_all = ["requests_per_day", "requests_per_month", "utilisation"])]
    pub count: Option<f64>,
    /// pi: the busiest hour over the mean hour, from 1 to 24 [default: 1, flat]
    #[arg(long, value_name = "RATIO")]
    pub peak_to_mean: Option<f64>,
    /// Input tokens a request [default: the run's]
    #[arg(long, value_name = "TOKENS")]
    pub input_tokens: Option<f64>,
    /// Output tokens a request [default: the run's]
    #[arg(long, value_name = "TOKENS")]
    pub output_tokens: Option<f64>,
    /// Of the input tokens, those in our own prefix cache [default: the run's, if it says]
    #[arg(long, value_name = "TOKENS")]
    pub cached_tokens: Option<f64>,
}

/// How replicas are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostingName {
    /// Rented by the hour, on demand, reserved or spot
    Pods,
    /// Paid by the second while workers start, run and wait
    Serverless,
    /// Bought
    Bought,
}

/// How replicas are paid, and how many there are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Hosting")]
pub struct HostingArgs {
    /// How replicas are paid
    #[arg(long, value_enum, default_value_t = HostingName::Pods)]
    pub hosting: HostingName,
    /// USD for an hour of one GPU on demand [default: the cheapest dated offer for the run's hardware]. With other hosting
    /// than pods it is only what that is compared with
    #[arg(long, value_name = "USD")]
    pub gpu_price: Option<f64>,
    /// Replicas paid all month at a discount, used or not
    #[arg(long, value_name = "N", requires = "reserved_discount")]
    pub reserved_replicas: Option<u64>,
    /// What the reservation takes off, from 0 to 0.99
    #[arg(long, value_name = "SHARE", requires = "reserved_replicas")]
    pub reserved_discount: Option<f64>,
    /// USD for an hour of one GPU that may be taken away, for all replicas that are not reserved
    #[arg(long, value_name = "USD")]
    pub spot_price: Option<f64>,
    /// Share of the work that is done twice because spot replicas were taken away [default: 0]
    #[arg(long, value_name = "SHARE", requires = "spot_price")]
    pub spot_redo: Option<f64>,
    /// USD for a second of one GPU of a serverless worker [default: the dated flex price of the run's hardware]. With pods
    /// it is only what they are compared with
    #[arg(long, value_name = "USD")]
    pub serverless_price: Option<f64>,
    /// Serverless workers that are always kept [default: 0]
    #[arg(long, value_name = "N")]
    pub active_workers: Option<u64>,
    /// USD for a second of one GPU of a kept worker [default: the dated active price]
    #[arg(long, value_name = "USD", requires = "active_workers")]
    pub active_price: Option<f64>,
    /// Seconds a serverless worker needs before it serves [default: 10]
    #[arg(long, value_name = "S")]
    pub cold_start: Option<f64>,
    /// Seconds a serverless worker waits for another request [default: 5, as RunPod's]
    #[arg(long, value_name = "S")]
    pub idle_timeout: Option<f64>,
    /// theta: share of a replica's rate that is planned for
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    pub headroom: f64,
    /// Replicas that always run [default: 1]
    #[arg(long, value_name = "N")]
    pub min_replicas: Option<u64>,
    /// Replicas beyond those that the load needs, for when one fails [default: 0]
    #[arg(long, value_name = "N")]
    pub spare_replicas: Option<u64>,
    /// Follow the demand hour by hour instead of keeping what the busiest hour takes
    #[arg(long)]
    pub autoscale: bool,
}

/// What a bought replica costs.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Bought replicas (--hosting bought)")]
pub struct BoughtArgs {
    /// What one replica costs to buy: GPUs, and its share of server and network
    #[arg(long, value_name = "USD")]
    pub capital: Option<f64>,
    /// What it is sold for at the end [default: 0]
    #[arg(long, value_name = "USD")]
    pub residual: Option<f64>,
    /// Years it is used [default: 4]
    #[arg(long, value_name = "YEARS")]
    pub years: Option<f64>,
    /// What its capital costs a year, as a share [default: 0.1]
    #[arg(long, value_name = "SHARE")]
    pub interest: Option<f64>,
    /// kW it draws at full load [default: the board power of its GPUs]
    #[arg(long, value_name = "KW")]
    pub load_kw: Option<f64>,
    /// kW it draws without load [default: a fifth of --load-kw]
    #[arg(long, value_name = "KW")]
    pub idle_kw: Option<f64>,
    /// PUE: power of the room over power of the machines [default: 1.3]
    #[arg(long, value_name = "RATIO")]
    pub pue: Option<f64>,
    /// USD for a kWh [default: the dated average of US commercial users]
    #[arg(long, value_name = "USD")]
    pub electricity: Option<f64>,
    /// Room and connection of one replica, USD a month [default: 0]
    #[arg(long, value_name = "USD")]
    pub colocation: Option<f64>,
    /// Repairs a year, as a share of the capital [default: 0]
    #[arg(long, value_name = "SHARE")]
    pub maintenance: Option<f64>,
    /// Spare parts a year, as a share of the capital [default: 0]
    #[arg(long, value_name = "SHARE")]
    pub spares: Option<f64>,
}

/// What is paid beside replicas.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Paid beside the replicas")]
pub struct BesideArgs {
    /// Operations, USD a month
    #[arg(long, value_name = "USD", default_value_t = 0.0)]
    pub operations: f64,
    /// Share of one engineer's time, as in 0.2
    #[arg(long, value_name = "SHARE")]
    pub engineer_share: Option<f64>,
    /// What that engineer costs a year, USD [default: 180000]
    #[arg(long, value_name = "USD", requires = "engineer_share")]
    pub engineer_salary: Option<f64>,
    /// Storage of one replica, GB
    #[arg(long, value_name = "GB")]
    pub storage_gb: Option<f64>,
    /// USD for a GB and a month [default: the dated price of RunPod's container disk]
    #[arg(long, value_name = "USD", requires = "storage_gb")]
    pub storage_price: Option<f64>,
    /// Data sent out for each request, kB
    #[arg(long, value_name = "KB", requires = "egress_price")]
    pub egress_kb: Option<f64>,
    /// USD for a GB sent out; RunPod asks nothing
    #[arg(long, value_name = "USD", requires = "egress_kb")]
    pub egress_price: Option<f64>,
    /// What is paid once, USD
    #[arg(long, value_name = "USD")]
    pub one_off: Option<f64>,
    /// Months over which that is spread [default: 24]
    #[arg(long, value_name = "MONTHS", requires = "one_off")]
    pub one_off_months: Option<f64>,
}

/// What it is held against, and how it would be used.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "API")]
pub struct ApiArgs {
    /// An API of the catalogue, as `provider/model` or a part of it that only one has; may be given more than once
    /// [default: GPT-4o, the first small closed model, and the cheapest host of the same model]
    #[arg(long, value_name = "PROVIDER/MODEL")]
    pub api: Vec<String>,
    /// An API of your own: USD per 1M input and output tokens, as in `0.45/0.45`
    #[arg(long, value_name = "IN/OUT")]
    pub api_price: Vec<String>,
    /// Share of the input that the API's cache holds
    #[arg(long, value_name = "SHARE")]
    pub api_cached: Option<f64>,
    /// Share of the input that is written into that cache
    #[arg(long, value_name = "SHARE")]
    pub api_cache_written: Option<f64>,
    /// Share of the requests that go through the batch API
    #[arg(long, value_name = "SHARE")]
    pub api_batch: Option<f64>,
    /// tau: reasoning tokens for each output token that is seen
    #[arg(long, value_name = "RATIO")]
    pub api_reasoning: Option<f64>,
}

/// How the answer is told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct ToldArgs {
    /// Print JSON for programs instead of text for people
    #[arg(long)]
    pub json: bool,
    /// Print every formula with its numbers, too
    #[arg(long)]
    pub explain: bool,
    /// Read prices and demands from this folder instead of the ones the program carries
    #[arg(long, value_name = "DIR")]
    pub configs: Option<PathBuf>,
    /// The day whose prices are used [default: today]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
    /// Where the page is, for the link to the same scenario
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/")]
    pub page: String,
}
