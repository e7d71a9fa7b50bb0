//! ZIP archives and what is built on them: where the members begin, what they are called and whether they are encrypted.
//!
//! The central directory at the end says what most programs see. Local headers are followed as far as they say where
//! the next one begins; those met by search alone may lie inside a member (an archive in an archive) and count only
//! where no directory was found.

use super::bytes::{has, index, slice, u8_at, u16_le, u32_le};
use super::found::{ARCHIVE, Found, MACROS, OFFICE, PACKAGE};
use super::window::{View, Window};
use crate::kind::Kind;

/// A central header and the start of the member's name.
const AHEAD: usize = 320;
/// What may follow the end record, its comment included: programs search so far back.
const TRAILER: u64 = 66_000;
const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Watches for the headers of a ZIP archive, wherever they are.
#[derive(Debug, Default)]
pub(super) struct Zip {
    window: Window<AHEAD>,
    headers: Headers,
}

/// What was seen of an archive.
#[derive(Debug, Default)]
struct Headers {
    /// Local headers that stand where the one before said.
    chained: Members,
    /// Local headers that were met by search.
    met: Members,
    /// The latest run of central headers, and where it begins and ends.
    directory: Members,
    directory_at: u64,
    directory_end: u64,
    /// Where the next local header should begin; none before the first, or if the last one did not say.
    next: Option<u64>,
    /// Where the archive ends by its end record, if that fits the directory.
    end: Option<u64>,
    /// What the member `mimetype` says, if it is the first one (`OpenDocument`, EPUB).
    document: Option<Document>,
}

/// What the member names of an archive tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Members(u32);

/// One mark that a member name leaves.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
enum Mark {
    Any = 1,
    Encrypted = 1 << 1,
    Macro = 1 << 2,
    ContentTypes = 1 << 3,
    Word = 1 << 4,
    Excel = 1 << 5,
    PowerPoint = 1 << 6,
    Visio = 1 << 7,
    Paper = 1 << 8,
    Java = 1 << 9,
    Android = 1 << 10,
    Windows = 1 << 11,
    OpenDocument = 1 << 12,
    IWork = 1 << 13,
    Extension = 1 << 14,
    Hangul = 1 << 15,
    Ios = 1 << 16,
    PlainMember = 1 << 17,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    Text,
    Spreadsheet,
    Presentation,
    Other,
    Extension,
    Book,
    Picture,
    Hangul,
}

impl Zip {
    /// Takes the next octets.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let headers = &mut self.headers;
        self.window.push(piece, |view| headers.look(view));
    }

    /// What the archive is. `starts` tells whether the content starts like one; else only an archive that ends where
    /// the content of `size` octets ends is believed, or nearly so if `loose`.
    pub(super) fn finish(self, starts: bool, loose: bool, size: u64) -> Option<Found> {
        let mut headers = self.headers;
        self.window.finish(|view| headers.look(view));
        let slack = if loose { TRAILER } else { 0 };
        let ends = headers
            .end
            .is_some_and(|end| end <= size && size.saturating_sub(end) <= slack);
        if !starts && !ends {
            return None;
        }
        let members = match headers.end {
            Some(_) => headers.directory.and(headers.chained),
            None => headers.chained.and(headers.met).and(headers.directory),
        };
        Some(name(members, headers.document))
    }
}

impl Headers {
    fn look(&mut self, view: View<'_>) {
        for position in view.find(b"PK") {
            let header = view.from(position);
            let at = view.offset(position);
            if header.starts_with(LOCAL) {
                self.local(header, at);
            } else if header.starts_with(CENTRAL) {
                self.central(header, at);
            } else if header.starts_with(END) {
                self.end(header, at);
            }
        }
    }

    fn local(&mut self, header: &[u8], at: u64) {
        let Some((flags, name, extra)) = fixed_part(header, 6, 26, 30) else {
            return;
        };
        let first = self.chained == Members::default() && self.met == Members::default();
        let chained = first || self.next == Some(at);
        let members = if chained {
            &mut self.chained
        } else {
            &mut self.met
        };
        members.add(name, flags);
        if first && name == b"mimetype" {
            self.document = Document::of(slice(header, 38_usize.saturating_add(extra), 80));
        }
        if chained {
            self.next = next_local(header, flags, at);
        }
    }

    fn central(&mut self, header: &[u8], at: u64) {
        let Some((flags, name, extra)) = fixed_part(header, 8, 28, 46) else {
            return;
        };
        if at != self.directory_end {
            self.directory = Members::default();
            self.directory_at = at;
        }
        self.directory.add(name, flags);
        let comment = u16_le(header, 32).unwrap_or_default();
        let name_length = u16_le(header, 28).unwrap_or_default();
        let length = [46, u64::from(name_length), extra as u64, u64::from(comment)];
        self.directory_end = length
            .iter()
            .fold(at, |sum, part| sum.saturating_add(*part));
    }

