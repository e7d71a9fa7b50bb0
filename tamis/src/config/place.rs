//! Where things are kept unless the configuration says so.

use crate::exit::{Exit, Failure};
use std::path::PathBuf;

/// Where things are kept unless the configuration says so: the state directory of the system for root, that of the user
/// otherwise.
pub fn default_quarantine() -> Result<PathBuf, Failure> {
    default_state("quarantine")
}

/// The directory of this name where state is kept unless the configuration says so.
pub fn default_state(name: &str) -> Result<PathBuf, Failure> {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let base = if is_root() {
        Some(PathBuf::from("/var/lib"))
    } else {
        state.or_else(home)
    };
    let base = base.ok_or_else(|| {
        Failure::new(
            Exit::Config,
            format!("no place for the {name} directory: name one in the configuration"),
        )
    })?;
    Ok(base.join("tamis").join(name))
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
