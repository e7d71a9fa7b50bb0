//! What was said of the same content before, and one scan for all who ask at the same time.
//!
//! The one attachment that goes to a thousand recipients, in a thousand messages, is scanned once. Content is known by its
//! SHA-256 digest; an answer is kept for as long as it is likely to stand, which a new database of signatures may end: so not
//! for long.

use crate::Report;
use moka::future::Cache;
use std::{future::Future, time::Duration};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictSettings {
    /// Answers at most, some 300 octets each. 50,000 by default.
    pub entries: u64,
    /// How long an answer stands. 5 minutes by default.
    pub keep: Duration,
}

impl Default for VerdictSettings {
    fn default() -> Self {
        VerdictSettings {
            entries: 50_000,
            keep: Duration::from_mins(5),
        }
    }
}

/// The answers of one scanner. Cheap to clone; clones share what they know.
#[derive(Clone, Debug)]
pub struct Verdicts {
    known: Cache<([u8; 32], u64), Report>,
}

impl Verdicts {
    /// Nothing is known yet.
    pub fn new(settings: VerdictSettings) -> Self {
        let known = Cache::builder()
            .max_capacity(settings.entries)
            .time_to_live(settings.keep)
            .build();
        Verdicts { known }
    }

    /// What was said of content with this digest by this [edition](crate::Scanner::edition) of the scanner, or what `scan`
    /// says of it. Others who ask meanwhile wait for the same scan. What is no answer is not kept: who asks next begins anew.
    pub async fn of(
        &self,
        digest: [u8; 32],
        edition: u64,
        scan: impl Future<Output = Report>,
    ) -> Report {
        let scan = async {
            match scan.await {
                report @ (Report::Clean | Report::Found { .. }) => Ok(report),
                other => Err(other),
            }
        };
        match self.known.try_get_with((digest, edition), scan).await {
            Ok(report) => report,
            Err(other) => (*other).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{VerdictSettings, Verdicts};
    use crate::{Reason, Report};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::task::{JoinHandle, yield_now};
    use tokio::time::sleep;

    const DIGEST: [u8; 32] = [7; 32];

    /// Asks so many times at the same time, and gives what was said and how often it was scanned.
    async fn ask(verdicts: &Verdicts, report: &Report, times: usize) -> (Vec<Report>, usize) {
        let scans = Arc::new(AtomicUsize::new(0));
        let ask = |_| -> JoinHandle<Report> {
            let (verdicts, scans, report) = (verdicts.clone(), Arc::clone(&scans), report.clone());
            tokio::spawn(async move {
                let scan = async {
                    scans.fetch_add(1, Ordering::SeqCst);
                    sleep(Duration::from_millis(20)).await;
                    report
                };
                verdicts.of(DIGEST, 1, scan).await
            })
        };
        let asking: Vec<_> = (0..times).map(ask).collect();
        let mut said = Vec::new();
        for answer in asking {
            said.push(answer.await.expect("no panic"));
        }
        (said, scans.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn the_same_content_is_scanned_once() {
        let verdicts = Verdicts::new(VerdictSettings::default());
        let found = Report::found(b"Test");
        let (said, scans) = ask(&verdicts, &found, 50).await;
        assert!(said.iter().all(|report| *report == found));
        assert_eq!(scans, 1);
        // Later as well, whatever would be said now.
        assert_eq!(ask(&verdicts, &Report::Clean, 3).await, (vec![found; 3], 0));
        let other = verdicts.of([8; 32], 1, async { Report::Clean }).await;
        assert_eq!(other, Report::Clean);
        // Another edition of the scanner may say something else.
        let newer = verdicts.of(DIGEST, 2, async { Report::Clean }).await;
        assert_eq!(newer, Report::Clean);
    }

    #[tokio::test]
    async fn what_is_no_answer_is_not_kept() {
        let verdicts = Verdicts::new(VerdictSettings::default());
        let away = Report::unscanned(Reason::Unreachable, "away");
        let (said, scans) = ask(&verdicts, &away, 20).await;
        assert!(said.iter().all(|report| *report == away));
        assert_eq!(scans, 1, "they waited for the same scan");
        assert_eq!(ask(&verdicts, &Report::Clean, 1).await.1, 1);
    }

    #[tokio::test]
    async fn who_gives_up_leaves_the_scan_to_the_next() {
        let verdicts = Verdicts::new(VerdictSettings::default());
        let first = {
            let verdicts = verdicts.clone();
            tokio::spawn(async move { verdicts.of(DIGEST, 1, std::future::pending()).await })
        };
        yield_now().await;
        let second = {
            let verdicts = verdicts.clone();
            tokio::spawn(async move { verdicts.of(DIGEST, 1, async { Report::Clean }).await })
        };
        yield_now().await;
        first.abort();
        assert_eq!(second.await.expect("no panic"), Report::Clean);
    }

    #[tokio::test]
    async fn an_answer_does_not_stand_for_ever() {
        let keep = Duration::from_millis(30);
        let verdicts = Verdicts::new(VerdictSettings { entries: 10, keep });
        assert_eq!(ask(&verdicts, &Report::Clean, 1).await.1, 1);
        sleep(keep * 3).await;
        assert_eq!(ask(&verdicts, &Report::Clean, 1).await.1, 1);
    }
}
