//! The filter of the README, attached to a scripted MTA.

mod mta;

#[path = "../examples/tag_subject.rs"]
#[allow(dead_code, reason = "its main function is not used")]
mod tag_subject;

use mta::{Server, shown};

#[tokio::test]
async fn the_subject_gets_a_tag() {
    let server = Server::start(tag_subject::TagSubject).await;
    let mut mta = server.mta().await;
    assert_eq!(mta.negotiate().await, [6, 0x10, 0x10_0400]);
    assert_eq!(
        mta.letter(b'C', b"client.example\x004\x04\xd2192.0.2.1\0")
            .await,
        'c'
    );
    assert_eq!(mta.letter(b'H', b"client.example\0").await, 'c');
    mta.message(&[("From", " a"), ("Subject", " hello")]).await;
    assert_eq!(mta.letter(b'B', b"text\r\n").await, 'c');
    assert_eq!(
        shown(&mta.end().await),
        [
            "m \\x00\\x00\\x00\\x01Subject\\x00 [external] hello\\x00",
            "c"
        ]
    );
    let refused = mta.ask(b'M', b"<spam@example.com>\0").await;
    assert_eq!(shown(&[refused]), ["y 550 5.7.1 No, thank you\\x00"]);
    mta.tell(b'Q', b"").await;
    mta.ended().await;
}

#[test]
fn the_readme_shows_the_example() {
    let (_, example) = include_str!("../examples/tag_subject.rs")
        .split_once("\n\n")
        .expect("a comment, then code");
    assert!(
        include_str!("../README.md").contains(example),
        "README.md has other code than examples/tag_subject.rs"
    );
}
