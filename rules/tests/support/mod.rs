//! What the tests of this crate share: policies from text, messages from text, one call to decide.
#![allow(dead_code, reason = "each test file uses its own part of it")]

use tamis_rules::{
    Decision, Diagnostic, Envelope, Facts, Policy, ScanFact, ScanResult, Sources, Stage, Verdict,
    load,
};
use tamis_sanitize::{Event, Limits, Reader, Reading};

/// A policy that must be right.
pub(crate) fn policy(text: &str) -> Policy {
    load(&Sources::new("policy.toml", text)).unwrap_or_else(|faults| panic!("{}", render(&faults)))
}

/// The faults of a policy that must be wrong.
pub(crate) fn faults(text: &str) -> Vec<Diagnostic> {
    load(&Sources::new("policy.toml", text))
        .err()
        .unwrap_or_else(|| panic!("loads:\n{text}"))
}

pub(crate) fn render(faults: &[Diagnostic]) -> String {
    faults.iter().map(Diagnostic::render).collect()
}

/// Reads a message; lines may end in LF.
pub(crate) fn read(text: &str) -> Reading {
    read_with(text, Limits::default())
}

pub(crate) fn read_with(text: &str, limits: Limits) -> Reading {
    let mut reader = Reader::new(tamis_sanitize::Needs::default().with_digests(true), limits);
    reader.push(text.replace('\n', "\r\n").as_bytes());
    while !matches!(reader.next(), Event::NeedInput) {}
    reader.finish()
}

/// A reading that ended at a limit after the header section and some of the body.
pub(crate) fn cut(text: &str) -> Reading {
    let mut limits = Limits::default();
    limits.message_bytes = text.len() as u64 / 2;
    let reading = read_with(text, limits);
    assert!(reading.limit().is_some());
    reading
}

pub(crate) fn envelope(sender: &str, recipients: &[&str]) -> Envelope {
    Envelope {
        sender: Some(sender.to_owned()),
        recipients: recipients.iter().map(|it| (*it).to_owned()).collect(),
        ..Envelope::default()
    }
}

pub(crate) fn scan(engine: &str, result: ScanResult) -> ScanFact {
    ScanFact::new(engine, result)
}

pub(crate) fn clean(engine: &str) -> ScanFact {
    scan(engine, ScanResult::Clean)
}

pub(crate) fn found(engine: &str, signature: &str) -> ScanFact {
    let signature = signature.to_owned();
    scan(engine, ScanResult::Found { signature })
}

pub(crate) fn unscanned(engine: &str, reason: &str) -> ScanFact {
    let reason = reason.to_owned();
    scan(engine, ScanResult::Unscanned { reason })
}

/// Decides at the end of the message.
pub(crate) fn decide(
    policy: &Policy,
    envelope: &Envelope,
    message: &Reading,
    scans: &[ScanFact],
) -> Decision {
    policy.decide(&Facts {
        stage: Stage::Message,
        envelope,
        message: Some(message),
        scans,
    })
}

/// Decides at an earlier stage.
pub(crate) fn decide_at(policy: &Policy, stage: Stage, envelope: &Envelope) -> Decision {
    policy.decide(&Facts {
        stage,
        envelope,
        message: None,
        scans: &[],
    })
}

/// A decision in one line: the verdict, then `+keep`, then each edit.
pub(crate) fn say(decision: &Decision) -> String {
    let mut words = vec![match &decision.verdict {
        Verdict::Deliver(_) => "deliver".to_owned(),
        Verdict::TempFail(reply) | Verdict::Reject(reply) => reply.to_string(),
        Verdict::Discard => "discard".to_owned(),
    }];
    if decision.keep {
        words.push("+keep".to_owned());
    }
    if let Verdict::Deliver(delivery) = &decision.verdict {
        for part in &delivery.parts {
            let number = part.reason.part.as_ref().map_or("?", |note| &note.number);
            let keep = if part.keep { "+keep" } else { "" };
            words.push(format!("{}({number}){keep}", part.action.name()));
        }
        for header in &delivery.header {
            words.push(match header {
                tamis_rules::HeaderDecision::Set { name, value } => format!("{name}:{value}"),
                tamis_rules::HeaderDecision::Remove { name } => format!("{name}:-"),
                tamis_rules::HeaderDecision::TagSubject { prefix } => format!("tag:{prefix}"),
                tamis_rules::HeaderDecision::Add { name, value } => format!("{name}:+{value}"),
                tamis_rules::HeaderDecision::Insert { name, value } => format!("{name}:^{value}"),
                tamis_rules::HeaderDecision::Change { name, value } => format!("{name}:={value}"),
            });
        }
        words.extend(delivery.hold.iter().map(|why| format!("hold:{why}")));
        words.extend(delivery.wrap.iter().map(|_| "wrap".to_owned()));
        words.extend(
            delivery
                .banner
                .iter()
                .map(|it| format!("banner:{}", it.text)),
        );
        let envelope = &delivery.envelope;
        words.extend(envelope.remove.iter().map(|it| format!("-{it}")));
        words.extend(envelope.add.iter().map(|it| format!("+{it}")));
    }
    let beside = &decision.beside;
    if let Some((capture, _)) = &beside.capture {
        words.extend(capture.before.then(|| "capture:before".to_owned()));
        words.extend(capture.after.then(|| "capture:after".to_owned()));
    }
    for report in &beside.notify {
        words.extend(report.to.iter().map(|to| format!("notify:{to}")));
    }
    words.extend(beside.tags.iter().map(|tag| format!("#{tag}")));
    for reason in &decision.observed.reasons {
        words.push(format!("observed:{}", reason.rule));
    }
    words.join(" ")
}

/// The names of the rules that fired.
pub(crate) fn fired(decision: &Decision) -> Vec<String> {
    decision
        .reasons
        .iter()
        .map(|reason| reason.rule.to_string())
        .collect()
}

/// A message with a text, a program by name, a picture and a message that holds a text file.
pub(crate) const MIXED: &str = "\
Received: from client.example (192.0.2.7)
From: Ada <ada@example.org>
To: b@example.net
Subject: =?utf-8?q?Rechnung_f=C3=BCr?= May
X-Spam-Flag: YES
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: text/plain; charset=utf-8

Hello
--outer
Content-Type: application/octet-stream; name=setup.exe
Content-Disposition: attachment; filename=setup.exe
Content-Transfer-Encoding: base64

AAECAwQFBgcICQ==
--outer
Content-Type: image/png
Content-Disposition: inline; filename=Logo.PNG
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--outer
Content-Type: message/rfc822

Subject: inner
MIME-Version: 1.0
Content-Type: text/csv; name=\"report [1].csv\"
Content-Disposition: attachment

a,b
--outer--
";

/// A shipped policy.
pub(crate) fn preset(name: &str) -> Policy {
    let sources = Sources::preset(name).expect("a preset of that name");
    load(&sources).unwrap_or_else(|faults| panic!("{name}:\n{}", render(&faults)))
}
