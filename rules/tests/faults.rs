//! Wrong policies: each one is refused, at the right place, with the right help.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use support::{faults, render};
use tamis_rules::{Fault, Sources, load};

/// One wrong policy: its text with `«` and `»` around the place, the code, and a piece of message or help.
struct Wrong {
    text: &'static str,
    code: &'static str,
    says: &'static str,
}

const fn wrong(text: &'static str, code: &'static str, says: &'static str) -> Wrong {
    Wrong { text, code, says }
}

/// Conditions; each stands in a rule that is right otherwise.
const CONDITIONS: &[Wrong] = &[
    wrong("tls = «3»", "wrong-type", "text in quotes"),
    wrong("tls = «'/TLS(/'»", "bad-regex", "cannot be used"),
    wrong(
        "«tls_cypher» = 'x'",
        "unknown-key",
        "did you mean `tls_cipher`?",
    ),
    wrong("time = «'8-18'»", "bad-quantity", "write \"08:00-18:00\""),
    wrong(
        "time = ['08:00-18:00', «'10:00-10:00'»]",
        "bad-quantity",
        "no span of time",
    ),
    wrong("time = «'08:00-25:00'»", "bad-quantity", "22:00-06:00"),
    wrong(
        "weekday = «'monday'»",
        "unknown-value",
        "one of mon, tue, wed",
    ),
    wrong(
        "weekday = ['sat', «'sum'»]",
        "unknown-value",
        "did you mean `sun`?",
    ),
    wrong(
        "meter.«nothing» = 'exceeded'",
        "unknown-meter",
        "[meter.nothing]",
    ),
    wrong("meter = «'exceeded'»", "wrong-type", "a table, not text"),
    wrong(
        "tag = «'nothing'»",
        "unknown-tag",
        "no rule before this one sets the tag",
    ),
    wrong(
        "header_count.Received = «'many'»",
        "bad-quantity",
        "write \">10\"",
    ),
    wrong(
        "header_count.«'Bad Name'» = 1",
        "bad-header-name",
        "printable ASCII",
    ),
    wrong(
        "header_address.From = «'example.org'»",
        "bad-address",
        "write `@example.org`",
    ),
    wrong(
        "header_address.«'a:b'» = '@x.example'",
        "bad-header-name",
        "printable ASCII",
    ),
    wrong(
        "part.digest = «'d41d8cd98f00b204e9800998ecf8427e'»",
        "bad-digest",
        "looks like MD5",
    ),
    wrong(
        "part.digest = «'da39a3ee5e6b4b0d3255bfef95601890afd80709'»",
        "bad-digest",
        "looks like SHA-1",
    ),
    wrong(
        "part.digest = «'12'»",
        "bad-digest",
        "64 hexadecimal digits",
    ),
    wrong(
        "part.digest = «'list:tamis/programs'»",
        "wrong-list-kind",
        "kind digest",
    ),
    wrong(
        "part.inside = «'zip'»",
        "unknown-value",
        "one of archive, message, office, pdf, html",
    ),
    wrong("part.mismatch = «'yes'»", "wrong-type", "true or false"),
    wrong(
        "part.any_extension = «'a.exe'»",
        "bad-extension",
        "write `exe`",
    ),
    wrong("scan.score = «5»", "wrong-type", "\">=6.5\""),
    wrong("scan.score = «'>five'»", "bad-quantity", "\">=6.5\""),
    wrong("scan.score = «'6.5'»", "bad-quantity", "\">=6.5\""),
    wrong("part_count = «'x'»", "bad-quantity", "write \">10\""),
    wrong("depth = «-1»", "wrong-type", "a comparison in quotes"),
    wrong(
        "«sendr» = 'a@b.example'",
        "unknown-key",
        "did you mean `sender`?",
    ),
    wrong(
        "«betreff» = 'a'",
        "unknown-key",
        "one of client, client_name",
    ),
    wrong(
        "part.«kinds» = 'pdf'",
        "unknown-key",
        "did you mean `part.kind`?",
    ),
    wrong(
        "scan.«verdict» = 'found'",
        "unknown-key",
        "there is no condition `scan.verdict`",
    ),
    wrong(
        "«'part.kind'» = 'pdf'",
        "unknown-key",
        "write part.kind without quotes",
    ),
    wrong(
        "part = «'pdf'»",
        "wrong-type",
        "write part.kind, part.content",
    ),
    wrong(
        "part.kind = «'executible'»",
        "unknown-value",
        "did you mean `executable`?",
    ),
    wrong(
        "part.kind = ['pdf', «'PDF!'»]",
        "unknown-value",
        "did you mean `pdf`?",
    ),
    wrong(
        "part.kind = «3»",
        "wrong-type",
        "text in quotes, or a list of them, not a number",
    ),
    wrong(
        "signed = «'s/mime'»",
        "unknown-value",
        "did you mean `smime`?",
    ),
    wrong(
        "encrypted = «3»",
        "wrong-type",
        "text in quotes, or a list of them",
    ),
    wrong("part.kind = «[]»", "unknown-value", "the list is empty"),
    wrong(
        "part.kind = ['pdf', «1»]",
        "wrong-type",
        "text in quotes, not a number",
    ),
    wrong(
        "part.type = «'multipart/mixed'»",
        "unknown-value",
        "a multipart is none",
    ),
    wrong("part.extension = «'.exe'»", "bad-extension", "write `exe`"),
    wrong("part.extension = «'*.exe'»", "bad-extension", "write `exe`"),
    wrong(
        "part.extension = «'e*'»",
        "bad-extension",
        "for patterns there is part.name",
    ),
    wrong(
        "part.disposition = «'inlin'»",
        "unknown-value",
        "did you mean `inline`?",
    ),
    wrong("part.size = «'big'»", "bad-quantity", "write \">10MiB\""),
    wrong("part.size = «'>10XiB'»", "bad-quantity", "KiB, MiB"),
    wrong("part.size = «10»", "wrong-type", "write \">10MiB\""),
    wrong("part.depth = «'>3KiB'»", "bad-quantity", "write \">10\""),
    wrong("part.depth = «-1»", "wrong-type", "write \">10\""),
    wrong(
        "size = «'>99999999999GiB'»",
        "bad-quantity",
        "cannot be compared with",
    ),
    wrong("size = «'10MiB'»", "bad-quantity", "one of > >= < <= ="),
    wrong(
        "direction = «'inbond'»",
        "unknown-value",
        "did you mean `inbound`?",
    ),
    wrong("authenticated = «1»", "wrong-type", "a number"),
    wrong("limit = «'yes'»", "wrong-type", "true or false, not text"),
    wrong(
        "defect = «'bare-fl'»",
        "unknown-value",
        "did you mean `bare-lf`?",
    ),
    wrong(
        "sender = «'example.org'»",
        "bad-address",
        "write `@example.org` for the addresses of that domain",
    ),
    wrong(
        "sender = «'ada'»",
        "bad-address",
        "`ada` is no mail address",
    ),
    wrong(
        "sender = «'a b@example.org'»",
        "bad-address",
        "is no mail address",
    ),
    wrong(
        "sender = «'@exa mple'»",
        "bad-address",
        "is no host name or domain",
    ),
    wrong("sender = «'a@b..c'»", "bad-address", "is no mail address"),
    wrong("recipient = «''»", "unknown-value", "the text is empty"),
    wrong(
        "client = «'192.0.2.0/33'»",
        "bad-network",
        "write 192.0.2.1",
    ),
    wrong(
        "client = «'192.0.2.1/24'»",
        "bad-network",
        "write `192.0.2.0/24` for the network",
    ),
    wrong(
        "client = «'mail.example.org'»",
        "bad-network",
        "is no IP address or network",
    ),
    wrong(
        "client_name = «'@example.org'»",
        "bad-address",
        "is no host name or domain",
    ),
    wrong(
        "helo = «'[z-a]*'»",
        "bad-glob",
        "the pattern cannot be used",
    ),
    wrong("helo = «'{a,b'»", "bad-glob", "a backslash"),
    wrong("helo = «'/(/'»", "bad-regex", "unclosed group"),
    wrong("helo = «'/abc'»", "bad-regex", "is not closed"),
    wrong(
        "helo = «'/(a{1000}){1000}/'»",
        "too-large",
        "octets when compiled",
    ),
    wrong(
        "header.«'Sub ject'» = true",
        "bad-header-name",
        "a field name is",
    ),
    wrong("header.Subject = «1»", "wrong-type", "a number"),
    wrong("header = «'Subject'»", "wrong-type", "a table, not text"),
    wrong(
        "sender = «'list:lap'»",
        "unknown-list",
        "did you mean `list:lab`?",
    ),
    wrong(
        "sender = «'list:nothing-like-it'»",
        "unknown-list",
        "define it: [list.nothing-like-it]",
    ),
    wrong("client = «'list:lab'»", "wrong-list-kind", "of kind cidr"),
    wrong(
        "part.extension = «'list:lab'»",
        "wrong-list-kind",
        "of kind extension",
    ),
    wrong(
        "part.extension = «'list:tamis/program'»",
        "unknown-list",
        "did you mean `list:tamis/programs`?",
    ),
    wrong("any = «'a'»", "wrong-type", "a table, or a list of tables"),
    wrong("any = «[]»", "wrong-type", "a table, or a list of tables"),
    wrong("any = [«'a'»]", "wrong-type", "a table, not text"),
    wrong(
        "all = [{ «helo2» = 'a' }]",
        "unknown-key",
        "did you mean `helo`?",
    ),
    wrong(
        "not = { not = { «sizes» = '>1B' } }",
        "unknown-key",
        "did you mean `size`?",
    ),
    wrong(
        "scan.result = «'infected'»",
        "unknown-value",
        "one of clean, found, scored, unscanned",
    ),
];

