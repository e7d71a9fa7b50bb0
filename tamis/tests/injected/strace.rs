//! Faults that the kernel is made to show.

use crate::support::{PATIENCE, Skip, process::Process, program, wait_for};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Lets a call of a process fail. Dropping it leaves the process alone again.
pub(crate) struct Strace {
    process: Process,
    trace: PathBuf,
}

impl Strace {
    /// Lets each thread of the process, and of those that it starts, fail with this error at its nth call of this name from
    /// now on.
    pub(crate) fn attach(
        process: u32,
        call: &str,
        nth: usize,
        error: &str,
        place: &Path,
    ) -> Result<Strace, Skip> {
        let strace = program("strace", &["/usr/bin/strace"])?;
        let (output, trace) = (place.join("strace"), place.join("trace"));
        let _ = fs::remove_file(&output);
        let mut command = Command::new(strace);
        command
            .arg("-f")
            .arg("-o")
            .arg(&trace)
            .args(["-e", &format!("trace={call}")])
            .args(["-e", &format!("inject={call}:error={error}:when={nth}")])
            .args(["-p", &process.to_string()]);
        let mut strace = Process::start(&mut command, &output).expect("strace starts");
        let said = || fs::read_to_string(&output).unwrap_or_default();
        wait_for("strace to attach", PATIENCE, || {
            let attached = said().contains("attached");
            (attached || strace.ended().is_some()).then_some(())
        });
        if !said().contains("attached") {
            let reason = format!("strace may not look at processes: {}", said());
            return Err(Skip::new(reason));
        }
        // The other threads follow at once.
        std::thread::sleep(Duration::from_millis(30));
        Ok(Strace {
            process: strace,
            trace,
        })
    }

    /// Leaves the process alone; whether a call has failed meanwhile.
    pub(crate) fn detach(mut self) -> bool {
        self.process.end();
        let trace = fs::read_to_string(&self.trace).unwrap_or_default();
        trace.contains("INJECTED")
    }
}
