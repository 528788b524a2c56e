//! The verb `rehearse`: the same sweep against the simulated server. It shows that the tool works, nothing about a GPU.

use std::process::ExitCode;

use shared::hardware::profile::Profile;
use shared::measure::plan::Arrival;

use crate::catalogue::Catalogue;
use crate::cli::access_args::AccessArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::sweep::{EvidenceName, RehearseArgs, SweepArgs};
use crate::cli::telemetry_args::{GpuTelemetryName, TelemetryArgs};
use crate::cli::workload_args::WorkloadArgs;
use crate::engine::server::{Engine, EngineOptions};
use crate::printer::Printer;
use crate::resolve::deployment::{self, DeploymentQuery};
use crate::runtime::runtime;
use crate::sweep::settings::{self, ServerEngine};
use crate::sweep::{dry_run, run};

/// Shortest real duration of a simulated step, in seconds; below it, sleeping and HTTP would be most of the step.
const SHORTEST_STEP_S: f64 = 0.000_75;
/// Tokens per real second that client and engine handle together on a small machine without falling behind.
const TOKENS_PER_S: f64 = 20_000.0;

/// Runs the verb.
///
/// # Errors
/// When a setting is wrong or the result cannot be written.
pub fn rehearse(args: &RehearseArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let query = DeploymentQuery {
        gpu: args.hardware.as_deref().unwrap_or("rtx-a5000"),
        gpu_count: args.gpu_count.unwrap_or(1),
        model: args.model.as_deref().unwrap_or("llama-3.1-8b-instruct"),
        quantization: args.quantization.as_deref().unwrap_or("bf16"),
    };
    let chosen = deployment::resolve(&Catalogue::load(None)?, query)?;
    let mut settings = settings::resolve(&SweepArgs {
        access: AccessArgs { endpoint: args.endpoint, ..AccessArgs::default() },
        load: LoadArgs {
            concurrency: args.concurrency.clone(),
            num_prompts: Some(args.num_prompts.unwrap_or(128)),
            seed: args.seed,
            ignore_eos: Some(true),
            ..LoadArgs::default()
        },
        workload: WorkloadArgs {
            input_tokens: Some(args.input_tokens.unwrap_or(220)),
            output_tokens: Some(args.output_tokens.unwrap_or(32)),
            ..WorkloadArgs::default()
        },
        hardware: Some(chosen.gpu),
        hardware_name: Some(format!("simulated {}", chosen.gpu_name)),
        gpu_count: Some(query.gpu_count),
        quantization: Some(query.quantization.to_owned()),
        model_slug: Some(chosen.model.clone()),
        model_name: Some(chosen.model_name.clone()),
        evidence: Some(EvidenceName::Rehearsal),
        out: args.out.clone(),
        run_id: args.run_id.clone(),
        json: args.json,
        // A simulated server uses no GPU of this machine.
        telemetry: TelemetryArgs { gpu_telemetry: Some(GpuTelemetryName::Off), electricity_price: None },
        search: args.search.clone(),
        ..SweepArgs::default()
    })?;
    settings.engine = ServerEngine::Simulated;
    if args.dry_run {
        dry_run::print_plan(&settings, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let profile = Profile::of(chosen.estimator);
    runtime()?.block_on(async {
        let engine = Engine::start(EngineOptions::healthy(profile, &chosen.model)).await?;
        engine.base_url().clone_into(&mut settings.access.base_url);
        out.talk(format!("rehearsal: {} on a simulated {}, faster than real time", chosen.model_name, chosen.gpu_name));
        let clock_speed = |load: Arrival| {
            let speed = clock_speed(&profile, load);
            engine.set_speed(speed);
            speed
        };
        run::run(&settings, &clock_speed, out).await
    })
}

/// Seconds of the simulated clock for each second of the wall: as fast as client and engine can follow.
fn clock_speed(profile: &Profile, load: Arrival) -> f64 {
    let streams = load.concurrency().unwrap_or(1);
    let step = profile.decode_s(streams, 0.0);
    let wall = SHORTEST_STEP_S.max(f64::from(streams) / TOKENS_PER_S);
    (step / wall).max(1.0)
}
