//! The From field: one author, one address, the same for everybody who looks.
//!
//! Of several mailboxes the first one stays: some clients show that one, some all of them, and rules on the sender
//! (RFC 7489, section 6.6.1) know one only. A display name that shows another address loses the `@` of it. A field that has no
//! usable address becomes an empty group (RFC 6854), which everybody shows as text without an address.

use super::display::{ATS, disarmed, is_invisible, same, shown};
use super::mailbox::Mailbox;
use super::mailboxes::Mailboxes;
use super::phrase;
use super::plain::is_plain;
use crate::defect::Code;
use crate::plan::FieldValue;
use crate::value::{decode_words, unstructured};

/// What a field is called that has neither address nor name.
const NOBODY: &str = "unknown-sender";

/// Octets of a From field that is left as it is; one mailbox is never as long. Some programs read no sender in a longer one.
const VALUE_MOST: usize = 8_192;

/// What is wrong with the value of a From field.
pub(super) fn flaws(raw_value: &[u8]) -> Vec<Code> {
    let endless = raw_value.len() > VALUE_MOST;
    if !endless && is_plain(raw_value) {
        return Vec::new();
    }
    let boxes = Mailboxes::read(raw_value);
    let mut codes = Vec::new();
    let nobody = boxes.list.is_empty();
    let local = |mailbox: &Mailbox| !mailbox.address.contains('@');
    let addressed = raw_value.contains(&b'@') || raw_value.contains(&b'<') || nobody;
    let locals = boxes.list.iter().filter(|mailbox| local(mailbox)).count();
    let others = boxes.list.len().saturating_sub(locals);
    if others > 1 {
        codes.push(Code::SeveralSenders);
    }
    let mixed = locals > 0 && others > 0;
    let broken = boxes.broken || boxes.list.iter().any(Mailbox::is_name);
    if (broken && addressed) || mixed || endless || (nobody != boxes.group) {
        codes.push(Code::AddressSyntax);
    } else if locals > 0 {
        codes.push(Code::SenderWithoutAddress);
    }
    if boxes.list.iter().any(looks_alike) {
        codes.push(Code::LookAlikeSender);
    }
    codes
}

/// The field written anew.
pub(super) fn repaired(raw_value: &[u8], column: usize) -> FieldValue {
    let boxes = Mailboxes::read(raw_value);
    let usable = |mailbox: &Mailbox| mailbox.address.contains('@');
    if let Some(at) = boxes.list.iter().position(usable)
        && let Some((mailbox, before)) = boxes.list.get(..=at).and_then(<[_]>::split_last)
    {
        // What stands in front of a comma without an address is the start of a name: `Example, Jane <jane@example.org>`.
        let names = before.iter().map(|name| name.display.clone());
        let names: Vec<String> = names
            .chain([shown(mailbox)])
            .filter(|name| !name.is_empty())
            .collect();
        let display = disarmed(&names.join(", "), &mailbox.address);
        return phrase::mailbox(&display, &mailbox.address, column);
    }
    let text = boxes.list.first().map_or("", |mailbox| &mailbox.display);
    let text = if text.is_empty() {
        unstructured(raw_value)
    } else {
        text.to_owned()
    };
    let text = text.trim();
    let inside = text
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    let text = disarmed(inside.unwrap_or(text), "");
    let says = text.chars().any(char::is_alphanumeric);
    phrase::empty_group(if says { &text } else { NOBODY }, column)
}

/// Whether what is shown for a mailbox looks like another address than the one that it has.
///
/// A name in quotes that mentions an address (`"jane@example.org via Lists"`) is no attempt to pass for it, and read alike
/// everywhere. A name that is nothing but an address elsewhere is, and so is one in a comment, in brackets or encoded, where
/// some programs take it for the address.
fn looks_alike(mailbox: &Mailbox) -> bool {
    let hidden = |text: &str| text.chars().any(is_invisible);
    let own = &mailbox.address;
    let display = &mailbox.display;
    let whole = display.trim_matches(|c: char| c.is_whitespace() || "'\".".contains(c));
    let mut shown = words(display).filter(|word| !same(word, own));
    let bold = mailbox.encoded || display.contains('<') || hidden(display);
    let twice = mailbox.encoded && decode_words(display) != *display;
    twice
        || shown.any(|word| bold || (word.len() == whole.len() && !related(word, own)))
        || mailbox
            .comments
            .iter()
            .any(|comment| words(comment).any(|word| !same(word, own)))
}

/// The words of a text that look like addresses of the Internet.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || "<>\"'(),;:[]".contains(c);
    text.split(between).filter(|word| {
        word.split_once(ATS).is_some_and(|(local, domain)| {
            !local.is_empty() && domain.trim_matches('.').contains('.')
        })
    })
}

/// Whether two addresses are of one organization, as far as names tell: the last two labels of their domains are equal.
fn related(one: &str, other: &str) -> bool {
    let site = |address: &str| {
        let domain = address
            .rsplit(ATS)
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let labels: Vec<String> = domain.rsplit('.').take(2).map(str::to_owned).collect();
        labels
    };
    site(one) == site(other)
}
