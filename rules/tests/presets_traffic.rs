//! The shipped presets for traffic: each rule fires for one transaction and not for its neighbour, as early as it can.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{
    MIXED, decide, decide_at, envelope, fired, found, policy, preset, read, say, unscanned,
};
use tamis_rules::{Direction, Envelope, MeterFact, Policy, Speaks, Stage, Tls, Verdict};

const PLAIN: &str = "Subject: a\n\nhello\n";

/// A transaction of an own user from elsewhere, as a submission service wants it.
fn user() -> Envelope {
    Envelope {
        client: Some("198.51.100.7".parse().unwrap()),
        listener: Some("submission".into()),
        authenticated: Some("ada".into()),
        tls: Some(Tls {
            version: "TLSv1.3".into(),
            cipher: None,
        }),
        direction: Some(Direction::Outbound),
        ..envelope("ada@example.org", &["b@example.net"])
    }
}

/// The same without a login: another site that writes to us.
fn stranger() -> Envelope {
    Envelope {
        authenticated: None,
        listener: Some("smtp".into()),
        direction: Some(Direction::Inbound),
        ..user()
    }
}

/// What a meter says.
fn meter(name: &str, exceeded: bool) -> Vec<MeterFact> {
    vec![MeterFact {
        meter: name.to_owned(),
        used: Some(vec![1]),
        exceeded,
    }]
}

/// A meter whose store does not answer.
fn away(name: &str) -> Vec<MeterFact> {
    vec![MeterFact {
        meter: name.to_owned(),
        used: None,
        exceeded: false,
    }]
}

/// The first stage at which the policy ends the transaction, and what it says then, without what it does to the header.
fn outcome(policy: &Policy, envelope: &Envelope, message: &str) -> String {
    for stage in [Stage::Connect, Stage::Helo, Stage::Mail, Stage::Rcpt] {
        let decision = decide_at(policy, stage, envelope);
        if decision.settled {
            return format!("{}: {}", stage.name(), say(&decision));
        }
        assert_eq!(say(&decision), "deliver", "not settled: {decision:?}");
    }
    let mut decision = decide(policy, envelope, &read(message), &[]);
    if let Verdict::Deliver(delivery) = &mut decision.verdict {
        delivery.header.clear();
    }
    say(&decision)
}

#[track_caller]
fn check(preset_name: &str, cases: &[(Envelope, &str)]) {
    let policy = preset(preset_name);
    for (envelope, expected) in cases {
        assert_eq!(
            outcome(&policy, envelope, PLAIN),
            *expected,
            "{preset_name}: {envelope:?}"
        );
    }
}

/// A message with an attached file, and a text that looks like a script.
fn with_file(name: &str, base64: &str) -> String {
    format!(
        "Subject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         #!/bin/sh\nrm -rf build\n--b\nContent-Type: application/octet-stream\n\
         Content-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{base64}\n--b--\n"
    )
}

#[test]
fn submission_wants_tls_and_a_login() {
    let tls = |version: &str| {
        let version = version.to_owned();
        let cipher = None;
        Some(Tls { version, cipher })
    };
    let starttls = "mail: 530 5.7.0 Must issue a STARTTLS command first";
    check(
        "submission",
        &[
            (user(), "deliver"),
            (
                Envelope {
                    tls: tls("TLSv1.2"),
                    ..user()
                },
                "deliver",
            ),
            (
                Envelope {
                    tls: tls("TLSv1.1"),
                    ..user()
                },
                "mail: 530 5.7.10 TLS 1.2 or newer is needed",
            ),
            (
                Envelope {
                    tls: None,
                    ..user()
                },
                starttls,
            ),
            (
                Envelope {
                    authenticated: None,
                    ..user()
                },
                "mail: 530 5.7.0 Authentication required",
            ),
            (stranger(), "mail: 530 5.7.0 Authentication required"),
            (
                Envelope {
                    tls: None,
                    ..stranger()
                },
                starttls,
            ),
        ],
    );
}

#[test]
fn programs_of_this_host_need_neither() {
    let from = |client: Option<&str>| Envelope {
        client: client.map(|client| client.parse().unwrap()),
        tls: None,
        authenticated: None,
        ..user()
    };
    let starttls = "mail: 530 5.7.0 Must issue a STARTTLS command first";
    check(
        "submission",
        &[
            (from(None), "deliver #not-submission"),
            (from(Some("127.0.0.1")), "deliver #not-submission"),
            (from(Some("::1")), "deliver #not-submission"),
            (from(Some("192.0.2.1")), starttls),
            (from(Some("2001:db8::1")), starttls),
        ],
    );
}

