//! Whether a scanner looks at all it is given: one that says "clean" of what it did not look at is found out with the EICAR
//! test file, deep in a message and at the end of a large one.

mod eicar;

use crate::inspect::{Engine, Feeds};
pub(crate) use eicar::plain as test_file;

use bytes::Bytes;
use std::fmt;
use tamis_scan::{Envelope, Reason, Report, Unscanned};

/// Levels below multiparts at which the test file lies.
const DEPTHS: [usize; 4] = [1, 16, 20, 64];

/// Down to this level every scanner must find it; below, it must find it or say that it did not look.
const SHALLOW: usize = 16;

/// Octets of padding that are handed over at a time.
const CHUNK: usize = 64 << 10;

/// What is wrong with what a scanner sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It does not say of a harmless message that it is clean.
    Harmless(Report),
    /// It says that the test file is clean below so many multiparts, where every scanner looks; or by itself.
    Blind(usize),
    /// The same so deep that it gives up, and does not say so.
    BlindDeep(usize),
    /// It says that a message of so many octets is clean that has the test file at its end.
    BlindLarge(u64),
    /// It says that it does not take a message of so many octets.
    Limit(u64),
    /// It has no answer for a message of so many octets.
    FailsLarge(u64, Unscanned),
}

impl Flaw {
    /// Whether mail passes that nobody has looked at.
    pub const fn is_blindness(&self) -> bool {
        matches!(
            self,
            Flaw::Blind(_) | Flaw::BlindDeep(_) | Flaw::BlindLarge(_)
        )
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Harmless(report) => write!(f, "says of a harmless message: {report}"),
            Flaw::Blind(0) => f.write_str("says \"clean\" of the EICAR test file"),
            Flaw::Blind(depth) | Flaw::BlindDeep(depth) => {
                write!(
                    f,
                    "says \"clean\" of the EICAR test file below {depth} multiparts"
                )
            }
            Flaw::BlindLarge(size) => write!(
                f,
                "says \"clean\" of the EICAR test file at the end of a message of {} MiB",
                size >> 20
            ),
            Flaw::Limit(size) => write!(f, "does not take all of a message of {} MiB", size >> 20),
            Flaw::FailsLarge(size, unscanned) => {
                write!(
                    f,
                    "has no answer for a message of {} MiB: {unscanned}",
                    size >> 20
                )
            }
        }
    }
}

/// What a scanner that answers does not see, of messages of at most so many octets. Nothing is asked of a scanner that does
/// not look for viruses.
pub async fn look(engine: &Engine, largest: u64) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let harmless = scan(engine, &eicar::harmless()).await;
    if matches!(harmless, Report::Found { .. }) {
        flaws.push(Flaw::Harmless(harmless));
    }
    // What takes no message apart is handed parts only.
    let depths: &[usize] = if engine.feeds == Feeds::Parts {
        &[0]
    } else {
        &DEPTHS
    };
    for depth in depths.iter().copied() {
        match scan(engine, &hidden(engine, depth)).await {
            Report::Clean if depth <= SHALLOW => {
                flaws.push(Flaw::Blind(depth));
                return flaws;
            }
            Report::Clean => {
                flaws.push(Flaw::BlindDeep(depth));
                break;
            }
            Report::Scored(_) => return flaws,
            _ => {}
        }
    }
    if engine.feeds != Feeds::Parts {
        flaws.extend(at_the_end(engine, largest).await);
    }
    flaws
}

/// The test file below so many multiparts; for a scanner of parts by itself.
fn hidden(engine: &Engine, depth: usize) -> Vec<u8> {
    match engine.feeds {
        Feeds::Parts => eicar::plain(),
        Feeds::Message | Feeds::Both => eicar::nested(depth),
    }
}

/// The test file at the end of the largest message that is handed over.
async fn at_the_end(engine: &Engine, size: u64) -> Option<Flaw> {
    match scan_large(engine, size).await {
        Report::Clean => Some(Flaw::BlindLarge(size)),
        Report::Unscanned(unscanned) => Some(match unscanned.reason() {
            Reason::LimitExceeded | Reason::TooLarge => Flaw::Limit(size),
            _ => Flaw::FailsLarge(size, unscanned),
        }),
        _ => None,
    }
}

async fn scan(engine: &Engine, message: &[u8]) -> Report {
    let mut scan = engine.scanner.start(&Envelope::default());
    scan.feed(Bytes::copy_from_slice(message)).await;
    scan.finish().await
}

async fn scan_large(engine: &Engine, size: u64) -> Report {
    let (head, padding, tail) = eicar::large(size);
    let mut scan = engine.scanner.start(&Envelope::default());
    scan.feed(Bytes::from(head)).await;
    let line = b"The quick brown fox jumps over the lazy dog again and again ..\r\n";
    let chunk = Bytes::from(line.repeat(CHUNK / line.len()));
    let mut left = padding;
    while left > 0 && !scan.is_over() {
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        scan.feed(chunk.slice(..take)).await;
        left = left.saturating_sub(take as u64);
    }
    scan.feed(Bytes::from(tail)).await;
    scan.finish().await
}
