//! The prompts of each level: how many it needs, how many it gets, and the division of the conversations.

use crate::load::prompts::Conversation;
use crate::printer::Hinted;

/// The conversations that one run of a level sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LevelPrompts {
    /// Sent first, not measured.
    pub warmup: Vec<Conversation>,
    /// Sent and measured.
    pub measured: Vec<Conversation>,
}

/// Number of prompts that one run of a level needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptsNeeded {
    /// For warming up.
    pub warmup: usize,
    /// For measuring.
    pub measured: PromptCount,
}

/// A number of prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptCount {
    /// Exactly this many.
    Exactly(usize),
    /// At most this many: the level ends after a time, perhaps before it has sent them.
    AtMost(usize),
}

impl PromptCount {
    /// The upper bound.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Exactly(count) | Self::AtMost(count) => count,
        }
    }

    /// The lower bound.
    fn least(self) -> usize {
        match self {
            Self::Exactly(count) => count,
            Self::AtMost(count) => count.min(1),
        }
    }
}

impl PromptsNeeded {
    /// The share that covers the whole need.
    #[must_use]
    pub fn whole(&self) -> PromptShare {
        PromptShare { warmup: self.warmup, measured: self.measured.most() }
    }
}

/// Number of prompts that one run of a level gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptShare {
    /// For warming up.
    pub warmup: usize,
    /// For measuring.
    pub measured: usize,
}

impl PromptShare {
    /// Shares of a trace: every level begins at its first request, so each may have all of it.
    ///
    /// # Errors
    /// When the trace is shorter than a level with a fixed number of requests.
    pub fn of_a_trace(needs: &[PromptsNeeded], requests: usize) -> Result<(Vec<Self>, Vec<String>), Hinted> {
        let most = needs.iter().map(|need| need.measured.most()).max().unwrap_or(0);
        if needs.iter().any(|need| need.measured.least() > requests) {
            return Err(Hinted::new(
                format!("a level needs {most} requests, but the trace holds {requests}"),
                format!("set --num-prompts to {requests} or less, or use a longer trace"),
            ));
        }
        let shares = needs
            .iter()
            .map(|need| Self { warmup: need.warmup, measured: need.measured.most().min(requests) })
            .collect();
        let short = (requests < most)
            .then(|| format!("the trace holds {requests} requests, so no level sends more, however long it lasts"));
        Ok((shares, short.into_iter().collect()))
    }
}

/// Divides `distinct` prompts among the levels, of `found` prompts with repetitions; each prompt goes to one level.
///
/// # Errors
/// When there are too few.
pub fn share(
    needs: &[PromptsNeeded],
    distinct: usize,
    found: usize,
) -> Result<(Vec<PromptShare>, Vec<String>), Hinted> {
    let whole: Vec<PromptShare> = needs.iter().map(PromptsNeeded::whole).collect();
    let warmup: usize = whole.iter().map(|share| share.warmup).sum();
    let measured: usize = whole.iter().map(|share| share.measured).sum();
    if distinct >= warmup + measured {
        return Ok((whole, Vec::new()));
    }
    let least: usize = needs.iter().map(|need| need.measured.least()).sum();
    let fewer_will_do = needs.iter().all(|need| matches!(need.measured, PromptCount::AtMost(_)));
    if !fewer_will_do || distinct < warmup + least {
        return Err(too_few(needs.len(), if fewer_will_do { least } else { measured }, warmup, distinct, found));
    }
    // Everybody gets the least first, then of the rest in proportion to what is still wanted.
    let rest = distinct - warmup - least;
    let shares: Vec<PromptShare> = needs
        .iter()
        .map(|need| {
            let (first, most) = (need.measured.least(), need.measured.most());
            PromptShare { warmup: need.warmup, measured: first + (most - first) * rest / (measured - least) }
        })
        .collect();
    let fewest = shares.iter().map(|share| share.measured).min().unwrap_or(0);
    let note = format!(
        "the dataset holds {distinct} usable prompts of {} that levels might send, so a level may run out of them \
         before its time is over, the first at {fewest} requests",
        warmup + measured
    );
    Ok((shares, vec![note]))
}

