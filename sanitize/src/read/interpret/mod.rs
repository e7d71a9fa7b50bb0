//! What the fields of a header section say about their part, and what is wrong with them.
//!
//! | file | what it is about |
//! |---|---|
//! | `flaws` | the octets of fields and of encoded bodies |
//! | `single` | fields that may stand once |
//! | `fields` | the MIME fields, read in every way |
//! | `declared` | type, charset, encoding and disposition |
//! | `names` | file names |
//! | `structure` | leaf, multipart or message |

mod declared;
mod fields;
mod flaws;
mod names;
mod single;
mod structure;

pub(super) use flaws::{body_flaws, field_flaws, text_flaws};

pub(super) use structure::is_message;

use crate::defect::Code;
use crate::kind::Kinds;
use crate::limits::Limits;
use crate::look::{self, Looked};
use crate::map::Part;
use fields::Fields;

/// Fills in what the header section declares. `head` says that it is the header of a message.
pub(super) fn header(part: &mut Part, head: bool, limits: &Limits) -> Vec<Code> {
    let fields = Fields::new(part, limits);
    let mut codes = single::repeated(part, head);
    codes.extend(declared::fill(part, head, &fields));
    codes.extend(names::fill(part, &fields));
    codes.extend(structure::fill(part, &fields, limits));
    part.kinds = if part.is_leaf() {
        kinds(part, None)
    } else {
        Kinds::NONE
    };
    codes
}

/// What a part is by content, by every name and by every type that some reading of its fields declares.
pub(super) fn kinds(part: &Part, looked: Option<&Looked>) -> Kinds {
    let of = |media_type: &str| look::kinds(looked, &part.names, media_type);
    let others = part.types.iter().filter(|other| **other != part.media_type);
    others.fold(of(&part.media_type), |kinds, other| {
        kinds.union(look::kinds_of_type(other))
    })
}
