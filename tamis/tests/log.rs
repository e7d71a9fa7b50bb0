//! The lines of the log: every one is in the schema, the schema says nothing that is not so, and the page is made from it.
//!
//! `TAMIS_BLESS=1 cargo test -p tamis --test log` writes the page anew.

mod daemon;
mod support;

use daemon::{Daemon, TAMIS};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::clamd::{Clamd, eicar};
use support::{PATIENCE, postfix::Postfix, smtp::Smtp};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn schema() -> Value {
    let text = fs::read_to_string(file("docs/log.schema.json")).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

/// What the schema says of a line; none if it does not know it.
fn described<'a>(schema: &'a Value, message: &str) -> Option<&'a Value> {
    let mut events = schema["oneOf"].as_array().expect("a list").iter();
    events.find(|event| event["properties"]["message"]["const"] == message)
}

/// What is wrong with a line.
fn faults(schema: &Value, line: &Value) -> Vec<String> {
    let message = line["message"].as_str().unwrap_or_default();
    let Some(event) = described(schema, message) else {
        return vec![format!("no such line: {message}")];
    };
    let mut faults = Vec::new();
    for part in [schema, event] {
        for key in part["required"].as_array().expect("a list") {
            if line.get(key.as_str().expect("a key")).is_none() {
                faults.push(format!("{key} is missing"));
            }
        }
    }
    for (key, value) in line.as_object().expect("an object") {
        let rules = [&schema["properties"][key], &event["properties"][key]];
        if rules.iter().all(|rule| rule.is_null()) {
            faults.push(format!("{key} is not described"));
        }
        for rule in rules {
            faults.extend(fault(rule, value).map(|fault| format!("{key}: {fault}")));
        }
    }
    faults
}

/// Those words of JSON Schema that are used.
fn fault(rule: &Value, value: &Value) -> Option<String> {
    let is = match rule["type"].as_str() {
        None => true,
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some(other) => panic!("the type {other}"),
    };
    let fits = rule["enum"]
        .as_array()
        .is_none_or(|words| words.contains(value));
    let equal = rule.get("const").is_none_or(|word| word == value);
    (!is || !fits || !equal).then(|| format!("{value} is not as {rule} says"))
}

/// Every line of a log is as the schema says; the lines that there were.
#[track_caller]
fn check(log: &str) -> BTreeSet<String> {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for line in log.lines() {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(faults(&schema, &value), Vec::<String>::new(), "{line}");
        seen.insert(value["message"].as_str().expect("a text").to_owned());
    }
    seen
}

const POLICY: &str = r#"
[[rule]]
name = "nobody"
when = { recipient = "nobody@example.org" }
then = { reject = "550 5.1.1 no such person" }

[[rule]]
name = "virus"
when = { scan.result = "found" }
then = { reject = "550 5.7.1 infected", quarantine = true }

[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true, tag = "program", capture = "both", notify = { to = "postmaster@example.org", text = "a program" } }

[[rule]]
name = "watched"
mode = "observe"
when = { size = ">0" }
then = { reject = true }
"#;

/// Messages that go all ways, with things in them that a log must not believe.
fn mail() -> Vec<String> {
    let message = |from: &str, subject: &str, name: &str, content: &str| {
        format!(
            "From: {from}\r\nTo: b@example.org\r\nSubject: {subject}\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n\
             Content-Type: application/octet-stream; name=\"{name}\"\r\n\r\n{content}\r\n--b--\r\n"
        )
    };
    let virus = String::from_utf8(eicar()).expect("text");
    vec![
        message("a@example.com", "plain", "note.txt", "text"),
        message(
            "a@example.com",
            "program",
            "run\u{1b}[31m\u{202e}.exe",
            "MZ",
        ),
        message("a@example.com", "virus", "x.com", &virus),
        message(
            "a@example.com\r\nFrom: c@example.com",
            "two senders",
            "x.txt",
            "x",
        ),
        "no header\r\n".to_owned(),
    ]
}

