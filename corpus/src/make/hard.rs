//! Messages that cost a careless reader much. Each grows with its argument; a reader in linear time does not mind.

use super::encode::{base64, quoted};
use std::fmt::Write as _;

const HEAD: &str = "From: sender@example.org\r\nTo: recipient@example.com\r\nSubject: hard\r\nMIME-Version: 1.0\r\n";

/// Multiparts inside each other, so many levels, with a line of text innermost. All are closed.
pub fn nested_multiparts(depth: usize) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    for level in 0..depth {
        let _ = write!(
            text,
            "Content-Type: multipart/mixed; boundary=\"level{level}\"\r\n\r\n--level{level}\r\n"
        );
    }
    text.push_str("\r\ninnermost\r\n");
    for level in (0..depth).rev() {
        let _ = write!(text, "--level{level}--\r\n");
    }
    text.into_bytes()
}

/// Messages inside each other, so many levels, with a line of text innermost.
pub fn nested_messages(depth: usize) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    for _ in 0..depth {
        text.push_str("Content-Type: message/rfc822\r\n\r\n");
    }
    text.push_str("Subject: innermost\r\n\r\ninnermost\r\n");
    text.into_bytes()
}

/// One multipart of so many short parts.
pub fn many_parts(count: usize) -> Vec<u8> {
    multipart("mixed", "b", |body| {
        for index in 0..count {
            let _ = write!(body, "--b\r\n\r\n{index}\r\n");
        }
        body.push_str("--b--\r\n");
    })
}

/// So many header fields, each of another name.
pub fn many_fields(count: usize) -> Vec<u8> {
    with_field(|head| {
        for index in 0..count {
            let _ = write!(head, "X-Field-{index}: value\r\n");
        }
    })
}

/// One field so many times.
pub fn repeated_field(name: &str, count: usize) -> Vec<u8> {
    let field = format!("{name}: someone@example.com\r\n");
    with_field(|head| head.push_str(&field.repeat(count)))
}

/// One field in so many lines.
pub fn folded_field(lines: usize) -> Vec<u8> {
    with_field(|head| {
        head.push_str("X-Folded: a\r\n");
        head.push_str(&" b\r\n".repeat(lines));
    })
}

/// A body that is one line of so many octets.
pub fn long_line(length: usize) -> Vec<u8> {
    format!("{HEAD}\r\n{}\r\n", "x".repeat(length)).into_bytes()
}

/// Lines that begin like a delimiter of each of `open` nested multiparts but go on, `lines` in all.
pub fn boundary_storm(open: usize, lines: usize) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    for level in 0..open {
        let _ = write!(
            text,
            "Content-Type: multipart/mixed; boundary=\"storm{level:04}\"\r\n\r\n--storm{level:04}\r\n"
        );
    }
    text.push_str("\r\n");
    for line in 0..lines {
        let _ = write!(text, "--storm{:04}x\r\n", line % open.max(1));
    }
    for level in (0..open).rev() {
        let _ = write!(text, "--storm{level:04}--\r\n");
    }
    text.into_bytes()
}

/// Open multiparts whose boundaries are prefixes of each other, and `lines` lines that each continue the longest.
pub fn prefix_boundaries(open: usize, lines: usize) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    let boundary = |level: usize| "p".repeat(level + 1);
    for level in 0..open {
        let name = boundary(level);
        let _ = write!(
            text,
            "Content-Type: multipart/mixed; boundary={name}\r\n\r\n--{name}\r\n"
        );
    }
    text.push_str("\r\n");
    let line = format!("--{}\r\n", boundary(open));
    text.push_str(&line.repeat(lines));
    for level in (0..open).rev() {
        let _ = write!(text, "--{}--\r\n", boundary(level));
    }
    text.into_bytes()
}

/// A multipart that is closed so many times over.
pub fn repeated_close(count: usize) -> Vec<u8> {
    multipart("mixed", "b", |body| {
        body.push_str("--b\r\n\r\ntext\r\n");
        body.push_str(&"--b--\r\n".repeat(count));
    })
}

/// The order of RFC 2231 segments in [`segment_flood`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 0, 1, 2 ...
    Ascending,
    /// The last one first.
    Descending,
    /// 0, 0, 0 ...
    Same,
    /// 0, 2, 4 ...
    Gaps,
    /// Numbers beyond any integer.
    Huge,
}

/// A file name in so many RFC 2231 segments.
pub fn segment_flood(count: usize, order: Order) -> Vec<u8> {
    part_with_parameter(|field| {
        for index in 0..count {
            let number = match order {
                Order::Ascending => index.to_string(),
                Order::Descending => (count - 1 - index).to_string(),
                Order::Same => "0".to_owned(),
                Order::Gaps => (2 * index).to_string(),
                Order::Huge => format!("{}{index}", "9".repeat(40)),
            };
            let _ = write!(field, ";\r\n filename*{number}*=a");
        }
    })
}

/// A file name of so many quoted pairs, never closed.
pub fn quoted_pairs(count: usize) -> Vec<u8> {
    part_with_parameter(|field| {
        let _ = write!(field, "; filename=\"{}", "\\\"".repeat(count));
    })
}

/// Comments inside each other, so many levels, in front of a file name.
pub fn nested_comments(depth: usize) -> Vec<u8> {
    part_with_parameter(|field| {
        let _ = write!(
            field,
            "; {}{} filename=a.txt",
            "(".repeat(depth),
            ")".repeat(depth)
        );
    })
}

