//! Which readings of a body are made, and which one of them is delivered.

use super::fit::Fit;
use super::reading::{Seen, Side};
use crate::charset::Charset;
use crate::decode::{Encoding, Leniency};
use crate::kind::{Kind, Kinds};
use crate::write::Stage;

/// Encodings that are tried where a name is one that nobody knows, or that only some know.
const TRIED: [Encoding; 6] = [
    Encoding::Base64,
    Encoding::QuotedPrintable,
    Encoding::Uuencode,
    Encoding::Xxencode,
    Encoding::Yenc,
    Encoding::BinHex,
];

/// Readings of base64 beside the one that is delivered.
const OTHERS: [Leniency; 4] = [
    Leniency::Most,
    Leniency::SkipPadding,
    Leniency::StopAtPadding,
    Leniency::ByLine,
];

/// The encodings of a body that come into question.
#[derive(Debug)]
pub(super) struct Choice {
    /// Those that the fields name, once each; the usual reading of the fields first.
    named: Vec<Encoding>,
    charset: Option<Charset>,
}

impl Choice {
    pub(super) fn new(encodings: &[Encoding], charset: Option<Charset>) -> Self {
        let mut named: Vec<Encoding> = Vec::new();
        for encoding in encodings {
            let alike = |known: &Encoding| {
                known == encoding || (known.is_identity() && encoding.is_identity())
            };
            if !named.iter().any(alike) {
                named.push(*encoding);
            }
        }
        if named.is_empty() {
            named.push(Encoding::SevenBit);
        }
        if encodings.iter().any(|encoding| !encoding.is_standard()) {
            let new = |encoding: &Encoding| !named.contains(encoding);
            let tried: Vec<Encoding> = TRIED.into_iter().filter(new).collect();
            named.extend(tried);
        }
        Choice { named, charset }
    }

    /// The readings. The body as it stands is always one of them.
    pub(super) fn sides(&self) -> Vec<Side> {
        let mut sides = vec![Side::candidate(chain(&[], self.charset))];
        for encoding in &self.named {
            let read = |leniency| [Stage::Decode(*encoding, leniency)];
            match encoding {
                Encoding::Base64 => {
                    for leniency in [Leniency::File, Leniency::UrlSafe] {
                        sides.push(Side::candidate(chain(&read(leniency), self.charset)));
                    }
                    let other = |leniency| chain(&read(leniency), self.charset);
                    sides.extend(OTHERS.map(other).map(Side::witness));
                }
                encoding if encoding.is_identity() => {}
                _ => {
                    sides.push(Side::candidate(chain(&read(Leniency::Most), self.charset)));
                }
            }
        }
        if !self.named.contains(&Encoding::Base64) {
            let stage = Stage::Decode(Encoding::Base64, Leniency::File);
            sides.push(Side::witness(vec![stage]));
        }
        if self.charset == Some(Charset::Utf8) {
            self.add_latin(&mut sides);
        }
        sides
    }

    /// Text under a name that nobody knows may be no UTF-8.
    fn add_latin(&self, sides: &mut Vec<Side>) {
        let mut chains = vec![Vec::new()];
        chains.extend(
            self.named
                .iter()
                .filter(|named| !named.is_identity())
                .map(|encoding| match encoding {
                    Encoding::Base64 => vec![Stage::Decode(Encoding::Base64, Leniency::File)],
                    _ => vec![Stage::Decode(*encoding, Leniency::Most)],
                }),
        );
        for stages in chains {
            sides.push(Side::candidate(chain(&stages, Some(Charset::Latin))));
        }
    }

    /// The index of the reading that is delivered.
    pub(super) fn choose(&self, seen: &[Seen], fit: &Fit) -> usize {
        let encoding = self.encoding(seen, fit);
        let leniency = match encoding {
            Encoding::Base64 if fit.is_url_safe() => Leniency::UrlSafe,
            Encoding::Base64 => Leniency::File,
            _ => Leniency::Most,
        };
        let index = |charset: Option<Charset>| {
            let stage = Stage::Decode(encoding, leniency);
            let stages: &[Stage] = if encoding.is_identity() {
                &[]
            } else {
                &[stage]
            };
            let wanted = chain(stages, charset);
            seen.iter().position(|seen| seen.chain == wanted)
        };
        let plain = index(self.charset).unwrap_or(0);
        let replaced = seen.get(plain).is_some_and(|seen| seen.replaced);
        if self.charset == Some(Charset::Utf8) && replaced {
            return index(Some(Charset::Latin)).unwrap_or(plain);
        }
        plain
    }

    /// The encoding that the body is in: the only one that is named, if it is one that changes anything; of several the
    /// one that fits.
    fn encoding(&self, seen: &[Seen], fit: &Fit) -> Encoding {
        if let [only @ (Encoding::Base64 | Encoding::QuotedPrintable)] = self.named.as_slice() {
            return *only;
        }
        let fits = |encoding: &Encoding| match encoding {
            Encoding::Base64 => fit.is_base64() && is_likely(seen, fit),
            Encoding::QuotedPrintable => fit.is_quoted_printable(),
            Encoding::Uuencode | Encoding::Xxencode | Encoding::Yenc | Encoding::BinHex => {
                seen_in(seen, *encoding).any(|seen| seen.found)
            }
            _ => false,
        };
        // What has a mark of its own is known for sure.
        let order = [
            Encoding::Yenc,
            Encoding::BinHex,
            Encoding::Uuencode,
            Encoding::Xxencode,
            Encoding::Base64,
            Encoding::QuotedPrintable,
        ];
        let named = |encoding: &Encoding| self.named.contains(encoding);
        order
            .into_iter()
            .filter(named)
            .find(fits)
            .unwrap_or(Encoding::SevenBit)
    }

    /// Whether what a reading shows that is not delivered counts.
    pub(super) fn counts(&self, seen: &Seen, fit: &Fit) -> bool {
        match seen.chain.first() {
            Some(Stage::Decode(Encoding::Base64, _)) => {
                self.named.first() == Some(&Encoding::Base64) || fit.is_base64()
            }
            Some(Stage::Decode(
                Encoding::Uuencode | Encoding::Xxencode | Encoding::Yenc | Encoding::BinHex,
                _,
            )) => seen.found,
            _ => true,
        }
    }
}

fn chain(stages: &[Stage], charset: Option<Charset>) -> Vec<Stage> {
    let mut chain = stages.to_vec();
    chain.extend(charset.map(Stage::ToUtf8));
    chain
}

fn seen_in(seen: &[Seen], encoding: Encoding) -> impl Iterator<Item = &Seen> {
    let is_in = move |seen: &&Seen| matches!(seen.chain.first(), Some(Stage::Decode(known, _)) if *known == encoding);
    seen.iter().filter(is_in)
}

/// Whether base64 that fits is so by more than chance: it is long, or something is recognised in it.
fn is_likely(seen: &[Seen], fit: &Fit) -> bool {
    let nothing = Kinds::of(Kind::Unknown);
    fit.is_long() || seen_in(seen, Encoding::Base64).any(|seen| seen.looked.kinds != nothing)
}
