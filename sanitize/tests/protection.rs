//! Whether mail is signed or encrypted, and by which means.

use tamis_sanitize::{Limits, Needs, Protection, Protections, Reader};

fn read(message: &str) -> Protections {
    let message = message.replace('\n', "\r\n");
    let mut reader = Reader::new(Needs::default(), Limits::default());
    reader.push(message.as_bytes());
    reader.finish().map().protections()
}

#[track_caller]
fn check(message: &str, names: &[&str], signed: bool, encrypted: bool) {
    let found = read(&format!(
        "From: a@example.org\nMIME-Version: 1.0\n{message}"
    ));
    let seen: Vec<&str> = found.iter().map(Protection::name).collect();
    assert_eq!(seen, names, "{message}");
    assert_eq!(
        (found.is_signed(), found.is_encrypted()),
        (signed, encrypted)
    );
}

fn multipart(head: &str, second: &str) -> String {
    format!(
        "Content-Type: {head}; boundary=x\n\n--x\nContent-Type: text/plain\n\nhi\n--x\nContent-Type: {second}\n\nabc\n--x--\n"
    )
}

#[test]
fn plain_mail_has_none() {
    check("\nhi\n", &[], false, false);
    check(
        &multipart("multipart/mixed", "application/pgp-keys"),
        &[],
        false,
        false,
    );
}

#[test]
fn multiparts_say_what_they_are_signed_with() {
    let signed = |protocol: &str, second: &str| {
        multipart(
            &format!("multipart/signed; protocol=\"{protocol}\""),
            second,
        )
    };
    let pgp = "application/pgp-signature";
    let smime = "application/pkcs7-signature";
    check(&signed(pgp, pgp), &["pgp-signed"], true, false);
    check(
        &signed("Application/X-PKCS7-Signature", smime),
        &["smime-signed"],
        true,
        false,
    );
    check(&signed("x/y", smime), &["smime-signed"], true, false);
    check(&signed("x/y", "image/png"), &[], false, false);
    check(
        &multipart(
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
            "application/octet-stream",
        ),
        &["pgp-encrypted"],
        false,
        true,
    );
}

#[test]
fn cms_messages_say_what_they_are() {
    let cms = |head: &str| {
        format!(
            "Content-Type: application/{head}; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nAAAA\n"
        )
    };
    check(
        &cms("pkcs7-mime; smime-type=signed-data"),
        &["smime-signed"],
        true,
        false,
    );
    check(
        &cms("x-pkcs7-mime; smime-type=Enveloped-Data"),
        &["smime-encrypted"],
        false,
        true,
    );
    check(&cms("pkcs7-mime; smime-type=certs-only"), &[], false, false);
    check(&cms("pkcs7-mime"), &[], false, false);
    let enveloped = "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQA=\n";
    check(enveloped, &["smime-encrypted"], false, true);
}

#[test]
fn text_may_be_signed_or_sealed_itself() {
    let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhi\n";
    check(&format!("\n{signed}"), &["inline-pgp-signed"], true, false);
    check(
        "\n-----BEGIN PGP MESSAGE-----\n\nabcd\n",
        &["inline-pgp-encrypted"],
        false,
        true,
    );
}

#[test]
fn servers_sign_by_fields() {
    check(
        "DKIM-Signature: v=1\nARC-Seal: i=1\n\nhi\n",
        &["dkim", "arc"],
        false,
        false,
    );
}

#[test]
fn what_is_attached_promises_nothing_for_the_whole() {
    let signed = multipart(
        "multipart/signed; protocol=\"application/pgp-signature\"",
        "application/pgp-signature",
    );
    check(
        &format!("Content-Type: message/rfc822\n\nSubject: x\n{signed}"),
        &[],
        false,
        false,
    );
}
