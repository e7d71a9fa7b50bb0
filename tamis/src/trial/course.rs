//! The course of a transaction as the gate has it: asked stage by stage, and at the end of the message inspected.

use crate::inspect::{Inspection, Outcome, Site};
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use tamis_rules::{Decision, Direction, Envelope, Facts, Given, Policy, Stage, Verdict};
use tokio::runtime::Handle;

/// What came of a transaction.
#[derive(Debug)]
pub enum Came {
    /// A command, the client, the sender or every recipient was refused.
    Refused(Option<Stage>, Box<Decision>),
    /// Nothing was refused, and there is no message.
    GoesOn,
    /// The message was judged, and it was carried out what the policy says.
    Judged(Box<Decision>, Box<Outcome>),
}

/// Runs a transaction.
pub fn course(
    policy: &Arc<Policy>,
    given: &Given,
    message: Option<Vec<u8>>,
    site: &Arc<Site>,
    runtime: &Handle,
) -> io::Result<Came> {
    if let Some(command) = &given.command {
        let decision = policy.decide_command(&given.envelope, command);
        return Ok(decision.map_or(Came::GoesOn, |decision| {
            Came::Refused(None, Box::new(decision))
        }));
    }
    let envelope = match early(policy, &given.envelope) {
        Ok(envelope) => envelope,
        Err(refused) => return Ok(refused),
    };
    // Nobody reads it.
    let message = message.or_else(|| given.poison.then(Vec::new));
    let Some(message) = message else {
        return Ok(Came::GoesOn);
    };
    let judged = runtime.block_on(async {
        let mut inspection = Inspection::begin(Arc::clone(site), Arc::clone(policy), envelope);
        inspection.told(given.scans.clone());
        if given.poison {
            inspection.give_up();
        }
        inspection.push(Bytes::from(message)).await?;
        inspection.finish().await
    })?;
    let decision = Box::new(judged.decision().clone());
    Ok(Came::Judged(decision, Box::new(judged.carry_out()?)))
}

/// The stages before the message: the envelope with the recipients that were not refused, or the refusal.
fn early(policy: &Policy, given: &Envelope) -> Result<Envelope, Came> {
    let mut known = Envelope {
        recipients: Vec::new(),
        // What comes from inside may stay there or leave: that is known with the recipients.
        direction: given.direction.filter(|it| *it == Direction::Inbound),
        ..given.clone()
    };
    for stage in [Stage::Connect, Stage::Helo, Stage::Mail] {
        if let Some(decision) = refusal(policy, stage, &known) {
            return Err(Came::Refused(Some(stage), Box::new(decision)));
        }
    }
    known.direction = given.direction;
    let mut refused = None;
    for recipient in &given.recipients {
        let one = Envelope {
            recipients: vec![recipient.clone()],
            ..known.clone()
        };
        match refusal(policy, Stage::Rcpt, &one) {
            Some(decision) => refused = Some(decision),
            None => known.recipients.push(recipient.clone()),
        }
    }
    match refused {
        Some(decision) if known.recipients.is_empty() => {
            Err(Came::Refused(Some(Stage::Rcpt), Box::new(decision)))
        }
        _ => Ok(known),
    }
}

fn refusal(policy: &Policy, stage: Stage, envelope: &Envelope) -> Option<Decision> {
    let decision = policy.decide(&Facts {
        stage,
        envelope,
        message: None,
        scans: &[],
    });
    let refuses = matches!(decision.verdict, Verdict::Reject(_) | Verdict::TempFail(_));
    (decision.settled && refuses).then_some(decision)
}
