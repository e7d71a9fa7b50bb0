//! Delimiters that no field announces: what is taken for one by what follows it.

/// Octets of a boundary that is guessed.
const GUESS_MOST: usize = 200;

/// Which lines are taken for delimiters that no field announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// None.
    Never,
    /// One that a `Content-` field follows.
    Field,
    /// The first that starts with two hyphens.
    Any,
}

/// What a line is to those that guess.
pub(super) enum Guessed {
    /// No delimiter.
    Nothing,
    /// Not known yet.
    Unknown,
    /// A delimiter, with this boundary.
    Boundary(Vec<u8>),
}

/// What a line is that starts with two hyphens and is no delimiter that a field announces. `behind` follows the line.
pub(super) fn guess(line: &[u8], behind: &[u8], guess: Guess, ended: bool) -> Guessed {
    let boundary = line.get(2..).unwrap_or_default().trim_ascii_end();
    let usable = (1..=GUESS_MOST).contains(&boundary.len())
        && line.ends_with(b"\n")
        && !boundary.ends_with(b"--")
        && boundary.iter().any(|byte| *byte != b'-');
    let opens = match guess {
        Guess::Any => Some(usable),
        Guess::Field if usable => is_content_field(behind, ended),
        _ => Some(false),
    };
    match opens {
        None => Guessed::Unknown,
        Some(true) => Guessed::Boundary(boundary.to_vec()),
        Some(false) => Guessed::Nothing,
    }
}

/// Octets up to the end of the line, if nothing stands there and a `Content-` field follows; 0 otherwise. None: not known yet.
pub(super) fn begins_part(tail: &[u8], ended: bool) -> Option<usize> {
    let (line, next) = match memchr::memchr(b'\n', tail) {
        Some(newline) => tail.split_at_checked(newline.saturating_add(1))?,
        None => return Some(0),
    };
    if !line.trim_ascii().is_empty() {
        return Some(0);
    }
    Some(if is_content_field(next, ended)? {
        line.len()
    } else {
        0
    })
}

/// Whether a `Content-` field begins here. None: not known yet.
pub(super) fn is_content_field(next: &[u8], ended: bool) -> Option<bool> {
    const FIELD: &[u8] = b"content-";
    let head = next.get(..FIELD.len()).unwrap_or(next);
    let like = FIELD
        .get(..head.len())
        .is_some_and(|part| head.eq_ignore_ascii_case(part));
    match head.len() == FIELD.len() {
        false if like && !ended => None,
        whole => Some(whole && like),
    }
}
