//! SHA-256 of a file's bytes, as results name the files they came from.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes, in hex.
///
/// ```
/// use shared::store::hash::sha256_hex;
/// assert!(sha256_hex(b"abc").starts_with("ba7816bf8f01cfea"));
/// ```
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
