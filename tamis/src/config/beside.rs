//! The keys of what rules do beside the verdict: copies of messages, and notices.

use super::Config;
use super::problem::Problems;
use super::section::{Section, number, text};
use super::values::{duration, path, size, word};
use crate::capture::{CaptureSettings, OnFailure};
use crate::notify::{self, By, NotifySettings};
use std::ops::Range;
use std::path::PathBuf;
use toml::de::DeValue;

pub(super) fn capture(
    config: &mut Config,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) {
    let missing = section.place("dir").is_empty();
    let dir = section.get(problems, "dir", path);
    if missing {
        let message = "capture: a directory is needed, such as dir = \"/var/lib/tamis/copies\"";
        problems.add(place, message);
    }
    let mut settings = CaptureSettings::new(dir.clone().unwrap_or_default());
    settings.max_size = section.get(problems, "max_size", size);
    settings.max_messages = section.get(problems, "max_messages", number);
    section.set(problems, "on_failure", &mut settings.on_failure, |value| {
        word(value, &OnFailure::ALL)
    });
    section.finish(problems);
    config.capture = dir.map(|_| settings);
}

pub(super) fn notices(
    config: &mut Config,
    mut section: Section<'_>,
    place: Range<usize>,
    problems: &mut Problems<'_>,
) {
    let ways = ["sendmail", "dir"].map(|key| !section.place(key).is_empty());
    if ways != [true, false] && ways != [false, true] {
        let message =
            "notify: either sendmail or dir is needed, such as sendmail = \"/usr/sbin/sendmail\"";
        problems.add(place.clone(), message);
    }
    if section.place("from").is_empty() {
        let message = "notify: an address is needed, such as from = \"postmaster@example.org\"";
        problems.add(place, message);
    }
    let program = section.get(problems, "sendmail", path).map(By::Sendmail);
    let by = program.or(section.get(problems, "dir", path).map(By::Directory));
    let from = section.get(problems, "from", address);
    let by = by.unwrap_or_else(|| By::Directory(PathBuf::new()));
    let mut settings = NotifySettings::new(by, from.unwrap_or_default());
    section.set(problems, "per_hour", &mut settings.per_hour, few);
    section.set(problems, "per_address", &mut settings.per_address, few);
    section.set(problems, "queue", &mut settings.queue, few);
    section.set(problems, "timeout", &mut settings.timeout, duration);
    section.finish(problems);
    config.notify = Some(settings);
}

/// How many notices.
fn few(value: &DeValue<'_>) -> Result<usize, String> {
    let few = number(value)?;
    if (1..=notify::MOST).contains(&few) {
        return Ok(few);
    }
    Err(format!("a number from 1 to {} is needed", notify::MOST))
}

/// A plain mail address.
fn address(value: &DeValue<'_>) -> Result<String, String> {
    let address = text(value)?;
    let plain = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c);
    let good = |part: &str| !part.is_empty() && part.chars().all(plain);
    match address.split_once('@') {
        Some((local, domain)) if good(local) && good(domain) => Ok(address),
        _ => Err(format!(
            "{address:?} is no address, as in \"postmaster@example.org\""
        )),
    }
}
