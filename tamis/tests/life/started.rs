//! The daemon, started as a service manager does it.

use crate::support::{PATIENCE, free_port, process::signal, wait_for};
use command_fds::{CommandFdExt as _, FdMapping};
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A daemon and those that follow it. Dropping it ends all.
#[derive(Debug)]
pub(crate) struct Started {
    child: Child,
    /// The process that took over last.
    successor: Option<u32>,
    handed_over: usize,
    port: u16,
    place: PathBuf,
}

/// A file in the directory of a test.
pub(crate) fn place(directory: &Path, name: &str) -> PathBuf {
    directory.join(name)
}

/// A Unix socket in a directory, and its path.
pub(crate) fn bound(directory: &Path) -> (UnixListener, PathBuf) {
    let path = directory.join("handed.sock");
    (UnixListener::bind(&path).expect("bound"), path)
}

impl Started {
    /// One that binds its sockets itself: a port and `tamis.sock`.
    pub(crate) fn new(directory: &Path, further: &str) -> Self {
        Self::with(directory, further, Vec::new(), &[])
    }

    /// One that has so many file descriptors at most.
    #[track_caller]
    pub(crate) fn limited(directory: &Path, further: &str, descriptors: u64) -> Self {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("ulimit -n {descriptors} && exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_tamis"));
        Self::by(shell, directory, further, Vec::new())
    }

    /// One that gets these sockets and this environment.
    #[track_caller]
    pub(crate) fn with(
        directory: &Path,
        further: &str,
        sockets: Vec<OwnedFd>,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.envs(environment.iter().copied());
        Self::by(command, directory, further, sockets)
    }

    #[track_caller]
    fn by(mut command: Command, directory: &Path, further: &str, sockets: Vec<OwnedFd>) -> Self {
        let port = free_port();
        let (settings, tables) = further.split_at(further.find('[').unwrap_or(further.len()));
        let control = if further.contains("[control]") {
            String::new()
        } else {
            format!("[control]\ndir = \"{}/control\"\n", directory.display())
        };
        let config = format!(
            "{settings}\nlisten = [\"inet:127.0.0.1:{port}\", \"unix:{0}/tamis.sock\"]\npolicy = \"{0}/policy.toml\"\n\
             [quarantine]\ndir = \"{0}/quarantine\"\n[log]\nformat = \"json\"\n{control}{tables}",
            directory.display()
        );
        let policy = "include = [\"preset:default\"]\n";
        fs::write(directory.join("policy.toml"), policy).expect("a policy");
        fs::write(directory.join("tamis.toml"), config).expect("a configuration");
        let log = directory.join("log");
        let before = fs::read_to_string(&log).unwrap_or_default();
        let output = fs::File::options().create(true).append(true).open(&log);
        command
            .arg("milter")
            .arg("--config")
            .arg(directory.join("tamis.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output.expect("a log"));
        if !sockets.is_empty() {
            command.env("LISTEN_FDS", sockets.len().to_string());
            let mapping = |(child_fd, parent_fd)| FdMapping {
                parent_fd,
                child_fd,
            };
            let mappings = (3..).zip(sockets).map(mapping).collect();
            command.fd_mappings(mappings).expect("no collision");
        }
        let started = Started {
            child: command.spawn().expect("started"),
            successor: None,
            handed_over: 0,
            port,
            place: directory.to_owned(),
        };
        started.wait_for("\"ready\"", before.matches("\"ready\"").count() + 1);
        started
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The process that serves.
    pub(crate) fn id(&self) -> u32 {
        self.successor.unwrap_or(self.child.id())
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.place.join("log")).unwrap_or_default()
    }

    /// The events of the log with this message.
    pub(crate) fn events(&self, message: &str) -> Vec<serde_json::Value> {
        let log = self.log();
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        events
            .filter(|event: &serde_json::Value| event["message"] == message)
            .collect()
    }

    /// Waits until the log has said this so many times.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str, count: usize) {
        let said = || (self.log().matches(text).count() >= count).then_some(());
        wait_for(&format!("{text} in the log"), PATIENCE, said);
    }

    /// Sends a signal to the process that serves.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Has a new process take over, and waits until the old one is gone.
    #[track_caller]
    pub(crate) fn upgrade(&mut self) {
        self.signal("USR2");
        self.handed_over += 1;
        self.wait_for("\"handed over\"", self.handed_over);
        let last = self.events("handed over").pop().expect("an event");
        let before = self.successor;
        let id = last["process"]
            .as_u64()
            .and_then(|id| u32::try_from(id).ok());
        self.successor = id;
        match before {
            None => drop(self.ended()),
            Some(before) => gone(before),
        }
    }

    /// Waits for the process that was started here.
    #[track_caller]
    fn ended(&mut self) -> ExitStatus {
        wait_for("a process to end", PATIENCE, || {
            self.child.try_wait().ok().flatten()
        })
    }

    /// Ends it.
    #[track_caller]
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended()
    }

    /// Ends the process that has taken over.
    #[track_caller]
    pub(crate) fn stop_successor(&mut self) {
        self.signal("TERM");
        let successor = self.successor.take().expect("a process has taken over");
        gone(successor);
    }
}

/// Waits until a process is gone, or dead and not yet waited for.
#[track_caller]
fn gone(id: u32) {
    wait_for("a process to end", PATIENCE, || {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let state = status
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next());
        state.is_none_or(|state| state == 'Z').then_some(())
    });
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(successor) = self.successor {
            signal(successor, "KILL");
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
