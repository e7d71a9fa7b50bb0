//! Questions about many octets at once.
//!
//! Asked in blocks of one size and without a way out inside a block, so that the compiler makes vector instructions of
//! them: most mail has nothing of what is asked for, and the answer costs less than one instruction per octet.

/// Octets that are looked at as one.
const BLOCK: usize = 32;

/// Whether `told` holds for any octet.
pub(crate) fn any(octets: &[u8], told: impl Fn(u8) -> bool) -> bool {
    let block = |block: &[u8]| block.iter().fold(false, |any, octet| any | told(*octet));
    let (blocks, rest) = octets.as_chunks::<BLOCK>();
    // What is left makes a whole block with the octets before it.
    let last = octets.last_chunk::<BLOCK>();
    blocks.iter().any(|octets| block(octets)) || last.map_or(block(rest), |last| block(last))
}

/// Whether `told` holds for any octet and the one behind it.
pub(crate) fn any_pair(octets: &[u8], told: impl Fn(u8, u8) -> bool) -> bool {
    let (Some((_, behind)), Some((_, before))) = (octets.split_first(), octets.split_last()) else {
        return false;
    };
    let block = |before: &[u8], behind: &[u8]| {
        let pairs = before.iter().zip(behind);
        pairs.fold(false, |any, (octet, next)| any | told(*octet, *next))
    };
    let (blocks, _) = before.as_chunks::<BLOCK>();
    let mut pairs = blocks.iter().zip(behind.as_chunks::<BLOCK>().0);
    pairs.any(|(before, behind)| block(before, behind))
        || match (before.last_chunk::<BLOCK>(), behind.last_chunk::<BLOCK>()) {
            (Some(before), Some(behind)) => block(before, behind),
            _ => block(before, behind),
        }
}

/// For how many octets at the start `told` holds without a break.
pub(crate) fn leading(octets: &[u8], told: impl Fn(u8) -> bool) -> usize {
    let block = |block: &[u8]| block.iter().fold(true, |all, octet| all & told(*octet));
    let (blocks, _) = octets.as_chunks::<BLOCK>();
    let whole = blocks.iter().take_while(|octets| block(*octets)).count();
    let (_, rest) = blocks.split_at_checked(whole).unwrap_or_default();
    let skipped = blocks
        .len()
        .saturating_sub(rest.len())
        .saturating_mul(BLOCK);
    let rest = octets.get(skipped..).unwrap_or_default();
    let more = rest.iter().take_while(|octet| told(**octet)).count();
    skipped.saturating_add(more)
}

/// For how many octets `told` holds.
pub(crate) fn count(octets: &[u8], told: impl Fn(u8) -> bool) -> u64 {
    let (blocks, rest) = octets.as_chunks::<BLOCK>();
    // A block has fewer octets than an octet can count.
    let told = |count: u8, octet: &u8| count.wrapping_add(u8::from(told(*octet)));
    let blocks = blocks.iter().map(|block| block.iter().fold(0, told));
    let rest = rest.iter().fold(0, told);
    blocks.chain([rest]).map(u64::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_those_of_a_plain_loop() {
        for length in 0..200 {
            for at in 0..length {
                let mut octets = vec![b' '; length];
                octets[at] = b'\r';
                assert!(any(&octets, |octet| octet == b'\r'), "{at} of {length}");
                assert_eq!(count(&octets, |octet| octet == b' '), length as u64 - 1);
                assert_eq!(leading(&octets, |octet| octet == b' '), at, "of {length}");
                let pair = any_pair(&octets, |one, next| one == b'\r' && next == b' ');
                assert_eq!(pair, at + 1 < length, "{at} of {length}");
            }
            let none = vec![b' '; length];
            assert!(!any(&none, |octet| octet == b'\r'));
            assert_eq!(leading(&none, |octet| octet == b' '), length);
            assert!(!any_pair(&none, |one, _| one == b'\r'));
        }
    }
}
