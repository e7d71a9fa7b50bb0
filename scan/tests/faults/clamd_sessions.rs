//! Connections to clamd that are kept for the next scan.

use crate::{
    LATE, SOON,
    fake::{Heard, Step, serve},
    fed, is_unscanned,
};
use bytes::Bytes;
use tamis_scan::{Clamd, ClamdSettings, Envelope, Reason, Report, Scanner, Timeouts};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

/// A session in which one scan goes well.
const FIRST: [Step; 3] = [
    Step::HearSession,
    Step::HearAll,
    Step::Say(b"1: stream: OK\0"),
];

/// A clamd that plays one script after the other, each on a connection of its own, and our side of it.
struct Pair {
    clamd: Clamd,
    heard: mpsc::UnboundedReceiver<Heard>,
}

impl Pair {
    async fn start(scripts: &[&[Step]]) -> Pair {
        Pair::keeping(scripts, LATE).await
    }

    async fn keeping(scripts: &[&[Step]], idle: std::time::Duration) -> Pair {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("tcp:{}", listener.local_addr().expect("its address"));
        let scripts: Vec<_> = scripts.iter().map(|script| script.to_vec()).collect();
        let (tell, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for script in scripts {
                let _ = tell.send(serve(&listener, &script).await);
            }
        });
        let settings = ClamdSettings {
            timeouts: Timeouts {
                connect: LATE,
                write: LATE,
                answer: LATE,
            },
            total: LATE,
            max_bytes: 1 << 30,
            sessions: 2,
            idle,
        };
        let clamd = Clamd::new(address.parse().expect("an address"), settings);
        Pair { clamd, heard }
    }

    async fn report(&self, bytes: usize) -> Report {
        fed(self.clamd.start(&Envelope::default()), bytes).await
    }

    /// What was heard on the next connection, once it is over.
    async fn heard(&mut self) -> Heard {
        let heard = timeout(LATE, self.heard.recv()).await;
        heard.expect("the connection ends").expect("there is one")
    }
}

fn with(steps: &[Step]) -> Vec<Step> {
    [&FIRST, steps].concat()
}

#[tokio::test]
async fn the_next_scan_goes_over_the_same_connection() {
    let second = with(&[Step::HearAll, Step::Say(b"2: stream: X FOUND\0")]);
    let mut pair = Pair::start(&[&second]).await;
    assert_eq!(pair.report(100_000).await, Report::Clean);
    assert_eq!(pair.report(50_000).await, Report::found(b"X"));
    assert_eq!(pair.heard().await.message.len(), 150_000);
}

#[tokio::test]
async fn an_answer_to_another_scan_is_none_and_ends_the_session() {
    for answer in [
        &b"1: stream: OK\0"[..],
        b"3: stream: OK\0",
        b"stream: OK\0",
        b"22: stream: OK\0",
        b"2: stream: OK\x003: stream: OK\0",
        b"\xff\0",
    ] {
        let wrong = with(&[Step::HearAll, Step::Say(answer), Step::Drain]);
        let mut pair = Pair::start(&[&wrong, &FIRST]).await;
        assert_eq!(pair.report(1_000).await, Report::Clean);
        let report = pair.report(1_000).await;
        assert!(is_unscanned(&report, Reason::Garbled), "{report}");
        pair.heard().await;
        assert_eq!(pair.report(1_000).await, Report::Clean);
    }
}

#[tokio::test]
async fn a_session_that_was_closed_while_idle_costs_no_message() {
    let mut pair = Pair::start(&[&FIRST, &FIRST]).await;
    assert_eq!(pair.report(1_000).await, Report::Clean);
    pair.heard().await;
    assert_eq!(pair.report(200_000).await, Report::Clean);
    assert_eq!(pair.heard().await.message, vec![b'm'; 200_000]);
}

#[tokio::test]
async fn a_session_that_closes_in_the_middle_is_begun_again_with_the_whole_message_or_not_at_all() {
    for step in [Step::Hear(0), Step::Hear(70_000), Step::HearAll] {
        let breaks = with(&[step]);
        let mut pair = Pair::start(&[&breaks, &FIRST]).await;
        assert_eq!(pair.report(1_000).await, Report::Clean);
        assert_eq!(pair.report(200_000).await, Report::Clean);
        pair.heard().await;
        assert_eq!(pair.heard().await.message, vec![b'm'; 200_000]);
    }
    let breaks = with(&[Step::Hear(700_000)]);
    let pair = Pair::start(&[&breaks, &FIRST]).await;
    assert_eq!(pair.report(1_000).await, Report::Clean);
    let report = pair.report(10 << 20).await;
    assert!(is_unscanned(&report, Reason::Io), "{report}");
}

#[tokio::test]
async fn a_new_session_that_breaks_is_not_begun_again() {
    for step in [Step::Hear(10), Step::HearAll] {
        let pair = Pair::start(&[&[Step::HearSession, step], &FIRST]).await;
        let report = pair.report(100_000).await;
        assert!(is_unscanned(&report, Reason::Io), "{report}");
    }
}

#[tokio::test]
async fn an_early_answer_in_a_session_is_kept() {
    let complaint = b"2: INSTREAM size limit exceeded. ERROR\0";
    let early = with(&[Step::Hear(10), Step::Say(complaint), Step::Drain]);
    let pair = Pair::start(&[&early, &FIRST]).await;
    assert_eq!(pair.report(1_000).await, Report::Clean);
    let expected = Report::unscanned(Reason::LimitExceeded, "INSTREAM size limit exceeded. ERROR");
    assert_eq!(pair.report(64 << 20).await, expected);
    assert_eq!(pair.report(1_000).await, Report::Clean);
}

#[tokio::test]
async fn a_dropped_scan_takes_its_session_with_it() {
    let dropped = with(&[Step::HearAll, Step::Say(b"2: stream: OK\0")]);
    let mut pair = Pair::start(&[&dropped, &FIRST]).await;
    assert_eq!(pair.report(1_000).await, Report::Clean);
    let mut scan = pair.clamd.start(&Envelope::default());
    scan.feed(Bytes::from(vec![b'm'; 100_000])).await;
    drop(scan);
    assert_eq!(pair.report(1_000).await, Report::Clean);
    let heard = pair.heard().await;
    assert!(heard.message.len() < 102_000, "{}", heard.message.len());
}

#[tokio::test]
async fn an_idle_session_is_closed_when_its_time_is_over() {
    let mut pair = Pair::keeping(&[&with(&[Step::Drain])], SOON).await;
    assert_eq!(pair.report(1_000).await, Report::Clean);
    assert!(pair.heard().await.ended);
}
