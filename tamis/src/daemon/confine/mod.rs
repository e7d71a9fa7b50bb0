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

use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::notify::By;
use places::Places;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tracing::{info, warn};

/// Whether the daemon confines itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confine {
    /// As far as the system knows how to.
    #[default]
    Auto,
    /// Files and system calls, or it does not start.
    On,
    /// Not at all.
    Off,
}

impl Confine {
    /// Every way, with the words of the configuration.
    pub const ALL: [(&'static str, Confine); 3] = [
        ("auto", Confine::Auto),
        ("on", Confine::On),
        ("off", Confine::Off),
    ];
}

/// What the daemon has given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confined {
    /// All files and directories but those of its configuration.
    pub files: bool,
    /// All TCP ports but those of its configuration.
    pub ports: bool,
    /// System calls that no filter of mail needs.
    pub calls: bool,
}

/// How this process has come by what it has given up: said to the process that takes over.
const HELD: &str = "TAMIS_CONFINED";

impl Confined {
    /// In words: `files ports calls`; empty if it is nothing.
    pub fn words(self) -> String {
        let words = [
            ("files", self.files),
            ("ports", self.ports),
            ("calls", self.calls),
        ];
        let held = words.iter().filter(|(_, held)| *held);
        held.map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
    }

    fn of_words(words: &str) -> Self {
        let has = |word| words.split(' ').any(|it| it == word);
        Confined {
            files: has("files"),
            ports: has("ports"),
            calls: has("calls"),
        }
    }

    fn is_nothing(self) -> bool {
        self == Confined::default()
    }

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
        ports: reached.ports,
        calls: calls::confine().is_ok(),
    };
    if !(confined.files && confined.calls)
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
                ports,
                calls,
            } = confined;
            info!(files, ports, calls, inherited, "confined");
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
        _ => None,
    }
}

fn refused(config: &Config, reason: &str) -> Option<Failure> {
    let text = format!("confine = \"on\" cannot be: {reason}");
    (config.confine == Confine::On).then(|| Failure::new(Exit::Unavailable, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_told_in_words() {
        let all = Confined {
            files: true,
            ports: true,
            calls: true,
        };
        let calls = Confined {
            calls: true,
            ..Confined::default()
        };
        for (confined, words) in [
            (all, "files ports calls"),
            (calls, "calls"),
            (Confined::default(), ""),
        ] {
            assert_eq!(confined.words(), words);
            assert_eq!(Confined::of_words(words), confined);
        }
    }
}
