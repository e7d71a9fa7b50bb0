//! Two policies side by side: what each of them makes of the same messages.

use crate::exit::{Exit, Failure};
use crate::inspect::{Fate, Inspection, Outcome, Site};
use crate::mailbox::Source;
use crate::quarantine::{EnvelopeRecord, Store, What};
use crate::untrusted::Untrusted;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::sync::Arc;
use tamis_rules::{Direction, Envelope, Policy};
use tokio::runtime::Handle;

/// A message whose outcome changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where it lies.
    pub message: String,
    /// The rules that make the difference: `+new-rule`, `-old-rule`, or those that fire in both.
    pub by: String,
    /// What became of it.
    pub old: String,
    /// What would become of it.
    pub new: String,
}

/// Two policies, and what they make of messages.
#[derive(Debug)]
pub struct Comparison<'r> {
    old: Arc<Policy>,
    new: Arc<Policy>,
    site: Arc<Site>,
    runtime: &'r Handle,
    messages: u64,
    changes: Vec<Change>,
    failures: Vec<Failure>,
}

/// What became of a message, in words and to the octet.
#[derive(PartialEq, Eq)]
struct Told {
    words: String,
    /// The rules that fire, each with what it does.
    rules: Vec<Fired>,
    /// SHA-256 of what is delivered.
    digest: Option<Vec<u8>>,
}

/// A rule, and what it does.
#[derive(Clone, PartialEq, Eq)]
struct Fired {
    rule: Arc<str>,
    action: Arc<str>,
}

impl Fired {
    /// Whether it only lets parts stay: a difference only where another rule would take them.
    fn only_leaves(&self) -> bool {
        *self.action == *"strip = false"
    }
}

