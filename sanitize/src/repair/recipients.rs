//! Fields that hold a list of addresses: the same ones, the same for everybody who looks.
//!
//! No address is lost, and none is made: a list that is read differently is written as one of mailboxes with a comma between
//! them. What is shown without an address in front of a mailbox with a name is the start of that name; elsewhere it becomes
//! an empty group (RFC 6854), which everybody shows as text. Groups lose their names with their ends.

use super::address::address;
use super::display::{disarmed, shown};
use super::mailbox::{Form, Mailbox};
use super::mailboxes::Mailboxes;
use super::phrase;
use super::plain::is_plain;
use crate::defect::Code;
use crate::map::Field;
use crate::plan::FieldValue;
use crate::value::unstructured;

/// The fields, but for From (RFC 5322, sections 3.6.2, 3.6.3 and 3.6.6).
const LISTS: [&str; 11] = [
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "resent-from",
    "resent-sender",
    "resent-reply-to",
    "resent-to",
    "resent-cc",
    "resent-bcc",
];

/// What a list says that names nobody.
const NOBODY: &str = "undisclosed-recipients";

/// Column behind which a line is folded (RFC 5322, section 2.1.1).
const COLUMN_MOST: usize = 78;

/// Whether the field is one of them.
pub(super) fn holds(field: &Field) -> bool {
    LISTS.iter().any(|name| field.means(name))
}

/// What is wrong with the value of such a field.
pub(super) fn flaw(raw_value: &[u8]) -> Option<Code> {
    let quick = |byte: &u8| !b"\"(;:".contains(byte);
    if raw_value.iter().all(quick) && raw_value.split(|byte| *byte == b',').all(is_plain) {
        return None;
    }
    let boxes = Mailboxes::read(raw_value);
    let bracketed = |mailbox: &Mailbox| mailbox.form == Form::Bracketed;
    let disguised = boxes.list.iter().any(is_disguised);
    let addressed = raw_value.contains(&b'@');
    if disguised
        || addressed && (boxes.broken || boxes.gaps || cuts(&boxes.list, bracketed).contains(&true))
    {
        return Some(Code::AddressListSyntax);
    }
    let nameless = |mailbox: &Mailbox| mailbox.is_name() && mailbox.form != Form::Comment;
    let odd = boxes.broken || boxes.list.iter().any(nameless);
    odd.then_some(Code::RecipientWithoutAddress)
}

/// The field written anew.
pub(super) fn repaired(raw_value: &[u8], column: usize) -> FieldValue {
    let mut boxes = Mailboxes::read(raw_value);
    boxes
        .list
        .retain(|mailbox| entry(mailbox, &shown(mailbox)).is_some());
    let mut list = List {
        octets: Vec::new(),
        column,
    };
    let mut names: Vec<String> = Vec::new();
    let addressed = boxes.list.iter().any(|mailbox| !found(mailbox).is_empty());
    for (mailbox, cut) in boxes
        .list
        .iter()
        .zip(cuts(&boxes.list, |mailbox| !alone(mailbox)))
    {
        if cut {
            names.push(mailbox.display.clone());
            continue;
        }
        names.push(shown(mailbox));
        names.retain(|name| says(name));
        if let Some(entry) = entry(mailbox, &std::mem::take(&mut names).join(", ")) {
            list.push(entry.as_bytes());
        }
    }
    if list.octets.is_empty() || !addressed && boxes.broken {
        let text = unstructured(raw_value);
        let ends = |c: char| c.is_whitespace() || "<>:;,".contains(c);
        let text = disarmed(text.trim_matches(ends), "");
        return phrase::empty_group(if says(&text) { &text } else { NOBODY }, column);
    }
    FieldValue::trusted(list.octets)
}

/// Of each mailbox whether it is the start of a name that a comma cuts, and that goes on in the next one:
/// `Example, Jane <jane@example.org>`. Some programs read one entry, others two.
fn cuts(list: &[Mailbox], goes_on_in: fn(&Mailbox) -> bool) -> Vec<bool> {
    let mut goes_on = false;
    let mut cuts: Vec<bool> = list
        .iter()
        .rev()
        .map(|mailbox| {
            let cut = goes_on && alone(mailbox) && found(mailbox).is_empty();
            goes_on = cut || goes_on_in(mailbox) && !mailbox.display.is_empty();
            cut
        })
        .collect();
    cuts.reverse();
    cuts
}

/// Whether it stands there without an address of its own.
fn alone(mailbox: &Mailbox) -> bool {
    !matches!(mailbox.form, Form::Bracketed | Form::Bare)
}

/// Whether an address is read in it by some programs only: by those that read what stands in quotes, or that decode before
/// they cut.
fn is_disguised(mailbox: &Mailbox) -> bool {
    mailbox.address.is_empty() && mailbox.form != Form::Bracketed && mailbox.display.contains('@')
}

/// The address of a mailbox: the one that stands in quotes, if there is no other.
fn found(mailbox: &Mailbox) -> String {
    if mailbox.form != Form::Quoted || mailbox.encoded {
        return mailbox.address.clone();
    }
    let (quoted, clean) = address(&mailbox.display);
    let is = clean && quoted.contains('@');
    if is { quoted } else { String::new() }
}

fn says(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A list as far as it is written.
struct List {
    octets: Vec<u8>,
    column: usize,
}

impl List {
    /// Writes an entry behind the others.
    fn push(&mut self, entry: &[u8]) {
        let long = self.column.saturating_add(entry.len()).saturating_add(3) > COLUMN_MOST;
        if !self.octets.is_empty() {
            let folded = long || entry.contains(&b'\n');
            let comma: &[u8] = if folded { b",\n " } else { b", " };
            self.octets.extend_from_slice(comma);
            self.column = if folded {
                1
            } else {
                self.column.saturating_add(2)
            };
        }
        self.octets.extend_from_slice(entry);
        let line = entry.rsplit(|byte| *byte == b'\n').next();
        let line = line.map_or(0, <[u8]>::len);
        let folded = entry.contains(&b'\n');
        self.column = if folded {
            line
        } else {
            self.column.saturating_add(line)
        };
    }
}

/// A mailbox as an entry with the name that is shown for it: what has no address as an empty group, a local part as it is.
/// None if it says nothing.
fn entry(mailbox: &Mailbox, name: &str) -> Option<FieldValue> {
    let address = found(mailbox);
    let local = address_like(name);
    if mailbox.form == Form::Word && !local.is_empty() {
        return Some(FieldValue::trusted(local.into_bytes()));
    }
    if address.is_empty() {
        let text = disarmed(&format!("{name} {}", mailbox.unread), "");
        let silent = !says(&text) || mailbox.form == Form::Comment && !is_disguised(mailbox);
        return (!silent).then(|| phrase::empty_group(&text, 1));
    }
    let quoted = mailbox.form == Form::Quoted;
    let name = if quoted {
        ""
    } else {
        &disarmed(name, &address)
    };
    if name.is_empty() && !address.contains('@') {
        // Without brackets it could be the start of a name.
        return Some(FieldValue::trusted(format!("<{address}>").into_bytes()));
    }
    Some(phrase::mailbox(name, &address, 1))
}

/// A local part alone, as it can be written; empty if this is none.
fn address_like(word: &str) -> String {
    let (local, clean) = address(word);
    if clean && !local.contains('@') {
        local
    } else {
        String::new()
    }
}
