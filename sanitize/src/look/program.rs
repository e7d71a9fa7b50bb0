//! Programs that a short magic number does not tell: it is followed to the header that does.

use super::bytes::{has, index, slice, u8_at, u16_le, u32_be, u32_le};
use super::found::{Found, PROGRAM};

/// A program by its head.
pub(super) fn by_head(head: &[u8]) -> Option<Found> {
    match head {
        [b'M', b'Z', ..] | [b'Z', b'M', ..] => Some(dos(head)),
        [0xCA, 0xFE, 0xBA, 0xBE, ..] => Some(cafe_babe(head)),
        _ => python(head).or_else(|| coff(head)),
    }
}

/// DOS header, and at the place that it names what the program really is.
fn dos(head: &[u8]) -> Found {
    const WINDOWS: &str = "application/vnd.microsoft.portable-executable";
    let at = index(u32_le(head, 60).unwrap_or_default());
    match slice(head, at, 2) {
        b"PE" if u16_le(head, at.saturating_add(22)).is_some_and(|flags| flags & 0x2000 != 0) => {
            Found::new(WINDOWS, "PE library", PROGRAM)
        }
        b"PE" => Found::new(WINDOWS, "PE program", PROGRAM),
        b"NE" => Found::new("application/x-dosexec", "16-bit Windows program", PROGRAM),
        b"LE" | b"LX" => Found::new("application/x-dosexec", "OS/2 program or driver", PROGRAM),
        _ => Found::new("application/x-dosexec", "DOS or Windows program", PROGRAM),
    }
}

/// Java classes and Mach-O programs for several processors start alike: Java has its version (45 or more) where Mach-O
/// has a count of processors.
fn cafe_babe(head: &[u8]) -> Found {
    if u32_be(head, 4).is_some_and(|count| count < 45) {
        Found::new("application/x-mach-binary", "Mach-O program", PROGRAM)
    } else {
        Found::new("application/java-vm", "Java class", PROGRAM)
    }
}

/// Python bytecode: a version, CR LF, and a marshalled code object behind a header of 8 to 16 octets.
fn python(head: &[u8]) -> Option<Found> {
    let code = |at: usize| matches!(u8_at(head, at), Some(b'c' | 0xE3));
    let known = has(head, 2, b"\r\n") && [8, 12, 16].into_iter().any(code) && head.len() > 32;
    (known && head.get(..2).is_some_and(|version| version != b"\r\n")).then_some(Found::new(
        "application/x-bytecode.python",
        "Python bytecode",
        PROGRAM,
    ))
}

/// COFF objects: processor, few sections, no optional header.
fn coff(head: &[u8]) -> Option<Found> {
    let processor = matches!(u16_le(head, 0), Some(0x014C | 0x8664 | 0xAA64));
    let sections = u16_le(head, 2).is_some_and(|count| (1..=96).contains(&count));
    let symbols = u32_le(head, 8).is_some_and(|at| at > 20 && at < 1 << 28);
    let plain = u16_le(head, 16) == Some(0);
    let section = matches!(u8_at(head, 20), Some(b'.' | b'/'));
    (processor && sections && symbols && plain && section).then_some(Found::new(
        "application/x-object",
        "COFF object",
        PROGRAM,
    ))
}
