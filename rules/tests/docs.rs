//! Every policy in the documentation loads without a fault or a warning, and those for postmasters who come from another
//! server do what the text around them says.
//!
//! A block that starts with ```` ```toml ```` is a whole policy. Blocks of the program's configuration have another word
//! behind a comma and are not read here.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::path::Path;
use support::{cut, decide, decide_at, envelope, found, policy, read, say, unscanned};
use tamis_rules::{
    Decision, Direction, Envelope, Fault, HeaderDecision, MeterFact, Policy, ScanFact, Stage,
    Verdict, load,
};
use tamis_sanitize::Reading;

const PAGE: &str = "docs/from-oracle-messaging-server.md";

/// The policies of a page, each with the line on which its block starts.
#[expect(
    clippy::disallowed_methods,
    reason = "the pages lie beside the crate; the crate itself reads no file"
)]
fn policies(page: &str) -> Vec<(usize, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match (&mut block, line.trim_end()) {
            (None, "```toml") => block = Some((number, String::new())),
            (Some(_), "```") => blocks.extend(block.take()),
            (Some((_, text)), line) => text.extend([line, "\n"]),
            (None, _) => {}
        }
    }
    assert!(block.is_none(), "{page}: a block without an end");
    blocks
}

/// The policy of the page for postmasters that has a rule of this name.
#[track_caller]
fn of_page(rule: &str) -> Policy {
    let wanted = format!("name = \"{rule}\"");
    let all = policies(PAGE).into_iter().map(|(_, text)| text);
    let mut found = all.filter(|text| text.replace("name   =", "name =").contains(&wanted));
    let text = found.next().unwrap_or_else(|| panic!("no rule {rule}"));
    assert_eq!(found.next(), None, "two policies have a rule {rule}");
    policy(&text)
}

#[test]
fn every_policy_of_the_documentation_loads() {
    let pages = [
        (PAGE, 15),
        ("docs/policy.md", 4),
        ("docs/scanners.md", 1),
        ("README.md", 1),
    ];
    for (page, least) in pages {
        let found = policies(page);
        assert!(found.len() >= least, "{page}: {}", found.len());
        for (line, text) in found {
            let sources = tamis_rules::Sources::new(page, &text)
                .with_loader(beside)
                .with_lister(|_| Ok(Vec::new()));
            let policy = load(&sources)
                .unwrap_or_else(|faults| panic!("{page}:{line}:\n{}", support::render(&faults)));
            // Examples strip without a word about signatures.
            let mut warnings = policy.warnings().iter();
            let other = warnings.find(|it| it.code != Fault::Signed);
            assert!(other.is_none(), "{page}:{line}: {other:?}");
        }
    }
}

/// The files that policies of the documentation speak of.
fn beside(name: &str) -> Result<String, String> {
    match name.rsplit('.').next() {
        Some("toml") => Ok(String::new()),
        Some("txt") => Ok("example.net\n".to_owned()),
        _ => Err("no such file".to_owned()),
    }
}

/// A decision in one line, without the fields that are removed from what goes out.
fn said(mut decision: Decision) -> String {
    if let Verdict::Deliver(delivery) = &mut decision.verdict {
        let removed = |field: &HeaderDecision| matches!(field, HeaderDecision::Remove { .. });
        delivery.header.retain(|field| !removed(field));
    }
    say(&decision)
}

/// Somebody outside who writes to us.
fn stranger() -> Envelope {
    Envelope {
        client: Some("192.0.2.7".parse().unwrap()),
        listener: Some("smtp".into()),
        direction: Some(Direction::Inbound),
        ..envelope("a@example.net", &["b@example.org"])
    }
}

fn user(login: &str) -> Envelope {
    Envelope {
        authenticated: Some(login.to_owned()),
        direction: Some(Direction::Outbound),
        listener: Some("submission".into()),
        ..stranger()
    }
}

fn metered(envelope: Envelope, meter: &str, used: Option<u64>, exceeded: bool) -> Envelope {
    let fact = MeterFact {
        meter: meter.to_owned(),
        used: used.map(|used| vec![used]),
        exceeded,
    };
    Envelope {
        meters: vec![fact],
        ..envelope
    }
}

