//! What a part becomes that is written anew.

use super::boundary::Boundaries;
use super::fields::Fields;
use super::leaf::Leaf;
use super::marks::Marks;
use crate::Limits;
use crate::map::{Part, Structure};
use crate::study::Studied;
use crate::value;
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
    pub(super) subtype: String,
    pub(super) parameters: Vec<(String, String)>,
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

/// Parameters of a multipart that say something.
const PARAMETERS: &[&str] = &[
    "type",
    "start",
    "start-info",
    "report-type",
    "protocol",
    "micalg",
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
        if marks.is_opened(part) {
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
            Structure::Message if !empty => Shape::Message {
                eight_bit: marks.has_eight_bit(part.id()),
            },
            _ if part.media_type() == "message/external-body" => Shape::Reference,
            _ if studied.blocks.is_empty() => Shape::Leaf(Leaf::new(part, studied, codes)),
            _ => Shape::Apart(
                Frame::mixed(boundaries.next()),
                Leaf::apart(part, studied, codes),
            ),
        }
    }

    /// Whether a body of this shape ends without the line end that a message ends with.
    pub(super) fn ends_open(&self) -> bool {
        match self {
            Shape::Leaf(leaf) => leaf.body.to == Transfer::Base64,
            Shape::Apart(..) | Shape::Multipart(_) | Shape::Reference => true,
            Shape::Message { .. } | Shape::Opened(_) => false,
        }
    }

    /// The fields that describe the body of the result; of `part`, those that stay true are kept.
    pub(super) fn fields(&self, part: &Part) -> Fields {
        let mut fields = match self {
            Shape::Leaf(leaf) => leaf.fields(),
            Shape::Apart(frame, _) | Shape::Multipart(frame) => frame.fields(),
            Shape::Message { eight_bit } => {
                let mut fields = Fields::default();
                fields.structured("Content-Type", "message/rfc822", &[]);
                fields.word(
                    "Content-Transfer-Encoding",
                    if *eight_bit { "8bit" } else { "7bit" },
                );
                fields.disposition(part.disposition(), super::leaf::name(part).as_deref());
                fields
            }
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
        let known = SUBTYPES.contains(&subtype) && !broken;
        Frame {
            subtype: if known { subtype } else { "mixed" }.to_owned(),
            parameters: if known { parameters(part) } else { Vec::new() },
            boundary,
        }
    }

    /// Around the text and the blocks of a leaf.
    pub(super) fn mixed(boundary: String) -> Self {
        Frame {
            subtype: "mixed".to_owned(),
            parameters: Vec::new(),
            boundary,
        }
    }

    fn fields(&self) -> Fields {
        let mut parameters = self.parameters.clone();
        parameters.push(("boundary".to_owned(), self.boundary.clone()));
        let mut fields = Fields::default();
        fields.structured(
            "Content-Type",
            &format!("multipart/{}", self.subtype),
            &parameters,
        );
        fields
    }
}

/// What a multipart says beside its boundary.
fn parameters(part: &Part) -> Vec<(String, String)> {
    let Some(field) = part.field("content-type") else {
        return Vec::new();
    };
    let declared = value::content_type(field.raw_value(), &Limits::default());
    let value = |name: &&str| {
        let value = String::from_utf8(declared.parameters.get(name)?).ok()?;
        let plain = !value.is_empty() && value.bytes().all(|octet| (b' '..=b'~').contains(&octet));
        (plain && value.len() <= 200).then(|| ((*name).to_owned(), value))
    };
    PARAMETERS.iter().filter_map(value).collect()
}

/// The type of an encoded container, with the boundary that it declares: that of the parts inside it.
fn opened_fields(part: &Part) -> Fields {
    let mut fields = Fields::default();
    let declared = part
        .field("content-type")
        .map(|field| value::content_type(field.raw_value(), &Limits::default()));
    let boundary = declared.and_then(|declared| declared.parameters.get("boundary"));
    let boundary = boundary
        .filter(|_| part.media_type().starts_with("multipart/"))
        .map(|boundary| {
            (
                "boundary".to_owned(),
                String::from_utf8_lossy(&boundary).into_owned(),
            )
        });
    let parameters: Vec<_> = boundary.into_iter().collect();
    fields.structured("Content-Type", part.media_type(), &parameters);
    fields.word("Content-Transfer-Encoding", "8bit");
    fields
}

fn reference_fields() -> Fields {
    let mut fields = Fields::default();
    let charset = [("charset".to_owned(), "us-ascii".to_owned())];
    fields.structured("Content-Type", "text/plain", &charset);
    fields.word("Content-Transfer-Encoding", "7bit");
    fields
}
