//! Everything at once for a while: eight sessions of Postfix that replay mail, a policy that changes, a scanner that comes
//! and goes. Nothing fails, nothing is lost, and memory and descriptors stay where they are.
//!
//! `TAMIS_SECONDS=1800 cargo test --release -p tamis --test endurance -- --nocapture` goes on for half an hour;
//! `TAMIS_MAIL=DIR` replays the messages of a directory beside those of the corpus.

mod daemon;
mod support;

use daemon::Daemon;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use support::{PATIENCE, clamd::Clamd, clamd::eicar, postfix::Postfix, smtp::Smtp, wait_for};

const SESSIONS: usize = 8;

/// Times that a message is sent that is put off because of the scanner: it comes and goes.
const TRIES: usize = 1_200;

const POLICY: &str = r#"
[[rule]]
name = "infected"
when = { scan.result = "found" }
then = { reject = "550 5.7.1 {scan.signature} found" }

[[rule]]
name = "programs"
when = { part.kind = ["executable", "script"] }
then = { strip = true }

[[rule]]
name = "unread"
when = { limit = true }
then = { quarantine = true }

[[rule]]
name = "version"
then = { set_header = { X-Version = "VERSION" } }
"#;

/// What became of the messages of all sessions.
#[derive(Debug, Default)]
struct Count {
    accepted: AtomicUsize,
    refused: AtomicUsize,
    put_off: AtomicUsize,
    /// Put off for good: what cannot be made safe.
    unsafe_for_good: AtomicUsize,
}

fn add(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The messages that are replayed, with CRLF at the ends of lines.
fn messages() -> Vec<Vec<u8>> {
    let cases = tamis_corpus::cases().expect("a corpus");
    let mut messages: Vec<_> = cases.into_iter().map(|case| case.message).collect();
    if let Some(further) = std::env::var_os("TAMIS_MAIL") {
        let further = tamis_corpus::mailbox::messages(Path::new(&further)).expect("mail");
        messages.extend(further.into_iter().map(|(_, message)| message));
    }
    let infected = [b"Subject: x\r\n\r\n".as_slice(), &eicar()].concat();
    let large = [
        b"Subject: x\r\n\r\n".to_vec(),
        b"a line of text\r\n".repeat(60_000),
    ]
    .concat();
    messages.extend([infected, large]);
    let sound = |message: &Vec<u8>| message.len() < 4 << 20;
    messages
        .into_iter()
        .filter(sound)
        .map(|message| with_crlf(&message))
        .collect()
}

fn with_crlf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        out.extend(line.iter().filter(|octet| !matches!(**octet, b'\r' | 0)));
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Sends one message after the other until it is told to stop.
fn replay(port: u16, session: usize, messages: &[Vec<u8>], count: &Count, stop: &AtomicBool) {
    let mut smtp = Smtp::open(port);
    let mut at = session * messages.len() / SESSIONS;
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) {
        let message = &messages[at % messages.len()];
        at += 1;
        sent += 1;
        if sent % 50 == 0 {
            assert_eq!(smtp.quit().expect("a reply").0, 221);
            smtp = Smtp::open(port);
        }
        send(&mut smtp, message, count);
    }
}

