//! A small MTA: it hands messages to a milter as Postfix and Sendmail do, and does to them what the answer says.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What today's MTAs offer.
const OFFER: [u32; 3] = [6, 0x1FF, 0x1F_FFFF];

/// The bit of the negotiation that a command is not answered, for those that a filter may leave unanswered.
const SILENT: [(u8, u32); 9] = [
    (b'C', 0x1000),
    (b'H', 0x2000),
    (b'M', 0x4000),
    (b'R', 0x8000),
    (b'T', 0x1_0000),
    (b'U', 0x2_0000),
    (b'L', 0x80),
    (b'N', 0x4_0000),
    (b'B', 0x8_0000),
];

/// Longest body packet.
const CHUNK: usize = 65_535;

/// One connection to a milter.
pub(crate) struct Mta {
    stream: TcpStream,
    silent: u32,
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The message as it is delivered.
    Delivered(Vec<u8>),
    /// The reply, or the letter of one without words.
    Refused(String),
}

/// A header section as fields, and a body.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Names, and values with all that stands behind the colon; lines of a value end in LF.
    pub(crate) fields: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// Takes a message apart as it has come through SMTP: every line ends in CRLF, there is no other CR and no NUL, and what
    /// stands behind the first line that is no header field is the body.
    pub(crate) fn parse(octets: &[u8]) -> Self {
        let mut lines = octets.split(|it| *it == b'\n').peekable();
        let mut message = Message {
            fields: Vec::new(),
            body: Vec::new(),
        };
        let mut in_header = true;
        while let Some(line) = lines.next() {
            let line: Vec<u8> = line
                .iter()
                .filter(|it| !b"\r\0".contains(it))
                .copied()
                .collect();
            if lines.peek().is_none() && line.is_empty() {
                break;
            }
            if in_header && message.take(&line) {
                continue;
            }
            if !in_header || !line.is_empty() {
                message.body.extend_from_slice(&line);
                message.body.extend_from_slice(b"\r\n");
            }
            in_header = false;
        }
        message
    }

    /// Takes a line of the header section; false if it is none.
    fn take(&mut self, line: &[u8]) -> bool {
        if line.first().is_some_and(|it| b" \t".contains(it)) {
            let Some((_, value)) = self.fields.last_mut() else {
                return false;
            };
            value.push(b'\n');
            value.extend_from_slice(line);
            return true;
        }
        let Some((name, value)) = line
            .iter()
            .position(|it| *it == b':')
            .and_then(|colon| line.split_at_checked(colon))
        else {
            return false;
        };
        let good = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        if good {
            let name = String::from_utf8_lossy(name).into_owned();
            self.fields.push((name, value[1..].to_vec()));
        }
        good
    }

    /// The octets, with CRLF.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for (name, value) in &self.fields {
            octets.extend_from_slice(name.as_bytes());
            octets.push(b':');
            for (number, line) in value.split(|it| *it == b'\n').enumerate() {
                if number > 0 {
                    octets.extend_from_slice(b"\r\n");
                }
                octets.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            }
            octets.extend_from_slice(b"\r\n");
        }
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&self.body);
        octets
    }
}

impl Mta {
    /// Connects and says who the client is.
    pub(crate) fn connect(port: u16, client: &str) -> Mta {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a deadline");
        stream.set_nodelay(true).expect("a socket");
        let mut mta = Mta { stream, silent: 0 };
        mta.tell(b'O', &OFFER.map(u32::to_be_bytes).concat());
        let (letter, answer) = mta.hear();
        assert_eq!(letter, b'O');
        mta.silent = word(&answer, 8);
        let told = [
            client.as_bytes(),
            b"\x004\x00\x19",
            client.as_bytes(),
            b"\0",
        ]
        .concat();
        assert_eq!(mta.ask(b'C', &told), None);
        mta
    }

