//! Clients that mean no good, or mean nothing at all: they hold what they may hold and no more, others are served meanwhile, and
//! memory and descriptors are what they were once they are gone.

use crate::daemon::Daemon;
use crate::mta::{Answer, Mail, Session, send};
use crate::support::{self, PATIENCE, wait_for};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::Duration;

/// Small deadlines, and a small budget of packets.
const SERVER: &str =
    "[server]\npacket = \"2s\"\nidle = \"3s\"\nwrite = \"2s\"\npackets = 5000\nconnections = 200\n";

/// Growth of memory that is none: allocators keep some of what they had.
const NONE_KIB: u64 = 48 << 10;

/// A daemon, and what it held before anybody came.
struct Calm {
    daemon: Daemon,
    descriptors: usize,
    memory_kib: u64,
    _dir: tempfile::TempDir,
}

impl Calm {
    fn start() -> Self {
        let dir = support::directory();
        let daemon = Daemon::start(dir.path(), "include = [\"preset:default\"]\n", SERVER);
        // What is made once is made.
        for _ in 0..20 {
            assert_eq!(serve(&daemon), Answer::Accepted);
        }
        wait_for("connections to end", PATIENCE, || {
            (connections(&daemon) == 0).then_some(())
        });
        Calm {
            descriptors: descriptors(&daemon),
            memory_kib: memory_kib(&daemon),
            daemon,
            _dir: dir,
        }
    }

    /// What it held before is what it holds.
    #[track_caller]
    fn assert_calm_again(mut self) {
        assert_eq!(
            serve(&self.daemon),
            Answer::Accepted,
            "{}",
            self.daemon.log()
        );
        let before = self.descriptors;
        wait_for("descriptors to be given back", PATIENCE * 2, || {
            (descriptors(&self.daemon) <= before).then_some(())
        });
        let grown = memory_kib(&self.daemon).saturating_sub(self.memory_kib);
        assert!(grown < NONE_KIB, "{grown} KiB more");
        assert!(
            !self.daemon.log().contains("\"level\":\"ERROR\""),
            "{}",
            self.daemon.log()
        );
        assert!(self.daemon.process.stop().success());
    }

    fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.daemon.port())).ok()?;
        stream.set_read_timeout(Some(PATIENCE * 2)).ok()?;
        stream.set_write_timeout(Some(PATIENCE * 2)).ok()?;
        Some(stream)
    }
}

/// A message of somebody else.
fn serve(daemon: &Daemon) -> Answer {
    send(daemon.port(), &Mail::plain("b@example.org", "x", 5_000)).answer
}

fn descriptors(daemon: &Daemon) -> usize {
    let list = fs::read_dir(format!("/proc/{}/fd", daemon.process.id()));
    list.expect("descriptors").count()
}

/// Connections of its port that are open.
fn connections(daemon: &Daemon) -> usize {
    let port = format!(":{:04X} ", daemon.port());
    let table = fs::read_to_string("/proc/net/tcp").expect("a table");
    let open = |line: &&str| {
        let mut words = line.split_whitespace().skip(1);
        let local = words.next().unwrap_or_default();
        format!("{local} ").ends_with(&port) && words.nth(1) == Some("01")
    };
    table.lines().filter(open).count()
}

/// Memory that is in use.
fn memory_kib(daemon: &Daemon) -> u64 {
    let status =
        fs::read_to_string(format!("/proc/{}/status", daemon.process.id())).expect("a status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line");
    let number = line
        .split_whitespace()
        .next()
        .and_then(|number| number.parse().ok());
    number.expect("a number")
}

