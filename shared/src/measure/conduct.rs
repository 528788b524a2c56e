//! How a sweep's levels were come by, where they were not simply listed: objectives, a search, a share of the load.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a plan says beside its levels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conduct {
    /// The service-level objectives, such as `ttft:p99<2s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objectives: Option<String>,
    /// What was searched for; the plan's levels are then those that ran, in the order they ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub find: Option<Find>,
    /// Which part of the load this client sent. Levels of the file are then of that part alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// What a sweep searches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Find {
    /// The level from which on more load brings little.
    Knee {
        /// Most streams to try.
        most: u32,
    },
    /// The highest load that meets the objectives.
    Objectives {
        /// Most streams to try.
        most: u32,
    },
}

impl Find {
    /// Most streams to try.
    #[must_use]
    pub fn most(self) -> u32 {
        match self {
            Self::Knee { most } | Self::Objectives { most } => most,
        }
    }
}

/// One of several clients that share a sweep's load evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Which one, counted from 1.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// Every n-th of some things: this client's, in their order.
    pub fn take<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.index as usize - 1).step_by(self.of as usize).collect()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((index, of)) if index >= 1 && index <= of => Ok(Self { index, of }),
            _ => Err(format!("`{text}` is no shard; it is written like `1/4`, the first of four")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shards_are_read_and_printed() {
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
        for text in ["0/4", "5/4", "1", "1/0", "a/b", "-1/2"] {
            assert!(text.parse::<Shard>().unwrap_err().contains("is no shard"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_thing_is_taken_by_one_shard(count in 0usize..200, of in 1u32..9) {
            let all: Vec<usize> = (0..count).collect();
            let mut taken: Vec<usize> = (1..=of).flat_map(|index| Shard { index, of }.take(all.clone())).collect();
            taken.sort_unstable();
            prop_assert_eq!(taken, all);
        }
    }
}
