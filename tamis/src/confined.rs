//! Whether the daemon confines itself, and what it has given up: see `daemon/confine`.

use serde::{Deserialize, Serialize};

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
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is held or not, whatever of the others"
)]
pub struct Confined {
    /// Reading all files and directories but those of its configuration.
    pub files: bool,
    /// Writing all files and directories but those of its configuration.
    #[serde(default)]
    pub writes: bool,
    /// All TCP ports but those of its configuration.
    pub ports: bool,
    /// System calls that no filter of mail needs.
    pub calls: bool,
}

impl Confined {
    /// In words: `files writes ports calls`; empty if it is nothing.
    pub fn words(self) -> String {
        let words = [
            ("files", self.files),
            ("writes", self.writes),
            ("ports", self.ports),
            ("calls", self.calls),
        ];
        let held = words.iter().filter(|(_, held)| *held);
        held.map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
    }

    /// What [`Confined::words`] says in words; other words say nothing.
    pub(crate) fn of_words(words: &str) -> Self {
        let has = |word| words.split(' ').any(|it| it == word);
        Confined {
            files: has("files"),
            writes: has("files") || has("writes"),
            ports: has("ports"),
            calls: has("calls"),
        }
    }

    /// Whether it is nothing.
    pub(crate) fn is_nothing(self) -> bool {
        self == Confined::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_told_in_words() {
        let all = Confined {
            files: true,
            writes: true,
            ports: true,
            calls: true,
        };
        let calls = Confined {
            calls: true,
            ..Confined::default()
        };
        for (confined, words) in [
            (all, "files writes ports calls"),
            (calls, "calls"),
            (Confined::default(), ""),
        ] {
            assert_eq!(confined.words(), words);
            assert_eq!(Confined::of_words(words), confined);
        }
    }
}
