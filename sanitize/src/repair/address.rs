//! The address of a mailbox (RFC 5322, section 3.4.1), out of whatever it is written in.

use super::words::shown;

/// Octets of an address that fits on a line.
const ADDRESS_MOST: usize = 900;

/// The address in what stands between brackets, or alone: without route, blanks and comments. And whether it was clean.
pub(super) fn address(inside: &str) -> (String, bool) {
    let trimmed = inside.trim();
    // Who looks for the domain of the sender does not decode: what is not there to be seen does not count.
    let hidden = trimmed
        .rsplit_once('@')
        .is_none_or(|(_, domain)| domain.contains("?="));
    let mut text = match trimmed.contains("=?") {
        true if hidden => return (String::new(), false),
        true => shown(trimmed),
        false => trimmed.to_owned(),
    };
    if let Some(route) = text.strip_prefix('@').and_then(|_| text.rfind(':')) {
        text = text.split_off(route.saturating_add(1));
    }
    if text
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"))
    {
        text = text.split_off(7);
    }
    text = without_comments(&text);
    if !text.starts_with('"') || !text.contains("\"@") {
        text = joined(&text);
    }
    if let Some((local, domain)) = text
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\"@"))
        // Quotes around what needs none mean nothing (RFC 5322, section 3.4.1).
        && !local.is_empty()
        && local.bytes().all(is_atom)
    {
        text = format!("{local}@{domain}");
    }
    // The root of all domains is meant, and not everybody knows that it may be written.
    if text.contains('@') && text.ends_with('.') {
        text.truncate(text.trim_end_matches('.').len());
    }
    let clean = text == trimmed && is_sound(&text);
    (if is_sound(&text) { text } else { String::new() }, clean)
}

/// The addresses in what stands between brackets, which should be one, and whether it was clean. At least one is given,
/// if only an empty one.
pub(super) fn addresses(inside: &str) -> (Vec<String>, bool) {
    let (one, clean) = address(inside);
    if one.is_empty() && inside.matches('@').count() > 1 {
        let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        let pieces = inside.split(between).filter(|piece| piece.contains('@'));
        let several: Vec<String> = pieces.map(|piece| address(piece).0).collect();
        if several.len() > 1 && several.iter().all(|one| !one.is_empty()) {
            return (several, false);
        }
    }
    (vec![one], clean)
}

/// An address without quotes in one piece: no brackets, no white space around dots and the `@`; quotes around a local part
/// that has some inside.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| !matches!(c, '<' | '>' | '\\')) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        let apart = blank && !matches!(c, '@' | '.') && !joined.ends_with(['@', '.']);
        if apart && !joined.is_empty() {
            joined.push(' ');
        }
        blank = false;
        joined.push(c);
    }
    match joined.split_once('@') {
        Some((local, domain)) if local.contains(' ') && !local.contains('"') => {
            format!("\"{local}\"@{domain}")
        }
        _ => joined,
    }
}

fn without_comments(text: &str) -> String {
    let mut depth = 0u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Whether an address is one that every client takes for the same: a local part and a domain, and one `@` in between.
/// A local part alone is one too, for mail that never left its host.
fn is_sound(address: &str) -> bool {
    if address.len() > ADDRESS_MOST {
        return false;
    }
    let special = |c: char| c.is_whitespace() || c.is_control() || "()<>[]:;,\\\"".contains(c);
    let wild = |c: char| c.is_control() || "<>@\\\"".contains(c);
    let literal = |domain: &str| {
        let inside = domain
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        inside.is_some_and(|inside| {
            inside
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c))
        })
    };
    let Some((local, domain)) = address.rsplit_once('@') else {
        return !address.is_empty() && !address.contains("=?") && !address.chars().any(special);
    };
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let local = match quoted {
        Some(inside) => !inside.is_empty() && !inside.contains(wild),
        None => !local.is_empty() && !local.contains(special) && !local.contains('@'),
    };
    local && !domain.is_empty() && (literal(domain) || !domain.chars().any(special))
}

/// Whether a character may stand in a local part without quotes.
fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}
