//! A process that opens containers, as the program sees it: started, asked, and killed if it does not answer.

use super::confine::Confined;
use super::wire::{self, PIECE, Tag};
use std::io::{self, BufReader, BufWriter, Read, Write};
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
/// How much longer than that a wait may take, twice.
const SLACK: Duration = Duration::from_millis(500);
/// Octets that are gathered before they are sent.
const GATHERED: usize = 64 << 10;

/// One process. It is killed when this goes out of use.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    /// What is asked is gathered until an answer is awaited: most parts are short.
    asking: BufWriter<Timed>,
    answers: BufReader<Timed>,
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
        let until = Instant::now() + START;
        let mut worker = Worker {
            child,
            answers: BufReader::new(Timed::new(socket.try_clone()?, until)),
            asking: BufWriter::with_capacity(GATHERED, Timed::new(socket, until)),
            confined: Confined::default(),
            messages: 0,
        };
        worker.confined = wire::receive_value(&mut worker.answers, Tag::Ready)?;
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
        self.within(until + GRACE);
        wire::send_value(&mut self.asking, Tag::Message, &millis)?;
        // One that died while it was idle is found out now, before a part is lost to it.
        self.asking.flush()
    }

    /// Begins with a part.
    pub(super) fn part(&mut self, holder: &Holder) -> io::Result<()> {
        wire::send_value(&mut self.asking, Tag::Part, holder)
    }

    /// Takes the next octets of the part.
    pub(super) fn content(&mut self, octets: &[u8]) -> io::Result<()> {
        let mut pieces = octets.chunks(PIECE);
        pieces.try_for_each(|piece| wire::send(&mut self.asking, Tag::Content, piece))
    }

    /// The part is complete: what lay in it. The inner error is a failure of the disk.
    pub(super) fn inside(&mut self) -> io::Result<Result<Inside, String>> {
        wire::send(&mut self.asking, Tag::End, b"")?;
        self.asking.flush()?;
        wire::receive_value(&mut self.answers, Tag::Inside)
    }

    /// Lets it try what it may not do.
    pub(super) fn try_all(&mut self) -> io::Result<Vec<(String, bool)>> {
        self.within(Instant::now() + GRACE);
        wire::send(&mut self.asking, Tag::Try, b"")?;
        self.asking.flush()?;
        wire::receive_value(&mut self.answers, Tag::Tried)
    }

    /// Lets every wait end then.
    fn within(&mut self, until: Instant) {
        self.asking.get_mut().until = until;
        self.answers.get_mut().until = until;
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A socket of which every wait ends at the same time, or little later.
#[derive(Debug)]
struct Timed {
    socket: UnixStream,
    until: Instant,
    /// The longest wait that the system was told of.
    told: Option<Duration>,
}

impl Timed {
    fn new(socket: UnixStream, until: Instant) -> Self {
        Timed {
            socket,
            until,
            told: None,
        }
    }

    /// Has the system told how long a wait may be. It is not told each time: that is a call of its own.
    fn tell(
        &mut self,
        set: impl Fn(&UnixStream, Option<Duration>) -> io::Result<()>,
    ) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let fits =
            |told: Duration| told >= left && told.saturating_sub(left) <= SLACK.saturating_mul(2);
        if !self.told.is_some_and(fits) {
            set(&self.socket, Some(left.saturating_add(SLACK)))?;
            self.told = Some(left.saturating_add(SLACK));
        }
        Ok(())
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tell(UnixStream::set_read_timeout)?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.tell(UnixStream::set_write_timeout)?;
        self.socket.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
