//! How well the octets of a body fit an encoding.

/// Octets of a body, counted. Any cut of the body into pieces gives the same counts.
#[derive(Debug, Default)]
pub(super) struct Fit {
    /// Letters, digits, plus, slash: what base64 is made of.
    digits: u64,
    /// Plus and slash among them.
    signs: u64,
    /// `-` and `_` between digits: the same two in the other alphabet.
    url_signs: u64,
    blanks: u64,
    others: u64,
    /// `=` with two hexadecimal digits or a line end behind it, and any other.
    escapes: u64,
    broken: u64,
    /// A line end that is LF alone.
    bare_lf: bool,
    /// The two octets before.
    before: [u8; 2],
}

impl Fit {
    pub(super) fn push(&mut self, raw: &[u8]) {
        for octet in raw {
            self.octet(*octet);
        }
    }

    fn octet(&mut self, octet: u8) {
        match octet {
            b'+' | b'/' => self.signs = self.signs.saturating_add(1),
            b' ' | b'\t' => self.blanks = self.blanks.saturating_add(1),
            b'\n' => self.bare_lf |= self.before[1] != b'\r',
            b'\r' | b'=' => {}
            _ if octet.is_ascii_alphanumeric() => self.digits = self.digits.saturating_add(1),
            _ => self.others = self.others.saturating_add(1),
        }
        let is_hex = |octet: u8| octet.is_ascii_hexdigit();
        match (self.before, octet) {
            ([b'=', b'\r'] | [_, b'='], b'\n') => self.escapes = self.escapes.saturating_add(1),
            ([b'=', high], low) if is_hex(high) && is_hex(low) => {
                self.escapes = self.escapes.saturating_add(1);
            }
            ([b'=', high], _) if high != b'\n' => self.broken = self.broken.saturating_add(1),
            ([left, b'-' | b'_'], right)
                if left.is_ascii_alphanumeric() && right.is_ascii_alphanumeric() =>
            {
                self.url_signs = self.url_signs.saturating_add(1);
            }
            _ => {}
        }
        self.before = [self.before[1], octet];
    }

    /// Whether the body can be base64: little else, and white space nowhere or behind every digit.
    pub(super) fn is_base64(&self) -> bool {
        let digits = self.digits.saturating_add(self.signs);
        let share = |part: u64| part.saturating_mul(100) / digits.max(1);
        digits >= 4
            && share(self.others) <= 16
            && (share(self.blanks) <= 8 || share(self.blanks) >= 80)
    }

    /// Whether it is more than by chance that it can.
    pub(super) fn is_long(&self) -> bool {
        self.digits >= 64
    }

    /// Whether base64 is written in the alphabet for addresses.
    pub(super) fn is_url_safe(&self) -> bool {
        self.signs == 0 && self.url_signs >= 2 && self.url_signs >= self.digits / 200
    }

    /// Whether the body can be quoted-printable that is not plain text all the same.
    pub(super) fn is_quoted_printable(&self) -> bool {
        self.escapes > 0 && self.broken <= self.escapes / 4
    }

    /// Whether some line ends in LF alone.
    pub(super) fn has_bare_lf(&self) -> bool {
        self.bare_lf
    }
}
