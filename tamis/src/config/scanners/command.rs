//! A program that scans.

use super::kinds::ScannerKind;
use crate::config::problem::Problems;
use crate::config::section::{Section, number, text};
use crate::config::values::{duration, path, sandbox, size};
use crate::launch::Leave;
use std::ops::Range;
use tamis_scan::{CommandSettings, UnfitCommand};
use toml::de::DeValue;

/// Reads what is special to it.
pub(super) fn command(
    section: &mut Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<ScannerKind> {
    let argv = section.list(problems, "argv", text).unwrap_or_default();
    let mut settings = CommandSettings::new(argv.into_iter().map(Into::into).collect());
    let mut leave = Leave::default();
    statuses(section, problems, "clean", &mut settings.clean);
    statuses(section, problems, "found", &mut settings.found);
    section.set(problems, "signature", &mut settings.signature, text);
    section.set(problems, "timeout", &mut settings.total, duration);
    section.set(problems, "write", &mut settings.write, duration);
    section.set(problems, "answer", &mut settings.answer, duration);
    section.set(problems, "max_size", &mut settings.max_bytes, size);
    section.set(problems, "sandbox", &mut leave.sandbox, sandbox);
    section.set(problems, "memory", &mut leave.memory, size);
    section.set(problems, "cpu", &mut leave.time, duration);
    section.set(problems, "network", &mut leave.network, truth);
    if let Some(writable) = section.list(problems, "writable", path) {
        leave.writable = writable;
    }
    if let Err(unfit) = settings.check() {
        let keys: &[&str] = match unfit {
            UnfitCommand::Program => &["argv"],
            _ => &["found", "clean"],
        };
        let mut places = keys.iter().map(|key| section.place(key));
        let place = places.find(|place| !place.is_empty()).unwrap_or(place);
        problems.add(place, format!("{}: {unfit}", section.name()));
        return None;
    }
    Some(ScannerKind::Command(settings, leave))
}

/// Exit statuses at a key.
fn statuses(
    section: &mut Section<'_>,
    problems: &mut Problems<'_>,
    key: &'static str,
    to: &mut Vec<u8>,
) {
    if let Some(statuses) = section.list(problems, key, number) {
        *to = statuses;
    }
}

fn truth(value: &DeValue<'_>) -> Result<bool, String> {
    match value {
        DeValue::Boolean(truth) => Ok(*truth),
        _ => Err("true or false is needed".to_owned()),
    }
}
