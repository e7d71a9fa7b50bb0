//! Cryptographic messages (RFC 5652) and their kin in DER: known by the object identifier that they start with.

use super::bytes::{index, slice};
use super::found::{ENCRYPTED, Found, MESSAGE, TEXT};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const SET: u8 = 0x31;
const OBJECT: u8 = 0x06;
const CONTEXT_0: u8 = 0xA0;

/// The structure at the start of `head`.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    let (content, _) = element(head, SEQUENCE)?;
    if let Some((object, rest)) = element(content, OBJECT) {
        return message(object, rest);
    }
    certificate(content)
}

/// `ContentInfo`: what kind of message it is.
fn message(object: &[u8], content: &[u8]) -> Option<Found> {
    const PKCS_7: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07";
    const SMIME_TYPES: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01";
    let sealed = Found::new(
        "application/pkcs7-mime",
        "encrypted S/MIME message",
        ENCRYPTED,
    );
    match (
        object.strip_prefix(PKCS_7),
        object.strip_prefix(SMIME_TYPES),
    ) {
        (Some([2]), _) if is_opaque(content).unwrap_or(false) => Some(Found::new(
            "application/pkcs7-mime",
            "signed S/MIME message",
            MESSAGE,
        )),
        (Some([2]), _) => Some(Found::new(
            "application/pkcs7-signature",
            "S/MIME signature",
            TEXT,
        )),
        (Some([3 | 4 | 6]), _) | (_, Some([23])) => Some(sealed),
        (_, Some([9])) => Some(Found::new(
            "application/pkcs7-mime",
            "compressed S/MIME message",
            MESSAGE,
        )),
        _ => None,
    }
}

/// Whether signed data hold the content that was signed: `SignedData` is version, digests, and content that may be
/// left out behind its type.
fn is_opaque(content: &[u8]) -> Option<bool> {
    let (explicit, _) = element(content, CONTEXT_0)?;
    let (signed, _) = element(explicit, SEQUENCE)?;
    let (_, rest) = element(signed, INTEGER)?;
    let (_, rest) = element(rest, SET)?;
    let (inner, _) = element(rest, SEQUENCE)?;
    let (_, rest) = element(inner, OBJECT)?;
    Some(element(rest, CONTEXT_0).is_some())
}

/// X.509 certificates, and key stores (PKCS #12).
fn certificate(content: &[u8]) -> Option<Found> {
    if let Some(([3], rest)) = element(content, INTEGER) {
        let store = Found::new("application/pkcs12", "PKCS #12 key store", ENCRYPTED);
        return element(rest, SEQUENCE).map(|_| store);
    }
    let (body, _) = element(content, SEQUENCE)?;
    let numbered = element(body, CONTEXT_0).and_then(|(version, _)| element(version, INTEGER));
    // Version 1 leaves its number out: serial number and signature algorithm come first.
    let unnumbered = || {
        let (_, rest) = element(body, INTEGER)?;
        let (algorithm, _) = element(rest, SEQUENCE)?;
        element(algorithm, OBJECT)
    };
    let known = numbered.or_else(unnumbered);
    known.map(|_| Found::new("application/pkix-cert", "X.509 certificate", TEXT))
}

/// Content of the element with this tag at the start, as far as it is there, and what follows. Of indefinite length
/// (BER) the content is everything that follows.
fn element(octets: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = octets.split_first().filter(|(first, _)| **first == tag)?;
    let _ = first;
    let (length, rest) = rest.split_first()?;
    let count = usize::from(length & 0x7F);
    match length {
        0x80 => Some((rest, &[])),
        0x81..=0x84 => {
            let number = slice(rest, 0, count).iter().fold(0_u64, |sum, octet| {
                sum.saturating_mul(256).saturating_add(u64::from(*octet))
            });
            let rest = rest.get(count..)?;
            Some((
                slice(rest, 0, index(number)),
                slice(rest, index(number), rest.len()),
            ))
        }
        0x85.. => None,
        _ => Some((slice(rest, 0, count), slice(rest, count, rest.len()))),
    }
}
