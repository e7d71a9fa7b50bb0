//! One connection of an MTA: the client, and its messages one after the other.

use super::{Gate, answer};
use crate::inspect::Inspection;
use crate::telemetry;
use bytes::Bytes;
use std::sync::Arc;
use tamis_milter::{
    Answer, BodyAnswer, Client, ConnectAnswer, Handler, Macros, Outcome, Path, Peer, Verdict,
};
use tamis_rules::{Decision, Envelope, Facts, Policy, Stage};

/// Header octets that are gathered before the inspection gets them.
const GATHER: usize = 32 << 10;

/// Handles one connection.
#[derive(Debug)]
pub struct Connection {
    gate: Gate,
    /// What is known of the client; each message starts with it.
    client: Envelope,
    /// Mail submitted on the MTA's own host: nothing may be refused before its end.
    local: bool,
    message: Option<Message>,
}

/// The message that is on its way.
#[derive(Debug)]
struct Message {
    policy: Arc<Policy>,
    envelope: Envelope,
    inspection: Option<Inspection>,
    /// Header octets that the inspection has not got.
    header: Vec<u8>,
}

impl Connection {
    pub(super) fn new(gate: Gate) -> Self {
        Connection {
            gate,
            client: Envelope::default(),
            local: false,
            message: None,
        }
    }

    /// Asks the policy about what is known so far.
    fn ask(
        &self,
        policy: &Policy,
        stage: Stage,
        envelope: &Envelope,
    ) -> Option<tamis_milter::Refusal> {
        let decision: Decision = policy.decide(&Facts {
            stage,
            envelope,
            message: None,
            scans: &[],
        });
        let refusal = answer::early_refusal(&decision)?;
        telemetry::refused_early(envelope, stage, &decision);
        (!self.local).then_some(refusal)
    }

    /// The message that is on its way, with its inspection begun.
    fn begun(&mut self, macros: Option<&Macros>) -> Result<&mut Message, NoMessage> {
        let Connection { gate, message, .. } = self;
        let message = message.as_mut().ok_or(NoMessage)?;
        if let Some(id) = macros.and_then(|macros| macros.get("i")) {
            message.envelope.queue_id = Some(text(id));
        }
        if message.inspection.is_none() {
            message.envelope.direction = Some(gate.routes.direction(&message.envelope));
            let (site, policy) = (Arc::clone(&gate.site), Arc::clone(&message.policy));
            message.inspection = Some(Inspection::begin(site, policy, message.envelope.clone()));
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

    /// Hands the gathered header octets on.
    async fn flush(&mut self) -> Outcome<()> {
        let header = Bytes::from(std::mem::take(&mut self.header));
        match &mut self.inspection {
            Some(inspection) if !header.is_empty() => Ok(inspection.push(header).await?),
            _ => Ok(()),
        }
    }
}

impl Handler for Connection {
    async fn connect(&mut self, client: &Client, _macros: &Macros) -> Outcome<ConnectAnswer> {
        self.client = Envelope {
            client_name: name(&client.host),
            ..Envelope::default()
        };
        self.local = matches!(client.peer, Peer::Inet(_, 0) | Peer::Unix(_));
        if let Peer::Inet(address, _) = client.peer {
            self.client.client = Some(address);
        }
        let refusal = self.ask(&self.gate.policy.load(), Stage::Connect, &self.client);
        Ok(refusal.map_or(ConnectAnswer::Continue, ConnectAnswer::from))
    }

    async fn helo(&mut self, name: &[u8], _macros: &Macros) -> Outcome<ConnectAnswer> {
        self.client.helo = Some(text(name));
        let refusal = self.ask(&self.gate.policy.load(), Stage::Helo, &self.client);
        Ok(refusal.map_or(ConnectAnswer::Continue, ConnectAnswer::from))
    }

    async fn mail(&mut self, sender: &Path, macros: &Macros) -> Outcome<Answer> {
        let policy = self.gate.policy.load_full();
        let mut envelope = self.client.clone();
        envelope.sender = Some(address(sender));
        envelope.authenticated = macros
            .get("{auth_authen}")
            .map(text)
            .filter(|login| !login.is_empty());
        envelope.queue_id = macros.get("i").map(text);
        envelope.direction = Some(self.gate.routes.direction(&envelope));
        let refusal = self.ask(&policy, Stage::Mail, &envelope);
        self.message = Some(Message {
            policy,
            envelope,
            inspection: None,
            header: Vec::new(),
        });
        Ok(refusal.map_or(Answer::Continue, Answer::from))
    }

    async fn rcpt(&mut self, recipient: &Path, macros: &Macros) -> Outcome<Answer> {
        let message = self.message.as_mut().ok_or(NoMessage)?;
        let mut envelope = message.envelope_without_recipients();
        envelope.recipients.push(address(recipient));
        envelope.queue_id = macros.get("i").map(text).or(envelope.queue_id);
        envelope.direction = Some(self.gate.routes.direction(&envelope));
        let policy = Arc::clone(&message.policy);
        if let Some(refusal) = self.ask(&policy, Stage::Rcpt, &envelope) {
            return Ok(refusal.into());
        }
        if let Some(message) = &mut self.message {
            message.envelope.recipients.append(&mut envelope.recipients);
            message.envelope.queue_id = envelope.queue_id;
        }
        Ok(Answer::Continue)
    }

    async fn header(&mut self, name: &[u8], value: &[u8], macros: &Macros) -> Outcome<Answer> {
        let message = self.begun(Some(macros))?;
        append_field(&mut message.header, name, value);
        if message.header.len() >= GATHER {
            message.flush().await?;
        }
        Ok(Answer::Continue)
    }

    async fn end_of_headers(&mut self, macros: &Macros) -> Outcome<Answer> {
        let message = self.begun(Some(macros))?;
        message.header.extend_from_slice(b"\r\n");
        message.flush().await?;
        Ok(Answer::Continue)
    }

    async fn body(&mut self, piece: Bytes) -> Outcome<BodyAnswer> {
        let message = self.begun(None)?;
        if let Some(inspection) = &mut message.inspection {
            inspection.push(piece).await?;
        }
        Ok(BodyAnswer::Continue)
    }

    async fn end_of_message(&mut self, macros: &Macros) -> Outcome<Verdict> {
        self.begun(Some(macros))?.flush().await?;
        let Message {
            inspection,
            envelope,
            ..
        } = self.message.take().ok_or(NoMessage)?;
        let judged = inspection.ok_or(NoMessage)?.finish().await?;
        let outcome = tokio::task::spawn_blocking(|| judged.carry_out()).await??;
        telemetry::judged(&envelope, &outcome.report);
        answer::verdict(&outcome.fate)
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

/// The host name, unless it is only the address in brackets.
fn name(host: &[u8]) -> Option<String> {
    (!host.is_empty() && !host.starts_with(b"[")).then(|| text(host))
}

/// An address without its angle brackets.
fn address(path: &Path) -> String {
    let bare = path
        .address
        .strip_prefix(b"<")
        .and_then(|rest| rest.strip_suffix(b">"));
    text(bare.unwrap_or(&path.address))
}

fn text(octets: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(octets.as_ref()).into_owned()
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
