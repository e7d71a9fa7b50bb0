//! The field MIME-Ambiguity-Results of draft-chen-email-mime-ambiguity-defense-00: what was ambiguous in a message, and
//! what became of it, for whoever handles it behind us.
//!
//! It is written as RFC 8601, section 2.2, writes Authentication-Results: who says so, the result, and its properties.
//!
//! ```text
//! MIME-Ambiguity-Results: mx.example.org; mime-ambiguity=repaired
//!  defect.boundary-repeated=repaired defect.base64-junk=repaired
//! ```
//!
//! `none`: there was nothing; `repaired`: all of it was written anew; `present`: policy left some of it as it came;
//! `unread`: a limit was reached. Nothing of the message stands in it but the names of defects.

use std::fmt::Write;
use tamis_sanitize::{Class, Code, FieldValue, Reading, Treatment};

/// Name of the field.
pub(crate) const NAME: &str = "MIME-Ambiguity-Results";
/// Most defects that are named; the others are counted.
const DEFECTS: usize = 12;
/// Octets of a line.
const WIDTH: usize = 78;

/// The value of the field.
pub(crate) fn results(authserv_id: &str, reading: &Reading, treatment: &Treatment) -> String {
    let defects = defects(reading);
    let left = |code: &Code| !treatment.repairs(*code);
    let result = if defects.iter().any(|code| code.class() == Class::Limit) {
        "unread"
    } else if defects.is_empty() {
        "none"
    } else if defects.iter().any(left) {
        "present"
    } else {
        "repaired"
    };
    let mut value = format!("{authserv_id}; mime-ambiguity={result}");
    for code in defects.iter().take(DEFECTS) {
        let _ = write!(value, " defect.{code}={}", fate(*code, treatment));
    }
    let more = defects.len().saturating_sub(DEFECTS);
    if more > 0 {
        let _ = write!(value, " policy.more={more}");
    }
    value
}

/// The value in lines of at most [`WIDTH`] octets, where its words let it.
pub(crate) fn folded(value: &str) -> Option<FieldValue> {
    let mut lines = String::new();
    let mut column = NAME.len().saturating_add(1);
    for word in value.split(' ') {
        let wanted = word.len().saturating_add(1);
        let fits = lines.is_empty() || column.saturating_add(wanted) <= WIDTH;
        if !fits {
            lines.push('\n');
            column = 0;
        }
        if !lines.is_empty() {
            lines.push(' ');
        }
        lines.push_str(word);
        column = column.saturating_add(wanted);
    }
    FieldValue::new(lines.as_bytes()).ok()
}

/// What is ambiguous or was not read, in the order of the table.
fn defects(reading: &Reading) -> Vec<Code> {
    let limit = reading.limit().map(|defect| defect.code);
    let seen = |code: &Code| reading.map().defects().contains(*code) || limit == Some(*code);
    let matters = |code: &Code| code.class() != Class::Cosmetic;
    let codes = Code::ALL.iter().copied();
    codes.filter(matters).filter(seen).collect()
}

fn fate(code: Code, treatment: &Treatment) -> &'static str {
    match code.class() {
        Class::Limit => "unread",
        _ if treatment.repairs(code) => "repaired",
        _ => "ignored",
    }
}
