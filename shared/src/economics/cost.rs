//! Cost of self-hosting from a measured level: per million tokens, per request, split between input and output.
//!
//! The seed formula and its split (GKE inference quickstart's cost split). Utilisation divides the tokens served,
//! never the bill.

use crate::measure::summary::Level;
use crate::units::{
    Fraction, JOULES_PER_KWH, Output, Prompt, RequestsPerSecond, SECONDS_PER_HOUR, TOKENS_PER_PRICE_UNIT,
    TokensPerSecond, Total, UsdPerHour, UsdPerKwh, UsdPerMillion, UsdPerRequest,
};

/// USD per million total tokens: `P * 1e6 / (3600 * r * u)`, r the total token rate, u the utilisation.
///
/// `None` when nothing is served (a rate or a utilisation of 0).
///
/// ```
/// use shared::economics::cost::per_million_total;
/// use shared::units::{Fraction, TokensPerSecond, UsdPerHour};
/// let cost = per_million_total(UsdPerHour::new(0.27), TokensPerSecond::new(2168.5783639837314), Fraction::ONE);
/// assert_eq!(cost.map(|c| c.value()), Some(0.034584869629623705));
/// ```
#[must_use]
pub fn per_million_total(
    price: UsdPerHour,
    rate: TokensPerSecond<Total>,
    utilisation: Fraction,
) -> Option<UsdPerMillion<Total>> {
    let served_per_hour = SECONDS_PER_HOUR * rate.value() * utilisation.value();
    (served_per_hour > 0.0).then(|| UsdPerMillion::new(price.value() * TOKENS_PER_PRICE_UNIT / served_per_hour))
}

/// USD per million output tokens when they alone bear the whole price: `P * 1e6 / (3600 * r_out * u)`.
///
/// `None` when nothing is generated. [`split`] shares the price between input and output instead.
#[must_use]
pub fn per_million_output(
    price: UsdPerHour,
    rate: TokensPerSecond<Output>,
    utilisation: Fraction,
) -> Option<UsdPerMillion<Output>> {
    per_million_total(price, TokensPerSecond::new(rate.value()), utilisation).map(|usd| UsdPerMillion::new(usd.value()))
}

/// USD per request at full load: `P / 3600 / q`. `None` when nothing is served.
///
/// ```
/// use shared::economics::cost::per_request;
/// use shared::units::{RequestsPerSecond, UsdPerHour};
/// // A pod of 0.36 USD/h that completes one request a second.
/// let request = per_request(UsdPerHour::new(0.36), RequestsPerSecond::new(1.0)).unwrap();
/// assert!((request.value() - 0.0001).abs() < 1e-12);
/// ```
#[must_use]
pub fn per_request(price: UsdPerHour, rate: RequestsPerSecond) -> Option<UsdPerRequest> {
    (rate.value() > 0.0).then(|| UsdPerRequest::new(price.value() / SECONDS_PER_HOUR / rate.value()))
}

/// USD of electricity per million output tokens: `J/token / 3.6e6 * price * 1e6`. The GPUs alone: host, cooling and
/// the power supply's losses are not in it.
///
/// ```
/// use shared::economics::cost::energy_per_million_output;
/// use shared::units::UsdPerKwh;
/// // 0.36 J a token are 0.1 kWh for a million of them.
/// assert!((energy_per_million_output(0.36, UsdPerKwh::new(0.30)).value() - 0.03).abs() < 1e-12);
/// ```
#[must_use]
pub fn energy_per_million_output(joules_per_output_token: f64, price: UsdPerKwh) -> UsdPerMillion<Output> {
    UsdPerMillion::new(joules_per_output_token / JOULES_PER_KWH * price.value() * TOKENS_PER_PRICE_UNIT)
}

/// How much work tokens of one kind are, relative to others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenWeights {
    /// rho: cost of an output token relative to a prompt token. 4 unless fitted or chosen.
    pub output_to_prompt: f64,
    /// kappa: cost of a cached prompt token relative to an uncached one.
    pub cached_to_prompt: f64,
}

impl Default for TokenWeights {
    fn default() -> Self {
        Self { output_to_prompt: 4.0, cached_to_prompt: 0.1 }
    }
}

/// Tokens of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// i: prompt tokens, cached ones included.
    pub input: f64,
    /// h: prompt tokens that the prefix cache holds; at most `input`.
    pub cached: f64,
    /// o: output tokens.
    pub output: f64,
}

