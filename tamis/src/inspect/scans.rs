//! The scans of one message: started when it begins, fed while it arrives, asked when it ends.

use super::Site;
use crate::metrics::Metrics;
use crate::spool::Spool;
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tamis_rules::{Envelope, FieldChange, GivenScan, Needs, Opinion, ScanFact, ScanResult, Score};
use tamis_sanitize::{FieldName, MessageMap};
use tamis_scan::{Report, Scan, Scanner, Verdicts};
use tokio::time::{Instant, timeout_at};

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
}

/// From the end of the message, how long a scan may take that is begun anew. Well below what an MTA waits.
const AGAIN_WITHIN: Duration = Duration::from_mins(1);

/// The scans that run for one message.
#[derive(Debug, Default)]
pub(super) struct Scans {
    /// What the scanners are told of the transaction.
    envelope: tamis_scan::Envelope,
    running: Vec<(Engine, Scan)>,
    metrics: Metrics,
}

impl Scans {
    /// Starts the scanners whose answers the policy wants.
    pub(super) fn start(site: &Site, needs: &Needs, envelope: &Envelope) -> Self {
        let envelope = told(envelope);
        let wanted = site
            .engines
            .iter()
            .filter(|engine| needs.engine(&engine.name));
        let running = wanted.map(|engine| (engine.clone(), engine.scanner.start(&envelope)));
        Scans {
            running: running.collect(),
            envelope,
            metrics: site.metrics.clone(),
        }
    }

    /// What the scanners say of a message that lies in a spool.
    pub(super) async fn of_whole(
        site: &Site,
        needs: &Needs,
        envelope: &Envelope,
        spool: &Spool,
    ) -> io::Result<Vec<ScanFact>> {
        let mut scans = Scans::start(site, needs, envelope);
        let mut reader = spool.reader();
        while !scans.running.is_empty()
            && let Some(chunk) = reader.chunk()?
        {
            scans.feed(chunk).await;
        }
        scans.finish(spool).await
    }

    /// Hands on the next octets of the message.
    pub(super) async fn feed(&mut self, bytes: Bytes) {
        for (_, scan) in &mut self.running {
            scan.feed(bytes.clone()).await;
        }
    }

    /// What each scanner says of the whole message. Each has a deadline of its own.
    ///
    /// A scanner that could not answer is asked once more, with the message from the spool: one that lost patience while
    /// the mail arrived slowly, or that was being started again, has all of it at once now.
    pub(super) async fn finish(self, spool: &Spool) -> io::Result<Vec<ScanFact>> {
        let began = Instant::now();
        let latest = began + AGAIN_WITHIN;
        let mut facts = Vec::with_capacity(self.running.len());
        for (engine, scan) in self.running {
            let mut report = scan.finish().await;
            if is_transient(&report)
                && let Ok(again) = timeout_at(latest, again(&engine, &self.envelope, spool)).await
            {
                report = Some(again?)
                    .filter(|again| !is_transient(again))
                    .unwrap_or(report);
            }
            self.metrics.scanned(&engine.name, &report, began.elapsed());
            facts.push(fact(&engine, report));
        }
        Ok(facts)
    }
}

/// What the scanners said of two forms of one message: of each scanner the worse.
pub(super) fn united(one: Vec<ScanFact>, other: Vec<ScanFact>) -> Vec<ScanFact> {
    let badness = |fact: &ScanFact| match fact.result {
        ScanResult::Clean | ScanResult::Scored => (0, fact.score),
        ScanResult::Unscanned { .. } => (1, fact.score),
        ScanResult::Found { .. } => (2, fact.score),
    };
    let worse = |(one, other)| {
        if badness(&one) < badness(&other) {
            other
        } else {
            one
        }
    };
    // Both lists are of the same scanners in the same order.
    one.into_iter().zip(other).map(worse).collect()
}

/// What a test says in the place of scanners. What it says of a part that is not there, nobody says.
pub(super) fn given(scans: Vec<GivenScan>, map: &MessageMap) -> Vec<ScanFact> {
    let fact = |GivenScan { fact, part }| {
        let Some(number) = part else {
            return Some(fact);
        };
        let mut parts = map.parts().iter();
        let part = parts.find(|part| part.is_leaf() && part.number() == number)?;
        Some(ScanFact {
            part: Some(part.id()),
            ..fact
        })
    };
    scans.into_iter().filter_map(fact).collect()
}

/// Scans the whole message anew.
async fn again(
    engine: &Engine,
    envelope: &tamis_scan::Envelope,
    spool: &Spool,
) -> io::Result<Report> {
    let mut scan = engine.scanner.start(envelope);
    let mut reader = spool.reader();
    while !scan.is_over()
        && let Some(chunk) = reader.chunk()?
    {
        scan.feed(chunk).await;
    }
    Ok(scan.finish().await)
}

fn is_transient(report: &Report) -> bool {
    matches!(report, Report::Unscanned(unscanned) if unscanned.reason().is_transient())
}

/// What scanners are told of a transaction.
fn told(envelope: &Envelope) -> tamis_scan::Envelope {
    tamis_scan::Envelope {
        client: envelope.client,
        client_name: envelope.client_name.clone(),
        helo: envelope.helo.clone(),
        user: envelope.authenticated.clone(),
        sender: envelope.sender.clone(),
        recipients: envelope.recipients.clone(),
        queue_id: envelope.queue_id.clone(),
    }
}

/// A report as a fact.
fn fact(engine: &Engine, report: Report) -> ScanFact {
    let (score, opinion) = match &report {
        Report::Scored(said) => (
            Some(Score(said.score.thousandths())),
            opinion((**said).clone()),
        ),
        _ => (None, Opinion::default()),
    };
    ScanFact {
        score,
        opinion,
        ..ScanFact::new(&engine.name, result(report))
    }
}

fn opinion(said: tamis_scan::Opinion) -> Opinion {
    let field = |change| {
        Some(match change {
            tamis_scan::FieldChange::Add { name, value } => {
                FieldChange::Add(FieldName::new(&name).ok()?, value)
            }
            tamis_scan::FieldChange::Remove { name, .. } => {
                FieldChange::Remove(FieldName::new(&name).ok()?)
            }
        })
    };
    Opinion {
        action: said.action.map(String::from),
        symbols: said.symbols.into_iter().map(String::from).collect(),
        subject: said.subject,
        fields: said.fields.into_iter().filter_map(field).collect(),
    }
}

/// A result in the words of policy. What this program does not know is no answer, never a clean one.
fn result(report: Report) -> ScanResult {
    match report {
        Report::Clean => ScanResult::Clean,
        Report::Scored(_) => ScanResult::Scored,
        Report::Found { signature } => ScanResult::Found {
            signature: signature.to_string(),
        },
        Report::Unscanned(unscanned) => ScanResult::Unscanned {
            reason: unscanned.reason().name().to_owned(),
        },
        _ => ScanResult::Unscanned {
            reason: "unknown-report".to_owned(),
        },
    }
}
