//! The rules that are in force, and those that take their place when the files on disk have changed.

use super::files::{self, RuleFile};
use super::rulebook::Rulebook;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long the files on disk are not looked at again.
const FRESH: Duration = Duration::from_secs(5);

/// Where the rules in force lie.
pub(super) struct Shelf {
    paths: Vec<PathBuf>,
    inner: Mutex<Inner>,
    /// Held by the one who compiles.
    work: Mutex<()>,
}

#[derive(Default)]
struct Inner {
    rulebook: Option<Arc<Rulebook>>,
    /// The files when they were compiled, or when that failed.
    files: Option<Vec<RuleFile>>,
    /// What is wrong with the files on disk.
    fault: Option<String>,
    looked: Option<Instant>,
}

/// What is known of the rules.
pub(super) struct Standing {
    /// Those in force.
    pub(super) rulebook: Option<Arc<Rulebook>>,
    /// Why they are older than the ones on disk, or not there.
    pub(super) fault: Option<String>,
}

impl Shelf {
    pub(super) fn new(paths: Vec<PathBuf>) -> Self {
        Shelf {
            paths,
            inner: Mutex::default(),
            work: Mutex::default(),
        }
    }

    /// The rules in force.
    pub(super) fn at_hand(&self) -> Option<Arc<Rulebook>> {
        self.inner().rulebook.clone()
    }

    /// Whether it is time to look at the files again. Whoever is told so does it; others are not told for a while.
    pub(super) fn is_due(&self) -> bool {
        let mut inner = self.inner();
        let is_due = inner.looked.is_none_or(|at| at.elapsed() >= FRESH);
        if is_due {
            inner.looked = Some(Instant::now());
        }
        is_due
    }

    /// Looks at the files, compiles them if they have changed, and says how things stand. Rules with a fault leave the ones
    /// before in force. Works on the disk and the processor: may take seconds.
    pub(super) fn look(&self) -> Standing {
        let _work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        match files::find(&self.paths) {
            Ok(files) if self.inner().files.as_ref() == Some(&files) => {}
            Ok(files) => {
                let compiled = Rulebook::compile(&files);
                let mut inner = self.inner();
                inner.files = Some(files);
                inner.take(compiled);
            }
            Err(error) => {
                let mut inner = self.inner();
                inner.files = None;
                inner.take(Err(error.to_string()));
            }
        }
        let mut inner = self.inner();
        inner.looked = Some(Instant::now());
        Standing {
            rulebook: inner.rulebook.clone(),
            fault: inner.fault.clone(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn take(&mut self, compiled: Result<Rulebook, String>) {
        match compiled {
            Ok(rulebook) => {
                self.rulebook = Some(Arc::new(rulebook));
                self.fault = None;
            }
            Err(fault) => self.fault = Some(fault),
        }
    }
}
