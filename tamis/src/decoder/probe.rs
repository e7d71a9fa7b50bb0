//! What a process that opens containers could do if something in it went wrong: tried, not believed.

use super::Confined;
use super::worker::Worker;
use std::fs::File;
use std::io;
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::process::Command;

/// Something that the process tried to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What it tried.
    pub what: String,
    /// Whether it was kept from it.
    pub refused: bool,
}

/// Starts a process of `program` as it is started for mail, and lets it try what it may not do. An error says why there is
/// none.
pub fn check(program: &Path, dir: &Path) -> io::Result<(Confined, Vec<Attempt>)> {
    let mut worker = Worker::start(program, dir)?;
    let tried = worker.try_all()?;
    let attempts = tried
        .into_iter()
        .map(|(what, refused)| Attempt { what, refused });
    Ok((worker.confined(), attempts.collect()))
}

/// Tries it, in the process itself. True where it was kept from it.
pub(super) fn try_all(dir: &Path) -> Vec<(String, bool)> {
    let tried = [
        ("read a file", File::open("/etc/passwd").is_err()),
        (
            "create a file",
            File::create(dir.join("tamis-was-here")).is_err(),
        ),
        ("list a directory", std::fs::read_dir("/").is_err()),
        (
            "send a datagram",
            UdpSocket::bind("127.0.0.1:0")
                .and_then(|socket| socket.send_to(b"?", "127.0.0.1:9"))
                .is_err(),
        ),
        ("connect", is_kept_from_connecting()),
        (
            "start a program",
            Command::new("/bin/true").status().is_err(),
        ),
    ];
    tried
        .map(|(what, refused)| (what.to_owned(), refused))
        .to_vec()
}

/// That nobody listens is no confinement.
fn is_kept_from_connecting() -> bool {
    match TcpStream::connect("127.0.0.1:9") {
        Ok(_) => false,
        Err(error) => error.kind() != io::ErrorKind::ConnectionRefused,
    }
}
