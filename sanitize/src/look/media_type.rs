//! What a declared media type says: the table in `media_types.tsv`.

use crate::kind::{Kind, Kinds};
use std::collections::HashMap;
use std::sync::LazyLock;

/// One row per type: type, kinds; separated by a tab.
const TABLE: &str = include_str!("media_types.tsv");

/// What content of this declared type is; the type in lower case, without parameters. Empty if the type says nothing,
/// as `application/octet-stream` does.
pub fn kinds_of_type(media_type: &str) -> Kinds {
    let exact = ROWS.get(media_type).copied();
    exact
        .or_else(|| by_suffix(media_type))
        .or_else(|| by_family(media_type))
        .unwrap_or_default()
}

static ROWS: LazyLock<HashMap<&'static str, Kinds>> =
    LazyLock::new(|| TABLE.lines().filter_map(parse).collect());

/// The rows that end in `*`, without it.
static FAMILIES: LazyLock<Vec<(&'static str, Kinds)>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter_map(parse);
    rows.filter_map(|(row, kinds)| Some((row.strip_suffix('*')?, kinds)))
        .collect()
});

fn parse(line: &'static str) -> Option<(&'static str, Kinds)> {
    let (media_type, kinds) = line.split_once('\t')?;
    Some((
        media_type,
        kinds.split(' ').filter_map(Kind::from_name).collect(),
    ))
}

/// Structured syntax suffixes (RFC 6839): `application/rss+xml`. Other top-level types say more than their suffix.
fn by_suffix(media_type: &str) -> Option<Kinds> {
    let (_, suffix) = media_type.strip_prefix("application/")?.rsplit_once('+')?;
    match suffix {
        "xml" => ROWS.get("application/*+xml").copied(),
        "json" => ROWS.get("application/*+json").copied(),
        "zip" => ROWS.get("application/zip").copied(),
        _ => None,
    }
}

/// The longest row that ends in `*` and fits.
fn by_family(media_type: &str) -> Option<Kinds> {
    let fitting = FAMILIES
        .iter()
        .filter(|(family, _)| media_type.starts_with(family));
    fitting
        .max_by_key(|(family, _)| family.len())
        .map(|(_, kinds)| *kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_well_formed_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for line in TABLE
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let Some((media_type, kinds)) = line.split_once('\t') else {
                panic!("two columns: {line:?}")
            };
            assert!(seen.insert(media_type), "twice: {media_type}");
            assert_eq!(media_type, media_type.to_lowercase(), "lower case");
            assert_eq!(media_type.split('/').count(), 2, "{media_type}");
            for kind in kinds.split(' ').filter(|kind| *kind != "-") {
                assert!(Kind::from_name(kind).is_some(), "{media_type}: {kind}");
            }
        }
    }

    #[test]
    fn types() {
        use Kind::{
            Archive, Audio, Executable, Html, Image, MacroOffice, Message, Office, Script, Text,
        };
        let check = |media_type: &str, kinds: &[Kind]| {
            assert_eq!(
                kinds_of_type(media_type),
                kinds.iter().copied().collect(),
                "{media_type}"
            );
        };
        check("application/octet-stream", &[]);
        check("application/x-msdownload", &[Executable]);
        check("application/java-archive", &[Executable, Archive]);
        check("text/javascript", &[Script]);
        check("application/hta", &[Script]);
        check(
            "application/vnd.ms-word.document.macroenabled.12",
            &[MacroOffice],
        );
        check(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            &[Office],
        );
        check("application/vnd.oasis.opendocument.text", &[Office]);
        check("image/jpeg", &[Image]);
        check("image/svg+xml", &[Html, Image]);
        check("audio/mpeg", &[Audio]);
        check("text/plain", &[Text]);
        check("text/calendar", &[Text]);
        check("text/html", &[Html]);
        check("application/rss+xml", &[Text]);
        check("application/whatever+zip", &[Archive]);
        check("message/rfc822", &[Message]);
        check("message/delivery-status", &[Text]);
        check("multipart/mixed", &[]);
        check("", &[]);
        check("image", &[]);
        check("x/y", &[]);
    }
}
