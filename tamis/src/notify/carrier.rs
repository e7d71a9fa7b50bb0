//! What hands notices on: a program, or a directory.

use super::mail::Mail;
use super::settings::{By, NotifySettings};
use crate::untrusted::{Untrusted, plain, shown};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often is looked whether the program has ended.
const LOOK: Duration = Duration::from_millis(10);

/// Octets of what a program says that are logged.
const COMPLAINT: u64 = 300;

/// Most files that may lie in a directory: nobody takes them away if there are so many.
const FILES_MOST: usize = 10_000;

/// What hands notices on.
#[derive(Debug)]
pub(super) enum Carrier {
    Sendmail { program: PathBuf, timeout: Duration },
    Directory(PathBuf),
}

impl Carrier {
    /// Looks whether the program is there, or makes the directory. An error names it.
    pub(super) fn new(settings: &NotifySettings) -> io::Result<Self> {
        match &settings.by {
            By::Sendmail(program) => {
                let metadata = fs::metadata(program);
                let metadata = metadata.map_err(|error| about("find", program, &error))?;
                if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
                    let text = format!("{} is no program", shown(program));
                    return Err(io::Error::other(text));
                }
                Ok(Carrier::Sendmail {
                    program: program.clone(),
                    timeout: settings.timeout,
                })
            }
            By::Directory(dir) => {
                let mut builder = DirBuilder::new();
                let created = builder.recursive(true).mode(0o700).create(dir);
                created.map_err(|error| about("create", dir, &error))?;
                Ok(Carrier::Directory(dir.clone()))
            }
        }
    }

    /// Hands one notice on, and returns once it is taken.
    pub(super) fn carry(&self, mail: &Mail) -> io::Result<()> {
        match self {
            Carrier::Sendmail { program, timeout } => run(program, *timeout, mail),
            Carrier::Directory(dir) => {
                write(dir, mail).map_err(|error| about("write to", dir, &error))
            }
        }
    }
}

/// Gives a notice to a program. What it reads lies in a file, so that nothing waits for it to read.
fn run(program: &Path, timeout: Duration, mail: &Mail) -> io::Result<()> {
    let mut octets = tempfile::tempfile()?;
    let mut rest = mail.octets.as_slice();
    // Programs that take mail on their standard input want it with the line ends of the system.
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
        octets.write_all(rest.get(..at).unwrap_or_default())?;
        octets.write_all(b"\n")?;
        rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
    }
    octets.write_all(rest)?;
    octets.rewind()?;
    let mut complaint = tempfile::tempfile()?;
    let mut child = Command::new(program)
        // Dots are text, the sender is null, and everything behind the hyphens is an address.
        .args(["-i", "-f", "<>", "--"])
        .args(mail.to.iter().map(|address| &**address))
        .env_clear()
        .current_dir("/")
        .stdin(octets)
        .stdout(Stdio::null())
        .stderr(complaint.try_clone()?)
        .spawn()
        .map_err(|error| about("start", program, &error))?;
    let status = wait(&mut child, timeout).map_err(|error| about("wait for", program, &error))?;
    if status.success() {
        return Ok(());
    }
    let mut said = Vec::new();
    complaint.rewind()?;
    complaint.take(COMPLAINT).read_to_end(&mut said)?;
    let said = String::from_utf8_lossy(&said);
    let said = Untrusted::new(said.trim());
    let text = format!("{} says {status}: {said}", shown(program));
    Err(io::Error::other(text))
}

/// Waits for a program; one that takes too long is ended.
fn wait(child: &mut Child, timeout: Duration) -> io::Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() >= timeout {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(LOOK);
    }
}

/// Puts a notice into a directory: under its name it is whole and on disk.
fn write(dir: &Path, mail: &Mail) -> io::Result<()> {
    if fs::read_dir(dir)?.take(FILES_MOST).count() >= FILES_MOST {
        return Err(io::Error::other("too many files lie there"));
    }
    let mut file = tempfile::Builder::new()
        .prefix(".tamis-")
        .tempfile_in(dir)?;
    file.write_all(&mail.octets)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(dir.join(format!("{}.eml", mail.id)))
        .map_err(|error| error.error)?;
    File::open(dir)?.sync_all()
}

fn about(verb: &str, path: &Path, error: &io::Error) -> io::Error {
    let text = format!("cannot {verb} {}: {}", shown(path), plain(error));
    io::Error::new(error.kind(), text)
}
