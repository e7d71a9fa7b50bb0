//! One message through all of it: reader, scanners, policy, writer, quarantine. The milter and the batch command alike.
//!
//! ```text
//! Inspection::push ──▶ Reader, Spool, Scans        (while the mail arrives)
//! Inspection::finish ──▶ canonical::Form           (what is ambiguous is written anew, and scanned again)
//!                    ──▶ inside::look              (containers are opened)
//!                    ──▶ Judged                    (verdicts are in, policy has decided; nothing is delivered or kept)
//! Judged::carry_out ──▶ Outcome                    (captured, rewritten, read and scanned again, kept; blocking)
//! ```

mod again;
mod around;
mod banner;
mod beside;
mod canonical;
mod carry_out;
mod contents;
mod edited;
mod inside;
mod judged;
mod keep;
mod notes;
mod outcome;
mod plan;
mod record;
mod report;
mod scans;

pub use crate::engine::{Engine, Feeds, Patience};
pub use beside::tell_early;
pub use contents::InsideNote;
pub use judged::Judged;
pub use notes::{CaptureNote, DefectNote, KeptNote, NoticeNote, PartNote, ScanNote, TreeNote};
pub use outcome::{Body, Delivered, Fate, Message, Outcome};
pub use report::Report;

use crate::bypass::Watched;
use crate::capture::Captures;
use crate::confined::Confined;
use crate::decoder::Decoders;
use crate::metrics::Metrics;
use crate::notify::Notifier;
use crate::poison::{ENOUGH, Entered, Key, Ledger};
use crate::policy::Tally;
use crate::quarantine::Store;
use crate::room::{Descriptors, Room};
use crate::spool::{Spool, SpoolSettings};
use bytes::Bytes;
use canonical::Form;
use scans::Scans;
use std::io;
use std::sync::Arc;
use std::time::Instant;
use tamis_rules::{Envelope, Facts, GivenScan, Policy, ScanFact, Stage};
use tamis_sanitize::{Event, Limits, Needs, Reader, Reading};
use tokio::runtime::Handle;

/// What every inspection shares.
#[derive(Debug, Default)]
pub struct Site {
    /// The scanners that the configuration names.
    pub engines: Vec<Engine>,
    /// How long a message waits for them at its end.
    pub patience: Patience,
    /// Where removed parts and refused messages are kept; without one nothing is.
    pub quarantine: Option<Store>,
    /// Where copies are kept that rules ask for; without one none is, and reports say so.
    pub captures: Option<Captures>,
    /// What sends notices; without one none is sent, and reports say so.
    pub notifier: Option<Notifier>,
    /// What a message may cost.
    pub limits: Limits,
    /// Where a message lies meanwhile.
    pub spool: SpoolSettings,
    /// What opens containers.
    pub decoders: Decoders,
    /// How often each rule has fired.
    pub tally: Tally,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether inspection is switched off.
    pub bypass: Watched,
    /// What the process has given up.
    pub confined: Confined,
    /// What its descriptors are enough for.
    pub descriptors: Descriptors,
    /// How much mail may be on its way at once.
    pub room: Room,
    /// Which messages inspections have died of; none remembers none.
    pub ledger: Option<Ledger>,
}

/// One message while it arrives. The policy is pinned at its beginning.
#[derive(Debug)]
pub struct Inspection {
    site: Arc<Site>,
    policy: Arc<Policy>,
    envelope: Envelope,
    reader: Reader,
    spool: Spool,
    scans: Scans,
    /// Whether the policy compares digests.
    digests: bool,
    /// What is said in the place of scanners.
    told: Option<Vec<GivenScan>>,
    watch: Watch,
    started: Instant,
}

/// Whether anybody remembers that this message is inspected.
#[derive(Debug)]
enum Watch {
    /// Nobody.
    Off,
    /// The ledger, once the message begins.
    Wanted,
    /// The ledger.
    Entered(Entered),
    /// Inspections of it have failed so often that it is not inspected.
    Poison(u32),
}

impl Inspection {
    /// Begins with a message of this envelope. Inside a tokio runtime: scans are started.
    pub fn begin(site: Arc<Site>, policy: Arc<Policy>, envelope: Envelope) -> Self {
        let needs = policy.needs(&envelope);
        // What is known of a part is known by its digest.
        let remembers =
            |engine: &Engine| engine.feeds != Feeds::Message && needs.engine(&engine.name);
        let digests = needs.digests || site.engines.iter().any(remembers);
        Inspection {
            reader: reader(digests, &site.limits),
            digests,
            told: None,
            watch: Watch::Off,
            spool: Spool::new(site.spool.clone()),
            scans: Scans::start(&site, &needs, &envelope),
            started: Instant::now(),
            site,
            policy,
            envelope,
        }
    }

    /// Writes down that this message is inspected, and leaves it alone if too many inspections of it have failed.
    #[must_use]
    pub fn watched(mut self) -> Self {
        self.watch = Watch::Wanted;
        self
    }

