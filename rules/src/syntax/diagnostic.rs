//! What is wrong with a policy, where, and what to do about it; as text for people and as JSON for editors.

use serde::Serialize;
use std::fmt::{self, Write};

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub code: Fault,
    /// How bad it is.
    pub level: Level,
    /// The file, by the name that the program has given.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Character of the line, from 1.
    pub column: u32,
    /// Octets of the file: first, and first behind.
    pub span: (usize, usize),
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The line of the file, control characters replaced, at most [`Diagnostic::EXCERPT_LIMIT`] characters.
    pub excerpt: String,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The policy loads all the same.
    Warning,
    /// The policy is refused.
    Error,
}

impl Level {
    /// The word that stands in front of the message.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

macro_rules! faults {
    ($($variant:ident, $name:literal, $what:literal;)*) => {
        /// The kinds of fault. Their names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[non_exhaustive]
        pub enum Fault { $(#[doc = $what] #[serde(rename = $name)] $variant,)* }

        impl Fault {
            /// Every kind.
            pub const ALL: &[Fault] = &[$(Fault::$variant,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)* }
            }

            /// What it is, in one sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Fault::$variant => $what,)* }
            }
        }
    };
}

faults! {
    Syntax, "syntax", "The file is not TOML.";
    Version, "version", "The file is written for another version of the language.";
    UnknownKey, "unknown-key", "A key that the language does not have.";
    MissingKey, "missing-key", "A key that must be there is not.";
    WrongType, "wrong-type", "A value of the wrong type: text where a list is needed, and the like.";
    UnknownValue, "unknown-value", "A value that is none of those a key can have.";
    BadName, "bad-name", "The name of a rule, list or notice has characters that names cannot have.";
    DuplicateName, "duplicate-name", "Two rules, lists or notices have the same name.";
    Conflict, "conflict", "Two keys of a rule contradict each other.";
    BadAddress, "bad-address", "An address, domain or host name that cannot be one.";
    BadNetwork, "bad-network", "An IP address or network that cannot be one.";
    BadGlob, "bad-glob", "A glob pattern that cannot be compiled.";
    BadRegex, "bad-regex", "A regular expression that cannot be compiled or is too large.";
    BadExtension, "bad-extension", "A file name extension that cannot be one.";
    BadDigest, "bad-digest", "A digest that cannot be one.";
    BadQuantity, "bad-quantity", "A size or count that cannot be read.";
    BadReply, "bad-reply", "A reply whose codes are wrong or do not agree.";
    BadTemplate, "bad-template", "A text with an unknown variable or an open brace.";
    BadHeaderName, "bad-header-name", "A header field that cannot be named so, or that rules must leave alone.";
    UnknownList, "unknown-list", "A list that is not defined.";
    WrongListKind, "wrong-list-kind", "A list of a kind that the key cannot use.";
    UnknownNotice, "unknown-notice", "A notice that is not defined.";
    UnknownBanner, "unknown-banner", "A banner that is not defined.";
    UnknownRule, "unknown-rule", "A test speaks of a rule that is not there.";
    UnknownTag, "unknown-tag", "A tag that no earlier rule sets.";
    UnknownMeter, "unknown-meter", "A meter that is not defined.";
    MissingFile, "missing-file", "A file that cannot be read.";
    UnknownFile, "unknown-file", "A file in a drop-in directory that is no policy file.";
    IncludeCycle, "include-cycle", "A file that is included more than once, or too deep.";
    UnknownPreset, "unknown-preset", "A preset that is not shipped.";
    TooLarge, "too-large", "A file, list or pattern that is larger than the limit.";
    TooDeep, "too-deep", "Conditions that are nested too deep.";
    Unreachable, "unreachable", "A rule that is never asked, or can never hold.";
    Shadowed, "shadowed", "A rule that never decides, because an earlier one always does.";
    Conflicting, "conflicting", "Something that a rule asks for and an earlier one always overrules.";
    Untested, "untested", "A rule of which no test of the policy says whether it fires.";
    Unused, "unused", "A list, notice, banner or meter that no rule uses.";
    ListGap, "list-gap", "A list of programs that lacks endings which others block.";
    Typo, "typo", "A domain or an extension that is one slip away from one that everybody knows.";
    MatchesAll, "matches-all", "A regular expression that names something and matches everything.";
    Signed, "signed", "Rules that change mail though it may be signed, and not because of something harmful in it.";
    DiscardLoses, "discard-loses", "A rule that discards mail, or takes out parts of it, and keeps no copy.";
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Diagnostic {
    /// Longest excerpt in characters.
    pub const EXCERPT_LIMIT: usize = 160;

    /// The diagnostic with the line that it speaks of, a caret below the place, and the help.
    ///
    /// ```text
    /// error[unknown-key]: there is no condition `sendr`
    ///   --> policy.toml:4:10
    ///    |
    ///  4 | when = { sendr = "a@example.org" }
    ///    |          ^^^^^
    ///    = help: did you mean `sender`?
    /// ```
    pub fn render(&self) -> String {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len().saturating_add(2));
        let mut out = format!("{}[{}]: {}\n", self.level.name(), self.code, self.message);
        let place = format!("{}:{}:{}", self.file, self.line, self.column);
        let _ = writeln!(out, "{}--> {place}", &gutter[1..]);
        if !self.excerpt.is_empty() {
            let _ = writeln!(out, "{gutter}|");
            let _ = writeln!(out, " {number} | {}", self.excerpt);
            let _ = writeln!(out, "{gutter}| {}", self.caret());
        }
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{gutter}= help: {help}");
        }
        out
    }

    /// One JSON object on one line.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings, and failing writers, make this fail: neither is here.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Says what to do about it.
    pub(crate) fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }

    fn caret(&self) -> String {
        let before = usize::try_from(self.column).unwrap_or(1).saturating_sub(1);
        let room = self.excerpt.chars().count().saturating_sub(before).max(1);
        let long = self.span.1.saturating_sub(self.span.0).clamp(1, room);
        format!(
            "{}{}",
            " ".repeat(before.min(Self::EXCERPT_LIMIT)),
            "^".repeat(long)
        )
    }
}

/// One line without the excerpt: `policy.toml:4:10: error[unknown-key]: there is no condition sendr (did you mean ...)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic {
            file,
            line,
            column,
            level,
            code,
            message,
            ..
        } = self;
        write!(
            f,
            "{file}:{line}:{column}: {}[{code}]: {message}",
            level.name()
        )?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}
