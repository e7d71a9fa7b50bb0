//! Which program is started, what its exit statuses mean, and what it may cost.

use std::{ffi::OsString, fmt, path::Path, time::Duration};

/// A program that scans, and what it may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandSettings {
    /// The program, by an absolute path, and its arguments. No shell looks at them.
    pub argv: Vec<OsString>,
    /// What stands in front of the program: another program that confines itself and then becomes that one. Nothing by
    /// default.
    pub launcher: Vec<OsString>,
    /// Exit statuses that say that there is nothing. 0 by default.
    pub clean: Vec<u8>,
    /// Exit statuses that say that something was found. 1 by default.
    pub found: Vec<u8>,
    /// What is said to have been found if the program writes nothing. `found` by default.
    pub signature: String,
    /// While the program takes no byte of what we have for it. 30 seconds by default.
    pub write: Duration,
    /// From the end of the message to the end of the program. 30 seconds by default.
    pub answer: Duration,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. 100 MiB by default.
    pub max_bytes: u64,
}

/// Exit statuses from here on are those of launchers and of shells, and say nothing of a message.
pub(crate) const RESERVED: u8 = 125;

impl CommandSettings {
    /// This program: 0 is clean, 1 is found, everything else no answer.
    pub fn new(argv: Vec<OsString>) -> Self {
        CommandSettings {
            argv,
            launcher: Vec::new(),
            clean: vec![0],
            found: vec![1],
            signature: "found".to_owned(),
            write: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            total: Duration::from_mins(2),
            max_bytes: 100 << 20,
        }
    }

    /// The program that scans.
    pub fn program(&self) -> &Path {
        self.argv.first().map_or(Path::new(""), Path::new)
    }

    /// Whether a program can be started by them, and what it says understood.
    ///
    /// # Errors
    ///
    /// A program without an absolute path, a status that means two things, one that shells and launchers use, or none that
    /// says that something is clean.
    pub fn check(&self) -> Result<(), UnfitCommand> {
        let mut statuses = self.clean.iter().chain(&self.found);
        if !self.program().is_absolute() {
            return Err(UnfitCommand::Program);
        }
        if self.clean.is_empty() {
            return Err(UnfitCommand::NeverClean);
        }
        if statuses.any(|status| *status >= RESERVED) {
            return Err(UnfitCommand::Reserved);
        }
        let both = |status: &u8| self.found.contains(status);
        if self.clean.iter().any(both) {
            return Err(UnfitCommand::Both);
        }
        Ok(())
    }
}

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfitCommand {
    /// The program has no absolute path.
    Program,
    /// No exit status says that there is nothing.
    NeverClean,
    /// An exit status is one that shells and launchers use.
    Reserved,
    /// An exit status means two things.
    Both,
}

impl fmt::Display for UnfitCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UnfitCommand::Program => "the program is named by an absolute path",
            UnfitCommand::NeverClean => "some exit status has to say that there is nothing",
            UnfitCommand::Reserved => {
                "exit statuses from 125 on are those of shells and of the sandbox"
            }
            UnfitCommand::Both => {
                "an exit status cannot say that there is nothing, and that something was found"
            }
        })
    }
}

impl std::error::Error for UnfitCommand {}

#[cfg(test)]
mod tests {
    use super::CommandSettings;

    #[test]
    fn statuses_mean_one_thing() {
        let settings = |clean: &[u8], found: &[u8]| CommandSettings {
            clean: clean.to_vec(),
            found: found.to_vec(),
            ..CommandSettings::new(vec!["/bin/true".into()])
        };
        assert_eq!(settings(&[0], &[1, 2]).check(), Ok(()));
        assert_eq!(settings(&[0], &[]).check(), Ok(()));
        assert!(settings(&[], &[1]).check().is_err());
        assert!(settings(&[0, 1], &[1]).check().is_err());
        assert!(settings(&[0], &[125]).check().is_err());
        assert!(CommandSettings::new(vec!["scan".into()]).check().is_err());
        assert!(CommandSettings::new(Vec::new()).check().is_err());
    }
}
