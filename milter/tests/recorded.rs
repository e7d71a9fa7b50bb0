//! Replays recordings of real MTAs against the server: every packet gets its answer, and the filter sees every octet.
//!
//! Recordings are not part of the repository. `MILTER_TRANSCRIPTS` names a folder of `*.jsonl` files, at any depth; without
//! it nothing is done. One line is one packet: `{"conn": 1, "from": "mta", "cmd": "M", "len": 3, "data": "<base64>"}`;
//! lines without `data` stand for payloads of which only the length is known.

mod mta;

use mta::{Mta, Server};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tamis_milter::{
    Actions, Answer, BodyAnswer, Edits, EnvelopeAddress, EnvelopeEdit, Filter, Handler, HeaderEdit,
    HeaderName, HeaderValue, Macros, Outcome, Parameters, Path as Envelope, Place, Protocol,
    Verdict, Wish,
};

/// Counts what it is shown; at the end of a message makes one change of each kind that was agreed on.
#[derive(Clone, Default)]
struct Counter {
    wish: Wish,
    edits: bool,
    seen: Arc<Mutex<BTreeMap<&'static str, usize>>>,
    actions: Actions,
}

impl Counter {
    fn note(&self, what: &'static str, count: usize) {
        *self.seen.lock().expect("lock").entry(what).or_default() += count;
    }
}

impl Filter for Counter {
    type Handler = Self;

    fn wish(&self) -> Wish {
        self.wish.clone()
    }

    fn handler(&self) -> Self {
        self.clone()
    }
}

impl Handler for Counter {
    async fn negotiated(&mut self, agreement: &tamis_milter::Agreement) -> Outcome<()> {
        self.actions = agreement.actions;
        Ok(())
    }

    async fn mail(&mut self, _: &Envelope, _: &Macros) -> Outcome<Answer> {
        self.note("mail", 1);
        Ok(Answer::Continue)
    }

    async fn rcpt(&mut self, _: &Envelope, _: &Macros) -> Outcome<Answer> {
        self.note("rcpt", 1);
        Ok(Answer::Continue)
    }

    async fn header(&mut self, _: &[u8], value: &[u8], _: &Macros) -> Outcome<Answer> {
        self.note("header", 1);
        self.note("value", value.len());
        Ok(Answer::Continue)
    }

    async fn body(&mut self, piece: bytes::Bytes) -> Outcome<BodyAnswer> {
        self.note("body", piece.len());
        Ok(BodyAnswer::Continue)
    }

    async fn end_of_message(&mut self, _: &Macros) -> Outcome<Verdict> {
        self.note("end", 1);
        let mut edits = Edits::new();
        if self.edits {
            let name = HeaderName::new("X-Test")?;
            if self.actions.contains(Actions::ADD_HEADER) {
                edits.header(HeaderEdit::Insert(
                    Place::Top,
                    name,
                    HeaderValue::new(b"seen")?,
                ));
            }
            if self.actions.contains(Actions::ADD_RECIPIENT) {
                let address = EnvelopeAddress::new(b"<archive@example.org>")?;
                edits.envelope(EnvelopeEdit::Add(address, Parameters::none()));
            }
        }
        Ok(edits.into())
    }
}

#[tokio::test]
async fn every_packet_of_a_recording_is_answered() {
    let Some(folder) = std::env::var_os("MILTER_TRANSCRIPTS") else {
        return;
    };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    assert!(
        !files.is_empty(),
        "no recordings in {}",
        Path::new(&folder).display()
    );
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &files {
        for edits in [false, true] {
            let done =
                tokio::time::timeout(std::time::Duration::from_mins(1), replay(file, edits)).await;
            for (what, count) in done.unwrap_or_else(|_| panic!("{} hangs", file.display())) {
                *sums.entry(what).or_default() += count;
            }
        }
    }
    println!("{} files, each twice: {sums:?}", files.len());
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            files.push(path);
        }
    }
}

/// The packets of the MTA, and what the recorded filter agreed to, by connection.
#[derive(Default)]
struct Recorded {
    packets: Vec<(u8, Vec<u8>)>,
    agreed: (u32, u32),
}

async fn replay(file: &Path, edits: bool) -> BTreeMap<&'static str, usize> {
    let mut sums = BTreeMap::new();
    for (connection, recorded) in read(file) {
        if recorded.packets.is_empty() {
            continue;
        }
        let wish = Wish::new()
            .likes(Actions::from_bits(recorded.agreed.0))
            .protocol(Protocol::from_bits(recorded.agreed.1));
        let filter = Counter {
            wish,
            edits,
            ..Counter::default()
        };
        let server = Server::start(filter.clone()).await;
        let mut mta = server.mta().await;
        let context = format!("{} connection {connection}", file.display());
        let silent = play(&mut mta, &recorded, &context, &mut sums).await;
        mta.ended().await;
        compare(&recorded, silent, &filter, &context);
    }
    *sums.entry("files").or_default() += 1;
    sums
}

