//! One mailbox: its address, what is shown for it, and how it is written.

use super::tokens::Token;
use super::words::shown;

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
    /// How it is written.
    pub(super) form: Form,
    /// What stands where an address should, if none can be told from it.
    pub(super) unread: String,
}

/// How a mailbox is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// An address in brackets.
    #[default]
    Bracketed,
    /// An address alone.
    Bare,
    /// A word alone: a local part, or the start of a name.
    Word,
    /// Quoted strings alone.
    Quoted,
    /// Words without an address.
    Name,
    /// Comments alone, which say nothing.
    Comment,
}
impl Mailbox {
    /// Whether it is something without an address that is no local part. A local part alone is left to the one who reads it.
    pub(super) fn is_name(&self) -> bool {
        self.address.is_empty() && matches!(self.form, Form::Quoted | Form::Name | Form::Comment)
    }

    /// Adds a comment that stands behind the address.
    pub(super) fn comment(&mut self, text: &str) {
        let text = shown(text);
        if self.display.is_empty() {
            self.display.clone_from(&text);
        }
        self.comments.push(text);
    }
}

/// How something without an address is written.
pub(super) fn form(tokens: &[Token]) -> Form {
    match tokens {
        [Token::Word { .. }] => Form::Word,
        [Token::Quoted { .. }, ..] if tokens.iter().all(Token::is_text) => Form::Quoted,
        _ if tokens
            .iter()
            .all(|token| matches!(token, Token::Comment(_))) =>
        {
            Form::Comment
        }
        _ => Form::Name,
    }
}

/// The display name that these tokens make.
pub(super) fn describe(tokens: &[Token]) -> Mailbox {
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
