//! A policy that changes while mail goes through: nothing fails, and each message is judged by exactly one version.

mod daemon;
mod support;

use daemon::Daemon;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use support::{PATIENCE, postfix::Postfix, smtp::Smtp};

const SESSIONS: usize = 3;

/// Reloads, of which one in ten is of a policy with a fault.
const ROUNDS: u32 = 1_000;

/// Messages of one session, at most.
const MESSAGES: usize = 2_000;

/// A policy that refuses one of two recipients, which one depends on the number, and writes its number into the message:
/// both must be of the same policy.
fn policy(number: u32) -> String {
    let refused = if number.is_multiple_of(2) {
        "even"
    } else {
        "odd"
    };
    format!(
        "[[rule]]\nname = \"half\"\nwhen = {{ recipient = \"{refused}@example.org\" }}\nthen = {{ reject = \"550 5.7.1 {number}\" }}\n\
         [[rule]]\nname = \"stamp\"\nthen = {{ set_header = {{ X-Policy = \"{number}\" }} }}\n"
    )
}

/// Several ways to be wrong.
fn broken(number: u32) -> String {
    let good = policy(number);
    match number / 10 % 4 {
        0 => good.replace("name", "nam"),
        1 => good.chars().take(good.len() / 2).collect(),
        2 => format!("include = [\"missing.toml\"]\n{good}"),
        _ => good.replace("550 5.7.1", "250 2.0.0"),
    }
}

/// Sends messages until it is told to stop; gives the number of the policy that refused a recipient of each, by the
/// Message-ID.
fn send(port: u16, session: usize, stop: &AtomicBool) -> HashMap<String, u32> {
    let mut sent = HashMap::new();
    let mut smtp = Smtp::open(port);
    while !stop.load(Ordering::Relaxed) && sent.len() < MESSAGES {
        let id = format!("{session}.{}@example.com", sent.len());
        let message = format!(
            "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <{id}>\r\n\r\nHi\r\n"
        );
        assert_eq!(smtp.mail("a@example.com").expect("a reply").0, 250);
        let replies = ["even", "odd"].map(|name| {
            let address = format!("{name}@example.org");
            smtp.rcpt(&address).expect("a reply")
        });
        let refusals: Vec<_> = replies.iter().filter(|reply| reply.0 == 550).collect();
        let [refusal] = refusals.as_slice() else {
            panic!("one policy refuses one of the recipients: {replies:?}");
        };
        let number = refusal.1.strip_prefix("5.7.1 ").expect("a number");
        let reply = smtp.data(message.as_bytes()).expect("a reply");
        assert_eq!(reply.0, 250, "{}", reply.1);
        sent.insert(id, number.parse().expect("a number"));
    }
    sent
}

/// The value of a field of a delivered message, and no second one.
fn field<'a>(mail: &'a str, name: &str) -> &'a str {
    let mut values = mail.lines().filter_map(|line| line.strip_prefix(name));
    let value = values.next().unwrap_or_else(|| panic!("no {name}{mail}"));
    assert_eq!(values.next(), None, "two of {name}{mail}");
    value
}

/// The queue id that Postfix has written into its trace.
fn queue_id(mail: &str) -> &str {
    let (_, rest) = mail.split_once(" id ").expect("a queue id");
    rest.split(['\n', ' ', ';']).next().expect("a queue id")
}

/// Has the policy read again a thousand times; gives the version of each number that was taken.
fn reload_often(daemon: &Daemon) -> BTreeMap<u32, String> {
    let mut log = daemon.follow();
    let ready = log.wait_for("\"ready\"");
    let mut versions = BTreeMap::from([(0, ready["policy"].as_str().expect("one").to_owned())]);
    for number in 1..=ROUNDS {
        if number % 10 == 5 {
            daemon.policy(&broken(number));
            daemon.process.signal("HUP");
            log.wait_for("policy has a fault");
        } else {
            daemon.policy(&policy(number));
            daemon.process.signal("HUP");
            let event = log.wait_for("policy reloaded");
            let version = event["version"].as_str().expect("a version");
            versions.insert(number, version.to_owned());
        }
    }
    versions
}

