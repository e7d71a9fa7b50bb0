//! Digests of content.

use super::set::PatternSet;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use std::collections::HashSet;

/// SHA-256 digests.
#[derive(Debug, Default)]
pub(crate) struct DigestSet(HashSet<[u8; 32]>);

impl PatternSet for DigestSet {
    type Subject<'t> = [u8; 32];

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let mut set = HashSet::with_capacity(entries.len());
        let mut good = true;
        for entry in entries {
            match parse(entry.text) {
                Some(digest) => {
                    set.insert(digest);
                }
                None => good = refuse(entry, problems),
            }
        }
        good.then_some(DigestSet(set))
    }

    fn holds(&self, subject: &[u8; 32]) -> bool {
        self.0.contains(subject)
    }
}

/// 64 hexadecimal digits, of either case.
fn parse(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16)
            .ok()
            .filter(|_| !pair.starts_with('+'))?;
    }
    Some(digest)
}

fn refuse(entry: &Text<'_>, problems: &mut Problems) -> bool {
    let message = format!("`{}` is no SHA-256 digest", entry.text);
    let problem = problems.report(Fault::BadDigest, entry.place, message);
    problem.help(match entry.text.len() {
        32 => "this looks like MD5: write the 64 digits that sha256sum prints",
        40 => "this looks like SHA-1: write the 64 digits that sha256sum prints",
        _ => "write the 64 hexadecimal digits that sha256sum prints",
    });
    false
}
