//! Addresses and parameters of the envelope, checked so that both MTAs read them alike.

use super::invalid::InvalidEdit;

/// Longest envelope address or parameter, in octets.
const TEXT_MAX: usize = 1000;

/// An envelope address, with or without angle brackets; `<>` is the null sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Vec<u8>);

impl Address {
    /// Checks an address: no control characters, and none outside quotes of those that would make it two.
    pub fn new(address: &[u8]) -> Result<Self, InvalidEdit> {
        let inner = address
            .strip_prefix(b"<")
            .and_then(|rest| rest.strip_suffix(b">"));
        let bare = inner.unwrap_or(address);
        if bare.len() > TEXT_MAX || (address.is_empty()) || !is_single(bare) {
            return Err(InvalidEdit::Address);
        }
        Ok(Self(address.to_owned()))
    }

    /// As it was given.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// In angle brackets.
    pub(crate) fn bracketed(&self) -> Vec<u8> {
        if self.0.starts_with(b"<") {
            return self.0.clone();
        }
        [b"<", self.0.as_slice(), b">"].concat()
    }
}

fn is_single(address: &[u8]) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for octet in address {
        match octet {
            0..=31 | 127 => return false,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b' ' | b',' | b'<' | b'>' | b';' if !quoted => return false,
            _ => {}
        }
    }
    !quoted && !escaped
}

/// ESMTP parameters, only those that no MTA chokes on: `RET` and `ENVID` of a sender, `NOTIFY` and `ORCPT` of a
/// recipient (RFC 3461).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(String);

impl Parameters {
    /// No parameter.
    pub fn none() -> Self {
        Self::default()
    }

    /// Parameters of a sender.
    pub fn of_sender(parameters: &[&str]) -> Result<Self, InvalidEdit> {
        Self::checked(parameters, &["RET=", "ENVID="])
    }

    /// Parameters of a recipient.
    pub fn of_recipient(parameters: &[&str]) -> Result<Self, InvalidEdit> {
        Self::checked(parameters, &["NOTIFY=", "ORCPT="])
    }

    fn checked(parameters: &[&str], known: &[&str]) -> Result<Self, InvalidEdit> {
        for parameter in parameters {
            let starts = |key: &&str| {
                parameter
                    .get(..key.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(key))
            };
            let graphic = parameter.bytes().all(|octet| octet.is_ascii_graphic());
            if !graphic || parameter.len() > TEXT_MAX || !known.iter().any(starts) {
                return Err(InvalidEdit::Parameter);
            }
        }
        Ok(Self(parameters.join(" ")))
    }

    /// Separated by spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
