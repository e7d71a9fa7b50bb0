//! Lints: policies that deserve a second look, and policies near them that do not.

mod support;

use std::collections::BTreeSet;
use support::{envelope, policy, read};
use tamis_rules::{Facts, Fault, Policy, Stage, lints};

/// A policy with marks around the name that is warned of, the lint, and a piece of what it says.
struct Case {
    text: &'static str,
    lint: &'static str,
    says: &'static str,
}

const fn case(lint: &'static str, says: &'static str, text: &'static str) -> Case {
    Case { text, lint, says }
}

const WARNED: &[Case] = &[
    case(
        "unreachable",
        "is never asked, nor is the rule behind it: `all` (policy.toml) holds for every message",
        "[[rule]]\nname = 'all'\nthen = { accept = true }\n[[rule]]\nname = «'a'»\nwhen = { helo = 'x' }\nthen = { reject = true }\n\
         [[rule]]\nname = 'b'\nthen = { tag = 'b' }\n",
    ),
    case(
        "unreachable",
        "is never asked:",
        "[[rule]]\nname = 'all'\nthen = { quarantine = true }\n[[rule]]\nname = «'a'»\nwhen = { helo = 'x' }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "can never hold",
        "[[rule]]\nname = «'a'»\nwhen = { sender = '@x.example' }\nunless = { sender = '@x.example' }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "can never hold: `size` is to be \">2MiB\" and \"<1KiB\" at once",
        "[[rule]]\nname = «'a'»\nwhen = { all = [{ size = '>2MiB' }, { helo = 'x', size = '<1KiB' }] }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "`authenticated` is to be true and false at once",
        "[[rule]]\nname = «'a'»\nwhen = { authenticated = true, all = { authenticated = false } }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "`authenticated` is to be false and \"bob\" at once",
        "[[rule]]\nname = «'a'»\nwhen = { authenticated = false, all = { authenticated = 'bob' } }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "`direction` is to be \"inbound\" and [\"outbound\", \"internal\"] at once",
        "[[rule]]\nname = «'a'»\nwhen = { direction = 'inbound', all = [{ direction = ['outbound', 'internal'] }] }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "`header_count.Received` is to be 3 and \">5\" at once",
        "[[rule]]\nname = «'a'»\nwhen = { header_count.Received = 3, all = [{ header_count = { Received = '>5' } }] }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "no number is \"<0\"",
        "[[rule]]\nname = «'a'»\nwhen = { part_count = '<0' }\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "all that it asks for is excepted as well",
        "[[rule]]\nname = «'a'»\nwhen = { part.kind = 'script', sender = '@x.example' }\nunless = [{ helo = 'z' }, { part.kind = ['executable', 'script'] }]\nthen = { reject = true }\n",
    ),
    case(
        "unreachable",
        "all that it asks for is excepted as well",
        "[[rule]]\nname = «'a'»\nwhen = { size = '>2MiB', not = { size = '>=1MiB' } }\nthen = { reject = true }\n",
    ),
    case(
        "shadowed",
        "ends the rules",
        "[[rule]]\nname = 'wide'\nwhen = { size = '>1MiB', authenticated = true }\nunless = { helo = ['x', 'y'] }\nthen = { reject = true }\n\
         [[rule]]\nname = «'narrow'»\nwhen = { size = '>=3MiB', authenticated = 'bob', not = { helo = [\"x\", 'y', 'z'] } }\nthen = { accept = true }\n",
    ),
    case(
        "shadowed",
        "never decides: wherever it holds, `wide` (policy.toml) holds before it and ends the rules",
        "[[rule]]\nname = 'wide'\nwhen = { sender = ['@x.example', '@y.example'] }\nthen = { reject = true }\n\
         [[rule]]\nname = «'narrow'»\nwhen = { sender = '@y.example', helo = 'z' }\nthen = { accept = true }\n",
    ),
    case(
        "shadowed",
        "decides the same parts",
        "allow = 'signed'\n[[rule]]\nname = 'wide'\nwhen = { part.kind = ['executable', 'script'] }\nthen = { strip = true }\n\
         [[rule]]\nname = «'narrow'»\nwhen = { part.kind = 'script', part.size = '>1MiB' }\nthen = { rename = 'x.txt' }\n",
    ),
    case(
        "shadowed",
        "ends the rules",
        "[[rule]]\nname = 'first'\nwhen = { any = [{ helo = 'a' }, { sender = '@b.example' }] }\nunless = { client = '192.0.2.1' }\nthen = { reject = true }\n\
         [[rule]]\nname = «'again'»\nwhen = { any = [{ helo = 'a' },  { sender = '@b.example' }], size = '>1MiB' }\nunless = { client = '192.0.2.1' }\nthen = { discard = true, quarantine = true }\n",
    ),
    case(
        "conflicting",
        "the header field `x-kind` of the rule `b` never counts",
        "[[rule]]\nname = 'a'\nwhen = { direction = ['inbound', 'internal'] }\nthen = { set_header = { X-Kind = 'a' } }\n\
         [[rule]]\nname = «'b'»\nwhen = { direction = 'inbound', subject = 'x' }\nthen = { set_header = { x-kind = 'b' } }\n",
    ),
    case(
        "conflicting",
        "`hold` of the rule `b` never counts",
        "[[rule]]\nname = 'a'\nthen = { hold = true }\n[[rule]]\nname = «'b'»\nwhen = { subject = 'x' }\nthen = { hold = 'why' }\n",
    ),
    case(
        "untested",
        "no test says whether the rule `b` fires",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n[[rule]]\nname = «'b'»\nwhen = { helo = 'y' }\nthen = { reject = true }\n\
         [[test]]\ngiven = { helo = 'x' }\nexpect = { rule = 'a' }\n",
    ),
    case(
        "unused",
        "no rule uses the list `old`",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n[list.«old»]\nkind = 'literal'\nentries = ['x']\n",
    ),
    case(
        "unused",
        "no rule uses the meter `old`",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n[meter.«old»]\nkey = 'client'\ncounts = 'messages'\nlimits = '1 in 1h'\n",
    ),
    case(
        "list-gap",
        "endings of programs that others block are missing: ",
        "[[rule]]\nname = 'a'\nwhen = { part.extension = «['exe', 'com', 'bat', 'cmd', 'pif', 'scr', 'vbs', 'js', 'jse', 'wsf', 'hta', 'msi']» }\nthen = { reject = true }\n",
    ),
    case(
        "list-gap",
        "add `list:tamis/programs`",
        "[[rule]]\nname = 'a'\nwhen = { part.any_extension = 'list:bad' }\nthen = { reject = true }\n\
         [list.bad]\nkind = 'extension'\nentries = «['exe', 'com', 'bat', 'cmd', 'pif', 'scr', 'vbs', 'js', 'jse', 'wsf', 'hta', 'msi']»\n",
    ),
    case(
        "typo",
        "`gmial.com` looks like `gmail.com`",
        "[[rule]]\nname = 'a'\nwhen = { sender = ['@example.org', «'@gmial.com'»] }\nthen = { reject = true }\n",
    ),
    case(
        "typo",
        "`hotmial.com` looks like `hotmail.com`",
        "[[rule]]\nname = 'a'\nwhen = { header_address.From = 'list:free' }\nthen = { tag = 'free' }\n\
         [list.free]\nkind = 'domain'\nentries = ['outlook.com', «'hotmial.com'»]\n",
    ),
    case(
        "typo",
        "`exee` looks like `exe`",
        "[[rule]]\nname = 'a'\nwhen = { part.extension = [«'exee'», 'pdf'] }\nthen = { reject = true }\n",
    ),
    case(
        "typo",
        "`dcox` looks like `docx`",
        "[[rule]]\nname = 'a'\nwhen = { part.any_extension = 'list:l' }\nthen = { tag = 'l' }\n[list.l]\nkind = 'extension'\nentries = [«'dcox'»]\n",
    ),
    case(
        "signed",
        "the rule `a` changes signed mail as well, as does `b`:",
        "[[rule]]\nname = «'a'»\nwhen = { part.kind = 'pdf' }\nthen = { strip = true }\n[[rule]]\nname = 'b'\nwhen = { part.kind = 'image' }\nthen = { rename = 'x' }\n",
    ),
    case(
        "matches-all",
        "`/viagra|/i` matches every text, the empty one too",
        "[[rule]]\nname = 'a'\nwhen = { subject = ['casino', «'/viagra|/i'»] }\nthen = { reject = true }\n",
    ),
    case(
        "matches-all",
        "matches every text",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nunless = { any = [{ header.X-Spam = «'/^(yes)?/'» }, { helo = 'y' }] }\nthen = { reject = true }\n",
    ),
    case(
        "signed",
        "the rule `a` changes signed mail as well:",
        "[[rule]]\nname = «'a'»\nwhen = { part.kind = 'pdf', sender = '@unsigned.example' }\nthen = { strip = true }\n",
    ),
    case(
        "discard-loses",
        "what the rule `a` takes out is lost for good",
        "[[rule]]\nname = «'a'»\nwhen = { part.kind = 'script' }\nthen = { strip = true, keep = false }\n",
    ),
    case(
        "signed",
        "changes signed mail as well",
        "[[rule]]\nname = «'a'»\nwhen = { direction = 'inbound' }\nthen = { banner = 'b' }\n[banner.b]\ntext = 'x'\n",
    ),
    case(
        "discard-loses",
        "what the rule `a` discards is lost for good",
        "[[rule]]\nname = «'a'»\nwhen = { helo = 'x' }\nthen = { discard = true }\n",
    ),
];

