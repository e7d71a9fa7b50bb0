//! Scanners that are handed parts: what they find is of that part alone, and the same content is scanned once.

mod support;

use bytes::Bytes;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use support::clamd::Clamd;
use tamis::inspect::{Engine, Fate, Feeds, Inspection, Outcome, Patience, Site};
use tamis_rules::{Envelope, Sources, load};
use tamis_scan::{
    Clamd as ClamdScanner, ClamdSettings, Pieces, Probe, Reason, Report, Scan, Scanner, Unscanned,
    Verdicts,
};
use tokio_stream::StreamExt as _;

/// Strips the part in which something is found; refuses what is found in the message as a whole.
const POLICY: &str = r#"
[[rule]]
name = "part"
when = { scan.result = "found", scan.of = "part" }
then = { strip = "{scan.signature} was in {part.name}" }

[[rule]]
name = "whole"
when = { scan.result = "found", scan.of = "message" }
then = { reject = "550 5.7.1 {scan.signature} found" }
"#;

/// A scanner that notes what it is handed, finds "bad" in it, and has no answer to "slow".
#[derive(Clone, Debug, Default)]
struct Words(Arc<Mutex<Vec<String>>>);

impl Words {
    fn handed(&self) -> Vec<String> {
        let mut handed = std::mem::take(&mut *self.0.lock().expect("not poisoned"));
        handed.sort();
        handed
    }
}

impl Scanner for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn start(&self, _: &tamis_scan::Envelope) -> Scan {
        let handed = Arc::clone(&self.0);
        Scan::start(self.bounds(), |mut pieces: Pieces| async move {
            let mut content = Vec::new();
            while let Some(Ok(piece)) = pieces.next().await {
                content.extend_from_slice(&piece);
            }
            let content = String::from_utf8_lossy(&content).into_owned();
            let report = match &*content {
                text if text.contains("bad") => Report::found(b"Bad.Word"),
                text if text.contains("slow") => std::future::pending().await,
                text if text.contains("broken") => Report::unscanned(Reason::Failed, "broken"),
                _ => Report::Clean,
            };
            handed.lock().expect("not poisoned").push(content);
            report
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async { Err(Unscanned::new(Reason::Failed, "a test")) })
    }
}