impl Mix {
    /// The mean request of a level. `None` when nothing completed.
    #[must_use]
    pub fn of(level: &Level) -> Option<Self> {
        let cached = level.cached_prompt_tokens.unwrap_or(0) as f64 / level.completed.max(1) as f64;
        Some(Self { input: level.mean_input()?, cached, output: level.mean_output()? })
    }

    /// The same request with tokens that somebody gave. Where only the prompt is given, its share in the cache stays.
    #[must_use]
    pub fn with(self, input: Option<f64>, cached: Option<f64>, output: Option<f64>) -> Self {
        let share = if self.input > 0.0 { self.cached / self.input } else { 0.0 };
        let kept = input.filter(|input| *input != self.input).map_or(self.cached, |input| share * input);
        Self {
            input: input.unwrap_or(self.input),
            cached: cached.unwrap_or(kept),
            output: output.unwrap_or(self.output),
        }
    }

    /// Tokens of either kind.
    #[must_use]
    pub fn total(self) -> f64 {
        self.input + self.output
    }

    /// w(i, h, o) = (i - h)/rho + kappa*h/rho + o: the request's work, in output tokens.
    #[must_use]
    pub fn work(self, weights: TokenWeights) -> f64 {
        let prompt = (self.input - self.cached) + weights.cached_to_prompt * self.cached;
        prompt / weights.output_to_prompt + self.output
    }
}

/// What an input, a cached input and an output token cost; together they make up the whole price once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// USD per million uncached prompt tokens.
    pub input: UsdPerMillion<Prompt>,
    /// USD per million cached prompt tokens.
    pub cached: UsdPerMillion<Prompt>,
    /// USD per million output tokens.
    pub output: UsdPerMillion<Output>,
}

/// Splits a replica's price at a level between its input and its output tokens:
/// `c_out = P/3600 * 1e6 / (r_in/rho + kappa*r_hit/rho + r_out)`, `c_in = c_out/rho`, `c_hit = kappa*c_in`.
///
/// `None` when the level served nothing. Source: the cost split of GKE's inference quickstart, with cached tokens added.
#[must_use]
pub fn split(price: UsdPerHour, level: &Level, weights: TokenWeights) -> Option<Split> {
    let mix = Mix::of(level)?;
    let request = per_request(price, level.request_rate())?;
    (mix.work(weights) > 0.0).then(|| split_request(request, mix, weights))
}

/// Splits what a request costs between its tokens: `c_out = c_req * 1e6 / w(i, h, o)`. An empty request has no tokens
/// to split it between, so that nothing is left of it.
///
/// ```
/// use shared::economics::cost::{Mix, TokenWeights, split_request};
/// use shared::units::UsdPerRequest;
/// let mix = Mix { input: 400.0, cached: 0.0, output: 100.0 };
/// let split = split_request(UsdPerRequest::new(0.0002), mix, TokenWeights::default());
/// // 200 output tokens' worth of work: 1 USD per 1M output tokens, a quarter of it per 1M input tokens.
/// assert!((split.output.value() - 1.0).abs() < 1e-12 && (split.input.value() - 0.25).abs() < 1e-12);
/// ```
#[must_use]
pub fn split_request(request: UsdPerRequest, mix: Mix, weights: TokenWeights) -> Split {
    let work = mix.work(weights);
    let output = if work > 0.0 { request.value() * TOKENS_PER_PRICE_UNIT / work } else { 0.0 };
    let input = output / weights.output_to_prompt;
    Split {
        input: UsdPerMillion::new(input),
        cached: UsdPerMillion::new(weights.cached_to_prompt * input),
        output: UsdPerMillion::new(output),
    }
}

/// USD of one correct answer, and its 95 % interval: `c_req / accuracy`, the ends at `accuracy -+ 1.96 standard errors`.
///
/// A request of the priced mix is taken to be a question of the task; where the task's own questions are longer, it costs
/// more. `None` where nothing was answered correctly. The interval is open upwards (`None`) where accuracy could be 0.
///
/// ```
/// use shared::economics::cost::per_correct_answer;
/// use shared::units::UsdPerRequest;
/// let correct = per_correct_answer(UsdPerRequest::new(0.0004), 0.8, Some(0.01)).unwrap();
/// assert!((correct.usd.value() - 0.0005).abs() < 1e-12);
/// let (low, high) = correct.interval.unwrap();
/// assert!(low.value() < 0.0005 && high.unwrap().value() > 0.0005);
/// assert_eq!(per_correct_answer(UsdPerRequest::new(0.0004), 0.0, None), None);
/// ```
#[must_use]
pub fn per_correct_answer(request: UsdPerRequest, accuracy: f64, stderr: Option<f64>) -> Option<CorrectAnswer> {
    let at = |accuracy: f64| {
        (accuracy > 0.0 && accuracy.is_finite()).then(|| UsdPerRequest::new(request.value() / accuracy.min(1.0)))
    };
    let usd = at(accuracy)?;
    let interval = stderr.and_then(|error| Some((at(accuracy + 1.96 * error)?, at(accuracy - 1.96 * error))));
    Some(CorrectAnswer { usd, interval })
}

