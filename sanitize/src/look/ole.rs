//! OLE compound files (MS-CFB): what they are by the entries of their directory, which lie at multiples of 128 octets.
//!
//! The directory is not followed through its sector chain: every block that has the shape of an entry counts. So no
//! broken or lying chain hides one, and the entries of a document inside a document are seen as well.

use super::bytes::{has, index, slice, u8_at, u16_le};
use super::found::{ENCRYPTED, Found, MESSAGE, OFFICE, PROGRAM};
use super::window::{View, Window};
use crate::kind::Kind;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Start of every compound file.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Size of a directory entry.
const ENTRY: u64 = 128;
/// Where streams may begin: small ones lie in blocks of 64 octets.
const STEP: u64 = 64;
/// What a presentation says of its macros (MS-PPT, sections 2.4.10 and 2.4.11), up to the reference of the project.
static PRESENTATION_MACROS: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(b"\xFF\x03\x14\0\0\0\x02\0\0\x04\x0C\0\0\0"));
/// Type of the record that tells of a sheet (MS-XLS, section 2.4.28).
static SHEET: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\x85\0"));
/// A sector and the rest of a record.
const AHEAD: usize = 640;

/// Watches for the directory entries of a compound file.
#[derive(Debug, Default)]
pub(super) struct Ole {
    window: Window<AHEAD>,
    /// Octets of the magic number that were there.
    begun: usize,
    other: bool,
    seen: Seen,
}

/// What the entries and the first sectors of streams tell.
#[derive(Debug, Default)]
struct Seen {
    format: Option<Format>,
    macros: bool,
    encrypted: bool,
}

/// In the order in which they count: a message with a document in it is a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Format {
    Installer,
    Message,
    EncryptedPackage,
    Word,
    Excel,
    PowerPoint,
    Visio,
    Publisher,
    Project,
    Hangul,
    Thumbnails,
}

impl Ole {
    /// Takes the next octets. What does not start like a compound file costs nothing more.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.other {
            return;
        }
        let magic = slice(MAGIC, self.begun, piece.len());
        self.begun = self.begun.saturating_add(magic.len());
        self.other = !piece.starts_with(magic);
        if !self.other {
            let seen = &mut self.seen;
            self.window.push(piece, |view| seen.look(view));
        }
    }

    /// What the file is, if it is a compound file.
    pub(super) fn finish(self) -> Option<Found> {
        if self.other || self.begun < MAGIC.len() {
            return None;
        }
        let mut seen = self.seen;
        self.window.finish(|view| seen.look(view));
        Some(seen.found())
    }
}

impl Seen {
    fn look(&mut self, view: View<'_>) {
        let first = view
            .at
            .checked_next_multiple_of(STEP)
            .map_or(0, |next| next.saturating_sub(view.at));
        for position in (index(first)..view.count).step_by(index(STEP)) {
            let block = view.from(position);
            if view.offset(position).is_multiple_of(ENTRY) {
                self.entry(slice(block, 0, index(ENTRY)));
            }
            self.encrypted |= is_encrypted_word(block) || is_encrypted_excel(block);
        }
        // What tells of these macros stands anywhere in one large stream.
        let sheet = |position: usize| is_macro_sheet(view.from(position));
        let flag = |position: usize| u8_at(view.from(position), 18) == Some(1);
        self.macros |= view.find(&SHEET).any(sheet) || view.find(&PRESENTATION_MACROS).any(flag);
    }

    fn entry(&mut self, entry: &[u8]) {
        let Some((name, storage)) = entry_name(entry) else {
            return;
        };
        let root = u8_at(entry, 66) == Some(5);
        let format = if root {
            installer(entry)
        } else {
            format_of(&name)
        };
        self.format = match (self.format, format) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
        // A storage named `VBA` alone is also in documents without a project.
        let project = ["_VBA_PROJECT", "_VBA_PROJECT_CUR", "PROJECTwm"].contains(&name.as_str());
        self.macros |= project || storage && name == "Macros";
        self.encrypted |=
            ["EncryptedPackage", "EncryptedSummary", "\u{9}DRMContent"].contains(&name.as_str());
    }

    fn found(&self) -> Found {
        let found = self.format.map_or(
            Found::new("application/x-ole-storage", "OLE document", OFFICE),
            Format::found,
        );
        let mut found = if self.encrypted {
            found.and(Kind::Encrypted)
        } else {
            found
        };
        if self.macros && found.kinds.contains(Kind::Office) {
            found.kinds.remove(Kind::Office);
            found = found.and(Kind::MacroOffice);
        } else if self.macros && found.kinds.contains(Kind::Message) {
            found = found.and(Kind::MacroOffice);
        }
        found
    }
}

/// The name of an entry and whether it is a storage; none if the block is no directory entry.
fn entry_name(entry: &[u8]) -> Option<(String, bool)> {
    let length = u16_le(entry, 64).filter(|length| (4..=64).contains(length) && length % 2 == 0)?;
    let kind = u8_at(entry, 66).filter(|kind| matches!(kind, 1 | 2 | 5))?;
    u8_at(entry, 67).filter(|color| *color <= 1)?;
    let units = slice(entry, 0, index(length))
        .chunks_exact(2)
        .map(|unit| u16_le(unit, 0).unwrap_or_default());
    let units: Vec<u16> = units.collect();
    let (last, name) = units.split_last()?;
    (*last == 0 && !name.contains(&0)).then(|| (String::from_utf16_lossy(name), kind == 1))
}

