//! Notices that rules send: short mails about messages, off their way.
//!
//! ```text
//! Notifier::tell ──▶ allowance ──▶ mail ──▶ bounded queue ──▶ one thread ──▶ carrier: a program, or a directory
//! ```
//!
//! No message waits for a notice, and none is lost with one: what is too much, or cannot be sent, is counted and logged.
//! A notice has no sender in its envelope and says that it is automatic (RFC 3834), so that nobody answers it; and nothing
//! is sent about a message that is both, for it may be a notice itself.

mod allowance;
mod carrier;
mod mail;
mod settings;

pub(crate) use settings::MOST;
pub use settings::{By, NotifySettings};

use crate::quarantine::Id;
use allowance::Allowance;
use carrier::Carrier;
use mail::Mail;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tamis_rules::{Envelope, Notification, Values};
use tracing::{info, warn};

/// Sends notices.
#[derive(Debug)]
pub struct Notifier {
    from: String,
    allowance: Mutex<Allowance>,
    /// None once no more are taken.
    queue: Mutex<Option<SyncSender<Mail>>>,
    ended: Mutex<Receiver<()>>,
    counts: Arc<Counts>,
}

/// How many notices there were, one for each address they were meant for.
#[derive(Debug, Default)]
struct Counts {
    queued: AtomicU64,
    sent: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

/// How many notices there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Put into the queue.
    pub queued: u64,
    /// Handed on.
    pub sent: u64,
    /// Not taken by the program or the directory.
    pub failed: u64,
    /// Addresses that were left out: too many within an hour, or the queue was full.
    pub dropped: u64,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Who sent the message to whom.
    pub envelope: &'a Envelope,
    /// Whether the message says that no person has sent it.
    pub auto_submitted: bool,
    /// The id under which something of it is kept.
    pub id: Option<&'a str>,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// It is on its way.
    Queued,
    /// Too many went out within an hour.
    TooMany,
    /// Too many wait to be sent.
    QueueFull,
    /// The message may be a notice itself, or the address is that of a machine that would be answered.
    Automatic,
    /// Nothing is set up to send it.
    Off,
}

impl Told {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Told::Queued => "queued",
            Told::TooMany => "limit",
            Told::QueueFull => "full",
            Told::Automatic => "automatic",
            Told::Off => "off",
        }
    }
}

impl Notifier {
    /// Looks whether notices can be sent, and begins to wait for them.
    pub fn start(settings: &NotifySettings) -> io::Result<Self> {
        let carrier = Carrier::new(settings)?;
        let (queue, mails) = sync_channel(settings.queue.max(1));
        let (working, ended) = channel();
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        std::thread::Builder::new()
            .name("notices".to_owned())
            .spawn(move || {
                work(&carrier, &mails, &counted);
                drop(working);
            })?;
        Ok(Notifier {
            from: settings.from.clone(),
            allowance: Mutex::new(Allowance::new(settings.per_hour, settings.per_address)),
            queue: Mutex::new(Some(queue)),
            ended: Mutex::new(ended),
            counts,
        })
    }

    /// Sends a notice to everybody it is for, and says what became of it for each. Waits for nothing.
    pub fn tell(&self, about: &About<'_>, notification: &Notification) -> Vec<(Arc<str>, Told)> {
        let now = Instant::now();
        let mut told: Vec<(Arc<str>, Told)> = notification
            .to
            .iter()
            .map(|address| (Arc::clone(address), self.may(about, address, now)))
            .collect();
        let to: Vec<Arc<str>> = told
            .iter()
            .filter(|(_, told)| *told == Told::Queued)
            .map(|(address, _)| Arc::clone(address))
            .collect();
        if !to.is_empty() && !self.send(about, notification, to) {
            for (_, told) in told.iter_mut().filter(|(_, it)| *it == Told::Queued) {
                *told = Told::QueueFull;
            }
        }
        self.count(&told);
        told
    }

    /// How many notices there were so far.
    pub fn counted(&self) -> Counted {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counted {
            queued: of(&self.counts.queued),
            sent: of(&self.counts.sent),
            failed: of(&self.counts.failed),
            dropped: of(&self.counts.dropped),
        }
    }

    /// Takes no more notices and waits until those in the queue are sent, at most so long. Says whether they are.
    pub fn finish(&self, patience: Duration) -> bool {
        drop(lock(&self.queue).take());
        let ended = lock(&self.ended).recv_timeout(patience);
        ended != Err(RecvTimeoutError::Timeout)
    }

    /// Writes into the log how many notices there were, if there were any.
    pub fn log(&self) {
        let Counted {
            queued,
            sent,
            failed,
            dropped,
        } = self.counted();
        if queued > 0 || dropped > 0 {
            info!(queued, sent, failed, dropped, "notices");
        }
    }

    /// Whether this address may get a notice about this message now.
    fn may(&self, about: &About<'_>, address: &str, now: Instant) -> Told {
        let sender = about.envelope.sender.as_deref();
        let answers =
            sender.is_some_and(|sender| sender.is_empty() || sender.eq_ignore_ascii_case(address));
        if about.auto_submitted && answers {
            return Told::Automatic;
        }
        let mut allowance = lock(&self.allowance);
        let was_enough = allowance.is_enough();
        if allowance.take(address, now) {
            return Told::Queued;
        }
        if was_enough {
            // One line when it begins: the sender of the mail decides how often this happens.
            warn!("rules send too many notices: some are left out from here on");
        }
        Told::TooMany
    }

    fn count(&self, told: &[(Arc<str>, Told)]) {
        for (_, told) in told {
            let counter = match told {
                Told::Queued => &self.counts.queued,
                Told::TooMany | Told::QueueFull => &self.counts.dropped,
                Told::Automatic | Told::Off => continue,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Puts a notice into the queue, if there is room.
    fn send(&self, about: &About<'_>, notification: &Notification, to: Vec<Arc<str>>) -> bool {
        let Ok(id) = Id::new() else { return false };
        let notice = notification.text.render(&Values { id: about.id });
        let rule = notification.reason.rule.to_string();
        let mail = Mail::new(id, &self.from, to, rule, notice);
        match lock(&self.queue).as_ref().map(|queue| queue.try_send(mail)) {
            Some(Ok(())) => true,
            Some(Err(TrySendError::Full(mail))) => {
                warn!(
                    rule = mail.rule,
                    "a notice is left out: too many wait to be sent"
                );
                false
            }
            Some(Err(TrySendError::Disconnected(_))) | None => false,
        }
    }
}

/// Sends what is in the queue until nobody can put anything into it.
fn work(carrier: &Carrier, mails: &Receiver<Mail>, counts: &Counts) {
    for mail in mails {
        let addresses = mail.to.len() as u64;
        let (id, rule) = (mail.id.to_string(), mail.rule.clone());
        match carrier.carry(&mail) {
            Ok(()) => {
                counts.sent.fetch_add(addresses, Ordering::Relaxed);
                info!(id, rule, to = mail.to.join(", "), "notice sent");
            }
            Err(error) => {
                counts.failed.fetch_add(addresses, Ordering::Relaxed);
                warn!(
                    id,
                    rule,
                    problem = error.to_string(),
                    "a notice was not sent"
                );
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
