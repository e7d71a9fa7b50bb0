//! Messages with the EICAR test file in them, which every virus scanner takes for a virus.

/// The 68 octets of the test file in base64, as mail has them: a scanner that does not decode it does not see it.
const ENCODED: [&str; 2] = [
    "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNU",
    "QU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=",
];

/// A message in which the test file lies below so many multiparts.
pub(super) fn nested(depth: usize) -> Vec<u8> {
    let open = |level| {
        format!("Content-Type: multipart/mixed; boundary=tamis{level}\r\n\r\n--tamis{level}\r\n")
    };
    let close = |level| format!("\r\n--tamis{level}--\r\n");
    let opened: String = (0..depth).map(open).collect();
    let closed: String = (0..depth).rev().map(close).collect();
    [HEAD, &opened, &test_file(), &closed].concat().into_bytes()
}

/// The test file itself, put together here so that no scanner finds it in the program.
pub(crate) fn plain() -> Vec<u8> {
    let pieces = [
        r"X5O!P%@AP[4\PZ",
        "X54(P^)7CC)7}$",
        "EICAR-STANDARD-",
        "ANTIVIRUS-TEST",
        "-FILE!$H+H*",
    ];
    pieces.concat().into_bytes()
}

/// A message of about so many octets whose last part is the test file: what comes before it, and its end.
pub(super) fn large(size: u64) -> (Vec<u8>, u64, Vec<u8>) {
    let head = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=tamis0\r\n\r\n--tamis0\r\nContent-Type: text/plain\r\n\r\n"
    );
    let tail = format!("\r\n--tamis0\r\n{}\r\n--tamis0--\r\n", test_file());
    let around = (head.len() as u64).saturating_add(tail.len() as u64);
    (
        head.into_bytes(),
        size.saturating_sub(around),
        tail.into_bytes(),
    )
}

/// A message that nothing is wrong with.
pub(super) fn harmless() -> Vec<u8> {
    format!("{HEAD}Content-Type: text/plain\r\n\r\nHello.\r\n").into_bytes()
}

const HEAD: &str =
    "From: doctor@localhost\r\nTo: doctor@localhost\r\nSubject: test\r\nMIME-Version: 1.0\r\n";

fn test_file() -> String {
    format!(
        "Content-Type: application/octet-stream; name=eicar.com\r\nContent-Disposition: attachment; filename=eicar.com\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        ENCODED.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::{ENCODED, large, nested};

    #[test]
    fn the_test_file_is_whole_and_lies_where_it_should() {
        let text = String::from_utf8(nested(3)).unwrap();
        assert!(text.contains(&ENCODED.concat()));
        assert_eq!(text.matches("multipart/mixed").count(), 3);
        let (head, padding, tail) = large(10_000);
        assert_eq!(head.len() as u64 + padding + tail.len() as u64, 10_000);
        assert!(String::from_utf8(tail).unwrap().contains(&ENCODED.concat()));
    }
}
