//! How an MTA is attached: the lines for its configuration, with times that fit those of the daemon.

mod postfix;
mod sendmail;

pub use postfix::{main_cf, milter_name};
pub use sendmail::sendmail_mc;

use std::time::Duration;
use tamis_milter::{Address, Settings};

/// How much longer than the daemon an MTA has to wait, so that it hears the answer of the daemon and not its own.
const MARGIN: Duration = Duration::from_secs(5);

/// The end of a message has a new body behind it, which takes a while too.
const MARGIN_AT_END: Duration = Duration::from_mins(1);

/// The most that the end of a message may take with the daemon, whatever its configuration says.
const END_MOST: Duration = Duration::from_mins(4);

/// How long an MTA is to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For a connection.
    pub connect: Duration,
    /// For the answer to a command.
    pub command: Duration,
    /// For the verdict on a message.
    pub end: Duration,
}

impl Waits {
    /// What an MTA usually has, or more if the daemon may take longer.
    pub fn of(server: &Settings) -> Self {
        let least = Waits::least(server);
        Waits {
            connect: Duration::from_secs(30),
            command: least.command.max(Duration::from_secs(30)),
            end: least.end.max(Duration::from_mins(5)),
        }
    }

    /// Below these it gives up while the daemon is still at work.
    pub fn least(server: &Settings) -> Self {
        Waits {
            connect: Duration::from_secs(5),
            command: server.command.saturating_add(MARGIN),
            end: server.end.min(END_MOST).saturating_add(MARGIN_AT_END),
        }
    }
}

/// An address as somebody on the same host connects to it: a daemon that listens everywhere is at the loopback address.
fn reachable(address: &Address) -> Address {
    match address {
        Address::Inet { host, port, v6 } if ["*", "0.0.0.0", "::"].contains(&host.as_str()) => {
            let here = if *v6 || host == "::" {
                "::1"
            } else {
                "127.0.0.1"
            };
            Address::Inet {
                host: here.to_owned(),
                port: *port,
                v6: *v6,
            }
        }
        other => other.clone(),
    }
}

/// Whole seconds, never less than the time.
fn seconds(time: Duration) -> u64 {
    let part = u64::from(time.subsec_nanos() > 0);
    time.as_secs().saturating_add(part)
}

#[cfg(test)]
mod tests {
    use super::{Waits, seconds};
    use std::time::Duration;
    use tamis_milter::Settings;

    #[test]
    fn an_mta_waits_longer_than_the_daemon() {
        let mut server = Settings::default();
        let waits = Waits::of(&server);
        assert_eq!(waits.command, Duration::from_secs(30));
        assert_eq!(waits.end, Duration::from_mins(5));
        server.command = Duration::from_mins(2);
        server.end = Duration::from_hours(1);
        let waits = Waits::of(&server);
        assert_eq!(waits.command, Duration::from_secs(125));
        assert_eq!(waits.end, Duration::from_mins(5));
        assert_eq!(seconds(Duration::from_millis(1_001)), 2);
    }
}
