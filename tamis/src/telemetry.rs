//! What the log says of messages: one event for each, facts as fields, nothing from a message unescaped.

use crate::bypass::Bypass;
use crate::config::{LogFormat, LogLevel, LogSettings};
use crate::inspect::{CaptureNote, NoticeNote, Report};
use crate::metrics::Story;
use crate::room::{Full, Room};
use crate::untrusted::Untrusted;
use std::io;
use tamis_rules::{Decision, Envelope, Reason, Stage};
use tracing::{info, warn};
use tracing_subscriber::filter::LevelFilter;

/// Version of the form of the log (docs/log.schema.json): another one means that keys or words have changed their meaning.
pub const LOG_VERSION: u32 = 1;

/// Characters of one value from a message or the network.
const VALUE: usize = 200;

/// Sends everything that is worth a line to standard error. The first call counts.
pub fn start(settings: &LogSettings) {
    let level = match settings.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        // A log that cannot be written, on a full disk or with nobody reading it, must not stop the mail; telling so on
        // standard error would panic there.
        .log_internal_errors(false)
        .with_ansi(false);
    // An error says that somebody has set it up already.
    let _ = match settings.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// A client, sender or recipient was refused before the message was there.
pub fn refused_early(envelope: &Envelope, stage: Stage, policy: &str, decision: &Decision) {
    info!(
        queue_id = shown(envelope.queue_id.as_deref()),
        stage = format!("{stage:?}").to_ascii_lowercase(),
        verdict = decision.verdict.name(),
        reasons = reasons(&decision.reasons),
        policy,
        client = envelope.client.map(|client| client.to_string()),
        from = shown(envelope.sender.as_deref()),
        rcpt = shown(envelope.recipients.first().map(String::as_str)),
        "refused"
    );
}

/// A command came that the MTA does not know, and a rule speaks of it.
pub fn command(client: &Envelope, line: &str, policy: &str, decision: &Decision) {
    info!(
        verdict = decision.verdict.name(),
        reasons = reasons(&decision.reasons),
        observed = reasons(&decision.observed.reasons),
        policy,
        client = client.client.map(|client| client.to_string()),
        command = Untrusted::new(line).limit(80).to_string(),
        "command"
    );
}

/// A message passed uninspected because inspection is switched off.
pub fn passed(envelope: &Envelope, bypass: &Bypass, size: u64) {
    warn!(
        queue_id = shown(envelope.queue_id.as_deref()),
        until = bypass.end(),
        why = shown(bypass.reason.as_deref()),
        size,
        client = envelope.client.map(|client| client.to_string()),
        from = shown(envelope.sender.as_deref()),
        rcpts = envelope.recipients.len(),
        "message passed uninspected"
    );
}

/// A message did not fit beside those that are on their way. `octets` were there of it, or announced.
pub fn no_room(envelope: &Envelope, full: Full, octets: u64, room: &Room) {
    warn!(
        queue_id = shown(envelope.queue_id.as_deref()),
        verdict = "tempfail",
        full = full.name(),
        octets,
        taken = room.taken(),
        most = room.most(),
        client = envelope.client.map(|client| client.to_string()),
        from = shown(envelope.sender.as_deref()),
        "no room for a message"
    );
}

/// A message came to its end.
pub fn judged(envelope: &Envelope, report: &Report) {
    for failed in report.captured.iter().filter_map(|it| it.failed.as_deref()) {
        let queue_id = shown(envelope.queue_id.as_deref());
        warn!(queue_id, problem = failed, "a copy was not kept");
    }
    let edited = report
        .edited
        .iter()
        .map(|note| format!("{} {}", note.action, note.part.number));
    let scans = report.scans.iter().map(|scan| {
        let detail = scan
            .detail
            .as_deref()
            .map(|detail| format!("({})", Untrusted::new(detail).limit(VALUE)));
        let part = scan.part.as_ref().map(|part| format!("@{part}"));
        let action = scan.action.as_deref().map(|action| {
            let action = Untrusted::new(action).limit(VALUE);
            format!("[{action}]")
        });
        format!(
            "{}{}={}{}{}",
            scan.engine,
            part.unwrap_or_default(),
            scan.result,
            detail.unwrap_or_default(),
            action.unwrap_or_default()
        )
    });
    let mut unread: Vec<&str> = report.inside.iter().filter_map(|it| it.unread).collect();
    unread.sort_unstable();
    unread.dedup();
    info!(
        queue_id = shown(envelope.queue_id.as_deref()),
        verdict = report.verdict,
        reply = report
            .reply
            .as_deref()
            .map(|reply| Untrusted::new(reply).to_string()),
        changed = report.changed,
        reasons = reasons(&report.reasons),
        would = report.would,
        observed = reasons(&report.observed),
        tags = joined(report.tags.iter().cloned()),
        held = shown(report.held.as_deref()),
        added = joined(
            report
                .added_recipients
                .iter()
                .map(|it| Untrusted::new(it).to_string())
        ),
        removed = joined(
            report
                .removed_recipients
                .iter()
                .map(|it| Untrusted::new(it).to_string())
        ),
        policy = report.policy,
        edited = joined(edited),
        kept = joined(report.kept.iter().map(|kept| kept.id.clone())),
        captured = joined(report.captured.iter().map(captured)),
        notified = joined(report.notified.iter().map(notified)),
        repaired = joined(report.repaired.iter().map(|name| (*name).to_owned())),
        defects = joined(report.defects.iter().map(|defect| defect.name.to_owned())),
        scans = joined(scans),
        unread = joined(unread.into_iter().map(str::to_owned)),
        parts = report.parts.len(),
        size = report.size,
        client = envelope.client.map(|client| client.to_string()),
        from = shown(envelope.sender.as_deref()),
        rcpts = envelope.recipients.len(),
        ms = u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
        "message"
    );
}

/// What is counted of a message.
pub fn story(report: &Report) -> Story {
    Story {
        verdict: report.verdict,
        took: report.took,
        size: report.size,
        defects: report
            .defects
            .iter()
            .map(|note| (note.name, note.class))
            .collect(),
        actions: actions(report).collect(),
        kept: report.kept.len(),
        captures: report
            .captured
            .iter()
            .map(|copy| copy.failed.is_none())
            .collect(),
        unread: report.inside.iter().filter_map(|it| it.unread).collect(),
    }
}

/// What was done to a message, in the words of the log.
fn actions(report: &Report) -> impl Iterator<Item = &'static str> {
    let repairs = report.repaired.iter().map(|_| "repair");
    let parts = report.edited.iter().map(|note| note.action);
    let recipients = [
        (!report.added_recipients.is_empty(), "add_recipient"),
        (!report.removed_recipients.is_empty(), "remove_recipient"),
        (report.wrapped, "wrap"),
        (report.held.is_some(), "hold"),
        (report.changed, "any"),
    ];
    let others = recipients.into_iter().filter(|(done, _)| *done);
    parts.chain(repairs).chain(others.map(|(_, action)| action))
}

/// `before=ID`, or why there is no copy.
fn captured(copy: &CaptureNote) -> String {
    let id = copy.id.as_deref().unwrap_or("failed");
    format!("{}={id}", copy.copy)
}

/// `queued a@example.org, b@example.org`: the addresses are those of the policy.
fn notified(notice: &NoticeNote) -> String {
    format!("{} {}", notice.result, notice.to.join(", "))
}

fn shown(value: Option<&str>) -> Option<String> {
    value.map(|value| Untrusted::new(value).limit(VALUE).to_string())
}

fn reasons(reasons: &[Reason]) -> Option<String> {
    joined(
        reasons
            .iter()
            .map(|reason| Untrusted::new(&reason.to_string()).limit(VALUE).to_string()),
    )
}

/// The items in one value; none if there are none.
fn joined(items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.collect();
    (!items.is_empty()).then(|| items.join("; "))
}
