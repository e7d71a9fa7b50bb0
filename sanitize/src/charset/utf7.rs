//! UTF-7 (RFC 2152): ASCII, with runs of UTF-16 in base64 between `+` and `-`.

use super::put;

#[derive(Debug, Default)]
pub(super) struct Utf7 {
    run: Option<Run>,
    /// The first half of a pair of surrogates.
    high: Option<u32>,
}

/// A run of base64 that is open.
#[derive(Debug, Default)]
struct Run {
    bits: u32,
    count: u32,
    empty: bool,
}

impl Utf7 {
    pub(super) fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        for octet in octets {
            self.octet(*octet, out);
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.run.take().is_some_and(|run| run.empty) {
            out.push(b'+');
        }
        self.settle(out);
    }

    fn octet(&mut self, octet: u8, out: &mut Vec<u8>) {
        let Some(run) = &mut self.run else {
            if octet == b'+' {
                self.run = Some(Run {
                    empty: true,
                    ..Run::default()
                });
            } else {
                put(out, u32::from(octet));
            }
            return;
        };
        if let Some(value) = digit(octet) {
            run.empty = false;
            run.bits = (run.bits << 6) | value;
            run.count = run.count.saturating_add(6);
            if run.count >= 16 {
                run.count = run.count.saturating_sub(16);
                let unit = (run.bits >> run.count) & 0xffff;
                self.unit(unit, out);
            }
            return;
        }
        let empty = run.empty;
        self.run = None;
        self.settle(out);
        match (octet, empty) {
            (b'-', true) => out.push(b'+'),
            (b'-', false) => {}
            (_, true) => {
                out.push(b'+');
                put(out, u32::from(octet));
            }
            (_, false) => self.octet(octet, out),
        }
    }

    fn unit(&mut self, unit: u32, out: &mut Vec<u8>) {
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                put(out, 0x1_0000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
            }
            (high, 0xd800..=0xdbff) => {
                if high.is_some() {
                    put(out, u32::MAX);
                }
                self.high = Some(unit);
            }
            (high, _) => {
                if high.is_some() {
                    put(out, u32::MAX);
                }
                put(out, unit);
            }
        }
    }

    /// A half of a pair that stands alone is no character.
    fn settle(&mut self, out: &mut Vec<u8>) {
        if self.high.take().is_some() {
            put(out, u32::MAX);
        }
    }
}

fn digit(octet: u8) -> Option<u32> {
    let value = match octet {
        b'A'..=b'Z' => octet - b'A',
        b'a'..=b'z' => octet - b'a' + 26,
        b'0'..=b'9' => octet - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
