//! The process that opens containers: what `tamis decoder` runs, at the other end of the socket that is its standard input.
//!
//! It creates the files that it will need, gives up everything else, and answers until the other side is gone.

use super::confine::{self, Confined};
use super::here::{Here, Places};
use super::probe;
use super::wire::{self, Tag};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tamis_sanitize::inside::{Holder, Store};
use tamis_sanitize::map::Inside;

/// Files that it keeps at hand: more than there can be containers in each other.
const FILES: usize = 32;
/// Octets that are taken from the socket at once.
const READ: usize = 64 << 10;
/// Octets that are kept in memory of each place.
const THRESHOLD: u64 = 256 << 10;
/// The longest time that is believed.
const LONGEST: Duration = Duration::from_mins(10);

/// Serves the program that started it. An error is one of the socket or the disk.
pub fn run(dir: &Path) -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut answers = BufWriter::new(socket.try_clone()?);
    let mut socket = BufReader::with_capacity(READ, socket);
    let files = Files::create(dir)?;
    let confined: Confined = confine::confine();
    wire::send_value(&mut answers, Tag::Ready, &confined)?;
    answers.flush()?;
    let mut here = Here::new(files.clone(), Instant::now());
    while let Some((tag, payload)) = wire::receive(&mut socket)? {
        match tag {
            Tag::Message => {
                let millis = serde_json::from_slice(&payload)?;
                let within = Duration::from_millis(millis).min(LONGEST);
                here = Here::new(files.clone(), Instant::now() + within);
            }
            Tag::Part => {
                let holder: Holder = serde_json::from_slice(&payload)?;
                let answer = part(&mut socket, &holder, &mut here)?;
                wire::send_value(&mut answers, Tag::Inside, &answer)?;
            }
            Tag::Try => wire::send_value(&mut answers, Tag::Tried, &probe::try_all(dir))?,
            _ => return Err(wire::garbled("a frame that was not awaited")),
        }
        answers.flush()?;
    }
    Ok(())
}

/// Takes the content of a part, and says what lies in it or what is wrong with the disk.
fn part(
    socket: &mut impl Read,
    holder: &Holder,
    here: &mut Here<Files>,
) -> io::Result<Result<Inside, String>> {
    let mut over = false;
    let mut broken = None;
    let opened = here.open(holder, &mut |to| {
        let mut written = Ok(());
        loop {
            match wire::receive(socket) {
                Ok(Some((Tag::Content, piece))) if written.is_ok() => {
                    written = to.write_all(&piece);
                }
                Ok(Some((Tag::Content, _))) => {}
                Ok(Some((Tag::End, _))) => {
                    over = true;
                    return written;
                }
                Ok(_) => broken = Some(io::ErrorKind::UnexpectedEof.into()),
                Err(error) => broken = Some(error),
            }
            if broken.is_some() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
    });
    match broken {
        Some(error) => Err(error),
        None if over => Ok(opened.map_err(|error| error.to_string())),
        None => Err(wire::garbled("content without an end")),
    }
}

/// Files without a name, made before anything was given up.
#[derive(Clone, Debug)]
struct Files(Arc<Mutex<Vec<File>>>);

impl Files {
    fn create(dir: &Path) -> io::Result<Self> {
        let files: io::Result<Vec<File>> = (0..FILES).map(|_| tempfile::tempfile_in(dir)).collect();
        Ok(Files(Arc::new(Mutex::new(files?))))
    }

    /// Those that are not in use. A panic elsewhere leaves them as they are.
    fn free(&self) -> MutexGuard<'_, Vec<File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places for Files {
    fn place(&self) -> io::Result<Box<dyn Store>> {
        Ok(Box::new(Place {
            memory: io::Cursor::new(Vec::new()),
            file: None,
            files: self.clone(),
        }))
    }
}

/// A place for content: memory first, then one of the files.
struct Place {
    memory: io::Cursor<Vec<u8>>,
    file: Option<File>,
    files: Files,
}

impl Place {
    fn move_to_file(&mut self) -> io::Result<()> {
        // With all files in use it stays in memory, which is bounded as well.
        let Some(mut file) = self.files.free().pop() else {
            return Ok(());
        };
        file.rewind()?;
        file.write_all(self.memory.get_ref())?;
        file.seek(SeekFrom::Start(self.memory.position()))?;
        self.memory = io::Cursor::new(Vec::new());
        self.file = Some(file);
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(file) = self.file.take()
            && file.set_len(0).is_ok()
        {
            self.files.free().push(file);
        }
    }
}

impl Read for Place {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.read(buffer),
            None => self.memory.read(buffer),
        }
    }
}

impl Seek for Place {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.file {
            Some(file) => file.seek(to),
            None => self.memory.seek(to),
        }
    }
}

impl Write for Place {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let end = self.memory.position().saturating_add(octets.len() as u64);
        if self.file.is_none() && end > THRESHOLD {
            self.move_to_file()?;
        }
        match &mut self.file {
            Some(file) => file.write(octets),
            None => self.memory.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
