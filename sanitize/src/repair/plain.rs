//! Mailboxes with which nothing can be wrong, told at a glance.

/// Whether nothing can be wrong with a mailbox: a name of letters, an address in brackets, or the address alone. Nearly all
/// are so.
pub(super) fn is_plain(raw_value: &[u8]) -> bool {
    let value = raw_value.trim_ascii();
    let (name, address) = match value.strip_suffix(b">") {
        None => (&b""[..], value),
        Some(open) => match memchr::memchr(b'<', open) {
            None => return false,
            Some(at) => (
                open.get(..at).unwrap_or_default(),
                open.get(at.saturating_add(1)..).unwrap_or_default(),
            ),
        },
    };
    let name = name.trim_ascii();
    let bare = |quoted: &[u8]| {
        let sound = |byte: &u8| byte.is_ascii_alphanumeric() || b" -'_.".contains(byte);
        quoted.iter().all(sound)
    };
    let inside = name
        .strip_prefix(b"\"")
        .and_then(|name| name.strip_suffix(b"\""));
    let atext = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_+=".contains(byte);
    let mut halves = address.splitn(2, |byte| *byte == b'@');
    let sound =
        |half: Option<&[u8]>| half.is_some_and(|half| !half.is_empty() && half.iter().all(atext));
    let rooted = address.ends_with(b".");
    bare(inside.unwrap_or(name)) && sound(halves.next()) && sound(halves.next()) && !rooted
}
