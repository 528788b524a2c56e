//! Empties a server's prefix cache, where it supports that (vLLM in developer mode).

use std::time::Duration;

use serde_json::Value;

use crate::server::vllm::Vllm;

/// Blocks are held for a moment after the last answer; the server then refuses, and is asked again.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// Whether it was emptied; `None` where the server does not support it or does not say.
pub async fn empty(server: &Vllm) -> Option<bool> {
    for _ in 0..TRIES {
        let (status, body) = server.post("/reset_prefix_cache").await?;
        if status != 200 {
            return None;
        }
        // A success that is not in the body is none: the answer is HTTP 200 even when blocks were held.
        let said: Value = serde_json::from_str(&body).ok()?;
        if said.get("success")?.as_bool()? {
            return Some(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Some(false)
}
