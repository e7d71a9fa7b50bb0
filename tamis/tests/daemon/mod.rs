//! `tamis milter` as a process with a configuration of its own.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test uses what it needs of it"
)]

use crate::support::{PATIENCE, free_port, process::Process};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// The program.
pub const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

/// A running daemon. Dropping it kills it.
#[derive(Debug)]
pub struct Daemon {
    pub process: Process,
    port: u16,
    place: PathBuf,
}

impl Daemon {
    /// Starts one in the directory `place`, with this policy and further lines of configuration, settings before tables: it
    /// listens on a port and on `tamis.sock`, keeps things in `quarantine`, and logs JSON.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start(place: &Path, policy: &str, further: &str) -> Daemon {
        Self::behind(&[], place, policy, further)
    }

    /// The same with this command in front of the program, which has to become it: `["env", "NAME=value"]`. Where a daemon was
    /// before, another one follows it, and the log goes on.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[track_caller]
    pub fn behind(front: &[&str], place: &Path, policy: &str, further: &str) -> Daemon {
        let port = free_port();
        fs::write(place.join("policy.toml"), policy).expect("a policy");
        let (settings, tables) = further.split_at(further.find('[').unwrap_or(further.len()));
        let control = own_control(place, further);
        let config = format!(
            "{settings}\nlisten = [\"inet:127.0.0.1:{port}\", \"unix:{0}/tamis.sock\"]\npolicy = \"{0}/policy.toml\"\n\
             [quarantine]\ndir = \"{0}/quarantine\"\n[log]\nformat = \"json\"\n{control}{tables}",
            place.display()
        );
        fs::write(place.join("tamis.toml"), config).expect("a configuration");
        let (first, others) = front.split_first().unwrap_or((&TAMIS, &[]));
        let mut command = Command::new(first);
        command
            .args(others)
            .args((!front.is_empty()).then_some(TAMIS))
            .arg("milter")
            .arg("--config")
            .arg(place.join("tamis.toml"));
        let before = fs::read_to_string(place.join("log")).unwrap_or_default();
        let process = Process::start(&mut command, &place.join("log")).expect("started");
        let daemon = Daemon {
            process,
            port,
            place: place.to_owned(),
        };
        daemon.wait_for("\"ready\"", before.matches("\"ready\"").count() + 1);
        daemon
    }

    /// The port of 127.0.0.1 where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address as Postfix wants it.
    pub fn address(&self) -> String {
        format!("inet:127.0.0.1:{}", self.port)
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.place.join("log")).unwrap_or_default()
    }

    /// The events of its log whose message this is.
    pub fn events(&self, message: &str) -> Vec<serde_json::Value> {
        let log = self.log();
        let events = log
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        events
            .filter(|event: &serde_json::Value| event["message"] == message)
            .collect()
    }

    /// Its log from the beginning, to be read as it grows.
    pub fn follow(&self) -> Follower {
        let file = fs::File::open(self.place.join("log")).expect("a log");
        Follower {
            log: BufReader::new(file),
            line: String::new(),
        }
    }

    /// Waits until the log has said this so many times.
    ///
    /// # Panics
    ///
    /// When it does not within [`PATIENCE`].
    #[track_caller]
    pub fn wait_for(&self, text: &str, count: usize) {
        let log = || self.log();
        let start = Instant::now();
        while log().matches(text).count() < count {
            let waited = start.elapsed();
            assert!(waited < PATIENCE, "{text} is not in the log:\n{}", log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Puts another policy in the place of the one that it has; a `HUP` makes it read it.
    pub fn policy(&self, text: &str) {
        fs::write(self.place.join("new.toml"), text).expect("written");
        fs::rename(self.place.join("new.toml"), self.place.join("policy.toml")).expect("renamed");
    }
}

/// The table that keeps what a test is told away from that of the system, unless it has one of its own.
pub fn own_control(place: &Path, further: &str) -> String {
    if further.contains("[control]") {
        return String::new();
    }
    format!("[control]\ndir = \"{}/control\"\n", place.display())
}

/// Reads a log as it grows.
#[derive(Debug)]
pub struct Follower {
    log: BufReader<fs::File>,
    line: String,
}

impl Follower {
    /// The next event whose line has this text.
    ///
    /// # Panics
    ///
    /// When there is none within [`PATIENCE`].
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> serde_json::Value {
        let start = Instant::now();
        loop {
            let read = self.log.read_line(&mut self.line).expect("a line");
            if self.line.ends_with('\n') {
                let line = std::mem::take(&mut self.line);
                if line.contains(text) {
                    return serde_json::from_str(&line).expect("JSON");
                }
            } else if read == 0 {
                assert!(start.elapsed() < PATIENCE, "{text} is not in the log");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
