//! The verb `rehearse`: the same sweep against the simulated engine. Proves that the tool works, nothing about a GPU.

use std::process::ExitCode;

use shared::measure::plan::Arrival;

use crate::cli::access_args::AccessArgs;
use crate::cli::load_args::LoadArgs;
use crate::cli::sweep::{EvidenceName, RehearseArgs, SimulatedGpu, SimulatedWeights, SweepArgs};
use crate::cli::telemetry_args::{GpuTelemetryName, TelemetryArgs};
use crate::cli::workload_args::WorkloadArgs;
use crate::engine::profile::{A100_80GB, H100_SXM, Hardware, LLAMA_8B_AWQ, LLAMA_8B_BF16, Model, Profile, RTX_A5000};
use crate::engine::server::{Engine, EngineOptions};
use crate::printer::Printer;
use crate::sweep::conduct::{conduct, describe, runtime};
use crate::sweep::run::Pace;
use crate::sweep::settings::{self, Named};

/// A simulated step lasts at least so long on the wall, else sleeping and HTTP would be most of it.
const SHORTEST_STEP_S: f64 = 0.000_75;
/// Tokens a second that client and engine handle together on a small machine without falling behind.
const TOKENS_PER_S: f64 = 20_000.0;

/// Runs the verb.
///
/// # Errors
/// When settings are wrong or the result cannot be written.
pub fn rehearse(args: &RehearseArgs, out: &mut Printer) -> anyhow::Result<ExitCode> {
    let (hardware, model) = simulated(args);
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
        evidence: Some(EvidenceName::Rehearsal),
        out: args.out.clone(),
        run_id: args.run_id.clone(),
        json: args.json,
        // A simulated server moves no GPU of this machine.
        telemetry: TelemetryArgs { gpu_telemetry: Some(GpuTelemetryName::Off), electricity_price: None },
        search: args.search.clone(),
        ..SweepArgs::default()
    })?;
    settings.named = Named {
        hardware: Some(hardware.slug.to_owned()),
        hardware_name: Some(format!("simulated {}", hardware.name)),
        gpu_count: 1,
        quantization: Some(model.quantization.to_owned()),
        model_slug: Some(model.slug.to_owned()),
        model_name: Some(model.name.to_owned()),
    };
    if args.dry_run {
        describe(&settings, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let profile = Profile::of(&hardware, &model);
    runtime()?.block_on(async {
        let engine = Engine::start(EngineOptions::healthy(profile, model.slug)).await?;
        engine.base_url().clone_into(&mut settings.access.base_url);
        out.talk(format!("rehearsal: {} on a simulated {}, in fast motion", model.name, hardware.name));
        conduct(&settings, "simulated", &FastMotion { engine: &engine, profile }, out).await
    })
}

fn simulated(args: &RehearseArgs) -> (Hardware, Model) {
    let hardware = match args.hardware {
        SimulatedGpu::RtxA5000 => RTX_A5000,
        SimulatedGpu::A10080gb => A100_80GB,
        SimulatedGpu::H100Sxm => H100_SXM,
    };
    let model = match args.quantization {
        SimulatedWeights::Bf16 => LLAMA_8B_BF16,
        SimulatedWeights::AwqInt4 => LLAMA_8B_AWQ,
    };
    (hardware, model)
}

/// Engine and clock run faster than the wall, as fast as each level allows.
struct FastMotion<'a> {
    engine: &'a Engine,
    profile: Profile,
}

impl Pace for FastMotion<'_> {
    fn speed(&self, load: Arrival) -> f64 {
        let streams = f64::from(load.concurrency().unwrap_or(1));
        let step = self.profile.step_base_s + self.profile.step_per_sequence_s * streams;
        let wall = SHORTEST_STEP_S.max(streams / TOKENS_PER_S);
        let speed = (step / wall).max(1.0);
        self.engine.set_speed(speed);
        speed
    }
}
