//! Flags of the cost model: what a replica serves, how it is paid for, and the APIs it is compared with. Nothing is
//! resolved here.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::demand_args::{DemandArgs, OutputArgs, RentArgs, TargetArgs};

/// Every flag of `cost`, `breakeven`, `bill` and `sensitivity`.
#[derive(Debug, Clone, Args)]
pub struct CaseArgs {
    /// What one replica serves.
    #[command(flatten)]
    pub served: ServedArgs,
    /// The latency target.
    #[command(flatten)]
    pub target: TargetArgs,
    /// The demand.
    #[command(flatten)]
    pub demand: DemandArgs,
    /// Pin the utilization of one replica, from 0 to 1; the demand follows from it
    #[arg(long, value_name = "FRACTION", help_heading = "Demand", visible_alias = "utilization", conflicts_with_all = [
        "demand", "requests_per_day", "requests_per_month", "requests_per_second", "developers", "users", "count",
        "peak_to_mean", "min_replicas", "spare_replicas", "reserved_replicas", "autoscale"])]
    pub utilisation: Option<f64>,
    /// The price of a rented GPU.
    #[command(flatten)]
    pub rent: RentArgs,
    /// How replicas are paid for, and how many there are.
    #[command(flatten)]
    pub hosting: HostingArgs,
    /// Serverless workers.
    #[command(flatten)]
    pub serverless: ServerlessArgs,
    /// Bought replicas.
    #[command(flatten)]
    pub bought: BoughtArgs,
    /// Other costs.
    #[command(flatten)]
    pub extras: ExtraCostArgs,
    /// The APIs.
    #[command(flatten)]
    pub api: ApiArgs,
    /// How an API would be used.
    #[command(flatten)]
    pub api_use: ApiUseArgs,
    /// Print every formula with its numbers
    #[arg(long, help_heading = "Output")]
    pub explain: bool,
    /// Set the address of the page, for the link to the same scenario
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/", help_heading = "Output")]
    pub page: String,
    /// How the answer is printed.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What one replica serves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Replica")]
pub struct ServedArgs {
    /// Load a result file, or a run of --results by name [default: the first measured or published run without
    /// quantization, as on the page]
    #[arg(long, value_name = "FILE|RUN")]
    pub result: Option<PathBuf>,
    /// Set the results folder
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// Interpolate linearly between the level that keeps the target and the next faster one
    #[arg(long)]
    pub interpolate: bool,
    /// Set the total tokens per second of one replica, instead of a result; needs --input-tokens, --output-tokens and
    /// --gpu-price
    #[arg(long, value_name = "TOKENS/S", conflicts_with_all = ["result", "results", "interpolate", "slo", "max_failures"])]
    pub throughput: Option<f64>,
    /// Set the work of an output token relative to an input token (rho) [default: 4]
    #[arg(long, value_name = "RATIO", visible_alias = "rho", conflicts_with = "fit_output_weight")]
    pub output_weight: Option<f64>,
    /// Fit rho to result files or runs of at least two request shapes, at their operating points
    #[arg(long, value_name = "FILE|RUN", num_args = 2..)]
    pub fit_output_weight: Vec<PathBuf>,
    /// Set the work of a cached input token relative to an uncached one (kappa)
    #[arg(long, value_name = "RATIO", visible_alias = "kappa", default_value_t = 0.1)]
    pub cached_weight: f64,
}

/// How replicas are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostingName {
    /// Rented by the hour: on-demand, reserved or spot
    Pods,
    /// Paid by the second while workers start, run and wait
    Serverless,
    /// Bought
    Bought,
}

/// How replicas are paid for, and how many there are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Hosting")]
pub struct HostingArgs {
    /// Choose how replicas are paid for
    #[arg(long, value_enum, default_value_t = HostingName::Pods)]
    pub hosting: HostingName,
    /// Set the number of replicas reserved for the whole month
    #[arg(long, value_name = "N", requires = "reserved_discount")]
    pub reserved_replicas: Option<u64>,
    /// Set the discount of a reservation, from 0 to 0.99
    #[arg(long, value_name = "FRACTION", requires = "reserved_replicas")]
    pub reserved_discount: Option<f64>,
    /// Set the price of one spot GPU in USD per hour, for all replicas that are not reserved
    #[arg(long, value_name = "USD")]
    pub spot_price: Option<f64>,
    /// Set the fraction of work repeated after spot interruptions [default: 0]
    #[arg(long, value_name = "FRACTION", requires = "spot_price")]
    pub spot_redo: Option<f64>,
    /// Set the number of always-on serverless workers [default: 0]
    #[arg(long, value_name = "N")]
    pub active_workers: Option<u64>,
    /// Set the price of one GPU of an always-on worker in USD per second [default: the dated active price]
    #[arg(long, value_name = "USD", requires = "active_workers")]
    pub active_price: Option<f64>,
    /// Set the minimum number of replicas [default: 1]
    #[arg(long, value_name = "N")]
    pub min_replicas: Option<u64>,
    /// Set the number of spare replicas beyond those that the load needs [default: 0]
    #[arg(long, value_name = "N")]
    pub spare_replicas: Option<u64>,
    /// Scale replicas hour by hour instead of keeping the number for the busiest hour
    #[arg(long)]
    pub autoscale: bool,
}

