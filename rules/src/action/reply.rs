//! Replies as rules write them: `"550 5.7.1 text with {variables}"`.

use crate::loading::Loading;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::Node;
use crate::syntax::source::Text;
use crate::text::harmless;
use crate::text::reply::Reply;
use crate::text::template::{Matter, Template};

/// A checked reply, its text still with variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyTemplate {
    /// Codes that are known to agree, and no text.
    reply: Reply,
    text: Template,
}

/// Whether the sender may try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Transient,
    Permanent,
}

/// Longest text in octets, variables not filled in.
const TEXT_LIMIT: usize = 400;

impl ReplyTemplate {
    /// The reply with the variables filled in.
    pub(crate) fn render(&self, matter: &Matter<'_>) -> Reply {
        self.reply
            .with_text(&self.text.render(matter, harmless::ascii))
    }
}

/// Reads a reply of the class; `true` stands for the standard one.
pub(super) fn read(
    node: Node<'_>,
    class: Class,
    loading: &mut Loading<'_>,
) -> Option<ReplyTemplate> {
    let standard = class.standard();
    if node.as_bool() == Some(true) {
        return standard;
    }
    if !node.is_text() {
        return node.wrong("a reply in quotes, or true", loading);
    }
    let whole = node.text(loading)?;
    let mut words = whole.text.trim_start().splitn(2, ' ');
    let code = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default().trim_start();
    let (enhanced, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let (enhanced, text) = match enhanced_code(enhanced) {
        Some(code) => (code, text),
        None if enhanced.starts_with(|c: char| c.is_ascii_digit()) && enhanced.contains('.') => {
            return refuse(
                whole,
                "the enhanced status code is no three numbers",
                class,
                loading,
            );
        }
        None => (class.enhanced(), rest),
    };
    let Some(number) = code.parse::<u16>().ok().filter(|_| code.len() == 3) else {
        return refuse(
            whole,
            "a reply starts with a code of three digits",
            class,
            loading,
        );
    };
    let reply = match Reply::new(number, enhanced, "") {
        Ok(reply) if reply.is_temporary() == (class == Class::Transient) => reply,
        Ok(_) => return refuse(whole, class.wrong(), class, loading),
        Err(error) => return refuse(whole, &error.to_string(), class, loading),
    };
    let text = text.trim();
    if text.is_empty() {
        return Some(ReplyTemplate { reply, ..standard? });
    }
    check(whole, text, class, loading)?;
    let text = Template::read(Text { text, ..whole }, false, loading)?;
    Some(ReplyTemplate { reply, text })
}

impl Class {
    fn standard(self) -> Option<ReplyTemplate> {
        let (code, text) = match self {
            Class::Transient => (451, "message deferred by policy, try again later"),
            Class::Permanent => (550, "message refused by policy"),
        };
        let reply = Reply::new(code, self.enhanced(), "").ok()?;
        Some(ReplyTemplate {
            reply,
            text: Template::plain(text),
        })
    }

    const fn enhanced(self) -> (u8, u16, u16) {
        match self {
            Class::Transient => (4, 7, 1),
            Class::Permanent => (5, 7, 1),
        }
    }

    const fn wrong(self) -> &'static str {
        match self {
            Class::Transient => "tempfail needs a reply code 4xx",
            Class::Permanent => "reject needs a reply code 5xx",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Class::Transient => "write \"451 4.7.1 try again later\"",
            Class::Permanent => "write \"550 5.7.1 message refused\"",
        }
    }
}

fn enhanced_code(word: &str) -> Option<(u8, u16, u16)> {
    let mut numbers = word.split('.');
    let code = (
        numbers.next()?.parse().ok()?,
        numbers.next()?.parse().ok()?,
        numbers.next()?.parse().ok()?,
    );
    numbers.next().is_none().then_some(code)
}

fn check(whole: Text<'_>, text: &str, class: Class, loading: &mut Loading<'_>) -> Option<()> {
    if text.len() > TEXT_LIMIT {
        return refuse(
            whole,
            &format!("the text of a reply has at most {TEXT_LIMIT} octets"),
            class,
            loading,
        );
    }
    match text.chars().find(|c| !(c.is_ascii_graphic() || *c == ' ')) {
        Some(c) => refuse(
            whole,
            &format!("a reply is one line of ASCII: it cannot hold {c:?}"),
            class,
            loading,
        ),
        None => Some(()),
    }
}

fn refuse<T>(whole: Text<'_>, message: &str, class: Class, loading: &mut Loading<'_>) -> Option<T> {
    loading
        .report(Fault::BadReply, whole.place, message)
        .help(class.example());
    None
}
