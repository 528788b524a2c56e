//! The limit of open files: every connection is one. Raises the limit, or reports how many are missing.

use crate::printer::Hinted;

/// Files that the program needs beside its connections.
const BESIDE: u64 = 64;

/// Makes sure that so many connections can be open at once.
///
/// # Errors
/// When the system does not allow them.
pub fn allow(connections: u32) -> Result<(), Hinted> {
    allow_files(u64::from(connections) + BESIDE, connections)
}

#[cfg(unix)]
fn allow_files(wanted: u64, connections: u32) -> Result<(), Hinted> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    // All there is: an open loop may need more than was foreseen.
    if setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() && hard >= wanted {
        return Ok(());
    }
    Err(Hinted::new(
        format!("{connections} connections at once need {wanted} open files, and the system allows {hard}"),
        format!("raise the limit with `ulimit -Hn {wanted}` as root, or split the load over clients with --shard"),
    ))
}

#[cfg(not(unix))]
fn allow_files(_: u64, _: u32) -> Result<(), Hinted> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_always_allowed() {
        assert!(allow(1).is_ok());
    }

    #[test]
    #[cfg(unix)]
    fn too_many_are_refused_with_the_numbers() {
        let refused = allow_files(u64::MAX - 1, 7).map_err(|error| error.to_string());
        // Only a system without any limit allows them.
        if let Err(message) = refused {
            assert!(message.contains("7 connections") && message.contains("the system allows"), "{message}");
        }
    }
}
