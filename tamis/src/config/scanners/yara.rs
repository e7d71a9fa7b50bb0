//! Rules of YARA.

use super::kinds::ScannerKind;
use crate::config::problem::Problems;
use crate::config::section::{Section, number, text};
use crate::config::values::{duration, path, size};
use std::ops::Range;
use tamis_scan::YaraSettings;
use toml::de::DeValue;

/// Reads what is special to them.
pub(super) fn yara(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let missing = section.place("rules").is_empty();
    let rules = section.list(problems, "rules", path);
    let mut settings = YaraSettings::new(rules.unwrap_or_default());
    if let Some(tags) = section.list(problems, "tags", tag) {
        settings.tags = tags;
    }
    section.set(
        problems,
        "processors",
        &mut settings.processors,
        |value| match number(value)? {
            0 => Err("at least 1 is needed".to_owned()),
            processors => Ok(processors),
        },
    );
    section.set(problems, "timeout", &mut settings.total, duration);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    if missing {
        let name = section.name();
        let message = format!(
            "{name}: rules are needed, such as [\"/etc/tamis/yara\"]: files and directories"
        );
        problems.add(place, message);
        return None;
    }
    Some(ScannerKind::Yara(settings))
}

/// A tag as rules can have one.
fn tag(value: &DeValue<'_>) -> Result<String, String> {
    let tag = text(value)?;
    let mut letters = tag.bytes();
    let starts = |it: u8| it.is_ascii_alphabetic() || it == b'_';
    let good =
        letters.next().is_some_and(starts) && letters.all(|it| starts(it) || it.is_ascii_digit());
    if good {
        return Ok(tag);
    }
    Err("a tag is letters, digits and underscores".to_owned())
}
