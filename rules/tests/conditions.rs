//! Every condition: a fragment of `when`, and whether it holds for one known transaction.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{MIXED, clean, decide, found, policy, read, unscanned};
use tamis_rules::{
    Direction, Envelope, MeterFact, Moment, Opinion, ScanFact, ScanResult, Tls, Verdict, conditions,
};

/// SHA-256 of the program in [`MIXED`].
const PROGRAM: &str = "1f825aa2f0020ef7cf91dfa30da4668d791c5d4824fc8e41354b89ec05795ab3";

/// Whether a rule with these conditions fires.
fn holds(when: &str, scans: &[ScanFact]) -> bool {
    let text = format!(
        "[[rule]]\nname = 'r'\nwhen = {{ {when} }}\nthen = {{ reject = true }}\n[list.lab]\nkind = 'address'\nentries = ['b@example.net', '.lab.example']\n[list.nets]\nkind = 'cidr'\nentries = ['192.0.2.0/24']\n[list.words]\nkind = 'literal'\nentries = ['yes', 'a*']\n[list.globs]\nkind = 'glob'\nentries = ['y*']\n[list.domains]\nkind = 'domain'\nentries = ['example.org', '.example.org']\n[list.endings]\nkind = 'extension'\nentries = ['EXE']\n[list.bad]\nkind = 'digest'\nentries = ['{PROGRAM}']\n[meter.hour]\nkey = 'authenticated'\ncounts = 'recipients'\nlimits = ['100 in 1h', '1000 in 1d']\n[meter.day]\nkey = ['client', 'sender_domain']\ncounts = 'octets'\nlimits = '1GiB in 1d'\n[meter.none]\nkey = 'client'\ncounts = 'connections'\nlimits = '1 in 1s'\n"
    );
    let decision = decide(&policy(&text), &transaction(), &read(MIXED), scans);
    matches!(decision.verdict, Verdict::Reject(_))
}

fn transaction() -> Envelope {
    Envelope {
        client: Some("192.0.2.7".parse().unwrap()),
        client_name: Some("mail.Example.org".into()),
        helo: Some("mail".into()),
        authenticated: Some("ada".into()),
        sender: Some("Ada@example.ORG".into()),
        recipients: vec!["b@example.net".into(), "c@x.lab.example".into()],
        direction: Some(Direction::Inbound),
        queue_id: Some("4ABC".into()),
        listener: Some("submission".into()),
        tls: Some(Tls {
            version: "TLSv1.3".into(),
            cipher: Some("TLS_AES_256_GCM_SHA384".into()),
        }),
        macros: [("auth_type".to_owned(), "PLAIN".to_owned())].into(),
        moment: Some(Moment {
            weekday: 5,
            minute: 23 * 60 + 30,
        }),
        meters: vec![
            MeterFact {
                meter: "hour".into(),
                used: Some(vec![120, 4]),
                exceeded: true,
            },
            MeterFact {
                meter: "day".into(),
                used: None,
                exceeded: false,
            },
        ],
    }
}

fn check(cases: &[(&str, bool)]) {
    for (when, expected) in cases {
        assert_eq!(holds(when, &[]), *expected, "{when}");
    }
}

/// Expressions with which engines that go back on their steps take time that doubles with each letter.
#[test]
fn expressions_take_linear_time() {
    let long = "a".repeat(90_000);
    let reading = read(&format!("Subject: {long}!\nDate: x\n\nx\n"));
    for expression in [
        "/^(a+)+$/",
        "/^(a|aa)+$/",
        "/^(a|a?)+$/",
        "/(.*a){12}$/",
        "/^(([a-z])+.)+[A-Z]([a-z])+$/",
        "/^(?:a*)*b/",
        "/(x+x+)+y|a{1,100}!b/",
    ] {
        let text = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ subject = '{expression}' }}\nthen = {{ tag = 'x' }}\n"
        );
        let policy = policy(&text);
        let envelope = support::envelope("a@example.org", &["b@example.org"]);
        let decision = decide(&policy, &envelope, &reading, &[]);
        assert!(decision.beside.tags.is_empty(), "{expression}");
    }
    for needs_steps_back in [r"/(a)\1/", "/(?=a)b/", "/(?<!a)b/"] {
        let text = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ subject = '{needs_steps_back}' }}\nthen = {{ tag = 'x' }}\n"
        );
        assert_eq!(support::faults(&text)[0].code, tamis_rules::Fault::BadRegex);
    }
}

