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
    match text
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\"@"))
    {
        // Quotes around what needs none mean nothing (RFC 5322, section 3.4.1).
        Some((local, domain)) if !local.is_empty() && local.bytes().all(is_atom) => {
            text = format!("{local}@{domain}");
        }
        Some(_) => {}
        None => text.retain(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | '\\')),
    }
    let clean = text == trimmed && is_sound(&text);
    (if is_sound(&text) { text } else { String::new() }, clean)
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
        return !address.is_empty() && !address.chars().any(special);
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