/// Actions; each stands in a rule that is right otherwise.
const ACTIONS: &[Wrong] = &[
    wrong("stop = «false»", "unknown-value", "leave `stop` out"),
    wrong(
        "stop = true, «accept» = true",
        "conflict",
        "a message has one end",
    ),
    wrong("hold = «1»", "wrong-type", "text in quotes"),
    wrong("hold = true, «reject» = true", "conflict", "not changed"),
    wrong(
        "replace = «{ type = 'text/plain' }»",
        "missing-key",
        "either `text` or `file`",
    ),
    wrong(
        "replace = «{ text = 'a', file = 'b' }»",
        "missing-key",
        "either `text` or `file`",
    ),
    wrong(
        "replace = { file = «'missing.html'» }",
        "missing-file",
        "cannot be read",
    ),
    wrong(
        "replace = { text = 'a', «titel» = 'b' }",
        "unknown-key",
        "key of replace",
    ),
    wrong(
        "strip = true, «replace» = 'a'",
        "conflict",
        "only one thing",
    ),
    wrong("relabel = «'pdf'»", "unknown-value", "application/pdf"),
    wrong(
        "relabel = true, «strip» = true",
        "conflict",
        "has no name and no type",
    ),
    wrong("banner = «'nothing'»", "unknown-banner", "[banner.nothing]"),
    wrong("wrap = «'nothing'»", "unknown-notice", "[notice.nothing]"),
    wrong(
        "set_header = { «Subject» = 'x' }",
        "bad-header-name",
        "tag_subject",
    ),
    wrong(
        "insert_header = { «Received» = 'x' }",
        "bad-header-name",
        "leave the field",
    ),
    wrong(
        "change_header = { «From» = 'x' }",
        "bad-header-name",
        "leave the field",
    ),
    wrong(
        "remove_header = «'From'»",
        "bad-header-name",
        "must not remove",
    ),
    wrong(
        "remove_header = ['X-A', «'content-type'»]",
        "bad-header-name",
        "must not remove",
    ),
    wrong(
        "add_recipient = «'example.org'»",
        "bad-address",
        "archive@example.org",
    ),
    wrong(
        "add_recipient = «'a b@example.org'»",
        "bad-address",
        "no mail address",
    ),
    wrong(
        "redirect = 'a@example.org', «remove_recipient» = true",
        "conflict",
        "already",
    ),
    wrong(
        "remove_recipient = «false»",
        "unknown-value",
        "leave `remove_recipient` out",
    ),
    wrong(
        "capture = «'always'»",
        "unknown-value",
        "one of before, after, both",
    ),
    wrong(
        "notify = «{ text = 'some words' }»",
        "missing-key",
        "`notify` needs `to`",
    ),
    wrong(
        "notify = { to = «'postmaster'» }",
        "bad-address",
        "no mail address",
    ),
    wrong("tag = «'a b'»", "bad-name", "letters, digits"),
    wrong("strip = true, «continue» = true", "conflict", "not changed"),
    wrong("«acccept» = true", "unknown-key", "did you mean `accept`?"),
    wrong("«rejct» = true", "unknown-key", "did you mean `reject`?"),
    wrong(
        "«drop» = true",
        "unknown-key",
        "one of accept, stop, reject",
    ),
    wrong("accept = «false»", "unknown-value", "leave `accept` out"),
    wrong("accept = «'yes'»", "wrong-type", "true or false, not text"),
    wrong(
        "reject = «'no'»",
        "bad-reply",
        "a reply starts with a code of three digits",
    ),
    wrong(
        "reject = «'450 4.7.1 no'»",
        "bad-reply",
        "reject needs a reply code 5xx",
    ),
    wrong(
        "tempfail = «'550 5.7.1 no'»",
        "bad-reply",
        "tempfail needs a reply code 4xx",
    ),
    wrong(
        "reject = «'550 4.7.1 no'»",
        "bad-reply",
        "of different classes",
    ),
    wrong(
        "reject = «'250 2.0.0 ok'»",
        "bad-reply",
        "400 to 459 or 500 to 559",
    ),
    wrong(
        "reject = «'599 no'»",
        "bad-reply",
        "400 to 459 or 500 to 559",
    ),
    wrong(
        "reject = «'550 5.7 no'»",
        "bad-reply",
        "is no three numbers",
    ),
    wrong("reject = «'550 5.7.1000 no'»", "bad-reply", "at most 999"),
    wrong("reject = «'550 5.7.1 nö'»", "bad-reply", "cannot hold 'ö'"),
    wrong(
        "reject = «\"550 5.7.1 a\\n250 b\"»",
        "bad-reply",
        "cannot hold '\\n'",
    ),
    wrong(
        "reject = «'550 {scan.signatur}'»",
        "bad-template",
        "did you mean `{scan.signature}`?",
    ),
    wrong(
        "reject = «'550 {nothing.like.it}'»",
        "bad-template",
        "one of rule, sender",
    ),
    wrong(
        "reject = «'550 {sender'»",
        "bad-template",
        "a brace is open",
    ),
    wrong(
        "reject = «'550 sender}'»",
        "bad-template",
        "write {{ and }}",
    ),
    wrong(
        "reject = «'550 see {id}'»",
        "bad-template",
        "no variable `{id}` here",
    ),
    wrong(
        "reject = true, «accept» = true",
        "conflict",
        "a message has one end",
    ),
    wrong(
        "discard = true, «tag_subject» = 'x'",
        "conflict",
        "is not changed",
    ),
    wrong(
        "quarantine = true, «tempfail» = true",
        "conflict",
        "each of its attempts",
    ),
    wrong("strip = true, «rename» = 'x'", "conflict", "has no name"),
    wrong(
        "strip = true, «reject» = true",
        "conflict",
        "is not changed",
    ),
    wrong(
        "accept = true, «keep» = false",
        "conflict",
        "beside `strip`",
    ),
    wrong(
        "strip = 'gone', «notice» = false",
        "conflict",
        "beside `strip = true`",
    ),
    wrong(
        "strip = true, keep = «true»",
        "unknown-value",
        "leave `keep` out",
    ),
    wrong("strip = «'gnoe'»", "unknown-notice", "did you mean `gone`?"),
    wrong(
        "strip = «'nothing'»",
        "unknown-notice",
        "define it: [notice.nothing]",
    ),
    wrong(
        "strip = «'{part.nam} was removed'»",
        "bad-template",
        "did you mean `{part.name}`?",
    ),
    wrong("strip = «1»", "wrong-type", "true, false, or a notice"),
    wrong("rename = «''»", "unknown-value", "the text is empty"),
    wrong("rename = «'{part.ext}'»", "bad-template", "no variable"),
    wrong("set_header = «'X-A: b'»", "wrong-type", "a table, not text"),
    wrong("set_header = «{}»", "missing-key", "no field is named"),
    wrong(
        "set_header = { «From» = 'a' }",
        "bad-header-name",
        "choose a name of your own",
    ),
    wrong(
        "set_header = { «content-type» = 'a' }",
        "bad-header-name",
        "leave the field `content-type` alone",
    ),
    wrong(
        "set_header = { «DKIM-Signature» = 'a' }",
        "bad-header-name",
        "alone",
    ),
    wrong(
        "set_header = { «Received» = 'a' }",
        "bad-header-name",
        "alone",
    ),
    wrong(
        "set_header = { «Subject» = 'a' }",
        "bad-header-name",
        "there is tag_subject",
    ),
    wrong(
        "set_header = { «'X A'» = 'a' }",
        "bad-header-name",
        "a field name is",
    ),
    wrong("set_header = { X-A = «1» }", "wrong-type", "text in quotes"),
    wrong("tag_subject = «true»", "wrong-type", "text in quotes"),
];

