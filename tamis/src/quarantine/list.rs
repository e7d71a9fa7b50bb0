//! The entries of a quarantine, one after the other.

use super::{Error, Id, Record, Store};
use std::path::Path;
use std::{fs, io};

/// Gives the records of a store, oldest first. Holds the names of one directory at a time.
///
/// What is no whole entry is passed over: files that a crash has left, and files of others.
#[derive(Debug)]
pub struct Entries<'a> {
    store: &'a Store,
    /// Directories and ids that are left, last first.
    shards: Vec<String>,
    ids: Vec<Id>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(store: &'a Store) -> Result<Self, Error> {
        let mut shards = names(&store.dir)?;
        shards.retain(|name| Id::is_shard(name));
        shards.sort_unstable_by(|one, other| other.cmp(one));
        Ok(Entries {
            store,
            shards,
            ids: Vec::new(),
        })
    }

    fn read_shard(&mut self, shard: &str) -> Result<(), Error> {
        let names = names(&self.store.dir.join(shard))?;
        let ids = names.iter().filter_map(|name| name.strip_suffix(".json"));
        self.ids = ids.filter_map(|id| id.parse().ok()).collect();
        self.ids.sort_unstable_by(|one, other| other.cmp(one));
        Ok(())
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.ids.pop().map(|id| self.store.get(&id)) {
                // Removed since its name was read.
                Some(Err(Error::Unknown(_))) => {}
                Some(record) => return Some(record),
                None => {
                    let shard = self.shards.pop()?;
                    if let Err(error) = self.read_shard(&shard) {
                        return Some(Err(error));
                    }
                }
            }
        }
    }
}

/// How much lies in a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Entries.
    pub entries: u64,
    /// Octets of what was kept.
    pub octets: u64,
}

impl Usage {
    pub(super) fn of(store: &Store) -> io::Result<Self> {
        let mut usage = Usage::default();
        for shard in fs::read_dir(&store.dir)? {
            let shard = shard?;
            if !shard.file_name().to_str().is_some_and(Id::is_shard) {
                continue;
            }
            let entries = match fs::read_dir(shard.path()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            for entry in entries {
                let entry = entry?;
                let path = entry.path();
                if path.extension().is_some_and(|it| it == "content")
                    && let Ok(metadata) = entry.metadata()
                {
                    usage.entries = usage.entries.saturating_add(1);
                    usage.octets = usage.octets.saturating_add(metadata.len());
                }
            }
        }
        Ok(usage)
    }
}

fn names(dir: &Path) -> Result<Vec<String>, Error> {
    let failed = |error| Error::Read(dir.to_owned(), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    Ok(names)
}