    /// The end record counts if the directory that it tells of lies right before it. In ZIP64 two more records lie between.
    fn end(&mut self, header: &[u8], at: u64) {
        let fields = (u32_le(header, 12), u16_le(header, 20), u16_le(header, 10));
        let (Some(length), Some(comment), Some(entries)) = fields else {
            return;
        };
        let empty = entries == 0 && length == 0;
        let fits = at.checked_sub(u64::from(length)) == Some(self.directory_at)
            || at.saturating_sub(self.directory_end) == 76;
        if empty || (fits && self.directory_end <= at && self.directory != Members::default()) {
            self.end = Some(at.saturating_add(22).saturating_add(u64::from(comment)));
        }
    }
}

/// Flags, name and length of the extra field of a header whose name length stands at `lengths` and whose fixed part has
/// `fixed` octets; none if it cannot be a header.
fn fixed_part(
    header: &[u8],
    flags: usize,
    lengths: usize,
    fixed: usize,
) -> Option<(u16, &[u8], usize)> {
    let method = u16_le(header, flags.saturating_add(2))?;
    let version = u8_at(header, flags.saturating_sub(2))?;
    let name_length = u16_le(header, lengths)?;
    let extra = u16_le(header, lengths.saturating_add(2))?;
    if method > 99 || version > 100 || name_length > 4_096 {
        return None;
    }
    Some((
        u16_le(header, flags)?,
        slice(header, fixed, index(name_length)),
        index(extra),
    ))
}

/// Where the header behind this member stands, if its header says how long the member is.
fn next_local(header: &[u8], flags: u16, at: u64) -> Option<u64> {
    let length = u32_le(header, 18).filter(|length| flags & 8 == 0 && *length != u32::MAX)?;
    let parts = [
        30,
        u64::from(length),
        u64::from(u16_le(header, 26)?),
        u64::from(u16_le(header, 28)?),
    ];
    Some(parts.iter().fold(at, |sum, part| sum.saturating_add(*part)))
}

impl Members {
    fn set(&mut self, mark: Mark) {
        self.0 |= mark as u32;
    }

    fn has(self, mark: Mark) -> bool {
        self.0 & mark as u32 != 0
    }

    fn and(self, other: Members) -> Members {
        Members(self.0 | other.0)
    }

    fn add(&mut self, name: &[u8], flags: u16) {
        self.set(Mark::Any);
        if flags & 1 != 0 {
            self.set(Mark::Encrypted);
        }
        let name = name.to_ascii_lowercase();
        let mark = mark_of(&name);
        if let Some(mark) = mark {
            self.set(mark);
        }
        if name.ends_with(b"vbaproject.bin")
            || name.starts_with(b"xl/macrosheets/")
            || is_open_macro(&name)
        {
            self.set(Mark::Macro);
        }
        if mark.is_none() && !name.contains(&b'/') {
            self.set(Mark::PlainMember);
        }
    }
}

/// `OpenDocument` keeps Basic and other scripts in these folders.
fn is_open_macro(name: &[u8]) -> bool {
    name.starts_with(b"basic/") && name.ends_with(b".xml")
        || name.starts_with(b"scripts/") && !name.ends_with(b"/")
}

/// What one member name, in lower case, tells of the archive.
fn mark_of(name: &[u8]) -> Option<Mark> {
    const NAMES: &[(&[u8], Mark)] = &[
        (b"[content_types].xml", Mark::ContentTypes),
        (b"word/document.xml", Mark::Word),
        (b"xl/workbook.xml", Mark::Excel),
        (b"xl/workbook.bin", Mark::Excel),
        (b"ppt/presentation.xml", Mark::PowerPoint),
        (b"visio/document.xml", Mark::Visio),
        (b"fixeddocseq.fdseq", Mark::Paper),
        (b"fixeddocumentsequence.fdseq", Mark::Paper),
        (b"meta-inf/manifest.mf", Mark::Java),
        (b"androidmanifest.xml", Mark::Android),
        (b"classes.dex", Mark::Android),
        (b"appxmanifest.xml", Mark::Windows),
        (b"appxblockmap.xml", Mark::Windows),
        (b"appxmetadata/appxbundlemanifest.xml", Mark::Windows),
        (b"meta-inf/manifest.xml", Mark::OpenDocument),
        (b"index/document.iwa", Mark::IWork),
        (b"index/tables/datalist.iwa", Mark::IWork),
        (b"index.zip", Mark::IWork),
        (b"meta-inf/mozilla.rsa", Mark::Extension),
        (b"extension.vsixmanifest", Mark::Extension),
        (b"install.rdf", Mark::Extension),
        (b"contents/content.hpf", Mark::Hangul),
    ];
    let exact = NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, mark)| *mark);
    let folder = || match name {
        _ if name.ends_with(b".class") => Some(Mark::Java),
        _ if name.starts_with(b"word/") => Some(Mark::Word),
        _ if name.starts_with(b"xl/") => Some(Mark::Excel),
        _ if name.starts_with(b"ppt/") => Some(Mark::PowerPoint),
        _ if name.starts_with(b"visio/") => Some(Mark::Visio),
        _ if name.starts_with(b"payload/")
            && has(name, name.len().saturating_sub(15), b".app/info.plist") =>
        {
            Some(Mark::Ios)
        }
        _ => None,
    };
    exact.or_else(folder)
}

