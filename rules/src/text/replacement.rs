//! Content of the site's own that takes the place of a part.

use std::sync::Arc;
use tamis_sanitize::plan::MediaType;

/// What takes the place of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Its type.
    pub media_type: MediaType,
    /// Its file name, if it has one.
    pub name: Option<String>,
    /// Its content.
    pub text: Arc<str>,
}
