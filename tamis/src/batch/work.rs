//! One message: inspected, and written if it is a file of its own.

use crate::exit::{Exit, Failure};
use crate::inspect::{Fate, Inspection, Judged, Outcome, Site};
use crate::mailbox::{Content, Error, FileSink, Message, Origin};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use tamis_rules::{Envelope, Policy};
use tokio::runtime::Handle;

/// What every message is inspected with.
#[derive(Debug)]
pub struct Worker {
    /// Scanners, limits, spool and quarantine.
    pub site: Arc<Site>,
    /// The policy.
    pub policy: Arc<Policy>,
    /// The envelope of every message: files have none.
    pub envelope: Envelope,
    /// Where scanners are talked to.
    pub runtime: Handle,
}

/// A message on its way.
pub(super) struct Task {
    pub(super) number: u64,
    pub(super) job: usize,
    pub(super) message: Message,
    pub(super) files: Option<FileSink>,
}

/// A message that was inspected.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) origin: Origin,
    pub(super) result: Result<Outcome, Trouble>,
}

/// Why there is no outcome.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Something is wrong with this message alone.
    Message(Failure),
    /// The output cannot be written.
    Output(Error),
}

impl Worker {
    /// Reads a message to its end and asks the policy. Nothing is written.
    pub fn judge(&self, path: &Path, content: &Content) -> Result<Judged, Failure> {
        let unreadable = |error| Failure::from(Error::Read(path.to_owned(), error));
        let mut reader = content
            .open()
            .map_err(|error| Error::Open(path.to_owned(), error))?;
        self.runtime.block_on(async {
            let (site, policy) = (Arc::clone(&self.site), Arc::clone(&self.policy));
            let mut inspection = Inspection::begin(site, policy, self.envelope.clone());
            while let Some(chunk) = reader.chunk().map_err(unreadable)? {
                inspection
                    .push(chunk)
                    .await
                    .map_err(|error| broken(&error))?;
            }
            inspection.finish().await.map_err(|error| broken(&error))
        })
    }

    /// Everything for one message. A panic is the trouble of this message alone.
    pub(super) fn run(&self, task: Task) -> Done {
        let Task { message, files, .. } = task;
        let result = catch_unwind(AssertUnwindSafe(|| self.inspect(&message, files.as_ref())));
        let result = result.unwrap_or_else(|_| {
            let text = "tamis failed on this message; please report it";
            Err(Trouble::Message(Failure::new(Exit::Software, text)))
        });
        Done {
            origin: message.origin,
            result,
        }
    }

    fn inspect(&self, message: &Message, files: Option<&FileSink>) -> Result<Outcome, Trouble> {
        let judged = self
            .judge(message.origin.path(), &message.content)
            .map_err(Trouble::Message)?;
        let outcome = judged
            .carry_out()
            .map_err(|error| Trouble::Message(broken(&error)))?;
        if let (Fate::Deliver(delivered), Origin::File { path, relative }, Some(files)) =
            (&outcome.fate, &message.origin, files)
        {
            files
                .put(path, relative, &mut delivered.message())
                .map_err(Trouble::Output)?;
        }
        Ok(outcome)
    }
}

/// The spool or the quarantine failed; the error names it.
fn broken(error: &io::Error) -> Failure {
    Failure::new(Exit::Io, error)
}
