//! What may follow what inside a message.
//!
//! ```text
//!            O          M           R T         L         N         B
//!  (start) ────▶ Idle ────▶ Envelope ⟲ ────▶ Header ⟲ ───▶ End ────▶ Body ⟲
//!                 ▲            │                │           │           │
//!                 └── E, A ────┴────────────────┴───────────┴───────────┘
//! ```
//! Steps may be missing, never come back (but R and T may: an MTA whose client is refused at DATA stays in the
//! transaction). `C`, `H` and `U` change no phase. A message on which the last word was said is [`Phase::Over`]: whatever
//! the MTA still sends of it gets the same word again, never a "continue".

use super::answer::Final;
use super::command::Command;
use super::macros::Stage;

/// How far a message has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Idle,
    Envelope,
    Header,
    EndOfHeaders,
    Body,
    Over(Final),
}

/// Where a command of a message leads.
pub(crate) enum Step {
    /// A new message, after the end of whatever was before.
    Begin,
    /// A new message that starts in the middle, because the filter wanted no MAIL.
    First(Phase),
    /// The next phase of the message.
    Go(Phase),
    /// Nowhere: the last word was said.
    Repeat(Final),
    /// Nowhere: it does not fit.
    Misplaced,
}

/// The table of what may follow what.
pub(crate) fn step(phase: &Phase, stage: Stage, without_mail: bool) -> Step {
    let next = match stage {
        Stage::Mail => return Step::Begin,
        Stage::Rcpt | Stage::Data => Phase::Envelope,
        Stage::Header => Phase::Header,
        Stage::EndOfHeaders => Phase::EndOfHeaders,
        _ => Phase::Body,
    };
    match (phase, &next) {
        (Phase::Over(last), _) => Step::Repeat(last.clone()),
        (Phase::Idle, _) if without_mail => Step::First(next),
        (Phase::Envelope, _)
        | (Phase::Header, Phase::Header | Phase::EndOfHeaders | Phase::Body)
        | (Phase::EndOfHeaders | Phase::Body, Phase::Body) => Step::Go(next),
        _ => Step::Misplaced,
    }
}

/// The stage of a command that is part of a message.
pub(crate) fn stage_of(command: &Command) -> Option<Stage> {
    Some(match command {
        Command::Mail(_) => Stage::Mail,
        Command::Rcpt(_) => Stage::Rcpt,
        Command::Data => Stage::Data,
        Command::Header(..) => Stage::Header,
        Command::EndOfHeaders => Stage::EndOfHeaders,
        Command::Body(_) => Stage::Body,
        Command::EndOfMessage(_) => Stage::EndOfMessage,
        _ => return None,
    })
}