/// Near to those above, and right without a word.
const QUIET: &[(&str, &str)] = &[
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n[[rule]]\nname = 'all'\nthen = { accept = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'all'\nmode = 'observe'\nthen = { accept = true }\n[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'all'\nunless = { helo = 'x' }\nthen = { accept = true }\n[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'all'\nthen = { accept = true }\n[[rule]]\nname = 'such'\nwhen = { poison = true }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'all'\nthen = { accept = true }\n[[rule]]\nname = 'command'\nwhen = { unknown_command = 'XSTA' }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { sender = '@x.example' }\nunless = { sender = 'ann@x.example' }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { all = [{ size = '>1KiB' }, { size = '<2MiB' }] }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { any = [{ authenticated = true }, { authenticated = false }] }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { authenticated = true, all = { authenticated = 'bob' } }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { recipient = 'a@x.example', all = { recipient = '*@x.example' } }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { direction = ['inbound', 'internal'], all = { direction = ['internal', 'outbound'] } }\nthen = { reject = true }\n",
    ),
    // A blank is a blank within a text.
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { subject = 'pay now' }\nunless = { subject = 'paynow' }\nthen = { reject = true }\n",
    ),
    (
        "unreachable",
        "[[rule]]\nname = 'a'\nwhen = { part.kind = 'script' }\nunless = { part.kind = 'script', helo = 'x' }\nthen = { reject = true }\n",
    ),
    (
        "shadowed",
        "[[rule]]\nname = 'a'\nwhen = { any = [{ subject = 'pay now' }, { helo = 'x' }] }\nthen = { reject = true }\n\
         [[rule]]\nname = 'b'\nwhen = { any = [{ subject = 'paynow' }, { helo = 'x' }] }\nthen = { accept = true }\n",
    ),
    // Between the two rules another one sets the tag.
    (
        "shadowed",
        "[[rule]]\nname = 'one'\nwhen = { helo = 'a' }\nthen = { tag = 'odd' }\n[[rule]]\nname = 'first'\nwhen = { tag = 'odd' }\nthen = { reject = true }\n\
         [[rule]]\nname = 'two'\nwhen = { sender = '@b.example' }\nthen = { tag = 'odd' }\n[[rule]]\nname = 'again'\nwhen = { tag = 'odd' }\nthen = { tempfail = true }\n",
    ),
    (
        "shadowed",
        "[[rule]]\nname = 'a'\nwhen = { size = '>2MiB' }\nunless = { helo = ['x', 'y'] }\nthen = { reject = true }\n\
         [[rule]]\nname = 'b'\nwhen = { size = '>3MiB' }\nunless = { helo = 'x' }\nthen = { accept = true }\n",
    ),
    (
        "shadowed",
        "[[rule]]\nname = 'narrow'\nwhen = { sender = '@y.example' }\nthen = { accept = true }\n[[rule]]\nname = 'wide'\nwhen = { sender = ['@x.example', '@y.example'] }\nthen = { reject = true }\n",
    ),
    (
        "shadowed",
        "[[rule]]\nname = 'wide'\nwhen = { sender = ['@x.example', '@y.example'] }\nunless = { helo = 'z' }\nthen = { reject = true }\n[[rule]]\nname = 'narrow'\nwhen = { sender = '@y.example' }\nthen = { accept = true }\n",
    ),
    (
        "shadowed",
        "[[rule]]\nname = 'a'\nwhen = { size = '>1MiB' }\nthen = { reject = true }\n[[rule]]\nname = 'b'\nwhen = { size = '>2KiB' }\nthen = { accept = true }\n",
    ),
    (
        "shadowed",
        "allow = 'signed'\n[[rule]]\nname = 'a'\nwhen = { part.kind = 'script' }\nthen = { strip = true }\n[[rule]]\nname = 'b'\nwhen = { part.kind = 'script' }\nthen = { strip = true, tag = 'script' }\n",
    ),
    (
        "shadowed",
        "allow = 'signed'\n[[rule]]\nname = 'a'\nwhen = { part.kind = 'script' }\nthen = { rename = 'x', continue = true }\n[[rule]]\nname = 'b'\nwhen = { part.kind = 'script' }\nthen = { relabel = true }\n",
    ),
    (
        "conflicting",
        "[[rule]]\nname = 'a'\nwhen = { direction = 'inbound' }\nthen = { set_header = { X-Kind = 'a' } }\n[[rule]]\nname = 'b'\nwhen = { direction = 'internal' }\nthen = { set_header = { X-Kind = 'b' } }\n",
    ),
    (
        "conflicting",
        "[[rule]]\nname = 'a'\nthen = { tag_subject = '[a]' }\n[[rule]]\nname = 'b'\nthen = { tag_subject = '[b]' }\n",
    ),
    (
        "untested",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n[[rule]]\nname = 'b'\nwhen = { helo = 'y' }\nthen = { reject = true }\n[[test]]\ngiven = { helo = 'x' }\nexpect = { rule = 'a', not_rule = 'b' }\n",
    ),
    (
        "untested",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { reject = true }\n",
    ),
    (
        "unused",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'list:old', meter.m = 'exceeded' }\nthen = { tempfail = true }\n[list.old]\nkind = 'literal'\nentries = ['x']\n[meter.m]\nkey = 'client'\ncounts = 'messages'\nlimits = '1 in 1h'\n",
    ),
    (
        "unused",
        "[list.shared]\nkind = 'literal'\nentries = ['x']\n",
    ),
    (
        "list-gap",
        "[[rule]]\nname = 'a'\nwhen = { part.extension = ['exe', 'com', 'bat', 'cmd', 'pif', 'scr', 'vbs', 'js', 'jse', 'wsf', 'hta', 'list:tamis/programs'] }\nthen = { reject = true }\n",
    ),
    (
        "list-gap",
        "[[rule]]\nname = 'a'\nwhen = { part.extension = ['docx', 'xlsx', 'exe'] }\nthen = { reject = true }\n",
    ),
    // What is let through, and what is excepted.
    (
        "list-gap",
        "[[rule]]\nname = 'a'\nwhen = { part.extension = ['exe', 'bat', 'cmd', 'pif', 'scr', 'vbs', 'js', 'jse', 'wsf', 'hta', 'msi'] }\nthen = { tag = 'program' }\n\
         [[rule]]\nname = 'b'\nwhen = { part.extension = 'pdf' }\nunless = { part.any_extension = 'list:l' }\nthen = { reject = true }\n\
         [list.l]\nkind = 'extension'\nentries = ['exe', 'bat', 'cmd', 'pif', 'scr', 'vbs', 'js', 'jse', 'wsf', 'hta', 'msi']\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'a'\nwhen = { part.kind = ['executable', 'script'] }\nthen = { strip = true }\n\
         [[rule]]\nname = 'b'\nwhen = { part.extension = 'list:tamis/programs' }\nthen = { replace = 'gone' }\n",
    ),
    (
        "discard-loses",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { discard = true, capture = 'before' }\n\
         [[rule]]\nname = 'b'\nwhen = { part.kind = 'script' }\nthen = { strip = true }\n",
    ),
    (
        "typo",
        "[[rule]]\nname = 'a'\nwhen = { sender = ['@gmail.com', '@mail.com', '@ymail.com', '@email.com', '@example.com'] }\nthen = { reject = true }\n",
    ),
    (
        "typo",
        "[[rule]]\nname = 'true'\nwhen = { authenticated = true, header.X-Flag = 'true' }\nthen = { accept = true }\n",
    ),
    // Real ones that are near to well-known ones, and several slips of one.
    (
        "typo",
        "[[rule]]\nname = 'a'\nwhen = { sender = ['@hotmail.be', '@outlook.dk', '@fmail.com', '@yaho.com', '@yahooo.com'] }\nthen = { reject = true }\n\
         [[rule]]\nname = 'b'\nwhen = { part.extension = ['xlsm', 'xlsb', 'xltm', 'docm', 'dotx', 'src', 'tif', 'dll', 'class'] }\nthen = { reject = true }\n",
    ),
    (
        "matches-all",
        "[[rule]]\nname = 'a'\nwhen = { header.X-Spam = '/.*/', subject = ['/^$/', '/a*b/', '/^(a|)$/', '/[a-z]?[0-9]/'] }\nthen = { reject = true }\n",
    ),
    (
        "typo",
        "allow = ['typo']\n[[rule]]\nname = 'a'\nwhen = { sender = '@gmial.com' }\nthen = { reject = true }\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'signed'\nwhen = { signed = true }\nthen = { accept = true }\n[[rule]]\nname = 'a'\nwhen = { part.kind = 'pdf' }\nthen = { strip = true }\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'a'\nwhen = { part.kind = 'pdf' }\nunless = { signed = true }\nthen = { strip = true }\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'a'\nallow = 'signed'\nwhen = { part.kind = 'pdf' }\nthen = { strip = true }\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'a'\nwhen = { part.kind = 'pdf' }\nthen = { strip = false }\n",
    ),
    (
        "signed",
        "[[rule]]\nname = 'a'\nwhen = { part.kind = 'pdf', any = [{ signed = false }, { helo = 'x' }] }\nthen = { strip = true }\n",
    ),
    (
        "discard-loses",
        "[[rule]]\nname = 'a'\nwhen = { helo = 'x' }\nthen = { discard = true, quarantine = true }\n",
    ),
    (
        "discard-loses",
        "[[rule]]\nname = 'a'\nmode = 'observe'\nwhen = { helo = 'x' }\nthen = { discard = true }\n",
    ),
];