/// Whole files.
const FILES: &[Wrong] = &[
    wrong(
        "mode = «'watch'»\n[[rule]]\nname = 'a'\nthen = { accept = true }",
        "unknown-value",
        "one of enforce, observe",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nmode = «true»\nthen = { accept = true }",
        "wrong-type",
        "text in quotes",
    ),
    wrong(
        "differing_recipients = «'split'»\n[[rule]]\nname = 'a'\nthen = { accept = true }",
        "unknown-value",
        "one of strictest, defer",
    ),
    wrong(
        "[meter.m]\nkey = 'client'\ncounts = «'mails'»\nlimits = '1 in 1h'",
        "unknown-value",
        "one of connections",
    ),
    wrong(
        "[meter.m]\nkey = «'ip'»\ncounts = 'messages'\nlimits = '1 in 1h'",
        "unknown-value",
        "one of client",
    ),
    wrong(
        "[meter.m]\nkey = 'client'\ncounts = 'messages'\nlimits = «'1 per 1h'»",
        "bad-quantity",
        "200 in 1h",
    ),
    wrong(
        "[meter.m]\nkey = 'client'\ncounts = 'octets'\nlimits = «'1 in 32d'»",
        "bad-quantity",
        "100MiB in 1h",
    ),
    wrong(
        "«[meter.m]»\nkey = 'sender'\ncounts = 'connections'\nlimits = '1 in 1h'",
        "conflict",
        "only the client",
    ),
    wrong(
        "«[meter.m]»\nkey = 'recipient'\ncounts = 'octets'\nlimits = '1MiB in 1h'",
        "conflict",
        "several recipients",
    ),
    wrong(
        "«[meter.m]»\ncounts = 'messages'\nlimits = '1 in 1h'",
        "missing-key",
        "a meter needs `key`",
    ),
    wrong(
        "[meter.m]\nkey = 'client'\ncounts = 'messages'\nlimits = «['1 in 1s', '1 in 2s', '1 in 3s', '1 in 4s', '1 in 5s']»",
        "too-large",
        "at most 4",
    ),
    wrong(
        "«[banner.b]»\nhtml = 'x'",
        "missing-key",
        "a banner needs `text`",
    ),
    wrong(
        "[banner.b]\ntext = 'x'\nplace = «'middle'»",
        "unknown-value",
        "one of top, bottom",
    ),
    wrong(
        "[list.l]\nkind = 'digest'\nentries = [«'xyz'»]",
        "bad-digest",
        "64 hexadecimal",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { unknown_command = 'x' }\nthen = { accept = true }",
        "conflict",
        "only refuse",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nwhen = { tag = «'late'» }\nthen = { accept = true }\n[[rule]]\nname = 'b'\nthen = { tag = 'late' }",
        "unknown-tag",
        "no rule before",
    ),
    wrong("version = «2»", "version", "speaks version 1"),
    wrong("version = «'1'»", "wrong-type", "a number"),
    wrong("«rules» = []", "unknown-key", "did you mean `rule`?"),
    wrong("rule = «3»", "wrong-type", "write two brackets"),
    wrong(
        "«[rule]»\nname = 'a'\nthen = { accept = true }",
        "wrong-type",
        "write two brackets",
    ),
    wrong(
        "«[[rule]]»\nthen = { accept = true }",
        "missing-key",
        "a rule needs `name`",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'",
        "missing-key",
        "a rule needs `then`",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nthen = «{}»",
        "missing-key",
        "the rule does nothing",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nthen = «'accept'»",
        "wrong-type",
        "a table, not text",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nwhen = «true»\nthen = { accept = true }",
        "wrong-type",
        "a table",
    ),
    wrong(
        "[[rule]]\nname = 'a'\n«wen» = {}\nthen = { accept = true }",
        "unknown-key",
        "did you mean `when`?",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nunless = «1»\nthen = { accept = true }",
        "wrong-type",
        "a table, or a list of tables",
    ),
    wrong(
        "[[rule]]\nname = «'a b'»\nthen = { accept = true }",
        "bad-name",
        "letters, digits",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nthen = { accept = true }\n[[rule]]\nname = «'a'»\nthen = { accept = true }",
        "duplicate-name",
        "the first one stands on line 1",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { sender = '<>' }\nthen = { strip = true }",
        "missing-key",
        "which parts",
    ),
    wrong(
        "«[list.a]»\nentries = ['x']",
        "missing-key",
        "one of literal, glob",
    ),
    wrong(
        "«[list.a]»\nkind = 'glob'",
        "missing-key",
        "`entries` or `file`",
    ),
    wrong(
        "[list.a]\nkind = «'globs'»\nentries = ['x']",
        "unknown-value",
        "did you mean `glob`?",
    ),
    wrong(
        "[list.a]\nkind = 'cidr'\n«values» = ['::1']\nfile = 'good.txt'",
        "unknown-key",
        "one of kind, entries, file",
    ),
    wrong(
        "[list.a]\nkind = 'cidr'\nentries = ['::1', «'x'»]",
        "bad-network",
        "is no IP address",
    ),
    wrong(
        "[list.a]\nkind = 'cidr'\nfile = «'none.txt'»",
        "missing-file",
        "`none.txt` cannot be read: no such file",
    ),
    wrong(
        "[list.a]\nkind = 'cidr'\nfile = «'huge.txt'»",
        "too-large",
        "is larger than",
    ),
    wrong(
        "[list.«'a b'»]\nkind = 'cidr'\nentries = ['::1']",
        "bad-name",
        "cannot be the name of a list",
    ),
    wrong("list = «1»", "wrong-type", "a table"),
    wrong("[list]\na = «1»", "wrong-type", "a table"),
    wrong(
        "«[notice.a]»\nname = 'a.txt'",
        "missing-key",
        "a notice needs `text`",
    ),
    wrong(
        "[notice.a]\ntext = «'{part.nmae}'»",
        "bad-template",
        "did you mean `{part.name}`?",
    ),
    wrong(
        "[notice.a]\ntext = 'a'\nname = «'a/b.txt'»",
        "bad-name",
        "ASCII letters",
    ),
    wrong(
        "[notice.a]\ntext = 'a'\nlanguage = «'not a tag'»",
        "unknown-value",
        "write en",
    ),
    wrong(
        "include = «'preset:defautl'»",
        "unknown-preset",
        "did you mean `default`?",
    ),
    wrong(
        "include = ['preset:default', «'preset:default'»]",
        "include-cycle",
        "is included already",
    ),
    wrong(
        "include = «'policy.toml'»",
        "include-cycle",
        "is included already",
    ),
    wrong("include = «'none.toml'»", "missing-file", "no such file"),
    wrong("version = 1\nversi«on» = 1", "syntax", "duplicate"),
];

