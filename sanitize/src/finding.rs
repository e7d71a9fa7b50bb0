//! What was found in the content of a part, beyond what kind of thing it is: macros, script, hidden programs.
//!
//! A finding is no verdict: policy says what follows from it (`part.finding`).

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! findings {
    ($($variant:ident $name:literal $what:literal)*) => {
        /// Something that was found in content.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Finding {
            $(#[doc = $what] $variant,)*
        }

        impl Finding {
            /// Every finding, in the order of the documentation.
            pub const ALL: &'static [Finding] = &[$(Finding::$variant,)*];

            /// The word used in policies and reports.
            pub const fn name(self) -> &'static str {
                match self { $(Finding::$variant => $name,)* }
            }

            /// What it means, in a sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Finding::$variant => $what,)* }
            }
        }
    };
}

findings! {
    // Documents
    Macro "macro" "A document holds macros (Visual Basic, or Basic of an open document)."
    XlmMacro "xlm-macro" "A workbook holds macro sheets (Excel 4.0)."
    AutoOpen "auto-open" "Code of a document runs as soon as it is opened or closed."
    Dde "dde" "A document asks another program for data (DDE), which can start programs."
    ActiveX "activex" "A document holds controls that are programs (COM)."
    EmbeddedObject "embedded-object" "A document holds an object of another program (OLE)."
    EmbeddedProgram "embedded-program" "A document, page or note holds a program or script."
    EmbeddedFile "embedded-file" "A document, page or note holds a file."
    ExternalTemplate "external-template" "A document loads its template from elsewhere."
    ExternalLink "external-link" "A document loads something from elsewhere when it is opened."
    // PDF
    Javascript "javascript" "A PDF document holds script."
    OpenAction "open-action" "A PDF document does something when it is opened."
    Launch "launch" "A document starts a program or opens a file."
    SubmitForm "submit-form" "A form sends what is filled in to elsewhere."
    // Pages
    Script "script" "A page holds a script element."
    EventHandler "event-handler" "An element of a page has code for an event."
    ScriptUrl "script-url" "An address is code (`javascript:`, `vbscript:`)."
    DataUrl "data-url" "An address holds the content itself (`data:`) and that is no picture."
    Smuggling "smuggling" "A page makes a file out of data in itself and offers it."
    Refresh "refresh" "A page sends the reader elsewhere by itself."
    Form "form" "A page asks for input."
    ExternalResource "external-resource" "A page loads something from elsewhere when it is shown."
    Tracker "tracker" "A page loads an invisible picture from elsewhere."
    HiddenText "hidden-text" "A page holds text that is not seen."
    MisleadingLink "misleading-link" "The text of a link shows another host than it leads to."
    // Any content
    Shortcut "shortcut" "A shortcut that runs a command or leads elsewhere."
    SelfExtracting "self-extracting" "A program that is an archive as well."
    Polyglot "polyglot" "Content that is valid in several formats at once."
    TypeMismatch "type-mismatch" "Name, declared type and content say different things."
    Obfuscated "obfuscated" "Content is written so that tools do not recognise it."
}

impl Finding {
    /// The finding of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Finding> {
        Self::ALL
            .iter()
            .copied()
            .find(|finding| finding.name() == name)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of findings.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Findings(u64);

impl Findings {
    /// The empty set.
    pub const NONE: Findings = Findings(0);

    /// Adds a finding.
    pub fn insert(&mut self, finding: Finding) {
        self.0 |= finding.bit();
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Findings) -> Findings {
        Findings(self.0 | other.0)
    }

    /// Whether the finding is in the set.
    pub const fn contains(self, finding: Finding) -> bool {
        self.0 & finding.bit() != 0
    }

    /// Whether the sets share a finding.
    pub const fn intersects(self, other: Findings) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The findings present, in the order of [`Finding::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Finding> {
        Finding::ALL
            .iter()
            .copied()
            .filter(move |finding| self.contains(*finding))
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        findings
            .into_iter()
            .fold(Findings::NONE, |mut set, finding| {
                set.insert(finding);
                set
            })
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Finding::name))
            .finish()
    }
}
