//! A large policy and a message for it: what a site of some years has, of which little holds for any one message.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "included by tests and by a bench"
)]

use std::fmt::Write as _;

/// Conditions, none of which holds for [`message`] under [`sender`]; `#` becomes the number of the rule. They look at all that
/// a policy can, in about the shares in which policies do.
const WHEN: [&str; 40] = [
    "sender = ['@spam#.example', 'bulk#@example.net']",
    "sender = '*@news#.example'",
    "sender = '.bulk#.example'",
    "client = ['198.51.100.#/32', '2001:db8:#::/48']",
    "client_name = ['.dynamic#.example', '*.pool#.*']",
    "helo = 'host#.example'",
    "recipient = ['lab#@example.org', '@lab#.example.org']",
    "recipient = 'team#@example.org', part.kind = 'executable'",
    "recipient_count = '>1#'",
    "authenticated = 'user#'",
    "direction = 'outbound', size = '>#MiB'",
    "tls = 'TLSv1.0', listener = 'service#'",
    "header.Subject = 'Offer #'",
    "header.Subject = ['*lottery #*', '*prize #*']",
    "header.X-Mailer = '/^bulk ?mailer #\\b/i'",
    "header.List-Id = '*<list#.example>*'",
    "header.From = '/bank of [a-z]+ #/i'",
    "header_address.From = ['@forged#.example', 'ceo#@example.org']",
    "header_address.Reply-To = '.free#.example'",
    "subject = '/invoice +no\\. *#[0-9]{4}/i'",
    "header_count.Received = '>1#'",
    "part.kind = 'executable', part.name = 'setup#.*'",
    "part.kind = ['macro-office', 'archive'], part.size = '>#MiB'",
    "part.name = 'invoice-#.exe'",
    "part.name = ['*.pdf#.*', '*.doc#.exe']",
    "part.name = '/^scan[_-]?#[0-9]*\\.(js|vbs)$/i'",
    "part.extension = ['x#', 'y#', 'exe']",
    "part.extension = 'list:bad'",
    "part.any_extension = ['scr', 'z#']",
    "part.type = 'application/x-#'",
    "part.detected = 'application/x-dosexec'",
    "part.finding = 'macro', part.name = '*#*'",
    "part.unread = 'encrypted', sender = '@partner#.example'",
    "part.defect = 'base64-junk', part.size = '>#KiB'",
    "part.disposition = 'attachment', part.name = '*.lnk#'",
    "part.inside = 'archive', part.extension = 'js#'",
    "defect = 'bare-lf', sender = '@old#.example'",
    "scan.result = 'found', scan.signature = 'Family.#*'",
    "any = [{ sender = '@a#.example' }, { header.Subject = '*b#*' }], not = { recipient = 'c#@example.org' }",
    "signed = true, sender = '@sign#.example'",
];

/// A policy of so many rules, none of which holds; each does something else.
pub fn policy(rules: usize) -> String {
    let bad: Vec<String> = (0..100).map(|n| format!("'bad{n}'")).collect();
    let mut text = format!(
        "[list.bad]\nkind = 'extension'\nentries = [{}]\n",
        bad.join(", ")
    );
    for number in 0..rules {
        let when = WHEN.get(number % WHEN.len()).copied().unwrap_or_default();
        let when = when.replace('#', &(number % 200 + 10).to_string());
        let then = match (number % 5, when.contains("part.")) {
            (0, true) => "strip = true",
            (1, true) => "rename = '{part.name}.txt'",
            (0, false) => "reject = true",
            (1, false) => "tag_subject = '[x]'",
            (2, _) => "set_header = { X-Rule = '{rule}' }",
            (3, _) => "quarantine = true, accept = true",
            _ => "tag = 'seen'",
        };
        let _ = writeln!(
            text,
            "[[rule]]\nname = 'rule-{number}'\nwhen = {{ {when} }}\nthen = {{ {then} }}"
        );
    }
    text
}

/// Who sends it.
pub fn sender() -> &'static str {
    "Ada.Lovelace@Example.COM"
}

/// A message of ten parts that have names in mixed case and other scripts.
pub fn message() -> String {
    let mut text = String::from(
        "Return-Path: <Ada.Lovelace@Example.COM>\nReceived: from a by b; Mon, 16 Nov 2026 09:12:41 +0000\n\
         Received: from c by a; Mon, 16 Nov 2026 09:12:40 +0000\nDKIM-Signature: v=1; a=rsa-sha256; b=abc\n\
         From: =?utf-8?q?Ada_L=C3=B6velace?= <Ada.Lovelace@Example.COM>\nTo: Babbage <b@example.org>\n\
         Cc: \"C, D\" <c@example.org>, e@example.org\nReply-To: Ada <ada@example.com>\n\
         Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_und_die_Bilder_vom_Mai?=\nDate: Mon, 16 Nov 2026 09:12:41 +0000\n\
         Message-ID: <1@example.com>\nX-Mailer: Mailer 7.1\nList-Id: People <people.example.com>\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n",
    );
    text.push_str("--b\nContent-Type: text/plain; charset=utf-8\n\nSee the files.\n");
    text.push_str("--b\nContent-Type: text/html; charset=utf-8\n\n<p>See the files.\n");
    for (name, media_type, content) in [
        ("Report Q3.PDF", "application/pdf", "JVBERi0xLjQK"),
        ("Bild 1.JPG", "image/jpeg", "/9j/4AAQSkZJRgABAQ=="),
        ("Bild 2.jpeg", "image/jpeg", "/9j/4AAQSkZJRgABAQ=="),
        ("logo.png", "image/png", "iVBORw0KGgoAAAANSUhEUg=="),
        ("Notes.TXT", "text/plain", "SGVsbG8K"),
        ("data.csv", "text/csv", "YTtiCg=="),
        (
            "Termin.ics",
            "text/calendar",
            "QkVHSU46VkNBTEVOREFSCkVORDpWQ0FMRU5EQVIK",
        ),
        (
            "Archive.final.v2.bin",
            "application/octet-stream",
            "AAECAwQFBgc=",
        ),
    ] {
        let _ = write!(
            text,
            "--b\nContent-Type: {media_type}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{content}\n"
        );
    }
    text.push_str("--b--\n");
    text
}
