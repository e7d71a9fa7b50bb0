//! Edits of the parts of a message, and of the message as a whole.

use super::MediaType;

/// One change of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartEdit {
    /// The part goes, and nothing comes in its place unless the message would be left without content.
    Remove,
    /// A notice takes its place.
    Replace(Notice),
    /// Other content takes its place: the part stays what it is to the parts around it.
    Substitute(Content),
    /// The part stays, with changes.
    Change(Changes),
}

/// Text that takes the place of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What the reader of the mail is told; lines separated by LF.
    pub text: String,
    /// File name that clients show for it.
    pub name: String,
    /// Language of the text (RFC 3282), `en`.
    pub language: String,
}

/// A message around the message: a notice, and the message as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// What the reader of the mail is told.
    pub notice: Notice,
    /// File name of the message.
    pub name: String,
}

/// Content that takes the place of that of a part, as when it was disarmed.
///
/// Of the header section of the part stay its disposition and the fields that others refer to it by (Content-ID,
/// Content-Location, Content-Base), and its language. Text that is UTF-8 is declared so; other content is base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is.
    pub media_type: MediaType,
    /// Its file name; with none, it has none.
    pub name: Option<String>,
    /// The content, not encoded.
    pub octets: Vec<u8>,
}

/// Changes of a part that stays. The default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Every form of its file name becomes this one.
    pub name: Option<String>,
    /// Its declared type becomes this one. Of the parameters the file names stay, and the charset of text. Does nothing to a
    /// part that holds parts.
    pub media_type: Option<MediaType>,
    /// Its text becomes this one. Does nothing to a part that holds parts.
    pub text: Option<NewText>,
}

/// Text that takes the place of that of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewText {
    /// The charset it is in, as it is declared: `utf-8`.
    pub charset: String,
    /// The text in that charset, without transfer encoding.
    pub octets: Vec<u8>,
}

impl Changes {
    /// Only a new file name.
    pub fn name(name: impl Into<String>) -> Self {
        Changes {
            name: Some(name.into()),
            ..Changes::default()
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}
