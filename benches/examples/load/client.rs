//! An MTA's side of the milter protocol: as many sessions as wanted, each sends messages one after the other.

use super::mail::Mail;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Octets of a body chunk: the most that is sent where nothing larger was agreed on.
const CHUNK: usize = 65_535;

/// All steps that a filter may leave out, and all answers it may leave out, of version 6 of the protocol.
const PROTOCOL: u32 = 0x1f_ffff;
const ACTIONS: u32 = 0x1ff;
const NO_ANSWER_FIELD: u32 = 0x80;
const NO_BODY: u32 = 0x10;
const NO_FIELDS: u32 = 0x20;
const NO_END_OF_FIELDS: u32 = 0x40;
const LEADING_SPACE: u32 = 0x10_0000;
const NO_DATA: u32 = 0x200;

/// A command: its letter, the bit by which a filter does without it, and the one by which it does not answer.
const CONNECT: Command = (b'C', 0x1, 0x1000);
const HELO: Command = (b'H', 0x2, 0x2000);
const MAIL: Command = (b'M', 0x4, 0x4000);
const RCPT: Command = (b'R', 0x8, 0x8000);
const DATA: Command = (b'T', NO_DATA, 0x1_0000);
const FIELD: Command = (b'L', NO_FIELDS, NO_ANSWER_FIELD);
const END_OF_FIELDS: Command = (b'N', NO_END_OF_FIELDS, 0x4_0000);
const BODY: Command = (b'B', NO_BODY, 0x8_0000);

type Command = (u8, u32, u32);

const END: u8 = b'E';
const PROGRESS: u8 = b'p';

/// Octets of the buffer of Postfix.
const BUFFER: usize = 4096;

/// How the MTA writes commands that get no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Writes {
    /// As Postfix: into a buffer, which goes out when it is full or an answer is awaited.
    #[default]
    Buffered,
    /// As Sendmail: each at once, its macros with it.
    Each,
}

/// One connection.
pub(crate) struct Session {
    socket: BufReader<UnixStream>,
    /// What was agreed on.
    agreed: u32,
    writes: Writes,
    packet: Vec<u8>,
}

impl Session {
    /// Connects and negotiates.
    pub(crate) fn open(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        stream.set_write_timeout(Some(Duration::from_mins(1)))?;
        let mut session = Session {
            socket: BufReader::new(stream),
            agreed: 0,
            writes: Writes::default(),
            packet: Vec::new(),
        };
        let mut offer = Vec::new();
        for word in [6, ACTIONS, PROTOCOL] {
            offer.extend_from_slice(&u32::to_be_bytes(word));
        }
        session.put(b'O', &[&offer]);
        session.send()?;
        let (letter, payload) = session.answer()?;
        let bits = payload.get(8..12).and_then(|four| four.try_into().ok());
        match (letter, bits) {
            (b'O', Some(bits)) => session.agreed = u32::from_be_bytes(bits),
            _ => return Err(io::Error::other("the filter does not negotiate")),
        }
        Ok(session)
    }

    /// Says who the client is.
    pub(crate) fn greet(&mut self) -> io::Result<()> {
        self.macros(
            b'C',
            &[b"j\0mx.example.com\0{daemon_name}\0smtpd\0v\0Postfix\0"],
        );
        self.command(
            CONNECT,
            &[b"client.example.org\x004\0\x19", b"192.0.2.10\0"],
        )?;
        self.command(HELO, &[b"client.example.org\0"])
    }

    /// Sends a message, and waits for what becomes of it. Says whether that was anything but "deliver it as it is".
    pub(crate) fn deliver(&mut self, mail: &Mail) -> io::Result<bool> {
        self.macros(
            b'M',
            &[b"i\0", b"4Xy1Zk0000z1\0{mail_addr}\0sender@example.org\0"],
        );
        self.command(MAIL, &[b"<sender@example.org>\0"])?;
        self.macros(b'R', &[b"{rcpt_addr}\0recipient@example.com\0"]);
        self.command(RCPT, &[b"<recipient@example.com>\0"])?;
        self.command(DATA, &[])?;
        for (name, value) in mail.fields() {
            let bare = value.strip_prefix(b" ").unwrap_or(value);
            let whole = self.agreed & LEADING_SPACE != 0;
            let value = if whole { value } else { bare };
            self.command(FIELD, &[name, b"\0", value, b"\0"])?;
        }
        self.command(END_OF_FIELDS, &[])?;
        for chunk in mail.body().chunks(CHUNK) {
            self.command(BODY, &[chunk])?;
        }
        self.macros(b'E', &[b"i\x004Xy1Zk0000z1\0"]);
        self.put(END, &[]);
        self.send()?;
        let mut touched = false;
        loop {
            match self.answer()?.0 {
                PROGRESS => {}
                b'c' | b'a' => return Ok(touched),
                b'd' | b'r' | b't' | b'y' => return Ok(true),
                _ => touched = true,
            }
        }
    }

