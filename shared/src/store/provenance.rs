//! Where a number comes from: what kind of evidence it is, who measured it, with what, and what to doubt.
//!
//! The evidence word travels from the file to every chart, table, tooltip and exported picture.

#[cfg(feature = "observations")]
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::measure::summary::Level;
use crate::units::Millis;

/// Waves from which on start-up and drain of a level weigh little.
const ENOUGH_WAVES: f64 = 10.0;

/// What a number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Measured on the hardware it names.
    Measured,
    /// Somebody else's figures, with their source.
    Published,
    /// From a model, with its error band.
    Estimated,
    /// A simulated engine or a toy model on a CPU: never a result.
    Rehearsal,
}

impl Evidence {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Measured, Self::Published, Self::Estimated, Self::Rehearsal];

    /// The word, in lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Published => "published",
            Self::Estimated => "estimated",
            Self::Rehearsal => "rehearsal",
        }
    }

    /// What the word means, in a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Measured => "Measured with Forge's collector on the hardware named.",
            Self::Published => "Measured and published by somebody else; source, licence and date are given.",
            Self::Estimated => "Computed from a model, not measured at this point.",
            Self::Rehearsal => {
                "From a simulated engine or a toy model on a CPU. It exercises the tool and says nothing about a GPU."
            }
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Evidence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Measured, Self::Published, Self::Estimated, Self::Rehearsal];
        all.into_iter().find(|evidence| evidence.word() == text).ok_or_else(|| {
            format!("`{text}` is no kind of evidence; it is one of measured, published, estimated, rehearsal")
        })
    }
}

/// Who measured, when, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The day the run began.
    pub date: Date,
    /// The program that took the numbers, with its version, such as `collector 0.1.0`.
    pub tool: String,
    /// Where published figures stand: a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// Licence of published figures, with its holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Files the numbers were taken from, with their SHA-256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SourceFile>,
    /// Address of the server, without user or key; absent for imported files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// What the server says its version is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// How the server says it is set up: what `/v1/models`, `/metrics` and, where offered, `/server_info` tell.
    #[cfg(feature = "observations")]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub server_config: BTreeMap<String, String>,
    /// Operating system and processor of the machine that sent the load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Anything a reader should know that has no field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A file that numbers were taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Its name, without its folder.
    pub name: String,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// Something that makes a run less than it looks. Each kind gives its own advice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Warning {
    /// Requests failed at a level.
    Failures {
        /// Streams of the level.
        concurrency: u32,
        /// How many.
        failed: u64,
    },
    /// A level had fewer than ten waves, so its start and end weigh much.
    FewWaves {
        /// Streams of the level.
        concurrency: u32,
        /// requests / concurrency.
        waves: f64,
    },
    /// A level's output rate changed from the first half of its steady state to the second.
    Drifting {
        /// Streams of the level.
        concurrency: u32,
        /// The second half's rate over the first's, minus 1.
        drift: f64,
    },
    /// The kernel that was asked for did not run.
    KernelNotUsed {
        /// The kernel the configuration means.
        wanted: String,
        /// What is known to have run instead.
        ran: String,
    },
    /// Tokens per event are assumed, not counted by the server.
    TokensAssumed {
        /// Streams of the level.
        concurrency: u32,
    },
    /// The server's own token counter disagrees with what arrived.
    CountMismatch {
        /// Streams of the level.
        concurrency: u32,
        /// Output tokens that arrived.
        client: u64,
        /// Output tokens the server counted.
        server: u64,
    },
    /// The prefix cache answered part of the prompts.
    PrefixHits {
        /// Streams of the level.
        concurrency: u32,
        /// Share of prompt tokens found in the cache.
        share: f64,
    },
    /// The server worked for somebody else too.
    ForeignTraffic {
        /// Streams of the level.
        concurrency: u32,
        /// Requests that were not ours: the most at once, or those that ended, whichever is more.
        requests: u64,
    },
    /// The server stopped requests for want of KV cache and computed them again.
    Preemptions {
        /// Streams of the level.
        concurrency: u32,
        /// How often.
        preemptions: u64,
    },
    /// A busy GPU ran well below its highest clock.
    ClocksLow {
        /// Streams of the level.
        concurrency: u32,
        /// Mean streaming-multiprocessor clock over the highest.
        share: f64,
    },
    /// The sweep was stopped before its last level.
    Interrupted {
        /// Levels finished.
        finished: usize,
        /// Levels planned.
        planned: usize,
    },
    /// The machine that sent the load was nearly all it could do.
    ClientSaturated {
        /// Streams of the level.
        concurrency: u32,
        /// Processor time over wall time x its threads.
        busy: f64,
        /// 99th percentile of the time bytes waited for the client, by request.
        delay_ms: Millis,
    },
    /// Something else, in a sentence.
    Note {
        /// The sentence.
        text: String,
    },
}

