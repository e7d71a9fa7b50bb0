//! The daemon when its surroundings fail: mail is deferred, never lost, never let through, and all is well again by itself.

mod daemon;
mod support;

use daemon::Daemon;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use support::{
    PATIENCE,
    clamd::Clamd,
    postfix::{Postfix, without_trace},
    process::Process,
    smtp::Smtp,
};

const STRIP: &str = "include = [\"preset:default\"]\n";

/// A message of about this many octets with a program in it.
fn with_program(size: usize) -> Vec<u8> {
    let text = "seventy-six letters of text in a line of mail, or nearly so, and no more...\r\n";
    format!(
        "From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\n{}\r\n--bb\r\nContent-Type: application/octet-stream; name=run.exe\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--bb--\r\n",
        text.repeat(size / text.len())
    )
    .into_bytes()
}

fn send(session: &mut Smtp, message: &[u8]) -> u16 {
    session
        .send("a@example.com", &["b@example.org"], message)
        .expect("a reply")
        .0
}

/// The log has a line with this text that says which message it is about, and what became of it.
#[track_caller]
fn assert_refusal_is_logged(daemon: &Daemon, text: &str) {
    let log = daemon.log();
    let line = log.lines().find(|line| line.contains(text)).expect(text);
    let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
    assert!(event["queue_id"].is_string(), "{line}");
    assert_eq!(event["verdict"], "tempfail", "{line}");
    assert!(!line.contains("os error"), "{line}");
}

#[test]
fn a_quarantine_that_cannot_keep_defers_the_mail() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STRIP, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let (store, aside) = (dir.path().join("quarantine"), dir.path().join("aside"));
    fs::rename(&store, &aside).expect("moved away");
    fs::write(&store, b"in the way").expect("a file in its place");
    assert_eq!(
        send(&mut session, &with_program(100)),
        451,
        "{}",
        daemon.log()
    );
    assert_refusal_is_logged(&daemon, "cannot write to the quarantine");
    fs::remove_file(&store).expect("removed");
    fs::rename(&aside, &store).expect("back again");
    assert_eq!(
        send(&mut session, &with_program(100)),
        250,
        "{}",
        daemon.log()
    );
    let delivered = postfix.wait_for(1, PATIENCE);
    assert_eq!(delivered.len(), 1, "nothing was delivered meanwhile");
    assert!(!String::from_utf8_lossy(&delivered[0]).contains("TVqQ"));
}

#[test]
fn a_spool_that_cannot_hold_defers_the_mail() {
    let dir = support::directory();
    let spool = dir.path().join("spool");
    fs::create_dir(&spool).expect("a directory");
    let further = format!(
        "[spool]\nthreshold = \"4KiB\"\nmemory = \"0B\"\ndir = \"{}\"\n",
        spool.display()
    );
    let daemon = Daemon::start(dir.path(), STRIP, &further);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(
        send(&mut session, &with_program(200_000)),
        250,
        "{}",
        daemon.log()
    );
    let aside = dir.path().join("aside");
    fs::rename(&spool, &aside).expect("moved away");
    assert_eq!(fs::read_dir(&aside).expect("a directory").count(), 0);
    assert_eq!(
        send(&mut session, &with_program(200_000)),
        451,
        "{}",
        daemon.log()
    );
    assert_refusal_is_logged(&daemon, "the spool directory");
    assert_eq!(
        send(&mut session, &with_program(100)),
        250,
        "what fits into memory goes on"
    );
    fs::rename(&aside, &spool).expect("back again");
    assert_eq!(
        send(&mut session, &with_program(200_000)),
        250,
        "{}",
        daemon.log()
    );
    assert_eq!(postfix.wait_for(3, PATIENCE).len(), 3);
}

#[test]
fn a_scanner_that_hangs_defers_the_mail_and_nobody_else_waits() {
    let Some(clamd) = support::ready(Clamd::start(&[])) else {
        return;
    };
    let dir = support::directory();
    let further = format!(
        "[scanner.clamd]\naddress = \"{}\"\ntimeout = \"2s\"\nanswer = \"2s\"\n",
        clamd.unix()
    );
    let daemon = Daemon::start(dir.path(), STRIP, &further);
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let plain = b"From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n";
    assert_eq!(send(&mut session, plain), 250, "{}", daemon.log());
    clamd.signal("STOP");
    assert_eq!(send(&mut session, plain), 451, "{}", daemon.log());
    clamd.signal("CONT");
    support::wait_for("mail to be taken again", PATIENCE, || {
        (send(&mut session, plain) == 250).then_some(())
    });
    daemon.wait_for("unscanned", 1);
}

