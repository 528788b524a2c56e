//! Watches server and GPUs around each level and writes what they said into it. Never stops or delays a level.

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
use crate::gpu::nvidia_smi::NvidiaSmi;
use crate::gpu::row::Row;
use crate::gpu::telemetry::telemetry;
use crate::load::client_cpu::ClientCpu;
use crate::load::clock::Clock;
use crate::server::config::config;
use crate::server::in_flight::InFlight;
use crate::server::prefix_cache;
use crate::server::reading::Reading;
use crate::server::sampler::{Sampler, Taken};
use crate::server::view::{Readings, view};
use crate::server::vllm::Vllm;
use crate::sweep::settings::SweepSettings;

/// Time of the level's clock between two samples of the server.
const PERIOD_S: f64 = 1.0;
/// The same on the wall in fast motion, at least.
const SHORTEST_PERIOD_S: f64 = 0.05;
/// A gauge may be so much older than the page it stands on.
const SLACK_NS: f64 = 1e9;

/// What watches the levels of a sweep.
#[derive(Debug)]
pub struct Observer {
    /// The server that is watched.
    pub server: Vllm,
    nvidia_smi: Option<PathBuf>,
    gpus_used: u32,
    empties_cache: bool,
    /// Whether the server runs in this process, whose processor time then says nothing of the client.
    shares_process: bool,
}

/// A level that is being watched; the watching stops when it is dropped.
#[derive(Debug)]
pub struct Watch {
    /// The level's clock, started.
    pub clock: Clock,
    speed: f64,
    cache_emptied: Option<bool>,
    before: Reading,
    sampler: Sampler,
    nvidia_smi: Option<NvidiaSmi>,
    cpu: ClientCpu,
}

/// What was seen of a level.
#[derive(Debug)]
pub struct Seen {
    speed: f64,
    cache_emptied: Option<bool>,
    before: Reading,
    taken: Taken,
    rows: Vec<Row>,
    cpu: (Option<Duration>, Option<f64>),
}

impl Observer {
    /// Finds out what can be watched, and writes what the server says of its set-up.
    pub async fn prepare(settings: &SweepSettings, server: &Vllm, model: &str, provenance: &mut Provenance) -> Self {
        provenance.server_config = config(server, model).await;
        if server.reading().await.is_none_or(|reading| reading.is_empty()) {
            let note = "the server has no /metrics that are understood, so its own view of the levels is missing";
            provenance.notes.push(note.to_owned());
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let nvidia_smi = settings.telemetry.nvidia_smi(&settings.access.base_url, &path);
        if settings.telemetry.gpu == GpuTelemetryName::NvidiaSmi && nvidia_smi.is_none() {
            provenance.notes.push("there is no nvidia-smi on PATH, so nothing is known of the GPUs".to_owned());
        }
        let empties_cache = prefix_cache::empty(server).await == Some(true);
        if empties_cache {
            provenance.notes.push("the server's prefix cache is emptied before each level".to_owned());
        }
        Self {
            server: server.clone(),
            nvidia_smi,
            gpus_used: settings.named.gpu_count,
            empties_cache,
            shares_process: false,
        }
    }

    /// The same for a simulated server in this process.
    #[must_use]
    pub fn beside_the_server(self) -> Self {
        Self { shares_process: true, ..self }
    }

    /// Empties the prefix cache before a level; `None` where the server offers no such thing.
    pub async fn empty_prefix_cache(&self) -> Option<bool> {
        if self.empties_cache { prefix_cache::empty(&self.server).await } else { None }
    }

    /// Begins to watch, and starts the level's clock.
    pub async fn begin(&self, cache_emptied: Option<bool>, speed: f64) -> Watch {
        let before = self.server.reading().await.unwrap_or_default();
        let nvidia_smi = self.nvidia_smi.as_deref().and_then(NvidiaSmi::start);
        let clock = Clock::start_at_speed(speed);
        let period = Duration::from_secs_f64((PERIOD_S / speed).max(SHORTEST_PERIOD_S));
        let sampler = Sampler::start(self.server.clone(), clock, period);
        Watch { clock, speed, cache_emptied, before, sampler, nvidia_smi, cpu: ClientCpu::start() }
    }

    /// Writes into a level what was seen of it.
    pub async fn describe(&self, level: &mut Level, records: &[RequestRecord], seen: Seen) {
        let after = self.server.reading().await.unwrap_or_default();
        let readings = Readings { before: &seen.before, after: &after, taken: &seen.taken };
        let slack = (SLACK_NS * seen.speed) as u64;
        let mut server = view(readings, &InFlight::of(records), slack).unwrap_or_default();
        server_side::fill(&mut server, records);
        server.prefix_cache_emptied = seen.cache_emptied;
        let gpu = telemetry(&seen.rows, self.gpus_used, level.duration_s, level.output_tokens);
        let server = (server != ServerView::default()).then_some(server);
        let client = (!self.shares_process).then(|| client_load(&seen, records));
        let observed = level.observed.get_or_insert_default();
        (observed.client, observed.server, observed.gpu) = (client, server, gpu);
    }
}

impl Watch {
    /// Stops watching, at once.
    #[must_use]
    pub fn stop(self) -> Seen {
        Seen {
            speed: self.speed,
            cache_emptied: self.cache_emptied,
            before: self.before,
            taken: self.sampler.stop(),
            cpu: (self.cpu.spent(), self.cpu.busy()),
            rows: self.nvidia_smi.map_or_else(Vec::new, NvidiaSmi::stop),
        }
    }
}

/// What the client itself needed: its processor time, and how long bytes waited for it.
fn client_load(seen: &Seen, records: &[RequestRecord]) -> ClientLoad {
    let (spent, busy) = seen.cpu;
    ClientLoad {
        busy: busy.and_then(|busy| Fraction::new(busy).ok()),
        cpu_s: spent.map(|spent| Seconds::new(spent.as_secs_f64())),
        own_delay_ms: Distribution::of(records.iter().filter_map(|record| Some(record.own_delay?.mean))),
        kernel_timestamps: records.iter().any(|record| record.own_delay.is_some()),
    }
}
