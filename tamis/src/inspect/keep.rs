//! What of a message quarantine keeps, and how it writes that down.

use super::Site;
use super::canonical::Form;
use super::judged::{Judged, built_in};
use super::plan::Planned;
use super::record::{part_record, record};
use super::report::Report;
use crate::quarantine::{Error, Id, What};
use std::io;
use tamis_rules::Reason;
use tamis_sanitize::MessageMap;

impl Judged {
    pub(super) fn keep_parts(
        &self,
        map: &MessageMap,
        planned: &Planned,
        report: &mut Report,
    ) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        for (decision, id) in &planned.kept {
            let part = map.part(decision.part);
            let record = record(
                id.clone(),
                part_record(part),
                &self.envelope,
                self.policy.version(),
                &decision.reason,
            );
            store
                .keep(record, &mut self.spool().range(part.entity()))
                .map_err(|error| self.not_kept(&error))?;
            report.kept(id, Some(part));
        }
        Ok(())
    }

    pub(super) fn keep_message(&self, report: &mut Report) -> io::Result<()> {
        let nothing = built_in("quarantine", "quarantine", None);
        let reason = self.decision.reasons.last().unwrap_or(&nothing);
        self.keep_as_it_came(reason, report)
    }

    /// Keeps the message as it came if its canonical form lacks something of it, and it is not kept already.
    pub(super) fn keep_what_was_left_out(&self, report: &mut Report) -> io::Result<()> {
        match &self.form {
            Form::Canonical(anew) if !anew.dropped.is_empty() && !self.decision.keep => {
                self.keep_as_it_came(&built_in("canonical-form", "quarantine", None), report)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn keep_as_it_came(&self, reason: &Reason, report: &mut Report) -> io::Result<()> {
        let Some(store) = &self.site.quarantine else {
            return Ok(());
        };
        let id = Id::new()?;
        let record = record(
            id.clone(),
            What::Message,
            &self.envelope,
            self.policy.version(),
            reason,
        );
        store
            .keep(record, &mut self.came.spool.reader())
            .map_err(|error| self.not_kept(&error))?;
        report.kept(&id, None);
        Ok(())
    }

    /// Counts what could not be kept.
    fn not_kept(&self, error: &Error) -> io::Error {
        self.site.metrics.quarantine_failed();
        io::Error::other(error.to_string())
    }
}

/// Takes out what was kept of a message that comes again: with each try there would be one copy more.
pub(super) fn forget(site: &Site, report: &Report) {
    // A copy too many does less harm than another error.
    for kept in &report.kept {
        if let (Some(store), Ok(id)) = (&site.quarantine, kept.id.parse()) {
            let _ = store.remove(&id);
        }
    }
    for copy in &report.captured {
        let id = copy.id.as_deref().map(str::parse);
        if let (Some(captures), Some(Ok(id))) = (&site.captures, id) {
            let _ = captures.remove(&id);
        }
    }
}
