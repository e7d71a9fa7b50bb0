//! A scanner as the configuration has it: its name, what it is handed, and how long mail waits for it.

use std::sync::Arc;
use std::time::Duration;
use tamis_scan::{Scanner, Verdicts};

/// A scanner under the name that the configuration gives it.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The name, as policies say it.
    pub name: String,
    /// The scanner.
    pub scanner: Arc<dyn Scanner>,
    /// What it is handed.
    pub feeds: Feeds,
    /// What it said of parts before; without it each part is scanned each time.
    pub verdicts: Option<Verdicts>,
}

impl Engine {
    /// A scanner of whole messages.
    pub fn new(name: &str, scanner: Arc<dyn Scanner>) -> Self {
        Engine {
            name: name.to_owned(),
            scanner,
            feeds: Feeds::Message,
            verdicts: None,
        }
    }
}

/// What a scanner is handed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Feeds {
    /// The whole message; and by themselves those parts that lie so deep in it that scanners do not look there.
    #[default]
    Message,
    /// Each part with content by itself, decoded.
    Parts,
    /// Both.
    Both,
}

impl Feeds {
    /// The words of the configuration.
    pub(crate) const ALL: [(&'static str, Feeds); 3] = [
        ("message", Feeds::Message),
        ("parts", Feeds::Parts),
        ("both", Feeds::Both),
    ];

    /// Whether the whole message is handed over.
    pub(crate) fn whole(self) -> bool {
        self != Feeds::Parts
    }

    /// Whether a part so many levels below the message is handed over by itself.
    pub(crate) fn part(self, depth: u16) -> bool {
        self != Feeds::Message || depth > DEEP
    }
}

/// Levels below the message down to which every scanner looks by itself. `ClamAV` stops without a word at 17.
const DEEP: u16 = 10;

/// How long a message waits for scanners once it is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Default for Patience {
    /// Well below the two minutes that an MTA is kept waiting.
    fn default() -> Self {
        Patience(Duration::from_secs(100))
    }
}
