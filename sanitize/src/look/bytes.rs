//! Numbers and slices out of octets that may be too few: what is missing reads as nothing.

use crate::octets;

/// Up to `len` octets from `at` on.
pub(super) fn slice(octets: &[u8], at: usize, len: usize) -> &[u8] {
    let rest = octets.get(at..).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// The octets without the NULs among them.
pub(super) fn without_nul(octets: &[u8]) -> Vec<u8> {
    let nuls = octets::leading(octets, |octet| octet == 0);
    let mut narrow = octets.get(nuls..).unwrap_or_default().to_vec();
    narrow.retain(|octet| *octet != 0);
    narrow
}

/// Whether `magic` stands at `at`.
pub(super) fn has(octets: &[u8], at: usize, magic: &[u8]) -> bool {
    slice(octets, at, magic.len()) == magic
}

/// The octet at `at`.
pub(super) fn u8_at(octets: &[u8], at: usize) -> Option<u8> {
    octets.get(at).copied()
}

/// Two octets, the low one first.
pub(super) fn u16_le(octets: &[u8], at: usize) -> Option<u16> {
    slice(octets, at, 2).try_into().ok().map(u16::from_le_bytes)
}

/// Four octets, the low one first.
pub(super) fn u32_le(octets: &[u8], at: usize) -> Option<u32> {
    slice(octets, at, 4).try_into().ok().map(u32::from_le_bytes)
}

/// Four octets, the high one first.
pub(super) fn u32_be(octets: &[u8], at: usize) -> Option<u32> {
    slice(octets, at, 4).try_into().ok().map(u32::from_be_bytes)
}

/// Eight octets, the low one first.
pub(super) fn u64_le(octets: &[u8], at: usize) -> Option<u64> {
    slice(octets, at, 8).try_into().ok().map(u64::from_le_bytes)
}

/// A number of the octets as an index; one that does not fit is behind every end.
pub(super) fn index(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}
