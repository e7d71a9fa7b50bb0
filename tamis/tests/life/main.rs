//! The life of the daemon: started by a service manager, handed over to a new process, and without the rights of root.

#[path = "../support/mod.rs"]
mod support;

mod confined;
mod cost;
mod descriptors;
mod idle;
mod started;
#[allow(dead_code, reason = "other tests use more of it")]
#[path = "../hard_cases/talk.rs"]
mod talk;

use started::{Started, bound, place};
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use support::{PATIENCE, postfix::Postfix, ready, smtp::Smtp};

/// What an MTA says first, and what it says when it goes.
const OFFER: &[u8] = b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff";
const QUIT: &[u8] = b"\0\0\0\x01Q";

/// Negotiates with a milter over a stream, and ends the session.
fn negotiate(mut stream: impl std::io::Read + std::io::Write) -> std::io::Result<()> {
    stream.write_all(OFFER)?;
    let mut answer = [0; 17];
    stream.read_exact(&mut answer)?;
    assert_eq!(answer[4], b'O');
    stream.write_all(QUIT)
}

fn negotiate_at(port: u16) -> std::io::Result<()> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    negotiate(stream)
}

#[test]
fn sockets_are_handed_over_and_who_comes_meanwhile_waits() {
    let dir = support::directory();
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bound");
    let port = tcp.local_addr().expect("an address").port();
    let (unix, path) = bound(dir.path());
    let sockets = || {
        vec![
            tcp.try_clone().expect("a copy").into(),
            unix.try_clone().expect("a copy").into(),
        ]
    };

    let mut first = Started::with(dir.path(), "", sockets(), &[]);
    let listening = first.events("listening");
    assert_eq!(listening.len(), 2, "{listening:?}");
    assert!(listening.iter().all(|event| event["inherited"] == true));
    negotiate_at(port).expect("served");
    negotiate(UnixStream::connect(&path).expect("connected")).expect("served");
    assert!(first.stop().success());
    assert!(path.exists(), "the socket is not ours to remove");

    // Nobody is there, and the connection is taken all the same.
    let waiting = thread::spawn(move || negotiate_at(port));
    thread::sleep(Duration::from_millis(100));
    let mut second = Started::with(dir.path(), "", sockets(), &[]);
    waiting
        .join()
        .expect("no panic")
        .expect("served in the end");
    assert!(second.stop().success());
}

