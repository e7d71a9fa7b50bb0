//! Becoming a program that scans, after giving up what such a program does not need: what `tamis launch` does, in front of
//! every scanner of the kind `command`.
//!
//! The program can read all files that its user can, writes to none but below the directories it is given, reaches no TCP port
//! and no process outside, gains no rights, and has a bound for memory, processor time, descriptors and the size of a file.

use crate::decoder::Sandbox;
use crate::untrusted::shown;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The exit status of who could not become the program.
pub const FAILED: u8 = 125;

/// What a program may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Whether the system must be able to keep it from everything else.
    pub sandbox: Sandbox,
    /// Octets of address space.
    pub memory: u64,
    /// Processor time.
    pub time: Duration,
    /// Directories below which it may write.
    pub writable: Vec<PathBuf>,
    /// Whether it may connect to TCP ports, and listen at them.
    pub network: bool,
}

impl Default for Leave {
    fn default() -> Self {
        Leave {
            sandbox: Sandbox::Auto,
            memory: 2 << 30,
            time: Duration::from_mins(2),
            writable: Vec::new(),
            network: false,
        }
    }
}

impl Leave {
    /// What stands in front of the program: this one, which becomes it.
    pub fn launcher(&self, this: &Path) -> Vec<OsString> {
        if self.sandbox == Sandbox::Off {
            return Vec::new();
        }
        let mut argv: Vec<OsString> = vec![this.into(), "launch".into()];
        let mut say = |key: &str, value: OsString| argv.extend([key.into(), value]);
        say("--sandbox", self.sandbox.name().into());
        say("--memory", self.memory.to_string().into());
        say("--time", self.time.as_secs().max(1).to_string().into());
        for dir in &self.writable {
            say("--write", dir.into());
        }
        argv.extend(self.network.then(|| "--network".into()));
        argv.push("--".into());
        argv
    }

    /// Gives up everything else, and becomes the program. Returns only if that is not possible.
    pub fn become_program(&self, argv: &[OsString]) -> io::Error {
        let Some((program, arguments)) = argv.split_first() else {
            return io::ErrorKind::InvalidInput.into();
        };
        if let Err(error) = confine(self) {
            return error;
        }
        let error = Command::new(program).args(arguments).exec();
        io::Error::new(
            error.kind(),
            format!("{}: {error}", shown(Path::new(program))),
        )
    }
}

/// The program that runs, even if another one has taken its place on disk.
pub(crate) fn this_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return running;
    }
    std::env::current_exe().unwrap_or(running)
}

/// Gives up what is not left to the program. An error says that this cannot be where it must.
#[cfg(target_os = "linux")]
fn confine(leave: &Leave) -> io::Result<()> {
    linux::limits(leave)?;
    let held = linux::files(leave).map_err(io::Error::other)?;
    if leave.sandbox == Sandbox::Required && !held {
        return Err(io::Error::other(
            "this system knows no Landlock, and sandbox is required",
        ));
    }
    Ok(())
}

/// Other systems have other ways, which are not used yet.
#[cfg(not(target_os = "linux"))]
fn confine(leave: &Leave) -> io::Result<()> {
    if leave.sandbox == Sandbox::Required {
        return Err(io::Error::other(
            "this system knows no Landlock, and sandbox is required",
        ));
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Leave;
    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
        RulesetError, RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::process::{Resource, Rlimit, setrlimit};
    use std::io;

    /// The version of Landlock whose rights are given up where the kernel knows them.
    const LANDLOCK: ABI = ABI::V6;

    /// Files that it may have open.
    const DESCRIPTORS: u64 = 256;

    /// Octets of a file that it writes.
    const FILE: u64 = 1 << 30;

    pub(super) fn limits(leave: &Leave) -> io::Result<()> {
        let file = if leave.writable.is_empty() { 0 } else { FILE };
        for (resource, most) in [
            (Resource::As, leave.memory),
            (Resource::Cpu, leave.time.as_secs().max(1)),
            (Resource::Fsize, file),
            (Resource::Nofile, DESCRIPTORS),
            (Resource::Core, 0),
        ] {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            setrlimit(resource, limit)?;
        }
        Ok(())
    }

    /// Gives up writing elsewhere, TCP and other processes, and all rights that a program on disk could bring. Whether the
    /// kernel enforces it.
    pub(super) fn files(leave: &Leave) -> Result<bool, RulesetError> {
        let read = AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute;
        let mut ruleset = Ruleset::default().handle_access(AccessFs::from_all(LANDLOCK))?;
        if !leave.network {
            ruleset = ruleset.handle_access(AccessNet::from_all(LANDLOCK))?;
        }
        let status = ruleset
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .add_rules(path_beneath_rules(["/"], read))?
            .add_rules(path_beneath_rules(["/dev/null"], AccessFs::WriteFile))?
            .add_rules(path_beneath_rules(
                &leave.writable,
                AccessFs::from_all(LANDLOCK),
            ))?
            .restrict_self()?;
        Ok(status.ruleset != RulesetStatus::NotEnforced)
    }
}