/// Sends a message until it is taken or refused.
fn send(smtp: &mut Smtp, message: &[u8], count: &Count) {
    for _ in 0..TRIES {
        let reply = smtp.send("a@example.com", &["b@example.org"], message);
        let reply = reply.expect("a reply");
        match reply.0 {
            250 => return add(&count.accepted),
            550 | 554 => return add(&count.refused),
            451 if reply.1.contains("could not be made safe") => return add(&count.unsafe_for_good),
            451 if reply.1.contains("could not be scanned") => add(&count.put_off),
            _ => panic!("{reply:?} to {}", message.escape_ascii()),
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("never taken: {}", message.escape_ascii());
}

/// What a process has: memory in KiB, and descriptors.
fn has(process: u32) -> (u64, usize) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let memory = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    let descriptors = fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
    (memory.unwrap_or(0), descriptors)
}

/// Has the policy read again and the scanner come and go until the time is over. Gives what the daemon had meanwhile, and how
/// many messages were delivered.
fn disturb(
    daemon: &Daemon,
    clamd: &mut Clamd,
    postfix: &Postfix,
    time: Duration,
) -> (Vec<(u64, usize)>, usize) {
    let (start, mut samples, mut delivered) = (Instant::now(), Vec::new(), 0);
    for round in 1_u32.. {
        if start.elapsed() > time {
            break;
        }
        let policy = POLICY.replace("VERSION", &round.to_string());
        match round % 10 {
            5 => daemon.policy("[[rule]]\nname = 5\n"),
            _ => daemon.policy(&policy),
        }
        daemon.process.signal("HUP");
        match round % 12 {
            4 => clamd.restart(),
            8 => {
                clamd.signal("STOP");
                thread::sleep(Duration::from_millis(300));
                clamd.signal("CONT");
            }
            11 => clamd.reload(),
            _ => {}
        }
        thread::sleep(Duration::from_millis(200));
        samples.push(has(daemon.process.id()));
        delivered += postfix.take_deliveries();
    }
    (samples, delivered)
}

/// The most memory and the most descriptors of some samples.
fn most(samples: &[(u64, usize)]) -> (u64, usize) {
    samples.iter().fold((0, 0), |most, sample| {
        (most.0.max(sample.0), most.1.max(sample.1))
    })
}

/// What has been logged, and how often, but for what is said of each message or reload.
fn complaints(daemon: &Daemon) -> BTreeMap<String, usize> {
    let mut complaints = BTreeMap::new();
    for line in daemon.log().lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        // One policy in ten has a fault, and that is said.
        let meant = text("message").starts_with("policy");
        if !meant && matches!(&*text("level"), "WARN" | "ERROR") {
            *complaints.entry(text("message")).or_default() += 1;
        }
    }
    complaints
}

#[test]
fn mail_goes_through_while_everything_changes() {
    let seconds = std::env::var("TAMIS_SECONDS").ok();
    let time = Duration::from_secs(seconds.map_or(8, |text| text.parse().expect("a number")));
    let dir = support::directory();
    let Some(mut clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let scanner = format!("[scanner.clamd]\naddress = \"{}\"\n", clamd.unix());
    let policy = POLICY.replace("VERSION", "0");
    let daemon = Daemon::start(dir.path(), &policy, &scanner);
    // What is put off is sent again at once, in the same session.
    let settings = [
        ("smtpd_client_connection_count_limit", "0"),
        ("smtpd_hard_error_limit", "1000000"),
        ("smtpd_soft_error_limit", "1000000"),
    ];
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &settings)) else {
        return;
    };
    let (port, messages) = (postfix.smtp_port(), Arc::new(messages()));
    let (count, stop) = (Arc::new(Count::default()), Arc::new(AtomicBool::new(false)));
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|session| {
            let (messages, count, stop) =
                (Arc::clone(&messages), Arc::clone(&count), Arc::clone(&stop));
            thread::spawn(move || replay(port, session, &messages, &count, &stop))
        })
        .collect();
    let (samples, mut delivered) = disturb(&daemon, &mut clamd, &postfix, time);
    stop.store(true, Ordering::Relaxed);
    for session in sessions {
        session.join().expect("a session without a failure");
    }

    let accepted = count.accepted.load(Ordering::Relaxed);
    let discarded = daemon.log().matches("\"verdict\":\"discard\"").count();
    wait_for("everything that was accepted", PATIENCE * 2, || {
        delivered += postfix.take_deliveries();
        (delivered + discarded >= accepted).then_some(())
    });
    assert_eq!(delivered + discarded, accepted, "each message arrives once");
    assert!(accepted > 20, "{count:?}");

    let third = samples.len() / 3;
    let (first, last) = (
        most(&samples[..third.max(1)]),
        most(&samples[samples.len() - third.max(1)..]),
    );
    println!(
        "{messages} messages replayed for {time:?}: {count:?}\nmost of the first third {first:?}, of the last {last:?}",
        messages = messages.len()
    );
    assert!(
        last.0 <= first.0 + first.0 / 4 + (24 << 10),
        "memory in KiB: {first:?} {last:?}"
    );
    assert!(last.1 <= first.1 + 16, "descriptors: {first:?} {last:?}");
    // That the scanner is away is said, and that root runs it; nothing else.
    let complaints = complaints(&daemon);
    let known = |name: &&String| !name.starts_with("scanner ") && *name != "running as root";
    let unknown: Vec<_> = complaints.keys().filter(known).collect();
    assert!(unknown.is_empty(), "{complaints:?}");
}
