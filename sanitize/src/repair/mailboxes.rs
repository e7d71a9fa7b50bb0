//! The mailboxes of an address field (RFC 5322, section 3.4, with the obsolete forms), whatever stands around them.
//!
//! Nothing is refused: what cannot be right is noted in [`Mailboxes::broken`], and read as most clients do.

use super::address::address;
use super::tokens::{Token, Tokens};
use super::words::shown;
use crate::value::{to_text, unfold};

/// One mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    /// What is shown for it: encoded words decoded, comments behind it in parentheses.
    pub(super) display: String,
    /// Comments, decoded.
    pub(super) comments: Vec<String>,
    /// The address; empty if there is none.
    pub(super) address: String,
    /// Whether the display name holds encoded words.
    pub(super) encoded: bool,
}

/// What an address field holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mailboxes {
    /// The mailboxes in order, those in groups too.
    pub(super) list: Vec<Mailbox>,
    /// Whether a group stands in it.
    pub(super) group: bool,
    /// Whether it breaks the grammar in a way that clients read differently.
    pub(super) broken: bool,
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
            Token::Mark(',') => self.end_item(),
            Token::Mark(';') => {
                self.end_item();
                self.boxes.broken |= !self.inside;
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
            _ => self.item.push(token),
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
                let (address, clean) = address(inside);
                self.boxes.broken |= !clean || address.is_empty();
                let mut mailbox = describe(&before);
                self.boxes.broken |= before.iter().any(Token::has_at);
                mailbox.address = address;
                before.clear();
                after = true;
                self.boxes.list.push(mailbox);
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
                addresses.push(address);
            } else {
                rest.extend(chunk.iter().cloned());
            }
        }
        let mut mailbox = describe(&rest);
        let named = rest.iter().any(|token| !matches!(token, Token::Comment(_)));
        let first_comment = matches!(item.first(), Some(Token::Comment(_)));
        if addresses.is_empty() {
            // A local part alone is left to the one who reads it.
            let word = matches!(rest.as_slice(), [Token::Word { .. }]);
            self.boxes.broken |= !word;
            self.boxes.list.push(mailbox);
            return;
        }
        self.boxes.broken |= named || first_comment || addresses.len() > 1;
        for address in addresses {
            mailbox.address = address;
            self.boxes.list.push(std::mem::take(&mut mailbox));
        }
    }
}

impl Mailbox {
    /// Adds a comment that stands behind the address.
    fn comment(&mut self, text: &str) {
        let text = shown(text);
        if self.display.is_empty() {
            self.display.clone_from(&text);
        }
        self.comments.push(text);
    }
}

/// The display name that these tokens make.
fn describe(tokens: &[Token]) -> Mailbox {
    let mut mailbox = Mailbox::default();
    let mut source = String::new();
    for token in tokens {
        match token {
            Token::Comment(text) => mailbox.comments.push(shown(text)),
            token => {
                if token.is_spaced() && !source.is_empty() {
                    source.push(' ');
                }
                source.push_str(&token.text());
            }
        }
    }
    mailbox.encoded = source.contains("=?");
    mailbox.display = shown(&source);
    if mailbox.display.is_empty()
        && let Some(comment) = mailbox.comments.first()
    {
        mailbox.display.clone_from(comment);
    }
    mailbox
}

/// Runs of tokens without white space in between. White space next to an `@` does not count.
fn chunks(item: &[Token]) -> Vec<Vec<Token>> {
    let mut chunks: Vec<Vec<Token>> = Vec::new();
    for token in item {
        let at_start = token.text().starts_with('@');
        let joins = chunks
            .last()
            .and_then(|chunk| chunk.last())
            .is_some_and(|last| !token.is_spaced() || at_start || last.text().ends_with('@'));
        match chunks.last_mut() {
            Some(chunk) if joins => chunk.push(token.clone()),
            _ => chunks.push(vec![token.clone()]),
        }
    }
    chunks
}
