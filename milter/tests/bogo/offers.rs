//! Negotiation: versions, every bit alone, packets that are too short or too long, and what the filter cannot do without.

use crate::case::Case;
use tamis_milter::{Protocol, Stage, Wish};

/// Every wish that a filter can have.
const ACTIONS: u32 = 0xFF;
const PROTOCOL: Protocol = Protocol::from_bits(0xFFFF_FFFF);

/// Bits of the protocol that have a meaning.
const KNOWN: u32 = 0x301F_FFFF;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = versions();
    cases.extend(bits());
    cases.extend(lengths());
    cases.extend(needs());
    cases.extend(masks());
    cases.extend(twice());
    cases.extend(lists());
    cases
}

fn greedy(name: String, script: String) -> Case {
    Case::new(name, script).likes(ACTIONS).protocol(PROTOCOL)
}

/// Nothing below 2 is spoken; above 6 the answer is 6.
fn versions() -> Vec<Case> {
    let case = |(version, expected): (&str, &str)| {
        let script = format!("O:{version}/1/400=>{expected}");
        Case::new(format!("offer/version-{version}"), script)
    };
    let dead = ["0", "1"].map(|version| (version, "end"));
    let alive = [
        ("2", "O:2/0/400"),
        ("3", "O:3/0/400"),
        ("4", "O:4/0/400"),
        ("5", "O:5/0/400"),
        ("6", "O:6/0/400"),
        ("7", "O:6/0/400"),
        ("ff", "O:6/0/400"),
        ("1000006", "O:6/0/400"),
        ("7fffffff", "O:6/0/400"),
        ("80000000", "O:6/0/400"),
        ("ffffffff", "O:6/0/400"),
    ];
    dead.into_iter().chain(alive).map(case).collect()
}

/// A filter that wishes for everything gets each known bit that is offered, and one that wishes for nothing none but those
/// that are the library's own business.
fn bits() -> Vec<Case> {
    let mut cases = Vec::new();
    for bit in 0..32 {
        let one = 1_u32 << bit;
        let known = one & KNOWN;
        let own = one & 0x3010_0400;
        let action = if one & ACTIONS == 0 { 0 } else { one };
        let name = |what: &str| format!("offer/{what}-bit-{bit}");
        let ask = |a: u32, p: u32, b: u32, q: u32| format!("O:6/{a:x}/{p:x}=>O:6/{b:x}/{q:x}");
        cases.push(greedy(name("action"), ask(one, 1, action, 1)));
        cases.push(greedy(name("protocol"), ask(1, one, 1, known)));
        cases.push(Case::new(name("unwished-action"), ask(one, 1, 0, 0)));
        cases.push(Case::new(name("unwished-protocol"), ask(1, one, 0, own)));
    }
    cases
}

/// Three numbers are needed; what follows them is nobody's business.
fn lengths() -> Vec<Case> {
    let offer = [0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 4, 0].map(|octet| format!("\\x{octet:02x}"));
    let short = (0..12).map(|length| {
        let script = format!("O:{}=>end", offer[..length].concat());
        Case::new(format!("offer/{length}-octets"), script)
    });
    let long = [
        ("one-more", "\\0".to_owned()),
        ("a-fourth-number", "\\xff\\xff\\xff\\xff".to_owned()),
        ("a-list-of-macros", "\\0\\0\\0\\0j\\0".to_owned()),
        ("64k-more", "y".repeat(65_000)),
        ("a-mebibyte", "y".repeat((1 << 20) - 13)),
    ];
    let long = long.map(|(name, more)| {
        let script = format!("O:6/1/400+{more}=>O:6/0/400 M=>c E=>c");
        Case::new(format!("offer/{name}"), script)
    });
    let beyond = format!("O:6/1/400+{}=>end", "y".repeat((1 << 20) - 12));
    let beyond = Case::new("offer/beyond-a-mebibyte", beyond);
    short.chain(long).chain([beyond]).collect()
}