/// Plays one connection; gives the protocol bits that were agreed on.
async fn play(
    mta: &mut Mta,
    recorded: &Recorded,
    context: &str,
    sums: &mut BTreeMap<&'static str, usize>,
) -> Protocol {
    let mut agreed = Protocol::NONE;
    let mut quit = false;
    for (letter, payload) in &recorded.packets {
        *sums.entry("packets").or_default() += 1;
        match letter {
            b'O' => {
                let (answer, payload) = mta.ask(*letter, payload).await;
                assert_eq!(answer, b'O', "{context}");
                agreed = Protocol::from_bits(u32::from_be_bytes(
                    payload[8..12].try_into().expect("four"),
                ));
            }
            b'E' => {
                let packets = mta.end().await;
                let last = packets.last().map(|packet| packet.0);
                assert_eq!(last, Some(b'c'), "{context}: {packets:?}");
                *sums.entry("messages").or_default() += 1;
            }
            b'D' | b'A' | b'K' => mta.tell(*letter, payload).await,
            b'Q' => {
                mta.tell(*letter, payload).await;
                quit = true;
            }
            _ if agreed.contains(silence(*letter)) => mta.tell(*letter, payload).await,
            _ => {
                let answer = mta.hear_after(*letter, payload).await;
                assert_eq!(
                    answer,
                    Some((b'c', Vec::new())),
                    "{context}: answer to {}",
                    char::from(*letter)
                );
            }
        }
    }
    if !quit {
        mta.hang_up().await;
    }
    agreed
}

fn silence(letter: u8) -> Protocol {
    match letter {
        b'C' => Protocol::SILENT_CONNECT,
        b'H' => Protocol::SILENT_HELO,
        b'M' => Protocol::SILENT_MAIL,
        b'R' => Protocol::SILENT_RCPT,
        b'T' => Protocol::SILENT_DATA,
        b'L' => Protocol::SILENT_HEADER,
        b'N' => Protocol::SILENT_END_OF_HEADERS,
        b'B' => Protocol::SILENT_BODY,
        _ => Protocol::SILENT_UNKNOWN,
    }
}

/// The filter saw what was sent.
fn compare(recorded: &Recorded, agreed: Protocol, filter: &Counter, context: &str) {
    let sent = |letter: u8| {
        recorded
            .packets
            .iter()
            .filter(move |packet| packet.0 == letter)
    };
    let octets = |letter: u8| sent(letter).map(|packet| packet.1.len()).sum::<usize>();
    let seen = filter.seen.lock().expect("lock");
    let seen = |what: &str| seen.get(what).copied().unwrap_or_default();
    let rejected = usize::from(agreed.contains(Protocol::REJECTED_RECIPIENTS));
    assert_eq!(seen("mail"), sent(b'M').count(), "{context}");
    assert!(seen("rcpt") + rejected >= sent(b'R').count(), "{context}");
    assert_eq!(seen("header"), sent(b'L').count(), "{context}");
    assert_eq!(seen("body"), octets(b'B') + octets(b'E'), "{context}");
    assert_eq!(seen("end"), sent(b'E').count(), "{context}");
    let names: usize = sent(b'L')
        .map(|packet| packet.1.iter().position(|octet| *octet == 0).unwrap_or(0) + 2)
        .sum();
    let space = if agreed.contains(Protocol::LEADING_SPACE) {
        0
    } else {
        sent(b'L').count()
    };
    assert_eq!(seen("value"), octets(b'L') - names + space, "{context}");
}

fn read(file: &Path) -> BTreeMap<u64, Recorded> {
    let mut connections: BTreeMap<u64, Recorded> = BTreeMap::new();
    for line in std::fs::read_to_string(file).expect("file").lines() {
        let line: Value = serde_json::from_str(line).expect("json");
        let (Some(letter), Some(connection)) = (line["cmd"].as_str(), line["conn"].as_u64()) else {
            continue;
        };
        let recorded = connections.entry(connection).or_default();
        let Some(letter) = letter.bytes().next().filter(|_| letter.len() == 1) else {
            continue;
        };
        let payload = payload(&line, letter);
        match (line["from"].as_str(), letter) {
            (Some("mta"), _) => recorded.packets.push((letter, payload)),
            (Some("filter"), b'O') if payload.len() >= 12 => {
                let word =
                    |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().expect("four"));
                recorded.agreed = (word(4), word(8));
            }
            _ => {}
        }
    }
    connections
}

/// The payload, or one of the same length.
fn payload(line: &Value, letter: u8) -> Vec<u8> {
    if let Some(data) = line["data"].as_str() {
        return base64(data);
    }
    let length = usize::try_from(line["len"].as_u64().unwrap_or(0)).expect("length");
    let mut payload = vec![b'x'; length];
    if letter == b'L' {
        payload[1] = 0;
        payload[length - 1] = 0;
    }
    payload
}

fn base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut octets, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        bits = bits << 6 | u32::from(value(letter));
        held += 6;
        if held >= 8 {
            held -= 8;
            octets.push(u8::try_from(bits >> held & 0xFF).expect("octet"));
        }
    }
    octets
}
