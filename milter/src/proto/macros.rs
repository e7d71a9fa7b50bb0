//! Macros: variables of the MTA, sent in sets before the command that they belong to.
//!
//! A set replaces the former one of its stage. Those of connect and HELO live as long as the connection, all others as
//! long as the message. A look-up goes from the latest stage back to the first.

use bytes::Bytes;
use std::iter;

/// The command that a set of macros comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// A client connected.
    Connect,
    /// HELO or EHLO.
    Helo,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// One header field.
    Header,
    /// The empty line below the header.
    EndOfHeaders,
    /// A piece of the body.
    Body,
    /// The end of the message.
    EndOfMessage,
    /// An SMTP command that the MTA does not know.
    Unknown,
}

/// Number of stages.
const STAGES: usize = 10;

impl Stage {
    /// The stage of a command letter.
    pub(crate) fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'C' => Self::Connect,
            b'H' => Self::Helo,
            b'M' => Self::Mail,
            b'R' => Self::Rcpt,
            b'T' => Self::Data,
            b'L' => Self::Header,
            b'N' => Self::EndOfHeaders,
            b'B' => Self::Body,
            b'E' => Self::EndOfMessage,
            b'U' => Self::Unknown,
            _ => return None,
        })
    }

    /// Whether the set ends with the message rather than with the connection.
    fn of_message(self) -> bool {
        !matches!(self, Self::Connect | Self::Helo)
    }
}

/// Name and value of each macro of one packet.
pub(crate) type Pairs = Box<[(Bytes, Bytes)]>;

/// What is known of the macros at one moment.
#[derive(Clone, Debug, Default)]
pub struct Macros {
    sets: [Set; STAGES],
}

/// Those of connect and HELO are kept by every silent connection, so they take no more than their octets.
#[derive(Clone, Debug, Default)]
struct Set {
    /// Names and values in turns, each with a NUL behind it, as they came.
    octets: Box<[u8]>,
    /// Its command has not come yet.
    fresh: bool,
}

impl Set {
    fn new(pairs: &[(Bytes, Bytes)]) -> Self {
        let strings = pairs.iter().flat_map(|(name, value)| [name, value]);
        let octets = strings.flat_map(|string| string.iter().copied().chain([0]));
        Self {
            octets: octets.collect(),
            fresh: true,
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut strings = self.octets.split(|octet| *octet == 0);
        iter::from_fn(move || Some((strings.next()?, strings.next()?)))
    }
}

/// Where a look-up goes, in this order. Those of unknown commands belong to nothing else, so they come last and are
/// dropped with their command.
const LOOK_UP: [Stage; STAGES] = [
    Stage::EndOfMessage,
    Stage::Body,
    Stage::EndOfHeaders,
    Stage::Header,
    Stage::Data,
    Stage::Rcpt,
    Stage::Mail,
    Stage::Helo,
    Stage::Connect,
    Stage::Unknown,
];

impl Macros {
    /// The value of a macro, by its name with or without braces: `i` and `{i}` are the same.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        LOOK_UP.iter().find_map(|stage| self.get_at(*stage, name))
    }

    /// The value that came with the command of one stage.
    pub fn get_at(&self, stage: Stage, name: &str) -> Option<&[u8]> {
        let name = bare(name.as_bytes());
        let found = self.at(stage).find(|(known, _)| bare(known) == name);
        found.map(|(_, value)| value)
    }

    /// Names, as the MTA spells them, and values of one stage.
    pub fn at(&self, stage: Stage) -> impl Iterator<Item = (&[u8], &[u8])> {
        let set = self.sets.get(stage as usize);
        set.into_iter().flat_map(Set::pairs)
    }

    /// A packet of macros came in.
    pub(crate) fn set(&mut self, stage: Stage, pairs: &[(Bytes, Bytes)]) {
        if let Some(set) = self.sets.get_mut(stage as usize) {
            *set = Set::new(pairs);
        }
    }

    /// The command itself came: without a set of its own the one before it would be that of an earlier command.
    pub(crate) fn begin(&mut self, stage: Stage) {
        if let Some(set) = self.sets.get_mut(stage as usize) {
            if !set.fresh {
                set.octets = Box::default();
            }
            set.fresh = false;
        }
    }

    /// The message is over. What came for a MAIL that is still to come stays.
    pub(crate) fn end_message(&mut self) {
        for stage in LOOK_UP {
            if stage.of_message() && !(stage == Stage::Mail && self.is_fresh(stage)) {
                self.forget(stage);
            }
        }
    }

    /// Drops one set.
    pub(crate) fn forget(&mut self, stage: Stage) {
        if let Some(set) = self.sets.get_mut(stage as usize) {
            *set = Set::default();
        }
    }

    fn is_fresh(&self, stage: Stage) -> bool {
        self.sets.get(stage as usize).is_some_and(|set| set.fresh)
    }
}

/// The name without braces.
fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&'static str, &'static str)]) -> Pairs {
        list.iter()
            .map(|(name, value)| {
                (
                    Bytes::from_static(name.as_bytes()),
                    Bytes::from_static(value.as_bytes()),
                )
            })
            .collect()
    }

    #[test]
    fn a_set_is_what_came() {
        let came = [("{a}", ""), ("", "b"), ("c", "d"), ("c", "e")];
        let mut macros = Macros::default();
        macros.set(Stage::Mail, &pairs(&came));
        let kept: Vec<_> = macros.at(Stage::Mail).collect();
        let came = came.map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        assert_eq!(kept, came);
        assert_eq!(macros.get("c"), Some(b"d".as_slice()));
        assert_eq!(macros.at(Stage::Rcpt).count(), 0);
    }

    #[test]
    fn braces_do_not_matter() {
        let mut macros = Macros::default();
        macros.set(Stage::Mail, &pairs(&[("{mail_addr}", "a"), ("i", "Q1")]));
        assert_eq!(macros.get("mail_addr"), Some(b"a".as_slice()));
        assert_eq!(macros.get("{i}"), Some(b"Q1".as_slice()));
        assert_eq!(macros.get("{"), None);
    }

    #[test]
    fn the_latest_stage_wins_and_a_set_is_replaced_whole() {
        let mut macros = Macros::default();
        macros.set(Stage::Connect, &pairs(&[("j", "host"), ("x", "connect")]));
        macros.set(Stage::EndOfMessage, &pairs(&[("x", "end")]));
        assert_eq!(macros.get("x"), Some(b"end".as_slice()));
        macros.set(Stage::Connect, &pairs(&[("y", "new")]));
        assert_eq!(macros.get("j"), None);
    }

    #[test]
    fn a_command_without_a_set_does_not_see_the_former_one() {
        let mut macros = Macros::default();
        macros.set(Stage::Rcpt, &pairs(&[("{rcpt_addr}", "one")]));
        macros.begin(Stage::Rcpt);
        assert!(macros.get("rcpt_addr").is_some());
        macros.begin(Stage::Rcpt);
        assert_eq!(macros.get("rcpt_addr"), None);
    }

    #[test]
    fn a_message_takes_its_macros_along() {
        let mut macros = Macros::default();
        macros.set(Stage::Helo, &pairs(&[("{tls_version}", "TLSv1.3")]));
        macros.begin(Stage::Helo);
        macros.set(Stage::Mail, &pairs(&[("i", "Q1")]));
        macros.begin(Stage::Mail);
        macros.end_message();
        assert_eq!(macros.get("i"), None);
        assert!(macros.get("tls_version").is_some());
    }
}
