//! What the values of keys look like: what the schema tells editors.

/// The shape of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// `true` or `false`.
    Flag,
    /// Only `true`.
    True,
    /// Only `false`.
    False,
    /// One text.
    Text,
    /// A text, or a list of them.
    Texts,
    /// `true`, `false`, a text or a list of texts.
    FlagOrTexts,
    /// `true`, or a text.
    TrueOrText,
    /// `true`, `false`, or a text.
    FlagOrText,
    /// Words of a fixed set, one or a list of them.
    Words(fn() -> Vec<&'static str>),
    /// `true`, `false`, or words of a fixed set.
    FlagOrWords(fn() -> Vec<&'static str>),
    /// A comparison with a size: `">10MiB"`.
    Size,
    /// A number, or a comparison with one: `">10"`.
    Count,
    /// A comparison with a number that may have a fraction: `">=5.5"`.
    Score,
    /// A table from names that the author chooses to texts.
    Fields,
    /// A text, or a table with these keys.
    TextOrTable(&'static [(&'static str, Takes)]),
}
