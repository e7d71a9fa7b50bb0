//! Repairs of the header section of a message: which defects are mended, and how (RFC 7103 is the guide).
//!
//! Each repair touches the fields concerned and no other, by means that an MTA offers a milter: change, insert, delete.
//! What is ambiguous is mended by default, what is cosmetic if the policy asks for it. Of fields that may stand once, the
//! first with a value stays: it is the one that mail clients show. (A signature, RFC 6376, that names the field once covers
//! the last one, so that a second field put on top of a signed message is what a forger adds; but then the first is shown
//! all the same, and rules and reports speak of what is shown.) The others go and are recorded.
//!
//! | file | what it mends |
//! |---|---|
//! | `section` | all fields of a header section, each with what becomes of it |
//! | `octets` | NUL, bare CR, control characters, blank continuation lines, white space around names |
//! | `duplicates` | fields that stand more often than they may |
//! | `senders` | the From field |
//! | `recipients` | the fields that hold lists of addresses |
//! | `mailboxes`, `mailbox`, `tokens`, `address`, `plain` | what an address field says |
//! | `display` | names, made harmless |
//! | `phrase` | mailboxes, written |
//! | `words` | encoded words that decode to control characters |
//! | `dates`, `meant`, `moment` | dates |
//! | `eight_bit` | octets above 127 |
//! | `folding` | long lines |
//! | `missing` | fields that are not there |

mod address;
mod dates;
mod display;
mod duplicates;
mod eight_bit;
mod folding;
mod mailbox;
mod mailboxes;
mod meant;
mod missing;
mod moment;
mod octets;
mod phrase;
mod plain;
mod recipients;
mod section;
mod senders;
mod tokens;
mod words;

use crate::defect::{Class, Code, CodeSet};
use crate::map::{Extent, Field, MessageMap, Part};
use crate::plan::HeaderEdit;
use crate::write::write_field;
use section::{Becomes, Section};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

pub(crate) use duplicates::is_single;
pub use moment::Timestamp;
pub(crate) use octets::{cleaned, is_control};

/// The addresses in the value of an address field, in order: those of groups too, names and comments left out.
pub fn addresses(raw_value: &[u8]) -> Vec<String> {
    let found = mailboxes::Mailboxes::read(raw_value).list.into_iter();
    let addresses = found.map(|mailbox| mailbox.address);
    addresses.filter(|address| !address.is_empty()).collect()
}

/// A defect of the header section and the edit that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What is mended.
    pub code: Code,
    /// How.
    pub edit: HeaderEdit,
}

/// What is mended, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepairOptions {
    /// The codes that are mended.
    pub codes: CodeSet,
    /// Whether the fields that describe the body (MIME-Version, Content-...) are looked at as well. Not when they are
    /// written anew by other means.
    pub mime: bool,
    /// Whether text beyond ASCII is written as encoded words (RFC 2047). Otherwise it stays as it is (RFC 6532).
    pub encode_8bit: bool,
    /// When the message was received: a message without a date gets this one, if that is to be mended.
    pub received: Option<Timestamp>,
    /// A digest of the message: a message without an id gets one of these octets, if that is to be mended. Without it none
    /// is made.
    pub digest: Option<[u8; 16]>,
}

impl Default for RepairOptions {
    /// Every ambiguous code, and nothing else.
    fn default() -> Self {
        RepairOptions {
            codes: CodeSet::of_class(Class::Ambiguous),
            mime: true,
            encode_8bit: false,
            received: None,
            digest: None,
        }
    }
}

/// The repairs that the header section of a message needs by default. None for a message that needs none.
pub fn header_repairs(map: &MessageMap) -> Vec<Repair> {
    header_repairs_with(map, &RepairOptions::default())
}

