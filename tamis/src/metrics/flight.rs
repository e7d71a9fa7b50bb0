//! What is open or on its way just now: counted up when it begins, and down however it ends.

use super::Metrics;
use super::labels::{self, Message};
use super::story::Story;
use tamis_rules::Direction;

/// An open connection of an MTA.
#[derive(Debug)]
pub struct Open(Metrics);

impl Open {
    pub(super) fn new(metrics: Metrics) -> Self {
        metrics.families().connections.inc();
        metrics.families().connections_open.inc();
        Open(metrics)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.families().connections_open.dec();
    }
}

/// A message that has no verdict yet.
#[derive(Debug)]
pub struct Arriving {
    metrics: Metrics,
    octets: i64,
}

impl Arriving {
    pub(super) fn new(metrics: Metrics) -> Self {
        metrics.families().messages_in_flight.inc();
        Arriving { metrics, octets: 0 }
    }

    /// So many octets more have come.
    pub fn add(&mut self, octets: usize) {
        let octets = i64::try_from(octets).unwrap_or(i64::MAX);
        let sum = self.octets.saturating_add(octets);
        let more = sum.saturating_sub(self.octets);
        self.octets = sum;
        self.metrics.families().bytes_in_flight.inc_by(more);
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let families = self.metrics.families();
        families.messages_in_flight.dec();
        families.bytes_in_flight.dec_by(self.octets);
    }
}

/// A message that is complete and has no verdict yet. If it gets none, because something of ours failed or took too long,
/// that is counted too.
#[derive(Debug)]
pub struct Pending {
    metrics: Metrics,
    direction: labels::Way,
    judged: bool,
}

impl Pending {
    pub(super) fn new(metrics: Metrics, direction: Option<Direction>) -> Self {
        Pending {
            metrics,
            direction: labels::way(direction),
            judged: false,
        }
    }

    /// The verdict is there.
    pub fn judged(mut self, story: &Story) {
        self.judged = true;
        let families = self.metrics.families();
        self.count(story.verdict);
        let direction = labels::Direction {
            direction: self.direction,
        };
        let seconds = families.message_seconds.get_or_create(&direction);
        seconds.observe(story.took.as_secs_f64());
        #[allow(
            clippy::cast_precision_loss,
            reason = "it goes into a bucket, not into an account"
        )]
        families.message_bytes.observe(story.size as f64);
        families.story(story);
    }

    fn count(&self, verdict: &'static str) {
        let direction = self.direction;
        let messages = &self.metrics.families().messages;
        messages
            .get_or_create(&Message { verdict, direction })
            .inc();
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.judged {
            self.count("error");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;

    #[test]
    fn what_gets_no_verdict_is_an_error() {
        let metrics = Metrics::default();
        drop(metrics.pending(None));
        let text = metrics.families().text().unwrap();
        let line = "tamis_messages_total{verdict=\"error\",direction=\"unknown\"} 1\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn whatever_began_ends() {
        let metrics = Metrics::default();
        let families = metrics.families();
        let (one, mut two) = (metrics.connection(), metrics.arriving());
        two.add(1_000);
        two.add(24);
        assert_eq!(families.connections_open.get(), 1);
        assert_eq!(families.bytes_in_flight.get(), 1_024);
        drop((one, two));
        assert_eq!(families.connections_open.get(), 0);
        assert_eq!(families.messages_in_flight.get(), 0);
        assert_eq!(families.bytes_in_flight.get(), 0);
        assert_eq!(families.connections.get(), 1);
    }
}