fn loader(name: &str) -> Result<String, String> {
    match name {
        "good.txt" => Ok("192.0.2.0/24 # documentation\n\n# a comment\n::1\n".to_owned()),
        "bad.txt" => Ok("192.0.2.0/24\n  # comment\n\n  192.0.2.x # why\n::g\n".to_owned()),
        "huge.txt" => Ok("#".repeat(Sources::LIST_LIMIT + 1)),
        _ => Err("no such file".to_owned()),
    }
}

/// Takes the marks out: the text, and line and column of the first mark.
fn marked(text: &str) -> (String, u32, u32) {
    let before = text.split('«').next().unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let text = text.replace(['«', '»'], "");
    (text, line.try_into().unwrap(), column.try_into().unwrap())
}

fn check(case: &Wrong, text: &str) {
    let (text, line, column) = marked(text);
    let sources = Sources::new("policy.toml", &text).with_loader(loader);
    let faults = load(&sources)
        .err()
        .unwrap_or_else(|| panic!("loads:\n{text}"));
    let all = render(&faults);
    let [fault] = faults.as_slice() else {
        panic!("{} faults:\n{all}", faults.len());
    };
    assert_eq!(fault.code.name(), case.code, "{all}");
    assert!(all.contains(case.says), "{:?} is not in:\n{all}", case.says);
    if case.code != "syntax" {
        assert_eq!((fault.line, fault.column), (line, column), "{all}");
    }
    assert_eq!(fault.line, line, "{all}");
}

