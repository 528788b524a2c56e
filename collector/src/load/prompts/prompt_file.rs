//! Prompts from a file of one JSON object a line: `{"prompt": "…", "output_tokens": 128}`, or the turns of a
//! conversation: `{"turns": [{"prompt": "…", "output_tokens": 128}, …]}`.

use std::io::BufRead;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::load::prompts::{Conversation, DrawnPrompts, PromptRequest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    prompt: String,
    output_tokens: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turns {
    turns: Vec<Request>,
}

/// Tells the two kinds of line apart.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    turns: Option<serde::de::IgnoredAny>,
}

impl From<Request> for PromptRequest {
    fn from(request: Request) -> Self {
        Self { prompt: request.prompt, output_tokens: request.output_tokens.max(1) }
    }
}

/// Reads the whole file; blank lines are skipped.
///
/// # Errors
/// At the first line that is not such an object, named by its number.
pub fn parse(reader: impl BufRead) -> anyhow::Result<DrawnPrompts> {
    let mut conversations = Vec::new();
    for_each_line(reader, |number, line| {
        conversations.push(conversation(line).with_context(|| {
            format!(
                "line {number} is not `{{\"prompt\": …, \"output_tokens\": …}}`, \
                 nor `{{\"turns\": [{{\"prompt\": …, \"output_tokens\": …}}, …]}}`"
            )
        })?);
        Ok(())
    })?;
    Ok(DrawnPrompts { conversations, notes: Vec::new() })
}

fn conversation(line: &str) -> anyhow::Result<Conversation> {
    if parsed::<Kind>(line)?.turns.is_none() {
        return Ok(PromptRequest::from(parsed::<Request>(line)?).into());
    }
    let turns: Vec<PromptRequest> = parsed::<Turns>(line)?.turns.into_iter().map(Into::into).collect();
    anyhow::ensure!(!turns.is_empty(), "a conversation has at least one turn");
    Ok(Conversation { at: None, turns })
}

/// Gives every line that is not blank, with its number.
///
/// # Errors
/// When the file cannot be read or is not UTF-8, and whatever `take` refuses.
pub fn for_each_line(
    mut reader: impl BufRead,
    mut take: impl FnMut(usize, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if reader.read_line(&mut line).with_context(|| format!("line {number} cannot be read"))? == 0 {
            break;
        }
        if !line.trim().is_empty() {
            take(number, &line)?;
        }
    }
    Ok(())
}

/// A line as JSON.
///
/// # Errors
/// When it is something else; the column is named.
pub fn parsed<T: DeserializeOwned>(line: &str) -> anyhow::Result<T> {
    // serde_json counts lines within what it is given, which is always one.
    serde_json::from_str(line).map_err(|error| {
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or_default().to_owned();
        anyhow::anyhow!("{why} (column {})", error.column())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<Vec<u32>> {
        let lengths = |it: Conversation| it.turns.iter().map(|request| request.output_tokens).collect();
        parse(text.as_bytes()).unwrap().conversations.into_iter().map(lengths).collect()
    }

    #[test]
    fn reads_lines() {
        let text = "{\"prompt\": \"a\", \"output_tokens\": 3}\n\n{\"output_tokens\": 0, \"prompt\": \"b\"}";
        assert_eq!(lengths(text), [[3], [1]]);
    }

    #[test]
    fn reads_conversations_beside_them() {
        let turns =
            "{\"turns\": [{\"prompt\": \"a\", \"output_tokens\": 3}, {\"prompt\": \"b\", \"output_tokens\": 4}]}";
        assert_eq!(lengths(&format!("{turns}\n{{\"prompt\": \"a\", \"output_tokens\": 5}}\n")), [vec![3, 4], vec![5]]);
    }

    #[test]
    fn names_the_line() {
        for (bad, why) in [
            ("not json", "expected"),
            ("{\"prompt\": \"a\"}", "output_tokens"),
            ("{\"prompt\": \"a\", \"output_tokens\": 1, \"x\": 2}", "unknown field `x`"),
            ("{\"turns\": []}", "at least one turn"),
            ("{\"turns\": [{\"prompt\": \"a\"}]}", "output_tokens"),
            ("{\"turns\": [], \"prompt\": \"a\"}", "unknown field `prompt`"),
        ] {
            let text = format!("{{\"prompt\": \"a\", \"output_tokens\": 3}}\n{bad}\n");
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with("line 2 is not"), "{error}");
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
        assert!(format!("{:#}", parse(&b"{}\n\xff\n"[..]).unwrap_err()).contains("line 1"));
        assert!(format!("{:#}", parse(&b"\n\xff\n"[..]).unwrap_err()).contains("line 2 cannot be read"));
    }
}
