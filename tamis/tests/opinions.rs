//! The daemon with clamd, spamd and rspamd at once behind a real Postfix: what each says becomes what rules make of it.

mod daemon;
mod support;

use daemon::Daemon;
use support::clamd::{Clamd, eicar};
use support::postfix::{Postfix, without_trace};
use support::rspamd::{Rspamd, SUSPICIOUS};
use support::smtp::Smtp;
use support::spamd::{Spamd, gtube};
use support::{PATIENCE, directory, ready};

const POLICY: &str = r#"
[[rule]]
name = "infected"
when = { scan.engine = "clamd", scan.result = "found" }
then = { reject = "550 5.7.1 {scan.signature} found" }

[[rule]]
name = "spam"
when = { scan.engine = "filter", scan.action = "reject" }
then = { reject = "550 5.7.1 this is spam" }

[[rule]]
name = "as-rspamd-says"
when = { scan.engine = "filter", scan.action = ["add header", "rewrite subject"] }
then = { adopt_header = true }

[[rule]]
name = "points"
when = { scan.engine = "assassin", scan.symbol = "TAMIS_TEST" }
then = { set_header = { X-Site-Mark = "{scan.score}" } }
"#;

fn message(text: &str) -> String {
    format!(
        "From: Anna <anna@example.org>\r\nTo: ben@example.net\r\nSubject: the minutes\r\nX-Old: 1\r\n\
         Date: Mon, 16 Nov 2026 09:12:41 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n{text}"
    )
}

#[test]
fn rules_make_something_of_what_each_scanner_says() {
    let clamd = ready(Clamd::start(&[]));
    let rules = ["body TAMIS_TEST /nine and ninety/", "score TAMIS_TEST 2.5"];
    let spamd = ready(Spamd::start(&[], &rules));
    let rspamd = ready(Rspamd::start(""));
    let (Some(clamd), Some(spamd), Some(rspamd)) = (clamd, spamd, rspamd) else {
        return;
    };
    let place = directory();
    let scanners = format!(
        "[scanner.clamd]\naddress = \"{}\"\nfeeds = \"both\"\n[scanner.assassin]\nkind = \"spamd\"\naddress = \"{}\"\n\
         [scanner.filter]\nkind = \"rspamd\"\naddress = \"{}\"\n",
        clamd.unix(),
        spamd.unix(),
        rspamd.tcp()
    );
    let daemon = Daemon::start(place.path(), POLICY, &scanners);
    let Some(postfix) = ready(Postfix::start(&daemon.address(), &[])) else {
        return;
    };
    let send = |text: &str| {
        let mut session = Smtp::open(postfix.smtp_port());
        let message = message(text);
        session
            .send("anna@example.org", &["ben@example.net"], message.as_bytes())
            .expect("a reply")
    };
    let text = |number| {
        let delivered = postfix.wait_for(number, PATIENCE);
        let last = without_trace(delivered.last().expect("a delivery"));
        String::from_utf8_lossy(last).into_owned()
    };

    assert_eq!(send("Hello.\r\n").0, 250);
    assert_eq!(text(1), message("Hello.\r\n").replace("\r\n", "\n"));

    let reply = send(&String::from_utf8_lossy(&eicar()));
    assert!(reply.0 == 550 && reply.1.contains("Eicar"), "{reply:?}");
    assert_eq!(send(&gtube()), (550, "5.7.1 this is spam".to_owned()));

    assert_eq!(send(SUSPICIOUS).0, 250);
    let suspicious = text(2);
    for line in [
        "X-Tamis-Test: one\n",
        "X-Folded: two;",
        "Subject: [spam] the minutes\n",
    ] {
        // Fields that begin like those of Tamis itself are not for scanners to write.
        let ours = line.starts_with("X-Tamis");
        assert_eq!(suspicious.contains(line), !ours, "{line} {suspicious}");
    }
    assert!(!suspicious.contains("X-Old"), "{suspicious}");

    assert_eq!(send("nine and ninety\r\n").0, 250);
    assert!(text(3).contains("X-Site-Mark: "), "{}", text(3));

    let scans: Vec<String> = daemon
        .events("message")
        .iter()
        .map(|line| line["scans"].as_str().expect("scans").to_owned())
        .collect();
    assert_eq!(scans.len(), 5, "{scans:?}");
    for name in ["clamd", "assassin=scored", "filter=scored"] {
        assert!(
            scans.iter().all(|scan| scan.contains(name)),
            "{name} {scans:?}"
        );
    }
}

/// What the daemon says at its start of a clamd with these lines of configuration: what that does not see.
fn unseen(settings: &[&str]) -> Option<Vec<String>> {
    const BLIND: &str = "scanner calls clean what it did not look at, see tamis doctor";
    let clamd = ready(Clamd::start(settings))?;
    let place = directory();
    let further = format!(
        "[limits]\nmessage_size = \"20MiB\"\n[scanner.clamd]\naddress = \"{}\"\n",
        clamd.tcp()
    );
    let daemon = Daemon::start(place.path(), "", &further);
    daemon.wait_for("\"scanner has been looked at\"", 1);
    let says = |line: &serde_json::Value| line["says"].as_str().expect("words").to_owned();
    Some(daemon.events(BLIND).iter().map(says).collect())
}

#[test]
fn a_scanner_that_calls_clean_what_it_did_not_look_at_is_told_of_at_the_start() {
    let Some(seeing) = unseen(&[]) else {
        return;
    };
    assert_eq!(seeing, [""; 0]);
    let blind = unseen(&["AlertExceedsMax no", "MaxScanSize 2M", "MaxFileSize 2M"]);
    let blind = blind.expect("clamd");
    assert_eq!(blind.len(), 2, "{blind:?}");
    assert!(blind[0].ends_with("below 20 multiparts"), "{blind:?}");
    assert!(
        blind[1].ends_with("at the end of a message of 20 MiB"),
        "{blind:?}"
    );
}