/// Whether the connection is closed by the other side, in time.
fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn those_who_dawdle_are_sent_away() {
    let calm = Calm::start();
    let offer = b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x10\0\0".as_slice();
    let beginnings: [&[u8]; 5] = [
        b"",
        b"\0\0",
        b"\0\0\0\x0dO\0\0",
        offer,
        &[offer, b"\0\x01\0\0B".as_slice()].concat(),
    ];
    let mut streams: Vec<_> = (0..20)
        .flat_map(|_| beginnings)
        .filter_map(|beginning| {
            let mut stream = calm.connect()?;
            stream.write_all(beginning).ok()?;
            Some(stream)
        })
        .collect();
    // An octet now and then does not make it longer.
    let mut dripping = calm.connect().expect("a connection");
    let dripper = thread::spawn(move || {
        dripping.write_all(b"\0\x01\0\0").expect("written");
        for _ in 0..1_000 {
            thread::sleep(Duration::from_millis(50));
            if dripping.write_all(b"x").is_err() {
                return true;
            }
        }
        false
    });
    assert_eq!(
        serve(&calm.daemon),
        Answer::Accepted,
        "others are served meanwhile"
    );
    assert!(dripper.join().expect("no panic"), "it is sent away");
    for stream in &mut streams {
        assert!(is_closed(stream), "{}", calm.daemon.log());
    }
    drop(streams);
    calm.assert_calm_again();
}

#[test]
fn floods_of_packets_come_to_an_end() {
    let calm = Calm::start();
    let packets: [(&str, Vec<u8>); 5] = [
        ("macros", b"\0\0\0\x07DMi\0ab\0".to_vec()),
        ("aborts", b"\0\0\0\x01A".to_vec()),
        ("empty bodies", b"\0\0\0\x01B".to_vec()),
        ("recipients", b"\0\0\0\x05R<b>\0".to_vec()),
        ("fields", b"\0\0\0\x05La\0b\0".to_vec()),
    ];
    let port = calm.daemon.port();
    let floods: Vec<_> = packets
        .into_iter()
        .map(|(name, packet)| {
            thread::spawn(move || {
                let mut session = Session::open(port).expect("a session");
                session
                    .begin(&Mail::plain("b@example.org", "x", 100))
                    .expect("answers");
                let stream = session.stream();
                let mut answers = stream.try_clone().expect("a stream");
                let reader = thread::spawn(move || is_closed(&mut answers));
                let many = packet.repeat(1_000);
                let ended = (0..2_000).any(|_| stream.write_all(&many).is_err());
                let _ = stream.shutdown(std::net::Shutdown::Both);
                reader.join().expect("no panic");
                assert!(ended, "{name}: it goes on");
            })
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(
            serve(&calm.daemon),
            Answer::Accepted,
            "others are served meanwhile"
        );
    }
    for flood in floods {
        flood.join().expect("an end");
    }
    calm.assert_calm_again();
}

#[test]
fn crowds_of_connections_come_and_go() {
    let calm = Calm::start();
    for _ in 0..5 {
        // More than there are places: the others wait, and go unheard.
        let streams: Vec<_> = (0..400).filter_map(|_| calm.connect()).collect();
        assert!(streams.len() > 200, "{}", streams.len());
        drop(streams);
        assert_eq!(
            serve(&calm.daemon),
            Answer::Accepted,
            "{}",
            calm.daemon.log()
        );
    }
    for _ in 0..2_000 {
        drop(calm.connect());
    }
    calm.assert_calm_again();
}

#[test]
fn junk_is_not_answered_and_disturbs_nobody() {
    let calm = Calm::start();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let offer = b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x10\0\0".as_slice();
    for round in 0_u32..400 {
        let Some(mut stream) = calm.connect() else {
            continue;
        };
        let mut junk: Vec<u8> = (0..64).flat_map(|_| random().to_be_bytes()).collect();
        if round % 2 == 0 {
            // With lengths that could be.
            for packet in junk.chunks_mut(16) {
                packet[..4].copy_from_slice(&[0, 0, 0, 12]);
                packet[4] = b"OCHMRTLNBEADKQU"[usize::from(packet[5]) % 15];
            }
            junk.splice(..0, offer.iter().copied());
        }
        let _ = stream.write_all(&junk);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(is_closed(&mut stream));
    }
    calm.assert_calm_again();
}
