//! Prompts: their sources, and how they are divided among the levels of a sweep.

pub mod dataset_file;
pub mod level_prompts;
pub mod mt19937;
pub mod preparation;
pub mod prompt_file;
pub mod random_words;
pub mod shared_prefix;
pub mod sharegpt;
pub mod sharegpt_file;
pub mod tokenizer;
pub mod trace;
pub mod trace_file;
pub mod vocabulary;
pub mod workload;

use std::future::Future;
use std::time::Duration;

/// One request to send.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PromptRequest {
    /// The prompt's text.
    pub prompt: String,
    /// Most output tokens to generate.
    pub output_tokens: u32,
}

/// What one stream sends in sequence: usually a single request, else the turns of a conversation, each with all earlier
/// messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conversation {
    /// Scheduled time in a trace, counted from the level's start; absent for other datasets.
    pub at: Option<Duration>,
    /// The user's prompts, turn by turn; at least one.
    pub turns: Vec<PromptRequest>,
}

impl From<PromptRequest> for Conversation {
    fn from(request: PromptRequest) -> Self {
        Self { at: None, turns: vec![request] }
    }
}

/// Conversations drawn from a source.
#[derive(Debug, Default)]
pub struct DrawnPrompts {
    /// In the order in which levels get them.
    pub conversations: Vec<Conversation>,
    /// Notes for the result file.
    pub notes: Vec<String>,
}

/// Counts tokens as the server's model does.
pub trait TokenCounter: Sync {
    /// Tokens of a text, special tokens included; `None` when they cannot be counted.
    fn count(&self, text: &str) -> impl Future<Output = Option<u32>> + Send;
}

/// Counters for the tests of the sources.
#[cfg(test)]
pub mod counters {
    use super::TokenCounter;

    /// Takes every word for a token.
    pub struct Words;

    impl TokenCounter for Words {
        async fn count(&self, text: &str) -> Option<u32> {
            Some(text.split_whitespace().count() as u32)
        }
    }

    /// Counts a start mark, a token for a word, and two for words of six letters and more.
    pub struct Marked;

    impl TokenCounter for Marked {
        async fn count(&self, text: &str) -> Option<u32> {
            Some(1 + text.split_whitespace().map(|word| if word.len() > 5 { 2 } else { 1 }).sum::<u32>())
        }
    }

    /// Never says.
    pub struct Silent;

    impl TokenCounter for Silent {
        async fn count(&self, _: &str) -> Option<u32> {
            None
        }
    }
}
