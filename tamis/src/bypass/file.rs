//! The file that says so: written whole or not at all, and believed only if nobody else could have written it.

use super::Bypass;
use crate::untrusted::plain;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::{error, fmt};

/// Its name in the control directory.
pub const NAME: &str = "bypass.json";

/// Most octets of it.
const LARGEST: u64 = 16 << 10;

/// Why a file is not believed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble {
    /// It cannot be read or written.
    Disk(io::Error),
    /// Others than root and the user of the daemon may write to it or its directory.
    Loose,
    /// It is not what `tamis bypass` writes.
    Damaged(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Disk(error) => f.write_str(&plain(error)),
            Trouble::Loose => {
                f.write_str("others than root and the user of the daemon may write to it")
            }
            Trouble::Damaged(why) => write!(f, "it is not what tamis bypass writes: {why}"),
        }
    }
}

impl error::Error for Trouble {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Trouble::Disk(error) => Some(error),
            Trouble::Loose | Trouble::Damaged(_) => None,
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Disk(error)
    }
}

/// Switches inspection off: the file is on disk when this returns. The directory is created if need be.
pub fn write(dir: &Path, bypass: &Bypass) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(dir)?;
    let mut file = tempfile::Builder::new()
        .prefix(".tamis-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(dir)?;
    // The daemon may be another user than the one who switches.
    file.as_file()
        .set_permissions(Permissions::from_mode(0o644))?;
    serde_json::to_writer(&mut file, bypass)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(dir.join(NAME))?;
    File::open(dir)?.sync_all()
}

/// Switches inspection on again. Says whether there was something to do.
pub fn remove(dir: &Path) -> io::Result<bool> {
    match fs::remove_file(dir.join(NAME)) {
        Ok(()) => {
            File::open(dir)?.sync_all()?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the file says, whether it still holds or not; none if there is none.
pub fn read(dir: &Path) -> Result<Option<Bypass>, Trouble> {
    let path = dir.join(NAME);
    // Whoever puts something else there must not make the daemon wait for it.
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(NO_WAITING)
        .open(&path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() || is_loose(&metadata) || is_loose(&fs::metadata(dir)?) {
        return Err(Trouble::Loose);
    }
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    let bypass = serde_json::from_str(&text);
    bypass
        .map(Some)
        .map_err(|error| Trouble::Damaged(error.to_string()))
}

/// `O_NONBLOCK`: a pipe is opened without a writer.
#[cfg(target_os = "linux")]
const NO_WAITING: i32 = libc::O_NONBLOCK;
#[cfg(not(target_os = "linux"))]
const NO_WAITING: i32 = 0;

/// Whether somebody else than root and this user may write to it.
fn is_loose(metadata: &fs::Metadata) -> bool {
    let us = fs::metadata("/proc/self").map(|process| process.uid());
    let owner = metadata.uid();
    let foreign = owner != 0 && us.is_ok_and(|us| us != owner);
    foreign || metadata.mode() & 0o022 != 0
}

#[cfg(test)]
mod tests {
    use super::{Bypass, NAME, Trouble, read, remove, write};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::time::Duration;

    #[test]
    fn what_was_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("control");
        assert!(!remove(&place).unwrap());
        let bypass = Bypass::from_now(Duration::from_mins(5), Some("a \"reason\"".into())).unwrap();
        write(&place, &bypass).unwrap();
        assert_eq!(read(&place).unwrap(), Some(bypass));
        assert!(remove(&place).unwrap());
        assert_eq!(read(&place).unwrap(), None);
    }

    #[track_caller]
    fn refused(spoil: impl Fn(&Path)) {
        let dir = tempfile::tempdir().unwrap();
        write(
            dir.path(),
            &Bypass::from_now(Duration::from_mins(5), None).unwrap(),
        )
        .unwrap();
        spoil(dir.path());
        assert!(read(dir.path()).is_err());
    }

    #[test]
    fn what_others_could_have_written_is_not_believed() {
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        };
        refused(|dir| mode(&dir.join(NAME), 0o646));
        refused(|dir| mode(&dir.join(NAME), 0o664));
        refused(|dir| mode(dir, 0o777));
        refused(|dir| fs::write(dir.join(NAME), "").unwrap());
        refused(|dir| fs::write(dir.join(NAME), "{\"v\":1,\"until\":1}").unwrap());
        refused(|dir| fs::write(dir.join(NAME), "x".repeat(100_000)).unwrap());
        refused(|dir| {
            fs::remove_file(dir.join(NAME)).unwrap();
            fs::create_dir(dir.join(NAME)).unwrap();
        });
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(read(empty.path()), Ok(None)));
        assert!(!Trouble::Loose.to_string().is_empty());
    }
}