impl Warning {
    /// What a level's counts alone give reason to doubt: failures, and too few waves.
    #[must_use]
    pub fn of_level(level: &Level) -> Vec<Self> {
        let (concurrency, waves) = (level.concurrency(), level.waves());
        let failures = (level.failed > 0).then_some(Self::Failures { concurrency, failed: level.failed });
        let few_waves = (waves < ENOUGH_WAVES).then_some(Self::FewWaves { concurrency, waves });
        failures.into_iter().chain(few_waves).collect()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failures { concurrency, failed } => {
                write!(
                    f,
                    "{failed} requests failed at {concurrency} streams; throughput counts only those that completed"
                )
            }
            Self::FewWaves { concurrency, waves } => write!(
                f,
                "{concurrency} streams had {waves:.0} waves of requests: start-up and drain weigh much; ten waves or more are better"
            ),
            Self::Drifting { concurrency, drift } => write!(
                f,
                "at {concurrency} streams the output rate drifted by {:+.1} % from the steady state's first half to its second; more requests show where it settles",
                drift * 100.0
            ),
            Self::KernelNotUsed { wanted, ran } => {
                write!(f, "{wanted} kernels were not in use ({ran}), so speed and cost are not those of {wanted}")
            }
            Self::TokensAssumed { concurrency } => write!(
                f,
                "at {concurrency} streams the server did not count tokens per event; one per event is assumed, so ITL may be off"
            ),
            Self::CountMismatch { concurrency, client, server } => write!(
                f,
                "at {concurrency} streams {client} output tokens arrived but the server counted {server}; was somebody else using it?"
            ),
            Self::PrefixHits { concurrency, share } => write!(
                f,
                "at {concurrency} streams {:.1} % of prompt tokens came from the prefix cache, which makes prefill look cheap",
                share * 100.0
            ),
            Self::ForeignTraffic { concurrency, requests } => write!(
                f,
                "at {concurrency} streams the server also had {requests} requests that this sweep did not send: it was shared, and looks slower than it is"
            ),
            Self::Preemptions { concurrency, preemptions } => write!(
                f,
                "at {concurrency} streams the KV cache was full {preemptions} times and requests were computed again: more KV cache or fewer streams would serve faster"
            ),
            Self::ClocksLow { concurrency, share } => write!(
                f,
                "at {concurrency} streams a busy GPU ran at {:.0} % of its highest clock: power, heat or a set limit held it back",
                share * 100.0
            ),
            Self::ClientSaturated { concurrency, busy, delay_ms } => write!(
                f,
                "at {concurrency} streams the load generator was {:.0} % busy and read {:.1} ms late: it may have sent less than it should; give it a machine of its own, or several with --shard",
                busy * 100.0,
                delay_ms.value()
            ),
            Self::Interrupted { finished, planned } => {
                write!(f, "the sweep was stopped after {finished} of {planned} levels")
            }
            Self::Note { text } => f.write_str(text),
        }
    }
}