/// A message with an attached file.
fn with_file(media_type: &str, name: &str, base64: &str) -> Reading {
    read(&format!(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n\
         Content-Type: {media_type}\nContent-Disposition: attachment; filename=\"{name}\"\n\
         Content-Transfer-Encoding: base64\n\n{base64}\n--b--\n"
    ))
}

#[test]
fn what_is_done_to_parts() {
    const ANY: &str = "application/octet-stream";
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=";
    const PDF: &str = "JVBERi0xLjQKMSAwIG9iago8PD4+CmVuZG9iagp0cmFpbGVyCjw8Pj4KJSVFT0YK";
    let fragment = "Subject: a\nMIME-Version: 1.0\nContent-Type: message/partial; id=\"x\"; number=1; total=2\n\nSubject: b\n\nc\n";
    let press = Envelope {
        recipients: vec!["press@example.org".into()],
        ..stranger()
    };
    let elsewhere = Envelope {
        client: Some("198.51.100.1".parse().unwrap()),
        ..stranger()
    };
    let (file, picture) = (
        with_file(ANY, "a.bin", "aGVsbG8="),
        with_file(ANY, "a", PNG),
    );
    for (rule, envelope, message, expected) in [
        (
            "second-part-from-partners",
            stranger(),
            &file,
            "deliver strip(2)+keep",
        ),
        ("second-part-from-partners", elsewhere, &file, "deliver"),
        (
            "second-part-from-partners",
            stranger(),
            &with_file("application/hta", "a.bin", "aGVsbG8="),
            "deliver replace(2)+keep",
        ),
        ("image", stranger(), &picture, "deliver strip(2)+keep"),
        ("image", press, &picture, "deliver"),
        (
            "image",
            stranger(),
            &with_file(ANY, "setup.exe", "aGVsbG8="),
            "deliver strip(2)+keep",
        ),
        (
            "executable-code",
            stranger(),
            &with_file(ANY, "setup.exe", "aGVsbG8="),
            "550 5.7.1 executable code is not accepted here: setup.exe +keep",
        ),
        ("executable-code", stranger(), &file, "deliver"),
        (
            "postscript",
            stranger(),
            &with_file(ANY, "a.ps", "aGVsbG8="),
            "deliver relabel(2)",
        ),
        (
            "postscript",
            stranger(),
            &with_file(ANY, "a", PDF),
            "deliver relabel(2)",
        ),
        ("postscript", stranger(), &file, "deliver"),
        (
            "fragment",
            stranger(),
            &read(fragment),
            "550 5.6.1 send the message in one piece",
        ),
    ] {
        let said = decide(&of_page(rule), &envelope, message, &[]);
        assert_eq!(say(&said), expected, "{rule}");
    }
}

#[test]
fn what_is_said_of_a_whole_message() {
    let plain = read("Subject: a\n\nhello\n");
    let to = |login: &str, count: usize| Envelope {
        recipients: (0..count).map(|n| format!("r{n}@example.net")).collect(),
        ..user(login)
    };
    let captured = envelope("a@example.net", &["b@example.org", "Suspect@example.org"]);
    let regulator = Envelope {
        recipients: vec!["x@regulator.example".into()],
        ..user("ada")
    };
    let clean: Vec<ScanFact> = Vec::new();
    for (rule, envelope, scans, expected) in [
        (
            "many-recipients",
            to("ada", 51),
            &clean,
            "550 5.5.3 more than 50 recipients in one message",
        ),
        ("many-recipients", to("ada", 50), &clean, "deliver"),
        ("many-recipients", to("news", 51), &clean, "deliver"),
        (
            "watched",
            metered(user("ada"), "account-distinct", Some(301), false),
            &clean,
            "deliver hold:ada writes to many notify:postmaster@example.org",
        ),
        (
            "watched",
            metered(user("ada"), "account-distinct", Some(300), false),
            &clean,
            "deliver",
        ),
        (
            "own-domain-from-outside",
            envelope("ceo@example.org", &["b@example.org"]),
            &clean,
            "deliver",
        ),
        (
            "own-domain-from-outside",
            Envelope {
                sender: Some("ceo@example.org".into()),
                ..stranger()
            },
            &clean,
            "deliver tag:[not from here]",
        ),
        (
            "capture",
            captured,
            &clean,
            "deliver capture:before capture:after",
        ),
        ("capture", stranger(), &clean, "deliver"),
        (
            "report",
            stranger(),
            &vec![found("clamd", "Eicar")],
            "550 5.7.1 Eicar found notify:postmaster@example.org",
        ),
        ("report", regulator, &clean, "deliver +archive@example.org"),
        (
            "virus",
            stranger(),
            &vec![unscanned("clamd", "timeout")],
            "451 4.7.1 message could not be scanned, try again later",
        ),
    ] {
        let said = said(decide(&of_page(rule), &envelope, &plain, scans));
        assert_eq!(said, expected, "{rule}");
    }
    let spam = read("Subject: a\nX-Spam-Flag: YES\n\nhello\n");
    let said = decide(&of_page("virus"), &stranger(), &spam, &[]);
    assert_eq!(say(&said), "deliver tag:[SPAM] X-Junk:spam");
    let unread = decide(&of_page("fragment"), &stranger(), &cut(support::MIXED), &[]);
    assert!(say(&unread).starts_with("451 4.7.1"));
}

