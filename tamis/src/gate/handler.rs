//! One connection of an MTA: the client, and its messages one after the other.

use super::count::Counted;
use super::facts::{self, text};
use super::passing::Passing;
use super::{Gate, answer};
use crate::inspect::{Fate, Inspection, tell_early};
use crate::metrics::{Arriving, Open};
use crate::moment;
use crate::room::{Admitted, Full};
use crate::telemetry;
use bytes::Bytes;
use std::sync::Arc;
use tamis_milter::{
    Answer, BodyAnswer, Client, ConnectAnswer, Handler, Macros, Outcome, Path, Peer, Refusal,
    UnknownAnswer, Verdict,
};
use tamis_rules::{Counts, Decision, Envelope, Facts, Policy, Stage};

/// Header octets that are gathered before the inspection gets them.
const GATHER: usize = 32 << 10;

/// Handles one connection.
#[derive(Debug)]
pub struct Connection {
    pub(super) gate: Gate,
    /// What is known of the client; each message starts with it.
    client: Envelope,
    /// Mail submitted on the MTA's own host: nothing may be refused before its end.
    local: bool,
    /// Not in place: a connection is silent for most of its life.
    pub(super) message: Option<Box<Message>>,
    /// Counts the connection as open.
    _open: Open,
}

/// The message that is on its way.
#[derive(Debug)]
pub(super) struct Message {
    policy: Arc<Policy>,
    pub(super) envelope: Envelope,
    inspection: Option<Inspection>,
    /// Inspection was switched off when it began.
    passing: Option<Passing>,
    /// Header octets that the inspection has not got.
    header: Vec<u8>,
    /// Counts the message as in flight.
    arriving: Arriving,
    /// What it takes of the room for all; none if nothing of it is kept.
    pub(super) place: Option<Admitted>,
}

impl Connection {
    pub(super) fn new(gate: Gate) -> Self {
        Connection {
            _open: gate.site.metrics.connection(),
            gate,
            client: Envelope::default(),
            local: false,
            message: None,
        }
    }

    /// Asks the policy about what is known so far.
    fn ask(&self, policy: &Policy, stage: Stage, envelope: &Envelope) -> Option<Refusal> {
        if self.gate.site.bypass.active().is_some() {
            return None;
        }
        let decision: Decision = policy.decide(&Facts {
            stage,
            envelope,
            message: None,
            scans: &[],
        });
        let refusal = answer::early_refusal(&decision)?;
        self.gate.site.tally.count(&decision);
        self.gate.site.metrics.refused_early(stage, &decision);
        telemetry::refused_early(envelope, stage, policy.version(), &decision);
        if self.local {
            return None;
        }
        tell_early(&self.gate.site, envelope, &decision);
        Some(refusal)
    }

    /// The message that is on its way, with its inspection begun.
    fn begun(&mut self, macros: Option<&Macros>) -> Result<&mut Message, NoMessage> {
        let Connection { gate, message, .. } = self;
        let message = message.as_mut().ok_or(NoMessage)?;
        if let Some(macros) = macros {
            facts::take_queue_id(&mut message.envelope, macros);
        }
        if message.inspection.is_none() && message.passing.is_none() {
            message.envelope.direction = Some(gate.routes.direction(&message.envelope));
            let (site, policy) = (Arc::clone(&gate.site), Arc::clone(&message.policy));
            message.inspection =
                Some(Inspection::begin(site, policy, message.envelope.clone()).watched());
        }
        Ok(message)
    }
}

impl Message {
    /// What a new recipient is judged with. Copying those before it each time would take the square of their number.
    fn envelope_without_recipients(&mut self) -> Envelope {
        let recipients = std::mem::take(&mut self.envelope.recipients);
        let envelope = self.envelope.clone();
        self.envelope.recipients = recipients;
        envelope
    }

    /// Hands the gathered header octets on, if there is room for them.
    async fn flush(&mut self) -> Outcome<Result<(), Full>> {
        let header = Bytes::from(std::mem::take(&mut self.header));
        self.push(header).await
    }

    /// Hands octets on, if there is room for them.
    async fn push(&mut self, octets: Bytes) -> Outcome<Result<(), Full>> {
        if let Some(Err(full)) = self.place.as_mut().map(|place| place.take(octets.len())) {
            return Ok(Err(full));
        }
        self.arriving.add(octets.len());
        if let Some(inspection) = &mut self.inspection
            && !octets.is_empty()
        {
            inspection.push(octets).await?;
        }
        Ok(Ok(()))
    }
}