fn format_of(name: &str) -> Option<Format> {
    Some(match name {
        "WordDocument" => Format::Word,
        "Workbook" | "Book" => Format::Excel,
        "PowerPoint Document" | "PP40" | "PP97_DUALSTORAGE" => Format::PowerPoint,
        "VisioDocument" => Format::Visio,
        "Quill" => Format::Publisher,
        "EncryptedPackage" => Format::EncryptedPackage,
        "BodyText" | "HwpSummaryInformation" | "\u{5}HwpSummaryInformation" => Format::Hangul,
        "Catalog" => Format::Thumbnails,
        "\u{4840}\u{3F7F}\u{4164}\u{422F}\u{4836}" | "\u{4840}\u{3B3F}\u{43F2}\u{4438}\u{45B1}" => {
            Format::Installer
        }
        _ if name.starts_with("__substg1.0_") || name.starts_with("__properties_version1.0") => {
            Format::Message
        }
        _ if name.starts_with("Props") && name.len() <= 7 => Format::Project,
        _ if name.starts_with('\u{4840}') => Format::Installer,
        _ => return None,
    })
}

/// Installer files are known by the class of their root: packages, patches and transforms.
fn installer(root: &[u8]) -> Option<Format> {
    let class = slice(root, 80, 16);
    let tail = b"\x10\x0C\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46";
    let known = matches!(class.first(), Some(0x82 | 0x84 | 0x86)) && has(class, 1, tail);
    known.then_some(Format::Installer)
}

/// The flag in the header of the main stream of a Word document (MS-DOC, section 2.5.1).
fn is_encrypted_word(sector: &[u8]) -> bool {
    let versions = 0x0065..=0x0112;
    has(sector, 0, b"\xEC\xA5")
        && u16_le(sector, 2).is_some_and(|version| versions.contains(&version))
        && u16_le(sector, 10).is_some_and(|flags| flags & 0x0100 != 0)
}

/// A `FilePass` record soon after the beginning of the main stream of an Excel workbook (MS-XLS, section 2.4.117).
fn is_encrypted_excel(sector: &[u8]) -> bool {
    const FILE_PASS: u16 = 0x002F;
    let begins = has(sector, 0, b"\x09\x08\x10\x00\x00\x06\x05\x00")
        || has(sector, 0, b"\x09\x08\x08\x00\x00\x05\x05\x00");
    let mut at = 0_usize;
    for _ in 0..8 {
        let (Some(record), Some(length)) =
            (u16_le(sector, at), u16_le(sector, at.saturating_add(2)))
        else {
            return false;
        };
        if !begins || record == FILE_PASS {
            return begins;
        }
        at = at.saturating_add(4).saturating_add(index(length));
    }
    false
}

/// A record that tells of a sheet of Excel 4 macros (MS-XLS, section 2.4.28): offset, visibility, type, and a name whose
/// length must be that of the record.
fn is_macro_sheet(record: &[u8]) -> bool {
    const MACROS: u8 = 1;
    let (length, hidden, kind) = (u16_le(record, 2), u8_at(record, 8), u8_at(record, 9));
    let (Some(length), Some(name), Some(wide)) = (length, u8_at(record, 10), u8_at(record, 11))
    else {
        return false;
    };
    let (length, name) = (usize::from(length), usize::from(name));
    let new = wide <= 1
        && length
            == name
                .saturating_mul(usize::from(wide).saturating_add(1))
                .saturating_add(8);
    let old = length == name.saturating_add(7);
    kind == Some(MACROS)
        && hidden.is_some_and(|hidden| hidden <= 2)
        && (1..=31).contains(&name)
        && (new || old)
}

impl Format {
    const fn found(self) -> Found {
        match self {
            Format::Installer => Found::new("application/x-msi", "Windows installer", PROGRAM),
            Format::Message => Found::new("application/vnd.ms-outlook", "Outlook message", MESSAGE),
            Format::EncryptedPackage => Found::new(
                "application/vnd.openxmlformats-officedocument.encrypted",
                "encrypted Office document",
                ENCRYPTED.union(OFFICE),
            ),
            Format::Word => Found::new("application/msword", "Word document", OFFICE),
            Format::Excel => Found::new("application/vnd.ms-excel", "Excel workbook", OFFICE),
            Format::PowerPoint => Found::new(
                "application/vnd.ms-powerpoint",
                "PowerPoint presentation",
                OFFICE,
            ),
            Format::Visio => Found::new("application/vnd.visio", "Visio drawing", OFFICE),
            Format::Publisher => {
                Found::new("application/vnd.ms-publisher", "Publisher document", OFFICE)
            }
            Format::Project => Found::new("application/vnd.ms-project", "Project plan", OFFICE),
            Format::Hangul => Found::new("application/x-hwp", "Hangul document", OFFICE),
            Format::Thumbnails => Found::new(
                "application/x-ole-storage",
                "picture thumbnails",
                super::found::IMAGE,
            ),
        }
    }
}
