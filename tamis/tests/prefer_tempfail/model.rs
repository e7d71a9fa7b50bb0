//! What may be delivered, told by what the scripted scanners have read and what lies on disk: not by what the program says.

use crate::case::{Case, Engine};
use crate::mail::{Kind, Mail, PROGRAM};
use crate::policies::Given;
use crate::scanner::Scripted;
use crate::world::Answer;
use std::path::Path;
use tamis::inspect::Feeds;
use tamis_scan::Report;

/// One message, and what came of it.
pub(crate) struct Course<'a> {
    pub(crate) case: &'a Case,
    pub(crate) policy: &'a Given,
    pub(crate) mail: &'a Mail,
    pub(crate) answer: Answer,
    /// The body that is delivered, if it is.
    pub(crate) body: &'a [u8],
    pub(crate) scanners: &'a [Scripted; 2],
    pub(crate) quarantine: &'a Path,
    pub(crate) captures: Option<&'a Path>,
}

impl Course<'_> {
    /// What is wrong with the answer.
    pub(crate) fn complaint(&self) -> Option<String> {
        match self.answer {
            Answer::Rejected | Answer::Deferred | Answer::Gone => None,
            Answer::Discarded => self.of_discarded(),
            Answer::Accepted => self.of_accepted(),
        }
    }

    fn of_discarded(&self) -> Option<String> {
        let kept = holds(self.quarantine, &self.mail.body());
        (!kept).then(|| "a message is lost".to_owned())
    }

    fn of_accepted(&self) -> Option<String> {
        let copied = self
            .captures
            .is_some_and(|dir| holds(dir, &self.mail.body()));
        if self.policy.captures && !copied {
            return Some("there is no copy of it".to_owned());
        }
        if self.policy.observes {
            return None;
        }
        if self.case.is_beyond_a_limit(self.mail) {
            return (!self.policy.unread).then(|| "it was not read to its end".to_owned());
        }
        if has(
            self.body,
            b"7bit\r\nContent-Transfer-Encoding: quoted-printable",
        ) && !self.was_let_pass()
        {
            return Some("it has two readings".to_owned());
        }
        self.of_programs().or_else(|| self.of_scans())
    }

    /// Whether the policy may have accepted it before it asked for anything else.
    fn was_let_pass(&self) -> bool {
        self.policy.unscanned
    }

    fn of_programs(&self) -> Option<String> {
        if self.policy.programs || !self.mail.has(Kind::Program) {
            return None;
        }
        if has(self.body, PROGRAM.as_bytes()) {
            return Some("a program is in it".to_owned());
        }
        let kept = holds(self.quarantine, PROGRAM.as_bytes());
        (!kept).then(|| "a program is lost".to_owned())
    }

    fn of_scans(&self) -> Option<String> {
        if self.policy.unscanned {
            return None;
        }
        let names = ["one", "two"].into_iter();
        let asked = names.zip(self.case.engines.iter().zip(self.scanners));
        asked
            .filter(|(name, _)| self.policy.wants.contains(name))
            .find_map(|(name, (engine, scanner))| {
                Some(format!("{name} {}", self.of_scanner(engine, scanner)?))
            })
    }

    /// What a scanner has not vouched for.
    fn of_scanner(&self, engine: &Engine, scanner: &Scripted) -> Option<String> {
        let heard = scanner.heard.lock().expect("not poisoned");
        let good = |report: &Report| match report {
            Report::Clean | Report::Scored(_) => true,
            Report::Found { .. } => self.policy.found,
            _ => false,
        };
        let vouched: Vec<_> = heard.iter().filter(|(_, report)| good(report)).collect();
        if engine.feeds != Feeds::Parts {
            let of_body = |body: &[u8]| vouched.iter().any(|(content, _)| body_of(content) == body);
            if !of_body(&self.mail.body()) {
                return Some("has not had the message".to_owned());
            }
            let scores = heard
                .iter()
                .any(|(_, report)| matches!(report, Report::Scored(_)));
            if !scores && !of_body(self.body) {
                return Some("has not had what is delivered".to_owned());
            }
        }
        if engine.feeds != Feeds::Message {
            for number in 0..self.mail.parts.len() {
                let word = self.mail.word(number);
                let of_part = vouched.iter().any(|(content, _)| {
                    has(content, word.as_bytes()) && !has(content, b"MIME-Version")
                });
                if has(self.body, word.as_bytes()) && !of_part {
                    return Some(format!("has not had part {number}"));
                }
            }
        }
        None
    }
}

fn body_of(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(&[], |end| message.get(end + 4..).unwrap_or_default())
}

fn has(octets: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(octets, text).is_some()
}

/// Whether a file in a directory holds this.
fn holds(dir: &Path, text: &[u8]) -> bool {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path).is_ok_and(|octets| has(&octets, text))
    })
}
