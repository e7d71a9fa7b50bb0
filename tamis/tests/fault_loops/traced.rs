//! `strace` at a running daemon: the system call at which something happens to it.

use crate::support::{PATIENCE, Skip, process::Process, program, wait_for};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tracer of a process. Dropping it lets the process go.
#[derive(Debug)]
pub(crate) struct Tracer {
    process: Process,
    trace: PathBuf,
}

impl Tracer {
    /// Traces these system calls of all threads of a process, and tampers with them: `signal=KILL:when=3`, counted in each
    /// thread for itself.
    pub(crate) fn attach(id: u32, place: &Path, calls: &str, what: &str) -> Result<Self, Skip> {
        let strace = program("strace", &["/usr/bin/strace", "/usr/local/bin/strace"])?;
        let (trace, said) = (place.join("trace"), place.join("strace"));
        for file in [&trace, &said] {
            let _ = fs::remove_file(file);
        }
        let mut command = Command::new(strace);
        command
            .args(["-f", "-y", "-s", "64", "-o"])
            .arg(&trace)
            .args(["-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:{what}")])
            .args(["-p", &id.to_string()]);
        let process = Process::start(&mut command, &said);
        let mut process = process.map_err(|error| Skip::new(format!("strace: {error}")))?;
        let attached = wait_for("strace to attach", PATIENCE, || {
            let said = fs::read_to_string(&said).unwrap_or_default();
            let ended = process.ended().is_some();
            (ended || said.contains(" attached")).then_some(said)
        });
        if !attached.contains(" attached") {
            return Err(Skip::new(format!("strace cannot trace here: {attached}")));
        }
        Ok(Tracer { process, trace })
    }

    /// Lets the process go, or waits for its end; what was traced.
    pub(crate) fn detach(mut self) -> String {
        // A process that dies at this moment can keep strace waiting; ended for good, it lets go.
        self.process.end();
        fs::read_to_string(&self.trace).unwrap_or_default()
    }

    /// Waits until the process is gone.
    pub(crate) fn until_the_end(mut self) -> String {
        wait_for("strace to end", PATIENCE, || self.process.ended());
        self.detach()
    }
}
