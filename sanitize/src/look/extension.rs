//! What an extension says: the table in `extensions.tsv` and the few patterns that a table cannot list.

use super::found::{ARCHIVE, PROGRAM};
use crate::kind::{Kind, Kinds};
use std::collections::HashMap;
use std::sync::LazyLock;

/// One row per extension: extension, kinds, what it is; separated by tabs.
const TABLE: &str = include_str!("extensions.tsv");

/// What files of this extension are; the extension in lower case, without the dot. Empty if it is not known.
pub fn kinds_of_extension(extension: &str) -> Kinds {
    match ROWS.get(extension) {
        Some(row) => row.kinds,
        None if is_class_id(extension) => PROGRAM,
        None if is_volume(extension) => ARCHIVE,
        None => Kinds::NONE,
    }
}

/// What files of this extension are, in a few words: `Windows screen saver (a program)`.
pub fn describe_extension(extension: &str) -> Option<&'static str> {
    match ROWS.get(extension) {
        Some(row) => Some(row.what),
        None if is_class_id(extension) => Some("Windows class identifier"),
        None if is_volume(extension) => Some("volume of a split archive"),
        None => None,
    }
}

/// Whether files of this extension hold one compressed file, which the name before it names.
pub(super) fn is_compressed_file(extension: &str) -> bool {
    matches!(
        extension,
        "gz" | "bz2" | "bz3" | "xz" | "lzma" | "lz" | "lz4" | "zst" | "z" | "br"
    )
}

struct Row {
    kinds: Kinds,
    what: &'static str,
}

static ROWS: LazyLock<HashMap<&'static str, Row>> =
    LazyLock::new(|| TABLE.lines().filter_map(parse).collect());

fn parse(line: &'static str) -> Option<(&'static str, Row)> {
    let mut columns = line.split('\t');
    let extension = columns
        .next()
        .filter(|text| !text.is_empty() && !text.starts_with('#'))?;
    let kinds = columns
        .next()?
        .split(' ')
        .filter_map(Kind::from_name)
        .collect();
    Some((
        extension,
        Row {
            kinds,
            what: columns.next()?,
        },
    ))
}

/// `{20d04fe0-3aea-1069-a2d8-08002b30309d}`: Windows hides it and opens the file with the class that it names.
fn is_class_id(extension: &str) -> bool {
    let inner = extension
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|id| {
        id.len() == 36
            && id
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    })
}

/// `r00`, `z01`, `c00` and `001`: further volumes of RAR, ZIP, ACE and anything split.
fn is_volume(extension: &str) -> bool {
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    match extension.split_at_checked(1) {
        Some(("r" | "s" | "z" | "c" | "0", rest)) => digits(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_row_is_well_formed_and_stands_once() {
        let mut seen = HashSet::new();
        for line in TABLE
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let columns: Vec<&str> = line.split('\t').collect();
            let [extension, kinds, what] = columns.as_slice() else {
                panic!("three columns: {line:?}")
            };
            assert!(seen.insert(*extension), "twice: {extension}");
            assert_eq!(*extension, extension.to_lowercase(), "lower case");
            assert!(!what.is_empty(), "{extension}");
            for kind in kinds.split(' ').filter(|kind| *kind != "-") {
                assert!(Kind::from_name(kind).is_some(), "{extension}: {kind}");
            }
        }
        assert!(seen.len() > 500, "{}", seen.len());
    }

    #[test]
    fn what_is_known_is_described() {
        assert_eq!(
            describe_extension("scr"),
            Some("Windows screen saver (a program)")
        );
        assert_eq!(describe_extension("r00"), Some("volume of a split archive"));
        assert_eq!(describe_extension("neverheardof"), None);
    }

    #[test]
    fn patterns() {
        let check = |extension: &str, kind: Option<Kind>| {
            assert_eq!(
                kinds_of_extension(extension),
                kind.into_iter().collect(),
                "{extension}"
            );
        };
        check(
            "{20d04fe0-3aea-1069-a2d8-08002b30309d}",
            Some(Kind::Executable),
        );
        check("{not-a-class}", None);
        check("r00", Some(Kind::Archive));
        check("z17", Some(Kind::Archive));
        check("001", Some(Kind::Archive));
        check("2024", None);
        check("é0", None);
        check("", None);
    }
}
