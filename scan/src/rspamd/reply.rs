//! rspamd's replies, read to the letter: a reply that rspamd could not give is garbled and counts nothing.

use super::{exchange::Answer, milter};
use crate::{Opinion, Printable, Reason, Report, Score, Unscanned};
use hyper::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// The report in an answer to `POST /checkv2`.
///
/// Before the end of the data only a complaint can be true.
pub(super) fn report(answer: &Answer) -> Report {
    if answer.status != StatusCode::OK {
        return refused(answer).into();
    }
    let Ok(reply) = serde_json::from_slice::<Reply<'_>>(&answer.body) else {
        return match complaint(&answer.body) {
            Some(words) => Unscanned::new(Reason::Failed, &words).into(),
            None => garbled(answer, "unexpected answer").into(),
        };
    };
    if answer.is_early {
        return garbled(answer, "an answer before the end of the data").into();
    }
    match reply.opinion() {
        // Who is let through without a look (`want_spam`, lists of friends) has no opinion; who is turned away without one
        // (the test line GTUBE, a rate limit) has.
        Some(_) if reply.is_skipped && reply.action == NO_ACTION => {
            Unscanned::new(Reason::Failed, "rspamd has skipped the message").into()
        }
        Some(opinion) => Report::Scored(Box::new(opinion)),
        None => garbled(answer, "unexpected answer").into(),
    }
}

/// The name and version of rspamd, in an answer to `GET /ping`.
pub(super) fn pong(answer: &Answer) -> Result<Printable, Unscanned> {
    if answer.status != StatusCode::OK {
        return Err(refused(answer));
    }
    if answer.body.trim_ascii() != b"pong" {
        return Err(garbled(answer, "unexpected answer"));
    }
    let server = answer.server.as_ref().map(AsRef::as_ref);
    Ok(Printable::new(server.unwrap_or(b"rspamd"), SERVER_LIMIT))
}

/// A reply of rspamd, as far as it matters here. What it does not have may be missing; nothing may be there twice.
#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(default)]
    is_skipped: bool,
    score: f64,
    /// `null` where no score would lead to the highest action.
    #[serde(default)]
    required_score: Option<f64>,
    #[serde(borrow)]
    action: std::borrow::Cow<'a, str>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    symbols: Value,
    #[serde(default)]
    milter: Value,
}

impl Reply<'_> {
    fn opinion(&self) -> Option<Opinion> {
        if self.action.is_empty() {
            return None;
        }
        let threshold = match self.required_score {
            Some(number) => Some(Score::from_f64(number)?),
            None => None,
        };
        Some(Opinion {
            score: Score::from_f64(self.score)?,
            threshold,
            action: Some(Printable::new(self.action.as_bytes(), Opinion::NAME)),
            symbols: symbols(&self.symbols)?,
            subject: self.subject.as_deref().map(milter::subject),
            fields: milter::changes(&self.milter),
        })
    }
}

/// The names of the symbols, the highest scores first.
fn symbols(symbols: &Value) -> Option<Vec<Printable>> {
    let symbols = match symbols {
        Value::Object(symbols) => symbols,
        Value::Null => return Some(Vec::new()),
        Value::Array(none) if none.is_empty() => return Some(Vec::new()),
        _ => return None,
    };
    let mut scored = Vec::with_capacity(symbols.len());
    for (name, symbol) in symbols {
        let score = symbol.get("score").and_then(Value::as_f64)?;
        scored.push((Score::from_f64(score)?, name));
    }
    scored.sort_by(|(one, name), (other, second)| other.cmp(one).then(name.cmp(second)));
    let kept = scored.iter().take(Opinion::SYMBOLS);
    Some(
        kept.map(|(_, name)| Printable::new(name.as_bytes(), Opinion::NAME))
            .collect(),
    )
}

/// What rspamd says when it could not look, with a status that says so or without.
fn complaint(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Complaint {
        error: String,
    }
    let complaint: Complaint = serde_json::from_slice(body).ok()?;
    Some(complaint.error)
}

fn refused(answer: &Answer) -> Unscanned {
    let reason = match answer.status {
        StatusCode::PAYLOAD_TOO_LARGE => Reason::LimitExceeded,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Reason::Timeout,
        _ => Reason::Failed,
    };
    let words = complaint(&answer.body).unwrap_or_default();
    let text = format!("HTTP {} {words}", answer.status.as_str());
    Unscanned::new(reason, text.trim_end())
}

fn garbled(answer: &Answer, what: &str) -> Unscanned {
    let shown = Printable::new(&answer.body, SHOWN);
    Unscanned::new(Reason::Garbled, &format!("{what} \"{shown}\""))
}

/// What rspamd calls it that nothing is to be done.
const NO_ACTION: &str = "no action";

/// Characters of the name and version of a server.
const SERVER_LIMIT: usize = 100;

/// Characters of a garbled answer that are shown.
const SHOWN: usize = 120;

#[cfg(test)]
mod tests;
