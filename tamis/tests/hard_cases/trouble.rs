//! Lost connections, want of file descriptors, scanners that hang, and a second filter.

use super::{KEEP, PLAIN, policy};
use crate::daemon::Daemon;
use crate::served::Served;
use crate::support::{self, PATIENCE, postfix::Postfix, smtp::Smtp, wait_for};
use crate::talk::{TODAY, Talk, letters};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::{fs, thread};
use tamis::inspect::{Engine, Site};

#[test]
fn hc05_a_lost_connection_leaves_nothing_behind() {
    let dir = support::directory();
    let spool = dir.path().join("spool");
    fs::create_dir(&spool).expect("a directory");
    let further = format!(
        "[spool]\nthreshold = \"4KiB\"\nmemory = \"0B\"\ndir = \"{}\"\n",
        spool.display()
    );
    let daemon = Daemon::start(dir.path(), KEEP, &further);
    let open = || {
        let files = fs::read_dir(format!("/proc/{}/fd", daemon.process.id())).expect("files");
        let places = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
        places.filter(|place| place.starts_with(&spool)).count()
    };
    for partial in [false, true] {
        let mut talk = Talk::open(&daemon.address(), TODAY);
        talk.client("192.0.2.1", 25);
        talk.envelope(&["<b@example.org>"]);
        talk.content(PLAIN, &vec![b'x'; 200_000], 65_535);
        wait_for("the message to lie in a file", PATIENCE, || {
            (open() > 0).then_some(())
        });
        if partial {
            talk.tell(b'A', b"");
            talk.envelope(&["<b@example.org>"]);
            wait_for("an aborted message to go", PATIENCE, || {
                (open() == 0).then_some(())
            });
        }
        drop(talk);
        wait_for("a lost message to go", PATIENCE, || {
            (open() == 0).then_some(())
        });
    }
    assert_eq!(fs::read_dir(&spool).expect("a directory").count(), 0);
}

#[test]
fn hc12_without_file_descriptors_connections_wait() {
    let dir = support::directory();
    let daemon = Daemon::start(dir.path(), "version = 1\n", "");
    let id = daemon.process.id().to_string();
    let used = fs::read_dir(format!("/proc/{id}/fd"))
        .expect("files")
        .count();
    let limit = format!("--nofile={0}:{0}", used + 10);
    let Ok(limited) = Command::new("prlimit")
        .args(["--pid", &id, &limit])
        .status()
    else {
        return;
    };
    assert!(limited.success());
    // Those that find no descriptor wait in the queue of the socket, which the system accepts for.
    let address = daemon.address();
    let address = address.strip_prefix("inet:").expect("an address");
    let crowd: Vec<_> = (0..40)
        .map(|_| std::net::TcpStream::connect(address).expect("connected"))
        .collect();
    daemon.wait_for("cannot accept a connection", 1);
    drop(crowd);
    let mut talk = Talk::open(&daemon.address(), TODAY);
    talk.client("192.0.2.1", 25);
    talk.envelope(&["<b@example.org>"]);
    talk.content(PLAIN, b"text\r\n", 10);
    assert_eq!(letters(&talk.end()), "c");
}

#[test]
fn hc74_a_scanner_that_hangs_holds_no_command_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = format!("tcp:{}", silent.local_addr().expect("an address"));
    // Takes connections, and reads nothing of them.
    thread::spawn(move || silent.incoming().collect::<Vec<_>>());
    let settings = tamis_scan::ClamdSettings::default();
    let scanner = tamis_scan::Clamd::new(address.parse().expect("an address"), settings);
    let site = Site {
        engines: vec![Engine::new("clamd", Arc::new(scanner))],
        ..Site::default()
    };
    let served = Served::start(site, policy("version = 1\n"));
    let mut talk = Talk::open(&served.address, TODAY);
    talk.client("192.0.2.1", 25);
    talk.envelope(&["<b@example.org>"]);
    // More than sockets buffer; each piece has its answer before the next is sent, and Sendmail waits ten seconds for it.
    let started = std::time::Instant::now();
    talk.content(PLAIN, &vec![b'x'; 30 << 20], 65_535);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn hc77_a_second_filter_sees_what_the_first_has_made() {
    let first = "[[rule]]\nname = \"mark\"\nwhen = { size = \">0\" }\nthen = { insert_header = { X-First = \"seen\" }, tag_subject = \"[1] \", \
        add_recipient = \"archive@example.org\" }\n";
    let second = "[[rule]]\nname = \"mark\"\nwhen = { header.X-First = \"seen\", subject = \"[[]1] x\" }\nthen = { add_header = { X-Second = \"{recipient}\" } }\n";
    let (one, two) = (
        Served::start(Site::default(), policy(first)),
        Served::start(Site::default(), policy(second)),
    );
    let both = format!("{}, {}", one.address, two.address);
    let Some(postfix) = support::ready(Postfix::start(&both, &[])) else {
        return;
    };
    let mut session = Smtp::open(postfix.smtp_port());
    let message = "From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n";
    for round in 1..=2 {
        let reply = session
            .send("a@example.com", &["b@example.org"], message.as_bytes())
            .expect("a reply");
        assert_eq!(reply.0, 250, "{}\n{}", reply.1, postfix.log());
        let delivered = postfix.wait_for(2 * round, PATIENCE);
        let text = String::from_utf8_lossy(delivered.last().expect("a message")).into_owned();
        assert!(text.contains("X-Second:"), "{text}");
        assert!(text.contains("Subject: [1] x"), "{text}");
    }
}