#[test]
fn connection() {
    check(&[
        ("client = '192.0.2.7'", true),
        ("client = '192.0.2.8'", false),
        ("client = ['2001:db8::/32', '192.0.2.0/28']", true),
        ("client = '::ffff:192.0.2.7'", true),
        ("client = 'list:nets'", true),
        ("client_name = 'mail.example.org'", true),
        ("client_name = '.example.org'", true),
        ("client_name = '.org'", true),
        ("client_name = 'example.org'", false),
        ("client_name = '.ail.example.org'", false),
        ("client_name = '*.example.*'", true),
        ("client_name = 'list:domains'", true),
        ("helo = ['MAIL', 'x']", true),
        ("helo = '/^m.il$/'", true),
        ("helo = '/^M/'", false),
        ("helo = '/^M/i'", true),
        ("helo = 'mai'", false),
        ("authenticated = true", true),
        ("authenticated = false", false),
        ("authenticated = 'a?a'", true),
        ("authenticated = 'bob'", false),
        ("direction = 'inbound'", true),
        ("direction = ['outbound', 'internal']", false),
        ("listener = 'Submission'", true),
        ("listener = ['smtp', 'submission?']", false),
        ("tls = true", true),
        ("tls = false", false),
        ("tls = ['TLSv1.2', 'tlsv1.3']", true),
        ("tls = '/^TLSv1\\.[01]$/'", false),
        ("tls_cipher = '*AES_256*'", true),
        ("tls_cipher = '*RC4*'", false),
        ("macro.auth_type = 'plain'", true),
        ("macro.'{auth_type}' = true", true),
        ("macro.auth_type = false", false),
        ("macro.auth_ssf = false", true),
        ("macro.auth_ssf = '*'", false),
    ]);
}

#[test]
fn meters_and_the_clock() {
    check(&[
        ("meter.hour = 'exceeded'", true),
        ("meter.hour = 'unavailable'", false),
        ("meter.hour = '>=120'", true),
        ("meter.hour = '>120'", false),
        ("meter.day = 'unavailable'", true),
        ("meter.day = 'exceeded'", false),
        ("meter.day = '<1000'", false),
        ("meter.none = 'exceeded'", false),
        ("meter.none = 'unavailable'", false),
        ("time = '23:30-23:31'", true),
        ("time = '22:00-06:00'", true),
        ("time = '23:31-23:30'", false),
        ("time = ['08:00-12:00', '13:00-24:00']", true),
        ("time = '00:00-23:30'", false),
        ("weekday = ['sat', 'sun']", true),
        ("weekday = 'fri'", false),
    ]);
}

#[test]
fn an_ipv4_client_on_an_ipv6_socket_is_an_ipv4_client() {
    let policy =
        policy("[[rule]]\nname='r'\nwhen = { client = '192.0.2.0/24' }\nthen = { reject = true }");
    let mapped = Envelope {
        client: Some("::ffff:192.0.2.7".parse().unwrap()),
        ..transaction()
    };
    let decision = decide(&policy, &mapped, &read(MIXED), &[]);
    assert!(matches!(decision.verdict, Verdict::Reject(_)));
}

#[test]
fn addresses() {
    check(&[
        ("sender = 'ada@EXAMPLE.org'", true),
        ("sender = '@example.org'", true),
        ("sender = '.example.org'", false),
        ("sender = '.org'", true),
        ("sender = 'a*@example.*'", true),
        ("sender = '<>'", false),
        ("sender = 'list:domains'", true),
        ("sender = 'list:lab'", false),
        ("recipient = 'b@example.net'", true),
        ("recipient = 'nobody@example.net'", false),
        ("recipient = 'list:lab'", true),
        ("recipient_count = 2", true),
        ("recipient_count = '>2'", false),
        ("recipient_count = '>=2'", true),
        ("recipient_count = '<3'", true),
        ("recipient_count = '<=1'", false),
        ("recipient_count = '=2'", true),
    ]);
}