    /// Octets that were pushed.
    pub fn size(&self) -> u64 {
        self.spool.len()
    }

    /// Takes these answers for those of the scanners, which are not asked.
    pub fn told(&mut self, scans: Vec<GivenScan>) {
        self.scans = Scans::default();
        self.told = Some(scans);
    }

    /// Treats the message as one of which inspections do not come to their end: it is not read.
    pub fn give_up(&mut self) {
        self.scans = Scans::default();
        self.watch = Watch::Poison(ENOUGH);
    }

    /// Takes in what has become known of the transaction since the message began.
    pub fn know_more(&mut self, envelope: &Envelope) {
        self.envelope.macros.clone_from(&envelope.macros);
        self.envelope.meters.clone_from(&envelope.meters);
    }

    /// Takes the next octets of the message. Waits while a scanner is slower than the mail.
    pub async fn push(&mut self, bytes: Bytes) -> io::Result<()> {
        self.enter(&bytes);
        if let Watch::Poison(_) = self.watch {
            return self.spool.append(&bytes);
        }
        self.reader.push(&bytes);
        while self.reader.next() != Event::NeedInput {}
        self.spool.append(&bytes)?;
        self.scans.feed(bytes).await;
        Ok(())
    }

    /// Has the ledger written down that a message that begins so is inspected.
    fn enter(&mut self, beginning: &[u8]) {
        let (Watch::Wanted, Some(ledger)) = (&self.watch, &self.site.ledger) else {
            return;
        };
        let sender = self.envelope.sender.as_deref().unwrap_or_default();
        self.watch = match ledger.enter(Key::new(sender, beginning)) {
            Ok(entered) => Watch::Entered(entered),
            Err(failures) => {
                self.scans = Scans::default();
                Watch::Poison(failures)
            }
        };
    }

    /// The message is complete: waits for the scanners, writes anew what is ambiguous, and asks the policy. An error is a
    /// failure of the spool.
    pub async fn finish(self) -> io::Result<Judged> {
        let came = Came {
            reading: self.reader.finish(),
            spool: self.spool,
            digests: self.digests,
        };
        let scanned = self.scans.finish(&came.spool, self.site.patience).await?;
        let (came, form) = if let Watch::Poison(_) = self.watch {
            (came, Form::Unread)
        } else {
            let (came, form) = canonical::form(&self.site, &self.policy, came).await?;
            inside::look(&self.site, came, form).await?
        };
        let map = judged_reading(&came, &form).map();
        let (scans, asking) = match &form {
            Form::Canonical(anew) => scanned.of_judged(map, &anew.spool, true).await?,
            _ => scanned.of_judged(map, &came.spool, false).await?,
        };
        let scans = match self.told {
            Some(told) => scans::given(told, map),
            None => scans,
        };
        let facts = facts(&self.envelope, judged_reading(&came, &form), &scans);
        let (decision, entered) = match self.watch {
            Watch::Poison(failures) => {
                let otherwise = judged::poisoned(&self.site, failures);
                let decision = self.policy.decide_poison(&self.envelope, &otherwise);
                (judged::uninspected(decision, failures), None)
            }
            Watch::Entered(entered) => (self.policy.decide(&facts), Some(entered)),
            Watch::Off | Watch::Wanted => (self.policy.decide(&facts), None),
        };
        Ok(Judged {
            site: self.site,
            policy: self.policy,
            envelope: self.envelope,
            came,
            form,
            scans,
            asking,
            runtime: Handle::current(),
            decision,
            entered,
            started: self.started,
        })
    }
}

/// What policy and writer go by: the canonical form if there is one.
fn judged_reading<'a>(came: &'a Came, form: &'a Form) -> &'a Reading {
    match form {
        Form::Canonical(anew) => &anew.reading,
        Form::AsItCame | Form::Unread | Form::Unsafe(_) => &came.reading,
    }
}

/// The octets of what policy and writer go by.
fn judged_spool<'a>(came: &'a Came, form: &'a Form) -> &'a Spool {
    match form {
        Form::Canonical(anew) => &anew.spool,
        Form::AsItCame | Form::Unread | Form::Unsafe(_) => &came.spool,
    }
}

/// What a policy is asked about at the end of a message.
fn facts<'a>(envelope: &'a Envelope, reading: &'a Reading, scans: &'a [ScanFact]) -> Facts<'a> {
    Facts {
        stage: Stage::Message,
        envelope,
        message: Some(reading),
        scans,
    }
}

/// A message as it came.
#[derive(Debug)]
struct Came {
    reading: Reading,
    spool: Spool,
    /// Whether the policy compares digests.
    digests: bool,
}

/// What reads a message, with the digests of its parts or without.
fn reader(digests: bool, limits: &Limits) -> Reader {
    Reader::new(Needs::default().with_digests(digests), limits.clone())
}
