//! Attributes that hold code.

use crate::look::bytes::slice;

/// The longest name of an event, and what stands before it.
const NAME: usize = 32;

/// Whether `before` an equals sign ends in the name of an attribute that holds code.
pub(super) fn is_attribute(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let before = slice(before, before.len().saturating_sub(NAME), NAME);
    let letter = |octet: &u8| octet.is_ascii_alphanumeric();
    let Some(start) = before.iter().rposition(|octet| !letter(octet)) else {
        return false;
    };
    let name = slice(before, start.saturating_add(1), NAME);
    // In text, and in the query of an address, other things stand before a word.
    let stands = before.get(start).is_some_and(|octet| {
        octet.is_ascii_whitespace() || matches!(octet, b'"' | b'\'' | b'/' | 0x0B)
    });
    stands && (name.eq_ignore_ascii_case(b"srcdoc") || is_event(name))
}

fn is_event(name: &[u8]) -> bool {
    let starts =
        |name: &[u8], start: &[u8]| slice(name, 0, start.len()).eq_ignore_ascii_case(start);
    let event = slice(name, 2, NAME);
    starts(name, b"on") && EVENTS.iter().any(|known| starts(event, known))
}

/// How the names of events begin (HTML, "Event handlers"; SVG 2, section 16.2; and those of old browsers).
const EVENTS: &[&[u8]] = &[
    b"abort",
    b"activate",
    b"after",
    b"animation",
    b"auxclick",
    b"before",
    b"begin",
    b"blur",
    b"bounce",
    b"cancel",
    b"canplay",
    b"cellchange",
    b"change",
    b"click",
    b"close",
    b"content",
    b"copy",
    b"cuechange",
    b"cut",
    b"data",
    b"dblclick",
    b"deactivate",
    b"drag",
    b"drop",
    b"duration",
    b"emptied",
    b"end",
    b"error",
    b"filter",
    b"finish",
    b"focus",
    b"formdata",
    b"fullscreen",
    b"gotpointer",
    b"hashchange",
    b"help",
    b"input",
    b"invalid",
    b"key",
    b"language",
    b"layout",
    b"load",
    b"lostpointer",
    b"losecapture",
    b"message",
    b"mouse",
    b"move",
    b"offline",
    b"online",
    b"page",
    b"paste",
    b"pause",
    b"play",
    b"pointer",
    b"popstate",
    b"progress",
    b"property",
    b"ratechange",
    b"readystate",
    b"rejection",
    b"repeat",
    b"reset",
    b"resize",
    b"row",
    b"scroll",
    b"search",
    b"security",
    b"seek",
    b"select",
    b"show",
    b"slotchange",
    b"stalled",
    b"start",
    b"storage",
    b"submit",
    b"suspend",
    b"timeupdate",
    b"toggle",
    b"touch",
    b"transition",
    b"unhandled",
    b"unload",
    b"volume",
    b"waiting",
    b"webkit",
    b"wheel",
    b"zoom",
];
