//! A scanner with a limit on what is asked of it at a time, and a breaker.
//!
//! ```text
//! start() ─▶ breaker closed? ─▶ a free place ─▶ the scanner ─▶ Report ─▶ breaker learns
//!              │ no                │ none in time
//!              └── Unscanned ◀─────┘
//! ```
//!
//! A scanner that accepts work and then slows down gets no more of it than it has places for; a bounded number of messages
//! waits for one. A scanner that is away is left alone for a while, so that mail is answered at once and not after a
//! timeout each: then one message tries whether it is back.

mod breaker;
mod places;

use crate::{Bounds, Envelope, Pieces, Probe, Reason, Report, Scan, Scanner, Unscanned};
use breaker::Breaker;
use places::Places;
use std::{sync::Arc, time::Duration};
use tokio_stream::StreamExt as _;

pub use breaker::{BreakerSettings, Health};

/// How much is asked of a scanner at a time, and when it is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardSettings {
    /// Scans at one time. 32 by default.
    pub concurrency: usize,
    /// Scans that may wait for a place; more are refused at once. 256 by default.
    pub queue: usize,
    /// How long a scan waits for a place. 30 seconds by default.
    pub wait: Duration,
    /// When the scanner is left alone.
    pub breaker: BreakerSettings,
}

impl Default for GuardSettings {
    fn default() -> Self {
        GuardSettings {
            concurrency: 32,
            queue: 256,
            wait: Duration::from_secs(30),
            breaker: BreakerSettings::default(),
        }
    }
}

/// A scanner behind a limit and a breaker. Cheap to clone; clones share both.
#[derive(Clone, Debug)]
pub struct Guarded {
    scanner: Arc<dyn Scanner>,
    places: Arc<Places>,
    breaker: Arc<Breaker>,
}

impl Guarded {
    /// This scanner, guarded.
    pub fn new(scanner: Arc<dyn Scanner>, settings: GuardSettings) -> Self {
        Guarded {
            scanner,
            places: Arc::new(Places::new(&settings)),
            breaker: Arc::new(Breaker::new(settings.breaker)),
        }
    }

    /// Whether the scanner answers, as far as the last scans have shown.
    pub fn health(&self) -> Health {
        self.breaker.health()
    }

    /// Scans that run at this moment.
    pub fn running(&self) -> usize {
        self.places.taken()
    }

    /// Scans that wait for a place at this moment.
    pub fn waiting(&self) -> usize {
        self.places.waiting()
    }

    async fn scan(self, envelope: Envelope, mut pieces: Pieces) -> Result<Report, Unscanned> {
        let _place = self.places.take().await?;
        let attempt = self.breaker.attempt()?;
        let mut scan = self.scanner.start(&envelope);
        while !scan.is_over() {
            match pieces.next().await {
                Some(Ok(piece)) => scan.feed(piece).await,
                Some(Err(error)) => {
                    return Err(Unscanned::new(Reason::Stopped, &error.to_string()));
                }
                None => break,
            }
        }
        let report = scan.finish().await;
        attempt.learn(&report);
        Ok(report)
    }
}

impl Scanner for Guarded {
    fn name(&self) -> &str {
        self.scanner.name()
    }

    fn bounds(&self) -> Bounds {
        let bounds = self.scanner.bounds();
        // The scanner's own deadline says more than ours, so it comes first.
        let total = bounds.total.saturating_add(self.places.wait());
        Bounds {
            total: total.saturating_add(AFTER_THE_SCANNER),
            ..bounds
        }
    }

    fn start(&self, envelope: &Envelope) -> Scan {
        let (guarded, envelope) = (self.clone(), envelope.clone());
        Scan::start(self.bounds(), |pieces| async move {
            guarded
                .scan(envelope, pieces)
                .await
                .unwrap_or_else(Report::from)
        })
    }

    fn probe(&self) -> Probe<'_> {
        self.scanner.probe()
    }

    fn edition(&self) -> u64 {
        self.scanner.edition()
    }
}

/// How much later than the scanner's own deadline ours is.
const AFTER_THE_SCANNER: Duration = Duration::from_secs(1);