#[test]
fn submission_limits_connections_and_messages() {
    let metered = |meters: Vec<MeterFact>| Envelope { meters, ..user() };
    check(
        "submission",
        &[
            (
                metered(meter("submission-connections", true)),
                "connect: 421 4.7.0 too many connections, try again later",
            ),
            (metered(meter("submission-connections", false)), "deliver"),
            (
                metered(away("submission-connections")),
                "deliver #unmetered",
            ),
            (
                metered(meter("submission-messages", true)),
                "mail: 451 4.7.1 too many messages in an hour, try again later",
            ),
            (metered(meter("submission-messages", false)), "deliver"),
            (metered(away("submission-messages")), "deliver #unmetered"),
            (
                metered(meter("account-recipients", true)),
                "rcpt: 451 4.7.1 this account has sent to too many recipients, try again later",
            ),
            (
                Envelope {
                    client: Some("127.0.0.1".parse().unwrap()),
                    ..metered(meter("submission-connections", true))
                },
                "deliver #not-submission",
            ),
        ],
    );
}

#[test]
fn private_commands_are_refused_everywhere() {
    let policy = preset("submission");
    for (command, expected) in [
        ("XADR ada", Some("500 5.5.1 command not recognized")),
        ("xcir", Some("500 5.5.1 command not recognized")),
        ("XGEN", Some("500 5.5.1 command not recognized")),
        ("XSTA all", Some("500 5.5.1 command not recognized")),
        ("XCLIENT NAME=a", None),
        ("HELP XADR", None),
        ("", None),
    ] {
        for envelope in [user(), stranger(), Envelope::default()] {
            let decision = policy.decide_command(&envelope, command);
            let said = decision.map(|decision| say(&decision));
            assert_eq!(said.as_deref(), expected, "{command}");
        }
    }
    assert!(preset("outbound").decide_command(&user(), "XADR").is_none());
}

#[test]
fn one_policy_serves_several_listeners() {
    let policy = policy(
        "include = ['preset:submission']\n[[rule]]\nname = 'other-services'\n\
         unless = { listener = ['submission', 'submissions'] }\nthen = { tag = 'not-submission' }\n",
    );
    let at = |listener: Option<&str>| Envelope {
        listener: listener.map(str::to_owned),
        meters: meter("submission-connections", true),
        ..stranger()
    };
    let many = "connect: 421 4.7.0 too many connections, try again later";
    for (listener, expected) in [
        (Some("smtp"), "deliver #not-submission"),
        (None, "deliver #not-submission"),
        (Some("submission"), many),
        (Some("Submissions"), many),
    ] {
        assert_eq!(outcome(&policy, &at(listener), PLAIN), expected);
    }
    let plain = Envelope {
        meters: Vec::new(),
        ..at(Some("submission"))
    };
    let refused = "mail: 530 5.7.0 Authentication required";
    assert_eq!(outcome(&policy, &plain, PLAIN), refused);
    let elsewhere = Envelope {
        tls: None,
        ..at(Some("smtp"))
    };
    assert_eq!(
        outcome(&policy, &elsewhere, &with_file("setup.exe", "aGVsbG8=")),
        "deliver strip(2)+keep #not-submission"
    );
}

#[test]
fn accounts_and_domains_that_suddenly_send_much_wait() {
    let metered = |name: &str, exceeded: bool| Envelope {
        meters: meter(name, exceeded),
        ..user()
    };
    let domain = "rcpt: 451 4.7.1 this domain has sent to too many recipients, try again later";
    for (name, expected) in [
        (
            "account-recipients",
            "rcpt: 451 4.7.1 this account has sent to too many recipients, try again later",
        ),
        (
            "account-distinct",
            "rcpt: 451 4.7.1 this account has sent to too many different recipients, try again later",
        ),
        (
            "account-rejected",
            "rcpt: 451 4.7.1 too many recipients of this account do not exist, try again later",
        ),
        ("domain-recipients", domain),
        ("domain-distinct", domain),
        ("domain-rejected", domain),
    ] {
        let unavailable = Envelope {
            meters: away(name),
            ..user()
        };
        for preset_name in ["outbound", "submission"] {
            check(
                preset_name,
                &[
                    (metered(name, true), expected),
                    (metered(name, false), "deliver"),
                    (unavailable.clone(), "deliver #unmetered"),
                ],
            );
        }
    }
    let inbound = |name| Envelope {
        direction: Some(Direction::Inbound),
        ..metered(name, true)
    };
    check("outbound", &[(inbound("domain-recipients"), "deliver")]);
}

#[test]
fn one_message_has_a_hundred_recipients_at_most() {
    let to = |count: usize, login: Option<&str>| Envelope {
        recipients: (0..count).map(|n| format!("r{n}@example.net")).collect(),
        authenticated: login.map(str::to_owned),
        ..user()
    };
    let refused = "550 5.5.3 more than 100 recipients in one message";
    check(
        "outbound",
        &[
            (to(100, Some("ada")), "deliver"),
            (to(101, Some("ada")), refused),
            (to(101, None), "deliver"),
        ],
    );
    check(
        "submission",
        &[
            (to(100, Some("ada")), "deliver"),
            (to(101, Some("ada")), refused),
        ],
    );
}

