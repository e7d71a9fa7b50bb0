//! The messages: those of one size, a mixture as in real mail, or files.

use std::fs;
use std::io;
use std::path::Path;
use tamis_corpus::make::encode::base64_lines;
use tamis_corpus::make::mailbag::mailbag;
use tamis_corpus::random::Random;

/// A message as an MTA hands it over: fields, and a body whose lines end in CRLF.
pub(crate) struct Mail {
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
}

impl Mail {
    /// Name and value of each field. Values are all that stands behind the colon, and their lines are joined by LF, as milters get them.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields
            .iter()
            .map(|(name, value)| (&name[..], &value[..]))
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Octets of body and fields.
    pub(crate) fn size(&self) -> usize {
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4);
        self.body.len() + fields.sum::<usize>()
    }

    /// Takes a message apart; a header section without an end has no body.
    fn new(message: &[u8]) -> Self {
        let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut rest = message;
        while !rest.is_empty() {
            let end = rest
                .iter()
                .position(|octet| *octet == b'\n')
                .map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                break;
            }
            let folded = matches!(line.first(), Some(b' ' | b'\t'));
            if let Some((_, value)) = fields.last_mut().filter(|_| folded) {
                value.push(b'\n');
                value.extend_from_slice(line);
            } else if let Some(colon) = line.iter().position(|octet| *octet == b':') {
                fields.push((line[..colon].to_vec(), line[colon + 1..].to_vec()));
            }
        }
        Mail {
            fields,
            body: rest.to_vec(),
        }
    }
}

/// Ten messages of this size, different ones: a text, and an attachment that takes the rest.
pub(crate) fn of_size(size: usize) -> Vec<Mail> {
    let mut random = Random::new(11);
    (0..10)
        .map(|number| Mail::new(message(&mut random, number, size).as_bytes()))
        .collect()
}

/// Octets of such a message beside its text and its attachment.
const FRAME: usize = 900;

fn message(random: &mut Random, number: u32, size: usize) -> String {
    let sentence = "Please find attached what we talked about yesterday.\r\n";
    let text = sentence.repeat((size / 100).clamp(10, 100));
    let rest = size.saturating_sub(text.len() + FRAME) / 78 * 57;
    let photo = base64_lines(&photo(random, rest));
    format!(
        "Received: from client.example.org (client.example.org [192.0.2.10])\r\n\
         \tby mx.example.com (Postfix) with ESMTPS id 4Xy1Zk0000z1\r\n\
         From: Sender <sender@example.org>\r\n\
         To: recipient@example.com\r\n\
         Subject: What we talked about\r\n\
         Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <{number}@example.org>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=_mixed_1\"\r\n\
         \r\n\
         --=_mixed_1\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         {text}\r\n\
         --=_mixed_1\r\n\
         Content-Type: image/jpeg; name=\"photo.jpg\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"photo.jpg\"\r\n\
         \r\n\
         {photo}\r\n\
         --=_mixed_1--\r\n"
    )
}

/// Something that looks like a photograph, and that no program can make shorter.
fn photo(random: &mut Random, size: usize) -> Vec<u8> {
    let mut octets = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    octets.extend_from_slice(&random.octets(size));
    octets.extend_from_slice(b"\xff\xd9");
    octets
}

/// Mail of all sizes and kinds, half of it at most 16 kB; none is larger than this.
pub(crate) fn mixture(largest: usize) -> Vec<Mail> {
    let mail = mailbag(7, 400).filter(|message| message.len() <= largest);
    mail.map(|message| Mail::new(&message)).collect()
}

/// The files below a directory whose names end in `.eml`, in the order of their names.
pub(crate) fn files(dir: &Path) -> io::Result<Vec<Mail>> {
    let mut mail = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            mail.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "eml") {
            mail.push(Mail::new(&fs::read(&path)?));
        }
    }
    Ok(mail)
}
