//! What simulated requests bring and ask for: lengths of a kind, and moments at which they come.

use crate::stats::random::Random;

/// A request, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Tokens of its prompt.
    pub prompt: u64,
    /// Tokens of its answer.
    pub output: u64,
}

/// A length, and the share of the requests that are no longer.
type Quantile = (f64, f64);

/// ShareGPT's prompts as vLLM's sampler keeps them, tokenised for Llama 3: quantiles of 15,822, and the sampler's bounds.
const PROMPTS: [Quantile; 10] = [
    (0.0, 4.0),
    (0.05, 8.0),
    (0.10, 11.0),
    (0.25, 21.0),
    (0.50, 108.0),
    (0.75, 369.0),
    (0.90, 608.0),
    (0.95, 760.0),
    (0.99, 885.0),
    (1.0, 1024.0),
];
/// Their answers.
const ANSWERS: [Quantile; 10] = [
    (0.0, 4.0),
    (0.05, 8.0),
    (0.10, 11.0),
    (0.25, 26.0),
    (0.50, 130.0),
    (0.75, 309.0),
    (0.90, 487.0),
    (0.95, 632.0),
    (0.99, 772.0),
    (1.0, 1024.0),
];
/// How much long answers lean towards short prompts: a rank correlation of about -0.1.
const LEANING: f64 = 0.1;

/// So many requests all alike.
#[must_use]
pub fn fixed(count: usize, prompt: u64, output: u64) -> Vec<Request> {
    vec![Request { prompt, output }; count]
}

/// So many requests with lengths as in ShareGPT, in the random order of a seed. Their lengths are the same for every seed;
/// which prompt goes with which answer is not.
#[must_use]
pub fn sharegpt(count: usize, seed: u64) -> Vec<Request> {
    let mut random = Random::new(seed);
    let share = |n: usize| (n as f64 + 0.5) / count as f64;
    let mut ranks: Vec<(f64, usize)> = (0..count).map(|n| (random.unit() - LEANING * share(n), n)).collect();
    ranks.sort_by(|one, other| one.0.total_cmp(&other.0));
    let pair = |(prompt, (_, answer)): (usize, &(f64, usize))| Request {
        prompt: length(&PROMPTS, share(prompt)),
        output: length(&ANSWERS, share(*answer)),
    };
    let mut requests: Vec<Request> = ranks.iter().enumerate().map(pair).collect();
    random.shuffle(&mut requests);
    requests
}

/// Moments, in seconds, of so many requests that come independently of each other; none for a rate that is none.
#[must_use]
pub fn poisson(count: usize, rate: f64, seed: u64) -> Vec<f64> {
    if !(rate.is_finite() && rate > 0.0) {
        return Vec::new();
    }
    let mut random = Random::new(seed);
    let mut now = 0.0;
    let next = |_| {
        now += random.gap(rate);
        now
    };
    (0..count).map(next).collect()
}

/// The length below which this share of the requests is. Between two quantiles its square root is even: so the means are
/// those of the data, 221 and 199 tokens.
fn length(quantiles: &[Quantile], share: f64) -> u64 {
    let above = quantiles.partition_point(|(below, _)| *below <= share).clamp(1, quantiles.len() - 1);
    let ((from, shorter), (to, longer)) = (quantiles[above - 1], quantiles[above]);
    let root = shorter.sqrt() + (longer.sqrt() - shorter.sqrt()) * (share - from) / (to - from);
    root.powi(2).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Sorted;

    fn column(requests: &[Request], of: fn(&Request) -> u64) -> Sorted {
        Sorted::new(requests.iter().map(|request| of(request) as f64))
    }

    #[test]
    fn lengths_have_the_quantiles_and_means_of_the_data() {
        let requests = sharegpt(1000, 3);
        let (prompts, answers) = (column(&requests, |one| one.prompt), column(&requests, |one| one.output));
        for (lengths, quantiles, mean) in [(prompts, PROMPTS, 221.0), (answers, ANSWERS, 199.0)] {
            for (share, length) in &quantiles[1..9] {
                let ours = lengths.quantile(*share).unwrap();
                assert!((ours - length).abs() < 1.0 + 0.01 * length, "{share}: {ours} {length}");
            }
            let ours = lengths.mean().unwrap();
            assert!((ours / mean - 1.0).abs() < 0.015, "{ours} {mean}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_requests_and_another_gives_the_same_lengths() {
        let (one, again, other) = (sharegpt(200, 1), sharegpt(200, 1), sharegpt(200, 2));
        assert!(one == again && one != other);
        assert_eq!(column(&one, |request| request.output), column(&other, |request| request.output));
        assert!(sharegpt(0, 1).is_empty());
    }

    #[test]
    fn long_answers_lean_towards_short_prompts() {
        let requests = sharegpt(4000, 9);
        let ranks = |of: fn(&Request) -> u64| {
            let mut order: Vec<usize> = (0..requests.len()).collect();
            order.sort_by_key(|n| of(&requests[*n]));
            let mut ranks = vec![0.0; requests.len()];
            for (rank, n) in order.into_iter().enumerate() {
                ranks[n] = (rank as f64 + 0.5) / requests.len() as f64 - 0.5;
            }
            ranks
        };
        let (prompts, answers) = (ranks(|one| one.prompt), ranks(|one| one.output));
        let mean = prompts.iter().zip(&answers).map(|(one, other)| one * other).sum::<f64>() / 4000.0;
        let correlation = 12.0 * mean;
        assert!((-0.16..-0.04).contains(&correlation), "{correlation}");
    }

    #[test]
    fn moments_rise_at_their_rate() {
        let moments = poisson(2000, 8.0, 4);
        assert!(moments.is_sorted() && moments[0] > 0.0);
        assert!((moments[1999] / 250.0 - 1.0).abs() < 0.1, "{}", moments[1999]);
        assert!(poisson(5, 0.0, 4).is_empty() && poisson(5, f64::NAN, 4).is_empty());
    }
}
