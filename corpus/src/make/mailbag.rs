//! Mail like real mail, for benches: sizes spread over four decades, most of it attachments in base64.

use super::encode::{base64_lines, quoted_printable};
use super::payload;
use crate::random::Random;
use std::fmt::Write as _;

/// So many messages. Half are at most 16 kB, one in a hundred has 4 MB, none more than 6 MB.
pub fn mailbag(seed: u64, count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random::new(seed);
    (0..count).map(move |_| {
        let size = size(&mut random);
        mail(&mut random, size)
    })
}

/// Per cent of all messages, and octets that they have at most: quantiles of a log-normal distribution with a median of
/// 16 kB and a 99th percentile of 4 MB. A table, so that sizes are the same on every machine.
const QUANTILES: [(usize, usize); 10] = [
    (0, 800),
    (10, 1_200),
    (25, 3_200),
    (50, 16_000),
    (75, 79_000),
    (90, 335_000),
    (95, 795_000),
    (98, 2_100_000),
    (99, 4_000_000),
    (100, 6_000_000),
];

fn size(random: &mut Random) -> usize {
    let place = random.below(10_000);
    let step = QUANTILES.windows(2).find(|pair| place < pair[1].0 * 100);
    let Some([(low, from), (high, to)]) = step else {
        return 800;
    };
    let (low, high) = (low * 100, high * 100);
    from + (to - from) / (high - low) * (place - low)
}

/// One message of about this size.
fn mail(random: &mut Random, size: usize) -> Vec<u8> {
    let mut text = header(random);
    let rest = size.saturating_sub(text.len());
    match random.below(10) {
        _ if rest < 600 => plain(&mut text, random, rest),
        0..=1 if rest < 20_000 => plain(&mut text, random, rest),
        0..=6 if rest < 60_000 => alternative(&mut text, random, rest),
        _ => mixed(&mut text, random, rest),
    }
    text.into_bytes()
}

fn header(random: &mut Random) -> String {
    let mut text = String::new();
    for hop in 0..random.between(2, 6) {
        let id = random.bits();
        let _ = write!(
            text,
            "Received: from mx{hop}.example.org (mx{hop}.example.org [192.0.2.{hop}])\r\n\tby mx.example.com (Postfix) \
             with ESMTPS id {id:X}\r\n\tfor <recipient@example.com>; Sun, 22 Nov 2026 10:00:0{hop} +0000 (UTC)\r\n"
        );
    }
    let signature = base64_lines(&random.octets(256)).replace("\r\n", "\r\n\t");
    let _ = write!(
        text,
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n\th=from:to:subject:date;\r\n\tb={signature}\r\n"
    );
    for field in [
        "Return-Path",
        "List-Unsubscribe",
        "X-Mailer",
        "X-Report",
        "Reply-To",
        "Precedence",
        "Feedback-ID",
    ] {
        if random.one_in(2) {
            let _ = write!(text, "{field}: <{:x}@example.org>\r\n", random.bits());
        }
    }
    let _ = write!(
        text,
        "From: Sender <sender@example.org>\r\nTo: recipient@example.com\r\nSubject: {}\r\n\
         Message-ID: <{:x}@example.org>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n",
        words(random, 40).trim_end(),
        random.bits()
    );
    text
}

fn plain(text: &mut String, random: &mut Random, size: usize) {
    text.push_str(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
    );
    text.push_str(&words(random, size));
}

fn alternative(text: &mut String, random: &mut Random, size: usize) {
    let boundary = format!("=_alt_{:016x}", random.bits());
    let body = words(random, size / 3);
    let html = format!(
        "<html><body style=\"margin:0\"><p>{}</p></body></html>",
        words(random, size / 2)
    );
    let _ = write!(
        text,
        "Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n\
         --{boundary}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n\
         --{boundary}--\r\n",
        quoted_printable(body.as_bytes(), true),
        quoted_printable(html.as_bytes(), true)
    );
}

fn mixed(text: &mut String, random: &mut Random, size: usize) {
    let boundary = format!("----=_Part_{:016x}", random.bits());
    let _ = write!(
        text,
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"
    );
    let share = (size / 10).min(12_000);
    alternative(text, random, share);
    let files = random.between(1, 3);
    for _ in 0..files {
        let (media_type, name, head) = file(random);
        let length = size.saturating_sub(share) / files / 78 * 57;
        let mut content = head;
        let filler = random.octets(length.saturating_sub(content.len()));
        content.extend_from_slice(&filler);
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Type: {media_type}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}\r\n",
            base64_lines(&content)
        );
    }
    let _ = write!(text, "--{boundary}--\r\n");
}

fn file(random: &mut Random) -> (&'static str, &'static str, Vec<u8>) {
    match random.below(8) {
        0..=2 => ("image/jpeg", "photo.jpg", payload::jpeg()),
        3..=4 => ("application/pdf", "invoice.pdf", payload::pdf()),
        5 => ("application/zip", "files.zip", payload::zipped_executable()),
        6 => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "letter.docx",
            payload::docx(),
        ),
        _ => ("application/octet-stream", "data.bin", Vec::new()),
    }
}

/// Lines of words, about so many octets, with a CRLF at the end of each.
fn words(random: &mut Random, size: usize) -> String {
    const WORDS: &[&str] = &[
        "the",
        "order",
        "meeting",
        "of",
        "is",
        "attached",
        "Gr\u{fc}\u{df}e",
        "please",
        "and",
        "invoice",
        "tomorrow",
    ];
    let mut text = String::with_capacity(size + 16);
    let mut column = 0;
    while text.len() < size {
        let word = random.pick(WORDS);
        column += word.len() + 1;
        text.push_str(word);
        text.push_str(if column > 64 { "\r\n" } else { " " });
        column = if column > 64 { 0 } else { column };
    }
    text.truncate(text.trim_end().len());
    text.push_str("\r\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_spread_as_in_real_mail() {
        let mut sizes: Vec<usize> = mailbag(7, 400).map(|mail| mail.len()).collect();
        sizes.sort_unstable();
        let median = sizes[sizes.len() / 2];
        assert!((8_000..32_000).contains(&median), "{median}");
        assert!(sizes[0] > 300 && sizes[sizes.len() - 1] < 8_000_000);
    }

    #[test]
    fn the_same_seed_gives_the_same_mail() {
        assert!(mailbag(7, 20).eq(mailbag(7, 20)));
        assert!(mailbag(7, 20).ne(mailbag(8, 20)));
    }
}
