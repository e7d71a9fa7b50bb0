//! Pages: what they do, and the files that are written in them.

use crate::{line, look};
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::payload;

fn check(body: &str, findings: &[&str], members: &[&str]) {
    let page = format!("<html><head><title>x</title></head><body><p>Hello</p>{body}</body></html>");
    for octets in [
        page.clone().into_bytes(),
        page.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ] {
        let wide = octets.get(1) == Some(&0);
        let inside = look("a.html", &octets);
        let found: Vec<&str> = inside
            .findings
            .iter()
            .map(tamis_sanitize::Finding::name)
            .collect();
        let shown: String = body.chars().take(80).collect();
        assert_eq!(found, findings, "in {shown}, wide: {wide}");
        let lines: Vec<String> = inside.members.iter().map(line).collect();
        assert_eq!(lines, members, "in {shown}");
    }
}

fn encoded(content: &[u8]) -> String {
    base64_lines(content).split_whitespace().collect()
}

#[test]
fn sound_pages_say_nothing() {
    check(
        "<a href=\"https://example.com/\">here</a> <img src=\"cid:1@x\" width=600>",
        &[],
        &[],
    );
    check(
        "<p style=\"opacity:0.5; font-size:0.9em\">small</p> a=b onclick= x",
        &[],
        &[],
    );
    check(
        &format!(
            "<img src=\"data:image/png;base64,{}\">",
            encoded(&payload::png())
        ),
        &[],
        &[],
    );
}

#[test]
fn what_pages_do() {
    check("<script>x</script>", &["script"], &[]);
    check("<img src=x onerror='x()'>", &["event-handler"], &[]);
    check(
        "<a title='a > b' href='jAva&#115;cript:x()'>y</a>",
        &["script-url"],
        &[],
    );
    check(
        "<meta http-equiv=\"Refresh\" content=\"0; URL=https://example.com/\">",
        &["refresh"],
        &[],
    );
    check(
        "<form action=x><input type=password></form>",
        &["form"],
        &[],
    );
    check(
        "<img src='https://example.com/a.png' width=300 height=200>",
        &["external-resource"],
        &[],
    );
    check(
        "<img src='//example.com/a' width=1 height='1px'>",
        &["external-resource", "tracker"],
        &[],
    );
    check(
        "<div style='background: url( \"https://example.com/a\" )'>x</div>",
        &["external-resource"],
        &[],
    );
    check(
        "<style>@import 'https://example.com/a.css'</style>",
        &["external-resource"],
        &[],
    );
    check(
        "<span style='display: none'>secret</span>",
        &["hidden-text"],
        &[],
    );
    check("<span style='display:none'> </span>", &[], &[]);
    check(
        "<a href=\"https://evil.example/login\"><b>https://bank</b>.example.com/</a>",
        &["misleading-link"],
        &[],
    );
}

#[test]
fn files_that_are_written_in_a_page() {
    let program = encoded(&payload::executable());
    check(
        &format!("<script>var b=new Blob([atob(\"{program}\")]);</script>"),
        &["embedded-program", "embedded-file", "script", "smuggling"],
        &["data: executable"],
    );
    let zip = encoded(&payload::zipped_executable());
    let inside = look(
        "a.html",
        format!("<html><a download=x.zip href=\"data:application/zip;base64,{zip}\">x</a></html>")
            .as_bytes(),
    );
    let lines: Vec<String> = inside.members.iter().map(line).collect();
    assert!(
        lines.iter().any(|line| line.ends_with(": executable")),
        "{lines:?}"
    );
    let found: Vec<&str> = inside
        .findings
        .iter()
        .map(tamis_sanitize::Finding::name)
        .collect();
    assert_eq!(
        found,
        ["embedded-program", "embedded-file", "data-url", "smuggling"]
    );
}

#[test]
fn files_that_are_hidden_once_more() {
    let program: Vec<u8> = payload::executable()
        .iter()
        .cycle()
        .take(3_000)
        .map(|octet| octet ^ 0x5A)
        .collect();
    let hidden = encoded(&program);
    let offers = "u=URL.createObjectURL(new Blob([d]))";
    check(
        &format!("<script>k=0x5A;d=\"{hidden}\";{offers}</script>"),
        &["script", "smuggling"],
        &[],
    );
    check(
        &format!("<script>k=0x5A;d=\"{hidden}\"</script>"),
        &["script"],
        &[],
    );
    check(&format!("<script>{offers}</script>"), &["script"], &[]);
}
