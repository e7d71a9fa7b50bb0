//! Messages out of files, mbox files and Maildirs, for tests and benches. Not for mail of strangers: the program has
//! readers of its own, which stream.

use crate::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Every message at `path`: an mbox file (by its `.mbox` ending), a Maildir (by its `cur` and `new`), any other folder
/// with the `.eml` files in it and below it, or one message. Sorted by path.
pub fn messages(path: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    for file in files(path)? {
        let octets = fs::read(&file).map_err(|error| Error::io(&file, error))?;
        if file
            .extension()
            .is_some_and(|extension| extension == "mbox")
        {
            found.extend(
                mbox(&octets)
                    .into_iter()
                    .map(|message| (file.clone(), message)),
            );
        } else {
            found.push((file, octets));
        }
    }
    Ok(found)
}

/// The files at `path` that hold messages.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
    let roots = if maildir {
        vec![path.join("cur"), path.join("new")]
    } else {
        vec![path.to_owned()]
    };
    let mut found = Vec::new();
    for root in roots {
        let entries = fs::read_dir(&root).map_err(|error| Error::io(&root, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| Error::io(&root, error))?.path();
            if entry.is_dir() && !maildir {
                found.extend(files(&entry)?);
            } else if entry.is_file() && (maildir || holds_mail(&entry)) {
                found.push(entry);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn holds_mail(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "eml" || extension == "mbox")
}

/// The messages of an mbox file of the kind "mboxrd": a `From ` line behind an empty line begins one, and one `>` goes
/// from lines of `>`s and `From `. What stands before the first message is left out.
pub fn mbox(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut after_empty = true;
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let empty = matches!(line, b"\n" | b"\r\n");
        if after_empty && line.starts_with(b"From ") {
            messages
                .last_mut()
                .into_iter()
                .for_each(drop_last_empty_line);
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            message.extend_from_slice(unescaped(line));
        }
        after_empty = empty;
    }
    if let Some(message) = messages.last_mut() {
        drop_last_empty_line(message);
    }
    messages
}

/// The messages as an mbox file, the inverse of [`mbox`]. A message gets a line end at its end if it has none.
pub fn to_mbox(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = Vec::new();
    for message in messages {
        octets.extend_from_slice(b"From sender@example.org Sun Nov 22 10:00:00 2026\n");
        for line in message.split_inclusive(|octet| *octet == b'\n') {
            if is_from(without_marks(line)) {
                octets.push(b'>');
            }
            octets.extend_from_slice(line);
        }
        octets.extend_from_slice(if message.ends_with(b"\n") {
            b"\n"
        } else {
            b"\n\n"
        });
    }
    octets
}

fn unescaped(line: &[u8]) -> &[u8] {
    match line.strip_prefix(b">") {
        Some(rest) if is_from(without_marks(rest)) => rest,
        _ => line,
    }
}

fn is_from(line: &[u8]) -> bool {
    line.starts_with(b"From ")
}

/// The empty line in front of the next `From ` line belongs to the mbox.
fn drop_last_empty_line(message: &mut Vec<u8>) {
    for end in [&b"\n\r\n"[..], b"\n\n"] {
        if message.ends_with(end) {
            message.truncate(message.len() - end.len() + 1);
        }
    }
}

/// The line without the `>`s in front of it.
fn without_marks(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|octet| **octet == b'>').count();
    &line[marks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mbox_gives_back_what_went_in() {
        let messages = [
            b"Subject: one\n\nFrom here\n>From there\n\n\nend\n".to_vec(),
            b"Subject: two\r\n\r\nbody\r\n\r\n".to_vec(),
            b"Subject: three\n\n".to_vec(),
        ];
        assert_eq!(mbox(&to_mbox(&messages)), messages);
    }

    #[test]
    fn what_is_no_mbox_has_no_messages() {
        assert!(mbox(b"").is_empty());
        assert!(mbox(b"Subject: x\n\nbody\n").is_empty());
        assert_eq!(
            mbox(b"From a\nSubject: x\n\nFrom inside? no, a new one\n").len(),
            2
        );
    }

    #[test]
    fn folders_and_maildirs_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, octets: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, octets).expect("written");
        };
        write("mail/a.eml", b"A: 1\n\n");
        write(
            "mail/deep/b.mbox",
            &to_mbox(&[b"B: 1\n\n".to_vec(), b"B: 2\n\n".to_vec()]),
        );
        write("mail/notes.txt", b"no mail");
        write("maildir/cur/1:2,S", b"C: 1\n\n");
        write("maildir/new/2", b"C: 2\n\n");
        write("maildir/tmp/3", b"C: 3\n\n");
        let count = |name: &str| messages(&folder.path().join(name)).expect("readable").len();
        assert_eq!(
            (count("mail"), count("maildir"), count("mail/a.eml")),
            (3, 2, 1)
        );
        assert!(messages(&folder.path().join("nothing")).is_err());
    }
}