fn warnings(policy: &Policy) -> Vec<String> {
    let shown = policy
        .warnings()
        .iter()
        .map(tamis_rules::Diagnostic::render);
    shown.collect()
}

#[test]
fn what_deserves_a_second_look_is_told_of_at_its_place() {
    for Case { text, lint, says } in WARNED {
        let before = text.split('«').next().expect("a mark");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
        let policy = policy(&text.replace(['«', '»'], ""));
        let all = warnings(&policy).concat();
        let [warning] = policy.warnings() else {
            panic!("{text}\n{all}");
        };
        assert_eq!(
            (warning.code.name(), warning.level.name()),
            (*lint, "warning"),
            "{all}"
        );
        assert_eq!(
            (warning.line as usize, warning.column as usize),
            (line, column),
            "{all}"
        );
        assert!(all.contains(says), "{says:?} is not in\n{all}");
        assert!(warning.help.is_some(), "{all}");
    }
}

#[test]
fn what_is_near_and_right_is_not() {
    for (lint, text) in QUIET {
        let policy = policy(text);
        let of_lint = policy.warnings().iter().find(|it| it.code.name() == *lint);
        assert!(
            of_lint.is_none(),
            "{lint}\n{text}\n{}",
            warnings(&policy).concat()
        );
    }
}

