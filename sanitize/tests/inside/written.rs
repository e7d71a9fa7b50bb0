//! Files that are written in text.

use crate::{check, line, look};
use tamis_corpus::make::encode::{base64, base64_lines, uuencode};
use tamis_corpus::make::payload;
use tamis_corpus::make::zip::{Entry, stored};

#[test]
fn files_in_text_are_opened_in_an_archive() {
    let program = uuencode(&payload::executable(), "setup.exe");
    let letter = format!("Hello\r\n\r\n{program}\r\nBye\r\n");
    check(
        "a.zip",
        &stored(&[Entry::new("letter.txt", letter.as_bytes())]),
        &[
            "letter.txt: executable",
            "letter.txt → setup.exe: executable",
        ],
    );
}

#[test]
fn files_in_files_in_text_are_opened() {
    let inner = stored(&[Entry::new("setup.exe", &payload::executable())]);
    let uu = uuencode(&inner, "inner.zip");
    let twice = uuencode(uu.as_bytes(), "inner.uu");
    let found: Vec<String> = look("a.uu", twice.as_bytes())
        .members
        .iter()
        .map(line)
        .collect();
    assert_eq!(
        found,
        [
            "inner.uu: archive",
            "inner.uu → inner.zip: archive",
            "inner.uu → inner.zip → setup.exe: executable"
        ]
    );
}

#[test]
fn a_message_quoted_in_text_is_opened() {
    let quoted = format!(
        "see below\n\nContent-Type: application/octet-stream; name=\"setup.exe\"\n\
         Content-Transfer-Encoding: base64\n\n{}\n",
        base64_lines(&payload::executable()).replace("\r\n", "\n")
    );
    let zip = stored(&[Entry::new("note.txt", quoted.as_bytes())]);
    let found = look("a.zip", &zip);
    let program = |member: &tamis_sanitize::map::Member| {
        member.content().contains(tamis_sanitize::Kind::Executable)
    };
    assert!(found.members.iter().any(program), "{:?}", found.members);
}

#[test]
fn files_in_calendars_and_address_cards_are_opened() {
    let data = base64(&payload::executable());
    let (first, rest) = data.split_at(40);
    let event = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:offer\r\n\
         ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY;\r\n \
         X-FILENAME=\"setup.exe\":{first}\r\n {rest}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    check("a.ics", event.as_bytes(), &["setup.exe: executable"]);
    let card = format!("BEGIN:VCARD\nFN:x\nKEY;ENCODING=b:{first}\n {rest}\nEND:VCARD\n");
    check("a.vcf", card.as_bytes(), &["attachment: executable"]);
    check(
        "b.ics",
        b"BEGIN:VCALENDAR\r\nDESCRIPTION:x\r\nEND:VCALENDAR\r\n",
        &[],
    );
}

#[test]
fn every_message_of_a_mailbox_is_opened() {
    let message = |name: &str, content: &[u8]| {
        format!(
            "From a@example.org Sun Nov 22 10:00:00 2026\nFrom: a@example.org\nTo: b@example.org\nSubject: x\n\
             Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name={name}\n\
             Content-Transfer-Encoding: base64\n\n{}\n\n",
            base64(content)
        )
    };
    let mailbox = [
        message("a.txt", b"Hello"),
        message("setup.exe", &payload::executable()),
    ]
    .concat();
    check(
        "mail.mbox",
        mailbox.as_bytes(),
        &[
            "message 1: message",
            "message 1 → a.txt: text",
            "message 2: message",
            "message 2 → setup.exe: executable",
        ],
    );
}

#[test]
fn both_forks_of_a_file_of_the_macintosh_are_opened() {
    let program = payload::executable();
    let size = u32::try_from(program.len()).expect("small").to_be_bytes();
    for version in [0, 7] {
        let mut file = vec![0, 5, 0x16, version, 0, 2, 0, 0];
        file.extend([0; 16]);
        file.extend([0, 2]);
        file.extend([0, 0, 0, 3, 0, 0, 0, 50, 0, 0, 0, 9]);
        file.extend([0, 0, 0, 1, 0, 0, 0, 59]);
        file.extend(size);
        file.extend(b"setup.exe");
        file.extend(&program);
        check("a.bin", &file, &["setup.exe: executable"]);
    }
    let mut binary = vec![0; 128];
    binary[1] = 9;
    binary[2..11].copy_from_slice(b"setup.exe");
    binary[65..73].copy_from_slice(b"BINAdosa");
    binary[83..87].copy_from_slice(&size);
    binary[122] = 129;
    binary.extend(&program);
    check("b.bin", &binary, &["setup.exe: executable"]);
}

#[test]
fn tables_that_start_programs_and_shortcuts_are_found() {
    let found = |name: &str, content: &[u8]| -> Vec<&str> {
        let inside = look(name, content);
        inside
            .findings
            .iter()
            .map(tamis_sanitize::Finding::name)
            .collect()
    };
    assert_eq!(found("a.csv", b"1,2\n=cmd|'/c calc'!A0,3\n"), ["dde"]);
    assert_eq!(found("b.csv", b"1,2\n3 | 4!,5\n"), [""; 0]);
    assert_eq!(
        found("a.url", b"[InternetShortcut]\r\nURL=file://x\r\n"),
        ["shortcut"]
    );
}

#[test]
fn documents_in_one_file_are_opened() {
    let word = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?>\
         <w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" w:macrosPresent=\"yes\">\
         <w:p><w:fldSimple w:instr=\"DDEAUTO cmd x\"/></w:p><w:binData w:name=\"a.bin\">{}</w:binData></w:wordDocument>",
        base64_lines(&payload::executable())
    );
    let inside = look("a.xml", word.as_bytes());
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(found, ["macro", "dde", "embedded-program", "embedded-file"]);
    assert_eq!(
        inside.members.iter().map(line).collect::<Vec<_>>(),
        ["data: executable"]
    );
}
