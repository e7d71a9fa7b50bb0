//! Comparing with expected files. `TAMIS_BLESS=1` in the environment writes them anew instead: review what changed.

use crate::diff::difference;
use crate::error::Error;
use std::path::Path;
use std::{env, fs, io};

/// Compares octets with the expected file at `path`. None found means that there must be no such file.
///
/// Gives the difference as text for the output of a test. While blessing, writes or deletes the file and finds no
/// difference.
pub fn compare(path: &Path, found: Option<&[u8]>) -> Result<Option<String>, Error> {
    compare_or_bless(
        path,
        found,
        env::var_os("TAMIS_BLESS").is_some_and(|value| value == "1"),
    )
}

fn compare_or_bless(
    path: &Path,
    found: Option<&[u8]>,
    bless: bool,
) -> Result<Option<String>, Error> {
    let expected = match fs::read(path) {
        Ok(octets) => Some(octets),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io(path, error)),
    };
    if expected.as_deref() == found {
        return Ok(None);
    }
    if bless {
        let written = found.map_or_else(|| fs::remove_file(path), |octets| fs::write(path, octets));
        return written
            .map(|()| None)
            .map_err(|error| Error::io(path, error));
    }
    let what = match (&expected, found) {
        (None, _) => "there is no such file (TAMIS_BLESS=1 writes it)",
        (_, None) => "nothing should have come of it",
        _ => "differs (TAMIS_BLESS=1 writes it anew)",
    };
    let text = difference(
        expected.as_deref().unwrap_or_default(),
        found.unwrap_or_default(),
    )
    .unwrap_or_default();
    Ok(Some(format!("{}: {what}\n{text}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_file_is_compared_blessed_and_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tree.txt");
        let compare = |found: Option<&str>, bless| {
            compare_or_bless(&path, found.map(str::as_bytes), bless).expect("readable")
        };
        assert_eq!(compare(None, false), None);
        assert!(
            compare(Some("a\n"), false)
                .is_some_and(|text| text.contains("no such file") && text.contains("+ a"))
        );
        assert_eq!(compare(Some("a\n"), true), None);
        assert_eq!(compare(Some("a\n"), false), None);
        assert!(compare(Some("b\n"), false).is_some_and(|text| text.contains("- a\n+ b")));
        assert!(compare(None, false).is_some());
        assert_eq!(compare(None, true), None);
        assert!(!path.exists());
    }
}