    /// Hands a message over and carries out what the filter answers.
    pub(crate) fn send(&mut self, id: &str, from: &str, rcpt: &str, message: &Message) -> End {
        self.tell(b'D', format!("Mi\0{id}\0").as_bytes());
        let early = self
            .ask(b'M', format!("<{from}>\0").as_bytes())
            .or_else(|| self.ask(b'R', format!("<{rcpt}>\0").as_bytes()))
            .or_else(|| self.ask(b'T', b""));
        if let Some(refusal) = early {
            self.tell(b'A', b"");
            return End::Refused(refusal);
        }
        for (name, value) in &message.fields {
            let field = [name.as_bytes(), b"\0", value.as_slice(), b"\0"].concat();
            assert_eq!(self.ask(b'L', &field), None);
        }
        assert_eq!(self.ask(b'N', b""), None);
        for chunk in message.body.chunks(CHUNK) {
            assert_eq!(self.ask(b'B', chunk), None);
        }
        self.tell(b'E', b"");
        self.end(message.clone())
    }

    /// Carries out the changes until the message is answered.
    fn end(&mut self, mut message: Message) -> End {
        let mut body: Option<Vec<u8>> = None;
        loop {
            let (letter, payload) = self.hear();
            match letter {
                b'p' | b'q' | b'+' | b'-' => {}
                b'b' => body.get_or_insert_default().extend_from_slice(&payload),
                b'h' => message.fields.push(field(&payload)),
                b'i' => {
                    let at = usize::try_from(word(&payload, 0)).expect("a place");
                    assert!(at <= 1, "fields are inserted at the top");
                    message.fields.insert(0, field(&payload[4..]));
                }
                b'm' => change(&mut message, word(&payload, 0), field(&payload[4..])),
                b'c' | b'a' => {
                    message.body = body.unwrap_or(message.body);
                    return End::Delivered(message.octets());
                }
                other => return End::Refused(refusal(other, &payload)),
            }
        }
    }

    /// Sends a command, and gives a refusal if it is answered with one.
    fn ask(&mut self, letter: u8, payload: &[u8]) -> Option<String> {
        self.tell(letter, payload);
        let silent = SILENT.iter().find(|(known, _)| *known == letter);
        if silent.is_some_and(|(_, bit)| self.silent & bit != 0) {
            return None;
        }
        let (answer, payload) = self.hear();
        (answer != b'c').then(|| refusal(answer, &payload))
    }

    fn tell(&mut self, letter: u8, payload: &[u8]) {
        let length = u32::try_from(payload.len() + 1).expect("a length");
        let packet = [&length.to_be_bytes(), [letter].as_slice(), payload].concat();
        self.stream.write_all(&packet).expect("written");
    }

    fn hear(&mut self) -> (u8, Vec<u8>) {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head).expect("an answer");
        let length = usize::try_from(word(&head, 0)).expect("a length");
        let mut payload = vec![0; length - 1];
        self.stream.read_exact(&mut payload).expect("an answer");
        (head[4], payload)
    }
}

/// Changes the field of that name and number, takes it out if the value is empty, and adds one if there are fewer.
fn change(message: &mut Message, nth: u32, (name, value): (String, Vec<u8>)) {
    let nth = usize::try_from(nth.max(1)).expect("a number") - 1;
    let mut named = message.fields.iter().enumerate();
    let place = named
        .by_ref()
        .filter(|(_, (known, _))| known.eq_ignore_ascii_case(&name))
        .nth(nth)
        .map(|(place, _)| place);
    match place {
        Some(place) if value.is_empty() => drop(message.fields.remove(place)),
        Some(place) => message.fields[place].1 = value,
        None if value.is_empty() => {}
        None => message.fields.push((name, value)),
    }
}

fn field(payload: &[u8]) -> (String, Vec<u8>) {
    let mut pieces = payload.split(|it| *it == 0);
    let name = pieces.next().expect("a name").to_vec();
    let value = pieces.next().expect("a value").to_vec();
    (String::from_utf8(name).expect("a name"), value)
}

/// The reply, without the doubled percent signs.
fn refusal(letter: u8, payload: &[u8]) -> String {
    match letter {
        b'y' => {
            let text = payload.strip_suffix(b"\0").unwrap_or(payload);
            String::from_utf8_lossy(text).replace("%%", "%")
        }
        b'd' => "discard".to_owned(),
        other => char::from(other).to_string(),
    }
}

fn word(octets: &[u8], at: usize) -> u32 {
    let octets = octets[at..at + 4].try_into().expect("four octets");
    u32::from_be_bytes(octets)
}
