//! Scanners that do as a case says, and remember what they have vouched for.

use crate::mail::EVIL;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tamis_scan::{Bounds, Opinion, Pieces, Probe, Reason, Report, Scan, Scanner, Score, Unscanned};
use tokio_stream::StreamExt as _;

/// How panics begin that are meant.
const MEANT: &str = "a scanner of a test panics";

/// Lets panics that are meant pass in silence.
pub(crate) fn be_quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let text = panic.payload_as_str().unwrap_or_default();
            if !text.starts_with(MEANT) {
                loud(panic);
            }
        }));
    });
}

/// What a scanner does once it has had so many octets, or all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Reads all and says what is there.
    Honest,
    /// Reads all, and gives an opinion if there is nothing to be found.
    Scores,
    /// Reads all, and needs a while for it.
    Slow,
    /// Says at once that all is clean.
    EarlyClean(usize),
    /// Says at once how suspicious it finds what it has not seen.
    EarlyScore(usize),
    /// Has no answer.
    Fails(usize, Reason),
    /// Says nothing any more.
    Hangs(usize),
    /// Fails on our side.
    Panics(usize),
    /// Fails on our side before it begins.
    PanicsAtOnce,
    /// Is not asked at all.
    Refused(Reason),
}

/// A content, and what was said of it.
pub(crate) type Heard = (Vec<u8>, Report);

/// A scanner of a case.
#[derive(Clone, Debug)]
pub(crate) struct Scripted {
    /// What it does at its first scan, its second, and then always.
    pub(crate) acts: Vec<Act>,
    pub(crate) bounds: Bounds,
    pub(crate) scans: Arc<AtomicUsize>,
    /// The contents that it has read to their end, and what it has said of them.
    pub(crate) heard: Arc<Mutex<Vec<Heard>>>,
}

impl Scripted {
    pub(crate) fn new(acts: Vec<Act>, total: Duration) -> Self {
        Scripted {
            acts,
            bounds: Bounds {
                total,
                max_bytes: u64::MAX,
            },
            scans: Arc::default(),
            heard: Arc::default(),
        }
    }

    fn next(&self) -> Act {
        let scan = self.scans.fetch_add(1, Ordering::Relaxed);
        let last = self.acts.len().saturating_sub(1);
        self.acts
            .get(scan.min(last))
            .copied()
            .unwrap_or(Act::Honest)
    }
}

impl Scanner for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn start(&self, _: &tamis_scan::Envelope) -> Scan {
        let act = self.next();
        match act {
            Act::PanicsAtOnce => panic!("{MEANT} at once"),
            Act::Refused(reason) => return Scan::refused(Unscanned::new(reason, "a test")),
            _ => {}
        }
        let heard = Arc::clone(&self.heard);
        Scan::start(self.bounds, move |pieces| async move {
            let (content, whole) = read(pieces, act).await;
            match act {
                Act::EarlyClean(_) if !whole => Report::Clean,
                Act::EarlyScore(_) if !whole => scored(),
                Act::Fails(_, reason) => Report::unscanned(reason, "a test"),
                Act::Hangs(_) => std::future::pending().await,
                Act::Panics(_) => panic!("{MEANT}"),
                _ if !whole => Report::unscanned(Reason::Io, "broken off"),
                act => {
                    if act == Act::Slow {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    let report = honest(act, &content);
                    let mut heard = heard.lock().expect("not poisoned");
                    heard.push((content, report.clone()));
                    report
                }
            }
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async { Err(Unscanned::new(Reason::Failed, "a test")) })
    }
}

fn honest(act: Act, content: &[u8]) -> Report {
    let evil = content
        .windows(EVIL.len())
        .any(|window| window == EVIL.as_bytes());
    match act {
        _ if evil => Report::found(b"Evil"),
        Act::Scores => scored(),
        _ => Report::Clean,
    }
}

fn scored() -> Report {
    Report::Scored(Box::new(Opinion {
        score: Score::from_thousandths(1_000),
        ..Opinion::default()
    }))
}

/// What a scanner reads before it acts, and whether that was all.
async fn read(mut pieces: Pieces, act: Act) -> (Vec<u8>, bool) {
    let enough = match act {
        Act::EarlyClean(after)
        | Act::EarlyScore(after)
        | Act::Fails(after, _)
        | Act::Hangs(after)
        | Act::Panics(after) => after,
        _ => usize::MAX,
    };
    let mut content = Vec::new();
    while content.len() < enough {
        match pieces.next().await {
            Some(Ok(piece)) => content.extend_from_slice(&piece),
            Some(Err(_)) => return (content, false),
            None => return (content, true),
        }
    }
    (content, false)
}