const REST: &str =
    "[list.lab]\nkind = 'address'\nentries = ['a@b.example']\n[notice.gone]\ntext = 'gone'\n";

#[test]
fn wrong_conditions() {
    for case in CONDITIONS {
        let rule = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ {} }}\nthen = {{ accept = true }}\n{REST}",
            case.text
        );
        check(case, &rule);
    }
}

#[test]
fn wrong_actions() {
    for case in ACTIONS {
        let rule = format!(
            "[[rule]]\nname = 'r'\nwhen = {{ part.kind = 'pdf' }}\nthen = {{ {} }}\n{REST}",
            case.text
        );
        check(case, &rule);
    }
}

#[test]
fn wrong_files() {
    for case in FILES {
        check(case, case.text);
    }
}

#[test]
fn all_at_once_and_in_order() {
    let faults = faults(
        "version = 3\n\
         [[rule]]\nname = 'a'\nwhen = { sendr = '<>', part.kind = 'exe' }\nthen = { rejct = true }\n\
         [[rule]]\nname = 'b'\nwhen = { size = 'x' }\nthen = { reject = '250 ok', tag_subject = 1 }\n\
         [[rule]]\nname = 'c'\nwhen = { client = '::1' }\nthen = { accept = true }\n",
    );
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.line, fault.code))
        .collect();
    let expected = [
        (1, Fault::Version),
        (4, Fault::UnknownKey),
        (4, Fault::UnknownValue),
        (5, Fault::UnknownKey),
        (8, Fault::BadQuantity),
        (9, Fault::BadReply),
        (9, Fault::WrongType),
        (9, Fault::Conflict),
    ];
    for place in expected {
        assert!(places.contains(&place), "{place:?} is not in {places:?}");
    }
    assert!(places.is_sorted_by_key(|(line, _)| *line), "{places:?}");
}

