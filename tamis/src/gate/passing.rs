//! A message that passes uninspected because inspection is switched off.

use crate::bypass::Bypass;
use std::sync::Arc;
use tamis_milter::{
    BoxError, Delivery, Edits, HeaderEdit, HeaderName, HeaderValue, Nth, Place, Verdict,
};

/// The field that says so.
const FIELD: &str = "X-Tamis-Bypass";

/// What is done with such a message: it gets a field that says so, and fields that say so already are taken out.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    pub(super) bypass: Arc<Bypass>,
    /// Octets that have come.
    pub(super) size: u64,
    /// Fields of the name that the message came with.
    forged: u32,
}

impl Passing {
    pub(super) fn new(bypass: Arc<Bypass>) -> Self {
        Passing {
            bypass,
            size: 0,
            forged: 0,
        }
    }

    /// A field of the message.
    pub(super) fn field(&mut self, name: &[u8], value: &[u8]) {
        self.add(name);
        self.add(value);
        let same = name.trim_ascii_end().eq_ignore_ascii_case(FIELD.as_bytes());
        self.forged = self.forged.saturating_add(u32::from(same));
    }

    /// Octets of the message.
    pub(super) fn add(&mut self, octets: &[u8]) {
        self.size = self.size.saturating_add(octets.len() as u64);
    }

    /// What the MTA is told.
    pub(super) fn verdict(&self) -> Result<Verdict, BoxError> {
        let mut edits = Edits::new();
        // From the last to the first: the number of one does not depend on those behind it.
        for number in (1..=self.forged).rev() {
            let nth = Nth::new(number).unwrap_or(Nth::FIRST);
            edits.header(HeaderEdit::Delete(HeaderName::new(FIELD)?, nth));
        }
        let value = format!("not inspected, until {}", self.bypass.end());
        edits.header(HeaderEdit::Insert(
            Place::BelowReceived,
            HeaderName::new(FIELD)?,
            HeaderValue::new(value.as_bytes())?,
        ));
        Ok(Verdict::Deliver(Delivery { edits, body: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::Passing;
    use crate::bypass::Bypass;
    use std::sync::Arc;
    use std::time::Duration;
    use tamis_milter::{HeaderEdit, Verdict};

    #[test]
    fn forged_fields_are_taken_out_from_the_last() {
        let bypass = Bypass::from_now(Duration::from_mins(1), None).unwrap();
        let mut passing = Passing::new(Arc::new(bypass));
        for name in ["Subject", "x-tamis-bypass", "X-Tamis-Bypass ", "X-Tamis"] {
            passing.field(name.as_bytes(), b"v");
        }
        let Verdict::Deliver(delivery) = passing.verdict().unwrap() else {
            panic!("delivered");
        };
        let numbers = delivery.edits.header_edits().iter().map(|edit| match edit {
            HeaderEdit::Delete(_, nth) => nth.get(),
            _ => 0,
        });
        assert_eq!(numbers.collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(passing.size, 7 + 14 + 15 + 7 + 4);
    }
}
