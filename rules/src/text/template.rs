//! Texts of the policy with variables in braces: `"{scan.signature} found"`. A brace itself is written twice.

use crate::facts::{Envelope, ScanFact, ScanResult};
use crate::hex::hex;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use crate::syntax::suggest;
use crate::text::harmless;
use crate::view::subject::Subject;
use std::sync::Arc;

/// A checked text with variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Value(Variable),
}

/// What the variables of a template stand for at the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matter<'a> {
    pub(crate) rule: &'a str,
    pub(crate) envelope: &'a Envelope,
    /// The recipient that the decision is about.
    pub(crate) recipient: Option<&'a str>,
    pub(crate) part: Option<Subject<'a>>,
    pub(crate) scan: Option<&'a ScanFact>,
    /// What rules so far have said.
    pub(crate) tags: &'a [Arc<str>],
}

macro_rules! variables {
    ($($variant:ident, $name:literal, $says:literal;)*) => {
        /// A variable of a template.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Variable { $(#[doc = $says] $variant,)* }

        impl Variable {
            const ALL: &[(&'static str, Variable)] = &[$(($name, Variable::$variant),)*];
        }

        /// The variables of templates: name, and what it stands for.
        pub fn variables() -> impl Iterator<Item = (&'static str, &'static str)> {
            [$(($name, $says),)*].into_iter()
        }
    };
}

variables! {
    Rule, "rule", "Name of the rule.";
    Sender, "sender", "Address in MAIL FROM; `<>` for the null sender.";
    Recipient, "recipient", "The recipient that the decision is about, the first one if it is about several.";
    Client, "client", "IP address of the client.";
    ClientName, "client_name", "Host name of the client.";
    Helo, "helo", "The name in HELO or EHLO.";
    QueueId, "queue_id", "The MTA's id of the message.";
    PartName, "part.name", "File name of the part, with the way to what the rule is about if that lies inside it, or `the message` where the rule is about no part.";
    PartKind, "part.kind", "The most dangerous kind that the part is of, or what lies inside it if the rule is about that.";
    PartType, "part.type", "Declared type of the part.";
    PartNumber, "part.number", "Section number of the part as IMAP counts, such as 2.1.";
    PartSize, "part.size", "Octets of the decoded part.";
    ScanEngine, "scan.engine", "Name of the scanner.";
    ScanSignature, "scan.signature", "What the scanner found.";
    ScanReason, "scan.reason", "Why the scanner has no answer.";
    ScanScore, "scan.score", "How suspicious the scanner finds the message.";
    Authenticated, "authenticated", "The login of the client.";
    Listener, "listener", "The MTA's name for the service.";
    Tags, "tags", "The tags that rules so far have set, with commas.";
    PartDigest, "part.digest", "SHA-256 of the part, or of what lies in it, if the policy compares digests.";
    Id, "id", "Id of what is kept in quarantine; in notices only.";
}

impl Template {
    /// A text without variables.
    pub(crate) fn plain(text: &str) -> Self {
        Template {
            pieces: vec![Piece::Text(text.to_owned())],
        }
    }

    /// Checks a template; `{id}` may stand in those of notices only.
    pub(crate) fn read(text: Text<'_>, in_notice: bool, problems: &mut Problems) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut good = true;
        for token in tokens(text.text) {
            match token {
                Token::Text(text) => push(&mut pieces, text),
                Token::Open => {
                    let message = "a brace is open";
                    problems
                        .report(Fault::BadTemplate, text.place, message)
                        .help("write {{ and }} for braces themselves");
                    good = false;
                }
                Token::Name(name) => match variable(name, in_notice) {
                    Some(variable) => pieces.push(Piece::Value(variable)),
                    None => good = refuse(name, text, in_notice, problems),
                },
            }
        }
        good.then_some(Template { pieces })
    }

    /// The text with the values put in, each made fit by `fit`.
    pub(crate) fn render(&self, matter: &Matter<'_>, fit: fn(&str, usize) -> String) -> String {
        let value = |variable: &Variable| fit(&matter.value(*variable), harmless::VALUE_LIMIT);
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(variable) => value(variable),
        };
        self.pieces.iter().map(piece).collect()
    }
}

impl Matter<'_> {
    /// What a variable stands for, as it came in the message.
    pub(crate) fn value(&self, variable: Variable) -> String {
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        match variable {
            Variable::Rule => self.rule.to_owned(),
            Variable::Sender => match self.envelope.sender.as_deref() {
                Some("") => "<>".to_owned(),
                _ => known(&self.envelope.sender),
            },
            Variable::Recipient => self.recipient.unwrap_or(UNKNOWN).to_owned(),
            Variable::Client => self
                .envelope
                .client
                .map_or_else(|| UNKNOWN.to_owned(), |ip| ip.to_string()),
            Variable::ClientName => known(&self.envelope.client_name),
            Variable::Helo => known(&self.envelope.helo),
            Variable::QueueId => known(&self.envelope.queue_id),
            Variable::PartName
            | Variable::PartKind
            | Variable::PartType
            | Variable::PartNumber
            | Variable::PartDigest
            | Variable::PartSize => self.part_value(variable),
            Variable::ScanEngine => self
                .scan
                .map_or(UNKNOWN, |scan| scan.engine.as_str())
                .to_owned(),
            Variable::ScanSignature => match self.scan.map(|scan| &scan.result) {
                Some(ScanResult::Found { signature }) => signature.clone(),
                _ => UNKNOWN.to_owned(),
            },
            Variable::ScanReason => match self.scan.map(|scan| &scan.result) {
                Some(ScanResult::Unscanned { reason }) => reason.clone(),
                _ => UNKNOWN.to_owned(),
            },
            Variable::ScanScore => match self.scan.and_then(|scan| scan.score) {
                Some(score) => score.to_string(),
                None => UNKNOWN.to_owned(),
            },
            Variable::Authenticated => known(&self.envelope.authenticated),
            Variable::Listener => known(&self.envelope.listener),
            Variable::Tags => self.tags.join(", "),
            Variable::Id => UNKNOWN.to_owned(),
        }
    }

    fn part_value(&self, variable: Variable) -> String {
        let Some(subject) = self.part else {
            return "the message".to_owned();
        };
        let part = subject.part();
        match variable {
            Variable::PartName => subject
                .name()
                .unwrap_or_else(|| "a part without a name".to_owned()),
            Variable::PartKind => subject.kinds().primary().name().to_owned(),
            Variable::PartType => part.media_type().to_owned(),
            Variable::PartSize => part.size().to_string(),
            Variable::PartDigest => match subject.digest() {
                Some(digest) => hex(digest),
                None => UNKNOWN.to_owned(),
            },
            _ if part.number().is_empty() => "0".to_owned(),
            _ => part.number().to_owned(),
        }
    }
}