#[test]
fn a_syntax_error_does_not_hide_the_others() {
    let faults = faults(
        "[[rule]]\nname = 'a'\nwhen = { sender = }\nthen = { accept = true }\n\
         [[rule]]\nname = 'b'\nwhen = { sizes = '>1B' }\nthen = { accept = true }\n",
    );
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.line, fault.code))
        .collect();
    assert!(places.contains(&(3, Fault::Syntax)), "{places:?}");
    assert!(places.contains(&(7, Fault::UnknownKey)), "{places:?}");
    assert!(
        places
            .iter()
            .all(|(line, code)| *line != 3 || *code == Fault::Syntax),
        "{places:?}"
    );
}

#[test]
fn list_files_have_places_of_their_own() {
    let sources = Sources::new("policy.toml", "[list.a]\nkind = 'cidr'\nfile = 'bad.txt'\n")
        .with_loader(loader);
    let faults = load(&sources).unwrap_err();
    let places: Vec<_> = faults
        .iter()
        .map(|it| (it.file.as_str(), it.line, it.column))
        .collect();
    assert_eq!(places, [("bad.txt", 4, 3), ("bad.txt", 5, 1)]);
}

#[test]
fn good_files_load() {
    let text = "version = 1\ninclude = ['more.toml', 'preset:default']\n[list.a]\nkind = 'cidr'\nfile = 'good.txt'\n\
        [[rule]]\nname = 'first'\nwhen = { client = 'list:a' }\nthen = { accept = true }";
    let more = |name: &str| match name {
        "more.toml" => Ok(
            "[[rule]]\nname = 'second'\nwhen = { client = 'list:a' }\nthen = { discard = true }"
                .to_owned(),
        ),
        name => loader(name),
    };
    let policy = load(&Sources::new("policy.toml", text).with_loader(more)).unwrap();
    assert!(policy.len() > 6);
}