/// The repairs of the header section of a message. None for a message that needs none.
pub fn header_repairs_with(map: &MessageMap, options: &RepairOptions) -> Vec<Repair> {
    let root = map.root();
    let section = Section::of(root, options);
    let mut seen: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let mut repairs = Vec::new();
    for (field, becomes) in root.fields().iter().zip(section.fields) {
        let place = seen.entry(field.name().to_ascii_lowercase()).or_default();
        *place = place.saturating_add(1);
        repairs.extend(edit(field, NonZeroU32::new(*place), becomes));
    }
    let added = section.added.into_iter();
    repairs.extend(added.map(|(code, name, value)| Repair {
        code,
        edit: HeaderEdit::Append { name, value },
    }));
    repairs
}

/// The edit that makes a field what it becomes. One that no edit can name is written behind the others if it is meant to be
/// a known one, and left otherwise: see [`strays`].
fn edit(field: &Field, nth: Option<NonZeroU32>, becomes: Becomes) -> Option<Repair> {
    let Some(named) = octets::name(field) else {
        let name = octets::meant_name(field)
            .filter(|name| !duplicates::is_of_body(name.as_str().as_bytes()))?;
        let (code, value) = match becomes {
            Becomes::Gone(_) => return None,
            Becomes::Written(code, value) => (code, value),
            Becomes::Kept => (Code::FieldNameInvalid, cleaned(field.raw_value())),
        };
        let edit = HeaderEdit::Append { name, value };
        return Some(Repair { code, edit });
    };
    let nth = nth?;
    match becomes {
        Becomes::Kept => None,
        Becomes::Gone(code) => Some(Repair {
            code,
            edit: HeaderEdit::Delete { name: named, nth },
        }),
        Becomes::Written(code, value) => Some(Repair {
            code,
            edit: HeaderEdit::Change {
                name: named,
                nth,
                value,
            },
        }),
    }
}

/// The header section of an attached message, written anew but for the fields that describe its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairedFields {
    /// The fields, each with its line end; those that need no repair as they came.
    pub octets: Vec<u8>,
    /// What was mended.
    pub repairs: Vec<Code>,
}

/// The fields of an attached message as its canonical form has them: all but MIME-Version and Content-..., in order,
/// without anything that is no field.
pub fn repaired_fields(part: &Part, line_end: &str, options: &RepairOptions) -> RepairedFields {
    let section = Section::of(
        part,
        &RepairOptions {
            mime: false,
            // It was received by somebody else, at another time.
            received: None,
            ..*options
        },
    );
    let mut repaired = RepairedFields::default();
    let out = &mut repaired.octets;
    for (field, becomes) in part.fields().iter().zip(section.fields) {
        if duplicates::is_of_body(field.name()) {
            continue;
        }
        match (becomes, octets::meant_name(field)) {
            (Becomes::Kept, Some(name)) => {
                write_field(&name, &cleaned(field.raw_value()), line_end, out);
            }
            (Becomes::Written(code, value), Some(name)) => {
                write_field(&name, &value, line_end, out);
                repaired.repairs.push(code);
            }
            (Becomes::Gone(code), _) => repaired.repairs.push(code),
            (Becomes::Kept | Becomes::Written(..), None) => {
                repaired.repairs.push(Code::FieldNameInvalid);
            }
        }
    }
    for (code, name, value) in section.added {
        write_field(&name, &value, line_end, out);
        repaired.repairs.push(code);
    }
    repaired
}

/// What of a header section is no field that an edit can name: lines that are no field, and fields whose name has octets
/// that no name can have. Who writes the whole message cuts it out; through a milter it is never seen as a field.
pub fn strays(part: &Part) -> Vec<Extent> {
    let mut strays: Vec<Extent> = Vec::new();
    let mut at = part.header().start;
    let mut put = |extent: Extent| {
        if !extent.is_empty() {
            strays.push(extent);
        }
    };
    for field in part.fields() {
        put(Extent::new(at, field.extent().start));
        at = field.extent().end;
        if !octets::is_named(field) {
            put(field.extent());
        }
    }
    strays
}

/// What is wrong with the values of the fields of a message, beyond their octets.
pub(crate) fn value_flaws(part: &Part) -> Vec<Code> {
    let mut codes: Vec<Code> = part
        .fields()
        .iter()
        .flat_map(section::value_flaws)
        .collect();
    codes.extend(missing::flaws(part));
    codes
}
