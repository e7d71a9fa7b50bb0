//! Reads a policy with everything that it refers to.

use super::watch::Fingerprint;
use crate::config::PolicyName;
use crate::exit::{Exit, Failure};
use crate::untrusted::{Untrusted, plain, shown};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use tamis_rules::preset::PRESETS;
use tamis_rules::{Diagnostic, Policy, Sources};

/// Most entries of a directory that are looked at.
const ENTRIES_MOST: usize = 1_000;

/// A policy that does not load.
#[derive(Debug)]
pub enum Faulty {
    /// The file cannot be read, or there is no such preset: one line.
    Unreadable(String),
    /// Everything that is wrong with it.
    Wrong(Vec<Diagnostic>),
    /// What its rules ask for and the configuration does not have: one line each.
    Lacking(Vec<String>),
}

/// Loads a policy. Names in it are relative to the file that they stand in.
pub fn load(name: &PolicyName) -> Result<Policy, Faulty> {
    load_watched(name).0
}

/// As [`load`], with the fingerprint of every file that was read or would have been.
pub(super) fn load_watched(name: &PolicyName) -> (Result<Policy, Faulty>, Fingerprint) {
    let seen = RefCell::new(Fingerprint::default());
    // Before it is read: what changes meanwhile is seen later.
    let see = |path: &Path| seen.borrow_mut().add(path);
    if let PolicyName::File(path) = name {
        see(path);
    }
    let policy = sources(name).and_then(|sources| {
        let sources = sources
            .with_loader(|name| {
                see(Path::new(name));
                read(Path::new(name), Sources::LIST_LIMIT).map_err(|error| plain(&error))
            })
            .with_lister(|name| {
                see(Path::new(name));
                entries(Path::new(name)).map_err(|error| plain(&error))
            });
        tamis_rules::load(&sources).map_err(Faulty::Wrong)
    });
    (policy, seen.into_inner())
}

/// The first file.
fn sources<'a>(name: &PolicyName) -> Result<Sources<'a>, Faulty> {
    match name {
        PolicyName::BuiltIn(name) => Sources::preset(name).ok_or_else(|| no_preset(name)),
        PolicyName::File(path) => {
            let text = read(path, Sources::POLICY_LIMIT)
                .map_err(|error| Faulty::Unreadable(cannot_read(path, &error)))?;
            Ok(Sources::new(path.to_string_lossy(), text))
        }
    }
}

impl Faulty {
    /// The failure of a command that needs the policy: every problem with the line that it speaks of.
    pub fn failure(&self) -> Failure {
        match self {
            Faulty::Unreadable(text) => Failure::new(Exit::Config, text),
            Faulty::Lacking(lines) => Failure::new(Exit::Config, lines.join("\ntamis: ")),
            Faulty::Wrong(diagnostics) => {
                let texts: Vec<_> = diagnostics.iter().map(Diagnostic::render).collect();
                let count = diagnostics.len();
                let problems = if count == 1 { "problem" } else { "problems" };
                let texts = texts.join("\n");
                Failure::new(
                    Exit::Config,
                    format!("the policy has {count} {problems}\n{}", texts.trim_end()),
                )
            }
        }
    }

    /// One line for each problem.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Faulty::Unreadable(text) => vec![text.clone()],
            Faulty::Lacking(lines) => lines.clone(),
            Faulty::Wrong(diagnostics) => diagnostics.iter().map(ToString::to_string).collect(),
        }
    }
}

fn no_preset(name: &str) -> Faulty {
    let known: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
    let name = Untrusted::new(name).limit(80);
    Faulty::Unreadable(format!(
        "there is no built-in policy {name:?}; there are {}",
        known.join(", ")
    ))
}

fn cannot_read(path: &Path, error: &io::Error) -> String {
    format!("cannot read the policy {}: {}", shown(path), plain(error))
}

/// The names of everything in a directory.
fn entries(path: &Path) -> io::Result<Vec<String>> {
    let entries = std::fs::read_dir(path)?.take(ENTRIES_MOST);
    let name = |entry: io::Result<std::fs::DirEntry>| {
        let name = entry?.file_name();
        Ok(name.to_string_lossy().into_owned())
    };
    entries.map(name).collect()
}

/// A text file of at most `limit` octets and one more, by which it is seen to be too large.
fn read(path: &Path, limit: usize) -> io::Result<String> {
    let mut text = Vec::new();
    let limit = (limit as u64).saturating_add(1);
    File::open(path)?.take(limit).read_to_end(&mut text)?;
    // A file that is cut in the middle of a character is too large all the same.
    match String::from_utf8(text) {
        Ok(text) => Ok(text),
        Err(error) if error.as_bytes().len() as u64 >= limit => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is not UTF-8",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Faulty, load};
    use crate::config::PolicyName;
    use std::fs;
    use tamis_rules::preset::PRESETS;

    #[test]
    fn every_preset_loads() {
        for preset in PRESETS {
            assert!(
                !load(&PolicyName::new(&format!("builtin:{}", preset.name)))
                    .unwrap()
                    .is_empty()
            );
        }
    }

    #[track_caller]
    fn problems(name: &str) -> Vec<String> {
        load(&PolicyName::new(name))
            .map_err(|faulty| faulty.lines())
            .unwrap_err()
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            problems("/nonexistent/policy.toml"),
            ["cannot read the policy /nonexistent/policy.toml: no such file or directory",]
        );
        let unknown = &problems("builtin:nothing")[0];
        assert!(
            unknown.starts_with("there is no built-in policy \"nothing\"; there are default"),
            "{unknown}"
        );
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(problems(path.to_str().unwrap())[0].ends_with("it is not UTF-8"));
    }

    #[test]
    fn included_files_lie_beside_the_one_that_names_them() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        let policy = dir.path().join("policy.toml");
        fs::write(&policy, "include = [\"sub/more.toml\"]\n").unwrap();
        let more = "[[rule]]\nname = \"a\"\nwhen = { sender = \"list:them\" }\nthen = { accept = true }\n[list.them]\nkind = \"address\"\nfile = \"them.txt\"\n";
        fs::write(dir.path().join("sub/more.toml"), more).unwrap();
        let name = PolicyName::File(policy);
        assert!(
            matches!(load(&name), Err(Faulty::Wrong(_))),
            "the list is missing"
        );
        fs::write(dir.path().join("sub/them.txt"), "a@example.org\n").unwrap();
        load(&name).map_err(|faulty| faulty.lines()).unwrap();
    }
}