/// Files as a program would give them: each by its whole name.
fn tree(files: &'static [(&'static str, &'static str)]) -> Sources<'static> {
    let find = move |name: &str| {
        let found = files.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, text)| (*text).to_owned())
            .ok_or_else(|| "no such file".to_owned())
    };
    let list = move |name: &str| {
        let inside = files
            .iter()
            .filter_map(|(file, _)| file.strip_prefix(name)?.strip_prefix('/'));
        let names: Vec<String> = inside.map(str::to_owned).collect();
        if names.is_empty() {
            return Err("no such directory".to_owned());
        }
        Ok(names)
    };
    Sources::new("etc/policy.toml", files[0].1)
        .with_loader(find)
        .with_lister(list)
}

#[test]
fn names_are_relative_to_the_file_that_they_stand_in() {
    let files = tree(&[
        (
            "etc/policy.toml",
            "include = ['sub/one.toml', '/abs/two.toml']",
        ),
        (
            "etc/sub/one.toml",
            "include = ['two.toml']\n[list.l]\nkind = 'cidr'\nfile = 'nets.txt'",
        ),
        (
            "etc/sub/two.toml",
            "[[rule]]\nname = 'b'\nthen = { tag = 'x' }",
        ),
        ("etc/sub/nets.txt", "192.0.2.0/24"),
        (
            "/abs/two.toml",
            "[[rule]]\nname = 'a'\nwhen = { client = 'list:l' }\nthen = { accept = true }\n",
        ),
    ]);
    let policy = load(&files).unwrap_or_else(|faults| panic!("{}", render(&faults)));
    let places: Vec<String> = policy
        .rules()
        .map(|rule| format!("{} {}:{}", rule.name, rule.file, rule.line))
        .collect();
    assert_eq!(places, ["b etc/sub/two.toml:1", "a /abs/two.toml:1"]);
}

#[test]
fn a_drop_in_directory_is_read_in_lexical_order_and_holds_nothing_else() {
    const ONE: &str = "[[rule]]\nname = 'one'\nthen = { tag = 'one' }";
    const TWO: &str = "[[rule]]\nname = 'two'\nthen = { tag = 'two' }";
    const TOP: &str = "drop_in = 'policy.d'\n[[rule]]\nname = 'top'\nthen = { tag = 'top' }";
    let good = tree(&[
        ("etc/policy.toml", TOP),
        ("etc/policy.d/20-two.toml", TWO),
        ("etc/policy.d/10-one.toml", ONE),
    ]);
    let policy = load(&good).unwrap_or_else(|faults| panic!("{}", render(&faults)));
    let names: Vec<String> = policy.rules().map(|rule| rule.name.to_string()).collect();
    assert_eq!(names, ["top", "one", "two"]);
    let bad = tree(&[
        ("etc/policy.toml", TOP),
        ("etc/policy.d/10-one.toml", ONE),
        ("etc/policy.d/10-one.toml.bak", ONE),
        ("etc/policy.d/.hidden.toml", ONE),
        ("etc/policy.d/README", ""),
    ]);
    let faults = load(&bad).unwrap_err();
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.code.name(), fault.line, fault.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "unknown-file",
                1,
                "`etc/policy.d/.hidden.toml` is no policy file"
            ),
            (
                "unknown-file",
                1,
                "`etc/policy.d/10-one.toml.bak` is no policy file"
            ),
            ("unknown-file", 1, "`etc/policy.d/README` is no policy file"),
        ]
    );
    let none = tree(&[("etc/policy.toml", TOP)]);
    assert_eq!(load(&none).unwrap_err()[0].code, Fault::MissingFile);
}

