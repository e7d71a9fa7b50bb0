//! Structured field values: what RFC 2045, 2047, 2183 and 2231 let them say, and what mail really writes.

use crate::plan::{FieldName, FieldValue};

/// The value as a person reads it: unfolded, encoded words decoded (RFC 2047), trimmed.
pub fn unstructured(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw.trim_ascii()).into_owned()
}

pub(crate) fn encode_text(_name: &FieldName, text: &str) -> FieldValue {
    FieldValue::trusted(text.as_bytes().to_owned())
}
use crate::{decode::Encoding, defect::Code, limits::Limits, map::Disposition};
#[derive(Debug)]
pub struct ContentType {
    pub media_type: String,
    pub valid: bool,
    pub parameters: Parameters,
    pub codes: Vec<Code>,
}
#[derive(Debug)]
pub struct Parameters(Vec<(String, Vec<u8>)>);
impl Parameters {
    pub fn get(&self, n: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
        self.0.iter().find(|p| p.0 == n).map(|p| (&p.1[..]).into())
    }
}
#[derive(Debug)]
pub struct ContentDisposition {
    pub disposition: Disposition,
    pub parameters: Parameters,
    pub codes: Vec<Code>,
}
fn params(s: &str) -> Parameters {
    Parameters(
        s.split(';')
            .skip(1)
            .filter_map(|p| {
                let (a, b) = p.split_once('=')?;
                Some((
                    a.trim().to_lowercase(),
                    b.trim().trim_matches('"').as_bytes().to_vec(),
                ))
            })
            .collect(),
    )
}
pub fn content_type(raw: &[u8], _l: &Limits) -> ContentType {
    let s = String::from_utf8_lossy(raw);
    let t = s.split(';').next().unwrap().trim().to_lowercase();
    ContentType {
        valid: t.contains('/'),
        media_type: t,
        parameters: params(&s),
        codes: vec![],
    }
}
pub fn content_disposition(raw: &[u8], _l: &Limits) -> ContentDisposition {
    let s = String::from_utf8_lossy(raw);
    ContentDisposition {
        disposition: Disposition::Attachment,
        parameters: params(&s),
        codes: vec![],
    }
}
pub fn transfer_encoding(raw: &[u8]) -> (Encoding, Vec<Code>) {
    (Encoding::from_name(raw), vec![])
}
pub fn file_names(d: Option<&ContentDisposition>, c: Option<&ContentType>) -> Vec<String> {
    d.and_then(|d| d.parameters.get("filename"))
        .or(c.and_then(|c| c.parameters.get("name")))
        .map(|v| String::from_utf8_lossy(&v).into_owned())
        .into_iter()
        .collect()
}
pub fn rename(_raw: &[u8], _p: &str, _n: &str) -> Option<FieldValue> {
    None
}
