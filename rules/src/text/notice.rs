//! Notices: the text that takes the place of a part that was taken out.
//!
//! ```toml
//! [notice.program-removed]
//! text = "{part.name} was removed (rule {rule}, quarantine id {id})."
//! name = "removed.txt"      # what clients show as its file name
//! language = "en"
//! ```

use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use crate::text::harmless;
use crate::text::template::{Matter, Piece, Template, Variable};
use tamis_sanitize::Notice;

/// A notice as the decision gives it: everything is filled in but what the program alone knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeTemplate {
    /// Text around the places where the quarantine id comes.
    around_id: Vec<String>,
    name: String,
    language: String,
}

/// What the program knows and a notice can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values<'a> {
    /// The quarantine id of the part; none if the part is not kept.
    pub id: Option<&'a str>,
}

impl NoticeTemplate {
    /// The notice with the last values filled in.
    pub fn render(&self, values: &Values<'_>) -> Notice {
        let id = values.id.map_or_else(
            || "not kept".to_owned(),
            |id| harmless::line(id, harmless::VALUE_LIMIT),
        );
        Notice {
            text: self.around_id.join(&id),
            name: self.name.clone(),
            language: self.language.clone(),
        }
    }
}

/// A notice as the policy defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoticeText {
    text: Template,
    name: String,
    language: String,
}

const TEXT_LIMIT: usize = 8 << 10;
const NAME: &str = "removed.txt";
const LANGUAGE: &str = "en";
const STANDARD: [&str; 5] = [
    "An attachment was removed from this message.\n\nName: ",
    "\nKind: ",
    "\nRule: ",
    "\nQuarantine id: ",
    "\n\nIf you need it, ask your postmaster and quote the quarantine id.\n",
];

const STANDARD_WRAP: [&str; 2] = [
    "This message may not be what it seems. The original is attached as it was received.\n\nRule: ",
    "\n\nOpen it only if you know who has sent it. If in doubt, ask your postmaster.\n",
];
const STANDARD_REPORT: [&str; 7] = [
    "A rule of the mail policy has fired.\n\nRule:      ",
    "\nSender:    ",
    "\nRecipient: ",
    "\nClient:    ",
    "\nQueue id:  ",
    "\nPart:      ",
    "\n",
];

impl NoticeText {
    /// Reads the table of a notice.
    pub(crate) fn read(table: &Table<'_>, problems: &mut Problems) -> Option<Self> {
        table.only(&["text", "name", "language"], "key of a notice", problems);
        let Some(text) = table.get("text") else {
            problems.report(Fault::MissingKey, table.place, "a notice needs `text`");
            return None;
        };
        let mut notice = NoticeText::inline(text.text(problems)?, problems)?;
        if let Some(node) = table.get("name") {
            notice.name = file_name(node.text(problems)?, problems)?;
        }
        if let Some(node) = table.get("language") {
            notice.language = language(node.text(problems)?, problems)?;
        }
        Some(notice)
    }

    /// A notice of which only the text is given.
    pub(crate) fn inline(text: Text<'_>, problems: &mut Problems) -> Option<Self> {
        if text.text.len() > TEXT_LIMIT {
            let message = format!("a notice has at most {TEXT_LIMIT} octets");
            problems.report(Fault::TooLarge, text.place, message);
            return None;
        }
        let text = Template::read(text, true, problems)?;
        Some(NoticeText {
            text,
            name: NAME.to_owned(),
            language: LANGUAGE.to_owned(),
        })
    }

    /// What stands in the place of a part if the policy says nothing of its own.
    pub(crate) fn standard() -> Self {
        let values = [
            Variable::PartName,
            Variable::PartKind,
            Variable::Rule,
            Variable::Id,
        ];
        Self::of(&STANDARD, &values, NAME)
    }

    /// What stands in front of a message that is attached.
    pub(crate) fn standard_wrap() -> Self {
        Self::of(&STANDARD_WRAP, &[Variable::Rule], "notice.txt")
    }

    /// What somebody is told about a message.
    pub(crate) fn standard_report() -> Self {
        let values = [
            Variable::Rule,
            Variable::Sender,
            Variable::Recipient,
            Variable::Client,
            Variable::QueueId,
            Variable::PartName,
        ];
        Self::of(&STANDARD_REPORT, &values, "report.txt")
    }

    /// Texts with values between them.
    fn of(texts: &[&str], values: &[Variable], name: &str) -> Self {
        let mut texts = texts.iter().map(|text| Piece::Text((*text).to_owned()));
        let mut pieces: Vec<Piece> = texts.next().into_iter().collect();
        for (value, text) in values.iter().zip(texts) {
            pieces.extend([Piece::Value(*value), text]);
        }
        NoticeText {
            text: Template { pieces },
            name: name.to_owned(),
            language: LANGUAGE.to_owned(),
        }
    }

    /// Fills in what is known at the decision.
    pub(crate) fn bind(&self, matter: &Matter<'_>) -> NoticeTemplate {
        let pieces = self
            .text
            .pieces
            .split(|piece| *piece == Piece::Value(Variable::Id));
        let render = |pieces: &[Piece]| {
            Template {
                pieces: pieces.to_vec(),
            }
            .render(matter, harmless::line)
        };
        NoticeTemplate {
            around_id: pieces.map(render).collect(),
            name: self.name.clone(),
            language: self.language.clone(),
        }
    }
}

fn file_name(name: Text<'_>, problems: &mut Problems) -> Option<String> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    if name.text.len() <= 100 && name.text.chars().all(good) && name.text.contains('.') {
        return Some(name.text.to_owned());
    }
    let problem = problems.report(
        Fault::BadName,
        name.place,
        format!("`{}` cannot be the file name of a notice", name.text),
    );
    problem
        .help("use ASCII letters, digits, blanks, hyphens and dots, and an extension: removed.txt");
    None
}

fn language(tag: Text<'_>, problems: &mut Problems) -> Option<String> {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    if tag.text.len() <= 35 && tag.text.split('-').all(subtag) {
        return Some(tag.text.to_owned());
    }
    let problem = problems.report(
        Fault::UnknownValue,
        tag.place,
        format!("`{}` is no language tag", tag.text),
    );
    problem.help("write en, de, pt-BR");
    None
}
