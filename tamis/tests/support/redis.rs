//! A real Redis or Valkey that keeps nothing on disk.

use super::{PATIENCE, Skip, directory, free_port, process::Process, program, wait_for};
use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// Where Debian and those who build it themselves put it.
const PLACES: [&str; 4] = [
    "/usr/bin/redis-server",
    "/usr/bin/valkey-server",
    "/usr/local/bin/redis-server",
    "/usr/local/bin/valkey-server",
];

/// A server on a unix socket and on a TCP port. Dropping it ends it.
#[derive(Debug)]
pub struct Redis {
    process: Option<Process>,
    program: PathBuf,
    settings: Vec<String>,
    port: u16,
    directory: TempDir,
}

impl Redis {
    /// Starts one with these further settings of redis.conf, such as `["--requirepass", "secret"]`.
    pub fn start(settings: &[&str]) -> Result<Redis, Skip> {
        let mut redis = Redis::installed(settings)?;
        redis.restart();
        Ok(redis)
    }

    /// One that does not run until [`restart`](Self::restart).
    pub fn installed(settings: &[&str]) -> Result<Redis, Skip> {
        Ok(Redis {
            process: None,
            program: program("redis-server", &PLACES)?,
            settings: settings.iter().map(|&word| word.to_owned()).collect(),
            port: free_port(),
            directory: directory(),
        })
    }

    /// The URL of its unix socket.
    pub fn unix(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// The URL of its TCP port, with what stands before the host.
    pub fn tcp(&self, user: &str) -> String {
        format!("redis://{user}127.0.0.1:{}/0", self.port)
    }

    /// Ends it without warning. What it held is lost.
    pub fn kill(&mut self) {
        self.process = None;
        let _ = fs::remove_file(self.socket());
    }

    /// Ends it if it runs, starts it empty, and waits until it answers.
    pub fn restart(&mut self) {
        self.kill();
        let output = self.directory.path().join("output");
        let mut command = Command::new(&self.program);
        command
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .arg("--unixsocket")
            .arg(self.socket())
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .arg("--dir")
            .arg(self.directory.path())
            .args(&self.settings);
        let process = Process::start(&mut command, &output).expect("Redis starts");
        let process = self.process.insert(process);
        let socket = self.directory.path().join("redis.sock");
        wait_for("Redis to answer", PATIENCE, || {
            let ended = process.ended();
            let log = || fs::read_to_string(&output).unwrap_or_default();
            assert!(ended.is_none(), "Redis has ended: {ended:?}\n{}", log());
            // One that wants a password answers too, if not with PONG.
            ask(&socket, "PING")
                .ok()
                .filter(|answer| !answer.is_empty())
        });
    }

    /// Sends it a signal by name; `STOP` makes it hang until `CONT`.
    pub fn signal(&self, name: &str) {
        if let Some(process) = &self.process {
            process.signal(name);
        }
    }

    /// What it answers to a command, as it stands in the protocol.
    pub fn ask(&self, command: &str) -> String {
        ask(&self.socket(), command).expect("an answer of Redis")
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }
}

/// Says a command, and that it was the last one.
fn ask(socket: &std::path::Path, command: &str) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "{command}\r\nQUIT\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
