//! A process that opens containers, as the program sees it: started, asked, and killed if it does not answer.

use super::confine::Confined;
use super::wire::{self, PIECE, Tag};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tamis_sanitize::inside::Holder;
use tamis_sanitize::map::Inside;

/// How long a process may take to start.
const START: Duration = Duration::from_secs(10);
/// How much longer than allowed a process may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// One process. It is killed when this goes out of use.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    socket: UnixStream,
    confined: Confined,
    messages: u32,
}

impl Worker {
    /// Starts `program` as a process that opens containers and keeps what does not fit into memory in `dir`.
    pub(super) fn start(program: &Path, dir: &Path) -> io::Result<Self> {
        let (socket, other) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg("decoder")
            .arg("--dir")
            .arg(dir)
            .env_clear()
            .current_dir("/")
            .stdin(OwnedFd::from(other))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let mut worker = Worker {
            child,
            socket,
            confined: Confined::default(),
            messages: 0,
        };
        let mut timed = worker.timed(Instant::now() + START);
        worker.confined = wire::receive_value(&mut timed, Tag::Ready)?;
        Ok(worker)
    }

    /// How it is confined.
    pub(super) fn confined(&self) -> Confined {
        self.confined
    }

    /// Messages that it was asked about.
    pub(super) fn messages(&self) -> u32 {
        self.messages
    }

    /// A new message begins, which may take until then.
    pub(super) fn begin(&mut self, until: Instant) -> io::Result<()> {
        self.messages = self.messages.saturating_add(1);
        let left = until.saturating_duration_since(Instant::now());
        let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        wire::send_value(&mut self.timed(until + GRACE), Tag::Message, &millis)
    }

    /// Begins with a part.
    pub(super) fn part(&mut self, holder: &Holder, until: Instant) -> io::Result<()> {
        wire::send_value(&mut self.timed(until + GRACE), Tag::Part, holder)
    }

    /// Takes the next octets of the part.
    pub(super) fn content(&mut self, octets: &[u8], until: Instant) -> io::Result<()> {
        let mut timed = self.timed(until + GRACE);
        octets
            .chunks(PIECE)
            .try_for_each(|piece| wire::send(&mut timed, Tag::Content, piece))
    }

    /// The part is complete: what lay in it. The inner error is a failure of the disk.
    pub(super) fn inside(&mut self, until: Instant) -> io::Result<Result<Inside, String>> {
        let mut timed = self.timed(until + GRACE);
        wire::send(&mut timed, Tag::End, b"")?;
        wire::receive_value(&mut timed, Tag::Inside)
    }

    /// Lets it try what it may not do.
    pub(super) fn try_all(&mut self) -> io::Result<Vec<(String, bool)>> {
        let mut timed = self.timed(Instant::now() + GRACE);
        wire::send(&mut timed, Tag::Try, b"")?;
        wire::receive_value(&mut timed, Tag::Tried)
    }

    fn timed(&self, until: Instant) -> Timed<'_> {
        Timed {
            socket: &self.socket,
            until,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A socket of which every wait ends at the same time.
struct Timed<'a> {
    socket: &'a UnixStream,
    until: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(Some(left))
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(buffer)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
