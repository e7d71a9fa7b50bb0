//! Tests that a policy carries: a message and an envelope, and what must come of them.
//!
//! ```toml
//! [[test]]
//! name    = "programs go, the rest stays"
//! message = { subject = "offer", text = "see below", attach = [{ name = "setup.exe", sample = "program" }] }
//! given   = { sender = "a@example.com", recipient = "b@example.org", direction = "inbound" }
//! expect  = { verdict = "deliver", rule = "program-content", removed = "setup.exe" }
//! ```
//!
//! | file | what it reads |
//! |---|---|
//! | `message` | the message: a file, its text, or what it is to be made of |
//! | `given` | the envelope, and what meters say |
//! | `scan` | what scanners say |
//! | `expect` | what must come of it |

mod expect;
mod given;
mod message;
mod scan;

pub use expect::{Expect, HeaderExpect};
pub use given::Given;
pub use message::{Attachment, AttachmentContent, Made, Sample, TrialMessage};
pub use scan::GivenScan;

use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use std::sync::Arc;

/// One test of a policy.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What its author calls it.
    pub name: Option<String>,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Its line in that file, from 1.
    pub line: u32,
    /// The message; none if it is about what comes before.
    pub message: TrialMessage,
    /// What is known beside.
    pub given: Given,
    /// What must come of it.
    pub expect: Expect,
}

impl Trial {
    /// Reads the table of a test, and reports everything that is wrong with it. `rules` are the names that there are.
    pub(crate) fn read(
        table: &Table<'_>,
        rules: &[Arc<str>],
        loading: &mut Loading<'_>,
    ) -> Option<Self> {
        table.only(
            &["name", "message", "given", "expect"],
            "key of a test",
            loading,
        );
        let name = match table.get("name") {
            Some(node) => Some(node.text(loading)?.text.to_owned()),
            None => None,
        };
        let message = match table.get("message") {
            Some(node) => message::read(node, loading),
            None => Some(TrialMessage::None),
        };
        let given = match table.get("given") {
            Some(node) => node
                .table(loading)
                .and_then(|table| given::read(&table, loading)),
            None => Some(Given::default()),
        };
        let Some(expect) = table.get("expect") else {
            loading.report(Fault::MissingKey, table.place, "a test needs `expect`");
            return None;
        };
        let expect = expect
            .table(loading)
            .and_then(|table| expect::read(&table, rules, loading));
        let file = loading.file(table.place)?;
        let (line, file) = (file.line(table.place.start), file.name.clone());
        Some(Trial {
            name,
            file,
            line,
            message: message?,
            given: given?,
            expect: expect?,
        })
    }
}
