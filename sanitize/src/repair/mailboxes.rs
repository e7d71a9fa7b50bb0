//! The mailboxes of an address field (RFC 5322, section 3.4, with the obsolete forms), whatever stands around them.
//!
//! Nothing is refused: what cannot be right is noted in [`Mailboxes::broken`], and read as most clients do.

use super::address::{address, addresses};
use super::mailbox::{self, Form, Mailbox};
use super::tokens::{Token, Tokens};
use crate::value::{to_text, unfold};

/// What an address field holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mailboxes {
    /// The mailboxes in order, those in groups too.
    pub(super) list: Vec<Mailbox>,
    /// Whether a group stands in it.
    pub(super) group: bool,
    /// Whether it breaks the grammar in a way that clients read differently.
    pub(super) broken: bool,
    /// Whether an entry of the list is empty, but for one behind the last comma.
    pub(super) gaps: bool,
}

impl Mailboxes {
    /// Reads the value of an address field.
    pub(super) fn read(raw_value: &[u8]) -> Self {
        let split = splits_a_word(raw_value);
        let octets: Vec<u8> = unfold(raw_value)
            .into_iter()
            .map(|byte| if byte.is_ascii_control() { b' ' } else { byte })
            .collect();
        let tokens = Tokens::cut(&to_text(&octets, None));
        let mut reading = Reading {
            boxes: Mailboxes {
                broken: tokens.broken || split,
                ..Mailboxes::default()
            },
            item: Vec::new(),
            groups: tokens.list.iter().any(|token| token.is_mark(';')),
            inside: false,
            closed: false,
        };
        for token in tokens.list {
            reading.take(token);
        }
        reading.end_item();
        reading.boxes.broken |= reading.inside;
        reading.boxes
    }
}

/// Whether a line ends inside what can only be an address: right behind or in front of its `@`.
fn splits_a_word(raw_value: &[u8]) -> bool {
    let mut lines = raw_value
        .trim_ascii()
        .split(|byte| *byte == b'\n')
        .peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().map(|next| next.trim_ascii());
        let cut = |next: &[u8]| line.trim_ascii().ends_with(b"@") || next.starts_with(b"@");
        if next.is_some_and(cut) {
            return true;
        }
    }
    false
}

/// The list as far as it has been read.
struct Reading {
    boxes: Mailboxes,
    item: Vec<Token>,
    /// Whether a semicolon stands somewhere: only then can a colon begin a group.
    groups: bool,
    /// Whether a group is open.
    inside: bool,
    /// Whether a group has ended, and nothing stands behind it yet.
    closed: bool,
}

impl Reading {
    fn take(&mut self, token: Token) {
        let begins_group = |item: &[Token]| {
            !item.is_empty()
                && item.iter().all(|token| {
                    matches!(token, Token::Word { text, .. } if !text.contains('@'))
                        || token.is_text()
                })
        };
        match &token {
            Token::Mark(',') => {
                self.boxes.gaps |= self.item.is_empty() && !self.closed;
                self.closed = false;
                self.end_item();
            }
            Token::Mark(';') => {
                self.end_item();
                self.boxes.broken |= !self.inside;
                self.closed = self.inside;
                self.inside = false;
            }
            Token::Mark(':') if self.groups && !self.inside && begins_group(&self.item) => {
                self.item.clear();
                self.boxes.group = true;
                self.inside = true;
            }
            Token::Mark(_) => {
                self.boxes.broken = true;
                if self.item.iter().all(Token::is_mailto) {
                    self.item.clear();
                }
            }
            _ => {
                // A group is one entry of the list: a comma stands behind it.
                self.boxes.broken |= self.closed && !matches!(token, Token::Comment(_));
                self.closed = false;
                self.item.push(token);
            }
        }
    }