#[test]
fn every_line_of_a_busy_day_is_as_the_schema_says() {
    let dir = support::directory();
    let Some(clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let place = dir.path().display();
    let further = format!(
        "policy_watch = \"off\"\n[scanner.clamd]\naddress = \"{}\"\n[scanner.away]\nkind = \"clamd\"\naddress = \"tcp:127.0.0.1:{}\"\n\
         [capture]\ndir = \"{place}/copies\"\n[notify]\ndir = \"{place}/notices\"\nfrom = \"postmaster@example.org\"\n\
         [control]\ndir = \"{place}/control\"\n",
        clamd.tcp(),
        support::free_port()
    );
    fs::create_dir(dir.path().join("notices")).expect("a directory");
    let mut daemon = Daemon::start(dir.path(), POLICY, &further);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let send = |recipient: &str, message: &str| {
        let mut session = Smtp::open(postfix.smtp_port());
        session.mail("a@example.com").expect("a reply");
        if session.rcpt(recipient).expect("a reply").0 == 250 {
            session.data(message.as_bytes()).expect("a reply");
        }
    };
    for message in mail() {
        send("b@example.org", &message);
    }
    send("nobody@example.org", "");
    daemon.policy("[[rule]]\nname = 1\n");
    daemon.process.signal("HUP");
    daemon.wait_for("goes on to rule", 1);
    daemon.policy(&POLICY.replace("no such person", "nobody"));
    daemon.process.signal("HUP");
    daemon.wait_for("policy reloaded", 1);
    for arguments in [&["on", "--for", "1h", "--reason", "a\nb"][..], &["off"]] {
        let mut command = Command::new(TAMIS);
        command
            .arg("bypass")
            .args(arguments)
            .arg("--config")
            .arg(dir.path().join("tamis.toml"));
        assert!(command.status().expect("it runs").success());
        let (text, message) = match arguments {
            ["off"] => ("inspection is on again", "Subject: x\r\n\r\nx\r\n"),
            _ => ("inspection is switched off", "Subject: y\r\n\r\ny\r\n"),
        };
        daemon.wait_for(text, 1);
        send("b@example.org", message);
    }
    daemon.process.signal("USR1");
    daemon.wait_for("\"notices\"", 1);
    daemon.process.stop();
    let seen = check(&daemon.log());
    for message in [
        "ready",
        "scanner is there",
        "scanner does not answer",
        "message",
        "refused",
        "policy has a fault, the old one goes on to rule",
        "policy reloaded",
        "inspection is switched off: mail passes uninspected",
        "message passed uninspected",
        "inspection is on again",
        "notice sent",
        "rule",
        "notices",
        "draining",
        "ended",
    ] {
        assert!(seen.contains(message), "{message} is not among {seen:?}");
    }
    // One summary for each message that was inspected to its end, and the queue id finds it.
    let events = daemon.events("message");
    assert_eq!(events.len(), mail().len() + 1);
    for event in &events {
        let id = event["queue_id"].as_str().expect("a queue id");
        let lines = daemon
            .log()
            .lines()
            .filter(|line| line.contains(id))
            .count();
        assert_eq!(lines, 1, "{id}");
    }
    let text = daemon.log();
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "nothing unescaped"
    );
}

