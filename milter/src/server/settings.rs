//! Bounds of the server, each with a default that fits Postfix and Sendmail as they come.

use std::time::Duration;

/// Longest time that the end of a message may take: Sendmail gives up after 300 seconds whatever it is told.
const END_MAX: Duration = Duration::from_mins(4);

/// Longest time between two signs of progress: Sendmail gives up on a reply after 10 seconds.
const PROGRESS_MAX: Duration = Duration::from_secs(8);

/// Longest of all other waits.
const WAIT_MAX: Duration = Duration::from_hours(24);

/// Packets that any message may need.
const PACKETS_LEAST: u32 = 100;

/// Bounds of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Most connections at one time; more wait in the queue of the socket. Default 1000.
    pub connections: usize,
    /// Most packets of one connection that bring no message to its end: macros, aborts, recipients, header fields, tiny
    /// pieces of a body. The end of a message fills it up again, and 100 are forgiven each second. Default 250,000: a
    /// message for 100,000 recipients, each with macros of its own, fits.
    pub packets: u32,
    /// How long a connection may say nothing between two packets; MTAs keep them open between messages. Default 7210 s,
    /// which is what other milters allow.
    pub idle: Duration,
    /// How long a packet may take from its first octet to its last, and how long a new connection may take to begin.
    /// Default 60 s.
    pub packet: Duration,
    /// How long the MTA may take to read an answer. Default 60 s.
    pub write: Duration,
    /// How long the filter may take to answer any command but the end of a message. Postfix waits 30 s at most stages,
    /// Sendmail 10 s. Default 25 s.
    pub command: Duration,
    /// How long the end of a message may take, until the last octet of a new body. Default 120 s, never more than 240 s.
    pub end: Duration,
    /// How often the MTA is told that work at the end of a message goes on. Default 5 s, never more than 8 s.
    pub progress: Duration,
    /// How long messages may take to end when the server stops. Default 30 s.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 1000,
            packets: 250_000,
            idle: Duration::from_secs(7210),
            packet: Duration::from_mins(1),
            write: Duration::from_mins(1),
            command: Duration::from_secs(25),
            end: Duration::from_mins(2),
            progress: Duration::from_secs(5),
            drain: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// The same within what MTAs can bear.
    pub(crate) fn bounded(mut self) -> Self {
        self.connections = self.connections.clamp(1, 1 << 20);
        self.packets = self.packets.max(PACKETS_LEAST);
        self.end = self.end.min(END_MAX);
        for wait in [
            &mut self.idle,
            &mut self.packet,
            &mut self.write,
            &mut self.command,
            &mut self.drain,
        ] {
            *wait = (*wait).min(WAIT_MAX);
        }
        self.progress = self.progress.clamp(Duration::from_millis(1), PROGRESS_MAX);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_goes_beyond_what_mtas_bear() {
        let mut settings = Settings {
            connections: 0,
            packets: 0,
            end: Duration::MAX,
            progress: Duration::MAX,
            idle: Duration::MAX,
            ..Settings::default()
        };
        let bounded = settings.clone().bounded();
        assert_eq!(bounded.connections, 1);
        assert_eq!(bounded.packets, PACKETS_LEAST);
        assert_eq!(bounded.end, END_MAX);
        assert_eq!(bounded.progress, PROGRESS_MAX);
        assert_eq!(bounded.idle, WAIT_MAX);
        settings.progress = Duration::ZERO;
        assert!(settings.bounded().progress > Duration::ZERO);
        assert_eq!(Settings::default().bounded(), Settings::default());
    }
}
