//! A filter as a process of its own, and the processor time that it has used.

use super::client::Session;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a filter may take until it answers.
const READY: Duration = Duration::from_secs(20);

/// A running filter. It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    socket: PathBuf,
}

impl Server {
    /// Starts the command, which is to listen on this socket, and waits until it negotiates.
    pub(crate) fn start(command: &mut Command, socket: PathBuf) -> io::Result<Self> {
        let _ = fs::remove_file(&socket);
        let log = File::create(socket.with_extension("log"))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Server { child, socket };
        let begun = Instant::now();
        loop {
            match Session::open(&server.socket) {
                Ok(_) => return Ok(server),
                Err(error) if begun.elapsed() > READY => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("{command:?} ended with {status}")));
            }
        }
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Seconds of processor time, user and system, of the process and of those it has started.
    pub(crate) fn time(&self) -> io::Result<f64> {
        family(self.child.id())?
            .iter()
            .map(|pid| time_of(*pid))
            .sum()
    }

    /// Resident kibibytes of the process and of those it has started.
    pub(crate) fn memory(&self) -> io::Result<u32> {
        family(self.child.id())?
            .iter()
            .map(|pid| memory_of(*pid))
            .sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process and its descendants.
fn family(first: u32) -> io::Result<Vec<u32>> {
    let mut members = vec![first];
    let mut next = 0;
    while let Some(pid) = members.get(next) {
        for task in fs::read_dir(format!("/proc/{pid}/task"))? {
            let children = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
            members.extend(
                children
                    .split_whitespace()
                    .filter_map(|word| word.parse::<u32>().ok()),
            );
        }
        next += 1;
    }
    Ok(members)
}

/// `proc_pid_stat(5)`: fields 14 to 17, in ticks of a hundredth of a second; its own, and of children that were waited for.
fn time_of(pid: u32) -> io::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(4);
    let ticks: u32 = ticks.filter_map(|word| word.parse::<u32>().ok()).sum();
    Ok(f64::from(ticks) / 100.0)
}

fn memory_of(pid: u32) -> io::Result<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    Ok(kib.unwrap_or(0))
}
