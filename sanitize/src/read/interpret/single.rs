//! Which fields may stand once only.

use crate::defect::Code;
use crate::map::Part;
use crate::repair::is_single;

/// Fields that stand more often than they may.
pub(super) fn repeated(part: &Part, head: bool) -> Vec<Code> {
    // There are few such names, so this ends soon whatever the header section holds.
    let mut seen: Vec<&[u8]> = Vec::new();
    for field in &part.fields {
        let name = field.name();
        let once = crate::write::is_mime_field(name) || head && is_single(name);
        if !once {
            continue;
        }
        if seen.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return vec![Code::DuplicateField];
        }
        seen.push(name);
    }
    Vec::new()
}
