//! The scans of one message: started when it begins, fed while it arrives, asked when it ends.
//!
//! | file | what it is about |
//! |---|---|
//! | `parts` | the scans of single parts, of the form that is judged |
//! | `result` | the scans of what an edit makes of a message |
//! | `facts` | from what scanners say to what policy is told |

mod facts;
mod parts;
mod result;

pub(super) use facts::given;

use super::Site;
use crate::engine::{Engine, Patience};
use crate::metrics::Metrics;
use crate::spool::Spool;
use bytes::Bytes;
use facts::{fact, together, united};
use futures_util::future::try_join_all;
use std::io;
use tamis_rules::{Envelope, Needs, ScanFact};
use tamis_sanitize::{Extent, MessageMap, Piece};
use tamis_scan::{Reason, Report, Scan};
use tokio::time::{Instant, timeout_at};

/// The scans that run for one message while it arrives.
#[derive(Debug, Default)]
pub(super) struct Scans {
    asked: Asked,
    running: Vec<(Engine, Scan)>,
}

/// The scanners whose answers the policy wants, and what they are told of the transaction.
#[derive(Debug, Default)]
struct Asked {
    engines: Vec<Engine>,
    envelope: tamis_scan::Envelope,
    metrics: Metrics,
}

impl Scans {
    /// Starts the scanners that are handed whole messages, of those that the policy wants.
    pub(super) fn start(site: &Site, needs: &Needs, envelope: &Envelope) -> Self {
        let wanted = |engine: &&Engine| needs.engine(&engine.name);
        let asked = Asked {
            engines: site.engines.iter().filter(wanted).cloned().collect(),
            envelope: told(envelope),
            metrics: site.metrics.clone(),
        };
        let whole = asked.engines.iter().filter(|engine| engine.feeds.whole());
        let start = |engine: &Engine| (engine.clone(), engine.scanner.start(&asked.envelope));
        Scans {
            running: whole.map(start).collect(),
            asked,
        }
    }

    /// Hands on the next octets of the message.
    pub(super) async fn feed(&mut self, bytes: Bytes) {
        for (_, scan) in &mut self.running {
            scan.feed(bytes.clone()).await;
        }
    }

    /// What each scanner says of the message as it came.
    pub(super) async fn finish(self, spool: &Spool, patience: Patience) -> io::Result<Scanned> {
        let asking = Asking {
            until: Instant::now() + patience.0,
            asked: self.asked,
        };
        let all = whole_of(spool);
        let running = self.running.into_iter();
        let reports = running.map(|(engine, scan)| asking.answer(engine, scan, spool, &all));
        let whole = try_join_all(reports).await?;
        Ok(Scanned { asking, whole })
    }
}

/// What scanners said of a message as it came, and the way to ask more.
#[derive(Debug)]
pub(super) struct Scanned {
    asking: Asking,
    whole: Vec<ScanFact>,
}

impl Scanned {
    /// What they say of the form that is judged, and of the parts that they are handed by themselves. A form that is not
    /// that in which the message came, is scanned as well: of the two answers the worse counts.
    pub(super) async fn of_judged(
        self,
        map: &MessageMap,
        spool: &Spool,
        is_new: bool,
    ) -> io::Result<(Vec<ScanFact>, Asking)> {
        let Scanned { asking, mut whole } = self;
        if is_new {
            let engines = asking.asked.engines.iter();
            let again = asking.whole(engines, spool, &whole_of(spool)).await?;
            whole = united(whole, again);
        }
        let parts = parts::scanned(&asking, map, spool).await?;
        Ok((together(whole, parts), asking))
    }
}

/// The scanners that are asked, until the message has to be answered.
#[derive(Debug)]
pub(super) struct Asking {
    asked: Asked,
    until: Instant,
}

impl Asking {
    /// Whether any scanner is asked about this message.
    pub(super) fn asks_anybody(&self) -> bool {
        !self.asked.engines.is_empty()
    }

    /// What those of these scanners that are handed whole messages say of these pieces of a spool.
    async fn whole(
        &self,
        engines: impl Iterator<Item = &Engine>,
        spool: &Spool,
        pieces: &[Piece],
    ) -> io::Result<Vec<ScanFact>> {
        let feeders = engines.filter(|engine| engine.feeds.whole());
        let scans = feeders.map(|engine| async {
            let scan = engine.scanner.start(&self.asked.envelope);
            let scan = fed(scan, spool, pieces).await?;
            self.answer(engine.clone(), scan, spool, pieces).await
        });
        try_join_all(scans).await
    }

    /// What a scanner says of the whole message.
    ///
    /// One that could not answer is asked once more, with the message from the spool: one that lost patience while the mail
    /// arrived slowly, or that was being started again, has all of it at once now.
    async fn answer(
        &self,
        engine: Engine,
        scan: Scan,
        spool: &Spool,
        pieces: &[Piece],
    ) -> io::Result<ScanFact> {
        let began = Instant::now();
        let answer = async {
            let report = scan.finish().await;
            if !is_transient(&report) {
                return Ok(report);
            }
            let scan = engine.scanner.start(&self.asked.envelope);
            let again = fed(scan, spool, pieces).await?.finish().await;
            io::Result::Ok(if is_transient(&again) { report } else { again })
        };
        let report = self.by_the_deadline(answer).await?;
        self.heard(&engine, &report, began);
        Ok(fact(&engine, report))
    }

    /// A report, or that there is none by the time at which the message has to be answered.
    async fn by_the_deadline(
        &self,
        report: impl Future<Output = io::Result<Report>>,
    ) -> io::Result<Report> {
        let late = || Report::unscanned(Reason::Timeout, "the message has to be answered");
        timeout_at(self.until, report)
            .await
            .unwrap_or_else(|_| Ok(late()))
    }

    fn heard(&self, engine: &Engine, report: &Report, began: Instant) {
        let metrics = &self.asked.metrics;
        metrics.scanned(&engine.name, report, began.elapsed());
    }
}

/// All of a spool, as pieces.
fn whole_of(spool: &Spool) -> [Piece; 1] {
    [Piece::Copy(Extent::new(0, spool.len()))]
}

/// A scan that has all of a message, which is made of pieces of a spool.
async fn fed(mut scan: Scan, spool: &Spool, pieces: &[Piece]) -> io::Result<Scan> {
    let mut octets = spool.splice(pieces);
    while !scan.is_over()
        && let Some(chunk) = octets.chunk()?
    {
        scan.feed(chunk).await;
    }
    Ok(scan)
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
