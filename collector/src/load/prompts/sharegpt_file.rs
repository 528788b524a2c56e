//! A ShareGPT file, streamed: of each conversation only the first turns are kept, the rest is passed over unread.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A message of a recorded conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedTurn {
    /// Whether the human said it, by the file's word.
    pub human: bool,
    /// The text.
    pub text: Box<str>,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversations {
    /// Those that have at least two turns with a text, each cut to its first turns.
    pub kept: Vec<Vec<RecordedTurn>>,
    /// All there are.
    pub total: usize,
}

/// Reads the file and keeps the first `most` turns of each conversation, at least two.
///
/// # Errors
/// When the file is not a JSON list of conversations; the line is named.
pub fn parse(reader: impl Read, most: usize) -> serde_json::Result<Conversations> {
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let conversations = List { most: most.max(2) }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(conversations)
}

struct List {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for List {
    type Value = Conversations;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List {
    type Value = Conversations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Conversations::default();
        while let Some(turns) = list.next_element_seed(Entry { most: self.most })? {
            found.total += 1;
            // Those with fewer turns are left out before the shuffle, as vLLM does.
            if turns.len() >= 2 {
                found.kept.push(turns);
            }
        }
        Ok(found)
    }
}

struct Entry {
    most: usize,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Conversations,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for Entry {
    type Value = Vec<RecordedTurn>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entry {
    type Value = Vec<RecordedTurn>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a conversation with its `conversations`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entry: A) -> Result<Self::Value, A::Error> {
        let mut turns = Vec::new();
        while let Some(key) = entry.next_key()? {
            match key {
                Key::Conversations => turns = entry.next_value_seed(Turns { most: self.most })?,
                Key::Other => {
                    entry.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(turns)
    }
}

struct Turns {
    most: usize,
}

#[derive(Deserialize)]
struct Turn {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: Option<Box<str>>,
}

impl<'de> DeserializeSeed<'de> for Turns {
    type Value = Vec<RecordedTurn>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Turns {
    type Value = Vec<RecordedTurn>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of turns")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut turns = Vec::new();
        while turns.len() < self.most {
            let Some(turn) = list.next_element::<Turn>()? else { return Ok(turns) };
            // What follows a turn without a text cannot be said behind it.
            let Some(text) = turn.value else { break };
            let human = matches!(turn.from.as_deref(), Some("human" | "user"));
            turns.push(RecordedTurn { human, text });
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(turns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(json: &str, most: usize) -> Vec<String> {
        let words = |turns: &Vec<RecordedTurn>| {
            let words: Vec<String> =
                turns.iter().map(|said| format!("{}{}", if said.human { ">" } else { "" }, said.text)).collect();
            words.join(" ")
        };
        parse(json.as_bytes(), most).unwrap().kept.iter().map(words).collect()
    }

    const FILE: &str = r#"[
        {"id": "a", "conversations": [{"from": "human", "value": "1"}, {"from": "gpt", "value": "2"},
            {"from": "user", "value": "3", "markdown": null}, {"value": "4"}, {"from": "human", "value": "5"}]},
        {"id": "short", "conversations": [{"from": "human", "value": "1"}]},
        {"id": "none"}, {"conversations": null}, {"conversations": []},
        {"conversations": [{"from": "gpt", "value": "1"}, {"from": "gpt", "value": null}, {"value": "3"}]},
        {"conversations": [{"from": "gpt", "value": "x"}, {"from": "human", "value": "y"}], "more": [1, {"a": 2}]}
    ]"#;

    #[test]
    fn keeps_the_first_turns_and_only_conversations_that_have_two() {
        assert_eq!(texts(FILE, 2), [">1 2", "x >y"]);
        assert_eq!(texts(FILE, 4), [">1 2 >3 4", "x >y"]);
        assert_eq!(texts(FILE, 0), texts(FILE, 2));
        assert_eq!(parse(FILE.as_bytes(), 2).unwrap().total, 7);
    }

    #[test]
    fn what_is_no_list_of_conversations_is_refused_with_its_line() {
        for (bad, says) in [
            ("[\n{\"conversations\": oops}]", "line 2"),
            ("[\n{\"conversations\": [}\n]", "line 2"),
            ("{}", "a list of conversations"),
            ("[1]", "a conversation with"),
            ("[] x", "trailing"),
            ("[{\"conversations\": [", "EOF"),
        ] {
            let error = parse(bad.as_bytes(), 2).unwrap_err().to_string();
            assert!(error.contains(says), "{bad}: {error}");
        }
    }
}