/// A subject of so many encoded words.
pub fn encoded_words(count: usize) -> Vec<u8> {
    let mut text = "From: sender@example.org\r\nSubject:".to_owned();
    text.push_str(&" =?utf-8?Q?=C3=A9?=\r\n".repeat(count));
    text.push_str("\r\nbody\r\n");
    text.into_bytes()
}

/// Base64 with one character on each line.
pub fn one_character_lines(content: &[u8]) -> Vec<u8> {
    let mut text = format!(
        "{HEAD}Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    for character in base64(content).chars() {
        text.push(character);
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Quoted-printable with a soft line break after every character.
pub fn soft_breaks(count: usize) -> Vec<u8> {
    let body = "x=\r\n".repeat(count);
    format!("{HEAD}Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}").into_bytes()
}

/// Every message of this page at a size of about `size` octets, with its name, for laws and for curves of time.
pub fn all(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nested multiparts", nested_multiparts(size / 90)),
        ("nested messages", nested_messages(size / 32)),
        ("many parts", many_parts(size / 12)),
        ("many fields", many_fields(size / 22)),
        ("repeated field", repeated_field("To", size / 25)),
        ("folded field", folded_field(size / 4)),
        ("long line", long_line(size)),
        ("boundary storm", boundary_storm(40, size / 14)),
        ("prefix boundaries", prefix_boundaries(40, size / 45)),
        ("repeated close", repeated_close(size / 7)),
        (
            "segments ascending",
            segment_flood(size / 18, Order::Ascending),
        ),
        (
            "segments descending",
            segment_flood(size / 18, Order::Descending),
        ),
        ("segments repeated", segment_flood(size / 18, Order::Same)),
        ("segments with gaps", segment_flood(size / 18, Order::Gaps)),
        (
            "segments with huge numbers",
            segment_flood(size / 60, Order::Huge),
        ),
        ("quoted pairs", quoted_pairs(size / 2)),
        ("nested comments", nested_comments(size / 2)),
        ("encoded words", encoded_words(size / 22)),
        (
            "one character lines",
            one_character_lines(&vec![0; size / 4]),
        ),
        ("soft breaks", soft_breaks(size / 4)),
        ("hyphens", hyphens(size)),
        ("blanks before hyphens", blanks_before_hyphens(size)),
        (
            "lines that are no fields",
            lines_that_are_no_fields(size / 36),
        ),
        ("lines to guess", lines_to_guess(size)),
    ]
}

/// Runs of hyphens in a multipart whose boundary starts with as many, in lines that quote most of it.
pub fn hyphens(size: usize) -> Vec<u8> {
    let boundary = format!("{}x{}", "-".repeat(400), "--y".repeat(150));
    multipart("mixed", &boundary, |body| {
        let _ = write!(body, "--{boundary}\r\n\r\n");
        for _ in 0..size / 4_000 {
            body.push_str(&"-".repeat(1_000));
            body.push('x');
            body.push_str(&"--y".repeat(149));
            body.push('\n');
            body.push_str(&"--y".repeat(800));
        }
        body.push_str(&"-".repeat(size / 4));
        let _ = write!(body, "\r\n--{boundary}--\r\n");
    })
}

/// White space at the start of lines, in front of hyphens.
pub fn blanks_before_hyphens(size: usize) -> Vec<u8> {
    multipart("mixed", "b", |body| {
        body.push_str("--b\r\n\r\n");
        for length in (0..300).cycle().take(size / 160) {
            let _ = write!(body, "{}--c\r\n", " ".repeat(length));
        }
        body.push_str("--b--\r\n");
    })
}

/// Lines in a header section that are no fields, or of white space only.
pub fn lines_that_are_no_fields(count: usize) -> Vec<u8> {
    with_field(|head| {
        for index in 0..count {
            let line = ["no field\r\n", "X: y\r\n \r\n", "x\ry: z\r\n"][index % 3];
            head.push_str(line);
            head.push_str("Content-Type: text/plain\r\n");
        }
    })
}

/// Lines that look like delimiters in front of, and behind, the parts of a multipart.
pub fn lines_to_guess(size: usize) -> Vec<u8> {
    let lines = "--a\r\nContent\r\n--a--\r\n".repeat(size / 44);
    multipart("mixed", "b", |body| {
        let _ = write!(body, "{lines}--b\r\n\r\ntext\r\n--b--\r\n{lines}");
    })
}

fn with_field(write: impl FnOnce(&mut String)) -> Vec<u8> {
    let mut text = HEAD.to_owned();
    write(&mut text);
    text.push_str("\r\nbody\r\n");
    text.into_bytes()
}

fn multipart(subtype: &str, boundary: &str, write: impl FnOnce(&mut String)) -> Vec<u8> {
    let mut text = format!(
        "{HEAD}Content-Type: multipart/{subtype}; boundary={}\r\n\r\n",
        quoted(boundary)
    );
    write(&mut text);
    text.into_bytes()
}

fn part_with_parameter(write: impl FnOnce(&mut String)) -> Vec<u8> {
    multipart("mixed", "b", |body| {
        body.push_str(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment",
        );
        write(body);
        body.push_str("\r\n\r\ncontent\r\n--b--\r\n");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_about_as_large_as_asked() {
        for (name, octets) in all(100_000) {
            assert!(
                (50_000..250_000).contains(&octets.len()),
                "{name}: {}",
                octets.len()
            );
        }
    }
}
