//! The kinds of mbox, and which one a file is.

use super::quote;
use std::fmt;

/// How an mbox keeps lines that start with `From ` apart from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// `From ` is written as `>From `; a line that was `>From ` already cannot be told from it.
    Mboxo,
    /// Every line of `>` and then `From ` gets one more `>`, and loses it again.
    Mboxrd,
    /// As mboxo, and each message has a `Content-Length` field.
    Mboxcl,
}

impl Variant {
    /// The customary name.
    pub const fn name(self) -> &'static str {
        match self {
            Variant::Mboxo => "mboxo",
            Variant::Mboxrd => "mboxrd",
            Variant::Mboxcl => "mboxcl",
        }
    }

    /// Works out the kind from the start of a file. What shows no sign counts as mboxrd, the only one that loses
    /// nothing.
    pub fn detect(sample: &[u8]) -> Variant {
        let mut quoted = false;
        let mut header = true;
        for line in sample.split_inclusive(|byte| *byte == b'\n') {
            if header && has_name(line, b"content-length") {
                return Variant::Mboxcl;
            }
            header = (header && !line.trim_ascii().is_empty()) || super::is_from_line(line);
            match quote::depth(line) {
                Some(0) | None => {}
                Some(1) => quoted = true,
                Some(_) => return Variant::Mboxrd,
            }
        }
        if quoted {
            Variant::Mboxo
        } else {
            Variant::Mboxrd
        }
    }

    /// Whether lines that are quoted already are quoted once more.
    pub(super) const fn is_deep(self) -> bool {
        matches!(self, Variant::Mboxrd)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a line starts a field of that name, given in lower case.
pub(super) fn has_name(line: &[u8], name: &[u8]) -> bool {
    let colon = line.iter().position(|byte| *byte == b':');
    colon
        .and_then(|colon| line.get(..colon))
        .is_some_and(|found| found.trim_ascii_end().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::Variant;

    #[test]
    fn detects_the_kind() {
        const FROM: &str = "From a@b Thu Jan  1 00:00:00 1970\n";
        for (rest, expected) in [
            ("Subject: x\n\nbody\n", Variant::Mboxrd),
            ("Subject: x\n\n>From me\n", Variant::Mboxo),
            ("Subject: x\n\n>From me\n>>From you\n", Variant::Mboxrd),
            ("Subject: x\nContent-Length: 5\n\nbody\n", Variant::Mboxcl),
            ("Subject: x\n\nContent-Length: 5\n", Variant::Mboxrd),
        ] {
            let found = Variant::detect(format!("{FROM}{rest}").as_bytes());
            assert_eq!(found, expected, "{rest:?}");
        }
    }
}
