//! An address field cut into tokens (RFC 5322, section 3.2), without refusing anything.

/// A piece of an address field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Characters that need no quotes; `spaced` says that white space stands in front.
    Word {
        /// As written.
        text: String,
        /// Whether white space stands in front.
        spaced: bool,
    },
    /// A quoted string, without quotes and escapes.
    Quoted {
        /// What stands between the quotes.
        text: String,
        /// Whether white space stands in front.
        spaced: bool,
    },
    /// What a comment says.
    Comment(String),
    /// What stands between angle brackets.
    Angle(String),
    /// A comma, semicolon or colon.
    Mark(char),
}

impl Token {
    pub(super) fn is_mark(&self, mark: char) -> bool {
        *self == Token::Mark(mark)
    }

    /// Whether it is a quoted string or a comment.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Token::Quoted { .. } | Token::Comment(_))
    }

    /// Whether it is a word that holds an `@`.
    pub(super) fn has_at(&self) -> bool {
        matches!(self, Token::Word { text, .. } if text.contains('@'))
    }

    pub(super) fn is_mailto(&self) -> bool {
        matches!(self, Token::Word { text, .. } if text.eq_ignore_ascii_case("mailto"))
    }

    pub(super) fn is_spaced(&self) -> bool {
        match self {
            Token::Word { spaced, .. } | Token::Quoted { spaced, .. } => *spaced,
            _ => true,
        }
    }

    /// What it says.
    pub(super) fn text(&self) -> String {
        match self {
            Token::Word { text, .. }
            | Token::Quoted { text, .. }
            | Token::Comment(text)
            | Token::Angle(text) => text.clone(),
            Token::Mark(mark) => mark.to_string(),
        }
    }

    /// What it says, with quotes where it had some.
    pub(super) fn source(&self) -> String {
        match self {
            Token::Quoted { text, .. } => format!("\"{text}\""),
            token => token.text(),
        }
    }
}

/// The tokens of a field, and whether quotes, parentheses and brackets pair.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    /// Something is open that never ends, ends that was never open, or is escaped outside quotes.
    pub(super) broken: bool,
    /// What is known to have no end in the rest of the field: it is looked for once.
    endless: [bool; 3],
}

impl Tokens {
    /// Cuts the value of a field.
    pub(super) fn cut(value: &str) -> Self {
        let mut tokens = Tokens::default();
        let mut rest = value;
        let mut spaced = false;
        while let Some(c) = rest.chars().next() {
            let inside = rest.get(c.len_utf8()..).unwrap_or_default();
            let taken = match c {
                '"' => tokens.enclosed(0, inside, quoted),
                '(' => tokens.enclosed(1, inside, comment),
                // Of two brackets that open, the second one counts.
                '<' if opens_again(inside) => None,
                '<' => tokens.enclosed(2, inside, angle),
                _ => None,
            };
            if let Some((text, after)) = taken {
                tokens.list.push(match c {
                    '"' => Token::Quoted { text, spaced },
                    '(' => Token::Comment(text),
                    _ => Token::Angle(text),
                });
                rest = after;
                // A comment is as good as a blank (RFC 5322, section 3.2.2).
                spaced = c == '(';
                continue;
            }
            match c {
                ',' | ';' | ':' => tokens.list.push(Token::Mark(c)),
                '"' | '(' | '<' | ')' | '>' => tokens.broken = true,
                c if c.is_whitespace() => {}
                _ => {
                    tokens.broken |= c == '\\';
                    rest = tokens.word(rest, spaced);
                    spaced = false;
                    continue;
                }
            }
            spaced = true;
            rest = inside;
        }
        tokens
    }

    /// Takes a word, which may begin with an escaped character. Gives what follows it.
    fn word<'a>(&mut self, rest: &'a str, spaced: bool) -> &'a str {
        let word = rest.strip_prefix('\\').unwrap_or(rest);
        let escaped = if word.len() < rest.len() {
            word.chars().next().map_or(0, char::len_utf8)
        } else {
            0
        };
        let end = word.get(escaped..).and_then(|rest| rest.find(ends_word));
        let end = end.map_or(word.len(), |end| end.saturating_add(escaped));
        let encoded = encoded_word(word);
        let end = encoded.or_else(|| literal(word, end)).unwrap_or(end);
        let (text, after) = word.split_at_checked(end).unwrap_or((word, ""));
        self.broken |= if encoded.is_some() {
            is_risky(text)
        } else {
            text.contains(['[', ']']) && !text.contains('@')
        };
        self.list.push(Token::Word {
            text: text.to_owned(),
            spaced,
        });
        after
    }

    /// What stands up to the end that `find` knows. Looks no further when there is known to be none.
    fn enclosed<'a>(
        &mut self,
        which: usize,
        inside: &'a str,
        find: fn(&str) -> Option<(String, usize)>,
    ) -> Option<(String, &'a str)> {
        let endless = self.endless.get_mut(which)?;
        if *endless {
            return None;
        }
        let found = find(inside);
        *endless = found.is_none();
        let (text, end) = found?;
        Some((text, inside.get(end..)?))
    }
}

/// Where the encoded word ends that a word begins with. It may hold what ends other words: many programs write it so.
fn encoded_word(word: &str) -> Option<usize> {
    let inside = word.strip_prefix("=?")?;
    let (charset, rest) = inside.split_once('?')?;
    let (encoding, text) = rest.split_once('?')?;
    let length = text.find("?=").filter(|_| encoding.len() == 1)?;
    let end = [2, charset.len(), 3, length, 2].iter().sum();
    let whole = word.get(..end)?;
    let cut = |c: char| c.is_whitespace() || c == '"';
    (!whole.contains(cut)).then_some(end)
}

/// Where the domain literal ends that a colon cuts at `end` of a word: `jane@[IPv6:2001:db8::1]`.
fn literal(word: &str, end: usize) -> Option<usize> {
    let (text, rest) = word.split_at_checked(end)?;
    let opens = text
        .rsplit_once("@[")
        .is_some_and(|(_, inside)| !inside.contains(']'));
    let length = rest.find(|c: char| !c.is_ascii_hexdigit() && !matches!(c, ':' | '.'))?;
    let closes = rest.get(length..)?.starts_with(']');
    if opens && closes {
        end.checked_add(length)?.checked_add(1)
    } else {
        None
    }
}

/// Whether an encoded word holds what programs that do not know it for one stumble over. A comma, or a comment that pairs,
/// is not among it.
fn is_risky(word: &str) -> bool {
    let count = |wanted: char| word.chars().filter(|c| *c == wanted).count();
    word.contains([':', ';', '<', '>', '@']) || count('(') != count(')')
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || "\"()<>,;:\\".contains(c)
}

/// The text of a quoted string, and where it ends.
fn quoted(inside: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((text, at.saturating_add(1))),
            _ => text.push(c),
        }
    }
    None
}

/// The text of a comment, those inside it included, and where it ends.
fn comment(inside: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut depth = 1u32;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => {
                escaped = true;
                continue;
            }
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some((text, at.saturating_add(1)));
        }
        text.push(c);
    }
    None
}

/// Whether another bracket opens before this one is closed.
fn opens_again(inside: &str) -> bool {
    let next = inside.find(['<', '>']);
    next.is_some_and(|at| inside.get(at..).is_some_and(|rest| rest.starts_with('<')))
}

/// What stands between brackets, and where it ends: at the bracket, whatever is quoted.
fn angle(inside: &str) -> Option<(String, usize)> {
    let end = inside.find('>')?;
    Some((inside.get(..end)?.to_owned(), end.saturating_add(1)))
}