#[test]
fn null_sender() {
    let policy = policy(
        "[[rule]]\nname='r'\nwhen = { sender = '<>' }\nthen = { reject = true }\n\
         [[rule]]\nname='s'\nwhen = { sender = '*' }\nthen = { tempfail = true }",
    );
    for (sender, code) in [(Some(""), "550"), (Some("a@b"), "451")] {
        let envelope = Envelope {
            sender: sender.map(str::to_owned),
            ..Envelope::default()
        };
        let decision = decide(&policy, &envelope, &read(MIXED), &[]);
        assert!(support::say(&decision).starts_with(code), "{sender:?}");
    }
}

#[test]
fn message() {
    check(&[
        ("size = '>100B'", true),
        ("size = '> 1 KiB'", false),
        ("size = '<=1MB'", true),
        ("header.Subject = true", true),
        ("header.Subject = false", false),
        ("header.X-None = false", true),
        ("header.X-None = '*'", false),
        ("header.subject = 'Rechnung für may'", true),
        ("header.Subject = '/^Rech.*May$/'", true),
        ("subject = '/^Rech.*May$/'", true),
        ("subject = 'invoice'", false),
        ("header_count.Received = 1", true),
        ("header_count.received = '>1'", false),
        ("header_count.X-None = 0", true),
        ("header_address.From = '@example.org'", true),
        ("header_address.To = ['x@y.example', 'B@example.net']", true),
        ("header_address.Reply-To = '*'", false),
        ("part_count = 4", true),
        ("part_count = '>4'", false),
        ("depth = 2", true),
        ("depth = '>=3'", false),
        ("header.Subject = '*FÜR*'", true),
        ("header.X-Spam-Flag = 'list:words'", true),
        ("header.X-Spam-Flag = 'list:globs'", true),
        ("header.X-Spam-Flag = ['no', 'yes']", true),
        ("header = { Subject = true, X-Spam-Flag = 'no' }", false),
        ("defect = 'ambiguous'", false),
        ("defect = ['limit', 'bare-cr']", false),
        ("limit = true", false),
        ("limit = false", true),
    ]);
}

/// A message of this type with a text and a signature, and whether the condition holds for it.
#[track_caller]
fn check_protection(head: &str, second: &str, when: &str, expected: bool) {
    let message = format!(
        "From: a@example.org\n{head}MIME-Version: 1.0\nContent-Type: {second}; boundary=x\n\n--x\n\nhi\n--x\n\
         Content-Type: application/pgp-signature\n\nabc\n--x--\n"
    );
    let text = format!("[[rule]]\nname='r'\nwhen = {{ {when} }}\nthen = {{ reject = true }}");
    let decision = decide(&policy(&text), &transaction(), &read(&message), &[]);
    let fired = matches!(decision.verdict, Verdict::Reject(_));
    assert_eq!(fired, expected, "{when}: {head}{second}");
}

#[test]
fn signed_and_encrypted() {
    let signed = "multipart/signed; protocol=\"application/pgp-signature\"";
    let encrypted = "multipart/encrypted; protocol=\"application/pgp-encrypted\"";
    let dkim = "DKIM-Signature: v=1\n";
    for (head, second, when, expected) in [
        ("", signed, "signed = true", true),
        ("", signed, "signed = 'pgp'", true),
        ("", signed, "signed = ['smime', 'dkim', 'arc']", false),
        ("", signed, "encrypted = true", false),
        ("", signed, "encrypted = false", true),
        ("", encrypted, "encrypted = 'pgp'", true),
        ("", encrypted, "encrypted = 'smime'", false),
        ("", encrypted, "signed = false", true),
        (dkim, "multipart/mixed", "signed = true", false),
        (dkim, "multipart/mixed", "signed = ['dkim']", true),
        ("", "multipart/mixed", "signed = 'dkim'", false),
    ] {
        check_protection(head, second, when, expected);
    }
}

