//! Writes the messages of `docs/limits.md` into a directory, one file each: what is legal to look at and hard to read.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tamis_corpus::make::hard::{self, Order};
use tamis_corpus::make::stream;

fn main() -> io::Result<()> {
    let Some(dir) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: hard DIR"));
    };
    fs::create_dir_all(&dir)?;
    for (name, message) in whole() {
        fs::write(dir.join(name), message())?;
    }
    let mib = 1 << 20;
    stream(&dir, "one body line, 256 MiB", stream::one_line(256 * mib))?;
    stream(&dir, "one body line, 1 GiB", stream::one_line(1024 * mib))?;
    stream(&dir, "line feeds, 1 GiB", stream::line_feeds(1024 * mib))?;
    stream(&dir, "NUL octets, 1 GiB", stream::nuls(1024 * mib))
}

type Make = Box<dyn Fn() -> Vec<u8>>;

/// Those that fit in memory, in the order of the page.
fn whole() -> Vec<(&'static str, Make)> {
    let make = |make: fn() -> Vec<u8>| -> Make { Box::new(make) };
    vec![
        (
            "multiparts nested, 10^3",
            make(|| hard::nested_multiparts(1_000)),
        ),
        (
            "multiparts nested, 10^5",
            make(|| hard::nested_multiparts(100_000)),
        ),
        (
            "messages nested, 10^4",
            make(|| hard::nested_messages(10_000)),
        ),
        (
            "messages nested, 10^5",
            make(|| hard::nested_messages(100_000)),
        ),
        ("parts, 10^5", make(|| hard::many_parts(100_000))),
        ("parts, 10^6", make(|| hard::many_parts(1_000_000))),
        ("distinct fields, 10^5", make(|| hard::many_fields(100_000))),
        (
            "distinct fields, 10^6",
            make(|| hard::many_fields(1_000_000)),
        ),
        (
            "To fields, 10^5",
            make(|| hard::repeated_field("To", 100_000)),
        ),
        (
            "folds of one field, 10^6",
            make(|| hard::folded_field(1_000_000)),
        ),
        (
            "RFC 2231 segments, 10^5",
            make(|| hard::segment_flood(100_000, Order::Ascending)),
        ),
        (
            "RFC 2231 segments, last first, 10^5",
            make(|| hard::segment_flood(100_000, Order::Descending)),
        ),
        (
            "RFC 2231 segments, all the same, 10^5",
            make(|| hard::segment_flood(100_000, Order::Same)),
        ),
        (
            "RFC 2231 segments, with gaps, 10^5",
            make(|| hard::segment_flood(100_000, Order::Gaps)),
        ),
        (
            "escaped quotes in a parameter, 10^6",
            make(|| hard::quoted_pairs(1_000_000)),
        ),
        (
            "open comments, 10^6",
            make(|| hard::nested_comments(1_000_000)),
        ),
        (
            "encoded words in a field, 10^5",
            make(|| hard::encoded_words(100_000)),
        ),
        (
            "90 open boundaries, 10^6 near misses",
            make(|| hard::boundary_storm(90, 1_000_000)),
        ),
        (
            "90 boundaries that begin each other, 10^6 lines",
            make(|| hard::prefix_boundaries(90, 1_000_000)),
        ),
        (
            "close delimiters, 10^6",
            make(|| hard::repeated_close(1_000_000)),
        ),
        (
            "base64, 5 * 10^6 lines of one character",
            make(|| hard::one_character_lines(&vec![0; 3_750_000])),
        ),
        (
            "soft line breaks, 10^6",
            make(|| hard::soft_breaks(1_000_000)),
        ),
    ]
}

fn stream(dir: &Path, name: &str, pieces: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(dir.join(name))?);
    for piece in pieces {
        file.write_all(&piece)?;
    }
    file.flush()
}
