//! A daemon that keeps a copy of everything, and an MTA that sends it one message.

use crate::daemon::Daemon;
use crate::mta::{self, ACTIONS, Mta, PROTOCOL};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use tamis::quarantine::{Export, Record, Store};
use tokio::net::UnixStream;

const POLICY: &str = r#"
[[rule]]
name = "copies"
then = { capture = "both" }

[[rule]]
name = "held"
when = { subject = "hold*" }
then = { quarantine = true }

[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#;

/// What an MTA was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    /// The message is taken: it goes on, or is kept.
    Taken,
    /// It shall come again.
    Later,
    /// Nothing: the connection broke.
    Nothing,
}

/// A body that no other message has.
fn body(number: usize) -> String {
    format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nmessage number {number};\r\n--b\r\n\
         Content-Type: application/octet-stream; name=run.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n--b--\r\n"
    )
}

/// Sends a message, and says what came of it.
pub(crate) async fn send(socket: &Path, number: usize, held: bool) -> Told {
    let Ok(stream) = UnixStream::connect(socket).await else {
        return Told::Nothing;
    };
    let mut mta = Mta::new(stream);
    let numbers = [6, ACTIONS, PROTOCOL].map(u32::to_be_bytes).concat();
    if !mta.try_raw(&mta::packet(b'O', &numbers)).await || mta.hear_or_end().await.is_none() {
        return Told::Nothing;
    }
    let subject = if held { "hold it" } else { "go on" };
    let mut all = Vec::new();
    let mut say = |letter, payload: &[u8]| all.extend(mta::packet(letter, payload));
    say(b'M', b"<a@example.org>\0");
    say(b'R', b"<b@example.net>\0");
    say(b'T', b"");
    for (name, value) in [
        ("From", "a@example.org"),
        ("Subject", subject),
        ("Date", "Mon, 16 Nov 2026 09:12:41 +0000"),
        ("Message-ID", "<1@example.org>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/mixed; boundary=b"),
    ] {
        say(b'L', format!("{name}\0 {value}\0").as_bytes());
    }
    say(b'N', b"");
    say(b'B', body(number).as_bytes());
    say(b'E', b"");
    if !mta.try_raw(&all).await {
        return Told::Nothing;
    }
    // The last answer is that to the end; those before say to go on, and edits come before it.
    let mut told = Told::Nothing;
    while let Some((letter, _)) = mta.hear_or_end().await {
        match letter {
            b'a' | b'd' => return Told::Taken,
            b't' | b'y' | b'r' => return Told::Later,
            b'b' => told = Told::Later,
            b'c' if told == Told::Later => return Told::Taken,
            _ => {}
        }
    }
    Told::Nothing
}

/// The contents of all entries of a store, each of which must be whole.
pub(crate) fn contents(dir: &Path) -> Vec<String> {
    let store = Store::open(dir).expect("a store");
    let entries = store.entries().expect("entries");
    let content = |record: Result<Record, _>| {
        let record = record.expect("a record that can be read");
        assert!(
            Export::is_intact(&store, &record).expect("read"),
            "{record:?}"
        );
        let mut text = String::new();
        let mut content = store.content(&record.id).expect("a content");
        content.read_to_string(&mut text).expect("text");
        text
    };
    entries.map(content).collect()
}

/// Whether everything is kept of a message that was taken.
#[track_caller]
pub(crate) fn assert_kept(place: &Path, number: usize, held: bool, at: &str) {
    let mark = format!("message number {number};");
    let of = |contents: Vec<String>| {
        contents
            .into_iter()
            .filter(|text| text.contains(&mark))
            .count()
    };
    let copies = of(contents(&place.join("copies")));
    let kept = contents(&place.join("quarantine"));
    if held {
        assert_eq!(copies, 1, "{at}: it was not delivered");
        assert_eq!(of(kept), 1, "{at}");
    } else {
        assert_eq!(copies, 2, "{at}: as it came, and as it goes on");
        assert!(
            kept.iter().any(|text| text.contains("TVqQAAMAAAAEAAAA")),
            "{at}"
        );
    }
}

pub(crate) fn start(place: &Path) -> Daemon {
    // What the one before has said does not make this one ready.
    let _ = fs::remove_file(place.join("log"));
    let further = format!(
        "[spool]\nthreshold = \"64B\"\n[capture]\ndir = \"{}\"\n",
        place.join("copies").display()
    );
    Daemon::start(place, POLICY, &further)
}
