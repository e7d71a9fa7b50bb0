//! `OpenPGP` (RFC 9580) and kin: armour in text, packets in octets.

use super::bytes::{has, slice, u8_at};
use super::found::{ENCRYPTED, Found, TEXT};

const SEALED: Found = Found::new("application/pgp-encrypted", "PGP message", ENCRYPTED);
const SIGNATURE: Found = Found::new("application/pgp-signature", "PGP signature", TEXT);
const KEY: Found = Found::new("application/pgp-keys", "PGP key", TEXT);

/// Armour by its first line.
pub(super) fn by_armour(text: &[u8]) -> Option<Found> {
    const ARMOUR: &[(&[u8], Found)] = &[
        (
            b"-----BEGIN PGP MESSAGE",
            Found::new("application/pgp-encrypted", "PGP message", ENCRYPTED),
        ),
        (
            b"-----BEGIN AGE ENCRYPTED FILE",
            Found::new(
                "application/x-age-encryption",
                "age encrypted file",
                ENCRYPTED,
            ),
        ),
        (
            b"-----BEGIN PGP SIGNED MESSAGE",
            Found::new("text/x-pgp-signed", "PGP signed text", TEXT),
        ),
        (
            b"-----BEGIN PGP SIGNATURE",
            Found::new("application/pgp-signature", "PGP signature", TEXT),
        ),
        (
            b"-----BEGIN PGP PUBLIC KEY",
            Found::new("application/pgp-keys", "PGP public key", TEXT),
        ),
        (
            b"-----BEGIN PGP PRIVATE KEY",
            Found::new("application/pgp-keys", "PGP private key", TEXT),
        ),
    ];
    ARMOUR
        .iter()
        .find(|(line, _)| text.starts_with(line))
        .map(|(_, found)| *found)
}

/// Packets by the first one: a session key for a public key or a password, a signature, a key.
pub(super) fn by_packet(head: &[u8]) -> Option<Found> {
    let (tag, at) = packet(head)?;
    let body = slice(head, at, 16);
    let version = u8_at(body, 0)?;
    let public_key = |at| matches!(u8_at(body, at), Some(1..=3 | 16..=28));
    let cipher = matches!(u8_at(body, 1), Some(1..=13)) && matches!(u8_at(body, 2), Some(0..=4));
    let starts: [&[u8]; 3] = [b"\x04\0\x01", b"\x04\0\x08", b"\x03\x05\0"];
    let signs = || starts.iter().any(|start| has(body, 0, start));
    match (tag, version) {
        (1, 3) if public_key(9) => Some(SEALED),
        (3, 4 | 5) if cipher => Some(SEALED),
        (2, _) if signs() => Some(SIGNATURE),
        (5 | 6, 4 | 6) if public_key(5) => Some(KEY),
        (5 | 6, 2 | 3) if public_key(7) => Some(KEY),
        _ => None,
    }
}

/// Tag of a packet and where its body begins.
fn packet(head: &[u8]) -> Option<(u8, usize)> {
    let first = u8_at(head, 0)?;
    match first {
        0xC0.. => {
            let length = u8_at(head, 1)?;
            let body = match length {
                192..=223 => 3,
                255 => 6,
                _ => 2,
            };
            Some((first & 0x3F, body))
        }
        0x80..=0xBF => {
            let body = match first & 3 {
                0 => 2,
                1 => 3,
                2 => 5,
                _ => 1,
            };
            Some(((first & 0x3C) >> 2, body))
        }
        _ => None,
    }
}