#[test]
fn a_thousand_reloads_under_load_lose_nothing() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), &policy(0), "policy_watch = \"off\"");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let port = postfix.smtp_port();
    let stop = Arc::new(AtomicBool::new(false));
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|session| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || send(port, session, &stop))
        })
        .collect();
    let versions = reload_often(&daemon);
    stop.store(true, Ordering::Relaxed);
    let mut sent = HashMap::new();
    for session in sessions {
        sent.extend(session.join().expect("every message is accepted"));
    }
    let (taken, of) = (
        u32::try_from(versions.len()).expect("few"),
        ROUNDS * 9 / 10 + 1,
    );
    assert_eq!(taken, of, "nine of ten are right");

    let mut judged = HashMap::new();
    for delivered in postfix.wait_for(sent.len(), 4 * PATIENCE) {
        let mail = String::from_utf8(delivered).expect("text");
        let number: u32 = field(&mail, "X-Policy: ").parse().expect("a number");
        let id = field(&mail, "Message-ID: ").trim_matches(['<', '>']);
        assert_eq!(
            sent.remove(id),
            Some(number),
            "one policy for all stages\n{mail}"
        );
        judged.insert(queue_id(&mail).to_owned(), number);
    }
    assert_eq!(sent.len(), 0, "all were delivered, once");

    let numbers: std::collections::HashSet<_> = judged.values().collect();
    assert!(
        numbers.len() > 20,
        "many policies have judged: {}",
        numbers.len()
    );
    daemon.wait_for("\"message\":\"message\"", judged.len());
    for event in daemon.events("message") {
        let id = event["queue_id"].as_str().expect("a queue id");
        let number = judged
            .remove(id)
            .unwrap_or_else(|| panic!("twice: {event}"));
        assert_eq!(
            event["policy"].as_str(),
            versions.get(&number).map(String::as_str),
            "{event}"
        );
        assert_eq!(event["verdict"], "deliver", "{event}");
    }
    assert_eq!(judged.len(), 0, "each message has its line in the log");
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let dir = support::directory();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("policy.d")).expect("a directory");
    fs::write(path("bad.txt"), "bad.example\n").expect("written");
    let policy = "drop_in = \"policy.d\"\n[list.bad]\nkind = \"domain\"\nfile = \"bad.txt\"\n\
        [[rule]]\nname = \"bad\"\nwhen = { header_address.From = \"list:bad\" }\nthen = { reject = true }\n";
    let daemon = Daemon::start(dir.path(), policy, "policy_watch = \"50ms\"");
    let mut log = daemon.follow();
    let first = log.wait_for("\"ready\"")["policy"].clone();

    fs::write(path("bad.txt"), "bad.example\nworse.example\n").expect("written");
    let event = log.wait_for("policy reloaded");
    assert!(
        event["before"] == first && event["version"] != first,
        "{event}"
    );
    fs::write(path("policy.d/10-more.toml"), "[[rule]\n").expect("written");
    log.wait_for("policy has a fault");
    fs::write(
        path("policy.d/10-more.toml"),
        "[[rule]]\nname = \"more\"\nthen = { tag = \"x\" }\n",
    )
    .expect("written");
    assert_eq!(log.wait_for("policy reloaded")["rules"], 2);
    fs::remove_file(path("policy.d/10-more.toml")).expect("removed");
    assert_eq!(log.wait_for("policy reloaded")["rules"], 1);
    fs::remove_file(path("bad.txt")).expect("removed");
    log.wait_for("policy has a fault");
    // A file that comes back is a change as well.
    fs::write(path("bad.txt"), "bad.example\n").expect("written");
    assert_eq!(log.wait_for("policy reloaded")["version"], first);
}

#[test]
fn the_log_is_told_how_often_rules_have_fired() {
    const POLICY: &str = "[[rule]]\nname = \"bad\"\nwhen = { sender = \"bad@example.com\" }\nthen = { reject = true }\n\
        [[rule]]\nname = \"tried\"\nmode = \"observe\"\nwhen = { sender = \"new@example.com\" }\nthen = { reject = true }\n";
    let dir = support::directory();
    let mut daemon = Daemon::start(dir.path(), POLICY, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let mut send = |sender: &str| {
        let message = b"Subject: x\r\n\r\nhello\r\n";
        let reply = session.send(sender, &["b@example.org"], message);
        reply.expect("a reply").0
    };
    assert_eq!(
        ["bad@example.com", "new@example.com", "a@example.com"].map(&mut send),
        [550, 250, 250]
    );
    let mut log = daemon.follow();
    let mut counted = |rule: &str| {
        let event = log.wait_for(&format!("\"rule\":\"{rule}\",\"fired\""));
        (event["fired"].as_u64(), event["observed"].as_u64())
    };
    daemon.process.signal("USR1");
    assert_eq!(counted("bad"), (Some(1), Some(0)));
    assert_eq!(counted("tried"), (Some(0), Some(1)));
    assert_eq!(send("bad@example.com"), 550);
    assert!(daemon.process.stop().success());
    assert_eq!(counted("bad"), (Some(2), Some(0)));
    assert_eq!(counted("tried"), (Some(0), Some(1)));
}