#[test]
fn a_log_that_cannot_be_written_stops_no_mail() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let dir = support::directory();
    let port = support::free_port();
    let config = format!(
        "listen = \"inet:127.0.0.1:{port}\"\n[quarantine]\ndir = \"{}/quarantine\"\n",
        dir.path().display()
    );
    fs::write(dir.path().join("tamis.toml"), config).expect("a configuration");
    let mut command = Command::new(daemon::TAMIS);
    command
        .arg("milter")
        .arg("--config")
        .arg(dir.path().join("tamis.toml"));
    let mut process = Process::start(&mut command, full).expect("started");
    support::wait_for("the daemon to listen", PATIENCE, || {
        assert!(process.ended().is_none(), "it has ended");
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    let address = format!("inet:127.0.0.1:{port}");
    let Some(postfix) = support::ready(Postfix::start(&address, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(send(&mut session, &with_program(100)), 250);
    let delivered = postfix.wait_for(1, PATIENCE);
    assert!(!String::from_utf8_lossy(&delivered[0]).contains("TVqQ"));
    assert!(process.stop().success());
}

#[test]
fn strangers_on_the_port_disturb_nobody() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STRIP, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let port: u16 = daemon
        .address()
        .rsplit(':')
        .next()
        .expect("a port")
        .parse()
        .expect("a number");
    let strangers: Vec<_> = [
        &b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        b"EHLO me\r\n",
        b"\0\0\0\0",
        b"\xff\xff\xff\xffO",
        b"\0\0\0\x0dO\0",
    ]
    .into_iter()
    .cycle()
    .take(100)
    .filter_map(|hello| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.write_all(hello).ok()?;
        Some(stream)
    })
    .collect();
    let mut session = Smtp::open(postfix.smtp_port());
    assert_eq!(
        send(&mut session, &with_program(100)),
        250,
        "{}",
        daemon.log()
    );
    drop(strangers);
    assert!(
        !daemon.log().contains("\"level\":\"ERROR\""),
        "{}",
        daemon.log()
    );
}

#[test]
fn many_sessions_at_once_are_each_served() {
    const SESSIONS: usize = 40;
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), STRIP, "");
    let limits = [
        ("default_process_limit", "60"),
        ("smtpd_client_connection_count_limit", "0"),
    ];
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &limits)) else {
        return;
    };
    let port = postfix.smtp_port();
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|_| thread::spawn(move || send(&mut Smtp::open(port), &with_program(300_000))))
        .collect();
    for session in sessions {
        assert_eq!(session.join().expect("a session"), 250, "{}", daemon.log());
    }
    for delivered in postfix.wait_for(SESSIONS, PATIENCE) {
        let text = String::from_utf8_lossy(without_trace(&delivered)).into_owned();
        assert!(!text.contains("TVqQ") && text.contains("removed.txt"));
    }
    assert_eq!(kept(&dir.path().join("quarantine")), SESSIONS);
}

/// Entries of a quarantine.
fn kept(store: &Path) -> usize {
    tamis::quarantine::Store::open(store)
        .expect("a store")
        .entries()
        .expect("entries")
        .count()
}

#[test]
fn what_one_recipient_may_have_does_not_reach_another() {
    let dir = support::directory();
    let rules = "[[rule]]\nname = \"programs\"\nwhen = { part.content = \"executable\" }\nunless = { recipient = \"lab@example.org\" }\nthen = { strip = true }\n";
    let daemon = Daemon::start(dir.path(), rules, "");
    let Some(postfix) = support::ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let message = with_program(100);
    for (recipients, allowed) in [
        (&["lab@example.org"][..], true),
        (&["lab@example.org", "b@example.org"], false),
        (&["b@example.org"], false),
    ] {
        let before = postfix.deliveries().len();
        assert_eq!(
            session
                .send("a@example.com", recipients, &message)
                .expect("a reply")
                .0,
            250
        );
        for delivered in &postfix.wait_for(before + recipients.len(), PATIENCE)[before..] {
            assert_eq!(
                String::from_utf8_lossy(delivered).contains("TVqQ"),
                allowed,
                "{recipients:?}"
            );
        }
    }
}