#[test]
fn the_text_of_a_message_is_one_line_that_its_queue_id_finds() {
    let dir = support::directory();
    let port = support::free_port();
    let config = format!(
        "listen = \"inet:127.0.0.1:{port}\"\n[quarantine]\ndir = \"{}/quarantine\"\n",
        dir.path().display()
    );
    fs::write(dir.path().join("tamis.toml"), config).expect("written");
    let mut command = Command::new(TAMIS);
    command
        .arg("milter")
        .arg("--config")
        .arg(dir.path().join("tamis.toml"));
    let log = dir.path().join("log");
    let _process = support::process::Process::start(&mut command, &log).expect("started");
    let text = || fs::read_to_string(&log).unwrap_or_default();
    support::wait_for("the daemon", PATIENCE, || {
        text().contains("ready").then_some(())
    });
    let address = format!("inet:127.0.0.1:{port}");
    let Some(postfix) = support::ready(Postfix::start(&address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    session.mail("a@example.com").expect("a reply");
    session.rcpt("b@example.org").expect("a reply");
    let reply = session.data(b"Subject: x\r\n\r\nx\r\n").expect("a reply");
    let id = reply.1.rsplit(' ').next().expect("a queue id").trim();
    let text = text();
    let lines: Vec<_> = text.lines().filter(|line| line.contains(id)).collect();
    assert_eq!(lines.len(), 1, "{id}: {text}");
    let begins = format!(" INFO message queue_id=\"{id}\" verdict=\"deliver\" changed=");
    assert!(lines[0].contains(&begins), "{}", lines[0]);
}

/// The messages of all calls of the macros that log, in the source of a crate.
fn logged(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            logged(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let source = fs::read_to_string(&path).expect("a source");
            for name in ["error!(", "warn!(", "info!(", "debug!("] {
                let calls = source.match_indices(name).filter(|(at, _)| {
                    let before = source.get(..*at).and_then(|text| text.chars().next_back());
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
                });
                found.extend(calls.filter_map(|(at, _)| message_of(&source[at + name.len()..])));
            }
        }
    }
}

/// The last text in quotes before the bracket that ends the call.
fn message_of(call: &str) -> Option<String> {
    let (mut depth, mut quoted, mut last, mut start) = (1, false, None, 0);
    let mut characters = call.char_indices();
    while let Some((at, c)) = characters.next() {
        match (c, quoted) {
            ('\\', true) => {
                characters.next();
            }
            ('"', false) => (quoted, start) = (true, at + 1),
            ('"', true) => (quoted, last) = (false, call.get(start..at)),
            ('(', false) => depth += 1,
            (')', false) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    last.map(str::to_owned)
}

#[test]
fn every_line_that_can_be_logged_is_in_the_schema() {
    let mut found = BTreeSet::new();
    for name in ["tamis/src", "milter/src", "scan/src"] {
        logged(&file(name), &mut found);
    }
    assert!(found.len() > 30, "{found:?}");
    let schema = schema();
    let missing: Vec<_> = found
        .iter()
        .filter(|it| described(&schema, it).is_none())
        .collect();
    assert!(
        missing.is_empty(),
        "describe these in docs/log.schema.json: {missing:?}"
    );
    let events = schema["oneOf"].as_array().expect("a list").iter();
    let known = events.map(|event| event["title"].as_str().expect("a title"));
    let gone: Vec<_> = known.filter(|title| !found.contains(*title)).collect();
    assert!(gone.is_empty(), "nobody says these any more: {gone:?}");
}

#[test]
fn the_page_is_made_from_the_schema() {
    let mut page = include_str!("log-head.md").to_owned();
    let schema = schema();
    for event in schema["oneOf"].as_array().expect("a list") {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let title = text(&event["title"]);
        let levels = event["properties"]["level"]["enum"]
            .as_array()
            .expect("a list");
        let levels: Vec<_> = levels.iter().map(text).collect();
        let _ = write!(
            page,
            "\n## `{title}`\n{} Level {}.\n",
            text(&event["description"]),
            levels.join(", ")
        );
        let required = event["required"].as_array().expect("a list");
        let keys = event["properties"].as_object().expect("an object");
        let keys = keys
            .iter()
            .filter(|(key, _)| !["message", "level"].contains(&key.as_str()));
        for (index, (key, rule)) in keys.enumerate() {
            if index == 0 {
                page.push_str("\n| key | what it says |\n|---|---|\n");
            }
            let shown = if required.iter().any(|it| it == key) {
                format!("`{key}`")
            } else {
                format!("(`{key}`)")
            };
            let words = rule["enum"].as_array().map(|words| {
                let words: Vec<_> = words
                    .iter()
                    .map(|word| format!("`{}`", text(word)))
                    .collect();
                format!(": {}", words.join(", "))
            });
            let _ = writeln!(
                page,
                "| {shown} | {}{} |",
                text(&rule["description"]),
                words.unwrap_or_default()
            );
        }
    }
    let path = file("docs/log.md");
    if std::env::var_os("TAMIS_BLESS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/log.md is out of date: TAMIS_BLESS=1 cargo test -p tamis --test log"
    );
}
