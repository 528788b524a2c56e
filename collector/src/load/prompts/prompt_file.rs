//! Prompts from a file of one JSON object a line: `{"prompt": "…", "output_tokens": 128}`.

use anyhow::Context;
use serde::Deserialize;

use crate::load::prompts::{Drawn, PromptRequest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    prompt: String,
    output_tokens: u32,
}

/// Reads the whole file; blank lines are skipped.
///
/// # Errors
/// At the first line that is not such an object, named by its number.
pub fn parse(text: &str) -> anyhow::Result<Drawn> {
    let mut prompts = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        // serde_json counts lines within what it is given, which is always one.
        let wrong = |error: serde_json::Error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            anyhow::anyhow!("{why} (column {})", error.column())
        };
        let Line { prompt, output_tokens } = serde_json::from_str(line)
            .map_err(wrong)
            .with_context(|| format!("line {} is not `{{\"prompt\": …, \"output_tokens\": …}}`", number + 1))?;
        prompts.push(PromptRequest { prompt, output_tokens: output_tokens.max(1) });
    }
    Ok(Drawn { prompts, notes: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines() {
        let drawn = parse("{\"prompt\": \"a\", \"output_tokens\": 3}\n\n{\"output_tokens\": 4, \"prompt\": \"b\"}\n");
        let lengths: Vec<u32> = drawn.unwrap().prompts.iter().map(|request| request.output_tokens).collect();
        assert_eq!(lengths, [3, 4]);
    }

    #[test]
    fn names_the_line() {
        for bad in ["not json", "{\"prompt\": \"a\"}", "{\"prompt\": \"a\", \"output_tokens\": 1, \"x\": 2}"] {
            let error = parse(&format!("{{\"prompt\": \"a\", \"output_tokens\": 3}}\n{bad}\n")).unwrap_err();
            assert!(error.to_string().starts_with("line 2 is not"), "{error}");
        }
    }
}
