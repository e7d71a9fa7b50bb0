//! Markup: the first element of a document, however long the prolog before it, and a few words behind it that make it
//! run.
//!
//! Byte order marks and NULs are passed over, so that UTF-16 reads like ASCII.

use super::bytes::slice;
use super::found::{DRAWING, Found, HTML, MACROS, OFFICE, PROGRAM, SCRIPT, TEXT};
use super::window::{View, Window};

/// The longest word that is searched for, and a bit.
const AHEAD: usize = 32;
/// Octets of a tag that are kept: its name and the first attributes.
const TAG: usize = 512;

/// Watches for the first element and for words behind it.
#[derive(Debug, Default)]
pub(super) struct Markup {
    state: State,
    /// Octets that were seen of the mark, to pass over byte order marks at the start only.
    seen: u64,
    /// What stands between `<` and `>`, as far as it is kept.
    tag: Vec<u8>,
    /// Whether the internal subset of a document type declaration is open.
    subset: bool,
    prolog: Prolog,
    window: Window<AHEAD>,
    words: Words,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Before `<`; only blanks may come.
    #[default]
    Between,
    /// Behind `<`, up to `>`.
    Tag,
    /// Inside a comment, up to `-->`; how many octets of that were seen.
    Comment(u8),
    /// The first element was seen.
    Element,
    /// It is no markup.
    Other,
}

/// What stood before the first element.
#[derive(Debug, Default)]
struct Prolog {
    xml: bool,
    html: bool,
    office: bool,
}

/// The words that stood anywhere, each once.
#[derive(Debug, Default)]
struct Words(Vec<Word>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// `<script`
    Script,
    /// `<hta:application`
    Application,
    /// `<ms:script`, `<msxsl:script`
    StyleScript,
    /// `vbaProject.bin`, `editdata.mso`
    Macros,
}

impl Markup {
    /// Takes the next octets. What is no markup costs nothing more.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.state == State::Other {
            return;
        }
        if memchr::memchr(0, piece).is_none() {
            return self.narrow(piece);
        }
        for run in piece.split(|octet| *octet == 0) {
            self.narrow(run);
        }
    }

    /// What the document is, if it is markup of a known sort.
    pub(super) fn finish(self) -> Option<Found> {
        let Markup {
            state,
            tag,
            prolog,
            window,
            mut words,
            ..
        } = self;
        window.finish(|view| words.look(view));
        match state {
            State::Element => element(&tag.to_ascii_lowercase(), &prolog, &words),
            State::Other => None,
            _ if prolog.html => Some(page()),
            _ => prolog.xml.then(xml),
        }
    }

    fn narrow(&mut self, piece: &[u8]) {
        let words = &mut self.words;
        self.window.push(piece, |view| words.look(view));
        for octet in piece {
            if matches!(self.state, State::Element | State::Other) {
                break;
            }
            self.step(*octet);
        }
    }

    fn step(&mut self, octet: u8) {
        self.seen = self.seen.saturating_add(1);
        match (&self.state, octet) {
            (State::Between, b'<') => {
                self.tag.clear();
                self.subset = false;
                self.state = State::Tag;
            }
            (State::Between, octet) if octet.is_ascii_whitespace() || self.is_mark(octet) => {}
            (State::Between, _) => self.state = State::Other,
            (State::Tag, octet) => self.step_in_tag(octet),
            (State::Comment(dashes), b'-') => {
                self.state = State::Comment(dashes.saturating_add(1).min(2));
            }
            (State::Comment(2), b'>') => self.state = State::Between,
            (State::Comment(_), _) => self.state = State::Comment(0),
            (State::Element | State::Other, _) => {}
        }
    }

    fn step_in_tag(&mut self, octet: u8) {
        // `<!DOCTYPE svg [ <!ENTITY a "b"> ]>`: the end of a declaration inside another one is not its end.
        self.subset = match octet {
            b'[' => self.tag.starts_with(b"!"),
            b']' => false,
            _ => self.subset,
        };
        match octet {
            b'>' if !self.subset => self.end_tag(),
            _ if self.tag.is_empty() && !opens_tag(octet) => self.state = State::Other,
            _ if self.tag.len() < TAG => {
                self.tag.push(octet);
                if self.tag == b"!--" {
                    self.state = State::Comment(0);
                }
            }
            _ if !matches!(self.tag.first(), Some(b'!' | b'?')) => self.state = State::Element,
            _ => {}
        }
    }

    fn end_tag(&mut self) {
        self.state = State::Between;
        let lower = self.tag.to_ascii_lowercase();
        match lower.as_slice() {
            [b'?', rest @ ..] => {
                self.prolog.xml |= rest.starts_with(b"xml");
                self.prolog.office |=
                    rest.starts_with(b"mso-application") && !contains(rest, b"infopath");
            }
            [b'!', rest @ ..] => self.prolog.html |= rest.starts_with(b"doctype html"),
            _ => self.state = State::Element,
        }
    }

    /// Byte order marks of UTF-8 and UTF-16.
    fn is_mark(&self, octet: u8) -> bool {
        self.seen <= 3 && matches!(octet, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF)
    }
}

fn opens_tag(octet: u8) -> bool {
    octet.is_ascii_alphabetic() || matches!(octet, b'!' | b'?' | b'_')
}

impl Words {
    fn look(&mut self, view: View<'_>) {
        const TAGS: &[(&[u8], Word)] = &[
            (b"<script", Word::Script),
            (b"<hta:application", Word::Application),
            (b"<ms:script", Word::StyleScript),
            (b"<msxsl:script", Word::StyleScript),
        ];
        for position in view.find(b"<") {
            let text = view.from(position);
            let stands = |tag: &[u8]| slice(text, 0, tag.len()).eq_ignore_ascii_case(tag);
            if let Some((_, word)) = TAGS.iter().find(|(tag, _)| stands(tag)) {
                self.add(*word);
            }
        }
        let mut macros = view
            .find(b"vbaProject.bin")
            .chain(view.find(b"editdata.mso"));
        if macros.next().is_some() {
            self.add(Word::Macros);
        }
    }

    fn add(&mut self, word: Word) {
        if !self.has(word) {
            self.0.push(word);
        }
    }

    fn has(&self, word: Word) -> bool {
        self.0.contains(&word)
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

fn page() -> Found {
    Found::new("text/html", "HTML page", HTML)
}

fn xml() -> Found {
    Found::new("text/xml", "XML document", TEXT)
}

/// What a document with this first tag (lower case) is.
fn element(tag: &[u8], prolog: &Prolog, words: &Words) -> Option<Found> {
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
