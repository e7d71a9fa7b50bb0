//! A bar that shows how far batch work has come; only on a terminal, and only when it takes long enough to see it.

use crate::mailbox::{Form, Origin, Source};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Shows progress on standard error, or nothing.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: bool,
}

/// Work that is done before that shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    /// A bar if standard error is a terminal.
    pub fn on_terminal() -> Self {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::hidden);
        Progress {
            bar,
            started: Instant::now(),
            shown: false,
        }
    }

    /// No bar.
    pub fn silent() -> Self {
        Progress {
            bar: None,
            started: Instant::now(),
            shown: false,
        }
    }

    /// Learns how much there is to do. Only of a single mbox is that known: the bar shows octets then.
    pub fn expect(&mut self, source: &Source) {
        if let (Some(bar), Form::Mbox(_), Ok(metadata)) =
            (&self.bar, source.form(), source.path().metadata())
        {
            bar.set_length(metadata.len());
        }
    }

    /// A message is done.
    pub(super) fn step(&mut self, origin: &Origin) {
        let Some(bar) = &self.bar else { return };
        match (origin, bar.length()) {
            (Origin::Entry { entry, .. }, Some(_)) => bar.set_position(entry.gap.end),
            _ => bar.inc(1),
        }
        if !self.shown && self.started.elapsed() > PATIENCE {
            self.shown = true;
            let template = match bar.length() {
                Some(_) => "{bar:40} {percent:>3}% {bytes}/{total_bytes}, {eta} left",
                None => "{spinner} {pos} messages, {elapsed}",
            };
            let style = ProgressStyle::with_template(template);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        }
    }

    /// Lets something else write to the terminal.
    pub(super) fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
