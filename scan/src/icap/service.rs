//! Where a service of an ICAP server is.

use crate::{Address, AddressError};
use std::{fmt, str::FromStr};

/// The port of ICAP servers (RFC 3507, section 4.2).
const PORT: u16 = 1344;

/// Bytes of the name of a service.
const NAME_LIMIT: usize = 500;

/// A service of an ICAP server, such as `icap://localhost:1344/avscan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcapService {
    address: Address,
    /// Host and port, as the server is told them.
    authority: String,
    /// With the slash before it.
    path: String,
}

impl IcapService {
    /// Where the server listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// The address of the service (RFC 3507, section 4.2).
    pub(super) fn uri(&self) -> String {
        format!("icap://{}{}", self.authority, self.path)
    }
}

impl fmt::Display for IcapService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri())
    }
}

impl FromStr for IcapService {
    type Err = IcapServiceError;

    fn from_str(text: &str) -> Result<Self, IcapServiceError> {
        let rest = text
            .strip_prefix("icap://")
            .ok_or(IcapServiceError::Scheme)?;
        let (authority, name) = rest.split_once('/').ok_or(IcapServiceError::NoService)?;
        let good = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        if name.is_empty() || name.len() > NAME_LIMIT || !name.bytes().all(good) {
            return Err(IcapServiceError::NoService);
        }
        let has_port = authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.contains(']'));
        let authority = if has_port {
            authority.to_owned()
        } else {
            format!("{authority}:{PORT}")
        };
        let address = format!("tcp:{authority}")
            .parse()
            .map_err(IcapServiceError::Address)?;
        Ok(IcapService {
            address,
            authority,
            path: format!("/{name}"),
        })
    }
}

/// Why a text is no [`IcapService`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IcapServiceError {
    /// It does not begin with `icap://`.
    Scheme,
    /// No service is named behind the host, or by what no name can hold.
    NoService,
    /// The host or the port cannot be.
    Address(AddressError),
}

impl fmt::Display for IcapServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IcapServiceError::Scheme => f.write_str("expected \"icap://\" at the beginning"),
            IcapServiceError::NoService => {
                f.write_str("expected the name of a service behind the host, as in \"icap://localhost:1344/avscan\"")
            }
            IcapServiceError::Address(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IcapServiceError {}

#[cfg(test)]
mod tests {
    use super::{IcapService, IcapServiceError};

    #[track_caller]
    fn check(text: &str, uri: &str, address: &str) {
        let service: IcapService = text.parse().expect(text);
        assert_eq!(service.uri(), uri);
        assert_eq!(service.address().to_string(), address);
    }

    #[test]
    fn services_are_read() {
        check(
            "icap://av.example.org/avscan",
            "icap://av.example.org:1344/avscan",
            "tcp:av.example.org:1344",
        );
        check(
            "icap://[::1]:99/a/b?mode=simple",
            "icap://[::1]:99/a/b?mode=simple",
            "tcp:[::1]:99",
        );
        check(
            "icap://[::1]/echo",
            "icap://[::1]:1344/echo",
            "tcp:[::1]:1344",
        );
        for (text, error) in [
            ("av/x", IcapServiceError::Scheme),
            ("icap://av", IcapServiceError::NoService),
            ("icap://av/", IcapServiceError::NoService),
            ("icap://av/a b", IcapServiceError::NoService),
            ("icap://av/a\r\nX: y", IcapServiceError::NoService),
        ] {
            assert_eq!(text.parse::<IcapService>(), Err(error), "{text}");
        }
        assert!("icap://a\r\nb/x".parse::<IcapService>().is_err());
        assert!("icap://av:0/x".parse::<IcapService>().is_err());
    }
}
