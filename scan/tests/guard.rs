//! A guarded scanner: so many scans at a time, and none for one that is away until it is back.

use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tamis_scan::{
    BreakerSettings, Envelope, GuardSettings, Guarded, Health, Pieces, Probe, Reason, Report, Scan,
    Scanner, Unscanned,
};
use tokio::sync::Semaphore;
use tokio::time::{advance, sleep};
use tokio_stream::StreamExt as _;

/// A scanner that answers when it is let, finds how many octets it got, and may be away.
#[derive(Debug)]
struct Fake {
    reason: Option<Reason>,
    away: AtomicBool,
    begun: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    leave: Semaphore,
}

impl Fake {
    fn new(reason: Option<Reason>, leave: usize) -> Arc<Self> {
        Arc::new(Fake {
            reason,
            away: AtomicBool::new(reason.is_some()),
            begun: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            leave: Semaphore::new(leave),
        })
    }

    async fn scan(self: Arc<Self>, mut pieces: Pieces) -> Report {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let mut octets = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            octets += piece.len();
        }
        self.leave.acquire().await.expect("open").forget();
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        match self.reason {
            Some(reason) if self.away.load(Ordering::SeqCst) => Report::unscanned(reason, "away"),
            _ => Report::found(octets.to_string().as_bytes()),
        }
    }
}

#[derive(Debug)]
struct Shared(Arc<Fake>);

impl Scanner for Shared {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn start(&self, _: &Envelope) -> Scan {
        let fake = Arc::clone(&self.0);
        Scan::start(self.bounds(), |pieces| fake.scan(pieces))
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async { Err(Unscanned::new(Reason::Failed, "a test")) })
    }
}

fn guarded(fake: &Arc<Fake>, settings: GuardSettings) -> Guarded {
    Guarded::new(Arc::new(Shared(Arc::clone(fake))), settings)
}

async fn scan(guarded: &Guarded, octets: usize) -> Report {
    let mut scan = guarded.start(&Envelope::default());
    scan.feed(Bytes::from(vec![b'm'; octets])).await;
    scan.finish().await
}

fn reason(report: &Report) -> Option<Reason> {
    match report {
        Report::Unscanned(unscanned) => Some(unscanned.reason()),
        _ => None,
    }
}

/// As much of everything as a test needs.
const MANY: usize = 1_000;

#[tokio::test]
async fn the_report_is_that_of_the_scanner() {
    let guarded = guarded(&Fake::new(None, MANY), GuardSettings::default());
    assert_eq!(scan(&guarded, 100_001).await, Report::found(b"100001"));
    assert_eq!(scan(&guarded, 0).await, Report::found(b"0"));
    assert_eq!((guarded.running(), guarded.waiting()), (0, 0));
    assert_eq!(guarded.health(), Health::Answers);
}

