//! The header fields of a request: what rspamd is told of the envelope.
//!
//! All of it comes from strangers. A value that holds a control, or is longer than any honest one, is left out, so that
//! nothing a client says can begin a field of its own.

use super::settings::RspamdPassword;
use crate::{Address, Envelope};
use hyper::{
    HeaderMap,
    header::{CONNECTION, HOST, HeaderName, HeaderValue},
};

/// The name of the host in requests. rspamd does not look at it; what stands in front of it may.
pub(super) fn host(address: &Address) -> String {
    match address {
        Address::Unix(_) => "localhost".to_owned(),
        Address::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
        Address::Tcp { host, port } => format!("{host}:{port}"),
    }
}

/// The fields of a request without a message.
pub(super) fn bare_fields(host: &str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    append(&mut fields, HOST, host);
    fields.insert(CONNECTION, HeaderValue::from_static("close"));
    fields
}

/// The fields of a request to look at a message.
pub(super) fn fields(
    envelope: &Envelope,
    host: &str,
    password: Option<&RspamdPassword>,
) -> HeaderMap {
    let mut fields = bare_fields(host);
    if let Some(password) = password {
        fields.insert(PASSWORD, password.value().clone());
    }
    if let Some(client) = envelope.client {
        append(&mut fields, IP, &client.to_string());
    }
    for (name, value) in [
        (HOSTNAME, &envelope.client_name),
        (HELO, &envelope.helo),
        (USER, &envelope.user),
        (QUEUE_ID, &envelope.queue_id),
    ] {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            append(&mut fields, name, value);
        }
    }
    if let Some(sender) = &envelope.sender {
        append(&mut fields, FROM, &format!("<{sender}>"));
    }
    for recipient in envelope.recipients.iter().take(RECIPIENTS) {
        append(&mut fields, RCPT, &format!("<{recipient}>"));
    }
    fields
}

/// Adds a field if its value is safe.
fn append(fields: &mut HeaderMap, name: HeaderName, value: &str) {
    if value.len() > VALUE_LIMIT || value.chars().any(char::is_control) {
        return;
    }
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        fields.append(name, value);
    }
}

const FROM: HeaderName = hyper::header::FROM;
const RCPT: HeaderName = HeaderName::from_static("rcpt");
const IP: HeaderName = HeaderName::from_static("ip");
const HELO: HeaderName = HeaderName::from_static("helo");
const HOSTNAME: HeaderName = HeaderName::from_static("hostname");
const USER: HeaderName = HeaderName::from_static("user");
const QUEUE_ID: HeaderName = HeaderName::from_static("queue-id");
const PASSWORD: HeaderName = HeaderName::from_static("password");

/// Bytes of a value. An address has 320 at most (RFC 5321, 4.5.3.1).
const VALUE_LIMIT: usize = 400;

/// Recipients that rspamd is told of: Postfix hands on 1000 at a time at most by default.
const RECIPIENTS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::Envelope;
    use proptest::prelude::*;

    /// The fields besides those of HTTP itself.
    #[track_caller]
    fn check(envelope: &Envelope, expected: &[&str]) {
        let fields = fields(envelope, "localhost", None);
        let mut lines: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .filter(|line| line != "host: localhost" && line != "connection: close")
            .collect();
        lines.sort();
        assert_eq!(lines, expected);
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the fields of an envelope are")]
    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn tells_the_whole_envelope() {
        let envelope = Envelope {
            client: "2001:db8::1".parse().ok(),
            client_name: text("mail.example.org"),
            helo: text("mail"),
            user: text("anna"),
            sender: text("anna@example.org"),
            recipients: vec![
                "ben@example.net".to_owned(),
                "K\u{f6}ln@example.net".to_owned(),
            ],
            queue_id: text("4XyZ"),
        };
        let expected = [
            "from: <anna@example.org>",
            "helo: mail",
            "hostname: mail.example.org",
            "ip: 2001:db8::1",
            "queue-id: 4XyZ",
            "rcpt: <K\u{f6}ln@example.net>",
            "rcpt: <ben@example.net>",
            "user: anna",
        ];
        check(&envelope, &expected);
        check(&Envelope::default(), &[]);
        let bounce = Envelope {
            sender: text(""),
            ..Envelope::default()
        };
        check(&bounce, &["from: <>"]);
    }

    #[test]
    fn leaves_out_what_could_begin_a_field() {
        let long = "x".repeat(500);
        for hostile in [
            "a\r\nIP: 127.0.0.1",
            "a\nb",
            "a\0",
            "a\u{7f}",
            "\u{85}",
            &long,
        ] {
            let envelope = Envelope {
                client_name: text(hostile),
                helo: text(hostile),
                user: text(hostile),
                sender: text(hostile),
                recipients: vec![hostile.to_owned(), "b@c".to_owned()],
                queue_id: text(hostile),
                ..Envelope::default()
            };
            check(&envelope, &["rcpt: <b@c>"]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_value_has_a_control(value in "(?s:.{0,40})") {
            let envelope = Envelope { helo: Some(value.clone()), sender: Some(value), ..Envelope::default() };
            let fields = fields(&envelope, "localhost", None);
            for value in fields.values() {
                prop_assert!(!value.as_bytes().iter().any(u8::is_ascii_control));
            }
        }
    }
}
