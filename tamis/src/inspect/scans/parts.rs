//! Scans of single parts, decoded: at the end of a message, of the form that is judged.

use super::facts::fact;
use super::{Asking, is_transient};
use crate::engine::Engine;
use crate::spool::Spool;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use std::io;
use tamis_rules::ScanFact;
use tamis_sanitize::decode::{Decoder, Encoding};
use tamis_sanitize::{MessageMap, Part, PartId};
use tamis_scan::{Reason, Report};
use tokio::time::Instant;

/// Scans of one message at a time.
const AT_ONCE: usize = 8;

/// What the scanners that are handed parts say of those of this message.
pub(super) async fn scanned(
    asking: &Asking,
    map: &MessageMap,
    spool: &Spool,
) -> io::Result<Vec<ScanFact>> {
    let mut facts = Vec::new();
    for engine in &asking.asked.engines {
        let mut scans = Vec::new();
        for part in map.parts() {
            if part.is_leaf() && !part.body().is_empty() && engine.feeds.part(part.depth()) {
                let scan = PartScan {
                    asking,
                    engine,
                    part,
                    spool,
                };
                scans.push(scan.report());
            }
        }
        // In the order of the parts, however the scans end.
        let reports: Vec<_> = stream::iter(scans).buffered(AT_ONCE).try_collect().await?;
        let said = reports
            .into_iter()
            .filter(|(_, report)| *report != Report::Clean);
        let before = facts.len();
        facts.extend(said.map(|(part, report)| ScanFact {
            part: Some(part),
            ..fact(engine, report)
        }));
        if facts.len() == before && !engine.feeds.whole() {
            facts.push(fact(engine, Report::Clean));
        }
    }
    Ok(facts)
}

/// One scanner and one part.
struct PartScan<'a> {
    asking: &'a Asking,
    engine: &'a Engine,
    part: &'a Part,
    spool: &'a Spool,
}

impl PartScan<'_> {
    /// What the scanner says of the part, now or a short while ago.
    async fn report(self) -> io::Result<(PartId, Report)> {
        let mut failed = None;
        let scan = async {
            self.by_the_deadline().await.unwrap_or_else(|error| {
                let report = Report::unscanned(Reason::Stopped, &error.to_string());
                failed = Some(error);
                report
            })
        };
        let report = match (
            &self.engine.verdicts,
            self.part.digest(),
            self.part.encodings(),
        ) {
            (Some(verdicts), Some(digest), [_]) => {
                let edition = self.engine.scanner.edition();
                verdicts.of(*digest, edition, scan).await
            }
            _ => scan.await,
        };
        failed.map_or(Ok((self.part.id(), report)), Err)
    }

    /// What it says by the deadline of the message, at the first or the second try.
    async fn by_the_deadline(&self) -> io::Result<Report> {
        let twice = async {
            let report = self.once().await?;
            if is_transient(&report) {
                return self.once().await;
            }
            Ok(report)
        };
        let began = Instant::now();
        let report = self.asking.by_the_deadline(twice).await?;
        self.asking.heard(self.engine, &report, began);
        Ok(report)
    }

    /// What it says of the part in each transfer encoding that some field of it names: the first that is not clean.
    async fn once(&self) -> io::Result<Report> {
        for encoding in self.part.encodings() {
            let report = self.decoded(*encoding).await?;
            if report != Report::Clean {
                return Ok(report);
            }
        }
        Ok(Report::Clean)
    }

    async fn decoded(&self, encoding: Encoding) -> io::Result<Report> {
        let mut scan = self.engine.scanner.start(&self.asking.asked.envelope);
        let mut raw = self.spool.range(self.part.body());
        let mut decoder = Decoder::new(encoding);
        let mut decoded = Vec::new();
        while !scan.is_over()
            && let Some(chunk) = raw.chunk()?
        {
            decoder.push(&chunk, &mut decoded);
            scan.feed(std::mem::take(&mut decoded).into()).await;
        }
        decoder.finish(&mut decoded);
        scan.feed(decoded.into()).await;
        Ok(scan.finish().await)
    }
}