/// What one correct answer costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrectAnswer {
    /// USD.
    pub usd: UsdPerRequest,
    /// Its 95 % interval, where the accuracy's standard error is known.
    pub interval: Option<(UsdPerRequest, Option<UsdPerRequest>)>,
}

/// What a run of some shape took: prompt tokens computed, output tokens generated, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkDone {
    /// I: prompt tokens, those found in the cache not counted.
    pub prompt_tokens: f64,
    /// O: output tokens.
    pub output_tokens: f64,
    /// T: seconds.
    pub seconds: f64,
}

/// rho fitted to runs of at least two shapes: least squares of `T = I/R_pre + O/R_dec`, then `rho = R_pre/R_dec`.
///
/// `None` with fewer than two runs, with shapes too alike to tell the two rates apart, or where a rate comes out as
/// none: then the runs do not say what a prompt token costs relative to an output token.
///
/// ```
/// use shared::economics::cost::{WorkDone, fit_output_weight};
/// // 8,000 prompt tokens a second, 1,000 output tokens a second.
/// let run = |prompt: f64, output: f64| WorkDone {
///     prompt_tokens: prompt,
///     output_tokens: output,
///     seconds: prompt / 8000.0 + output / 1000.0,
/// };
/// let rho = fit_output_weight(&[run(80_000.0, 1000.0), run(8000.0, 10_000.0), run(40_000.0, 40_000.0)]);
/// assert!((rho.unwrap() - 8.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn fit_output_weight(runs: &[WorkDone]) -> Option<f64> {
    let sum = |term: fn(&WorkDone) -> f64| runs.iter().map(term).sum::<f64>();
    let prompt = sum(|run| run.prompt_tokens * run.prompt_tokens);
    let output = sum(|run| run.output_tokens * run.output_tokens);
    let both = sum(|run| run.prompt_tokens * run.output_tokens);
    let prompt_time = sum(|run| run.prompt_tokens * run.seconds);
    let output_time = sum(|run| run.output_tokens * run.seconds);
    let determinant = prompt * output - both * both;
    // Relative to what it would be for shapes at right angles: near 0 the shapes are the same.
    if runs.len() < 2 || determinant.partial_cmp(&(1e-3 * prompt * output)) != Some(std::cmp::Ordering::Greater) {
        return None;
    }
    let per_prompt = (prompt_time * output - output_time * both) / determinant;
    let per_output = (output_time * prompt - prompt_time * both) / determinant;
    (per_prompt > 0.0 && per_output > 0.0).then(|| per_output / per_prompt)
}

/// Requests a second for another mix than the measured one: `q' = q * w(measured) / w(wanted)`.
///
/// A model, not a measurement: it says where the same work would go. `None` when the wanted request is empty.
///
/// ```
/// use shared::economics::cost::{Mix, TokenWeights, rescaled_rate};
/// use shared::units::RequestsPerSecond;
/// let measured = Mix { input: 400.0, cached: 0.0, output: 100.0 };
/// let wanted = Mix { input: 800.0, ..measured };
/// // 400/4 + 100 = 200 against 800/4 + 100 = 300 output tokens' worth of work.
/// let rate = rescaled_rate(RequestsPerSecond::new(3.0), measured, wanted, TokenWeights::default());
/// assert_eq!(rate.map(|rate| rate.value()), Some(2.0));
/// ```
#[must_use]
pub fn rescaled_rate(
    rate: RequestsPerSecond,
    measured: Mix,
    wanted: Mix,
    weights: TokenWeights,
) -> Option<RequestsPerSecond> {
    let wanted = wanted.work(weights);
    (wanted > 0.0).then(|| RequestsPerSecond::new(rate.value() * measured.work(weights) / wanted))
}

/// USD per million tokens of a request that costs this much: `c_req * 1e6 / (i + o)`. `None` for an empty request.
#[must_use]
pub fn per_million_of_request(cost: UsdPerRequest, mix: Mix) -> Option<UsdPerMillion<Total>> {
    (mix.total() > 0.0).then(|| UsdPerMillion::new(cost.value() * TOKENS_PER_PRICE_UNIT / mix.total()))
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