    /// One command, and its answer if one was agreed on. Anything but "go on" is an error: nothing is refused before its end.
    fn command(
        &mut self,
        (letter, without, unanswered): Command,
        payload: &[&[u8]],
    ) -> io::Result<()> {
        if self.agreed & without != 0 {
            return Ok(());
        }
        self.put(letter, payload);
        if self.agreed & unanswered != 0 {
            return match self.writes {
                Writes::Buffered => self.send_full(),
                Writes::Each => self.send(),
            };
        }
        self.send()?;
        loop {
            match self.answer()?.0 {
                PROGRESS => {}
                b'c' => return Ok(()),
                other => {
                    let (said, letter) = (char::from(other), char::from(letter));
                    return Err(io::Error::other(format!("{said} was said to {letter}")));
                }
            }
        }
    }

    /// Ends the connection.
    fn quit(mut self) -> io::Result<()> {
        self.put(b'Q', &[]);
        self.send()
    }

    fn macros(&mut self, stage: u8, pairs: &[&[u8]]) {
        let stage = [stage];
        let payload: Vec<&[u8]> = std::iter::once(&stage[..])
            .chain(pairs.iter().copied())
            .collect();
        self.put(b'D', &payload);
    }

    fn put(&mut self, letter: u8, payload: &[&[u8]]) {
        let length: usize = payload.iter().map(|piece| piece.len()).sum();
        let length = u32::try_from(length + 1).unwrap_or(u32::MAX);
        self.packet.extend_from_slice(&length.to_be_bytes());
        self.packet.push(letter);
        for piece in payload {
            self.packet.extend_from_slice(piece);
        }
    }

    /// Sends what fills buffers, one after the other.
    fn send_full(&mut self) -> io::Result<()> {
        let mut pieces = self.packet.chunks_exact(BUFFER);
        for piece in &mut pieces {
            self.socket.get_mut().write_all(piece)?;
        }
        self.packet = pieces.remainder().to_vec();
        Ok(())
    }

    /// Sends all that was put.
    fn send(&mut self) -> io::Result<()> {
        if self.writes == Writes::Buffered {
            self.send_full()?;
        }
        self.socket.get_mut().write_all(&self.packet)?;
        self.packet.clear();
        Ok(())
    }

    fn answer(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 5];
        self.socket.read_exact(&mut head)?;
        let [a, b, c, d, letter] = head;
        let length = u32::from_be_bytes([a, b, c, d]).saturating_sub(1);
        let mut payload = vec![0; usize::try_from(length).unwrap_or(0)];
        self.socket.read_exact(&mut payload)?;
        Ok((letter, payload))
    }
}

/// How messages are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Connections at a time.
    pub(crate) sessions: usize,
    /// Messages of one connection.
    pub(crate) each: usize,
    pub(crate) writes: Writes,
}

/// Sends so many messages, taking the mail in turn. Says how many were refused or changed.
pub(crate) fn play(
    socket: &Path,
    mail: &[Mail],
    count: usize,
    manner: Manner,
) -> io::Result<usize> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..manner.sessions)
            .map(|_| scope.spawn(|| work(socket, mail, count, manner, &next)))
            .collect();
        workers.into_iter().try_fold(0, |sum, worker| {
            let done = worker.join();
            let touched = done.unwrap_or_else(|_| Err(io::Error::other("a session panicked")))?;
            Ok(sum + touched)
        })
    })
}

fn work(
    socket: &Path,
    mail: &[Mail],
    count: usize,
    manner: Manner,
    next: &AtomicUsize,
) -> io::Result<usize> {
    let mut touched = 0;
    let turns = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|turn| *turn < count);
    let mut turn = turns();
    while turn.is_some() {
        let mut session = Session::open(socket)?;
        session.writes = manner.writes;
        session.greet()?;
        for _ in 0..manner.each {
            let Some(mail) = turn.and_then(|turn| mail.get(turn % mail.len())) else {
                break;
            };
            touched += usize::from(session.deliver(mail)?);
            turn = turns();
        }
        session.quit()?;
    }
    Ok(touched)
}