    /// Makes a mailbox, or several, of what was gathered.
    fn end_item(&mut self) {
        let item = std::mem::take(&mut self.item);
        let angles = item.iter().filter(|token| matches!(token, Token::Angle(_)));
        match angles.count() {
            0 if item.is_empty() => {}
            0 => self.bare(&item),
            count => {
                self.boxes.broken |= count > 1;
                self.angled(item);
            }
        }
    }

    /// Mailboxes with brackets: what stands in front of each is its display name.
    fn angled(&mut self, item: Vec<Token>) {
        let mut before = Vec::new();
        let mut after = false;
        for token in item {
            if let Token::Angle(inside) = &token {
                let (addresses, clean) = addresses(inside);
                self.boxes.broken |= !clean || before.iter().any(Token::has_at);
                let mut mailbox = mailbox::describe(&before);
                before.clear();
                after = true;
                for address in addresses {
                    self.boxes.broken |= address.is_empty();
                    self.push(std::mem::take(&mut mailbox), address, inside);
                }
            } else if after
                && let (Token::Comment(text), Some(last)) = (&token, self.boxes.list.last_mut())
            {
                last.comment(text);
            } else {
                before.push(token);
            }
        }
        // Text behind the last bracket belongs to nothing; an address in it counts as one more sender.
        if !before.is_empty() {
            self.boxes.broken = true;
            if before.iter().any(Token::has_at) {
                self.bare(&before);
            }
        }
    }

    /// Adds a mailbox with the address that was read in `text`.
    fn push(&mut self, mut mailbox: Mailbox, address: String, text: &str) {
        if address.is_empty() {
            text.clone_into(&mut mailbox.unread);
        }
        mailbox.address = address;
        self.boxes.list.push(mailbox);
    }

    /// A mailbox without brackets: the words that hold an `@` are addresses.
    fn bare(&mut self, item: &[Token]) {
        let mut rest = Vec::new();
        let mut addresses = Vec::new();
        let (comments, words): (Vec<Token>, Vec<Token>) = item
            .iter()
            .cloned()
            .partition(|token| matches!(token, Token::Comment(_)));
        rest.extend(comments);
        for chunk in chunks(&words) {
            let text: String = chunk.iter().map(Token::source).collect();
            if chunk.iter().any(Token::has_at) {
                let (address, clean) = address(&text);
                let spaced = chunk.iter().skip(1).any(Token::is_spaced);
                self.boxes.broken |= !clean || spaced;
                addresses.push((address, text));
            } else {
                rest.extend(chunk.iter().cloned());
            }
        }
        let mut mailbox = mailbox::describe(&rest);
        let named = rest.iter().any(|token| !matches!(token, Token::Comment(_)));
        let first_comment = matches!(item.first(), Some(Token::Comment(_)));
        if addresses.is_empty() {
            mailbox.form = mailbox::form(&rest);
            self.boxes.list.push(mailbox);
            return;
        }
        mailbox.form = Form::Bare;
        self.boxes.broken |= named || first_comment || addresses.len() > 1;
        for (address, text) in addresses {
            self.push(std::mem::take(&mut mailbox), address, &text);
        }
    }
}

/// Runs of tokens without white space in between. White space next to an `@`, or around the dots of a domain, does not count.
fn chunks(item: &[Token]) -> Vec<Vec<Token>> {
    let mut chunks: Vec<Vec<Token>> = Vec::new();
    let mut domain = false;
    for token in item {
        let text = token.text();
        let joins = chunks
            .last()
            .and_then(|chunk| chunk.last())
            .is_some_and(|last| {
                let dotted = domain && (text.starts_with('.') || last.text() == ".");
                let at = text.starts_with('@') || last.text().ends_with('@');
                !token.is_spaced() || at || dotted
            });
        domain = joins && domain || token.has_at();
        match chunks.last_mut() {
            Some(chunk) if joins => chunk.push(token.clone()),
            _ => chunks.push(vec![token.clone()]),
        }
    }
    chunks
}
