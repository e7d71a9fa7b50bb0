//! The mailboxes of an address field (RFC 5322, section 3.4, with the obsolete forms), whatever stands around them.
//!
//! Nothing is refused: what cannot be right is noted in [`Mailboxes::broken`], and read as most clients do.

use super::tokens::{Token, Tokens};
use crate::value::{decode_words, to_text, unfold};

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
        for chunk in chunks(item) {
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
        let text = decoded(text);
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
            Token::Comment(text) => mailbox.comments.push(decoded(text)),
            token => {
                if token.is_spaced() && !source.is_empty() {
                    source.push(' ');
                }
                source.push_str(&token.text());
            }
        }
    }
    mailbox.encoded = source.contains("=?");
    mailbox.display = decoded(&source);
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
            .is_some_and(|last| {
                let at_end = last.text().ends_with('@');
                let sorts = matches!(last, Token::Comment(_)) || matches!(token, Token::Comment(_));
                !sorts && (!token.is_spaced() || at_start || at_end)
            });
        match chunks.last_mut() {
            Some(chunk) if joins => chunk.push(token.clone()),
            _ => chunks.push(vec![token.clone()]),
        }
    }
    chunks
}

/// The address in what stands between brackets, or alone: without route, blanks and comments. And whether it was clean.
fn address(inside: &str) -> (String, bool) {
    let trimmed = inside.trim();
    let mut text = if trimmed.contains("=?") {
        decoded(trimmed)
    } else {
        trimmed.to_owned()
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

/// A text with its encoded words decoded.
fn decoded(text: &str) -> String {
    decode_words(text).trim().to_owned()
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
