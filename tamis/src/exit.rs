//! Exit status of every command, in one table, and the error that ends one.

use std::fmt;
use std::process::ExitCode;

macro_rules! exits {
    ($($variant:ident = $code:literal, $what:literal;)*) => {
        /// The exit status of the program. From 64 on these are the numbers of sysexits(3), which MTAs understand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Exit { $(#[doc = $what] $variant,)* }

        impl Exit {
            /// Every status, in the order of the table.
            pub const ALL: &[Exit] = &[$(Exit::$variant,)*];

            /// The number.
            pub const fn code(self) -> u8 {
                match self { $(Exit::$variant => $code,)* }
            }

            /// When it is given.
            pub const fn what(self) -> &'static str {
                match self { $(Exit::$variant => $what,)* }
            }
        }
    };
}

exits! {
    Done = 0, "Everything was done; messages may have been changed.";
    Refused = 1, "Policy refused or discarded at least one message, which was not written; the others were. Or a test of a policy failed, or policies differ. Or not all is well with the daemon.";
    Critical = 2, "The daemon does not do its work, as Nagios wants to be told of it.";
    Usage = 64, "The command line is wrong.";
    Data = 65, "The input is damaged, such as an mbox that ends in the middle of a line.";
    NoInput = 66, "The input does not exist, cannot be read or holds no message.";
    Unavailable = 69, "Something that is needed is not there, such as a free port to listen on.";
    Software = 70, "Tamis itself failed; please report it.";
    CannotCreate = 73, "The output cannot be created.";
    Io = 74, "Reading or writing failed half-way, such as on a full disk.";
    TempFail = 75, "At least one message could not be judged now and was not written; try again later.";
    NoPermission = 77, "The system does not permit it, such as listening on a port below 1024.";
    Config = 78, "The configuration or the policy has errors.";
    Interrupted = 130, "A signal ended the work; nothing is half-written.";
}

impl Exit {
    /// The status of two that says more: the one that is worse for whoever waits for the result.
    #[must_use]
    pub fn worse(self, other: Exit) -> Exit {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    fn rank(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Refused => 1,
            Exit::TempFail | Exit::Critical => 2,
            Exit::Data => 3,
            Exit::NoInput => 4,
            Exit::NoPermission => 5,
            Exit::CannotCreate => 6,
            Exit::Io => 7,
            Exit::Unavailable => 8,
            Exit::Config => 9,
            Exit::Usage => 10,
            Exit::Interrupted => 11,
            Exit::Software => 12,
        }
    }

    /// The table as it stands in `--help`.
    pub fn table() -> String {
        let lines = Self::ALL
            .iter()
            .map(|exit| format!("  {:>3}  {}", exit.code(), exit.what()));
        let lines: Vec<_> = lines.collect();
        format!("Exit status:\n{}", lines.join("\n"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// What ends a command: what to say, and the exit status.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    /// A failure with a text that names the thing, in one line, without a stop at the end. Text from outside must have
    /// been escaped.
    pub fn new(exit: Exit, text: impl fmt::Display) -> Self {
        Failure {
            exit,
            text: text.to_string(),
        }
    }

    /// A failure whose text was shown already.
    pub fn silent(exit: Exit) -> Self {
        Failure {
            exit,
            text: String::new(),
        }
    }

    /// The exit status.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether there is nothing left to say.
    pub fn is_silent(&self) -> bool {
        self.text.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_worse_status_wins() {
        for exit in Exit::ALL {
            assert_eq!(Exit::Done.worse(*exit), *exit);
            assert_eq!(Exit::Software.worse(*exit), Exit::Software);
        }
        assert_eq!(Exit::Refused.worse(Exit::TempFail), Exit::TempFail);
        assert_eq!(Exit::Io.worse(Exit::Refused), Exit::Io);
    }
}
