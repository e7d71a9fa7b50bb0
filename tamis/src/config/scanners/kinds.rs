//! The kinds of scanners: the keys of each, and the scanner that they make.

use super::command::command;
#[cfg(feature = "yara")]
use super::yara::yara;
use crate::config::problem::Problems;
use crate::config::section::{Section, number, parsed, text};
use crate::config::values::{duration, size, user, word};
use crate::engine::Feeds;
use crate::launch::{Leave, this_program};
use std::fmt::Display;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use tamis_scan::{
    Address, Clamd, ClamdSettings, Command, CommandSettings, Icap, IcapMethod, IcapService,
    IcapSettings, Rspamd, RspamdPassword, RspamdSettings, Scanner, Spamd, SpamdSettings, SpamdUser,
    Timeouts,
};

/// The kinds of scanners, each with its own settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerKind {
    /// The daemon of `ClamAV`.
    Clamd(Address, ClamdSettings),
    /// The daemon of `SpamAssassin`.
    Spamd(Address, SpamdSettings),
    /// A normal worker of rspamd.
    Rspamd(Address, RspamdSettings),
    /// A service of an ICAP server.
    Icap(IcapService, IcapSettings),
    /// A program, and what it may have.
    Command(CommandSettings, Leave),
    /// Rules of YARA.
    #[cfg(feature = "yara")]
    Yara(tamis_scan::YaraSettings),
}

/// Reads what is special to a kind.
pub(super) type ReadKind =
    fn(&mut Section<'_>, Range<usize>, &mut Problems<'_>) -> Option<ScannerKind>;

/// Every kind, by the word of the configuration.
pub(super) const KINDS: [(&str, ReadKind); 6] = [
    ("clamd", clamd),
    ("spamd", spamd),
    ("rspamd", rspamd),
    ("icap", icap),
    ("command", command),
    ("yara", yara),
];

impl ScannerKind {
    /// Where it listens; programs and rules listen nowhere.
    pub(super) fn address(&self) -> Option<&Address> {
        match self {
            ScannerKind::Clamd(address, _)
            | ScannerKind::Spamd(address, _)
            | ScannerKind::Rspamd(address, _) => Some(address),
            ScannerKind::Icap(service, _) => Some(service.address()),
            ScannerKind::Command(..) => None,
            #[cfg(feature = "yara")]
            ScannerKind::Yara(_) => None,
        }
    }

    /// Files and directories that it reads in this process.
    pub(super) fn files(&self) -> &[PathBuf] {
        match self {
            #[cfg(feature = "yara")]
            ScannerKind::Yara(settings) => &settings.rules,
            _ => &[],
        }
    }

    /// What it is handed if nothing else is said. Rules look at octets as they are: what is encoded says nothing to them.
    pub(super) fn feeds(&self) -> Feeds {
        match self {
            #[cfg(feature = "yara")]
            ScannerKind::Yara(_) => Feeds::Parts,
            _ => Feeds::Message,
        }
    }

    /// The scanner. Nothing is asked of it yet.
    pub(super) fn scanner(&self) -> Arc<dyn Scanner> {
        match self {
            ScannerKind::Clamd(address, settings) => {
                Arc::new(Clamd::new(address.clone(), *settings))
            }
            ScannerKind::Spamd(address, settings) => {
                Arc::new(Spamd::new(address.clone(), settings.clone()))
            }
            ScannerKind::Rspamd(address, settings) => {
                Arc::new(Rspamd::new(address.clone(), settings.clone()))
            }
            ScannerKind::Icap(service, settings) => {
                Arc::new(Icap::new(service.clone(), settings.clone()))
            }
            ScannerKind::Command(settings, leave) => Arc::new(Command::new(CommandSettings {
                launcher: leave.launcher(&this_program()),
                ..settings.clone()
            })),
            #[cfg(feature = "yara")]
            ScannerKind::Yara(settings) => Arc::new(tamis_scan::Yara::new(settings.clone())),
        }
    }
}

fn clamd(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let mut settings = ClamdSettings::default();
    let address = address(section, place, "unix:/run/clamav/clamd.ctl", problems);
    section.set(problems, "timeout", &mut settings.total, duration);
    timeouts(&mut settings.timeouts, section, problems);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    section.set(problems, "sessions", &mut settings.sessions, |value| {
        let sessions = number(value)?;
        if sessions <= SESSIONS_MOST {
            return Ok(sessions);
        }
        Err(format!("a number from 0 to {SESSIONS_MOST} is needed"))
    });
    section.set(problems, "idle", &mut settings.idle, duration);
    Some(ScannerKind::Clamd(address?, settings))
}

fn spamd(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let mut settings = SpamdSettings::default();
    let address = address(section, place, "127.0.0.1:783", problems);
    section.set(problems, "timeout", &mut settings.total, duration);
    timeouts(&mut settings.timeouts, section, problems);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    section.set(problems, "user", &mut settings.user, |value| {
        Ok(match user(value)?.as_str() {
            "recipient" => SpamdUser::Recipient,
            name => SpamdUser::Named(name.to_owned()),
        })
    });
    Some(ScannerKind::Spamd(address?, settings))
}

fn rspamd(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let mut settings = RspamdSettings::default();
    let address = address(section, place, "127.0.0.1:11333", problems);
    section.set(problems, "timeout", &mut settings.total, duration);
    timeouts(&mut settings.timeouts, section, problems);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    settings.password = section.get(problems, "password", |value| {
        let password = RspamdPassword::new(&text(value)?);
        password.ok_or_else(|| "one line of printable ASCII is needed".to_owned())
    });
    Some(ScannerKind::Rspamd(address?, settings))
}

fn icap(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let mut settings = IcapSettings::default();
    let service = address(section, place, "icap://127.0.0.1:1344/avscan", problems);
    section.set(problems, "method", &mut settings.method, |value| {
        word(value, &IcapMethod::ALL)
    });
    section.set(problems, "timeout", &mut settings.total, duration);
    timeouts(&mut settings.timeouts, section, problems);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    Some(ScannerKind::Icap(service?, settings))
}

/// Rules of YARA: this program has none of it.
#[cfg(not(feature = "yara"))]
fn yara(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let name = section.name();
    let message = format!("{name}: this program was built without YARA (the feature \"yara\")");
    problems.add(place, message);
    // That is all that is wrong with it.
    for key in ["rules", "tags", "processors", "timeout", "max_size"] {
        section.get(problems, key, |_| Ok(()));
    }
    None
}

/// Where a scanner listens, which must be said.
fn address<T>(
    section: &mut Section<'_>,
    place: Range<usize>,
    example: &str,
    problems: &mut Problems<'_>,
) -> Option<T>
where
    T: FromStr,
    T::Err: Display,
{
    let missing = section.place("address").is_empty();
    let address = section.get(problems, "address", parsed);
    if missing {
        let name = section.name();
        let message = format!("{name}: an address is needed, such as \"{example}\"");
        problems.add(place, message);
    }
    address
}

/// How long the steps of a conversation may take.
fn timeouts(timeouts: &mut Timeouts, section: &mut Section<'_>, problems: &mut Problems<'_>) {
    section.set(problems, "connect", &mut timeouts.connect, duration);
    section.set(problems, "write", &mut timeouts.write, duration);
    section.set(problems, "answer", &mut timeouts.answer, duration);
}

/// Idle connections to one clamd; its own `MaxConnectionQueueLength` is 200.
const SESSIONS_MOST: usize = 200;
