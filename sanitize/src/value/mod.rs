//! Structured field values: what RFC 2045, 2047, 2183 and 2231 let them say, and what mail really writes.
//!
//! | file | what it is about |
//! |---|---|
//! | `text` | unstructured text and encoded words (RFC 2047), charsets |
//! | `syntax` | a value cut into its first token and its parameters, whatever their form |
//! | `parameters` | the readings of a parameter (RFC 2045, RFC 2231) |
//! | `mime` | Content-Type, Content-Disposition, Content-Transfer-Encoding |
//! | `names` | every file name that some mail client could show |
//! | `encode` | values that are written anew |

mod encode;
mod mime;
mod names;
mod parameters;
mod syntax;
mod text;

pub use encode::{encode_text, rename};
pub use mime::{
    ContentDisposition, ContentType, content_disposition, content_type, transfer_encoding,
};
pub use names::file_names;
pub use parameters::{Parameters, Value};
pub use text::unstructured;

use crate::map::Field;
use crate::plan::{FieldName, FieldValue};

impl Field {
    /// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed.
    pub fn text(&self) -> String {
        unstructured(self.raw_value())
    }
}

impl FieldValue {
    /// Encodes text for a field without structure, folded before column 78 and as encoded words where it is not ASCII
    /// (RFC 2047). Control characters become spaces. `name` is the field that it is for: its length counts.
    pub fn text(name: &FieldName, text: &str) -> Self {
        encode_text(name, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Encoding;
    use crate::defect::Code;
    use crate::limits::Limits;
    use proptest::prelude::*;

    #[track_caller]
    fn check_type(raw: &str, media_type: &str, boundary: Option<&str>, codes: &[Code]) {
        let value = content_type(raw.as_bytes(), &Limits::default());
        assert_eq!(value.media_type, media_type, "{raw:?}");
        let found = value
            .parameters
            .get("boundary")
            .map(|value| String::from_utf8_lossy(&value).into_owned());
        assert_eq!(found.as_deref(), boundary, "{raw:?}");
        assert_eq!(value.codes, codes, "{raw:?}");
    }

    #[test]
    fn a_content_type_is_read_in_every_form() {
        check_type(" text/plain\r\n", "text/plain", None, &[]);
        check_type(
            " Multipart/Mixed; Boundary=\"a b\"\r\n",
            "multipart/mixed",
            Some("a b"),
            &[],
        );
        check_type(
            " multipart/mixed;\r\n\tboundary=ab;\r\n",
            "multipart/mixed",
            Some("ab"),
            &[],
        );
        check_type(
            "multipart/mixed; boundary=\"a\\\"b\"",
            "multipart/mixed",
            Some("a\"b"),
            &[],
        );
        check_type(
            "multipart/mixed; boundary = ab",
            "multipart/mixed",
            Some("ab"),
            &[],
        );
        check_type(
            "multipart/mixed; boundary*0=a; boundary*1=b",
            "multipart/mixed",
            Some("ab"),
            &[],
        );
        check_type(
            "multipart/mixed; boundary*1=b; boundary*0=a",
            "multipart/mixed",
            Some("ab"),
            &[Code::ParameterForms],
        );
        check_type(
            "multipart/mixed; boundary*=us-ascii''a%62",
            "multipart/mixed",
            Some("ab"),
            &[],
        );
        check_type(
            "multipart/mixed; boundary=a; boundary=b",
            "multipart/mixed",
            Some("a"),
            &[Code::DuplicateParameter],
        );
        check_type(
            "multipart/mixed; boundary=a; boundary*=us-ascii''b",
            "multipart/mixed",
            Some("a"),
            &[Code::ParameterForms],
        );
        check_type(
            "multipart/mixed (c); boundary=a (d)",
            "multipart/mixed",
            Some("a"),
            &[Code::ValueComment],
        );
        check_type(
            "multipart/mixed; boundary=\"ab",
            "multipart/mixed",
            Some("ab"),
            &[Code::ParameterSyntax],
        );
        check_type(
            "multipart/mixed; boundary=a b",
            "multipart/mixed",
            Some("a b"),
            &[Code::ParameterSyntax],
        );
        check_type(
            "multipart/mixed;; boundary=a",
            "multipart/mixed",
            Some("a"),
            &[Code::ParameterSyntax],
        );
        check_type(
            "multipart/mixed; boundary=\"a\" charset=x",
            "multipart/mixed",
            Some("a"),
            &[Code::ParameterSyntax, Code::UnknownCharset],
        );
        check_type(
            "multipart / mixed; boundary=a",
            "multipart/mixed",
            Some("a"),
            &[Code::TypeInvalid],
        );
        check_type("text", "", None, &[Code::TypeInvalid]);
        check_type("", "", None, &[Code::TypeInvalid]);
        check_type(
            "boundary=a",
            "",
            Some("a"),
            &[Code::ParameterSyntax, Code::TypeInvalid],
        );
        check_type(
            "text/plain; charset=klingon",
            "text/plain",
            None,
            &[Code::UnknownCharset],
        );
    }

    #[test]
    fn an_encoding_is_its_first_word() {
        for (raw, encoding, codes) in [
            (" base64\r\n", Encoding::Base64, &[][..]),
            (" Quoted-Printable", Encoding::QuotedPrintable, &[]),
            (" base64 (really)", Encoding::Base64, &[Code::ValueComment]),
            (" \"base64\"", Encoding::Base64, &[Code::ParameterSyntax]),
            (" base64;", Encoding::Base64, &[Code::ParameterSyntax]),
            (" base64 7bit", Encoding::Base64, &[Code::ParameterSyntax]),
            (" x-uuencode", Encoding::Unknown, &[Code::UnknownEncoding]),
            ("", Encoding::SevenBit, &[]),
        ] {
            assert_eq!(
                transfer_encoding(raw.as_bytes()),
                (encoding, codes.to_vec()),
                "{raw:?}"
            );
        }
    }

    #[track_caller]
    fn check_names(disposition: &str, media_type: &str, expected: &[&str]) {
        let limits = Limits::default();
        let disposition = content_disposition(disposition.as_bytes(), &limits);
        let media_type = content_type(media_type.as_bytes(), &limits);
        assert_eq!(file_names(Some(&disposition), Some(&media_type)), expected);
    }

    #[test]
    fn every_form_of_a_name_is_seen() {
        check_names(
            "attachment; filename=a.txt",
            "text/plain; name=\"a.txt\"",
            &["a.txt"],
        );
        check_names(
            "attachment; filename=a.txt",
            "text/plain; name=b.exe",
            &["a.txt", "b.exe"],
        );
        check_names(
            "attachment; filename*=utf-8''%e2%82%ac.exe; filename=e.txt",
            "text/plain",
            &["\u{20ac}.exe", "e.txt"],
        );
        check_names(
            "attachment; filename*0=\"a.\"; filename*1*=%65xe",
            "text/plain",
            &["a.exe"],
        );
        check_names(
            "attachment; filename*1=exe; filename*0=a.",
            "text/plain",
            &["a.exe", "exea."],
        );
        check_names(
            "attachment; filename=\"=?utf-8?q?a=2Eexe?=\"",
            "text/plain",
            &["a.exe", "=?utf-8?q?a=2Eexe?="],
        );
        check_names(
            "attachment; filename=a b.exe",
            "text/plain",
            &["a b.exe", "a"],
        );
        check_names(
            "attachment; filename=\"a\\b.exe\"",
            "text/plain",
            &["ab.exe", "a\\b.exe"],
        );
        check_names(
            "attachment; filename=\"a.\r\n exe\"",
            "text/plain",
            &["a. exe", "a.exe"],
        );
        check_names("filename=a.exe", "text/plain", &["a.exe"]);
        check_names("attachment", "text/plain", &[]);
    }

    #[test]
    fn a_renamed_value_has_the_new_name_only() {
        for (raw, new, expected) in [
            (
                " attachment; filename=a.exe\r\n",
                "b.txt",
                "attachment;\n filename=\"b.txt\"",
            ),
            (
                " inline; size=3; filename*0=a; filename*1=b",
                "c\"d",
                "inline;\n size=3;\n filename=\"c\\\"d\"",
            ),
            (
                " attachment;\r\n filename=a; filename*=utf-8''b",
                "\u{e4}",
                "attachment;\n filename*=utf-8''%C3%A4",
            ),
        ] {
            let value = rename(raw.as_bytes(), "filename", new)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            assert_eq!(value.as_deref(), Some(expected), "{raw:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_value_panics(raw in proptest::collection::vec(any::<u8>(), 0..200), text in "[a-z=;\"'*0-9%() /\\\\\\r\\n?]{0,120}") {
            for raw in [raw.as_slice(), text.as_bytes()] {
                let limits = Limits::default();
                let (media_type, disposition) = (content_type(raw, &limits), content_disposition(raw, &limits));
                let _ = (transfer_encoding(raw), file_names(Some(&disposition), Some(&media_type)), unstructured(raw));
            }
        }

        #[test]
        fn a_new_name_is_read_back(raw in "[a-z=;\"'*0-9%() /\\\\\\r\\n?]{0,60}", name in "[a-zA-Z0-9 ._()\u{e4}\u{20ac}\"\\\\-]{1,30}") {
            if let Some(value) = rename(format!("attachment; filename=x; {raw}").as_bytes(), "filename", &name) {
                let value = content_disposition(value.as_bytes(), &Limits::default());
                let names = file_names(Some(&value), None);
                prop_assert!(name.trim().is_empty() || names.contains(&name), "{:?} {:?}", names, value);
            }
        }

        #[test]
        fn encoded_text_is_read_back(text in "[ -~\u{e4}\u{20ac}\u{65e5}\\n]{0,200}") {
            let name = FieldName::new("Subject").expect("a name");
            let value = encode_text(&name, &text);
            prop_assert!(FieldValue::new(value.as_bytes()).is_ok(), "{:?}", value);
            prop_assert!(value.as_bytes().split(|byte| *byte == b'\n').all(|line| line.len() <= 200));
        }
    }
}
