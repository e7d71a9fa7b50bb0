//! UTF-16 and UTF-32: each character in two or four octets.

use super::put;

const MARK: u32 = 0xfeff;

#[derive(Debug)]
pub(super) struct Wide {
    /// Octets of a unit: 2 or 4.
    width: usize,
    /// Whether the highest octet comes first, once that is known.
    big: Option<bool>,
    /// Octets of the unit that is not complete.
    unit: [u8; 4],
    filled: usize,
    /// The first half of a pair of surrogates.
    high: Option<u32>,
    /// Whether a unit was seen.
    begun: bool,
}

impl Wide {
    pub(super) fn new(width: usize, big: Option<bool>) -> Self {
        Wide {
            width,
            big,
            unit: [0; 4],
            filled: 0,
            high: None,
            begun: false,
        }
    }

    pub(super) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        for octet in octets {
            if let Some(slot) = self.unit.get_mut(self.filled) {
                *slot = *octet;
            }
            self.filled = self.filled.saturating_add(1);
            if self.filled >= self.width {
                self.filled = 0;
                self.unit(out);
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.high.take().is_some() || self.filled > 0 {
            put(out, u32::MAX);
        }
        self.filled = 0;
    }

    fn unit(&mut self, out: &mut Vec<u8>) {
        let big = *self
            .big
            .get_or_insert_with(|| starts_big(self.unit, self.width));
        let [a, b, c, d] = self.unit;
        let number = match (self.width, big) {
            (2, true) => u32::from_be_bytes([0, 0, a, b]),
            (2, false) => u32::from_be_bytes([0, 0, b, a]),
            (_, true) => u32::from_be_bytes([a, b, c, d]),
            (_, false) => u32::from_le_bytes([a, b, c, d]),
        };
        let begun = std::mem::replace(&mut self.begun, true);
        if number == MARK && !begun {
            return;
        }
        match (self.high.take(), number) {
            (Some(high), 0xdc00..=0xdfff) => {
                put(out, 0x1_0000 + ((high & 0x3ff) << 10) + (number & 0x3ff));
            }
            (None, 0xd800..=0xdbff) => self.high = Some(number),
            (Some(_), _) => {
                put(out, u32::MAX);
                match number {
                    0xd800..=0xdbff => self.high = Some(number),
                    _ => put(out, number),
                }
            }
            (None, _) => put(out, number),
        }
    }
}

/// Whether the first unit has its highest octet first: by its byte order mark, else by which of its octets are zero.
fn starts_big(unit: [u8; 4], width: usize) -> bool {
    match (unit, width) {
        ([0xfe, 0xff, ..], 2) | ([0, ..], _) => true,
        (_, _) => false,
    }
}