#[test]
fn defects() {
    let message = "From: a@example.org\nDate: Mon, 9 Nov 2026 09:15:00 +0100\nMessage-ID: <a@example.org>\nSubject: a\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n";
    let text = "[[rule]]\nname='r'\nwhen = { defect = WHAT }\nthen = { reject = true }";
    for (what, expected) in [
        ("'missing-close-delimiter'", true),
        ("['nul-byte', 'ambiguous']", true),
        ("'cosmetic'", false),
        ("'limit'", false),
    ] {
        let policy = policy(&text.replace("WHAT", what));
        let decision = decide(&policy, &transaction(), &read(message), &[]);
        assert_eq!(
            matches!(decision.verdict, Verdict::Reject(_)),
            expected,
            "{what}"
        );
    }
}

#[test]
fn parts() {
    check(&[
        ("part.kind = 'executable'", true),
        ("part.kind = ['archive', 'image']", true),
        ("part.kind = 'pdf'", false),
        ("part.type = 'image/*'", true),
        ("part.type = 'IMAGE/PNG'", true),
        ("part.type = 'message/rfc822'", true),
        ("part.type = 'video/*'", false),
        ("part.detected = 'text/plain'", true),
        ("part.detected = 'application/pdf'", false),
        ("part.content = 'text'", true),
        ("part.content = 'archive'", false),
        ("part.name = 'Setup.EXE'", true),
        ("part.name = '*.csv'", true),
        ("part.name = 'report \\[1\\].csv'", true),
        ("part.name = '/^logo/i'", true),
        ("part.name = '/^logo/'", true),
        ("part.name = 'nothing*'", false),
        ("part.extension = 'exe'", true),
        ("part.extension = ['pdf', 'Csv']", true),
        ("part.extension = 'pdf'", false),
        ("part.extension = 'list:endings'", true),
        ("part.extension = 'list:tamis/programs'", true),
        ("part.size = '>9B'", true),
        ("part.size = '>10B'", false),
        ("part.disposition = 'inline'", true),
        ("part.disposition = 'none'", true),
        ("part.any_extension = 'exe'", true),
        ("part.any_extension = ['pdf', 'zip']", false),
        ("part.path = '2'", true),
        ("part.path = ['3.*', '5']", false),
        ("part.path = '4.*'", true),
        (
            "part.digest = '1F825AA2F0020EF7CF91DFA30DA4668D791C5D4824FC8E41354B89EC05795AB3'",
            true,
        ),
        ("part.digest = 'list:bad'", true),
        ("part.digest = 'list:bad', part.kind = 'image'", false),
        ("part.inside = 'message'", true),
        ("part.inside = 'message', part.extension = 'exe'", false),
        ("part.inside = ['archive', 'office']", false),
        ("part.mismatch = true", false),
        ("part.mismatch = false", true),
        ("part.depth = 2", true),
        ("part.depth = '>2'", false),
    ]);
}

#[test]
fn keys_of_a_rule_speak_about_the_same_part() {
    check(&[
        ("part = { kind = 'image', disposition = 'inline' }", true),
        (
            "part = { kind = 'image', disposition = 'attachment' }",
            false,
        ),
        (
            "part.kind = 'executable', any = [{ part.name = '*.png' }, { part.size = '>1MB' }]",
            false,
        ),
        (
            "part.kind = 'executable', not = { part.name = '*.png' }",
            true,
        ),
        (
            "all = [{ part.kind = 'executable' }, { part.kind = 'image' }]",
            false,
        ),
        ("part.kind = 'image', not = { part.name = '*.png' }", false),
        // The multipart itself is no part with content.
        ("part.depth = 0", false),
    ]);
}

