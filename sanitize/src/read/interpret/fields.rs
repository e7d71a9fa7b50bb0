//! The MIME fields of a header section, each of them read in every way.

use crate::limits::Limits;
use crate::map::Part;
use crate::value::{self, ContentDisposition, ContentType};

/// Fields of one name that are read. More of them say nothing that the others do not, or the message is none.
const FIELDS_MOST: usize = 16;

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
    let fields = fields.filter(move |field| field.means(name));
    fields.map(crate::map::Field::raw_value).take(FIELDS_MOST)
}
