//! Observes server, GPUs and client around each run and adds the observations to its level. Never stops or delays a run.

use std::path::PathBuf;
use std::time::Duration;

use shared::measure::distribution::Distribution;
use shared::measure::observations::{ClientLoad, ServerView};
use shared::measure::record::RequestRecord;
use shared::measure::server_side;
use shared::measure::summary::Level;
use shared::store::provenance::Provenance;
use shared::units::{Fraction, Seconds};

use crate::cli::telemetry_args::GpuTelemetryName;
use crate::gpu::gpu_telemetry::telemetry;
use crate::gpu::nvidia_smi::NvidiaSmi;
use crate::gpu::nvidia_smi_path::nvidia_smi_path;
use crate::gpu::nvidia_smi_row::NvidiaSmiRow;
use crate::load::client_cpu::ClientCpu;
use crate::load::clock::Clock;
use crate::server::in_flight::InFlight;
use crate::server::metrics_reading::MetricsReading;
use crate::server::prefix_cache;
use crate::server::sampler::{Sampler, TakenReadings};
use crate::server::server_config::config;
use crate::server::server_view::{LevelReadings, view};
use crate::server::vllm::Vllm;
use crate::sweep::run::target::Target;
use crate::sweep::settings::{ServerEngine, SweepSettings};

/// Time of the level's clock between two samples of the server.
const PERIOD_S: f64 = 1.0;
/// The same on the wall in fast motion, at least.
const SHORTEST_PERIOD_S: f64 = 0.05;
/// A gauge may be so much older than the page it stands on.
const SLACK_NS: f64 = 1e9;

/// Observes the runs of a sweep.
#[derive(Debug)]
pub struct Observer {
    /// The server under test.
    pub server: Vllm,
    nvidia_smi: Option<PathBuf>,
    gpus_used: u32,
    empties_cache: bool,
    /// Whether the server runs in this process, whose CPU time then is not the client's.
    shares_process: bool,
}

/// The observation of a run in progress; it stops when this is dropped.
#[derive(Debug)]
pub struct RunWatch {
    /// The run's clock, started.
    pub clock: Clock,
    speed: f64,
    cache_emptied: Option<bool>,
    before: MetricsReading,
    sampler: Sampler,
    nvidia_smi: Option<NvidiaSmi>,
    cpu: ClientCpu,
}

/// The observations of a run that ended.
#[derive(Debug)]
pub struct RunObservations {
    speed: f64,
    cache_emptied: Option<bool>,
    before: MetricsReading,
    taken: TakenReadings,
    rows: Vec<NvidiaSmiRow>,
    cpu: (Option<Duration>, Option<f64>),
}

impl Observer {
    /// Finds out what can be observed, and stores the server's configuration.
    pub async fn prepare(settings: &SweepSettings, target: &Target, provenance: &mut Provenance) -> Self {
        let server = &target.server;
        provenance.server_config = config(server, &target.facts.model).await;
        if server.reading().await.is_none_or(|reading| reading.is_empty()) {
            let note = "the server has no known metrics under /metrics, so its own view of the levels is missing";
            provenance.notes.push(note.to_owned());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let nvidia_smi = nvidia_smi_path(settings.gpu_telemetry, &settings.access.base_url, &path);
        if settings.gpu_telemetry == GpuTelemetryName::NvidiaSmi && nvidia_smi.is_none() {
            provenance.notes.push("there is no nvidia-smi on PATH, so GPU telemetry is missing".to_owned());
        }
        let empties_cache = prefix_cache::empty(server).await == Some(true);
        if empties_cache {
            provenance.notes.push("the server's prefix cache is emptied before each level".to_owned());
        }
        Self {
            server: server.clone(),
            nvidia_smi,
            gpus_used: settings.system.gpu_count,
            empties_cache,
            shares_process: settings.engine == ServerEngine::Simulated,
        }
    }

    /// Empties the prefix cache before a level; `None` where the server does not support it.
    pub async fn empty_prefix_cache(&self) -> Option<bool> {
        if self.empties_cache { prefix_cache::empty(&self.server).await } else { None }
    }

    /// Starts observing, and the run's clock.
    pub async fn begin(&self, cache_emptied: Option<bool>, speed: f64) -> RunWatch {
        let before = self.server.reading().await.unwrap_or_default();
        let nvidia_smi = self.nvidia_smi.as_deref().and_then(NvidiaSmi::start);
        let clock = Clock::start_at_speed(speed);
        let period = Duration::from_secs_f64((PERIOD_S / speed).max(SHORTEST_PERIOD_S));
        let sampler = Sampler::start(self.server.clone(), clock, period);
        RunWatch { clock, speed, cache_emptied, before, sampler, nvidia_smi, cpu: ClientCpu::start() }
    }

    /// Adds the observations of a run to its level.
    pub async fn describe(&self, level: &mut Level, records: &[RequestRecord], observed_run: RunObservations) {
        let after = self.server.reading().await.unwrap_or_default();
        let readings = LevelReadings { before: &observed_run.before, after: &after, taken: &observed_run.taken };
        let slack = (SLACK_NS * observed_run.speed) as u64;
        let mut server = view(readings, &InFlight::of(records), slack).unwrap_or_default();
        server_side::fill(&mut server, records);
        server.prefix_cache_emptied = observed_run.cache_emptied;
        let gpu = telemetry(&observed_run.rows, self.gpus_used, level.duration_s, level.output_tokens);
        let server = (server != ServerView::default()).then_some(server);
        let client = (!self.shares_process).then(|| client_load(&observed_run, records));
        let observed = level.observed.get_or_insert_default();
        (observed.client, observed.server, observed.gpu) = (client, server, gpu);
    }
}

impl RunWatch {
    /// Stops observing, at once.
    #[must_use]
    pub fn stop(self) -> RunObservations {
        RunObservations {
            speed: self.speed,
            cache_emptied: self.cache_emptied,
            before: self.before,
            taken: self.sampler.stop(),
            cpu: (self.cpu.spent(), self.cpu.busy()),
            rows: self.nvidia_smi.map_or_else(Vec::new, NvidiaSmi::stop),
        }
    }
}

/// The client's own CPU time, and how long bytes waited for it.
fn client_load(observed_run: &RunObservations, records: &[RequestRecord]) -> ClientLoad {
    let (spent, busy) = observed_run.cpu;
    ClientLoad {
        busy: busy.and_then(|busy| Fraction::new(busy).ok()),
        cpu_s: spent.map(|spent| Seconds::new(spent.as_secs_f64())),
        own_delay_ms: Distribution::of(records.iter().filter_map(|record| Some(record.own_delay?.mean))),
        kernel_timestamps: records.iter().any(|record| record.own_delay.is_some()),
    }
}