impl<'r> Comparison<'r> {
    /// Nothing compared yet.
    pub fn new(old: Arc<Policy>, new: Arc<Policy>, site: Arc<Site>, runtime: &'r Handle) -> Self {
        Comparison {
            old,
            new,
            site,
            runtime,
            messages: 0,
            changes: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Compares every message of a source, with this envelope.
    pub fn source(&mut self, source: Source, envelope: &Envelope) -> Exit {
        let mut exit = Exit::Done;
        for message in source {
            let compared = match message {
                Err(unreadable) => Err(Failure::from(unreadable.error)),
                Ok(message) => {
                    let name = message.origin.to_string();
                    self.compare(&name, envelope, || {
                        message.content.open().map(Octets::Content)
                    })
                }
            };
            if let Err(failure) = compared {
                exit = exit.worse(failure.exit());
                self.failures.push(failure);
            }
        }
        exit
    }

    /// Compares every whole message of a quarantine, with the envelope that it came in.
    pub fn quarantine(&mut self, store: &Store) {
        let entries = match store.entries() {
            Ok(entries) => entries,
            Err(error) => return self.failures.push(error.into()),
        };
        for record in entries {
            let record = match record {
                Ok(record) if matches!(record.what, What::Part(_)) => continue,
                Ok(record) => record,
                Err(error) => {
                    self.failures.push(error.into());
                    continue;
                }
            };
            let envelope = envelope(&record.envelope);
            let open = || {
                let file = store.content(&record.id);
                let file = file.map_err(|error| io::Error::other(error.to_string()))?;
                Ok(Octets::File(file))
            };
            if let Err(failure) = self.compare(&record.id.to_string(), &envelope, open) {
                self.failures.push(failure);
            }
        }
    }

    /// Messages that were compared.
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// What changes.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What could not be compared.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    fn compare(
        &mut self,
        name: &str,
        envelope: &Envelope,
        open: impl Fn() -> io::Result<Octets>,
    ) -> Result<(), Failure> {
        let judge = |policy: &Arc<Policy>| -> io::Result<Told> {
            let outcome = self.judge(policy, envelope, open()?)?;
            told(&outcome)
        };
        let failed = |error| Failure::new(Exit::Io, format!("{name}: {error}"));
        let (old, new) = (
            judge(&self.old).map_err(failed)?,
            judge(&self.new).map_err(failed)?,
        );
        self.messages = self.messages.saturating_add(1);
        if old.words != new.words || old.digest != new.digest {
            let by = by(&old, &new);
            let same = old.words == new.words;
            self.changes.push(Change {
                message: name.to_owned(),
                by,
                old: old.words,
                new: if same {
                    format!("{}, with other content", new.words)
                } else {
                    new.words
                },
            });
        }
        Ok(())
    }

    fn judge(
        &self,
        policy: &Arc<Policy>,
        envelope: &Envelope,
        mut octets: Octets,
    ) -> io::Result<Outcome> {
        let judged = self.runtime.block_on(async {
            let (site, policy) = (Arc::clone(&self.site), Arc::clone(policy));
            let mut inspection = Inspection::begin(site, policy, envelope.clone());
            while let Some(chunk) = octets.chunk()? {
                inspection.push(chunk).await?;
            }
            inspection.finish().await
        })?;
        judged.carry_out()
    }
}

/// The octets of a message.
enum Octets {
    Content(crate::mailbox::ContentReader),
    File(std::fs::File),
}

impl Octets {
    fn chunk(&mut self) -> io::Result<Option<bytes::Bytes>> {
        match self {
            Octets::Content(reader) => reader.chunk(),
            Octets::File(file) => crate::spool::next_chunk(file),
        }
    }
}

/// The rules that make the difference. A rule that stands in both policies and does something else is told with what it does.
fn by(old: &Told, new: &Told) -> String {
    let mut signs = only_in(new, old, "+", Fired::only_leaves);
    signs.extend(only_in(old, new, "-", Fired::only_leaves));
    if signs.is_empty() {
        signs = only_in(new, old, "+", |_| false);
        signs.extend(only_in(old, new, "-", |_| false));
    }
    if !signs.is_empty() {
        return signs.join(" ");
    }
    let rules: Vec<&str> = new.rules.iter().map(|fired| &*fired.rule).collect();
    if rules.is_empty() {
        return "repairs".to_owned();
    }
    rules.join(" ")
}

/// The rules that fire in one only, without those that are left out.
fn only_in(one: &Told, other: &Told, sign: &str, left_out: fn(&Fired) -> bool) -> Vec<String> {
    let own = one
        .rules
        .iter()
        .filter(|fired| !other.rules.contains(fired) && !left_out(fired));
    own.map(|Fired { rule, action }| {
        if other.rules.iter().any(|fired| fired.rule == *rule) {
            format!("{sign}{rule} ({action})")
        } else {
            format!("{sign}{rule}")
        }
    })
    .collect()
}

fn told(outcome: &Outcome) -> io::Result<Told> {
    let report = &outcome.report;
    let mut words = vec![match &report.reply {
        Some(reply) => format!("{}: {}", report.verdict, Untrusted::new(reply)),
        None => report.verdict.to_owned(),
    }];
    for edited in &report.edited {
        let name = edited
            .part
            .names
            .first()
            .map(String::as_str)
            .unwrap_or_default();
        let name = Untrusted::new(name).limit(80);
        words.push(format!(
            "{} {} \"{name}\"",
            edited.action, edited.part.number
        ));
    }
    if !report.repaired.is_empty() {
        words.push(format!("repaired {}", report.repaired.join(" ")));
    }
    words.extend(
        report
            .held
            .as_ref()
            .map(|why| format!("held: {}", Untrusted::new(why))),
    );
    words.extend(report.captured.iter().map(|it| format!("copy {}", it.copy)));
    words.extend(
        report
            .notified
            .iter()
            .map(|it| format!("notice to {}", it.to.join(" "))),
    );
    words.extend(report.added_recipients.iter().map(|it| format!("to {it}")));
    words.extend(
        report
            .removed_recipients
            .iter()
            .map(|it| format!("not to {it}")),
    );
    if let Some(verdict) = report.would {
        words.push(format!("would be {verdict}"));
    }
    let mut rules: Vec<Fired> = Vec::new();
    for reason in report.reasons.iter().chain(&report.observed) {
        let fired = Fired {
            rule: Arc::clone(&reason.rule),
            action: Arc::clone(&reason.action),
        };
        if !rules.contains(&fired) {
            rules.push(fired);
        }
    }
    let digest = match &outcome.fate {
        Fate::Deliver(delivered) if delivered.is_changed() => {
            Some(digest(&mut delivered.message())?)
        }
        _ => None,
    };
    Ok(Told {
        words: words.join(", "),
        rules,
        digest,
    })
}

fn digest(message: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; crate::spool::CHUNK];
    loop {
        match message.read(&mut buffer)? {
            0 => return Ok(digest.finalize().to_vec()),
            count => digest.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// The envelope that a record tells.
fn envelope(record: &EnvelopeRecord) -> Envelope {
    Envelope {
        client: record
            .client
            .as_deref()
            .and_then(|client| client.parse().ok()),
        client_name: record.client_name.clone(),
        helo: record.helo.clone(),
        authenticated: record.authenticated.clone(),
        sender: record.sender.clone(),
        recipients: record.recipients.clone(),
        direction: record.direction.as_deref().and_then(Direction::from_name),
        ..Envelope::default()
    }
}
