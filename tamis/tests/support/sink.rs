//! An SMTP server that takes every message and keeps it as it came: where another mail server delivers to.

use super::{PATIENCE, wait_for};
use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A message with its envelope.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What stood behind `MAIL FROM:`.
    pub sender: String,
    /// What stood behind each `RCPT TO:`.
    pub recipients: Vec<String>,
    /// The message with CRLF, dots undone.
    pub message: Vec<u8>,
}

/// A server on a port of its own. Dropping it ends it.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts one.
    pub fn start() -> Sink {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bound");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::default();
        let ends = Arc::new(AtomicBool::new(false));
        let (kept, ending) = (Arc::clone(&taken), Arc::clone(&ends));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if ending.load(Ordering::SeqCst) {
                    return;
                }
                let kept = Arc::clone(&kept);
                thread::spawn(move || stream.and_then(|stream| serve(stream, &kept)));
            }
        });
        Sink {
            port,
            taken,
            ends,
            thread: Some(thread),
        }
    }

    /// The port of 127.0.0.1 where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has taken, in that order.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("the lock").clone()
    }

    /// Waits until it has taken so many, and gives all.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<Taken> {
        wait_for(&format!("{count} messages"), PATIENCE, || {
            Some(self.taken()).filter(|taken| taken.len() >= count)
        })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One session.
fn serve(stream: TcpStream, kept: &Mutex<Vec<Taken>>) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_mins(5)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    writer.write_all(b"220 sink.example.org ESMTP\r\n")?;
    let mut taken = Taken::default();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let (verb, rest) = line.split_at(line.len().min(4));
        let reply = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-sink.example.org\r\n250-8BITMIME\r\n250 SIZE",
            "MAIL" => {
                taken = Taken::default();
                after_colon(rest).clone_into(&mut taken.sender);
                "250 ok"
            }
            "RCPT" => {
                taken.recipients.push(after_colon(rest).to_owned());
                "250 ok"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                taken.message = message(&mut reader)?;
                let whole = std::mem::take(&mut taken);
                kept.lock().expect("the lock").push(whole);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        writer.write_all(format!("{reply}\r\n").as_bytes())?;
    }
}

fn after_colon(text: &str) -> &str {
    text.split_once(':').map_or("", |(_, rest)| rest.trim())
}

/// Everything up to the line with the dot.
fn message(reader: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
