//! Banners: text that is put into the text of messages.
//!
//! ```toml
//! [banner.external]
//! text  = "This message came from outside. Do not open what you did not ask for."
//! html  = "<p><b>External:</b> do not open what you did not ask for.</p>"   # made of the text if it is left out
//! place = "top"                                                           # or "bottom"
//! ```

use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Table;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;

/// A banner as the policy defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// What text/plain parts get.
    pub text: String,
    /// What text/html parts get; made of the text if there is none.
    pub html: Option<String>,
    /// Whether it stands above the text, not below.
    pub top: bool,
}

const TEXT_LIMIT: usize = 8 << 10;

impl Banner {
    /// Reads the table of a banner.
    pub(crate) fn read(table: &Table<'_>, problems: &mut Problems) -> Option<Self> {
        table.only(&["text", "html", "place"], "key of a banner", problems);
        let Some(text) = table.get("text") else {
            problems.report(Fault::MissingKey, table.place, "a banner needs `text`");
            return None;
        };
        let text = short(text.text(problems)?, problems)?;
        let html = match table.get("html") {
            Some(html) => Some(short(html.text(problems)?, problems)?),
            None => None,
        };
        let top = match table.get("place") {
            None => true,
            Some(node) => {
                let word = node.text(problems)?;
                let known = ["top", "bottom"];
                if !known.contains(&word.text) {
                    problems.unknown(Fault::UnknownValue, word, "place of a banner", &known);
                    return None;
                }
                word.text == "top"
            }
        };
        Some(Banner { text, html, top })
    }
}

fn short(text: Text<'_>, problems: &mut Problems) -> Option<String> {
    if text.text.len() <= TEXT_LIMIT {
        return Some(text.text.to_owned());
    }
    let message = format!("a banner has at most {TEXT_LIMIT} octets");
    problems.report(Fault::TooLarge, text.place, message);
    None
}