#[test]
fn every_lint_has_policies_of_both_kinds() {
    let warned: BTreeSet<&str> = WARNED.iter().map(|case| case.lint).collect();
    let quiet: BTreeSet<&str> = QUIET.iter().map(|(lint, _)| *lint).collect();
    for (name, says) in lints() {
        assert!(says.ends_with('.'));
        assert!(warned.contains(name) && quiet.contains(name), "{name}");
    }
    assert_eq!(lints().count(), warned.len());
}

#[test]
fn a_lint_changes_nothing() {
    let reading = read(
        "From: a@y.example\nSubject: x\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1.4\n",
    );
    let envelope = envelope("a@y.example", &["b@example.org"]);
    let facts = Facts {
        stage: Stage::Message,
        envelope: &envelope,
        message: Some(&reading),
        scans: &[],
    };
    let all: Vec<&str> = lints().map(|(name, _)| name).collect();
    for Case { text, .. } in WARNED {
        let text = text.replace(['«', '»'], "");
        let text = text.strip_prefix("allow = 'signed'\n").unwrap_or(&text);
        let allowed = policy(&format!("allow = {all:?}\n{text}"));
        assert_eq!(warnings(&allowed), [""; 0]);
        // On the same lines.
        let plain = policy(&format!("# nothing is allowed\n{text}"));
        assert_eq!(plain.decide(&facts), allowed.decide(&facts), "{text}");
    }
}

#[test]
fn only_lints_can_be_allowed() {
    for text in [
        "allow = 'singed'\n",
        "[[rule]]\nname = 'a'\nallow = ['typo', 'singed']\nthen = { accept = true }\n",
    ] {
        let faults = support::faults(text);
        assert_eq!(faults[0].code, Fault::UnknownValue);
        assert!(
            faults[0].render().contains("did you mean `signed`?"),
            "{}",
            faults[0].render()
        );
    }
}

/// No false alarm in policies that are meant as they are.
#[test]
fn the_cases_of_the_documentation_deserve_no_second_look() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut count = 0;
    for of in ["condition", "action"] {
        for entry in std::fs::read_dir(cases.join(of)).expect("cases") {
            let path = entry.expect("an entry").path();
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            if path.extension().is_none_or(|it| it != "toml") {
                continue;
            }
            let policy = policy(&text);
            let mut warnings = policy.warnings().iter();
            // They strip without a word about signatures, and show that nothing is kept.
            let besides = [Fault::Signed, Fault::DiscardLoses];
            let other = warnings.find(|it| !besides.contains(&it.code));
            assert!(other.is_none(), "{}: {other:?}", path.display());
            count += 1;
        }
    }
    assert!(count > 70, "{count}");
}