/// A filter that needs an action which is not offered refuses every message for now.
fn needs() -> Vec<Case> {
    let mut cases = Vec::new();
    for bit in 0..8 {
        let one = 1_u32 << bit;
        let others = 0x1FF & !one;
        let script = format!(
            "O:6/{others:x}/1fffff=>O C=>c H=>c M=>t R=>t T=>t L=>t N=>t B=>t E=>t M=>t A M=>t E=>t"
        );
        let case = Case::new(format!("needs/{bit}-missing"), script).needs(one);
        cases.push(case.shows(&["connect client.example 192.0.2.1 1234", "helo x", "close"]));
        let script = format!("O:6/{one:x}/1fffff=>O:6/{one:x}/100400 message");
        cases.push(Case::new(format!("needs/{bit}-alone"), script).needs(one));
    }
    // An offer of nothing is the first version of the protocol: four actions.
    let old = [
        ("old-actions-suffice", 0xF, "O:2/0/0=>O:2/f/0 message"),
        (
            "old-actions-do-not-suffice",
            0x10,
            "O:2/0/0=>O:2/0/0 M=>t A M=>t E=>t",
        ),
        ("all", 0xFF, "O:6/ff/0=>O:6/ff/0 message"),
        ("all-of-nothing", 0xFF, "O:6/0/0=>O:6/f/0 M=>t"),
    ];
    cases.extend(
        old.map(|(name, needs, script)| Case::new(format!("needs/{name}"), script).needs(needs)),
    );
    cases
}

/// Whole sets of bits at once.
fn masks() -> Vec<Case> {
    let cases = [
        ("everything", "O:6/1ff/1fffff=>O:6/ff/1fffff"),
        ("nothing", "O:6/0/0=>O:6/f/3f"),
        ("all-ones", "O:6/ffffffff/ffffffff=>O:6/ff/201fffff"),
        ("unknown-alone", "O:6/fffffe00/cfe00000=>O:6/0/0"),
        ("actions-alone", "O:6/1ff/0=>O:6/ff/3f"),
        ("protocol-alone", "O:6/0/1fffff=>O:6/f/1fffff"),
        ("both-sizes", "O:6/1/30000000=>O:6/1/20000000"),
        ("size-256k", "O:6/1/10000000=>O:6/1/10000000"),
        ("size-1m", "O:6/1/20000000=>O:6/1/20000000"),
        ("version-2-with-all", "O:2/1ff/1fffff=>O:2/ff/1fffff"),
        ("sendmail-8.13", "O:2/3f/7f=>O:2/3f/7f"),
        ("sendmail-8.14", "O:6/1ff/1fffff=>O:6/ff/1fffff"),
    ];
    cases
        .map(|(name, script)| greedy(format!("mask/{name}"), script.to_owned()))
        .into()
}

/// One negotiation for each connection, and nothing before it.
fn twice() -> Vec<Case> {
    let cases = [
        ("at-once", "O=>O O=>end"),
        ("after-connect", "O=>O C=>c O=>end"),
        ("inside-a-message", "O=>O M=>c O=>end"),
        ("after-a-message", "O=>O message O=>end"),
        ("after-an-abort", "O=>O M=>c A O=>end"),
        ("after-k", "O=>O K O=>O message"),
        ("after-k-and-connect", "O=>O K C=>c O=>end"),
        ("twice-after-k", "O=>O K O=>O O=>end"),
        ("after-k-with-macros", "O=>O K D O=>end"),
        ("k-before-any", "K=>end"),
    ];
    let other = greedy(
        "offer-again/another-set-after-k".to_owned(),
        "O:6/1/400=>O:6/1/400 K O:2/10/7f=>O:2/10/7f E=>c".to_owned(),
    );
    let cases = cases.map(|(name, script)| Case::new(format!("offer-again/{name}"), script));
    cases.into_iter().chain([other]).collect()
}

/// Lists of macros are asked for only where the MTA lets filters choose.
fn lists() -> Vec<Case> {
    let wish = Wish::new()
        .macros(Stage::Connect, &["j", "{daemon_name}"])
        .and_then(|wish| wish.macros_of_message(&["i"], &["i", "{x}"]))
        .expect("macros");
    let chosen = "\\0\\0\\0\\0j\\s{daemon_name}\\0\\0\\0\\0\\x06i\\0\\0\\0\\0\\x05i\\s{x}\\0";
    let cases = [
        (
            "offered",
            format!("O:6/100/400=>O:6/100/400+{chosen} message"),
        ),
        (
            "with-others",
            format!("O:6/1ff/400=>O:6/100/400+{chosen} message"),
        ),
        ("not-offered", "O:6/ff/400=>O:6/0/400 message".to_owned()),
        ("old", "O:2/0/0=>O:2/0/0 message".to_owned()),
    ];
    cases
        .map(|(name, script)| Case::new(format!("macro-list/{name}"), script).wishing(wish.clone()))
        .into()
}
