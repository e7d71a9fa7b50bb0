//! Policies, and in our own words what each lets pass.

/// A policy and what it says of mail that was not judged in full.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a table of yes and no")]
pub(crate) struct Given {
    pub(crate) text: &'static str,
    /// The scanners that it wants to hear.
    pub(crate) wants: &'static [&'static str],
    /// It lets pass what was not scanned.
    pub(crate) unscanned: bool,
    /// It lets pass what a scanner found.
    pub(crate) found: bool,
    /// It lets pass what was not read to its end.
    pub(crate) unread: bool,
    /// It lets programs pass.
    pub(crate) programs: bool,
    /// It keeps a copy of what comes.
    pub(crate) captures: bool,
    /// It only watches.
    pub(crate) observes: bool,
}

const STRICT: Given = Given {
    text: r#"
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#,
    wants: &["one", "two"],
    unscanned: false,
    found: false,
    unread: false,
    programs: false,
    captures: false,
    observes: false,
};

/// Every policy; the first is the strictest.
pub(crate) const ALL: [Given; 9] = [
    STRICT,
    Given {
        text: r#"
[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#,
        wants: &[],
        found: true,
        ..STRICT
    },
    Given {
        text: r#"
[[rule]]
name = "open"
when = { scan.result = "unscanned" }
then = { accept = true }
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
"#,
        // What it accepts it accepts as it is.
        unscanned: true,
        found: true,
        unread: true,
        programs: true,
        ..STRICT
    },
    Given {
        text: r#"
[[rule]]
name = "found"
when = { scan.engine = "one", scan.result = "found" }
then = { reject = true }
"#,
        wants: &["one"],
        programs: true,
        ..STRICT
    },
    Given {
        text: r#"
[[rule]]
name = "unread"
when = { limit = true }
then = { accept = true }
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { quarantine = true }
[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { reject = true }
"#,
        unscanned: false,
        unread: true,
        ..STRICT
    },
    Given {
        text: r#"
[[rule]]
name = "copy"
when = { sender = "a@example.org" }
then = { capture = "before" }
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
[[rule]]
name = "programs"
when = { part.kind = "executable" }
then = { strip = true }
"#,
        captures: true,
        ..STRICT
    },
    Given {
        text: r#"
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
[[rule]]
name = "around"
when = { part.kind = "executable" }
then = { wrap = "There is a program in it." }
[[rule]]
name = "marked"
when = { sender = "a@example.org" }
then = { set_header = { X-Seen = "yes" }, tag_subject = "[seen]" }
"#,
        programs: true,
        ..STRICT
    },
    Given {
        text: r#"
[banner.outside]
text  = "This message came from outside."
html  = "<p>This message came from outside.</p>"
place = "top"
[[rule]]
name = "outside"
when = { sender = "a@example.org" }
then = { banner = "outside" }
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
"#,
        programs: true,
        ..STRICT
    },
    Given {
        text: r#"
mode = "observe"
[[rule]]
name = "found"
when = { scan.result = "found" }
then = { reject = true }
"#,
        unscanned: true,
        found: true,
        unread: true,
        programs: true,
        observes: true,
        ..STRICT
    },
];
