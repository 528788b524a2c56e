//! A model's own tokenizer, read from its `tokenizer.json`: counts as the server does, without asking it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use tokenizers::Tokenizer;

use crate::files::sha256_hex;
use crate::load::prompts::TokenCounter;
use crate::printer::Hinted;

const FILE: &str = "tokenizer.json";

/// A tokenizer in memory.
#[derive(Debug, Clone)]
pub struct LocalTokenizer {
    tokenizer: Arc<Tokenizer>,
    /// SHA-256 of its file.
    pub sha256: String,
}

impl LocalTokenizer {
    /// Reads a `tokenizer.json`, or the one in a model's folder.
    ///
    /// # Errors
    /// When there is no such file, or it is not a tokenizer.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let path: PathBuf = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
        let bytes = std::fs::read(&path).map_err(|error| {
            let hint = "--tokenizer is a `tokenizer.json` of a Hugging Face model, or the folder it lies in";
            Hinted::new(format!("failed to read tokenizer `{}`: {error}", path.display()), hint)
        })?;
        let mut tokenizer = Tokenizer::from_bytes(&bytes)
            .map_err(|error| anyhow::anyhow!("{error}"))
            .with_context(|| format!("`{}` is not a tokenizer", path.display()))?;
        // The file may hold both; the Python library switches them off for a plain call, and so does the server.
        tokenizer
            .with_truncation(None)
            .map_err(|error| anyhow::anyhow!("{error}"))
            .with_context(|| format!("failed to set up tokenizer `{}`", path.display()))?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer: Arc::new(tokenizer), sha256: sha256_hex(&bytes) })
    }

    /// Tokens of a text, special ones included.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Option<u32> {
        let encoding = self.tokenizer.encode_fast(text, true).ok()?;
        u32::try_from(encoding.len()).ok()
    }
}

impl TokenCounter for LocalTokenizer {
    async fn count(&self, text: &str) -> Option<u32> {
        let (counter, text) = (self.clone(), text.to_owned());
        tokio::task::spawn_blocking(move || counter.tokens(&text)).await.ok().flatten()
    }
}

/// A token counter: the model's tokenizer if it is given, else the server.
#[derive(Debug)]
pub enum AnyTokenCounter<'a, S> {
    /// Counted here.
    Local(LocalTokenizer),
    /// Asked of the server.
    Server(&'a S),
}

impl<S: TokenCounter> TokenCounter for AnyTokenCounter<'_, S> {
    async fn count(&self, text: &str) -> Option<u32> {
        match self {
            Self::Local(tokenizer) => tokenizer.count(text).await,
            Self::Server(server) => server.count(text).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sharegpt/tokenizer.json")
    }

    #[tokio::test]
    async fn special_tokens_count() {
        let tokenizer = LocalTokenizer::read(&fixture()).unwrap();
        // The start mark that the file's post-processor adds is one of them.
        assert_eq!(tokenizer.count("").await, Some(1));
        let the = tokenizer.count("the").await.unwrap();
        assert_eq!(tokenizer.count("the the the").await, Some(the + 2));
    }

    #[test]
    fn a_folder_stands_for_the_file_in_it() {
        let path = fixture();
        let (file, folder) = (LocalTokenizer::read(&path), LocalTokenizer::read(path.parent().unwrap()));
        assert_eq!(file.unwrap().sha256, folder.unwrap().sha256);
    }

    #[test]
    fn truncation_and_padding_of_the_file_are_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        let mut json: serde_json::Value = serde_json::from_slice(&std::fs::read(fixture()).unwrap()).unwrap();
        json["truncation"] = serde_json::json!(
            {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}
        );
        json["padding"] = serde_json::json!({"strategy": {"Fixed": 16}, "direction": "Right",
            "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "<s>"});
        std::fs::write(&path, json.to_string()).unwrap();
        let (plain, set) = (LocalTokenizer::read(&fixture()).unwrap(), LocalTokenizer::read(&path).unwrap());
        for text in ["the", &"the quick brown fox ".repeat(20)] {
            assert_eq!(plain.tokens(text), set.tokens(text));
        }
    }

    #[test]
    fn what_is_no_tokenizer_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let gone = LocalTokenizer::read(folder.path()).unwrap_err();
        assert!(format!("{gone:#}").contains("tokenizer.json"), "{gone:#}");
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, "{}").unwrap();
        let wrong = LocalTokenizer::read(&path).unwrap_err();
        assert!(wrong.to_string().contains("is not a tokenizer"), "{wrong:#}");
    }
}
