//! An MTA that outlives whatever becomes of its milter, and says what it was told.

use crate::support::PATIENCE;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

/// All changes; every command is answered, and the blank behind the colon is kept.
const OFFER: [u32; 3] = [6, 0x1FF, 0x10_0000];

/// What the MTA was told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Accepted,
    Rejected,
    Deferred,
    Discarded,
    /// Nothing: the connection is over. The mail is put off.
    Gone,
    /// Nothing, for as long as a test waits.
    Hung,
}

impl Answer {
    /// Whether the MTA does not keep the mail for another try.
    pub(crate) fn is_taken(self) -> bool {
        matches!(self, Answer::Accepted | Answer::Discarded)
    }
}

/// Letter and payload.
pub(crate) type Packet = (u8, Vec<u8>);

/// All that the MTA was told of a message.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) answer: Answer,
    /// Changes, without signs of progress.
    pub(crate) changes: Vec<Packet>,
    /// Signs of progress.
    pub(crate) progress: usize,
    /// From the end of the message to the answer.
    pub(crate) took: Duration,
}

impl Told {
    fn nothing(answer: Answer) -> Self {
        Told {
            answer,
            changes: Vec::new(),
            progress: 0,
            took: Duration::ZERO,
        }
    }

    /// The new body; none if it stays.
    pub(crate) fn body(&self) -> Option<Vec<u8>> {
        let pieces = self.changes.iter().filter(|(letter, _)| *letter == b'b');
        let pieces: Vec<&[u8]> = pieces.map(|(_, piece)| piece.as_slice()).collect();
        (!pieces.is_empty()).then(|| pieces.concat())
    }
}

/// A message for one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) recipient: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Mail {
    /// A plain one of about so many octets.
    pub(crate) fn plain(recipient: &str, subject: &str, size: usize) -> Self {
        let line =
            "seventy-six letters of text in a line of mail, or nearly so, and no more...\r\n";
        Mail {
            recipient: recipient.to_owned(),
            fields: fields(subject, "text/plain"),
            body: line.repeat(size / line.len() + 1).into_bytes(),
        }
    }

    /// One with a program of this name in it, behind a text of about so many octets.
    pub(crate) fn with_program(recipient: &str, subject: &str, name: &str, size: usize) -> Self {
        let text = Mail::plain(recipient, subject, size).body;
        let head = b"--bb\r\nContent-Type: text/plain\r\n\r\n".as_slice();
        let program = format!(
            "\r\n--bb\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--bb--\r\n"
        );
        Mail {
            recipient: recipient.to_owned(),
            fields: fields(subject, "multipart/mixed; boundary=bb"),
            body: [head, &text, program.as_bytes()].concat(),
        }
    }

    /// All its octets.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let fields = self.fields.iter();
        let lines: Vec<String> = fields
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let header = lines.concat();
        [header.as_bytes(), b"\r\n", &self.body].concat()
    }
}

fn fields(subject: &str, content: &str) -> Vec<(String, String)> {
    let fields = [
        ("From", "a@example.com"),
        ("To", "b@example.org"),
        ("Subject", subject),
        ("Date", "Mon, 16 Nov 2026 09:12:41 +0000"),
        ("Message-ID", "<1@example.com>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", content),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    fields.into_iter().map(owned).collect()
}

/// Hands a message to the milter at a port of this host.
pub(crate) fn send(port: u16, mail: &Mail) -> Told {
    send_when(port, mail, || ())
}

/// The same, with a wait before the end of the message.
pub(crate) fn send_when(port: u16, mail: &Mail, wait: impl FnOnce()) -> Told {
    let mut told = Told::nothing(Answer::Gone);
    let mut opened = Session::open(port);
    let begun = match &mut opened {
        Ok(session) => session.begin(mail),
        Err(error) => Err(error.kind().into()),
    };
    wait();
    let ended = match (begun, &mut opened) {
        (Ok(None), Ok(session)) => session.end(&mut told),
        (Ok(answer), _) => {
            told.answer = answer.unwrap_or(Answer::Gone);
            Ok(())
        }
        (Err(error), _) => Err(error),
    };
    if let Err(error) = ended {
        let late = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut];
        let hung = late.contains(&error.kind());
        told.answer = if hung { Answer::Hung } else { Answer::Gone };
    }
    told
}

/// A connection to the milter.
pub(crate) struct Session(TcpStream);

impl Session {
    /// Connects and negotiates.
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        // Twice what any deadline of a test is.
        stream.set_read_timeout(Some(PATIENCE * 2))?;
        stream.set_write_timeout(Some(PATIENCE * 2))?;
        stream.set_nodelay(true)?;
        let mut session = Session(stream);
        session.ask(b'O', &OFFER.map(u32::to_be_bytes).concat())?;
        Ok(session)
    }

    /// All of a message but its end; what was said if that is the end already.
    pub(crate) fn begin(&mut self, mail: &Mail) -> io::Result<Option<Answer>> {
        let mut steps = vec![
            (b'C', b"client.example.com\x004\0\x19192.0.2.1\0".to_vec()),
            (b'H', b"client.example.com\0".to_vec()),
            (b'M', b"<a@example.com>\0".to_vec()),
            (b'R', format!("<{}>\0", mail.recipient).into_bytes()),
            (b'T', Vec::new()),
        ];
        for (name, value) in &mail.fields {
            steps.push((b'L', format!("{name}\0 {value}\0").into_bytes()));
        }
        steps.push((b'N', Vec::new()));
        for piece in mail.body.chunks(60_000) {
            steps.push((b'B', piece.to_vec()));
        }
        for (letter, payload) in steps {
            let answer = self.ask(letter, &payload)?;
            if answer.0 != b'c'
                && let Some(last) = last_word(&answer)
            {
                return Ok(Some(last));
            }
        }
        Ok(None)
    }

    /// The end of a message.
    pub(crate) fn end(&mut self, told: &mut Told) -> io::Result<()> {
        let since = Instant::now();
        self.tell(b'E', b"")?;
        loop {
            let packet = self.hear()?;
            told.took = since.elapsed();
            if let Some(answer) = last_word(&packet) {
                told.answer = answer;
                return Ok(());
            }
            if packet.0 == b'p' {
                told.progress += 1;
            } else {
                told.changes.push(packet);
            }
        }
    }

    /// The connection itself.
    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.0
    }

    /// Sends a packet.
    pub(crate) fn tell(&mut self, letter: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len() + 1).expect("a length");
        let packet = [&length.to_be_bytes(), [letter].as_slice(), payload].concat();
        self.0.write_all(&packet)
    }

    /// Sends a packet and reads the answer.
    pub(crate) fn ask(&mut self, letter: u8, payload: &[u8]) -> io::Result<Packet> {
        self.tell(letter, payload)?;
        self.hear()
    }

    fn hear(&mut self) -> io::Result<Packet> {
        let mut head = [0; 5];
        self.0.read_exact(&mut head)?;
        let [a, b, c, d, letter] = head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).expect("a length");
        let mut payload = vec![0; length - 1];
        self.0.read_exact(&mut payload)?;
        Ok((letter, payload))
    }
}

/// What a packet says of the message, if it is the last one.
fn last_word((letter, payload): &Packet) -> Option<Answer> {
    match letter {
        b'c' | b'a' => Some(Answer::Accepted),
        b't' => Some(Answer::Deferred),
        b'd' => Some(Answer::Discarded),
        b'y' if payload.starts_with(b"4") => Some(Answer::Deferred),
        b'r' | b'y' => Some(Answer::Rejected),
        _ => None,
    }
}
