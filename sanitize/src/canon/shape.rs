//! What a part becomes that is written anew.

use super::boundary::Boundaries;
use super::fields::{Fields, structured};
use super::leaf::Leaf;
use super::marks::Marks;
use crate::map::{Part, Structure};
use crate::plan::FieldValue;
use crate::study::Studied;
use crate::value::{canonical_disposition, canonical_type};
use crate::write::{Recode, Transfer};

/// The canonical form of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Content of its own.
    Leaf(Leaf),
    /// Text and the files that stood in it, behind delimiters.
    Apart(Frame, Vec<Leaf>),
    /// Parts behind delimiters.
    Multipart(Frame),
    /// An attached message as a multipart: its header section as text, and what it holds.
    Unwrapped(Frame),
    /// One message.
    Message {
        /// Whether it has lines of octets above 127.
        eight_bit: bool,
    },
    /// An encoded container, as what its encoding stands for. What is in it is seen when the result is read.
    Opened(Recode),
    /// A reference to content elsewhere, of which the result says only that it was there.
    Reference,
}

/// A multipart without its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    media_type: FieldValue,
    pub(super) boundary: String,
}

/// Subtypes of multipart that say something; every other one is mixed (RFC 2046, section 5.1.7).
const SUBTYPES: &[&str] = &[
    "mixed",
    "alternative",
    "related",
    "report",
    "signed",
    "encrypted",
    "digest",
    "parallel",
    "form-data",
    "appledouble",
];

/// What stands in the place of a reference to content elsewhere.
pub(super) const REFERENCE: &str =
    "A reference to content stored elsewhere stood here. It was taken out.";

impl Shape {
    /// The shape of a part that is written anew. The study says what its content is, if it has content of its own.
    pub(super) fn of(
        part: &Part,
        marks: &Marks,
        studied: &Studied,
        boundaries: &mut Boundaries,
    ) -> Self {
        if marks.is_opened(part) && !is_plainly_a_file(part, studied) {
            return Shape::Opened(Recode {
                from: part.body(),
                chain: studied.choice.clone(),
                to: Transfer::Raw,
            });
        }
        let empty = marks.children(part.id()).is_empty();
        let codes = marks.codes(part.id());
        match part.structure() {
            Structure::Multipart { subtype, .. } if !empty => {
                Shape::Multipart(Frame::new(part, subtype, marks, boundaries.next()))
            }
            Structure::Message if !empty && marks.is_unwrapped(part.id()) => {
                Shape::Unwrapped(Frame::mixed(boundaries.next()))
            }
            Structure::Message if !empty => Shape::Message {
                eight_bit: marks.has_eight_bit(part.id()),
            },
            _ if part.media_type() == "message/external-body" => Shape::Reference,
            _ if studied.blocks.is_empty() => Shape::Leaf(Leaf::new(part, studied, codes)),
            _ => match <[Leaf; 1]>::try_from(Leaf::apart(part, studied, codes)) {
                Ok([file]) => Shape::Leaf(file),
                Err(leaves) => Shape::Apart(Frame::mixed(boundaries.next()), leaves),
            },
        }
    }

    /// Whether a body of this shape ends without the line end that a message ends with.
    pub(super) fn ends_open(&self) -> bool {
        match self {
            Shape::Leaf(leaf) => leaf.body.to == Transfer::Base64,
            Shape::Apart(..) | Shape::Multipart(_) | Shape::Unwrapped(_) | Shape::Reference => true,
            Shape::Message { .. } | Shape::Opened(_) => false,
        }
    }

    /// The fields that describe the body of the result; of `part`, those that stay true are kept.
    pub(super) fn fields(&self, part: &Part) -> Fields {
        let mut fields = match self {
            Shape::Leaf(leaf) => leaf.fields(),
            Shape::Apart(frame, _) | Shape::Multipart(frame) | Shape::Unwrapped(frame) => {
                frame.fields()
            }
            Shape::Message { eight_bit } => message_fields(part, *eight_bit),
            Shape::Opened(_) => opened_fields(part),
            Shape::Reference => return reference_fields(),
        };
        fields.others(part);
        fields
    }
}

impl Frame {
    fn new(part: &Part, subtype: &str, marks: &Marks, boundary: String) -> Self {
        let broken = subtype == "signed" && marks.breaks_signature(part);
        let mut children = marks.children(part.id()).iter();
        let flattened = children.any(|child| marks.is_flat(*child));
        if broken || flattened || !SUBTYPES.contains(&subtype) {
            return Frame::mixed(boundary);
        }
        let media_type = format!("multipart/{subtype}");
        Frame {
            media_type: canonical_type(part, &media_type, None, Some(&boundary)),
            boundary,
        }
    }

    /// One that says nothing of its parts.
    fn mixed(boundary: String) -> Self {
        Frame {
            media_type: structured("multipart/mixed", &[("boundary", boundary.clone())]),
            boundary,
        }
    }

    fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        fields.add("Content-Type", self.media_type.clone());
        fields
    }
}

/// Whether an encoded body that is said to be a message is a file of a known format, or what is said to be a report is no
/// text: as either its octets would be lines.
fn is_plainly_a_file(part: &Part, studied: &Studied) -> bool {
    let message = part.media_type().starts_with("message/");
    let report = matches!(
        part.media_type(),
        "message/delivery-status" | "message/disposition-notification" | "message/feedback-report"
    );
    message && !studied.text && (report || studied.detected.is_some())
}

/// The type of an encoded container, with the boundary that it declares: that of the parts inside it.
fn opened_fields(part: &Part) -> Fields {
    let boundary = part.boundaries().first().map(Vec::as_slice);
    let boundary = boundary.filter(|_| part.media_type().starts_with("multipart/"));
    let boundary = boundary.map(|boundary| String::from_utf8_lossy(boundary).into_owned());
    let parameters: Vec<_> = boundary
        .map(|boundary| ("boundary", boundary))
        .into_iter()
        .collect();
    let mut fields = Fields::default();
    fields.add("Content-Type", structured(part.media_type(), &parameters));
    fields.word("Content-Transfer-Encoding", Transfer::Raw.name());
    fields
}

fn message_fields(part: &Part, eight_bit: bool) -> Fields {
    let mut fields = Fields::default();
    fields.add(
        "Content-Type",
        canonical_type(part, "message/rfc822", None, None),
    );
    let encoding = if eight_bit { "8bit" } else { "7bit" };
    fields.word("Content-Transfer-Encoding", encoding);
    match canonical_disposition(part) {
        Some(disposition) => fields.add("Content-Disposition", disposition),
        // In a digest the type need not be said; what is shown as text then is still shown when it is said.
        None if part.field("content-type").is_none() => {
            fields.word("Content-Disposition", "inline");
        }
        None => {}
    }
    fields
}

fn reference_fields() -> Fields {
    let mut fields = Fields::default();
    let charset = [("charset", "us-ascii".to_owned())];
    fields.add("Content-Type", structured("text/plain", &charset));
    fields.word("Content-Transfer-Encoding", "7bit");
    fields
}
