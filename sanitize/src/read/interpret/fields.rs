//! The MIME fields of a header section, each of them read in every way.

use crate::limits::Limits;
use crate::map::{Field, Part};
use crate::value::{self, ContentDisposition, ContentType};

/// Fields of one name that are read: parsers take the first or the last, so of more than these only the last counts.
const FIELDS_MOST: usize = 15;

/// What the fields of a part say; several of one name in the order written.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) types: Vec<ContentType>,
    pub(super) dispositions: Vec<ContentDisposition>,
}

impl Fields {
    /// Reads the fields of a part.
    pub(super) fn new(part: &Part, limits: &Limits) -> Self {
        Fields {
            types: values(part, "content-type")
                .map(|raw| value::content_type(raw, limits))
                .collect(),
            dispositions: values(part, "content-disposition")
                .map(|raw| value::content_disposition(raw, limits))
                .collect(),
        }
    }
}

/// The values of all fields of that name, in every reading of it.
pub(super) fn values<'a>(part: &'a Part, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let fields = part.hidden.iter().chain(&part.fields);
    let mut fields = fields.filter(move |field| field.means(name));
    let first: Vec<&Field> = fields.by_ref().take(FIELDS_MOST).collect();
    let last = fields.next_back();
    first.into_iter().chain(last).map(Field::raw_value)
}