#[test]
fn what_is_refused_before_the_message() {
    let to = |recipient: &str| Envelope {
        recipients: vec![recipient.to_owned()],
        ..stranger()
    };
    let from = |client: &str| Envelope {
        client: Some(client.parse().unwrap()),
        ..stranger()
    };
    let sender = |sender: &str| Envelope {
        sender: Some(sender.to_owned()),
        ..stranger()
    };
    let connections = |client| metered(from(client), "client-connections", Some(11), true);
    let relay = "550 5.7.1 no mail is relayed here";
    for (rule, stage, envelope, expected) in [
        (
            "many-recipients-in-time",
            Stage::Rcpt,
            metered(user("ada"), "login-recipients", Some(201), true),
            "452 4.5.3 too many recipients in an hour or a day, try again later",
        ),
        (
            "throttled",
            Stage::Connect,
            connections("192.0.2.7"),
            "421 4.7.0 too many connections, try again later",
        ),
        (
            "throttled",
            Stage::Connect,
            connections("192.0.2.25"),
            "deliver",
        ),
        (
            "locked",
            Stage::Mail,
            user("mallory"),
            "550 5.7.1 this account is locked, ask your postmaster",
        ),
        ("locked", Stage::Mail, user("ada"), "deliver"),
        (
            "other-services",
            Stage::Mail,
            user("ada"),
            "530 5.7.0 Must issue a STARTTLS command first",
        ),
        ("other-services", Stage::Mail, stranger(), "deliver"),
        (
            "route-in-address",
            Stage::Rcpt,
            to("a%b.example@example.org"),
            relay,
        ),
        (
            "route-in-address",
            Stage::Rcpt,
            to("b.example!a@example.org"),
            relay,
        ),
        (
            "route-in-address",
            Stage::Rcpt,
            to("\"a@b.example\"@example.org"),
            relay,
        ),
        (
            "route-in-address",
            Stage::Rcpt,
            to("a@example.org"),
            "deliver",
        ),
        (
            "port-access",
            Stage::Connect,
            from("198.51.100.9"),
            "550 5.7.1 no mail from this network",
        ),
        (
            "port-access",
            Stage::Mail,
            sender("a@mail.spam.example"),
            "550 5.7.1 no mail from this sender",
        ),
        (
            "port-access",
            Stage::Rcpt,
            to("all-staff@example.org"),
            "550 5.7.1 this list is for people of the house",
        ),
        ("port-access", Stage::Rcpt, stranger(), "deliver"),
    ] {
        let said = say(&decide_at(&of_page(rule), stage, &envelope));
        assert_eq!(said, expected, "{rule}");
    }
}

#[test]
fn private_commands_and_a_store_that_is_away() {
    let probe = of_page("probe");
    let asked = |client: &str| {
        let client = Some(client.parse().unwrap());
        let envelope = Envelope {
            client,
            ..Envelope::default()
        };
        let decision = probe.decide_command(&envelope, "XGEN");
        say(&decision.unwrap())
    };
    assert_eq!(asked("198.51.100.9"), "421 4.7.0 closing connection");
    assert_eq!(asked("192.0.2.7"), "500 5.5.1 command not recognized");
    let away = metered(stranger(), "client-connections", None, false);
    let plain = read("Subject: a\n\nhello\n");
    let said = decide(&of_page("throttled"), &away, &plain, &[]);
    assert_eq!(say(&said), "deliver #unmetered");
}