#[test]
fn a_list_tells_where_it_comes_from_and_does_not_grow_unseen() {
    let text = |most: u32| {
        format!(
            "[list.l]\nkind = 'literal'\nentries = ['a', 'b']\nsource = 'https://example.org/l'\n\
             retrieved = 2026-10-31\nmax_entries = {most}\n"
        )
    };
    let policy = load(&Sources::new("p", text(2))).unwrap();
    let list = &policy.lists()[0];
    assert_eq!(
        (list.name.as_str(), list.kind, list.entries),
        ("l", "literal", 2)
    );
    assert_eq!(list.source.as_deref(), Some("https://example.org/l"));
    assert_eq!(list.retrieved.as_deref(), Some("2026-10-31"));
    assert_eq!(faults(&text(1))[0].code, Fault::TooLarge);
}

#[test]
fn conditions_have_a_deepest_level() {
    let nested = |levels: usize| {
        let (open, close) = ("{ not = ".repeat(levels), " }".repeat(levels));
        format!(
            "[[rule]]\nname = 'r'\nwhen = {open}{{ helo = 'a' }}{close}\nthen = {{ accept = true }}"
        )
    };
    assert!(load(&Sources::new("p", nested(10))).is_ok());
    assert_eq!(faults(&nested(30))[0].code, Fault::TooDeep);
    assert_eq!(faults(&nested(20_000))[0].code, Fault::Syntax);
}

#[test]
fn large_files_are_refused() {
    let text = "#".repeat(Sources::POLICY_LIMIT + 1);
    assert_eq!(faults(&text)[0].code, Fault::TooLarge);
    let many: Vec<String> = (0..200_001).map(|n| format!("'{n}'")).collect();
    let list = format!(
        "[list.a]\nkind = 'literal'\nfile = 'f'\nentries = ['x']\n# {}",
        &many[0]
    );
    let loader = |_: &str| Ok(many.join("\n"));
    let faults = load(&Sources::new("p", list).with_loader(loader)).unwrap_err();
    assert_eq!(faults[0].code, Fault::TooLarge);
}

#[test]
fn text_and_json() {
    let faults = faults("[[rule]]\nname = 'r'\nwhen = { sendr = 'ä' }\nthen = { accept = true }\n");
    assert_eq!(
        faults[0].render(),
        "error[unknown-key]: there is no condition `sendr`\n  --> policy.toml:3:10\n   |\n 3 | \
         when = { sendr = 'ä' }\n   |          ^^^^^\n   = help: did you mean `sender`?\n"
    );
    assert_eq!(
        faults[0].to_string(),
        "policy.toml:3:10: error[unknown-key]: there is no condition `sendr` (did you mean `sender`?)"
    );
    assert_eq!(
        faults[0].to_json(),
        r#"{"code":"unknown-key","level":"error","file":"policy.toml","line":3,"column":10,"span":[29,34],"message":"there is no condition `sendr`","help":"did you mean `sender`?","excerpt":"when = { sendr = 'ä' }"}"#
    );
}

#[test]
fn every_fault_is_tested() {
    let tables = [CONDITIONS, ACTIONS, FILES].concat_names();
    let elsewhere = ["too-deep", "unknown-file"];
    for fault in Fault::ALL {
        assert!(fault.what().ends_with('.'));
        assert!(
            tables.contains(&fault.name()) || elsewhere.contains(&fault.name()),
            "no wrong policy shows {fault}"
        );
    }
    assert!(tables.len() > 120);
}

trait ConcatNames {
    fn concat_names(&self) -> Vec<&'static str>;
}

impl ConcatNames for [&[Wrong]; 3] {
    fn concat_names(&self) -> Vec<&'static str> {
        self.iter()
            .flat_map(|table| table.iter().map(|case| case.code))
            .collect()
    }
}