fn too_few(levels: usize, measured: usize, warmup: usize, distinct: usize, found: usize) -> Hinted {
    let holds = if distinct == found { "usable prompts" } else { "different usable prompts" };
    Hinted::new(
        format!(
            "the sweep needs {} different prompts ({levels} levels: {measured} measured, {warmup} for warming up), \
             but the dataset holds {distinct} {holds}",
            measured + warmup
        ),
        "a prompt that is sent twice would be found in the prefix cache; lower --num-prompts, run fewer levels, use a larger \
         dataset, or use longer random prompts",
    )
}

/// The number of prompts of each part, in the order of the conversations: first what levels measure, then their warm-ups.
#[must_use]
pub fn stretches(shares: &[PromptShare]) -> Vec<usize> {
    shares.iter().map(|share| share.measured).chain(shares.iter().map(|share| share.warmup)).collect()
}

/// Gives each level its conversations. Timestamps are counted from the level's first; a warm-up has none.
#[must_use]
pub fn deal(shares: &[PromptShare], mut conversations: Vec<Conversation>) -> Vec<LevelPrompts> {
    let n_measured: usize = shares.iter().map(|share| share.measured).sum();
    let mut warmups = conversations.split_off(n_measured.min(conversations.len())).into_iter();
    let mut measured = conversations.into_iter();
    let level = |share: &PromptShare| {
        let mut level = LevelPrompts {
            measured: measured.by_ref().take(share.measured).collect(),
            warmup: warmups.by_ref().take(share.warmup).collect(),
        };
        let first = level.measured.first().and_then(|conversation| conversation.at).unwrap_or_default();
        for conversation in &mut level.measured {
            conversation.at = conversation.at.map(|at| at.saturating_sub(first));
        }
        for conversation in &mut level.warmup {
            conversation.at = None;
        }
        level
    };
    shares.iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(measured: PromptCount) -> [PromptsNeeded; 2] {
        [PromptsNeeded { warmup: 1, measured }, PromptsNeeded { warmup: 4, measured }]
    }

    #[test]
    fn shares_are_whole_when_there_is_enough() {
        let (shares, notes) = share(&needs(PromptCount::Exactly(10)), 25, 25).unwrap();
        assert_eq!(shares, [PromptShare { warmup: 1, measured: 10 }, PromptShare { warmup: 4, measured: 10 }]);
        assert!(notes.is_empty());
        assert!(share(&needs(PromptCount::Exactly(10)), 24, 25).is_err());
    }

    #[test]
    fn where_fewer_will_do_levels_share_what_there_is() {
        let (shares, notes) = share(&needs(PromptCount::AtMost(10)), 13, 13).unwrap();
        assert_eq!(shares, [PromptShare { warmup: 1, measured: 4 }, PromptShare { warmup: 4, measured: 4 }]);
        assert!(notes[0].contains("holds 13 usable prompts of 25"), "{notes:?}");
        // Every level measures something, or nothing begins.
        assert_eq!(share(&needs(PromptCount::AtMost(10)), 7, 7).unwrap().0[1].measured, 1);
        let error = share(&needs(PromptCount::AtMost(10)), 6, 6).unwrap_err().to_string();
        assert!(error.contains("needs 7 different prompts"), "{error}");
    }

    #[test]
    fn uneven_shares_never_exceed_what_there_is() {
        let needs = [1, 1000, 30].map(|count| PromptsNeeded { warmup: 0, measured: PromptCount::AtMost(count) });
        for distinct in 3..1031 {
            let (shares, _) = share(&needs, distinct, distinct).unwrap();
            let total: usize = shares.iter().map(|share| share.measured).sum();
            assert!(total <= distinct && shares.iter().all(|share| share.measured > 0), "{distinct}: {shares:?}");
        }
    }

    #[test]
    fn every_level_may_have_the_whole_trace() {
        let (shares, notes) = PromptShare::of_a_trace(&needs(PromptCount::AtMost(10)), 7).unwrap();
        assert_eq!((shares[0].measured, shares[1].measured, notes.len()), (7, 7, 1));
        assert_eq!(PromptShare::of_a_trace(&needs(PromptCount::Exactly(7)), 7).unwrap().1.len(), 0);
        let error = PromptShare::of_a_trace(&needs(PromptCount::Exactly(8)), 7).unwrap_err().to_string();
        assert!(error.contains("needs 8 requests, but the trace holds 7"), "{error}");
    }
}
