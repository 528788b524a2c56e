//! `nvidia-smi` as one child process per level, which prints a line for every GPU about once a second.
//!
//! It may be missing, hang, fail or print nonsense: a level never waits for it and never fails with it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::gpu::nvidia_smi_row::{NvidiaSmiRow, QUERY};

/// A page of output holds some dozen GPUs; what prints more than this for hours is no nvidia-smi.
const MOST_ROWS: usize = 1_000_000;

/// The program in a list of folders such as `PATH`.
#[must_use]
pub fn find(path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join("nvidia-smi")).find(|program| program.is_file())
}

/// A running nvidia-smi; killed when dropped.
#[derive(Debug)]
pub struct NvidiaSmi {
    /// Gone once it was handed to whoever waits for its end.
    child: Option<Child>,
    rows: Arc<Mutex<Vec<NvidiaSmiRow>>>,
}

impl NvidiaSmi {
    /// Starts it. `None` when it cannot be started.
    #[must_use]
    pub fn start(program: &Path) -> Option<Self> {
        let mut child = Command::new(program)
            .arg(format!("--query-gpu={QUERY}"))
            .args(["--format=csv,noheader,nounits", "-lms", "1000"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let rows = Arc::new(Mutex::new(Vec::new()));
        if let Some(out) = child.stdout.take() {
            let rows = Arc::clone(&rows);
            thread::spawn(move || read(out, &rows));
        }
        Some(Self { child: Some(child), rows })
    }

    /// Stops it and gives what it printed, at once.
    #[must_use]
    pub fn stop(mut self) -> Vec<NvidiaSmiRow> {
        self.kill();
        std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        // One that is stuck in the driver dies late; somebody else waits for that.
        thread::spawn(move || child.wait());
    }
}

impl Drop for NvidiaSmi {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A thread of its own, because a pipe is read by waiting. It ends with the pipe.
fn read(out: ChildStdout, rows: &Mutex<Vec<NvidiaSmiRow>>) {
    for line in BufReader::new(out).split(b'\n') {
        let Ok(line) = line else { return };
        let Some(row) = NvidiaSmiRow::parse(&String::from_utf8_lossy(&line)) else { continue };
        let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() >= MOST_ROWS {
            return;
        }
        rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};

    const LINE: &str = "0, NVIDIA H200, 570.86.15, 300.00, 700.00, 1900, 3201, 1980, 131072, 143771, 97, 48";

    /// A script of that name in a folder of its own.
    fn fake(script: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("nvidia-smi");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        (folder, program)
    }

    /// What it has printed once that is `wanted` lines, or after five seconds; and how long stopping took.
    fn run(script: &str, wanted: usize) -> (Vec<NvidiaSmiRow>, Duration) {
        let (_folder, program) = fake(script);
        // Another test that starts a program at this moment may still hold the script open for writing.
        let smi = std::iter::repeat_with(|| NvidiaSmi::start(&program)).take(10_000).flatten().next().unwrap();
        let begun = Instant::now();
        while smi.rows.lock().unwrap().len() < wanted && begun.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(5));
        }
        let stopping = Instant::now();
        (smi.stop(), stopping.elapsed())
    }

    #[test]
    fn lines_come_until_it_is_stopped() {
        let (rows, took) = run(&format!("echo '{LINE}'; echo '{LINE}'; exec sleep 60"), 2);
        assert_eq!((rows.len(), rows[0].power_w), (2, Some(300.0)));
        assert!(took < Duration::from_secs(1), "{took:?}");
    }

    #[test]
    fn it_is_asked_for_what_is_read() {
        let asked =
            "case \"$*\" in \"--query-gpu=index,name,\"*\",temperature.gpu --format=csv,noheader,nounits -lms 1000\") ";
        let (rows, _) = run(&format!("{asked} echo '{LINE}';; esac"), 1);
        assert_eq!(rows.len(), 1);
    }

    #[test]
    fn one_that_hangs_is_left_behind() {
        let (rows, took) = run("exec sleep 60", 0);
        assert!(rows.is_empty() && took < Duration::from_secs(1), "{took:?}");
        // Not even its pipe closes when a child of it holds on.
        let (rows, took) = run("sleep 3 & sleep 3", 0);
        assert!(rows.is_empty() && took < Duration::from_secs(1), "{took:?}");
    }

    #[test]
    fn nonsense_and_failures_are_no_rows() {
        let (rows, _) = run(&format!("echo 'NVIDIA-SMI has failed'; printf '\\377\\376, x\\n'; echo '{LINE}'"), 1);
        assert_eq!(rows.len(), 1);
        let (rows, _) = run("echo 'No devices were found'; exit 6", 0);
        assert!(rows.is_empty());
    }

    #[test]
    fn one_that_is_not_there_is_not_found() {
        let (folder, program) = fake("exit 0");
        assert_eq!(find(folder.path().as_os_str()), Some(program.clone()));
        std::fs::remove_file(&program).unwrap();
        assert!(find(folder.path().as_os_str()).is_none() && NvidiaSmi::start(&program).is_none());
    }
}
