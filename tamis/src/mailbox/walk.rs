//! The files of a directory or a Maildir, in the order of their names, so that two runs agree.

use super::error::Error;
use super::form::Form;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Gives the files below a directory, relative to it. Holds the names of one directory per level.
#[derive(Debug)]
pub(super) struct Walk {
    root: PathBuf,
    maildir: bool,
    /// What is left to do, last first.
    stack: Vec<PathBuf>,
}

impl Walk {
    pub(super) fn new(root: PathBuf, form: Form) -> Self {
        Walk {
            root,
            maildir: form == Form::Maildir,
            stack: vec![PathBuf::new()],
        }
    }

    /// The next file, relative to the directory. An error is about one entry only: the walk can go on.
    pub(super) fn next_file(&mut self) -> Option<Result<PathBuf, Error>> {
        while let Some(relative) = self.stack.pop() {
            let path = self.root.join(&relative);
            let kind = match fs::symlink_metadata(&path) {
                Ok(metadata) => metadata.file_type(),
                Err(error) => return Some(Err(Error::Open(path, error))),
            };
            // A link to a file counts as the file; a link to a directory could lead in a circle.
            let is_file = if kind.is_symlink() {
                match fs::metadata(&path) {
                    Ok(metadata) => metadata.is_file(),
                    Err(error) => return Some(Err(Error::Open(path, error))),
                }
            } else {
                kind.is_file()
            };
            if is_file {
                return Some(Ok(relative));
            }
            if kind.is_dir()
                && let Err(error) = self.descend(&path, &relative)
            {
                return Some(Err(error));
            }
        }
        None
    }

    fn descend(&mut self, path: &Path, relative: &Path) -> Result<(), Error> {
        let failed = |error| Error::Open(path.to_owned(), error);
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if self.is_wanted(relative, &name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let names = names.iter().rev().map(|name| relative.join(name));
        self.stack.extend(names);
        Ok(())
    }

    /// Whether an entry may be a message or lead to one. Hidden files are not; in a Maildir, only what lies in `cur` and
    /// `new` of the Maildir and of its folders (`.Name`) is.
    fn is_wanted(&self, dir: &Path, name: &OsStr) -> bool {
        let hidden = name.as_bytes().starts_with(b".");
        if !self.maildir {
            return !hidden;
        }
        let at_messages = dir
            .file_name()
            .is_some_and(|name| name == "cur" || name == "new");
        if at_messages {
            return !hidden;
        }
        let is_folder = hidden && self.root.join(dir).join(name).join("cur").is_dir();
        is_folder || name == "cur" || name == "new"
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Walk};
    use std::fs;

    #[track_caller]
    fn check(form: Form, files: &[&str], expected: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut walk = Walk::new(dir.path().to_owned(), form);
        let found: Vec<_> = std::iter::from_fn(|| walk.next_file())
            .map(|file| file.unwrap().into_os_string().into_string().unwrap())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn walks_in_order() {
        check(
            Form::Directory,
            &["b.eml", "a/z.eml", "a/b/c.eml", ".hidden", "c"],
            &["a/b/c.eml", "a/z.eml", "b.eml", "c"],
        );
        check(
            Form::Maildir,
            &[
                "cur/1:2,S",
                "new/2",
                "tmp/3",
                "dovecot.index",
                ".Sent/cur/4:2,",
                ".Sent/tmp/5",
                ".x/y",
                "cur/.z",
            ],
            &[".Sent/cur/4:2,", "cur/1:2,S", "new/2"],
        );
    }
}
