//! A file that is there whole or not at all.

use super::error::Error;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Written beside its target under another name, and given its name when it is complete and on disk. Dropped before
/// that, it leaves nothing behind.
///
/// What exists and is no regular file (a device, a pipe) is written to directly: it must not be replaced.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    out: Out,
}

#[derive(Debug)]
enum Out {
    Temporary(NamedTempFile),
    Direct(File),
}

impl AtomicFile {
    /// Starts to write what shall stand at `target`, readable for no more people than `mode` and the umask allow.
    pub fn create(target: &Path, mode: u32) -> Result<Self, Error> {
        Self::create_in(target, parent(target), mode)
    }

    /// As [`AtomicFile::create`], with the directory for the unfinished file, which must be on the same file system.
    pub fn create_in(target: &Path, dir: &Path, mode: u32) -> Result<Self, Error> {
        let failed = |error| Error::Create(target.to_owned(), error);
        let special = match fs::metadata(target) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(Error::OutputIs {
                    path: target.to_owned(),
                    is: "a directory",
                    wanted: "a file",
                });
            }
            Ok(metadata) => !metadata.is_file(),
            Err(_) => false,
        };
        let out = if special {
            let file = fs::OpenOptions::new().write(true).open(target);
            Out::Direct(file.map_err(failed)?)
        } else {
            let temporary = tempfile::Builder::new()
                .prefix(".tamis-")
                .permissions(Permissions::from_mode(mode))
                .tempfile_in(dir)
                // The name of the temporary file says nothing to anyone.
                .map_err(|error| failed(error.kind().into()))?;
            Out::Temporary(temporary)
        };
        Ok(AtomicFile {
            target: target.to_owned(),
            out,
        })
    }

    /// Makes what was written durable and gives it its name, in place of what stood there. The name itself is durable
    /// after `sync_dir`.
    pub fn commit(self) -> Result<(), Error> {
        let failed = |error| Error::Write(self.target.clone(), error);
        match self.out {
            Out::Direct(mut file) => file.flush().map_err(failed),
            Out::Temporary(temporary) => {
                temporary.as_file().sync_all().map_err(failed)?;
                temporary
                    .persist(&self.target)
                    .map_err(|error| failed(error.error))?;
                Ok(())
            }
        }
    }

    /// Where it is going to stand.
    pub fn target(&self) -> &Path {
        &self.target
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Out::Temporary(temporary) => temporary.as_file_mut().write(bytes),
            Out::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Who may read and write what comes of this file: the same as the file itself, and everybody if it is none.
pub(super) fn mode_of(source: &Path) -> u32 {
    match fs::metadata(source) {
        Ok(metadata) if metadata.is_file() => metadata.permissions().mode() & 0o666 | 0o600,
        _ => 0o666,
    }
}

/// Makes the names in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|error| Error::Write(dir.to_owned(), error))
}

pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
