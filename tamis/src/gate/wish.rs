//! What the gate asks of an MTA: what it must be able to change, and which macros it is to tell.

use tamis_milter::{Actions, Protocol, Stage, Wish};
use tamis_rules::Policy;

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
    let silent = Protocol::SILENT_HEADER | Protocol::SILENT_END_OF_HEADERS | Protocol::SILENT_BODY;
    let wish = Wish::new()
        .needs(Actions::ADD_HEADER | Actions::CHANGE_HEADER | Actions::REPLACE_BODY)
        .likes(Actions::ADD_RECIPIENT | Actions::REMOVE_RECIPIENT | Actions::QUARANTINE)
        .protocol(silent | Protocol::REJECTED_RECIPIENTS);
    let asked: Vec<String> = policy.macros().map(written).collect();
    if asked.len() > MACROS_MOST {
        return wish;
    }
    // A name that cannot be asked for leaves all to the MTA.
    with_macros(wish.clone(), &asked).unwrap_or(wish)
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