impl Handler for Connection {
    async fn connect(&mut self, client: &Client, macros: &Macros) -> Outcome<ConnectAnswer> {
        let policy = self.gate.policy.load_full();
        self.client = Envelope {
            client_name: facts::host(&client.host),
            listener: facts::listener(macros),
            macros: facts::asked_for(&policy, macros),
            moment: Some(moment::now()),
            ..Envelope::default()
        };
        self.local = matches!(client.peer, Peer::Inet(_, 0) | Peer::Unix(_));
        if let Peer::Inet(address, _) = client.peer {
            self.client.client = Some(address);
        }
        let counted = Counted::of(Counts::Connections, None);
        let counter = self.gate.counter(&policy);
        counter.ask(&mut self.client, counted).await;
        let refusal = self.ask(&policy, Stage::Connect, &self.client);
        Ok(refusal.map_or(ConnectAnswer::Continue, ConnectAnswer::from))
    }

    async fn helo(&mut self, name: &[u8], macros: &Macros) -> Outcome<ConnectAnswer> {
        let policy = self.gate.policy.load_full();
        self.client.helo = Some(text(name));
        self.client.macros = facts::asked_for(&policy, macros);
        let refusal = self.ask(&policy, Stage::Helo, &self.client);
        Ok(refusal.map_or(ConnectAnswer::Continue, ConnectAnswer::from))
    }

    async fn mail(&mut self, sender: &Path, macros: &Macros) -> Outcome<Answer> {
        self.message = None;
        let policy = self.gate.policy.load_full();
        let mut envelope = self.client.clone();
        envelope.sender = Some(facts::address(sender));
        envelope.moment = Some(moment::now());
        envelope.macros = facts::asked_for(&policy, macros);
        facts::take_login(&mut envelope, macros);
        envelope.direction = self.gate.routes.direction_of_client(&envelope);
        let counter = self.gate.counter(&policy);
        let message = Counted::of(Counts::Messages, None);
        counter.ask(&mut envelope, message).await;
        let rejected = Counted::of(Counts::RejectedRecipients, None);
        counter
            .ask(
                &mut envelope,
                Counted {
                    amount: 0,
                    ..rejected
                },
            )
            .await;
        let refusal = self.ask(&policy, Stage::Mail, &envelope);
        if let Some(refusal) = refusal {
            return Ok(refusal.into());
        }
        let passing = self.gate.site.bypass.active().map(Passing::new);
        let place = match &passing {
            Some(_) => None,
            None => match self.admit(sender, &envelope).await {
                Ok(admitted) => Some(admitted),
                Err(refusal) => return Ok(refusal.into()),
            },
        };
        counter.charge(&mut envelope, message).await;
        self.message = Some(Box::new(Message {
            policy,
            envelope,
            inspection: None,
            passing,
            place,
            header: Vec::new(),
            arriving: self.gate.site.metrics.arriving(),
        }));
        Ok(Answer::Continue)
    }

    async fn rcpt(&mut self, recipient: &Path, macros: &Macros) -> Outcome<Answer> {
        let message = self.message.as_mut().ok_or(NoMessage)?;
        let policy = Arc::clone(&message.policy);
        let recipient = facts::address(recipient);
        if message.passing.is_some() {
            message.envelope.recipients.push(recipient);
            return Ok(Answer::Continue);
        }
        if !self.local
            && let Some(first) = message.envelope.recipients.first()
            && policy.defers(first, &recipient)
        {
            return Ok(answer::send_apart().into());
        }
        let mut envelope = message.envelope_without_recipients();
        envelope.recipients.push(recipient.clone());
        envelope.macros = facts::asked_for(&policy, macros);
        facts::take_queue_id(&mut envelope, macros);
        envelope.direction = Some(self.gate.routes.direction(&envelope));
        let counter = self.gate.counter(&policy);
        let counted = [
            Counts::Recipients,
            Counts::DistinctRecipients,
            Counts::Messages,
        ]
        .map(|what| Counted::of(what, Some(&recipient)));
        for counted in counted {
            counter.ask(&mut envelope, counted).await;
        }
        if let Some(refusal) = self.ask(&policy, Stage::Rcpt, &envelope) {
            return Ok(refusal.into());
        }
        for counted in counted {
            counter.charge(&mut envelope, counted).await;
        }
        if let Some(message) = &mut self.message {
            message.envelope.recipients.append(&mut envelope.recipients);
            message.envelope.queue_id = envelope.queue_id;
            message.envelope.macros = envelope.macros;
            message.envelope.meters = envelope.meters;
        }
        Ok(Answer::Continue)
    }

