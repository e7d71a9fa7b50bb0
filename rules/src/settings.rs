//! What stands in a policy beside its rules and holds for all of them.

use crate::meter::Meter;
use crate::summary::{ListSummary, Statement};
use crate::syntax::diagnostic::Diagnostic;
use std::sync::Arc;
use tamis_sanitize::Treatment;

/// What stands in a policy beside its rules and holds for all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) treatment: Treatment,
    /// Whether the policy only says what it would do.
    pub(crate) observe: bool,
    /// Whether recipients who want other things than the first one are deferred.
    pub(crate) defer_differing: bool,
    pub(crate) meters: Vec<Meter>,
    /// The start of the digest of everything that it was loaded from.
    pub(crate) version: Arc<str>,
    pub(crate) lists: Vec<ListSummary>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) warnings: Vec<Diagnostic>,
}
