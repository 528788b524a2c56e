//! One file a verb, one function a file. Commands never call commands.

pub mod rehearse;
pub mod sweep;
