//! The endpoint of metrics and health: what it tells of real mail, and what it does with whoever asks oddly.

mod daemon;
mod support;

use daemon::Daemon;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};
use support::clamd::{Clamd, eicar};
use support::{PATIENCE, postfix::Postfix, smtp::Smtp, wait_for};

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
name = "unscanned"
when = { scan.result = "unscanned" }
then = { tempfail = "451 4.7.1 try again later" }

[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#;

/// A daemon that tells of itself, and the port where it does.
fn watched(place: &std::path::Path, policy: &str, further: &str) -> (Daemon, u16) {
    let port = support::free_port();
    let further = format!("{further}\n[metrics]\nlisten = \"127.0.0.1:{port}\"\n");
    (Daemon::start(place, policy, &further), port)
}

/// Sends these octets and returns what is answered, to its end.
fn ask(port: u16, octets: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    stream.write_all(octets.as_bytes()).expect("sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// The status and the content at a path.
fn get(port: u16, path: &str) -> (u16, String) {
    let answer = ask(port, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
    let (head, content) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.expect("a status"), content.to_owned())
}

/// Waits until the metrics have this line.
#[track_caller]
fn says(port: u16, line: &str) {
    let start = Instant::now();
    loop {
        let text = get(port, "/metrics").1;
        if text.lines().any(|it| it == line) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{line} is not in\n{text}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn only_what_there_is_can_be_had_and_only_by_get() {
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path(), "", "");
    assert_eq!(get(port, "/healthz"), (200, "alive\n".to_owned()));
    assert_eq!(get(port, "/readyz"), (200, "ready\n".to_owned()));
    assert_eq!(get(port, "/").0, 404);
    assert_eq!(get(port, "/metrics/").0, 404);
    assert_eq!(get(port, "/metrics?x=1").0, 200);
    let (status, text) = get(port, "/metrics");
    assert_eq!(status, 200);
    assert!(text.ends_with("# EOF\n"), "{text}");
    for request in [
        "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
        "HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
        "DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let answer = ask(port, request);
        assert!(answer.starts_with("HTTP/1.1 405 "), "{request}: {answer}");
    }
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100_000));
    for request in ["\r\n\r\n", "\u{0}\u{1}\r\n\r\n", "GET\r\n\r\n", &long] {
        let answer = ask(port, request);
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    assert_eq!(get(port, "/healthz").0, 200);
}

#[test]
fn an_mta_at_the_wrong_port_is_told_of() {
    let dir = support::directory();
    let (daemon, port) = watched(dir.path(), "", "");
    let hello = "\0\0\0\rO\0\0\0\u{6}\0\0\u{1}\u{7f}\0\0\0\0";
    assert_eq!(ask(port, hello), "");
    assert_eq!(ask(port, hello), "");
    daemon.wait_for("an mta takes the port of metrics for that of the milter", 1);
    assert_eq!(get(port, "/healthz").0, 200);
    assert_eq!(daemon.log().matches("port of metrics").count(), 1);
}

#[test]
fn those_who_ask_and_say_nothing_keep_nobody_out_for_long() {
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path(), "", "");
    let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("connected");
    let silent: Vec<TcpStream> = (0..80).map(|_| connect()).collect();
    // Sixty-four of them are turned out after ten seconds.
    assert_eq!(get(port, "/healthz").0, 200);
    drop(silent);
}

#[test]
fn a_quarantine_that_cannot_be_written_makes_it_unready() {
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path(), "", "");
    let unfinished = dir.path().join("quarantine/tmp");
    fs::remove_dir(&unfinished).expect("removed");
    fs::write(&unfinished, "not a directory").expect("written");
    let text = wait_for("it to be unready", PATIENCE, || {
        let (status, text) = get(port, "/readyz");
        (status == 503).then_some(text)
    });
    assert!(
        text.starts_with("not ready\nquarantine cannot be written"),
        "{text}"
    );
    fs::remove_file(&unfinished).expect("removed");
    wait_for("it to be ready", PATIENCE, || {
        (get(port, "/readyz").0 == 200).then_some(())
    });
}

#[test]
fn a_scanner_that_is_away_is_told_of() {
    let dir = support::directory();
    let nobody = support::free_port();
    let clamd = format!("[scanner.clamd]\naddress = \"tcp:127.0.0.1:{nobody}\"");
    let (_daemon, port) = watched(dir.path(), POLICY, &clamd);
    let text = wait_for("the scanner to be asked", PATIENCE, || {
        let (status, text) = get(port, "/readyz");
        (status == 200).then_some(text)
    });
    assert_eq!(text, "ready\nscanner clamd does not answer: unreachable\n");
    says(port, "tamis_scanner_up{engine=\"clamd\"} 0");
}

#[test]
fn reloads_are_counted_and_the_version_follows() {
    let dir = support::directory();
    let (daemon, port) = watched(dir.path(), "", "policy_watch = \"off\"");
    let version = || {
        let text = get(port, "/metrics").1;
        let lines = text
            .lines()
            .filter(|it| it.starts_with("tamis_policy_info{"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = version();
    assert_eq!(before.len(), 1);
    daemon.policy(POLICY);
    daemon.process.signal("HUP");
    says(port, "tamis_reloads_total{result=\"ok\"} 1");
    let after = version();
    assert_eq!(after.len(), 1);
    assert_ne!(before, after);
    daemon.policy("[[rule]]\nname = 1\n");
    daemon.process.signal("HUP");
    says(port, "tamis_reloads_total{result=\"failed\"} 1");
    assert_eq!(version(), after);
}

/// A message with an attachment.
fn message(attachment: &[u8], name: &str) -> String {
    let mut text = "From: a@example.com\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\n\
        Message-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/plain\r\n\r\nhello\r\n--b\r\n"
        .to_owned();
    let _ = write!(
        text,
        "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    text + &String::from_utf8_lossy(attachment) + "\r\n--b--\r\n"
}

#[test]
fn mail_is_counted_as_it_went() {
    let dir = support::directory();
    let Some(clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let scanner = format!("[scanner.clamd]\naddress = \"{}\"", clamd.tcp());
    let (daemon, port) = watched(dir.path(), POLICY, &scanner);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    // What is found in the test files of the start does not count as mail.
    daemon.wait_for("scanner has been looked at", 1);
    let looked_at = clamd.log().matches("FOUND").count();
    let send = |recipient: &str, message: &str| {
        let mut session = Smtp::open(postfix.smtp_port());
        session.mail("a@example.com").expect("a reply");
        let reply = session.rcpt(recipient).expect("a reply");
        if reply.0 != 250 {
            return reply.0;
        }
        session.data(message.as_bytes()).expect("a reply").0
    };
    assert_eq!(send("b@example.org", &message(b"text", "note.txt")), 250);
    // Scanned as it came, and as it is delivered.
    assert_eq!(send("b@example.org", &message(b"MZ", "run.exe")), 250);
    assert_eq!(send("b@example.org", &message(&eicar(), "note.txt")), 550);
    assert_eq!(send("nobody@example.org", ""), 550);
    for line in [
        "tamis_messages_total{verdict=\"deliver\",direction=\"outbound\"} 2",
        "tamis_messages_total{verdict=\"reject\",direction=\"outbound\"} 1",
        "tamis_refused_early_total{stage=\"rcpt\",verdict=\"reject\"} 1",
        "tamis_scans_total{engine=\"clamd\",result=\"clean\",reason=\"\"} 3",
        "tamis_scans_total{engine=\"clamd\",result=\"found\",reason=\"\"} 1",
        "tamis_scan_seconds_count{engine=\"clamd\"} 4",
        "tamis_scanner_up{engine=\"clamd\"} 1",
        "tamis_edits_total{action=\"strip\"} 1",
        "tamis_edits_total{action=\"any\"} 1",
        "tamis_quarantine_writes_total 2",
        "tamis_message_seconds_count{direction=\"outbound\"} 3",
        "tamis_message_size_bytes_count 3",
        "tamis_messages_in_flight 0",
        "tamis_in_flight_bytes 0",
    ] {
        says(port, line);
    }
    drop(postfix);
    says(port, "tamis_connections_open 0");
    assert_eq!(clamd.log().matches("FOUND").count(), looked_at + 1);
    let text = get(port, "/metrics").1;
    assert!(
        !text.contains("example"),
        "nothing of a message is a label: {text}"
    );
}

/// What `tamis status` prints, and how it exits.
fn status(arguments: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(daemon::TAMIS)
        .arg("status")
        .args(arguments)
        .output()
        .expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn the_status_says_how_the_daemon_is() {
    let dir = support::directory();
    let (_daemon, port) = watched(dir.path(), POLICY, "");
    let config = dir.path().join("tamis.toml");
    let config = config.to_str().expect("a path");
    let (exit, text) = status(&["--config", config]);
    assert_eq!(exit, Some(0), "{text}");
    for says in [
        "all is well",
        "4 rules, read ",
        "deliver 0, reject 0, tempfail 0, discard 0, error 0",
        "0 entries, 0 B, ",
    ] {
        assert!(text.contains(says), "{says} is not in\n{text}");
    }
    let address = format!("127.0.0.1:{port}");
    let (exit, text) = status(&["--address", &address, "--json"]);
    let page: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(exit, Some(0));
    assert_eq!(page["rules"], 4);
    assert_eq!(page["quarantine"]["entries"], 0);
    let (exit, text) = status(&["--address", &address, "--nagios"]);
    assert_eq!(exit, Some(0));
    assert!(
        text.starts_with("TAMIS OK - ") && text.contains(" | deliver=0c"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn the_status_says_what_is_wrong() {
    let dir = support::directory();
    let nobody = support::free_port();
    let clamd = format!("[scanner.clamd]\naddress = \"tcp:127.0.0.1:{nobody}\"");
    let (_daemon, port) = watched(dir.path(), POLICY, &clamd);
    wait_for("the scanner to be asked", PATIENCE, || {
        (get(port, "/readyz").0 == 200).then_some(())
    });
    let address = format!("127.0.0.1:{port}");
    let (exit, text) = status(&["--address", &address]);
    assert_eq!(exit, Some(1), "{text}");
    assert!(
        text.contains("scanner clamd does not answer: unreachable"),
        "{text}"
    );
    assert!(text.contains("clamd down, "), "{text}");
    let (exit, text) = status(&["--address", &address, "--nagios"]);
    assert_eq!(exit, Some(1), "{text}");
    assert!(text.starts_with("TAMIS WARNING - scanner clamd"), "{text}");
    fs::remove_dir(dir.path().join("quarantine/tmp")).expect("removed");
    fs::write(dir.path().join("quarantine/tmp"), "").expect("written");
    wait_for("it to be unready", PATIENCE, || {
        (get(port, "/readyz").0 == 503).then_some(())
    });
    let (exit, text) = status(&["--address", &address, "--nagios"]);
    assert_eq!(exit, Some(2), "{text}");
    assert!(
        text.starts_with("TAMIS CRITICAL - quarantine cannot be written"),
        "{text}"
    );
}

#[test]
fn who_does_not_answer_or_is_somebody_else_is_not_reached() {
    let dir = support::directory();
    let (daemon, _) = watched(dir.path(), "", "");
    let nobody = format!("127.0.0.1:{}", support::free_port());
    let (exit, text) = status(&["--address", &nobody]);
    assert_eq!(exit, Some(69), "{text}");
    assert!(
        text.starts_with(&format!("tamis: cannot reach {nobody}: ")),
        "{text}"
    );
    let (exit, text) = status(&["--address", &nobody, "--nagios"]);
    assert_eq!(exit, Some(2), "{text}");
    let milter = format!("127.0.0.1:{}", daemon.port());
    let (exit, text) = status(&["--address", &milter]);
    assert_eq!(exit, Some(69), "{text}");
    fs::write(dir.path().join("silent.toml"), "").expect("written");
    let silent = dir.path().join("silent.toml");
    let (exit, text) = status(&["--config", silent.to_str().expect("a path")]);
    assert_eq!(exit, Some(69), "{text}");
    assert!(text.contains("[metrics]"), "{text}");
}