/// What stands for a value that there is not.
const UNKNOWN: &str = "unknown";

enum Token<'a> {
    Text(&'a str),
    Name(&'a str),
    Open,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        tokens.push(Token::Text(before));
        rest = from.get(1..).unwrap_or_default();
        let brace = from.get(..1).unwrap_or_default();
        if let Some(behind) = rest.strip_prefix(brace) {
            tokens.push(Token::Text(brace));
            rest = behind;
        } else if let (true, Some((name, behind))) = (brace == "{", rest.split_once('}')) {
            tokens.push(Token::Name(name));
            rest = behind;
        } else {
            tokens.push(Token::Open);
        }
    }
    tokens.push(Token::Text(rest));
    tokens
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn variable(name: &str, in_notice: bool) -> Option<Variable> {
    let known = Variable::ALL.iter().find(|(known, _)| *known == name)?.1;
    (known != Variable::Id || in_notice).then_some(known)
}

fn refuse(name: &str, text: Text<'_>, in_notice: bool, problems: &mut Problems) -> bool {
    let names = Variable::ALL.iter().map(|(known, _)| *known);
    let known: Vec<&str> = names.filter(|known| in_notice || *known != "id").collect();
    let problem = problems.report(
        Fault::BadTemplate,
        text.place,
        format!("there is no variable `{{{name}}}` here"),
    );
    problem.help(match suggest::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None => suggest::one_of(&known),
    });
    false
}
