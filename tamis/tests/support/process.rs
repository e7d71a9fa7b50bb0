//! A process of ours: ended by its own id, and never left behind.

use super::{PATIENCE, wait_for};
use std::{
    fs::{self, File},
    io,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

/// A running process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts `command`; what it prints goes to the file `output`.
    pub fn start(command: &mut Command, output: &Path) -> io::Result<Self> {
        let output = File::options().create(true).append(true).open(output)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Process { child })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process ids of its children, as far as the system tells.
    pub fn children(&self) -> Vec<u32> {
        let id = self.id();
        let list = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        list.split_whitespace()
            .filter_map(|id| id.parse().ok())
            .collect()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Panics
    ///
    /// When it does not end within [`PATIENCE`].
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        signal(self.id(), "TERM");
        wait_for("a process to end", PATIENCE, || self.ended())
    }

    /// Sends it a signal by name, such as `HUP`.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Asks it to end, and ends it when it has not after some seconds. For `drop`, which must not panic.
    pub fn end(&mut self) {
        self.signal("TERM");
        for _ in 0..1_000 {
            if self.ended().is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.kill();
    }

    /// Ends it without asking.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a signal to one process.
pub fn signal(id: u32, name: &str) {
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(id.to_string())
        .stderr(Stdio::null())
        .status();
}
