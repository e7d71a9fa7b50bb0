//! What is told of a container by what it is, whatever it holds.

use super::container::Container;
use super::outcome::Opened;
use crate::finding::Finding;
use crate::kind::{Kind, Kinds};
use crate::look::kinds_of_name;
use crate::map::FileName;

/// Content that starts a program or leads elsewhere when it is opened.
const SHORTCUTS: [&str; 4] = [
    "application/x-ms-shortcut",
    "application/x-mswinurl",
    "application/x-desktop",
    "text/x-ms-iqy",
];

/// What a container shows by itself, now that everything was tried on it.
pub(super) fn findings(container: &Container<'_>, opened: Opened) -> impl Iterator<Item = Finding> {
    let is_shortcut = |found: &str| SHORTCUTS.contains(&found);
    let told = [
        (
            container.is_program() && opened != Opened::NotOne,
            Finding::SelfExtracting,
        ),
        (
            container.detected.is_some_and(is_shortcut),
            Finding::Shortcut,
        ),
        (is_polyglot(container), Finding::Polyglot),
        (
            container.package.is_none()
                && disagrees(container.names, container.declared, container.content),
            Finding::TypeMismatch,
        ),
    ];
    told.into_iter()
        .filter(|(found, _)| *found)
        .map(|(_, finding)| finding)
}

/// Whether content is of several formats which are no part of each other.
fn is_polyglot(container: &Container<'_>) -> bool {
    let text = container
        .detected
        .is_none_or(|found| found.starts_with("text/") || found == "image/svg+xml");
    let classes = Class::of(container.content);
    let several = classes
        .iter()
        .filter(|class| **class != Class::Text)
        .count()
        > 1;
    // Programs and documents may be archives as well.
    let alone = |other| classes.len() == 2 && classes.contains(&other);
    let archive = classes.contains(&Class::Archive);
    several && !text && !(archive && (alone(Class::Runs) || alone(Class::Office)))
}

/// Whether what names or the declared type say cannot be what the content shows.
pub(super) fn disagrees(names: &[FileName], declared: Kinds, content: Kinds) -> bool {
    let shown = Class::of(content);
    let said = names.iter().map(kinds_of_name).chain([declared]);
    !shown.is_empty()
        && said
            .map(Class::of)
            .filter(|said| !said.is_empty())
            .any(|said| {
                !said
                    .iter()
                    .any(|said| shown.iter().any(|shown| said.allows(*shown)))
            })
}

/// Kinds that are told from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Runs,
    Office,
    Archive,
    Image,
    Media,
    Pdf,
    Page,
    Mail,
    Text,
}

impl Class {
    fn of(kinds: Kinds) -> Vec<Class> {
        let mut classes = Vec::new();
        for class in kinds.iter().filter_map(Class::of_kind) {
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
        classes
    }

    fn of_kind(kind: Kind) -> Option<Class> {
        Some(match kind {
            Kind::Executable | Kind::Script => Class::Runs,
            Kind::Office | Kind::MacroOffice => Class::Office,
            Kind::Archive => Class::Archive,
            Kind::Image => Class::Image,
            Kind::Audio | Kind::Video => Class::Media,
            Kind::Pdf => Class::Pdf,
            Kind::Html | Kind::ActiveHtml => Class::Page,
            Kind::Message => Class::Mail,
            Kind::Text => Class::Text,
            Kind::Encrypted | Kind::Unknown => return None,
        })
    }

    /// Whether content may show this where something is said to be `self`.
    fn allows(self, shown: Class) -> bool {
        use Class::{Archive, Mail, Media, Office, Page, Runs, Text};
        match (self, shown) {
            _ if self == shown => true,
            // Scripts, tables and the like are text unless something in them is recognised; and the other way about.
            (Runs | Office | Page | Mail | Media, Text)
            | (Text, Page | Mail | Office)
            // Documents and programs that are archives.
            | (Archive, Office | Runs)
            | (Runs, Archive) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::disagrees;
    use crate::kind::{Kind, Kinds};
    use crate::look;

    fn check(name: &str, content: Kind, expected: bool) {
        let names = [look::name(name)];
        assert_eq!(
            disagrees(&names, Kinds::NONE, Kinds::of(content)),
            expected,
            "{name} {content:?}"
        );
    }

    #[test]
    fn names_and_content_disagree() {
        check("a.jpg", Kind::Executable, true);
        check("a.txt", Kind::Executable, true);
        check("a.pdf", Kind::Archive, true);
        check("a.png", Kind::Text, true);
        check("a.docx", Kind::Archive, true);
        check("a.exe", Kind::Executable, false);
        check("a.jpg", Kind::Image, false);
        check("a.csv", Kind::Text, false);
        check("a.js", Kind::Text, false);
        check("a.zip", Kind::Office, false);
        check("a.strange", Kind::Pdf, false);
        check("a.jpg", Kind::Unknown, false);
    }
}
