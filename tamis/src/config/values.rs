//! What single keys may hold, beyond plain texts and numbers.

use super::quantity;
use super::section::{nearest, text};
use super::{LogFormat, LogLevel};
use crate::decoder::Sandbox;
use std::path::PathBuf;
use std::time::Duration;
use toml::de::DeValue;

pub(super) fn size(value: &DeValue<'_>) -> Result<u64, String> {
    quantity::size(&text(value)?)
}

pub(super) fn duration(value: &DeValue<'_>) -> Result<Duration, String> {
    quantity::duration(&text(value)?)
}

/// A time, or `"off"`.
pub(super) fn duration_or_off(value: &DeValue<'_>) -> Result<Option<Duration>, String> {
    match text(value)?.as_str() {
        "off" => Ok(None),
        text => quantity::duration(text).map(Some),
    }
}

/// Relative paths would depend on where the daemon was started.
pub(super) fn path(value: &DeValue<'_>) -> Result<PathBuf, String> {
    let path = PathBuf::from(text(value)?);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err("an absolute path is needed".to_owned())
    }
}

/// The name of an account.
pub(super) fn user(value: &DeValue<'_>) -> Result<String, String> {
    let user = text(value)?;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@');
    if (1..=320).contains(&user.len()) && user.bytes().all(good) {
        Ok(user)
    } else {
        Err(format!("{user:?} is no user name"))
    }
}

/// `"0660"`, as in chmod(1).
pub(super) fn mode(value: &DeValue<'_>) -> Result<u32, String> {
    let mode = u32::from_str_radix(&text(value)?, 8).ok();
    mode.filter(|mode| *mode <= 0o777)
        .ok_or_else(|| "a mode in octal digits is needed, such as \"0660\"".to_owned())
}

pub(super) fn network(value: &DeValue<'_>) -> Result<ipnet::IpNet, String> {
    let network = text(value)?;
    let host = network.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
    host.or_else(|_| network.parse()).map_err(|_| {
        format!("{network:?} is no network: write an address and a length, as in \"192.0.2.0/24\"")
    })
}

pub(super) fn domain(value: &DeValue<'_>) -> Result<String, String> {
    let domain = text(value)?.to_lowercase();
    let good = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !domain.starts_with('.') && !domain.is_empty() && domain.chars().all(good) {
        Ok(domain)
    } else {
        Err(format!("{domain:?} is no domain, as in \"example.org\""))
    }
}

/// An address and a port, as in `127.0.0.1:9811`.
pub(super) fn socket_address(value: &DeValue<'_>) -> Result<std::net::SocketAddr, String> {
    let address = text(value)?;
    address
        .parse()
        .map_err(|_| format!("{address:?} is no address with a port, as in \"127.0.0.1:9811\""))
}

pub(super) fn format(value: &DeValue<'_>) -> Result<LogFormat, String> {
    word(
        value,
        &[("text", LogFormat::Text), ("json", LogFormat::Json)],
    )
}

pub(super) fn level(value: &DeValue<'_>) -> Result<LogLevel, String> {
    word(
        value,
        &[
            ("error", LogLevel::Error),
            ("warn", LogLevel::Warn),
            ("info", LogLevel::Info),
            ("debug", LogLevel::Debug),
            ("trace", LogLevel::Trace),
        ],
    )
}

pub(super) fn sandbox(value: &DeValue<'_>) -> Result<Sandbox, String> {
    word(
        value,
        &Sandbox::ALL.map(|sandbox| (sandbox.name(), sandbox)),
    )
}

pub(super) fn word<T: Copy>(value: &DeValue<'_>, known: &[(&str, T)]) -> Result<T, String> {
    let word = text(value)?;
    if let Some((_, found)) = known.iter().find(|(name, _)| *name == word) {
        return Ok(*found);
    }
    let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
    Err(match nearest(&word, &names) {
        Some(near) => format!("{word:?} is not known (did you mean {near:?}?)"),
        None => format!(
            "{word:?} is not known, one of {} is needed",
            names.join(", ")
        ),
    })
}