/// Serverless workers.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Serverless workers")]
pub struct ServerlessArgs {
    /// Set the price of one GPU of a worker in USD per second [default: the dated flex price of the GPU]
    #[arg(long, value_name = "USD")]
    pub serverless_price: Option<f64>,
    /// Set the seconds a worker needs before it serves [default: 10]
    #[arg(long, value_name = "S")]
    pub cold_start: Option<f64>,
    /// Set the seconds an idle worker waits for another request [default: 5, as RunPod]
    #[arg(long, value_name = "S")]
    pub idle_timeout: Option<f64>,
}

/// Bought replicas.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Bought replicas")]
pub struct BoughtArgs {
    /// Set the purchase price of one replica in USD: GPUs, and its share of server and network [default: for decide, the
    /// list price of the GPUs]
    #[arg(long, value_name = "USD", alias = "buy-price")]
    pub capital: Option<f64>,
    /// Set the resale value at the end in USD [default: 0]
    #[arg(long, value_name = "USD")]
    pub residual: Option<f64>,
    /// Set the years of use [default: 4]
    #[arg(long, value_name = "YEARS")]
    pub years: Option<f64>,
    /// Set the cost of capital per year, as a fraction [default: 0.1]
    #[arg(long, value_name = "FRACTION")]
    pub interest: Option<f64>,
    /// Set the power at full load in kW [default: the board power of the GPUs]
    #[arg(long, value_name = "KW")]
    pub load_kw: Option<f64>,
    /// Set the power at idle in kW [default: a fifth of --load-kw]
    #[arg(long, value_name = "KW")]
    pub idle_kw: Option<f64>,
    /// Set the power usage effectiveness of the data centre (PUE) [default: 1.3]
    #[arg(long, value_name = "RATIO")]
    pub pue: Option<f64>,
    /// Set the electricity price in USD per kWh [default: the dated average of US commercial users]
    #[arg(long, value_name = "USD")]
    pub electricity: Option<f64>,
    /// Set the colocation cost of one replica in USD per month [default: 0]
    #[arg(long, value_name = "USD")]
    pub colocation: Option<f64>,
    /// Set the maintenance per year, as a fraction of the purchase price [default: 0]
    #[arg(long, value_name = "FRACTION")]
    pub maintenance: Option<f64>,
    /// Set the spare parts per year, as a fraction of the purchase price [default: 0]
    #[arg(long, value_name = "FRACTION")]
    pub spares: Option<f64>,
}

/// Costs beside the replicas.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Other costs")]
pub struct ExtraCostArgs {
    /// Set the cost of operations in USD per month
    #[arg(long, value_name = "USD", default_value_t = 0.0)]
    pub operations: f64,
    /// Set the fraction of one engineer's time, such as 0.2 [default: 0]
    #[arg(long, value_name = "FRACTION")]
    pub engineer_share: Option<f64>,
    /// Set the cost of that engineer in USD per year [default: 180000]
    #[arg(long, value_name = "USD")]
    pub engineer_salary: Option<f64>,
    /// Set the storage of one replica in GB [default: 0]
    #[arg(long, value_name = "GB")]
    pub storage_gb: Option<f64>,
    /// Set the storage price in USD per GB and month [default: the dated price of RunPod's container disk]
    #[arg(long, value_name = "USD", requires = "storage_gb")]
    pub storage_price: Option<f64>,
    /// Set the data sent out per request in kB [default: 0]
    #[arg(long, value_name = "KB", requires = "egress_price")]
    pub egress_kb: Option<f64>,
    /// Set the egress price in USD per GB; RunPod charges none [default: 0]
    #[arg(long, value_name = "USD", requires = "egress_kb")]
    pub egress_price: Option<f64>,
    /// Set the one-off costs in USD [default: 0]
    #[arg(long, value_name = "USD")]
    pub one_off: Option<f64>,
    /// Set the months over which one-off costs are spread [default: 24]
    #[arg(long, value_name = "MONTHS", requires = "one_off")]
    pub one_off_months: Option<f64>,
}

/// The APIs to compare with.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "API")]
pub struct ApiArgs {
    /// Compare with an API of the catalogue, as `provider/model` or a unique part of it; repeatable [default: GPT-4o, the
    /// first small closed model, and the cheapest host of the same model]
    #[arg(long, value_name = "PROVIDER/MODEL")]
    pub api: Vec<String>,
    /// Compare with an API of these prices: USD per 1M input and output tokens, such as `0.45/0.45`; repeatable
    #[arg(long, value_name = "IN/OUT")]
    pub api_price: Vec<String>,
}

/// How an API would be used.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "API")]
pub struct ApiUseArgs {
    /// Set the fraction of the input that the API's cache holds [default: the demand's, else 0]
    #[arg(long, value_name = "FRACTION")]
    pub api_cached: Option<f64>,
    /// Set the fraction of the input that is written into that cache [default: the demand's, else 0]
    #[arg(long, value_name = "FRACTION")]
    pub api_cache_written: Option<f64>,
    /// Set the fraction of requests sent through the batch API [default: the demand's, else 0]
    #[arg(long, value_name = "FRACTION")]
    pub api_batch: Option<f64>,
    /// Set the reasoning tokens per visible output token (tau) [default: the demand's, else 0]
    #[arg(long, value_name = "RATIO")]
    pub api_reasoning: Option<f64>,
}
