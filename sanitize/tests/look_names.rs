//! File names: what is judged, which endings count, and what deceives.

use proptest::prelude::*;
use tamis_sanitize::look::{kinds_of_name, name};
use tamis_sanitize::{Kind, Kinds};

fn check(text: &str, judged: &str, extensions: &[&str], deceptive: bool) {
    let got = name(text);
    assert_eq!(got.text, text);
    assert_eq!(got.judged, judged, "judged form of {text:?}");
    assert_eq!(got.extensions, extensions, "extensions of {text:?}");
    assert_eq!(got.deceptive, deceptive, "deception of {text:?}");
}

#[test]
fn ordinary_names() {
    check("report.pdf", "report.pdf", &["pdf"], false);
    check("Report.PDF", "report.pdf", &["pdf"], false);
    check("backup.tar.gz", "backup.tar.gz", &["gz", "tar"], false);
    check("README", "readme", &[], false);
    check(
        "www.example.com",
        "www.example.com",
        &["com", "example"],
        false,
    );
    check(
        "Übersicht März.docx",
        "übersicht märz.docx",
        &["docx"],
        false,
    );
    check("議事録．１.doc", "議事録.1.doc", &["doc", "1"], false);
    check("第１．２版", "第1.2版", &["2版"], false);
    check("حساب\u{200F}.pdf", "حساب.pdf", &["pdf"], false);
    check("نامه\u{200C}ها.pdf", "نامهها.pdf", &["pdf"], false);
    check("10:30 minutes.txt", "30 minutes.txt", &["txt"], false);
    check("", "", &[], false);
}

#[test]
fn hidden_endings() {
    check("invoice.pdf.exe", "invoice.pdf.exe", &["exe", "pdf"], false);
    check("invoice\u{202E}fdp.exe", "invoicefdp.exe", &["exe"], true);
    check("invoice%2Eexe", "invoice.exe", &["exe"], true);
    check("a.exe%00.txt", "a.exe", &["exe", "txt", "exe%00"], true);
    check("http://x/a.exe?b=c", "a.exe", &["exe", "exe?b=c"], true);
    check("100%25 done.pdf", "100%25 done.pdf", &["pdf"], false);
    check("100%.pdf", "100%.pdf", &["pdf"], false);
    check("invoice.exe.", "invoice.exe", &["exe"], true);
    check("invoice.exe . ..", "invoice.exe", &["exe"], true);
    check("invoice.exe\u{A0}", "invoice.exe", &["exe"], true);
    check("invoice.exe\u{3000}", "invoice.exe", &["exe"], true);
    check("invoice\u{FF0E}exe", "invoice.exe", &["exe"], true);
    check("invoice\u{2024}exe", "invoice.exe", &["exe"], true);
    check("invoice。exe", "invoice.exe", &["exe"], true);
    check("invoice.e\u{200B}xe", "invoice.exe", &["exe"], true);
    check("invoice.e\u{AD}xe", "invoice.exe", &["exe"], true);
    check("invoice.ｅｘｅ", "invoice.exe", &["exe"], true);
    check("invoice.ex\u{336}e", "invoice.ex\u{336}e", &["exe"], true);
    check("invoice.e\u{1}xe", "invoice.exe", &["exe"], true);
    check(
        "invoice.pdf                    .exe",
        "invoice.pdf                    .exe",
        &["exe", "pdf"],
        true,
    );
    check(
        "..\\..\\startup\\invoice.exe",
        "invoice.exe",
        &["exe"],
        true,
    );
    check("/etc/passwd", "passwd", &[], true);
    check("invoice.exe/", "invoice.exe", &["exe"], true);
    check("c:\\a.txt", "a.txt", &["txt"], true);
    check(".exe", ".exe", &["exe"], false);
    let class = "invoice.{20D04FE0-3AEA-1069-A2D8-08002B30309D}";
    check(
        class,
        &class.to_lowercase(),
        &["{20d04fe0-3aea-1069-a2d8-08002b30309d}"],
        false,
    );
}

#[test]
fn of_several_readings_the_most_dangerous_counts() {
    check("invoice.exe\0.txt", "invoice.exe", &["exe", "txt"], true);
    check(
        "invoice.txt\0.exe",
        "invoice.txt.exe",
        &["exe", "txt"],
        true,
    );
    check("invoice.exe:stream", "invoice.exe", &["exe"], true);
    check("invoice.txt:evil.exe", "evil.exe", &["exe", "txt"], false);
    check("invoice.exe:a.txt", "invoice.exe", &["exe", "txt"], true);
}

#[test]
fn kinds_by_name() {
    let check = |text: &str, kinds: &[Kind]| {
        let expected: Kinds = kinds.iter().copied().collect();
        assert_eq!(kinds_of_name(&name(text)), expected, "{text:?}");
    };
    check("setup.exe", &[Kind::Executable]);
    check("www.example.com", &[Kind::Executable]);
    check("setup.jar", &[Kind::Executable, Kind::Archive]);
    check("run.JS", &[Kind::Script]);
    check("letter.docx", &[Kind::Office]);
    check("letter.docm", &[Kind::MacroOffice]);
    check("drawing.svg", &[Kind::Html, Kind::Image]);
    check("backup.tar.gz", &[Kind::Archive]);
    check("setup.exe.gz", &[Kind::Archive, Kind::Executable]);
    check("notes.txt.gz", &[Kind::Archive]);
    check("photo.exe.jpg", &[Kind::Image]);
    check(
        "a.{20D04FE0-3AEA-1069-A2D8-08002B30309D}",
        &[Kind::Executable],
    );
    check("volume.r07", &[Kind::Archive]);
    check("README", &[]);
    check("file.neverheardof", &[]);
}

#[test]
fn long_names_are_bounded_and_keep_their_ending() {
    let long = format!("{}.exe", "\u{FDFA}".repeat(100_000));
    let got = name(&long);
    assert!(got.text.chars().count() <= 1_025);
    assert!(got.judged.chars().count() <= 255);
    assert_eq!(got.extensions, ["exe"]);
    let dots = name(&"a.".repeat(5_000));
    assert!(dots.extensions.len() <= 8);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(text in "\\PC{0,80}") {
        let got = name(&text);
        prop_assert!(got.extensions.len() <= 8);
        let again = name(&got.judged);
        prop_assert_eq!(again.extensions.first(), got.extensions.first());
    }

    #[test]
    fn tricks_never_hide_a_program(
        stem in "[a-z]{1,8}",
        trick in prop::sample::select(vec!["\u{200B}", "\u{AD}", "\u{202E}", "\u{0}", "\u{FEFF}", "\u{E0020}"]),
        at in 0_usize..4,
        tail in "[. \u{A0}\u{3000}]{0,6}",
    ) {
        let mut ending = String::from("exe");
        ending.insert_str(at.min(3), trick);
        let got = name(&format!("{stem}.{ending}{tail}"));
        prop_assert!(kinds_of_name(&got).contains(Kind::Executable), "{:?}", got);
    }
}
