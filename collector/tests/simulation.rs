//! The engine in event time against the live one under the real load client: the same requests, the same speed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::Arc;

use collector::engine::server::EngineOptions;
use collector::load::arrival::Pacing;
use collector::load::clock::Clock;
use collector::load::driver::{Backend, drive};
use collector::load::openai_client::{Access, OpenAiClient};
use collector::load::prompts::{Conversation, PromptRequest};
use collector::load::request_template::RequestTemplate;
use shared::hardware::profile::Profile;
use shared::hardware::requests::Request;
use shared::hardware::simulate::Simulation;
use shared::measure::plan::{Arrival, Endpoint, Stop};
use shared::measure::summary::{Level, summarise};
use support::Server;

const MODEL: &str = "tiny";
/// Simulated seconds per second: a step then lasts some 5 ms on the wall, long beside what a client takes.
const SPEED: f64 = 4.0;
/// Seconds on the wall from an answer's end until the next request is queued, about.
const OUTSIDE_S: f64 = 0.000_5;
/// Tries a level has to come near.
const TRIES: usize = 3;

fn profile() -> Profile {
    Profile {
        step_base_s: 0.02,
        step_per_sequence_s: 3e-4,
        step_per_kv_token_s: 2e-6,
        prefill_tokens_per_s: 4000.0,
        max_num_seqs: 12,
        ..Profile::instant()
    }
}

/// So many requests, of which the longest takes some three times as long as the shortest.
fn requests(count: u64) -> Vec<Request> {
    (0..count).map(|n| Request { prompt: 20 + n * 37 % 180, output: 16 + n * 29 % 33 }).collect()
}

/// One level by the load client against the live engine, in simulated time.
async fn live(client: &Arc<OpenAiClient>, requests: &[Request], concurrency: u32) -> Level {
    let prompt = |request: &Request| PromptRequest {
        prompt: vec!["word"; request.prompt as usize].join(" "),
        output_tokens: request.output as u32,
    };
    let work: Vec<Conversation> = requests.iter().map(|request| prompt(request).into()).collect();
    let arrival = Arrival::ClosedLoop { concurrency };
    let pacing = Pacing { arrival, stop: Stop::Requests(work.len() as u32), seed: 0, part: None };
    client.open(concurrency).await.unwrap();
    let records = drive(client, work, pacing, Clock::start_at_speed(SPEED), &Arc::default()).await;
    summarise(arrival, &records)
}

#[test]
fn the_live_engine_and_the_one_in_event_time_agree() {
    let server = Server::start(EngineOptions { speed: SPEED, ..EngineOptions::healthy(profile(), MODEL) });
    let shape = RequestTemplate {
        endpoint: Endpoint::Completions,
        model: MODEL.to_owned(),
        ignore_eos: true,
        temperature: None,
        continuous_usage: true,
        extra: serde_json::Map::new(),
    };
    let access = Access { base_url: server.base_url(), ..Access::default() };
    let client = Arc::new(OpenAiClient::new(&access, shape).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (concurrency, count) in [(1, 12), (4, 48), (16, 128)] {
        let requests = requests(count);
        let profile = Profile { outside_s: OUTSIDE_S * SPEED, ..profile() };
        let simulated = Simulation::new(profile, &requests).closed(concurrency);
        let once = || {
            let live = runtime.block_on(live(&client, &requests, concurrency));
            assert_eq!((live.completed, live.failed), (count, 0));
            assert_eq!((live.prompt_tokens, live.output_tokens), (simulated.prompt_tokens, simulated.output_tokens));
            apart(&live, &simulated)
        };
        // A busy machine holds the client up now and then; a difference between the engines is there every time.
        let mut tries = Vec::new();
        while tries.len() < TRIES && !tries.last().is_some_and(near) {
            tries.push(once());
        }
        assert!(tries.last().is_some_and(near), "output rate and mean TPOT at {concurrency} streams: off by {tries:?}");
    }
}

/// How far output rate and mean TPOT of the live engine are from the simulated ones, as shares.
fn apart(live: &Level, simulated: &Level) -> [f64; 2] {
    let tpot = |level: &Level| level.tpot_ms.mean.unwrap().value();
    [live.output_rate().value() / simulated.output_rate().value() - 1.0, tpot(live) / tpot(simulated) - 1.0]
}

fn near(off: &[f64; 2]) -> bool {
    off.iter().all(|off| off.abs() < 0.03)
}
