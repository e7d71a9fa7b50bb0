//! A difference between two texts, line by line, short enough to read in the output of a test.

use std::fmt::Write as _;

/// Lines shown around a difference, and lines that are compared cell by cell at most.
const AROUND: usize = 2;
const MOST: usize = 400;

/// The difference, or none. Lines only expected begin with `-`, lines only found with `+`; line ends other than LF and all
/// control characters are escaped.
pub(crate) fn difference(expected: &[u8], found: &[u8]) -> Option<String> {
    if expected == found {
        return None;
    }
    let (old, new) = (lines(expected), lines(found));
    let same = |(one, other): &(&&[u8], &&[u8])| one == other;
    let front = old.iter().zip(&new).take_while(same).count();
    let tail = old[front..]
        .iter()
        .rev()
        .zip(new[front..].iter().rev())
        .take_while(same)
        .count();
    let mut text = format!("from line {}:\n", front + 1);
    show(&mut text, ' ', &old[front.saturating_sub(AROUND)..front]);
    middle(
        &mut text,
        &old[front..old.len() - tail],
        &new[front..new.len() - tail],
    );
    show(
        &mut text,
        ' ',
        &old[old.len() - tail..(old.len() - tail + AROUND).min(old.len())],
    );
    Some(text)
}

fn lines(octets: &[u8]) -> Vec<&[u8]> {
    octets.split_inclusive(|octet| *octet == b'\n').collect()
}

/// The lines that differ, with those in common kept in place.
fn middle(text: &mut String, old: &[&[u8]], new: &[&[u8]]) {
    if old.len().max(new.len()) > MOST {
        show(text, '-', &old[..old.len().min(MOST)]);
        show(text, '+', &new[..new.len().min(MOST)]);
        return;
    }
    // Longest common subsequence: common[i][j] counts the lines that old[i..] and new[j..] share.
    let mut common = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let skipped = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                skipped
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            show(text, ' ', &old[i..=i]);
            (i, j) = (i + 1, j + 1);
        } else if j >= new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            show(text, '-', &old[i..=i]);
            i += 1;
        } else {
            show(text, '+', &new[j..=j]);
            j += 1;
        }
    }
}

fn show(text: &mut String, mark: char, lines: &[&[u8]]) {
    for line in lines {
        let (body, end) = line
            .strip_suffix(b"\n")
            .map_or((*line, " (no line end)"), |body| (body, ""));
        let _ = writeln!(text, "{mark} {}{end}", body.escape_ascii());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference(b"a\n", b"a\n"), None);
    }

    #[test]
    fn a_difference_shows_what_stands_around_it() {
        let text = difference(b"1\n2\n3\n4\r\n5\n6\n", b"1\n2\n3\n4\n5\n6\n").expect("differs");
        assert_eq!(text, "from line 4:\n  2\n  3\n- 4\\r\n+ 4\n  5\n  6\n");
        let text = difference(b"a\nb\nc", b"a\nc\nd\n").expect("differs");
        assert_eq!(
            text,
            "from line 2:\n  a\n- b\n- c (no line end)\n+ c\n+ d\n"
        );
    }
}