fn message(texts: &[&str]) -> String {
    let part = |(number, text): (usize, &&str)| {
        format!(
            "--b\r\nContent-Type: text/plain; name=\"{number}.txt\"\r\nContent-Disposition: attachment; filename=\"{number}.txt\"\r\n\r\n{text}\r\n"
        )
    };
    let parts: String = texts.iter().enumerate().map(part).collect();
    format!(
        "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@example.com>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    )
}

async fn inspect(engine: Engine, patience: Patience, message: &str) -> Outcome {
    inspect_by(POLICY, engine, patience, message).await
}

async fn inspect_by(policy: &str, engine: Engine, patience: Patience, message: &str) -> Outcome {
    let site = Site {
        engines: vec![engine],
        patience,
        ..Site::default()
    };
    let policy = load(&Sources::new("test.toml", policy)).expect("a policy");
    let mut inspection = Inspection::begin(Arc::new(site), Arc::new(policy), Envelope::default());
    let octets = Bytes::copy_from_slice(message.as_bytes());
    inspection.push(octets).await.expect("spooled");
    let judged = inspection.finish().await.expect("spooled");
    let carried_out = tokio::task::spawn_blocking(|| judged.carry_out());
    let outcome = carried_out.await.expect("no panic");
    outcome.expect("carried out")
}

/// `verdict`, and what rules have done.
fn told(outcome: &Outcome) -> String {
    let reasons: Vec<String> = outcome
        .report
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect();
    format!("{}: {}", outcome.report.verdict, reasons.join(", "))
}

fn words(feeds: Feeds, verdicts: bool) -> (Words, Engine) {
    let words = Words::default();
    let engine = Engine {
        feeds,
        verdicts: verdicts.then(|| Verdicts::new(tamis_scan::VerdictSettings::default())),
        ..Engine::new("words", Arc::new(words.clone()))
    };
    (words, engine)
}

#[tokio::test]
async fn each_part_is_handed_over_decoded_and_by_itself() {
    let mail = message(&["good", "bad", "good", ""]);
    let (words, engine) = words(Feeds::Parts, true);
    let outcome = inspect(engine.clone(), Patience::default(), &mail).await;
    assert_eq!(words.handed(), ["bad", "good"], "the same content once");
    assert_eq!(
        told(&outcome),
        "deliver: part (test.toml:2): strip part 2 \"1.txt\" [words: found Bad.Word]"
    );
    // What was said stands.
    inspect(engine, Patience::default(), &mail).await;
    assert_eq!(words.handed(), [""; 0]);

    let encoded = mail.replace(
        "\r\n\r\nbad\r\n",
        "\r\nContent-Transfer-Encoding: base64\r\n\r\nYmFk\r\n",
    );
    let (words, engine) = self::words(Feeds::Parts, false);
    let outcome = inspect(engine, Patience::default(), &encoded).await;
    assert_eq!(words.handed(), ["bad", "good", "good"]);
    assert!(
        told(&outcome).starts_with("deliver: part"),
        "{}",
        told(&outcome)
    );
}

#[tokio::test]
async fn what_a_scanner_is_handed_is_a_setting() {
    let mail = message(&["good", "bad"]);
    for (feeds, handed, expected) in [
        (Feeds::Message, 1, "reject: whole"),
        (Feeds::Parts, 2, "deliver: part"),
        // The message, its parts, and what is delivered of it.
        (Feeds::Both, 4, "deliver: part"),
    ] {
        let (words, engine) = words(feeds, true);
        let outcome = inspect(engine, Patience::default(), &mail).await;
        assert_eq!(words.handed().len(), handed, "{feeds:?}");
        assert!(told(&outcome).starts_with(expected), "{}", told(&outcome));
    }
}

/// Takes out programs, and marks what is found.
const EDITS: &str = r#"
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { tag = "found" }

[[rule]]
name = "programs"
when = { part.name = "*.exe" }
then = { strip = "{part.name} was taken out" }

[[rule]]
name = "tag"
when = { subject = "*" }
then = { set_header = { X-Seen = "yes" } }
"#;

#[tokio::test]
async fn what_an_edit_makes_of_a_message_is_scanned_as_it_is_delivered() {
    let mail = message(&["good", "a program"]).replace("1.txt", "1.exe");
    let (words, engine) = words(Feeds::Message, false);
    let outcome = inspect_by(EDITS, engine, Patience::default(), &mail).await;
    let Fate::Deliver(delivered) = &outcome.fate else {
        panic!("{}", told(&outcome));
    };
    let mut result = String::new();
    std::io::Read::read_to_string(&mut delivered.message(), &mut result).expect("read");
    assert!(!result.contains("a program"), "{result}");
    let mut handed = words.handed();
    handed.retain(|handed| *handed != mail);
    assert_eq!(handed, [result]);
}

#[tokio::test]
async fn other_header_fields_are_no_reason_to_scan_again() {
    let (words, engine) = words(Feeds::Message, false);
    let outcome = inspect_by(EDITS, engine, Patience::default(), &message(&["good"])).await;
    assert!(
        told(&outcome).starts_with("deliver: tag"),
        "{}",
        told(&outcome)
    );
    assert_eq!(words.handed().len(), 1);
}

#[tokio::test]
async fn what_a_scanner_says_of_the_result_alone_keeps_it_from_being_delivered() {
    for (text, patience, expected) in [
        (
            "bad",
            Patience::default(),
            "words finds Bad.Word in the result",
        ),
        (
            "broken",
            Patience::default(),
            "words has not scanned the result (failed)",
        ),
        (
            "slow",
            Patience(Duration::from_millis(300)),
            "words has not scanned the result (timeout)",
        ),
    ] {
        // The scanner sees it only once the part before it is gone: in the notice.
        let policy = EDITS.replace("{part.name} was taken out", &format!("a {text} notice"));
        let mail = message(&["good", "a program"]).replace("1.txt", "1.exe");
        let (_, engine) = words(Feeds::Message, false);
        let outcome = inspect_by(&policy, engine, patience, &mail).await;
        assert!(
            matches!(outcome.fate, Fate::TempFail(_)),
            "{}",
            told(&outcome)
        );
        assert!(told(&outcome).contains(expected), "{}", told(&outcome));
    }
}

#[tokio::test]
async fn what_was_found_in_a_part_that_goes_excuses_nothing_in_the_rest() {
    let mail = message(&["good", "bad"]).replace("Subject: x", "Subject: bad");
    let (_, engine) = words(Feeds::Both, false);
    let outcome = inspect(engine, Patience::default(), &mail).await;
    assert!(
        matches!(outcome.fate, Fate::TempFail(_)),
        "{}",
        told(&outcome)
    );
    let expected = "words finds Bad.Word in the result";
    assert!(told(&outcome).contains(expected), "{}", told(&outcome));
}

#[tokio::test]
async fn what_policy_has_heard_of_and_leaves_may_be_in_the_result_too() {
    let mail = message(&["bad", "a program"]).replace("1.txt", "1.exe");
    let (_, engine) = words(Feeds::Message, false);
    let outcome = inspect_by(EDITS, engine, Patience::default(), &mail).await;
    assert!(
        matches!(outcome.fate, Fate::Deliver(_)),
        "{}",
        told(&outcome)
    );

    let open = "[[rule]]\nname = \"open\"\nwhen = { scan.result = \"unscanned\" }\nthen = { tag = \"open\" }\n";
    let mail = message(&["broken", "a program"]).replace("1.txt", "1.exe");
    let (_, engine) = words(Feeds::Message, false);
    let outcome = inspect_by(
        &format!("{EDITS}\n{open}"),
        engine,
        Patience::default(),
        &mail,
    )
    .await;
    assert!(
        matches!(outcome.fate, Fate::Deliver(_)),
        "{}",
        told(&outcome)
    );
}

#[tokio::test]
async fn a_part_without_an_answer_leaves_the_message_unscanned() {
    for (text, patience) in [
        ("broken", Patience::default()),
        ("slow", Patience(Duration::from_millis(300))),
    ] {
        let (_, engine) = words(Feeds::Parts, true);
        let outcome = inspect(engine, patience, &message(&["good", text])).await;
        assert!(
            matches!(outcome.fate, Fate::TempFail(_)),
            "{text}: {}",
            told(&outcome)
        );
        assert!(
            told(&outcome).contains("unscanned (built-in)"),
            "{}",
            told(&outcome)
        );
    }
}

/// What clamd finds, encoded.
const EICAR: &str =
    "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=";

/// EICAR in a message in a message, so many levels deep.
fn deep(levels: usize) -> String {
    let head = "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
        Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n";
    let forward = format!("{head}Content-Type: message/rfc822\r\n\r\n");
    format!(
        "{}{head}Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{EICAR}\r\n",
        forward.repeat(levels)
    )
}

/// What clamd says of it by itself.
async fn asked(scanner: &ClamdScanner, message: &str) -> Report {
    let mut scan = scanner.start(&tamis_scan::Envelope::default());
    scan.feed(Bytes::copy_from_slice(message.as_bytes())).await;
    scan.finish().await
}

#[tokio::test]
async fn clamd_sees_what_lies_deeper_than_it_looks() {
    // As it comes by itself: it does not say what it has not looked at.
    let Some(clamd) = support::ready(Clamd::start(&["AlertExceedsMax no"])) else {
        return;
    };
    let address = clamd.unix().parse().expect("an address");
    let scanner = ClamdScanner::new(address, ClamdSettings::default());
    assert_eq!(asked(&scanner, &deep(40)).await, Report::Clean);

    // Of what is written anew, nothing lies so deep; what a policy leaves as it is, is handed over part by part.
    let ignored =
        format!("[repair]\ndeep-nesting = \"ignore\"\ndeep-message = \"ignore\"\n{POLICY}");
    for (levels, policy, expected) in [
        (1, POLICY, "reject: whole"),
        (9, POLICY, "reject: whole"),
        (40, POLICY, "reject: whole"),
        (9, &ignored, "reject: whole"),
        (20, &ignored, "deliver: part"),
        (40, &ignored, "deliver: part"),
    ] {
        let engine = Engine::new("clamd", Arc::new(scanner.clone()));
        let outcome = inspect_by(policy, engine, Patience::default(), &deep(levels)).await;
        assert!(
            told(&outcome).starts_with(expected),
            "{levels}: {}",
            told(&outcome)
        );
    }
}
