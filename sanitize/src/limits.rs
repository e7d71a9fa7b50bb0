//! What a message may cost. Everything that mail controls is charged here; a limit that is reached is a
//! [`Defect`](crate::Defect) and ends the reading as [`Reading::Cut`](crate::Reading::Cut).

/// Bounds of one message. The defaults follow what mail systems in wide use allow, or more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the whole message.
    pub message_bytes: u64,
    /// Levels of multiparts and inner messages; the message itself is level 0.
    pub depth: u16,
    /// Parts, the message itself and multiparts included.
    pub parts: u32,
    /// Fields in one header section.
    pub fields: u32,
    /// Bytes of one field, its line ends included.
    pub field_bytes: usize,
    /// Bytes of all header sections together.
    pub header_bytes: usize,
    /// Bytes of a boundary parameter. RFC 2046 allows 70; longer ones occur and are a defect.
    pub boundary_bytes: usize,
    /// Parameters of one structured field.
    pub parameters: usize,
    /// Encoded words in one field.
    pub encoded_words: usize,
    /// Defects that are kept with their place; beyond it they are only counted.
    pub defects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message_bytes: 100 << 20,
            depth: 64,
            parts: 2_000,
            fields: 1_000,
            field_bytes: 100 << 10,
            header_bytes: 1 << 20,
            boundary_bytes: 1_000,
            parameters: 64,
            encoded_words: 1_000,
            defects: 256,
        }
    }
}
