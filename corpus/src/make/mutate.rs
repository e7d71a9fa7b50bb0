//! Random damage to messages, for tests of the laws that hold on any octets.

use crate::random::Random;

/// The message after one to eight random changes.
pub fn mutate(message: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut octets = message.to_vec();
    for _ in 0..random.between(1, 8) {
        change(&mut octets, &mut random);
    }
    octets
}

fn change(octets: &mut Vec<u8>, random: &mut Random) {
    match random.below(10) {
        0 => flip(octets, random),
        1 => lines(octets, random, |lines, at, _| drop(lines.remove(at))),
        2 => lines(octets, random, |lines, at, _| {
            lines.insert(at, lines[at].clone());
        }),
        3 => lines(octets, random, |lines, at, random| {
            let other = random.below(lines.len());
            lines.swap(at, other);
        }),
        4 => lines(octets, random, |lines, at, random| {
            lines.insert(at, random.pick(LINES).to_vec());
        }),
        5 => lines(octets, random, |lines, at, random| {
            let end = random.pick(ENDS).to_vec();
            let text = lines[at].trim_ascii_end().to_vec();
            lines[at] = [text, end].concat();
        }),
        6 => delimiter(octets, random),
        7 => octets.truncate(random.below(octets.len() + 1)),
        8 => {
            let at = random.below(octets.len() + 1);
            let inserted = random.pick(PIECES);
            octets.splice(at..at, inserted.iter().copied());
        }
        _ => {
            let at = random.below(octets.len() + 1);
            let end = (at + random.below(40)).min(octets.len());
            octets.drain(at..end);
        }
    }
}

/// Lines that change how what follows is read.
const LINES: &[&[u8]] = &[
    b"\r\n",
    b" \r\n",
    b"--\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type : text/html; charset=\"\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''a; filename*2=b.exe\r\n",
    b"no field at all\r\n",
    b": empty name\r\n",
    b"From sender Sun Nov 22 10:00:00 2026\r\n",
    b"begin 644 a.exe\r\n",
];

const ENDS: &[&[u8]] = &[b"\n", b"\r", b"\r\r\n", b"\n\r", b"", b" \r\n", b"\0\r\n"];

const PIECES: &[&[u8]] = &[
    b"\0",
    b"\r",
    b"\n",
    b"--",
    b"=",
    b"\"",
    b"(",
    b";",
    b":",
    b"=?utf-8?B?",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"*0*=",
    b"\r\n\r\n",
];

fn flip(octets: &mut [u8], random: &mut Random) {
    if !octets.is_empty() {
        let at = random.below(octets.len());
        octets[at] ^= 1 << random.below(8);
    }
}

/// Changes the list of lines; each keeps its line end.
fn lines(
    octets: &mut Vec<u8>,
    random: &mut Random,
    change: impl FnOnce(&mut Vec<Vec<u8>>, usize, &mut Random),
) {
    let mut lines: Vec<Vec<u8>> = octets
        .split_inclusive(|octet| *octet == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    if !lines.is_empty() {
        let at = random.below(lines.len());
        change(&mut lines, at, random);
        *octets = lines.concat();
    }
}

/// Damages a line that looks like a delimiter: appends to it, cuts it, closes it or puts a blank before it.
fn delimiter(octets: &mut Vec<u8>, random: &mut Random) {
    let starts: Vec<usize> = octets
        .windows(3)
        .enumerate()
        .filter(|(_, window)| *window == b"\n--")
        .map(|(at, _)| at + 1)
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = random.pick(&starts);
    let end = octets[start..]
        .iter()
        .position(|octet| matches!(octet, b'\r' | b'\n'))
        .map_or(octets.len(), |length| start + length);
    match random.below(4) {
        0 => drop(octets.splice(end..end, *b"x")),
        1 => drop(octets.drain(end - 1..end)),
        2 => drop(octets.splice(end..end, *b"--")),
        _ => drop(octets.splice(start..start, *b" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::make::message;

    #[test]
    fn damage_is_deterministic_and_does_happen() {
        let sound = message::sound(1).octets;
        assert_eq!(mutate(&sound, 5), mutate(&sound, 5));
        let changed = (0..100)
            .filter(|seed| mutate(&sound, *seed) != sound)
            .count();
        assert!(changed > 90, "{changed}");
    }

    #[test]
    fn anything_can_be_damaged() {
        for seed in 0..200 {
            let _ = mutate(b"", seed);
            let _ = mutate(b"\n--", seed);
        }
    }
}
