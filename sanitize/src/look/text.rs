//! Whether content is text: valid UTF-8 or an older charset, or UTF-16, without the control characters that no text has.

use super::bytes::slice;
use crate::octets;

/// Octets after which content that is full of control characters is not looked at any further.
const VERDICT_AT: u64 = 4_096;
/// One control character in so many octets is forgiven: a stray one does not make text binary.
const FORGIVEN: u64 = 200;

/// Watches for what no text has.
#[derive(Debug, Default)]
pub(super) struct Text {
    size: u64,
    controls: u64,
    /// NULs at even and at odd offsets: in UTF-16 nearly all are on one side.
    sides: [u64; 2],
    start: Vec<u8>,
    binary: bool,
}

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texture {
    /// In octets: ASCII, UTF-8 or an older charset.
    Octets,
    /// In UTF-16, low octet first.
    LittleEndian,
    /// In UTF-16, high octet first.
    BigEndian,
    /// It is no text.
    Binary,
}

impl Text {
    /// Takes the next octets; `quiet` if they are.
    pub(super) fn push(&mut self, piece: &[u8], quiet: bool) {
        let room = VERDICT_AT.saturating_sub(self.size);
        let (early, late) = piece
            .split_at_checked(super::bytes::index(room))
            .unwrap_or((piece, &[]));
        self.count(early, quiet);
        if self.size == VERDICT_AT && !early.is_empty() {
            self.binary = self.texture() == Texture::Binary;
        }
        if !self.binary {
            self.count(late, quiet);
        }
    }

    /// Whether nothing was seen that no text has: no control character, and no NUL except in marked UTF-16. Of such
    /// content no header of a binary format can be a part; where something was forgiven, one may.
    pub(super) fn is_pure(&self) -> bool {
        let marked = matches!(self.texture(), Texture::LittleEndian | Texture::BigEndian)
            && self.start.iter().all(|octet| *octet >= 0xFE);
        !self.binary && (marked || self.controls == 0 && self.sides == [0, 0])
    }

    /// How the text seen so far is written.
    pub(super) fn texture(&self) -> Texture {
        let few = |number: u64| number <= self.size / FORGIVEN + u64::from(self.size > 16);
        let [even, odd] = self.sides;
        // Nearly all NULs on one side, and enough of them for a text of western letters.
        let wide = |many: u64, few: u64| {
            many > few.saturating_mul(20) && many.saturating_mul(4) > self.size
        };
        match self.start.as_slice() {
            _ if self.binary => Texture::Binary,
            [0xFE, 0xFF] if even >= odd => Texture::BigEndian,
            [0xFF, 0xFE] if odd >= even => Texture::LittleEndian,
            _ if few(self.controls.saturating_add(even).saturating_add(odd)) => Texture::Octets,
            _ if !few(self.controls) => Texture::Binary,
            _ if wide(odd, even) => Texture::LittleEndian,
            _ if wide(even, odd) => Texture::BigEndian,
            _ => Texture::Binary,
        }
    }

    fn count(&mut self, octets: &[u8], quiet: bool) {
        let room = 2_usize.saturating_sub(self.start.len());
        self.start.extend_from_slice(slice(octets, 0, room));
        if !quiet {
            self.count_controls(octets);
        }
        self.size = self.size.saturating_add(octets.len() as u64);
    }

    fn count_controls(&mut self, octets: &[u8]) {
        let controls = octets::count(octets, is_control);
        self.controls = self.controls.saturating_add(controls);
        for at in memchr::memchr_iter(0, octets) {
            let odd = (self.size % 2 == 1) != (at % 2 == 1);
            let [even_side, odd_side] = &mut self.sides;
            let side = if odd { odd_side } else { even_side };
            *side = side.saturating_add(1);
        }
    }
}

/// Whether octets have nothing that no text has, and no BEL. So they are no part of the magic number of an archive either:
/// those that are searched for have such an octet each.
pub(super) fn is_quiet(octets: &[u8]) -> bool {
    !octets::any(octets, |octet| octet <= 7 || is_control(octet))
}

/// Control characters that no text has. Back space, bell, escape (ISO 2022), shift in and out and the end mark of DOS
/// occur.
fn is_control(octet: u8) -> bool {
    // Not as `matches!`, of which no vector instructions are made.
    octet.wrapping_sub(1) < 6
        || octet.wrapping_sub(16) < 10
        || octet.wrapping_sub(28) < 4
        || octet == 127
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textures() {
        let check = |content: &[u8], expected: Texture| {
            for cut in [1, 3, 5_000] {
                let mut text = Text::default();
                content
                    .chunks(cut)
                    .for_each(|piece| text.push(piece, is_quiet(piece)));
                assert_eq!(
                    text.texture(),
                    expected,
                    "{:?} by {cut}",
                    slice(content, 0, 20)
                );
            }
        };
        let wide = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        let narrow = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect::<Vec<u8>>()
        };
        check(b"", Texture::Octets);
        check(b"plain text\r\n", Texture::Octets);
        check("größer".as_bytes(), Texture::Octets);
        check(b"gr\xF6\xDFer", Texture::Octets);
        check(b"\x1B$B%F%9%H\x1B(B\r\n", Texture::Octets);
        check(&wide("\u{FEFF}wide text"), Texture::LittleEndian);
        check(&wide("wide text without a mark"), Texture::LittleEndian);
        check(&narrow("\u{FEFF}wide text"), Texture::BigEndian);
        check(&narrow("wide text without a mark"), Texture::BigEndian);
        check(b"MZ\x90\x00\x03\x00\x00\x00", Texture::Binary);
        check(&[1, 2, 3, 4], Texture::Binary);
        check(&[0; 64], Texture::Binary);
        let mut late = b"text\n".repeat(2_000);
        late.push(0);
        check(&late, Texture::Octets);
        check(
            &(0..=255).cycle().take(9_000).collect::<Vec<u8>>(),
            Texture::Binary,
        );
    }
}
