//! Addresses in the spellings that people know from Postfix and from Sendmail.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a filter listens.
///
/// | spelling | |
/// |---|---|
/// | `inet:host:port`, `tcp:host:port` | as in Postfix |
/// | `inet:port@host` | as in Sendmail |
/// | `inet6:[address]:port`, `inet6:port@address` | IPv6 |
/// | `inet:port`, `inet6:port` | this host alone |
/// | `unix:/path`, `local:/path`, `/path` | a socket file |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A TCP port; the host is a name, an address, or `*` for all addresses.
    Inet {
        /// The host.
        host: String,
        /// The port, 0 for any that is free.
        port: u16,
        /// Only IPv6 addresses of the host.
        v6: bool,
    },
    /// A socket file, by its absolute path.
    Unix(PathBuf),
}

impl Address {
    /// As `smtpd_milters` of Postfix wants it.
    pub fn for_postfix(&self) -> String {
        match self {
            Self::Inet { host, port, .. } if host.contains(':') => format!("inet:[{host}]:{port}"),
            Self::Inet { host, port, .. } => format!("inet:{host}:{port}"),
            Self::Unix(path) => format!("unix:{}", path.display()),
        }
    }

    /// As `INPUT_MAIL_FILTER` of Sendmail wants it.
    pub fn for_sendmail(&self) -> String {
        match self {
            Self::Inet {
                host,
                port,
                v6: false,
            } => format!("inet:{port}@{host}"),
            Self::Inet {
                host,
                port,
                v6: true,
            } => format!("inet6:{port}@{host}"),
            Self::Unix(path) => format!("local:{}", path.display()),
        }
    }

    fn unix(path: &str) -> Result<Self, InvalidAddress> {
        if Path::new(path).is_absolute() {
            Ok(Self::Unix(path.into()))
        } else {
            Err(InvalidAddress::Path)
        }
    }

    fn inet(place: &str, v6: bool) -> Result<Self, InvalidAddress> {
        let here = if v6 { "::1" } else { "127.0.0.1" };
        let (host, port) = match place.split_once('@').map(|(port, host)| (host, port)) {
            Some(split) => split,
            None => place.rsplit_once(':').unwrap_or((here, place)),
        };
        let port = port.parse().map_err(|_| InvalidAddress::Port)?;
        let host = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host);
        let good = |octet: u8| octet.is_ascii_alphanumeric() || b".-:_*%".contains(&octet);
        if host.is_empty() || !host.bytes().all(good) {
            return Err(InvalidAddress::Host);
        }
        Ok(Self::Inet {
            host: host.to_owned(),
            port,
            v6,
        })
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(address: &str) -> Result<Self, InvalidAddress> {
        if address.starts_with('/') {
            return Self::unix(address);
        }
        match address.split_once(':') {
            Some(("inet" | "tcp", place)) => Self::inet(place, false),
            Some(("inet6" | "tcp6", place)) => Self::inet(place, true),
            Some(("unix" | "local", path)) => Self::unix(path),
            _ => Err(InvalidAddress::Scheme),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet {
                host,
                port,
                v6: true,
            } => write!(f, "inet6:[{host}]:{port}"),
            other => f.write_str(&other.for_postfix()),
        }
    }
}

/// Why something is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidAddress {
    /// It starts with none of the known words.
    Scheme,
    /// The port is missing or not a number.
    Port,
    /// The host is empty or has characters that a host cannot have.
    Host,
    /// The path of the socket file is not absolute.
    Path,
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "an address is inet:host:port, inet:port@host, inet6:[host]:port, unix:/path or local:/path",
            Self::Port => "the port must be a number up to 65535, as in inet:host:port or inet:port@host",
            Self::Host => "the host is empty or has characters that a host cannot have",
            Self::Path => "the path of a socket must be absolute, as in unix:/run/filter.sock",
        })
    }
}

impl std::error::Error for InvalidAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling() {
        let cases = [
            (
                "inet:127.0.0.1:8890",
                "inet:127.0.0.1:8890",
                "inet:8890@127.0.0.1",
            ),
            (
                "inet:8890@mail.example",
                "inet:mail.example:8890",
                "inet:8890@mail.example",
            ),
            ("tcp:localhost:1", "inet:localhost:1", "inet:1@localhost"),
            ("inet:8890", "inet:127.0.0.1:8890", "inet:8890@127.0.0.1"),
            ("inet6:8890", "inet6:[::1]:8890", "inet6:8890@::1"),
            ("inet6:[::1]:8890", "inet6:[::1]:8890", "inet6:8890@::1"),
            ("inet6:8890@::1", "inet6:[::1]:8890", "inet6:8890@::1"),
            ("inet:*:25", "inet:*:25", "inet:25@*"),
            ("unix:/run/f.sock", "unix:/run/f.sock", "local:/run/f.sock"),
            ("local:/run/f.sock", "unix:/run/f.sock", "local:/run/f.sock"),
            ("/run/f.sock", "unix:/run/f.sock", "local:/run/f.sock"),
        ];
        for (spelling, shown, sendmail) in cases {
            let address: Address = spelling.parse().expect(spelling);
            assert_eq!(address.to_string(), shown, "{spelling}");
            assert_eq!(address.for_sendmail(), sendmail, "{spelling}");
            assert_eq!(shown.parse(), Ok(address), "{spelling}");
        }
    }

    #[test]
    fn what_is_no_address() {
        let cases = [
            ("", InvalidAddress::Scheme),
            ("localhost:25", InvalidAddress::Scheme),
            ("inet:", InvalidAddress::Port),
            ("inet:localhost", InvalidAddress::Port),
            ("inet:8890:127.0.0.1", InvalidAddress::Port),
            ("inet:localhost:65536", InvalidAddress::Port),
            ("inet:8890@", InvalidAddress::Host),
            ("inet:a b:25", InvalidAddress::Host),
            ("unix:run/f.sock", InvalidAddress::Path),
        ];
        for (spelling, error) in cases {
            assert_eq!(spelling.parse::<Address>(), Err(error), "{spelling}");
        }
    }
}
