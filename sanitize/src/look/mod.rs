//! What a part really is: from its content and from every form of its name.
use crate::kind::*;
use crate::map::FileName;
#[derive(Debug, Default)]
pub struct Look {}
impl Look {
    pub fn new() -> Self {
        Look {}
    }
    pub fn push(&mut self, _d: &[u8]) {}
    pub fn finish(self) -> Looked {
        Looked {
            media_type: None,
            label: "",
            kinds: Kinds::NONE,
            size: 0,
        }
    }
}
#[derive(Debug)]
pub struct Looked {
    pub media_type: Option<&'static str>,
    pub label: &'static str,
    pub kinds: Kinds,
    pub size: u64,
}
pub fn name(text: &str) -> FileName {
    FileName {
        text: text.into(),
        judged: text.to_lowercase(),
        extensions: vec![],
        deceptive: false,
    }
}
pub fn kinds(_l: Option<&Looked>, _n: &[FileName], _t: &str) -> Kinds {
    Kinds::of(Kind::Unknown)
}
