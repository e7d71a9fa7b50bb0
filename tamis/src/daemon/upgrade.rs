//! Handing over to a new process of the program that lies on disk now, without refusing anybody.
//!
//! The new process gets the sockets, reads configuration and policy, and says that it is ready; only then the old one accepts
//! nobody more and lets its messages come to their end. If the new one does not get so far, the old one goes on.

use crate::confined::Confined;
use command_fds::{CommandFdExt as _, FdMapping};
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::ChildStdout;
use tokio::time::timeout;

/// Says to a process that another one waits for it to be ready.
const AWAITED: &str = "TAMIS_AWAITED";

/// What it says then, on standard output.
const READY: &str = "ready";

/// How long the new process may take: a large policy, a slow disk.
const PATIENCE: Duration = Duration::from_mins(1);

/// First descriptor that is handed over, as service managers have it.
const FIRST: i32 = 3;

/// Whether another process waits for this one to take over.
pub(super) fn is_awaited() -> bool {
    std::env::var_os(AWAITED).is_some()
}

/// Tells the process that waits for this one.
pub(super) fn tell_ready() {
    // If it is gone, nobody has to be told.
    let _ = writeln!(io::stdout(), "{READY}");
}

/// The program as it was called: what lies at its place on disk may be a newer one.
#[derive(Clone, Debug)]
pub(super) struct Program {
    path: Option<PathBuf>,
    arguments: Vec<OsString>,
    /// What this process has given up, which that one inherits.
    confined: Confined,
}

impl Program {
    /// The one that runs. To be asked before another one takes its place.
    pub(super) fn this() -> Self {
        Program {
            path: std::env::current_exe().ok(),
            arguments: std::env::args_os().skip(1).collect(),
            confined: Confined::default(),
        }
    }

    /// Where it lies.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The same for a process that has given up so much.
    pub(super) fn confined(self, confined: Confined) -> Self {
        Program { confined, ..self }
    }

    /// Starts it with these sockets, and waits until it is ready. Gives its process id.
    pub(super) async fn start(&self, sockets: Vec<OwnedFd>) -> Result<u32, NotReady> {
        let path = self.path.as_ref().ok_or(NotReady::NoProgram)?;
        let mut command = Command::new(path);
        let (held, confined) = self.confined.environment();
        command
            .args(&self.arguments)
            .env(AWAITED, "1")
            .env(held, confined)
            .env("LISTEN_FDS", sockets.len().to_string())
            .env_remove("LISTEN_PID")
            .env_remove("WATCHDOG_PID")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mappings = (FIRST..)
            .zip(sockets)
            .map(|(child_fd, parent_fd)| FdMapping {
                parent_fd,
                child_fd,
            });
        command
            .fd_mappings(mappings.collect())
            .map_err(|_| NotReady::NoProgram)?;
        let mut child = command.spawn().map_err(NotReady::Start)?;
        let said = match timeout(PATIENCE, said_ready(&mut child)).await {
            // It lives on by itself: who has waited for this process waits for that one.
            Ok(true) => return Ok(child.id()),
            Ok(false) => NotReady::Ended,
            Err(_) => NotReady::Late,
        };
        let _ = child.kill();
        // It is dead, or will be at once.
        let _ = tokio::task::spawn_blocking(move || child.wait()).await;
        Err(said)
    }
}

async fn said_ready(child: &mut Child) -> bool {
    let output = child.stdout.take().map(ChildStdout::from_std);
    let Some(Ok(output)) = output else {
        return false;
    };
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line == READY {
            return true;
        }
    }
    false
}

/// Why there is no new process.
#[derive(Debug)]
pub(super) enum NotReady {
    NoProgram,
    Start(io::Error),
    Ended,
    Late,
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotReady::NoProgram => f.write_str("the program is not known"),
            NotReady::Start(error) => write!(f, "the program cannot be started: {error}"),
            NotReady::Ended => f.write_str("the new process ended before it was ready"),
            NotReady::Late => write!(f, "the new process was not ready within {PATIENCE:?}"),
        }
    }
}
