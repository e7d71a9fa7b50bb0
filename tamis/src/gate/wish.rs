//! What the gate asks of an MTA: what it must be able to change, and which macros it is to tell.

use tamis_milter::{Actions, Protocol, Stage, Wish};
use tamis_rules::{self as rules, Policy};

/// Longest list of macros that is asked for; a policy with more gets what the MTA tells by itself.
const MACROS_MOST: usize = 80;

/// The macros that are needed at each stage, by any policy.
const CONNECT: [&str; 5] = ["j", "{daemon_name}", "{daemon_addr}", "v", "_"];
const HELO: [&str; 2] = ["{tls_version}", "{cipher}"];
const MAIL: [&str; 7] = [
    "i",
    "{auth_type}",
    "{auth_authen}",
    "{tls_version}",
    "{cipher}",
    "{mail_addr}",
    "{mail_mailer}",
];
const RCPT: [&str; 4] = ["i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"];
const END: [&str; 1] = ["i"];

/// What is asked of an MTA at the begin of a connection.
///
/// The macros that rules ask about are wanted at every stage: the MTA sends those that have a value there. So the lists that
/// it would send by itself do not matter; an MTA that lets nobody choose sends those.
pub(super) fn wish(policy: &Policy) -> Wish {
    let wish = Wish::new()
        .needs(Actions::ADD_HEADER | Actions::CHANGE_HEADER | Actions::REPLACE_BODY)
        .likes(Actions::ADD_RECIPIENT | Actions::REMOVE_RECIPIENT | Actions::QUARANTINE)
        .protocol(left_out(policy) | silent(policy) | Protocol::REJECTED_RECIPIENTS);
    let asked: Vec<String> = policy.macros().map(written).collect();
    if asked.len() > MACROS_MOST {
        return wish;
    }
    // A name that cannot be asked for leaves all to the MTA.
    with_macros(wish.clone(), &asked).unwrap_or(wish)
}

/// Commands about which no rule can say anything.
fn left_out(policy: &Policy) -> Protocol {
    if policy.speaks_of_commands() {
        Protocol::NO_DATA
    } else {
        Protocol::NO_DATA | Protocol::NO_UNKNOWN
    }
}

/// Commands that the MTA need not wait for, because nothing is refused there: an answer is a round trip. Header and body are
/// judged at the end; the envelope as well, if no rule refuses before.
///
/// MAIL keeps its answer in any case. An MTA that waits for none holds its commands back until it needs one, and a daemon
/// that is told to stop would not know that there is a message it should wait for.
///
/// A policy that comes by a reload may refuse earlier. On connections that live by then it is heard at the end of the
/// message, and there the refusal of one recipient means "try again later" for all of them.
fn silent(policy: &Policy) -> Protocol {
    let content = Protocol::SILENT_HEADER | Protocol::SILENT_END_OF_HEADERS | Protocol::SILENT_BODY;
    let envelope = [
        (rules::Stage::Connect, Protocol::SILENT_CONNECT),
        (rules::Stage::Helo, Protocol::SILENT_HELO),
        (rules::Stage::Rcpt, Protocol::SILENT_RCPT),
    ];
    let from = policy.refuses_from();
    let before = envelope.into_iter().filter(|(stage, _)| *stage < from);
    before.fold(content, |all, (_, bit)| all | bit)
}

fn with_macros(wish: Wish, asked: &[String]) -> Option<Wish> {
    let list = |own: &[&'static str]| -> Vec<String> {
        let more = asked.iter().filter(|name| !own.contains(&name.as_str()));
        own.iter()
            .map(|name| (*name).to_owned())
            .chain(more.cloned())
            .collect()
    };
    let mut wish = wish;
    for (stage, own) in [
        (Stage::Connect, CONNECT.as_slice()),
        (Stage::Helo, &HELO),
        (Stage::Mail, &MAIL),
        (Stage::Rcpt, &RCPT),
    ] {
        let names = list(own);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        wish = wish.macros(stage, &names).ok()?;
    }
    let end = list(&END);
    let end: Vec<&str> = end.iter().map(String::as_str).collect();
    wish.macros_of_message(&END, &end).ok()
}

/// As it is written in a list: in braces if it is longer than a letter.
fn written(name: &str) -> String {
    if name.len() == 1 {
        name.to_owned()
    } else {
        format!("{{{name}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamis_rules::{Sources, load};

    /// The bits that are asked for, besides those that always are.
    #[track_caller]
    fn check(rules: &str, expected: Protocol) {
        let policy = load(&Sources::new("test.toml", rules)).expect("a policy");
        let content = 0xC_0080;
        let bits = silent(&policy) | left_out(&policy);
        let always = Protocol::from_bits(content) | Protocol::NO_DATA;
        assert!(bits.contains(always), "{bits}");
        assert_eq!(bits.without(always), expected, "{rules}");
    }

    #[test]
    fn answers_are_kept_where_a_rule_may_speak() {
        let rule = |when: &str| {
            format!(
                "[[rule]]\nname = \"a\"\nwhen = {{ {when} }}\nthen = {{ reject = \"550 5.7.1 no\" }}\n"
            )
        };
        let (connect, helo) = (Protocol::SILENT_CONNECT, Protocol::SILENT_HELO);
        let rcpt = Protocol::SILENT_RCPT;
        let unknown = Protocol::NO_UNKNOWN;
        let all = connect | helo | rcpt | unknown;
        check("version = 1\n", all);
        check(&rule("part.kind = \"pdf\""), all);
        check(&rule("client = \"192.0.2.0/24\""), unknown);
        check(&rule("helo = \"x\""), connect | unknown);
        check(
            &rule("sender = \"a@example.org\""),
            connect | helo | unknown,
        );
        check(
            &rule("recipient = \"a@example.org\""),
            connect | helo | unknown,
        );
        check(&rule("unknown_command = \"XFOO*\""), connect | helo | rcpt);
        let mixed = "any = [{ helo = \"x\" }, { subject = \"x\" }]";
        check(&rule(mixed), connect | unknown);
        // One that stands behind a rule about the message speaks at the end.
        let late = rule("part.kind = \"pdf\"")
            + &rule("sender = \"a@example.org\"").replace("\"a\"", "\"b\"");
        check(&late, all);
        let differing = "differing_recipients = \"defer\"\n".to_owned()
            + &rule("subject = \"x\", recipient = \"a@example.org\"");
        check(&differing, connect | helo | unknown);
    }
}