#[test]
fn programs_from_inside_are_refused_and_not_stripped() {
    let (exe, shell) = ("setup.exe", "IyEvYmluL3NoCnJtIC1yZiAvCg==");
    let refused =
        |name: &str| format!("550 5.7.1 programs and scripts are not accepted here: {name}");
    let (text, noise) = ("aGVsbG8sIHdvcmxkCg==", "kwAH/gECgAMAANE=");
    let inbound = Direction::Inbound;
    for (direction, name, content, expected) in [
        (Direction::Outbound, exe, text, refused(exe)),
        (Direction::Internal, exe, text, refused(exe)),
        (inbound, exe, text, "deliver strip(2)+keep".to_owned()),
        (Direction::Outbound, "deploy", shell, refused("deploy")),
        (Direction::Outbound, "old.com", noise, refused("old.com")),
        (Direction::Outbound, "notes.txt", text, "deliver".to_owned()),
        (
            Direction::Outbound,
            "example.com",
            text,
            "deliver".to_owned(),
        ),
    ] {
        let envelope = Envelope {
            direction: Some(direction),
            ..user()
        };
        for preset_name in ["outbound", "submission"] {
            let said = outcome(&preset(preset_name), &envelope, &with_file(name, content));
            assert_eq!(said, expected, "{preset_name}: {direction:?} {name}");
        }
    }
}

#[test]
fn what_tells_of_the_inside_stays_here() {
    let message = "Received: from laptop.home (10.0.0.7)\nX-Originating-IP: 10.0.0.7\nX-PHP-Script: a\nX-Mailer: m\nSubject: a\n\nhello\n";
    let hub = Envelope {
        authenticated: None,
        ..user()
    };
    let internal = Envelope {
        direction: Some(Direction::Internal),
        ..user()
    };
    for (envelope, expected) in [
        (user(), "x-originating-ip x-php-script received"),
        (hub, "x-originating-ip x-php-script"),
        (internal, ""),
        (stranger(), ""),
    ] {
        let reading = read(message);
        let decision = decide(&preset("outbound"), &envelope, &reading, &[]);
        let Verdict::Deliver(delivery) = &decision.verdict else {
            panic!("{decision:?}")
        };
        let there = |name: &str| {
            let fields = reading.map().root().fields().iter();
            fields.filter(|field| field.is(name)).count() > 0
        };
        let removed = delivery.header.iter().filter_map(|field| match field {
            tamis_rules::HeaderDecision::Remove { name } => Some(name.as_str()),
            _ => None,
        });
        let removed: Vec<_> = removed
            .filter(|name| there(name))
            .map(str::to_lowercase)
            .collect();
        assert_eq!(removed.join(" "), expected, "{envelope:?}");
        assert!(delivery.banner.is_none());
    }
}

#[test]
fn what_default_says_holds_as_well() {
    for name in ["outbound", "submission"] {
        let policy = preset(name);
        let decided = |scan| say(&decide(&policy, &user(), &read(PLAIN), &[scan]));
        assert_eq!(decided(found("a", "Eicar")), "550 5.7.1 Eicar found");
        assert_eq!(
            decided(unscanned("a", "timeout")),
            "451 4.7.1 message could not be scanned, try again later"
        );
    }
}

#[test]
fn rules_about_traffic_wait_for_nothing() {
    let speaks: Vec<String> = preset("submission")
        .rules()
        .filter(|rule| rule.speaks != Speaks::At(Stage::Message))
        .map(|rule| format!("{} {}", rule.speaks.name(), rule.name))
        .collect();
    assert_eq!(
        speaks,
        [
            "command private-command",
            "connect many-connections",
            "mail no-tls",
            "mail old-tls",
            "mail no-login",
            "mail many-messages",
            "rcpt account-volume",
            "rcpt account-spread",
            "rcpt account-misses",
            "rcpt domain-volume",
        ]
    );
}

#[test]
fn observe_first_says_what_strict_does_and_does_nothing() {
    let (observe, strict) = (preset("observe-first"), preset("strict"));
    assert!(observe.is_observed() && !strict.is_observed());
    assert_eq!(observe.len(), strict.len());
    let program = with_file("setup.exe", "aGVsbG8=");
    for (message, scan) in [
        (PLAIN, None),
        (MIXED, None),
        (&program, None),
        (PLAIN, Some(found("a", "Eicar"))),
        (PLAIN, Some(unscanned("a", "timeout"))),
    ] {
        let scans: Vec<_> = scan.into_iter().collect();
        let real = decide(&strict, &stranger(), &read(message), &scans);
        let seen = decide(&observe, &stranger(), &read(message), &scans);
        assert_eq!(seen.observed.verdict, Some(real.verdict.name()));
        assert_eq!(seen.observed.reasons, real.reasons);
        let Verdict::Deliver(delivery) = &seen.verdict else {
            panic!("{seen:?}")
        };
        assert!(delivery.is_untouched() && !seen.keep && fired(&seen).is_empty());
    }
}
