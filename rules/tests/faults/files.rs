//! Whole files, and what stands beside rules.

use super::{Wrong, wrong};

pub(super) const FILES: &[Wrong] = &[
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
        "«[[rule]]»\nname = 'a'\nunless = { poison = true }\nthen = { reject = true }",
        "conflict",
        "not about both",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { any = [{ poison = true }, { sender = '@x.example' }] }\nthen = { reject = true }",
        "conflict",
        "not about both",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { poison = true, subject = 'x' }\nthen = { reject = true }",
        "conflict",
        "connection and envelope alone",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { poison = true, part.extension = 'exe' }\nthen = { reject = true }",
        "conflict",
        "connection and envelope alone",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { poison = true }\nthen = { stop = true }",
        "conflict",
        "and nothing else",
    ),
    wrong(
        "«[[rule]]»\nname = 'a'\nwhen = { poison = true }\nthen = { accept = true, tag_subject = '[x]' }",
        "conflict",
        "and nothing else",
    ),
    wrong(
        "[[rule]]\nname = 'a'\nwhen = { poison = «false» }\nthen = { reject = true }",
        "unknown-value",
        "true",
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
    wrong(
        "[[rule]]\nname = 'a'\nthen = { accept = true }\n«[[test]]»\nname = 't'",
        "missing-key",
        "a test needs `expect`",
    ),
];
