//! What the members of a ZIP archive make of it: an office document, a Java archive, an application, or just an archive.

use super::bytes::has;
use super::found::{ARCHIVE, Found, MACROS, OFFICE, PACKAGE};
use crate::kind::Kind;

/// What the member names of an archive tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Members(u32);

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
pub(super) enum Document {
    Text,
    Spreadsheet,
    Presentation,
    Other,
    Extension,
    Book,
    Picture,
    Hangul,
}

impl Members {
    fn set(&mut self, mark: Mark) {
        self.0 |= mark as u32;
    }

    fn has(self, mark: Mark) -> bool {
        self.0 & mark as u32 != 0
    }

    pub(super) fn and(self, other: Members) -> Members {
        Members(self.0 | other.0)
    }

    pub(super) fn add(&mut self, name: &[u8], flags: u16) {
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
    pub(super) fn of(media_type: &[u8]) -> Option<Document> {
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
pub(super) fn name(members: Members, document: Option<Document>) -> Found {
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
