//! From what a scanner proposes to decisions about the header section.

use crate::action::is_a_scanners;
use crate::decide::decision::HeaderDecision;
use crate::scan::{FieldChange, ScanFact};
use crate::text::harmless;
use tamis_sanitize::FieldName;

/// Longest value that a scanner gives a field, in characters: the list of what hit may be long.
const VALUE_LIMIT: usize = 8_000;

/// What a scanner proposes, without what is not for scanners to write.
pub(crate) fn adopted(scan: &ScanFact) -> Vec<HeaderDecision> {
    let opinion = &scan.opinion;
    let fields = opinion.fields.iter().filter_map(|field| match field {
        FieldChange::Add(name, value) => {
            is_a_scanners(name.as_str()).then(|| HeaderDecision::Insert {
                name: name.clone(),
                value: harmless::one_line(value, VALUE_LIMIT),
            })
        }
        FieldChange::Remove(name) => {
            is_a_scanners(name.as_str()).then(|| HeaderDecision::Remove { name: name.clone() })
        }
    });
    let subject = opinion.subject.as_deref().and_then(|subject| {
        Some(HeaderDecision::Change {
            name: FieldName::new("Subject").ok()?,
            value: harmless::one_line(subject, harmless::SUBJECT_LIMIT),
        })
    });
    fields.chain(subject).collect()
}
