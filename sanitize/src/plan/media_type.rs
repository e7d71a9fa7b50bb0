//! The type of content, in a form that can be written.

use std::fmt;

/// Characters of a type, and of a subtype (RFC 6838, section 4.2).
const NAME_MOST: usize = 127;

/// A media type without parameters, `application/pdf`, in lower case (RFC 6838, section 4.2). Never one of something that
/// has parts: `multipart/...` or `message/...`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaType(String);

impl MediaType {
    /// Checks a type. Upper case is taken as lower case.
    pub fn new(media_type: &str) -> Result<Self, InvalidMediaType> {
        let media_type = media_type.to_ascii_lowercase();
        let (main, sub) = media_type.split_once('/').ok_or(InvalidMediaType::Syntax)?;
        if !is_name(main) || !is_name(sub) {
            return Err(InvalidMediaType::Syntax);
        }
        if matches!(main, "multipart" | "message") {
            return Err(InvalidMediaType::Composite);
        }
        Ok(MediaType(media_type))
    }

    /// `type/subtype`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `text/...`.
    pub fn is_text(&self) -> bool {
        self.0.starts_with("text/")
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether this is a restricted name (RFC 6838, section 4.2).
fn is_name(name: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    name.len() <= NAME_MOST
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(inside)
}

/// Why a media type cannot be given to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidMediaType {
    /// It is not two names and a slash.
    Syntax,
    /// It is the type of something that has parts.
    Composite,
}

impl fmt::Display for InvalidMediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidMediaType::Syntax => {
                "a media type is a type, a slash and a subtype of at most 127 letters, digits and `!#$&-^_.+` each"
            }
            InvalidMediaType::Composite => "a part cannot be made a multipart or a message",
        })
    }
}

impl std::error::Error for InvalidMediaType {}
