//! Active HTML in charsets in which its tags do not look like tags (`ch`).

use super::{Draft, Slot, Trick, trick};
use crate::make::encode::base64_lines;

pub(super) const TRICKS: &[Trick] = &[trick("ch-script-in-html", Slot::Container, script_in_html)];

/// An HTML file with a script in a charset in which its tags do not look like tags.
fn script_in_html(draft: &mut Draft) {
    let script = format!(
        "<html><head></head><body><script>/* {} */ run()</script></body></html>",
        draft.load.mark
    );
    let wide = |big: bool, units: &str| -> Vec<u8> {
        let pair = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.encode_utf16().flat_map(pair).collect()
    };
    let utf7 = script.replace('<', "+ADw-").replace('>', "+AD4-");
    let (charset, content) = match draft.random.below(6) {
        0 => ("utf-7", utf7.into_bytes()),
        1 => ("utf-16", wide(false, &format!("\u{feff}{script}"))),
        2 => ("utf-16be", wide(true, &script)),
        3 => ("utf-16le", wide(false, &script)),
        4 => ("us-ascii", wide(false, &format!("\u{feff}{script}"))),
        _ => ("x-unknown", script.into_bytes()),
    };
    draft.load.content = content;
    draft.load.forbidden = true;
    draft.load.name = "page.html";
    let head = format!(
        "Content-Type: text/html; charset={charset}; name=\"page.html\"\r\nContent-Disposition: attachment; filename=\"page.html\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(&draft.load.content)
    );
    draft.entity = Some(head.into_bytes());
}
