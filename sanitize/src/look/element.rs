//! What the first element of a markup document makes of it.

use super::bytes::slice;
use super::found::{DRAWING, Found, HTML, MACROS, OFFICE, PROGRAM, SCRIPT, TEXT};

/// What stood before the first element.
#[derive(Debug, Default)]
pub(super) struct Prolog {
    /// An XML declaration.
    pub(super) xml: bool,
    /// The document type `html`.
    pub(super) html: bool,
    /// The instruction that opens it with an office program.
    pub(super) office: bool,
}

/// The words that stood anywhere, each once.
#[derive(Debug, Default)]
pub(super) struct Words(Vec<Word>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// `<script`
    Script,
    /// `<hta:application`
    Application,
    /// `<ms:script`, `<msxsl:script`
    StyleScript,
    /// `vbaProject.bin`, `editdata.mso`
    Macros,
}

impl Words {
    pub(super) fn add(&mut self, word: Word) {
        if !self.has(word) {
            self.0.push(word);
        }
    }

    pub(super) fn has(&self, word: Word) -> bool {
        self.0.contains(&word)
    }
}

/// Whether `word` stands in `text`.
pub(super) fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

/// What a browser shows.
pub(super) fn page() -> Found {
    Found::new("text/html", "HTML page", HTML)
}

/// XML that says nothing more.
pub(super) fn xml() -> Found {
    Found::new("text/xml", "XML document", TEXT)
}

/// What a document with this first tag (lower case) is.
pub(super) fn element(tag: &[u8], prolog: &Prolog, words: &Words) -> Option<Found> {
    let end = tag
        .iter()
        .position(|octet| octet.is_ascii_whitespace() || matches!(octet, b'/' | b'>'));
    let name = end.map_or(tag, |end| slice(tag, 0, end));
    let local = name
        .rsplit(|octet| *octet == b':')
        .next()
        .unwrap_or_default();
    let html = prolog.html || name == b"html" || local == b"html" && contains(tag, b"xhtml");
    match () {
        () if words.has(Word::Application) && (html || !prolog.xml) => {
            Some(Found::new("application/hta", "HTML application", SCRIPT))
        }
        () if local == b"svg" => Some(Found::new("image/svg+xml", "SVG drawing", DRAWING)),
        () if html || !prolog.xml && PAGE.contains(&name) => Some(page()),
        () => runnable(name, tag, words)
            .or_else(|| office(name, tag, prolog, words))
            .or_else(|| prolog.xml.then(xml)),
    }
}

/// XML that Windows runs when it is opened.
fn runnable(name: &[u8], tag: &[u8], words: &Words) -> Option<Found> {
    let script = |label| Some(Found::new("text/scriptlet", label, SCRIPT));
    let program = |label| Some(Found::new("application/x-ms-shortcut", label, PROGRAM));
    match name {
        b"job" | b"package" if words.has(Word::Script) => script("Windows script"),
        b"scriptlet" | b"component" if words.has(Word::Script) => {
            script("Windows script component")
        }
        b"public:component" => script("HTML component"),
        b"xsl:stylesheet" | b"stylesheet" | b"xsl:transform" if words.has(Word::StyleScript) => {
            script("XSL style sheet with script")
        }
        b"pcsettings" => program("Windows settings shortcut"),
        b"librarydescription" | b"searchconnectordescription" | b"persistedquery" => {
            program("Windows search or library")
        }
        b"mmc_consolefile" => program("Microsoft management console"),
        b"jnlp" => program("Java Web Start"),
        b"appinstaller" => program("Windows application installer"),
        b"asmv1:assembly" | b"assembly" if contains(tag, b"schemas-microsoft-com:asm") => {
            program("Windows application manifest")
        }
        b"task" if contains(tag, b"schemas.microsoft.com/windows/") => {
            program("Windows scheduled task")
        }
        _ => None,
    }
}

/// Office documents in one XML file.
fn office(name: &[u8], tag: &[u8], prolog: &Prolog, words: &Words) -> Option<Found> {
    let word = matches!(name, b"w:worddocument" | b"pkg:package");
    let excel = matches!(name, b"workbook" | b"ss:workbook")
        && contains(tag, b"schemas-microsoft-com:office");
    let open = name.starts_with(b"office:document");
    let kinds = if words.has(Word::Macros) || contains(tag, b"macrospresent=\"yes\"") {
        MACROS
    } else {
        OFFICE
    };
    match () {
        () if word => Some(Found::new(
            "application/msword",
            "Word document in XML",
            kinds,
        )),
        () if excel => Some(Found::new(
            "application/vnd.ms-excel",
            "Excel workbook in XML",
            kinds,
        )),
        () if open => Some(Found::new(
            "application/vnd.oasis.opendocument.text",
            "OpenDocument in XML",
            kinds,
        )),
        () => prolog.office.then_some(Found::new(
            "application/vnd.ms-office",
            "Office document in XML",
            kinds,
        )),
    }
}

/// First elements that make a browser's page of a file without further signs.
const PAGE: &[&[u8]] = &[
    b"html",
    b"head",
    b"body",
    b"title",
    b"meta",
    b"base",
    b"link",
    b"script",
    b"style",
    b"noscript",
    b"table",
    b"tbody",
    b"tr",
    b"td",
    b"div",
    b"span",
    b"p",
    b"br",
    b"hr",
    b"a",
    b"b",
    b"i",
    b"u",
    b"em",
    b"strong",
    b"font",
    b"center",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"img",
    b"iframe",
    b"frameset",
    b"frame",
    b"form",
    b"input",
    b"ul",
    b"ol",
    b"li",
    b"dl",
    b"pre",
    b"blockquote",
    b"object",
    b"embed",
    b"applet",
    b"video",
    b"audio",
    b"canvas",
    b"area",
    b"map",
    b"button",
    b"marquee",
    b"main",
    b"header",
    b"template",
];