impl Document {
    /// From the content of the member `mimetype`.
    fn of(media_type: &[u8]) -> Option<Document> {
        let rest = media_type.strip_prefix(b"application/");
        let Some(rest) = rest else {
            return media_type
                .starts_with(b"image/openraster")
                .then_some(Document::Picture);
        };
        let open = rest
            .strip_prefix(b"vnd.oasis.opendocument.")
            .or_else(|| rest.strip_prefix(b"vnd.sun.xml."));
        Some(match open {
            Some(kind) if kind.starts_with(b"text") || kind.starts_with(b"writer") => {
                Document::Text
            }
            Some(kind) if kind.starts_with(b"spreadsheet") || kind.starts_with(b"calc") => {
                Document::Spreadsheet
            }
            Some(kind) if kind.starts_with(b"presentation") || kind.starts_with(b"impress") => {
                Document::Presentation
            }
            Some(_) => Document::Other,
            None if rest.starts_with(b"epub+zip") => Document::Book,
            None if rest.starts_with(b"hwp+zip") => Document::Hangul,
            None if rest.starts_with(b"vnd.openofficeorg.extension") => Document::Extension,
            None if rest.starts_with(b"x-krita") => Document::Picture,
            None => return None,
        })
    }

    const fn found(self) -> Found {
        match self {
            Document::Text => Found::new(
                "application/vnd.oasis.opendocument.text",
                "OpenDocument text",
                OFFICE,
            ),
            Document::Spreadsheet => Found::new(
                "application/vnd.oasis.opendocument.spreadsheet",
                "OpenDocument spreadsheet",
                OFFICE,
            ),
            Document::Presentation => Found::new(
                "application/vnd.oasis.opendocument.presentation",
                "OpenDocument presentation",
                OFFICE,
            ),
            Document::Other => Found::new(
                "application/vnd.oasis.opendocument.graphics",
                "OpenDocument",
                OFFICE,
            ),
            Document::Extension => Found::new(
                "application/vnd.openofficeorg.extension",
                "LibreOffice extension",
                MACROS,
            ),
            Document::Book => Found::new("application/epub+zip", "EPUB book", OFFICE),
            Document::Picture => {
                Found::new("image/openraster", "layered picture", super::found::IMAGE)
            }
            Document::Hangul => {
                Found::new("application/vnd.hancom.hwpx", "Hangul document", OFFICE)
            }
        }
    }
}

/// What an archive with these members is.
fn name(members: Members, document: Option<Document>) -> Found {
    let found = program(members)
        .or_else(|| document.map(Document::found))
        .or_else(|| office(members));
    let mut found = found.unwrap_or(Found::new("application/zip", "ZIP archive", ARCHIVE));
    if members.has(Mark::Macro) {
        found.kinds.remove(Kind::Office);
        found = found.and(Kind::MacroOffice);
    }
    if members.has(Mark::Encrypted) {
        found.and(Kind::Encrypted)
    } else {
        found
    }
}

fn program(members: Members) -> Option<Found> {
    let has = |mark| members.has(mark);
    Some(match () {
        () if has(Mark::Android) => Found::new(
            "application/vnd.android.package-archive",
            "Android application",
            PACKAGE,
        ),
        () if has(Mark::Windows) => Found::new(
            "application/vnd.ms-appx",
            "Windows application package",
            PACKAGE,
        ),
        () if has(Mark::Extension) => {
            Found::new("application/x-xpinstall", "program extension", PACKAGE)
        }
        () if has(Mark::Java) => Found::new("application/java-archive", "Java archive", PACKAGE),
        () if has(Mark::Ios) => Found::new("application/x-ios-app", "iOS application", PACKAGE),
        () => return None,
    })
}

/// Office formats of Microsoft keep to their folders: with a loose file beside them it is an archive as well.
fn office(members: Members) -> Option<Found> {
    let found = document(members)?;
    let loose = members.has(Mark::ContentTypes) && members.has(Mark::PlainMember);
    Some(if loose {
        found.and(Kind::Archive)
    } else {
        found
    })
}

fn document(members: Members) -> Option<Found> {
    let has = |mark| members.has(mark);
    let open = has(Mark::ContentTypes);
    Some(match () {
        () if open && has(Mark::Word) => Found::new(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word document",
            OFFICE,
        ),
        () if open && has(Mark::Excel) => Found::new(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Excel workbook",
            OFFICE,
        ),
        () if open && has(Mark::PowerPoint) => Found::new(
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "PowerPoint presentation",
            OFFICE,
        ),
        () if open && has(Mark::Visio) => {
            Found::new("application/vnd.ms-visio.drawing", "Visio drawing", OFFICE)
        }
        () if has(Mark::Paper) => {
            Found::new("application/vnd.ms-xpsdocument", "XPS document", OFFICE)
        }
        () if has(Mark::OpenDocument) => Document::Other.found(),
        () if has(Mark::Hangul) => Document::Hangul.found(),
        () if has(Mark::IWork) => {
            Found::new("application/vnd.apple.pages", "iWork document", OFFICE)
        }
        () => return None,
    })
}
