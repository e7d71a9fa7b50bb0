//! All readings of a part put together.
//!
//! A kind counts if any reading says so, because mail clients trust one reading or the other. Three claims are weak and
//! give way: *text*, which is what everything else may be written in; *encrypted* where the content can be read after
//! all; and *unknown*, which holds only where nothing else does. So a rule that lets text pass lets no script pass, and a
//! rule against the unknown does not meet a picture because its content is damaged.

use super::content::Looked;
use super::media_type::kinds_of_type;
use super::name::kinds_of_name;
use crate::kind::{Kind, Kinds};
use crate::map::FileName;

/// What a part is by content, by every name and by declared type (lower case). Without content, for multiparts and
/// messages, the answer may be empty; otherwise it is at least [`Kind::Unknown`].
pub fn kinds(looked: Option<&Looked>, names: &[FileName], media_type: &str) -> Kinds {
    let content = looked.map_or(Kinds::NONE, |looked| looked.kinds);
    let mut claimed = names
        .iter()
        .map(kinds_of_name)
        .fold(kinds_of_type(media_type), Kinds::union);
    if looked
        .is_some_and(|looked| looked.media_type.is_some() && !looked.kinds.contains(Kind::Text))
        || is_public(looked)
    {
        claimed.remove(Kind::Encrypted);
    }
    let text = claimed.contains(Kind::Text);
    claimed.remove(Kind::Text);
    let mut all = content.union(claimed);
    all.remove(Kind::Text);
    all.remove(Kind::Unknown);
    if looked.is_some_and(|looked| looked.scripted && is_page(all, looked)) {
        all.insert(Kind::ActiveHtml);
    }
    if !all.is_empty() {
        return all;
    }
    match looked {
        Some(looked) if looked.kinds.contains(Kind::Text) => Kinds::of(Kind::Text),
        Some(_) => Kinds::of(Kind::Unknown),
        None if text => Kinds::of(Kind::Text),
        None => Kinds::NONE,
    }
}

/// Whether a browser would show it as a page: XML may be one whatever its first element is.
fn is_page(kinds: Kinds, looked: &Looked) -> bool {
    kinds.contains(Kind::Html) || looked.media_type == Some("text/xml")
}

/// Signed text, signatures and public keys are named `.asc` and `.pgp` as encrypted mail is.
fn is_public(looked: Option<&Looked>) -> bool {
    let media_type = looked.and_then(|looked| looked.media_type);
    matches!(
        media_type,
        Some(
            "application/pgp-signature"
                | "application/pgp-keys"
                | "application/pkcs7-signature"
                | "text/x-pgp-signed"
        )
    )
}
