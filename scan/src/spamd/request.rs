//! What is said to spamd.

/// Asks whether it is there.
pub(super) const PING: &[u8] = b"PING SPAMC/1.5\r\n\r\n";

/// What stands before a message whose score and symbols are asked for, with the rules of this user.
pub(super) fn symbols(user: Option<&str>) -> Vec<u8> {
    let mut request = b"SYMBOLS SPAMC/1.5\r\n".to_vec();
    if let Some(user) = user.filter(|user| may_be_sent(user)) {
        request.extend_from_slice(b"User: ");
        request.extend_from_slice(user.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// spamd refuses the whole request for a control in the name of a user, and a line feed would begin a header of its own.
fn may_be_sent(user: &str) -> bool {
    (1..=USER_LIMIT).contains(&user.len())
        && user.trim() == user
        && !user.chars().any(char::is_control)
}

/// Bytes of a user: those of the longest address (RFC 5321, 4.5.3.1).
const USER_LIMIT: usize = 320;

#[cfg(test)]
mod tests {
    use super::symbols;
    use proptest::prelude::*;

    #[track_caller]
    fn check(user: Option<&str>, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&symbols(user)), expected);
    }

    #[test]
    fn names_the_user_if_that_is_safe() {
        let nobody = "SYMBOLS SPAMC/1.5\r\n\r\n";
        check(None, nobody);
        check(
            Some("anna@example.org"),
            "SYMBOLS SPAMC/1.5\r\nUser: anna@example.org\r\n\r\n",
        );
        for hostile in ["", "a\r\nCompress: zlib", "a\nb", "a\0", " a", "a\u{85}b"] {
            check(Some(hostile), nobody);
        }
        check(Some(&"x".repeat(321)), nobody);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_user_adds_a_line(user in "\\PC*|[a-z\r\n:]{0,40}|(?s:.{0,20})") {
            let request = symbols(Some(&user));
            let lines = request.split(|&byte| byte == b'\n').count();
            prop_assert!(request.ends_with(b"\r\n\r\n"));
            prop_assert!(lines == 3 || lines == 4 && user.len() <= 320);
        }
    }
}
