//! Actions; each stands in a rule that is right otherwise.

use super::{Wrong, wrong};

pub(super) const ACTIONS: &[Wrong] = &[
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