#[test]
fn the_service_manager_is_told() {
    let dir = support::directory();
    let path = dir.path().join("notify");
    let manager = UnixDatagram::bind(&path).expect("bound");
    manager
        .set_read_timeout(Some(PATIENCE))
        .expect("a deadline");
    let hear = |wanted: &str| {
        let mut heard = [0; 4_096];
        for _ in 0..1_000 {
            let count = manager.recv(&mut heard).expect("a message");
            let text = String::from_utf8_lossy(&heard[..count]).into_owned();
            if text.contains(wanted) {
                return text;
            }
        }
        panic!("{wanted} was not said");
    };
    let path = path.to_str().expect("UTF-8");
    let environment = [("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "300000")];
    let mut started = Started::with(dir.path(), "", Vec::new(), &environment);
    let ready = hear("READY=1");
    assert!(
        ready.contains("STATUS=policy ") && ready.contains(" rules"),
        "{ready}"
    );
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    started.signal("HUP");
    assert!(hear("RELOADING=1").contains("MONOTONIC_USEC="));
    hear("READY=1");
    started.signal("TERM");
    assert!(hear("STOPPING=1").contains("EXTEND_TIMEOUT_USEC="));
    assert!(started.stop().success());
}

#[test]
fn a_new_process_takes_over_and_nobody_is_refused() {
    const ROUNDS: usize = 12;
    let dir = support::directory();
    let mut started = Started::new(dir.path(), "[server]\ndrain = \"20s\"\n");
    let port = started.port();
    let Some(postfix) = ready(Postfix::start(&format!("inet:127.0.0.1:{port}"), &[])) else {
        return;
    };
    let over = Arc::new(AtomicBool::new(false));
    let connections = Arc::new(AtomicUsize::new(0));
    let knocking: Vec<_> = (0..4)
        .map(|_| {
            let (over, connections) = (Arc::clone(&over), Arc::clone(&connections));
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    negotiate_at(port).expect("a connection is served");
                    connections.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let smtp = postfix.smtp_port();
    let sending: Vec<_> = (0..2)
        .map(|_| {
            let over = Arc::clone(&over);
            thread::spawn(move || {
                let mut sent = 0;
                while !over.load(Ordering::Relaxed) {
                    let mut session = Smtp::open(smtp);
                    for _ in 0..5 {
                        let message = b"From: a@example.com\r\nSubject: x\r\n\r\nhello\r\n";
                        let reply = session.send("a@example.com", &["b@example.org"], message);
                        let (code, text) = reply.expect("a reply");
                        assert_eq!(code, 250, "{text}");
                        sent += 1;
                    }
                }
                sent
            })
        })
        .collect();
    for _ in 0..ROUNDS {
        started.upgrade();
        negotiate(UnixStream::connect(dir.path().join("tamis.sock")).expect("connected"))
            .expect("served");
    }
    over.store(true, Ordering::Relaxed);
    for thread in knocking {
        thread.join().expect("nobody was refused");
    }
    let sent: usize = sending
        .into_iter()
        .map(|it| it.join().expect("no loss"))
        .sum();
    let connections = connections.load(Ordering::Relaxed);
    assert!(
        connections > ROUNDS && sent > ROUNDS,
        "{connections} connections, {sent} messages"
    );
    postfix.wait_for(sent, PATIENCE);
    // The last one removes the socket file, which it took over.
    started.stop_successor();
    assert!(!dir.path().join("tamis.sock").exists());
}

#[test]
fn a_new_process_that_does_not_get_so_far_changes_nothing() {
    let dir = support::directory();
    let mut started = Started::new(dir.path(), "");
    let port = started.port();
    fs::write(place(dir.path(), "policy.toml"), "[[rule]\n").expect("written");
    started.signal("USR2");
    started.wait_for("not handed over, this process goes on", 1);
    negotiate_at(port).expect("served");
    fs::write(place(dir.path(), "policy.toml"), "").expect("written");
    started.upgrade();
    negotiate_at(port).expect("served");
    started.stop_successor();
}

#[test]
fn the_rights_of_root_are_given_up() {
    let dir = support::directory();
    let Ok(me) = fs::metadata("/proc/self") else {
        return;
    };
    if me.uid() != 0 {
        eprintln!("SKIPPED: only root can become somebody else");
        return;
    }
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
    let keep = format!(
        "user = \"nobody\"\n[control]\ndir = \"{0}/state/control\"\n[spool]\ndir = \"/tmp\"\n",
        dir.path().display()
    );
    let mut started = Started::new(dir.path(), &keep);
    let status = fs::read_to_string(format!("/proc/{}/status", started.id())).expect("a status");
    for key in ["Uid:", "Gid:"] {
        let line = status
            .lines()
            .find(|line| line.starts_with(key))
            .expect("a line");
        let ids: Vec<&str> = line.split_whitespace().skip(1).collect();
        assert!(ids.len() == 4 && !ids.contains(&"0"), "{line}");
    }
    let groups = status.lines().find(|line| line.starts_with("Groups:"));
    let groups: Vec<&str> = groups
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .collect();
    assert!(!groups.contains(&"0"), "{groups:?}");
    let kept = fs::metadata(dir.path().join("quarantine")).expect("made before");
    assert_ne!(kept.uid(), 0);
    let port = started.port();
    negotiate_at(port).expect("served");
    if let Some(postfix) = ready(Postfix::start(&format!("inet:127.0.0.1:{port}"), &[])) {
        let mut session = Smtp::open(postfix.smtp_port());
        let program = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
            Content-Type: application/octet-stream; name=\"run.exe\"\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n";
        let reply = session.send("a@example.com", &["b@example.org"], program.as_bytes());
        assert_eq!(reply.expect("a reply").0, 250);
        assert!(
            started.events("message")[0]["kept"].is_string(),
            "quarantine is writable"
        );
    }
    assert!(started.stop().success());
}