#[test]
fn scans() {
    let one = [clean("one"), found("two", "Eicar-Test-Signature")];
    for (when, expected) in [
        ("scan.result = 'found'", true),
        ("scan.result = 'unscanned'", false),
        ("scan.engine = 'one', scan.result = 'found'", false),
        ("scan.engine = ['one', 'two'], scan.result = 'found'", true),
        ("scan.signature = 'eicar*'", true),
        ("scan = { engine = 'one', signature = '*' }", false),
        ("scan.engine = 'three', scan.result = 'clean'", false),
        ("scan.engine = 'three', scan.reason = 'missing'", true),
    ] {
        assert_eq!(holds(when, &one), expected, "{when}");
    }
    let scored = [ScanFact {
        score: Some("6.5".parse().unwrap()),
        opinion: Opinion {
            action: Some("add header".to_owned()),
            symbols: vec!["BAYES_99".to_owned(), "GTUBE".to_owned()],
            ..Opinion::default()
        },
        ..ScanFact::new("spam", ScanResult::Scored)
    }];
    for (when, expected) in [
        ("scan.score = '>=6.5'", true),
        ("scan.score = '>6.5'", false),
        ("scan.score = '<-1'", false),
        ("scan.engine = 'spam', scan.score = '=6.500'", true),
        ("scan.result = 'scored'", true),
        ("scan.action = 'add header'", true),
        ("scan.action = ['reject', 'ADD*']", true),
        ("scan.action = 'reject'", false),
        ("scan.symbol = 'gtube'", true),
        ("scan.symbol = '/^BAYES_9\\d$/'", true),
        ("scan.symbol = 'BAYES'", false),
        ("scan.of = 'message'", true),
    ] {
        assert_eq!(holds(when, &scored), expected, "{when}");
    }
    let two = [unscanned("one", "timeout")];
    for (when, expected) in [
        ("scan.result = 'unscanned'", true),
        ("scan.reason = 'time*'", true),
        ("scan.reason = 'unreachable'", false),
        ("scan.result = ['clean', 'found']", false),
    ] {
        assert_eq!(holds(when, &two), expected, "{when}");
    }
}

#[test]
fn combinations() {
    check(&[
        ("", true),
        ("helo = 'mail', client = '198.51.100.1'", false),
        ("any = [{ helo = 'x' }, { sender = '@example.org' }]", true),
        ("any = [{ helo = 'x' }, { sender = '<>' }]", false),
        (
            "all = [{ helo = 'mail' }, { sender = '@example.org' }]",
            true,
        ),
        ("not = { helo = 'x' }", true),
        ("not = [{ helo = 'x' }, { helo = 'mail' }]", false),
        ("not = { not = { helo = 'mail' } }", true),
        (
            "any = [{ all = [{ helo = 'mail' }, { not = { sender = '<>' } }] }]",
            true,
        ),
    ]);
}

#[test]
fn unless_is_an_exception() {
    let rule = |unless: &str| {
        format!(
            "[[rule]]\nname='r'\nwhen = {{ helo = 'mail' }}\nunless = {unless}\nthen = {{ reject = true }}"
        )
    };
    for (unless, fires) in [
        ("{ sender = '@example.org' }", false),
        ("{ sender = '@example.com' }", true),
        (
            "[{ sender = '@example.com' }, { authenticated = true }]",
            false,
        ),
    ] {
        let decision = decide(&policy(&rule(unless)), &transaction(), &read(MIXED), &[]);
        assert_eq!(
            matches!(decision.verdict, Verdict::Reject(_)),
            fires,
            "{unless}"
        );
    }
}

#[test]
fn every_condition_is_described_and_its_example_loads() {
    let mut keys = std::collections::BTreeSet::new();
    for described in conditions() {
        assert!(keys.insert(described.key), "{} twice", described.key);
        assert!(described.says.ends_with('.'), "{}", described.key);
        let named = described.key.trim_end_matches("NAME");
        assert!(described.example.starts_with(named), "{}", described.key);
        let text = format!(
            "[[rule]]\nname = 'before'\nthen = {{ tag = 'suspicious' }}\n\
             [[rule]]\nname = 'r'\nwhen = {{ {} }}\nthen = {{ reject = true }}\n\
             [meter.sender-hour]\nkey = 'sender'\ncounts = 'messages'\nlimits = '9 in 1h'\n\
             [list.known-bad]\nkind = 'digest'\nentries = ['{PROGRAM}']\n\
             [list.partners]\nkind = '{}'\nentries = ['{}']\n",
            described.example,
            if described.key == "client" {
                "cidr"
            } else {
                "address"
            },
            if described.key == "client" {
                "::1"
            } else {
                "a@example.org"
            },
        );
        policy(&text);
    }
    assert!(keys.len() >= 48);
}
