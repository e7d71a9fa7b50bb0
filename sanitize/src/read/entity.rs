//! An entity that is open: what the reader must remember of it until it ends.

use crate::map::PartId;
use crate::study::TextScan;

/// An entity whose end was not seen.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) part: PartId,
    /// Parts found directly inside it.
    pub(super) children: u32,
    /// Whether its close delimiter was seen.
    pub(super) closed: bool,
    /// The part that ended at the last delimiter: its outer extent ends where the delimiter line starts.
    pub(super) last_child: Option<PartId>,
    /// Whether text was seen in front of its first part.
    pub(super) preamble_text: bool,
    /// Whether text was seen behind its close delimiter.
    pub(super) epilogue_text: bool,
    /// What looks for files in preamble and epilogue, once there is text.
    scan: Option<Box<TextScan>>,
}

impl Open {
    pub(super) fn new(part: PartId) -> Self {
        Open {
            part,
            children: 0,
            closed: false,
            last_child: None,
            preamble_text: false,
            epilogue_text: false,
            scan: None,
        }
    }

    /// Takes note of octets of a multipart that belong to no part.
    pub(super) fn between(&mut self, raw: &[u8]) {
        let text = !raw.trim_ascii().is_empty();
        if self.closed {
            self.epilogue_text |= text;
        } else {
            self.preamble_text |= text;
        }
        if text || self.scan.is_some() {
            self.scan.get_or_insert_default().push(raw);
        }
    }

    /// Whether a file stands in preamble or epilogue. Asked once, at the end.
    pub(super) fn holds_file(&mut self) -> bool {
        let scan = self.scan.take();
        scan.is_some_and(|scan| !scan.finish().is_empty())
    }
}
