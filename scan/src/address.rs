//! Where a scanner listens.

use std::{fmt, path::PathBuf, str::FromStr};

/// The address of a scanner: a unix socket, or a host and port.
///
/// Written as `unix:/path`, `/path`, `tcp:host:port`, `inet:host:port`, `inet6:host:port` or `host:port`; an IPv6 address
/// stands in brackets (`[::1]:3310`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// The absolute path of a unix socket.
    Unix(PathBuf),
    /// A host name or IP address, and a port that is not 0.
    Tcp {
        /// Without the brackets around an IPv6 address.
        host: String,
        /// 1 to 65535.
        port: u16,
    },
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.starts_with('/') {
            return unix(text);
        }
        match text.split_once(':') {
            Some(("unix", path)) => unix(path),
            Some(("tcp" | "inet" | "inet6", rest)) => tcp(rest),
            _ => tcp(text),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
            Address::Tcp { host, port } if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
        }
    }
}

/// Why a text is not an [`Address`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// The path of a unix socket must begin with `/`.
    RelativePath,
    /// The system takes at most 107 bytes as the path of a socket, and no NUL.
    BadPath,
    /// There is no host, or it holds what no host name can hold.
    BadHost,
    /// There is no port from 1 to 65535.
    BadPort,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::RelativePath => "the path of a unix socket must begin with \"/\"",
            AddressError::BadPath => "the path of a unix socket must have 107 bytes at most and no NUL",
            AddressError::BadHost => {
                "expected a host name, an IPv4 address or an IPv6 address in brackets before the port"
            }
            AddressError::BadPort => "expected a port from 1 to 65535 after the host, as in \"localhost:3310\"",
        })
    }
}

impl std::error::Error for AddressError {}

fn unix(path: &str) -> Result<Address, AddressError> {
    if !path.starts_with('/') {
        return Err(AddressError::RelativePath);
    }
    if path.len() > SOCKET_PATH || path.contains('\0') {
        return Err(AddressError::BadPath);
    }
    Ok(Address::Unix(PathBuf::from(path)))
}

fn tcp(text: &str) -> Result<Address, AddressError> {
    let (host, port) = text.rsplit_once(':').ok_or(AddressError::BadPort)?;
    let port = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let port = port
        .and_then(|port| port.parse().ok())
        .filter(|&port| port != 0);
    let port = port.ok_or(AddressError::BadPort)?;
    let host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inside) => inside
            .parse::<std::net::Ipv6Addr>()
            .map_err(|_| AddressError::BadHost)?
            .to_string(),
        None if is_host_name(host) => host.to_owned(),
        None => return Err(AddressError::BadHost),
    };
    Ok(Address::Tcp { host, port })
}

fn is_host_name(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=253).contains(&host.len()) && host.bytes().all(fits)
}

/// Bytes of `sun_path` on Linux, without the NUL at its end.
const SOCKET_PATH: usize = 107;

#[cfg(test)]
mod tests {
    use super::{Address, AddressError, SOCKET_PATH};

    /// The address that `text` stands for, written in full; and that form read again is the same address.
    #[track_caller]
    fn check(text: &str, expected: Result<&str, AddressError>) {
        let address: Result<Address, AddressError> = text.parse();
        assert_eq!(
            address.clone().map(|address| address.to_string()),
            expected.map(str::to_owned)
        );
        if let Ok(address) = address {
            assert_eq!(address.to_string().parse(), Ok(address));
        }
    }

    #[test]
    fn reads_every_customary_form() {
        check(
            "unix:/run/clamav/clamd.ctl",
            Ok("unix:/run/clamav/clamd.ctl"),
        );
        check("/run/clamav/clamd.ctl", Ok("unix:/run/clamav/clamd.ctl"));
        check("/run/with:colon", Ok("unix:/run/with:colon"));
        check("tcp:localhost:3310", Ok("tcp:localhost:3310"));
        check("inet:127.0.0.1:3310", Ok("tcp:127.0.0.1:3310"));
        check("inet6:[::1]:3310", Ok("tcp:[::1]:3310"));
        check("[::1]:3310", Ok("tcp:[::1]:3310"));
        check(
            "scan-1.example.org:65535",
            Ok("tcp:scan-1.example.org:65535"),
        );
    }

    #[test]
    fn refuses_what_cannot_be_reached() {
        check("", Err(AddressError::BadPort));
        check("localhost", Err(AddressError::BadPort));
        check("localhost:0", Err(AddressError::BadPort));
        check("localhost:65536", Err(AddressError::BadPort));
        check("localhost:+1", Err(AddressError::BadPort));
        check("localhost:", Err(AddressError::BadPort));
        check(":3310", Err(AddressError::BadHost));
        check("::1:3310", Err(AddressError::BadHost));
        check("[localhost]:3310", Err(AddressError::BadHost));
        check("a b:3310", Err(AddressError::BadHost));
        check("unix:run/clamd", Err(AddressError::RelativePath));
        check("unix:", Err(AddressError::RelativePath));
        check(
            &format!("/{}", "x".repeat(SOCKET_PATH)),
            Err(AddressError::BadPath),
        );
        check("/nul\0", Err(AddressError::BadPath));
    }
}
