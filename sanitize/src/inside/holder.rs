//! What is opened, as looking inside knows it before it sees the content.

use crate::kind::{Kind, Kinds};
use crate::look::kinds_of_type;
use crate::map::{FileName, Part};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A part that may hold something: all that is known of it but its content. It can be handed to another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub(super) names: Vec<FileName>,
    /// By content, names and declared type.
    pub(super) kinds: Kinds,
    /// By content alone.
    pub(super) content: Kinds,
    pub(super) detected: Option<Cow<'static, str>>,
    /// By declared type alone.
    pub(super) declared: Kinds,
    /// Whether the digests of what lies in it are wanted.
    pub(super) digests: bool,
}

impl Holder {
    /// Whether it is a page and nothing else: no reader of other people sees it.
    pub fn is_page(&self) -> bool {
        let page = Kinds::from_iter([Kind::Html, Kind::ActiveHtml, Kind::Text, Kind::Image]);
        let kinds = self.kinds.union(self.content);
        kinds.iter().all(|kind| page.contains(kind))
    }

    /// The same, with the digests of what lies in it wanted or not.
    #[must_use]
    pub fn with_digests(self, digests: bool) -> Self {
        Holder { digests, ..self }
    }

    /// What is known of a part.
    pub fn of(part: &Part) -> Self {
        Holder {
            names: part.names().to_vec(),
            kinds: part.kinds(),
            content: part.content(),
            detected: part.detected_type().map(Cow::Borrowed),
            declared: kinds_of_type(part.media_type()),
            digests: false,
        }
    }
}
