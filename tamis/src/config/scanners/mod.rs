//! The tables `[scanner.NAME]`: which scanners are asked, what they get, and how much of it. What is special to a kind of scanner
//! stands in `kinds`.

mod command;
mod kinds;
#[cfg(feature = "yara")]
mod yara;

pub use kinds::ScannerKind;

use super::problem::Problems;
use super::section::{Section, number};
use super::values::{duration, duration_or_off, word};
use crate::decoder::Sandbox;
use crate::engine::{Engine, Feeds};
use crate::launch::Leave;
use kinds::{KINDS, ReadKind};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tamis_scan::{GuardSettings, Guarded, VerdictSettings, Verdicts};

/// The most scans at a time of one scanner.
const PLACES_MOST: usize = 10_000;

/// A scanner that is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerConfig {
    /// The name that policies and logs know it by.
    pub name: String,
    /// What it is.
    pub kind: ScannerKind,
    /// What it is handed.
    pub feeds: Feeds,
    /// How much is asked of it at a time.
    pub guard: GuardSettings,
    /// How long what it says of a part stands; none asks each time.
    pub cache: Option<Duration>,
}

impl ScannerConfig {
    /// Where it listens; programs and rules listen nowhere.
    pub fn address(&self) -> Option<&tamis_scan::Address> {
        self.kind.address()
    }

    /// Files and directories that it reads in this process, now and later.
    pub fn files(&self) -> &[PathBuf] {
        self.kind.files()
    }

    /// Whether it is a program that is started for each scan.
    pub fn is_program(&self) -> bool {
        self.leave().is_some()
    }

    /// What a program may have that is started for each scan; nothing of another scanner.
    pub fn leave(&self) -> Option<&Leave> {
        match &self.kind {
            ScannerKind::Command(_, leave) => Some(leave),
            _ => None,
        }
    }

    /// Whether it is a program that nothing is kept from.
    pub fn is_free_program(&self) -> bool {
        self.leave()
            .is_some_and(|leave| leave.sandbox == Sandbox::Off)
    }

    /// The scanner, ready to be asked.
    pub fn engine(&self) -> Engine {
        let verdicts = self.cache.map(|keep| {
            Verdicts::new(VerdictSettings {
                keep,
                ..VerdictSettings::default()
            })
        });
        Engine {
            name: self.name.clone(),
            scanner: Arc::new(Guarded::new(self.kind.scanner(), self.guard)),
            feeds: self.feeds,
            verdicts,
        }
    }
}

/// Reads all tables of scanners.
pub(super) fn read(section: Section<'_>, problems: &mut Problems<'_>) -> Vec<ScannerConfig> {
    let tables = section.tables(problems);
    let scanners = tables
        .into_iter()
        .map(|(name, table, place)| scanner(name, table, place, problems));
    scanners.collect::<Vec<_>>().into_iter().flatten().collect()
}

