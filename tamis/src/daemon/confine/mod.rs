//! Giving up what the daemon does not need once it has its sockets. There is no way back, and every process that it starts
//! inherits it, the one that takes over included.
//!
//! | file | what it is about |
//! |---|---|
//! | `places` | the files and ports that a configuration needs |
//! | `files` | all others are given up (Landlock) |
//! | `calls` | system calls that no filter of mail needs (seccomp) |

mod calls;
mod files;
mod places;

use crate::config::{Config, ScannerConfig};
use crate::confined::{Confine, Confined};
use crate::exit::{Exit, Failure};
use crate::notify::By;
use places::Places;
use std::path::{Path, PathBuf};
use tracing::{info, warn};

/// How this process has come by what it has given up: said to the process that takes over.
const HELD: &str = "TAMIS_CONFINED";

impl Confined {
    /// What a process that takes over is told.
    pub(super) fn environment(self) -> (&'static str, String) {
        (HELD, self.words())
    }

    /// What the process before has given up, and with it this one.
    fn inherited() -> Self {
        let words = std::env::var(HELD).unwrap_or_default();
        Confined::of_words(&words)
    }
}

/// What the daemon must be able to reach beside what its configuration names.
#[derive(Clone, Debug, Default)]
pub(super) struct Needed<'a> {
    /// The configuration file, which a process that takes over reads.
    pub(super) config: Option<&'a Path>,
    /// The program, which is started for that, and to open containers.
    pub(super) program: Option<&'a Path>,
    /// Files and directories that the policy was read from.
    pub(super) policy: Vec<PathBuf>,
}

/// What was given up, and how it came to that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Confinement {
    pub(super) confined: Confined,
    /// The process before had given it up.
    inherited: bool,
    /// Why nothing was.
    reason: Option<&'static str>,
}

/// Gives up what this configuration does not need. To be called before there is a second thread. A process that takes over
/// (`takes_over`) has inherited what the one before gave up, and leaves it at that.
pub(super) fn confine(
    config: &Config,
    needed: &Needed<'_>,
    takes_over: bool,
) -> Result<Confinement, Failure> {
    let inherited = Confined::inherited();
    if takes_over && !inherited.is_nothing() {
        return Ok(Confinement {
            confined: inherited,
            inherited: true,
            reason: None,
        });
    }
    if let Some(reason) = unfit(config) {
        let confinement = Confinement {
            reason: Some(reason),
            ..Confinement::default()
        };
        return refused(config, reason).map_or(Ok(confinement), Err);
    }
    let reached = files::confine(&Places::of(config, needed));
    let confined = Confined {
        files: reached.files,
        writes: reached.writes,
        ports: reached.ports,
        calls: calls::confine().is_ok(),
    };
    if !(confined.writes && confined.calls)
        && let Some(failure) = refused(config, "this system knows no Landlock, or no seccomp")
    {
        return Err(failure);
    }
    Ok(Confinement {
        confined,
        ..Confinement::default()
    })
}

impl Confinement {
    /// Tells the log.
    pub(super) fn tell(self) {
        let Confinement {
            confined,
            inherited,
            reason,
        } = self;
        if let Some(reason) = reason {
            info!(reason, "not confined");
        } else if confined.is_nothing() {
            let reason = "this system knows neither Landlock nor seccomp";
            warn!(reason, "not confined");
        } else {
            let Confined {
                files,
                writes,
                ports,
                calls,
            } = confined;
            info!(files, writes, ports, calls, inherited, "confined");
        }
    }
}

/// Why the daemon is not confined with this configuration.
fn unfit(config: &Config) -> Option<&'static str> {
    let notices = config.notify.as_ref().map(|notify| &notify.by);
    match (config.confine, notices) {
        (Confine::Off, _) => Some("the configuration says so"),
        // A confined process cannot start a program with the rights of another user, and sendmail has those.
        (_, Some(By::Sendmail(_))) => {
            Some("sendmail, which sends notices, needs rights of its own; [notify] dir needs none")
        }
        _ if config.scanners.iter().any(ScannerConfig::is_free_program) => {
            Some("a program that scans may do all that its user can (sandbox = \"off\")")
        }
        _ => None,
    }
}

fn refused(config: &Config, reason: &str) -> Option<Failure> {
    let text = format!("confine = \"on\" cannot be: {reason}");
    (config.confine == Confine::On).then(|| Failure::new(Exit::Unavailable, text))
}
