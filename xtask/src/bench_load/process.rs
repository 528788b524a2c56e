//! Runs a program and says what it took: wall time, processor time of all its processes, highest memory.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// What a run took.
pub struct Usage {
    /// Seconds on the wall.
    pub wall_s: f64,
    /// Processor seconds, user and system, of the program and all it started.
    pub cpu_s: f64,
    /// Highest sum of resident memory of its processes seen, in MiB.
    pub memory_mib: f64,
    /// What it printed.
    pub stdout: String,
}

/// Runs to the end.
pub fn run(command: &mut Command) -> anyhow::Result<Usage> {
    let (out, err) = (tempfile::NamedTempFile::new()?, tempfile::NamedTempFile::new()?);
    let before = children_cpu()?;
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out.reopen()?)
        .stderr(err.reopen()?)
        .spawn()
        .with_context(|| format!("failed to start {}", command.get_program().to_string_lossy()))?;
    let mut memory_mib: f64 = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        memory_mib = memory_mib.max(resident_mib(child.id()));
        // Looking costs time on the same processors: often at first, then seldom.
        std::thread::sleep(Duration::from_millis(if began.elapsed().as_secs() < 2 { 20 } else { 200 }));
    };
    let usage = Usage {
        wall_s: began.elapsed().as_secs_f64(),
        cpu_s: children_cpu()? - before,
        memory_mib,
        stdout: std::fs::read_to_string(out.path()).unwrap_or_default(),
    };
    if !status.success() {
        let said = usage.stdout + &std::fs::read_to_string(err.path()).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
        anyhow::bail!("{status}: {}", last.into_iter().rev().collect::<Vec<_>>().join(" / "));
    }
    Ok(usage)
}

fn children_cpu() -> anyhow::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok((usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}

/// Resident memory of a process and its descendants right now.
fn resident_mib(root: u32) -> f64 {
    let mut processes: HashMap<u32, (u32, f64)> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(text) = std::fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| -> Option<f64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_start_matches(':').split_whitespace().next()?.parse().ok()
        };
        processes.insert(id, (field("PPid").unwrap_or(0.0) as u32, field("VmRSS").unwrap_or(0.0)));
    }
    let belongs = |mut id: u32| {
        for _ in 0..64 {
            if id == root {
                return true;
            }
            match processes.get(&id) {
                Some((parent, _)) if *parent > 0 => id = *parent,
                _ => return false,
            }
        }
        false
    };
    processes.iter().filter(|(id, _)| belongs(**id)).map(|(_, (_, kib))| kib / 1024.0).sum()
}