fn scanner(
    name: &str,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerConfig> {
    let mut good = true;
    if !is_name(name) {
        let message = "a scanner is named by 1 to 32 letters, digits, hyphens and underscores";
        problems.add(place.clone(), message);
        good = false;
    }
    let said = section.get(problems, "kind", kind);
    let by_name = KINDS.iter().find(|(kind, _)| *kind == name);
    let kind = match by_name {
        _ if !section.place("kind").is_empty() => said,
        Some((_, kind)) => Some(*kind),
        None => {
            let kinds = KINDS.map(|(kind, _)| kind).join(", ");
            let message = format!("{}: a kind is needed, one of {kinds}", section.name());
            problems.add(place.clone(), message);
            None
        }
    };
    // Of which kind it is says which keys there are.
    let kind = kind?(&mut section, place, problems);
    let mut feeds = kind.as_ref().map(ScannerKind::feeds).unwrap_or_default();
    let mut guarding = GuardSettings::default();
    let mut cache = Some(VerdictSettings::default().keep);
    section.set(problems, "feeds", &mut feeds, |value| {
        word(value, &Feeds::ALL)
    });
    guard(&mut guarding, &mut section, problems);
    section.set(problems, "cache", &mut cache, duration_or_off);
    section.finish(problems);
    let kind = kind.filter(|_| good)?;
    Some(ScannerConfig {
        name: name.to_owned(),
        kind,
        feeds,
        guard: guarding,
        cache,
    })
}

fn guard(guard: &mut GuardSettings, section: &mut Section<'_>, problems: &mut Problems<'_>) {
    section.set(problems, "concurrency", &mut guard.concurrency, |value| {
        let places = number(value)?;
        if (1..=PLACES_MOST).contains(&places) {
            return Ok(places);
        }
        Err(format!("a number from 1 to {PLACES_MOST} is needed"))
    });
    section.set(problems, "queue", &mut guard.queue, number);
    section.set(problems, "wait", &mut guard.wait, duration);
    let breaker = &mut guard.breaker;
    section.set(problems, "retry", &mut breaker.longest, |value| {
        let longest = duration(value)?;
        if longest.is_zero() {
            return Err("a time is needed, such as \"15s\"".to_owned());
        }
        Ok(longest)
    });
    breaker.pause = breaker.pause.min(breaker.longest);
}

fn kind(value: &toml::de::DeValue<'_>) -> Result<ReadKind, String> {
    word(value, &KINDS)
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=32).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Problem};

    #[test]
    fn every_key_is_read() {
        let text = r#"
        [scanner.clamd]
        address = "tcp:127.0.0.1:3310"
        timeout = "45s"
        connect = "1s"
        write = "2s"
        answer = "20s"
        max_size = "25MB"
        [scanner.spamd]
        address = "[::1]:783"
        user = "recipient"
        [scanner.sa]
        kind = "spamd"
        address = "unix:/run/spamd.sock"
        user = "filter"
        timeout = "3s"
        [scanner.rspamd]
        address = "localhost:11333"
        password = "q1"
        max_size = "1MiB"
        [scanner.second]
        kind = "clamd"
        address = "unix:/run/clamd.ctl"
        feeds = "parts"
        concurrency = 3
        queue = 7
        wait = "4s"
        retry = "500ms"
        cache = "off"
    "#;
        let config = Config::parse("t.toml", text).unwrap();
        let [first, rspamd, sa, second, spamd] = &config.scanners[..] else {
            panic!("two scanners: {:?}", config.scanners);
        };
        let ScannerKind::Clamd(address, clamd) = &first.kind else {
            panic!("{first:?}");
        };
        assert_eq!(address.to_string(), "tcp:127.0.0.1:3310");
        assert_eq!(clamd.total, Duration::from_secs(45));
        assert_eq!(clamd.timeouts.write, Duration::from_secs(2));
        let kinds = [rspamd, sa, spamd].map(|it| format!("{:?}", it.kind));
        for (kind, says) in
            kinds
                .iter()
                .zip(["port: 11333", "User: Named(\"filter\")", "Recipient"])
        {
            let says = says.trim_start_matches("User: ");
            assert!(kind.contains(says), "{kind}");
        }
        assert!(
            kinds[0].contains("password: Some") && kinds[0].contains("1048576"),
            "{}",
            kinds[0]
        );
        let by_itself = (first.feeds, first.guard, first.cache);
        let default = (
            Feeds::Message,
            GuardSettings::default(),
            Some(VerdictSettings::default().keep),
        );
        assert_eq!(by_itself, default);
        assert_eq!(
            (&*second.name, second.feeds, second.cache),
            ("second", Feeds::Parts, None)
        );
        assert_eq!((second.guard.concurrency, second.guard.queue), (3, 7));
        assert_eq!(second.guard.wait, Duration::from_secs(4));
        let breaker = second.guard.breaker;
        assert_eq!(breaker.longest, Duration::from_millis(500));
        assert_eq!(
            breaker.pause, breaker.longest,
            "no pause is longer than the longest"
        );
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let problems = Config::parse("t.toml", text).unwrap_err();
        let problems: Vec<_> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(problems, expected);
    }

    #[test]
    fn what_cannot_be_is_explained() {
        check(
            "[scanner.clamd]\ntimeout = \"1s\"",
            &[
                "t.toml:1:10: scanner.clamd: an address is needed, such as \"unix:/run/clamav/clamd.ctl\"",
            ],
        );
        check(
            "[scanner]\nx = 1\n[scanner.av]\naddress = \"a:1\"\n[scanner.b]\nkind = \"clam\"\n[scanner.'a b']\nkind = \"clamd\"\naddress = \"a:1\"\nconcurrency = 0\nretry = \"0s\"\nfeeds = \"all\"",
            &[
                "t.toml:2:5: scanner.x: a table is needed",
                "t.toml:3:10: scanner.av: a kind is needed, one of clamd, spamd, rspamd, icap, command, yara",
                "t.toml:6:8: scanner.b.kind: \"clam\" is not known (did you mean \"clamd\"?)",
                "t.toml:7:10: a scanner is named by 1 to 32 letters, digits, hyphens and underscores",
                "t.toml:10:15: scanner.a b.concurrency: a number from 1 to 10000 is needed",
                "t.toml:11:9: scanner.a b.retry: a time is needed, such as \"15s\"",
                "t.toml:12:9: scanner.a b.feeds: \"all\" is not known, one of message, parts, both is needed",
            ],
        );
        check(
            "[scanner.clamd]\naddress = \"nowhere\"",
            &[
                "t.toml:2:11: scanner.clamd.address: expected a port from 1 to 65535 after the host, as in \"localhost:3310\"",
            ],
        );
    }
}
