//! A recorded trace: one JSON object a line with a time stamp in milliseconds, and either lengths or the prompt.
//!
//! The shape is that of Mooncake's traces, which `vllm bench serve --dataset-name timed_trace` reads too. Other keys
//! are passed over: traces carry many.

use std::io::BufRead;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use crate::load::prompts::PromptRequest;
use crate::load::prompts::prompt_file::{for_each_line, parsed};

/// A request of the trace of which only the lengths are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRequest {
    /// When it came, counted from the first.
    pub at: Duration,
    /// Its prompt's tokens.
    pub input_tokens: u32,
    /// Its output tokens.
    pub output_tokens: u32,
    /// Names of its prompt's blocks; the same name is the same text.
    pub blocks: Vec<u64>,
}

/// A trace, in the order of its time stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// Of lengths.
    Outlines(Vec<TraceRequest>),
    /// Of prompts in full.
    Prompts(Vec<(Duration, PromptRequest)>),
}

#[derive(Deserialize)]
struct Line {
    timestamp: f64,
    input_length: Option<u32>,
    output_length: Option<u32>,
    #[serde(default)]
    hash_ids: Vec<u64>,
    prompt: Option<String>,
    output_tokens: Option<u32>,
}

/// Reads the whole file; blank lines are skipped.
///
/// # Errors
/// At the first line that is no request of a trace, or of the other kind than those before it, named by its number.
pub fn parse(reader: impl BufRead) -> anyhow::Result<Trace> {
    let (mut outlines, mut prompts) = (Vec::new(), Vec::new());
    for_each_line(reader, |number, line| {
        let shape = || {
            format!(
                "line {number} is not `{{\"timestamp\": …, \"input_length\": …, \"output_length\": …, \
                 \"hash_ids\": […]}}`, nor `{{\"timestamp\": …, \"prompt\": …, \"output_tokens\": …}}`"
            )
        };
        let line: Line = parsed(line).with_context(shape)?;
        ensure!(
            line.timestamp.is_finite() && line.timestamp >= 0.0,
            "line {number}: `timestamp` {} is not a number of milliseconds",
            line.timestamp
        );
        match (line.prompt, line.output_tokens, line.input_length, line.output_length) {
            (Some(prompt), Some(output), _, _) => {
                let output_tokens = output.max(1);
                prompts.push((line.timestamp, PromptRequest { prompt, output_tokens }));
            }
            (None, _, Some(input), Some(output)) => outlines.push((
                line.timestamp,
                TraceRequest {
                    at: Duration::ZERO,
                    input_tokens: input.max(1),
                    output_tokens: output.max(1),
                    blocks: line.hash_ids,
                },
            )),
            _ => bail!(shape()),
        }
        if !outlines.is_empty() && !prompts.is_empty() {
            bail!("line {number}: some requests of the trace have a prompt and some only lengths");
        }
        Ok(())
    })?;
    if prompts.is_empty() {
        let outlines = in_order(outlines)?;
        return Ok(Trace::Outlines(outlines.into_iter().map(|(at, outline)| TraceRequest { at, ..outline }).collect()));
    }
    Ok(Trace::Prompts(in_order(prompts)?))
}

/// Sorted by time stamp, counted from the first.
fn in_order<T>(mut requests: Vec<(f64, T)>) -> anyhow::Result<Vec<(Duration, T)>> {
    requests.sort_by(|a, b| a.0.total_cmp(&b.0));
    let first = requests.first().map_or(0.0, |request| request.0);
    let counted = requests.into_iter().map(|(milliseconds, request)| {
        let since = Duration::try_from_secs_f64((milliseconds - first) / 1e3);
        Ok((since.with_context(|| format!("`timestamp` {milliseconds} is too large"))?, request))
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lengths_in_the_order_of_time() {
        let text = "{\"timestamp\": 27500, \"input_length\": 600, \"output_length\": 5, \"hash_ids\": [4, 7], \"x\": 1}\n\n\
                    {\"timestamp\": 27000.5, \"input_length\": 0, \"output_length\": 0}\n";
        let outline = |ms, input_tokens, output_tokens, blocks: &[u64]| {
            let at = Duration::from_secs_f64(ms / 1e3);
            TraceRequest { at, input_tokens, output_tokens, blocks: blocks.to_vec() }
        };
        let expected = vec![outline(0.0, 1, 1, &[]), outline(499.5, 600, 5, &[4, 7])];
        assert_eq!(parse(text.as_bytes()).unwrap(), Trace::Outlines(expected));
    }

    #[test]
    fn reads_prompts() {
        let text = "{\"timestamp\": 10, \"prompt\": \"a\", \"output_tokens\": 5}\n\
                    {\"timestamp\": 15, \"prompt\": \"b\", \"output_tokens\": 6}\n";
        let request = |prompt: &str, output_tokens| PromptRequest { prompt: prompt.into(), output_tokens };
        let expected = vec![(Duration::ZERO, request("a", 5)), (Duration::from_millis(5), request("b", 6))];
        assert_eq!(parse(text.as_bytes()).unwrap(), Trace::Prompts(expected));
    }

    #[test]
    fn names_the_line() {
        let good = "{\"timestamp\": 1, \"input_length\": 600, \"output_length\": 5}";
        for (bad, says) in [
            ("oops", "line 2 is not"),
            ("{\"input_length\": 600, \"output_length\": 5}", "line 2 is not"),
            ("{\"timestamp\": 1, \"input_length\": 600}", "line 2 is not"),
            ("{\"timestamp\": 1, \"prompt\": \"a\"}", "line 2 is not"),
            ("{\"timestamp\": -1, \"input_length\": 600, \"output_length\": 5}", "line 2: `timestamp` -1"),
            ("{\"timestamp\": 1, \"prompt\": \"a\", \"output_tokens\": 5}", "line 2: some requests"),
        ] {
            let error = parse(format!("{good}\n{bad}\n").as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(says), "{bad}: {error:#}");
        }
    }
}
