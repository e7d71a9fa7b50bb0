//! Whether an output can be what it would have to be.

use super::error::Error;
use super::form::{Form, examine_file};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Refuses an output that is the input, or one of which lies inside the other.
pub(super) fn check_apart(input: &Path, output: &Path) -> Result<(), Error> {
    let (Ok(from), Some(to)) = (fs::canonicalize(input), resolved(output)) else {
        return Ok(());
    };
    let nested = from.is_dir() && (to.starts_with(&from) || from.starts_with(&to));
    if from == to || nested {
        return Err(Error::SamePlace(input.to_owned(), output.to_owned()));
    }
    Ok(())
}

/// Refuses a quarantine inside an input: what is kept there would be read as mail.
pub fn check_quarantine(input: &Path, quarantine: &Path) -> Result<(), Error> {
    let (Ok(from), Some(kept)) = (fs::canonicalize(input), resolved(quarantine)) else {
        return Ok(());
    };
    if from.is_dir() && kept.starts_with(&from) {
        return Err(Error::QuarantineInside(
            quarantine.to_owned(),
            input.to_owned(),
        ));
    }
    Ok(())
}

/// Where a path leads that may not exist yet: its nearest ancestor that does, and the names behind it.
fn resolved(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let known = path.ancestors().find_map(|ancestor| {
        let real = fs::canonicalize(ancestor).ok()?;
        Some((real, path.strip_prefix(ancestor).ok()?))
    });
    known.map(|(real, rest)| {
        if rest.as_os_str().is_empty() {
            real
        } else {
            real.join(rest)
        }
    })
}

/// Refuses an output that exists and is of another kind than what would be written.
pub(super) fn check_kind(path: &Path, form: Form) -> Result<(), Error> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    let is = |is| Error::OutputIs {
        path: path.to_owned(),
        is,
        wanted: form.name(),
    };
    let kind = metadata.file_type();
    if form.is_file() && kind.is_dir() {
        return Err(is("a directory"));
    }
    if !form.is_file() {
        let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
        return match form {
            _ if !kind.is_dir() => Err(is("a file")),
            Form::Directory if maildir => Err(is("a Maildir")),
            Form::Maildir if !maildir && !is_empty(path) => Err(is("a directory but no Maildir")),
            _ => Ok(()),
        };
    }
    if !kind.is_file() || metadata.len() == 0 {
        return Ok(());
    }
    let file = File::open(path).map_err(|error| Error::Create(path.to_owned(), error))?;
    match (form, examine_file(path, file)) {
        (Form::Message, Ok((Form::Mbox(_), _)) | Err(Error::Truncated(_))) => Err(is("an mbox")),
        (Form::Mbox(_), Ok((Form::Message, _))) => Err(is("a file but no mbox")),
        _ => Ok(()),
    }
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}
