//! What a leaf is whose content parsers read differently: all plausible readings side by side, in one pass.
//!
//! One of them is delivered: the declared encoding if there is one, of several the one that the octets fit. What any
//! reading shows counts for policy.
//!
//! | file | what it does |
//! |---|---|
//! | `choice` | which readings are made, and which one is delivered |
//! | `fit` | what the octets of the body look like |
//! | `reading` | one reading |
//! | `scan` | files in text, for any text |
//! | `line`, `open` | how such a file begins, and how it goes on |
//! | `fields` | MIME fields in text, behind which one begins |

mod choice;
mod fields;
mod fit;
mod line;
mod open;
mod reading;
mod scan;

pub use scan::{Block, TextFinds, TextScan};

use crate::charset::Charset;
use crate::decode::Encoding;
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::map::Part;
use crate::write::Stage;
use choice::Choice;
use fit::Fit;
use reading::{Seen, Side};

/// Reads the body of one leaf in every way that makes sense. Bounded memory, linear time.
#[derive(Debug)]
pub struct Study {
    choice: Choice,
    sides: Vec<Side>,
    fit: Fit,
    is_text: bool,
    /// Files in text that are told apart.
    blocks: usize,
}

/// What a study found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Studied {
    /// The stages from the encoded body to the content that is delivered. Empty: the body stands for itself.
    pub choice: Vec<Stage>,
    /// Whether the content that is delivered is text.
    pub text: bool,
    /// Whether its line ends are those of the message, so that quoted-printable keeps every octet; else only base64 does.
    pub lines: bool,
    /// Whether that content is UTF-8 now, so that its charset parameter has to say so.
    pub utf8: bool,
    /// The type that the content that is delivered shows.
    pub detected: Option<&'static str>,
    /// The file name that the encoded data give themselves, as it stands there.
    pub name: Option<Vec<u8>>,
    /// What the content is in the reading that is delivered.
    pub delivered: Kinds,
    /// What it is in any reading, the one that is delivered included.
    pub kinds: Kinds,
    /// What is quoted in it as base64 or as the source of a message; see [`TextFinds::quoted`].
    pub quoted: Kinds,
    /// Files that stand in it if it is text, in order: their ranges are octets of the content that is delivered.
    pub blocks: Vec<Block>,
    /// Whether there are more of them than are told apart.
    pub more: bool,
    /// Octets of the content that is delivered.
    pub size: u64,
}

impl Study {
    /// A study of a leaf.
    pub fn new(part: &Part, limits: &Limits) -> Self {
        let kind = part.media_type();
        let is_text = kind.starts_with("text/");
        let charset = part.charset().filter(|_| is_text);
        Self::of(part.encodings(), charset, is_text, limits)
    }

    /// A study of a body that fields say to be in these encodings, the usual reading of them first, and of a textual type
    /// or not. `charset` is the declared one.
    pub fn of(
        encodings: &[Encoding],
        charset: Option<&str>,
        is_text: bool,
        limits: &Limits,
    ) -> Self {
        let choice = Choice::new(encodings, charset.and_then(Charset::of_name));
        Study {
            sides: choice.sides(),
            choice,
            fit: Fit::default(),
            is_text,
            blocks: usize::try_from(limits.parts).unwrap_or(usize::MAX),
        }
    }

    /// Takes the next octets of the encoded body.
    pub fn push(&mut self, raw: &[u8]) {
        self.fit.push(raw);
        for side in &mut self.sides {
            side.push(raw);
        }
    }

    /// What it is.
    pub fn finish(self) -> Studied {
        let seen: Vec<Seen> = self.sides.into_iter().map(Side::finish).collect();
        let chosen = self.choice.choose(&seen, &self.fit);
        let mut kinds = Kinds::NONE;
        for (index, other) in seen.iter().enumerate() {
            if index != chosen && self.choice.counts(other, &self.fit) {
                kinds = kinds.union(other.looked.kinds);
            }
        }
        kinds.remove(Kind::Unknown);
        kinds.remove(Kind::Text);
        let Some(seen) = seen.into_iter().nth(chosen) else {
            return Studied::default();
        };
        let mut studied = studied(seen, kinds, self.is_text, self.fit.has_bare_lf());
        studied.more |= studied.blocks.len() > self.blocks;
        studied.blocks.truncate(self.blocks);
        studied
    }
}

/// What the reading that is delivered says, with the kinds that others showed.
fn studied(seen: Seen, others: Kinds, is_text: bool, bare_lf: bool) -> Studied {
    let Seen { chain, looked, .. } = seen;
    // Files in it may make text look like something else.
    let has_files = is_text && !seen.finds.blocks.is_empty();
    let text = has_files || is_textual(looked.kinds);
    // Files in the lines of what is no text stay there: cut out, they would leave a file that is broken.
    let (quoted, blocks) = if is_text && text {
        (seen.finds.quoted, seen.finds.blocks)
    } else {
        (seen.finds.kinds(), Vec::new())
    };
    Studied {
        text,
        // Those of decoded content are octets of a file, unless they stood in the message.
        lines: text && (chain.is_empty() || seen.crlf || bare_lf),
        utf8: chain.iter().any(|stage| matches!(stage, Stage::ToUtf8(_))),
        choice: chain,
        detected: looked.media_type,
        name: seen.name,
        delivered: looked.kinds,
        kinds: looked.kinds.union(others),
        quoted,
        blocks,
        more: seen.finds.more,
        size: looked.size,
    }
}

/// Whether content of these kinds is lines of text.
fn is_textual(kinds: Kinds) -> bool {
    let textual = [Kind::Text, Kind::Html, Kind::Script, Kind::Message];
    kinds.iter().all(|kind| textual.contains(&kind))
}
