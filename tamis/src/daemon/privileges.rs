//! Giving up the rights of root, once the sockets are bound.

use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::untrusted::{plain, shown};
use nix::unistd::{Gid, Uid, User, chown, initgroups, setresgid, setresuid};
use std::ffi::CString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use tracing::warn;

/// Becomes the user of the configuration, for good. Directories that the daemon keeps things in are made before, for that
/// user, where there are none. Has to come before any thread is started.
pub(super) fn drop(config: &Config) -> Result<(), Failure> {
    let Some(name) = &config.user else {
        return Ok(());
    };
    let cannot = |why: String| Failure::new(Exit::NoPermission, format!("user {name:?}: {why}"));
    let user = User::from_name(name)
        .map_err(|error| cannot(error.desc().to_owned()))?
        .ok_or_else(|| Failure::new(Exit::Config, format!("there is no user {name:?}")))?;
    if Uid::effective() == user.uid {
        return Ok(());
    }
    if !Uid::effective().is_root() {
        return Err(cannot("only root can become somebody else".to_owned()));
    }
    for directory in directories(config)? {
        make(&directory, &user)
            .map_err(|error| cannot(format!("{}: {}", shown(&directory), plain(&error))))?;
    }
    become_(&user).map_err(|error| cannot(error.desc().to_owned()))?;
    if setresuid(Uid::from_raw(0), Uid::from_raw(0), Uid::from_raw(0)).is_ok() {
        return Err(cannot(
            "the rights of root could not be given up".to_owned(),
        ));
    }
    Ok(())
}

/// Warns of a daemon that keeps the rights of root because nobody has said whose it shall have.
pub(super) fn warn_of_root(config: &Config) {
    if config.user.is_none() && Uid::effective().is_root() {
        warn!("running as root");
    }
}

fn become_(user: &User) -> nix::Result<()> {
    let name = CString::new(user.name.as_bytes()).map_err(|_| nix::Error::EINVAL)?;
    initgroups(&name, user.gid)?;
    setresgid(user.gid, user.gid, user.gid)?;
    setresuid(user.uid, user.uid, user.uid)
}

/// Where the daemon keeps things.
fn directories(config: &Config) -> Result<Vec<PathBuf>, Failure> {
    let quarantine = config
        .quarantine
        .clone()
        .map_or_else(crate::config::default_quarantine, Ok)?;
    let mut all = vec![quarantine, config.control_dir()?];
    all.extend(config.capture.as_ref().map(|capture| capture.dir.clone()));
    Ok(all)
}

/// Makes a directory, and those above it, for this user. What is there stays as it is.
fn make(directory: &Path, user: &User) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(above) = directory.parent() {
        make(above, user)?;
    }
    DirBuilder::new().mode(0o700).create(directory)?;
    let gid: Gid = user.gid;
    chown(directory, Some(user.uid), Some(gid)).map_err(io::Error::from)
}