    async fn rejected_rcpt(&mut self, recipient: &Path, _macros: &Macros) -> Outcome<()> {
        let message = self.message.as_mut().ok_or(NoMessage)?;
        let (policy, recipient) = (Arc::clone(&message.policy), facts::address(recipient));
        let rejected = Counted::of(Counts::RejectedRecipients, Some(&recipient));
        let counter = self.gate.counter(&policy);
        counter.charge(&mut message.envelope, rejected).await;
        Ok(())
    }

    async fn unknown(&mut self, line: &[u8], _macros: &Macros) -> Outcome<UnknownAnswer> {
        if self.gate.site.bypass.active().is_some() {
            return Ok(UnknownAnswer::Continue);
        }
        let policy = self.gate.policy.load_full();
        let Some(decision) = policy.decide_command(&self.client, &text(line)) else {
            return Ok(UnknownAnswer::Continue);
        };
        self.gate.site.tally.count(&decision);
        telemetry::command(&self.client, &text(line), policy.version(), &decision);
        tell_early(&self.gate.site, &self.client, &decision);
        let refusal = answer::early_refusal(&decision);
        Ok(refusal.map_or(UnknownAnswer::Continue, UnknownAnswer::Refuse))
    }

    async fn header(&mut self, name: &[u8], value: &[u8], macros: &Macros) -> Outcome<Answer> {
        let message = self.begun(Some(macros))?;
        if let Some(passing) = &mut message.passing {
            passing.field(name, value);
            return Ok(Answer::Continue);
        }
        append_field(&mut message.header, name, value);
        if message.header.len() >= GATHER
            && let Err(full) = message.flush().await?
        {
            return Ok(self.refuse(full).into());
        }
        Ok(Answer::Continue)
    }

    async fn end_of_headers(&mut self, macros: &Macros) -> Outcome<Answer> {
        let message = self.begun(Some(macros))?;
        if message.passing.is_some() {
            return Ok(Answer::Continue);
        }
        message.header.extend_from_slice(b"\r\n");
        match message.flush().await? {
            Ok(()) => Ok(Answer::Continue),
            Err(full) => Ok(self.refuse(full).into()),
        }
    }

    async fn body(&mut self, piece: Bytes) -> Outcome<BodyAnswer> {
        let message = self.begun(None)?;
        if let Some(passing) = &mut message.passing {
            passing.add(&piece);
            return Ok(BodyAnswer::Continue);
        }
        match message.push(piece).await? {
            Ok(()) => Ok(BodyAnswer::Continue),
            Err(full) => Ok(BodyAnswer::Refuse(self.refuse(full))),
        }
    }

    async fn end_of_message(&mut self, macros: &Macros) -> Outcome<Verdict> {
        let message = self.begun(Some(macros))?;
        if let Some(passing) = message.passing.take() {
            telemetry::passed(&message.envelope, &passing.bypass, passing.size);
            self.gate.site.metrics.bypassed();
            self.message = None;
            return passing.verdict();
        }
        if let Err(full) = message.flush().await? {
            return Ok(self.refuse(full).into());
        }
        let Message {
            inspection,
            mut envelope,
            policy,
            arriving: _in_flight,
            place,
            ..
        } = *self.message.take().ok_or(NoMessage)?;
        let mut inspection = inspection.ok_or(NoMessage)?;
        let pending = self.gate.site.metrics.pending(envelope.direction);
        envelope.macros = facts::asked_for(&policy, macros);
        let counter = self.gate.counter(&policy);
        let octets = Counted {
            amount: inspection.size(),
            ..Counted::of(Counts::Octets, None)
        };
        counter.ask(&mut envelope, octets).await;
        inspection.know_more(&envelope);
        // In a place of its own: it is large, and those around it are moved.
        let judged = Box::pin(inspection.finish()).await?;
        let outcome = if judged.is_light() {
            judged.carry_out()?
        } else {
            tokio::task::spawn_blocking(|| judged.carry_out()).await??
        };
        if matches!(outcome.fate, Fate::Deliver(_)) {
            counter.charge(&mut envelope, octets).await;
        }
        telemetry::judged(&envelope, &outcome.report);
        let verdict = answer::verdict(&outcome.fate, place)?;
        pending.judged(&telemetry::story(&outcome.report));
        Ok(verdict)
    }

    async fn abort(&mut self) {
        self.message = None;
    }
}

/// A field as it stands in a message: the lines of its value end in CRLF.
fn append_field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.push(b':');
    for (index, line) in value.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    out.extend_from_slice(b"\r\n");
}

/// The MTA sent something of a message that it had not begun.
#[derive(Debug)]
struct NoMessage;

impl std::fmt::Display for NoMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a piece of a message without its beginning")
    }
}

impl std::error::Error for NoMessage {}