#[tokio::test(start_paused = true)]
async fn only_so_many_are_asked_at_a_time_and_wait() {
    let fake = Fake::new(None, 0);
    let settings = GuardSettings {
        concurrency: 3,
        queue: 4,
        wait: Duration::from_secs(30),
        ..GuardSettings::default()
    };
    let guarded = guarded(&fake, settings);
    let scans: Vec<_> = (0..10)
        .map(|_| {
            let guarded = guarded.clone();
            tokio::spawn(async move { scan(&guarded, 10).await })
        })
        .collect();
    sleep(Duration::from_secs(1)).await;
    assert_eq!((guarded.running(), guarded.waiting()), (3, 4));
    fake.leave.add_permits(5);
    sleep(Duration::from_secs(1)).await;
    assert_eq!((guarded.running(), guarded.waiting()), (2, 0));
    fake.leave.add_permits(2);
    let (mut answered, mut refused) = (0, 0);
    for scan in scans {
        match scan.await.expect("no panic") {
            Report::Found { .. } => answered += 1,
            report => {
                assert_eq!(reason(&report), Some(Reason::Busy), "{report}");
                refused += 1;
            }
        }
    }
    assert_eq!((answered, refused), (7, 3));
    assert_eq!(fake.most_at_once.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_place_for_ever() {
    let fake = Fake::new(None, 0);
    let settings = GuardSettings {
        concurrency: 1,
        wait: Duration::from_secs(5),
        ..GuardSettings::default()
    };
    let guarded = guarded(&fake, settings);
    let mut first = guarded.start(&Envelope::default());
    first.feed(Bytes::from(vec![b'm'; 100_000])).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(reason(&scan(&guarded, 10).await), Some(Reason::Busy));
    // A scan that is given up frees its place.
    drop(first);
    fake.leave.add_permits(1);
    assert_eq!(scan(&guarded, 10).await, Report::found(b"10"));
}

#[tokio::test(start_paused = true)]
async fn a_scanner_that_is_away_is_left_alone_until_it_is_back() {
    let fake = Fake::new(Some(Reason::Unreachable), MANY);
    let guarded = guarded(&fake, GuardSettings::default());
    let begun = || fake.begun.load(Ordering::SeqCst);
    let unreachable = Some(Reason::Unreachable);
    assert_eq!(reason(&scan(&guarded, 10).await), unreachable);
    assert_eq!(guarded.health(), Health::Away);
    for _ in 0..50 {
        assert_eq!(reason(&scan(&guarded, 10).await), unreachable);
    }
    assert_eq!(begun(), 1, "it is left alone");
    // The pauses double up to the longest: 1, 2, 4, 8, 15, 15 seconds.
    for (at, pause) in [1, 2, 4, 8, 15, 15].into_iter().enumerate() {
        advance(Duration::from_millis(pause * 1_000 - 10)).await;
        assert_eq!(reason(&scan(&guarded, 10).await), unreachable);
        assert_eq!(begun(), 1 + at, "before pause {at} is over");
        advance(Duration::from_millis(20)).await;
        assert_eq!(reason(&scan(&guarded, 10).await), unreachable);
        assert_eq!(begun(), 2 + at, "after pause {at}");
    }
    fake.away.store(false, Ordering::SeqCst);
    advance(Duration::from_secs(16)).await;
    assert_eq!(scan(&guarded, 10).await, Report::found(b"10"));
    assert_eq!(guarded.health(), Health::Answers);
    assert_eq!(scan(&guarded, 11).await, Report::found(b"11"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_message_does_not_keep_the_next_from_trying() {
    let fake = Fake::new(Some(Reason::Unreachable), MANY);
    let guarded = guarded(&fake, GuardSettings::default());
    scan(&guarded, 10).await;
    fake.away.store(false, Ordering::SeqCst);
    advance(Duration::from_secs(2)).await;
    let mut slow = guarded.start(&Envelope::default());
    slow.feed(Bytes::from(vec![b'm'; 100_000])).await;
    sleep(Duration::from_millis(10)).await;
    assert_eq!(reason(&scan(&guarded, 10).await), Some(Reason::Unreachable));
    advance(Duration::from_secs(2)).await;
    assert_eq!(scan(&guarded, 10).await, Report::found(b"10"));
    assert_eq!(slow.finish().await, Report::found(b"100000"));
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_count_and_what_is_of_the_message_does_not() {
    for (reason_given, opens) in [
        (Reason::Timeout, true),
        (Reason::Garbled, true),
        (Reason::Io, true),
        (Reason::Failed, false),
        (Reason::LimitExceeded, false),
        (Reason::TooLarge, false),
    ] {
        let fake = Fake::new(Some(reason_given), MANY);
        let settings = GuardSettings {
            breaker: BreakerSettings {
                failures: 3,
                ..BreakerSettings::default()
            },
            ..GuardSettings::default()
        };
        let guarded = guarded(&fake, settings);
        for _ in 0..2 {
            assert_eq!(reason(&scan(&guarded, 10).await), Some(reason_given));
        }
        // One answer, and it begins anew.
        fake.away.store(false, Ordering::SeqCst);
        scan(&guarded, 10).await;
        fake.away.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            assert_eq!(reason(&scan(&guarded, 10).await), Some(reason_given));
        }
        let health = if opens { Health::Away } else { Health::Answers };
        assert_eq!(guarded.health(), health, "{reason_given}");
    }
}
