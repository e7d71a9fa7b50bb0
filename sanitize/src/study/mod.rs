//! What a leaf is whose content parsers read differently: all plausible readings side by side, in one pass.
//!
//! One of them is delivered; what any of them shows counts for policy.

mod line;
mod open;
mod reading;
mod scan;

pub use scan::{Block, TextFinds, TextScan};

use crate::charset::Charset;
use crate::decode::{Encoding, Leniency};
use crate::kind::{Kind, Kinds};
use crate::limits::Limits;
use crate::map::Part;
use crate::write::Stage;
use reading::Side;

/// Reads the body of one leaf in every way that makes sense. Bounded memory, linear time.
#[derive(Debug)]
pub struct Study {
    /// The readings, the one that is delivered first.
    sides: Vec<Side>,
    scan: TextScan,
    decoded: Vec<u8>,
}

/// What a study found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Studied {
    /// The stages from the encoded body to the content that is delivered. Empty: the body stands for itself.
    pub choice: Vec<Stage>,
    /// Whether the content that is delivered is text: then it is written in quoted-printable, else in base64.
    pub text: bool,
    /// Whether that text is UTF-8 now, so that its charset parameter has to say so.
    pub utf8: bool,
    /// The type that the content that is delivered shows.
    pub detected: Option<&'static str>,
    /// What the content is in the reading that is delivered.
    pub delivered: Kinds,
    /// What it is in any reading, the one that is delivered included.
    pub kinds: Kinds,
    /// What is quoted in the text as base64 or as the source of a message; see [`TextFinds::quoted`].
    pub quoted: Kinds,
    /// Files that stand in the text, in order: their ranges are octets of the content that is delivered.
    pub blocks: Vec<Block>,
    /// Octets of the content that is delivered.
    pub size: u64,
}

impl Study {
    /// A study of a leaf.
    pub fn new(part: &Part, limits: &Limits) -> Self {
        let charset = part.charset().and_then(Charset::of_name);
        let is_text = part.media_type().starts_with("text/");
        Self::of(&[part.encoding()], charset.filter(|_| is_text), limits)
    }

    /// A study of a body that may be in any of these encodings, the most likely one first.
    pub fn of(encodings: &[Encoding], charset: Option<Charset>, _limits: &Limits) -> Self {
        let encoding = encodings.first().copied().unwrap_or(Encoding::SevenBit);
        let mut chain = Vec::new();
        if !encoding.is_identity() {
            let leniency = match encoding {
                Encoding::Base64 => Leniency::File,
                _ => Leniency::Most,
            };
            chain.push(Stage::Decode(encoding, leniency));
        }
        chain.extend(charset.map(Stage::ToUtf8));
        Study {
            sides: vec![Side::new(chain)],
            scan: TextScan::new(),
            decoded: Vec::new(),
        }
    }

    /// Takes the next octets of the encoded body.
    pub fn push(&mut self, raw: &[u8]) {
        for (index, side) in self.sides.iter_mut().enumerate() {
            self.decoded.clear();
            side.push(raw, &mut self.decoded);
            if index == 0 {
                self.scan.push(&self.decoded);
            }
        }
    }

    /// What it is.
    pub fn finish(mut self) -> Studied {
        let mut studied = Studied::default();
        for (index, mut side) in self.sides.into_iter().enumerate() {
            self.decoded.clear();
            side.finish(&mut self.decoded);
            let (chain, looked) = side.looked();
            studied.kinds = studied.kinds.union(looked.kinds);
            if index == 0 {
                self.scan.push(&self.decoded);
                studied.text = is_text(looked.kinds);
                studied.utf8 = matches!(chain.last(), Some(Stage::ToUtf8(_)));
                studied.choice = chain;
                studied.detected = looked.media_type;
                studied.delivered = looked.kinds;
                studied.size = looked.size;
            }
        }
        let finds = self.scan.finish();
        studied.quoted = finds.quoted;
        if studied.text {
            studied.blocks = finds.blocks;
        }
        studied
    }
}

/// Whether content of these kinds is lines of text.
fn is_text(kinds: Kinds) -> bool {
    let textual = [Kind::Text, Kind::Html, Kind::Script, Kind::Message];
    kinds.iter().all(|kind| textual.contains(&kind))
}
