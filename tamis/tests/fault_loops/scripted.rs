//! A clamd that does as it is told, and remembers what it has vouched for.

use crate::support::{PATIENCE, free_port, wait_for};
use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Longest time that a scan hangs: longer than any deadline of these tests.
const LONG: Duration = Duration::from_mins(2);

/// What is done with one scan.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Reads all, and finds what has `EVIL` in it.
    Honest,
    /// Reads all, and says this.
    Says(&'static [u8]),
    /// Says so before it has read anything, and reads all.
    SaysAtOnce(&'static [u8]),
    /// Reads all, and says after so many seconds that it is clean.
    Late(u64),
    /// Reads all, and says that it is clean, one octet each half second.
    Drips,
    /// Reads all, and talks on and on.
    Floods,
    /// Reads all, and says nothing.
    Hangs,
    /// Does not even read.
    IsStuck,
    /// Reads a piece and is gone.
    Breaks,
}

#[derive(Debug, Default)]
struct Shared {
    acts: Mutex<VecDeque<Act>>,
    then: Mutex<Option<Act>>,
    clean: Mutex<Vec<Vec<u8>>>,
    over: AtomicBool,
}

impl Shared {
    fn next(&self) -> Act {
        let act = self.acts.lock().expect("acts").pop_front();
        act.or(*self.then.lock().expect("an act"))
            .unwrap_or(Act::Honest)
    }

    /// Whether the test goes on after a pause.
    fn goes_on(&self, pause: Duration) -> bool {
        thread::sleep(pause);
        !self.over.load(Ordering::Relaxed)
    }

    fn hang(&self, time: Duration) {
        let pause = Duration::from_millis(20);
        let mut left = time;
        while self.goes_on(pause.min(left)) && !left.is_zero() {
            left = left.saturating_sub(pause);
        }
    }
}

/// The server. Dropping it closes its port, and ends what hangs.
#[derive(Debug)]
pub(crate) struct Scripted {
    port: u16,
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Scripted {
    /// One at a port that is free, and its port.
    pub(crate) fn start() -> (Self, u16) {
        wait_for("a free port", PATIENCE, || {
            let port = free_port();
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
            Some((Self::at(listener, port), port))
        })
    }

    /// One at a port where there was one before.
    pub(crate) fn again(port: u16) -> Self {
        wait_for("a port to be free", PATIENCE, || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
            Some(Self::at(listener, port))
        })
    }

    fn at(listener: TcpListener, port: u16) -> Self {
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || stream.and_then(|stream| serve(stream, &shared)));
            }
        });
        Scripted {
            port,
            shared,
            thread: Some(thread),
        }
    }

    /// What it does with the next scans, and with all after them.
    pub(crate) fn act(&self, next: &[Act], then: Act) {
        *self.shared.acts.lock().expect("acts") = next.iter().copied().collect();
        *self.shared.then.lock().expect("an act") = Some(then);
    }

    /// Whether it has read these octets to their end and called them clean.
    pub(crate) fn vouched_for(&self, octets: &[u8]) -> bool {
        let clean = self.shared.clean.lock().expect("contents");
        clean.iter().any(|content| content == octets)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(LONG))?;
    let mut command = Vec::new();
    while command.last() != Some(&0) && command.len() < 100 {
        let mut octet = [0];
        stream.read_exact(&mut octet)?;
        command.push(octet[0]);
    }
    match command.as_slice() {
        b"zPING\0" => stream.write_all(b"PONG\0"),
        b"zVERSION\0" => stream.write_all(b"ClamAV 1.4.3/27000/Mon Nov 16 09:12:41 2026\0"),
        b"zINSTREAM\0" => scan(stream, shared, shared.next()),
        _ => stream.write_all(b"UNKNOWN COMMAND\0"),
    }
}

fn scan(mut stream: TcpStream, shared: &Shared, act: Act) -> io::Result<()> {
    match act {
        Act::SaysAtOnce(answer) => {
            stream.write_all(answer)?;
            return read(&mut stream, usize::MAX).map(drop);
        }
        Act::IsStuck => {
            shared.hang(LONG);
            return Ok(());
        }
        Act::Breaks => return read(&mut stream, 1).map(drop),
        _ => {}
    }
    let content = read(&mut stream, usize::MAX)?;
    let clean = b"stream: OK\0".as_slice();
    match act {
        Act::Says(answer) => return stream.write_all(answer),
        Act::Hangs => shared.hang(LONG),
        Act::Floods => {
            while shared.goes_on(Duration::ZERO) {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        Act::Late(seconds) => {
            shared.hang(Duration::from_secs(seconds));
            return stream.write_all(clean);
        }
        Act::Drips => {
            for octet in clean {
                shared.hang(Duration::from_millis(500));
                stream.write_all(&[*octet])?;
            }
        }
        _ if content.windows(4).any(|it| it == b"EVIL") => {
            return stream.write_all(b"stream: Evil FOUND\0");
        }
        _ => {
            shared.clean.lock().expect("contents").push(content);
            return stream.write_all(clean);
        }
    }
    Ok(())
}

/// Reads the content, at most so many pieces of it.
fn read(stream: &mut TcpStream, pieces: usize) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    for _ in 0..pieces {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u64::from(u32::from_be_bytes(length));
        if length == 0 {
            break;
        }
        (&mut *stream).take(length).read_to_end(&mut content)?;
    }
    Ok(content)
}
