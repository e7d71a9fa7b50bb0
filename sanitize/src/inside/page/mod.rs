//! Pages and drawings (HTML, SVG): what they do when they are shown, and the files that are written in them.
//!
//! Nothing is rendered and no tree is built: a sign counts wherever a browser may see it.

mod link;
mod seven;

use crate::finding::Finding;
use crate::inside::blob;
use crate::inside::container::Container;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::tags::{Tag, Tags, plain};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use link::Link;
use seven::Unfolded;
use std::io::{self, Read, SeekFrom};

/// Reads a page, and opens the files that are written in it.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    let page = container.kinds.contains(Kind::Html) || container.kinds.contains(Kind::ActiveHtml);
    if !page {
        return Ok(Opened::NotOne);
    }
    source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
    let mut page = Page::default();
    let read = page.read(&mut *source).and_then(|()| {
        if !page.folded {
            return Ok(());
        }
        source.seek(SeekFrom::Start(0))?;
        page.read(&mut Unfolded::new(&mut *source))
    });
    if let Err(error) = read {
        return content_error(error).map(Opened::InPart);
    }
    for finding in &page.found {
        walk.find(container, *finding);
    }
    let found = blob::open(walk, source, container)?;
    // What is hidden once more, by a key or in reverse, shows nothing: it is known by what is done with it.
    let opaque = page.offers_files && found.opaque;
    if page.makes_files && found.files > 0 || opaque {
        walk.find(container, Finding::Smuggling);
    }
    // A page is no container: that it holds nothing needs no words.
    Ok(if found.files > 0 {
        Opened::Whole
    } else {
        Opened::NotOne
    })
}

/// What a page does.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
struct Page {
    found: Vec<Finding>,
    /// Whether its script makes files out of data.
    makes_files: bool,
    /// Whether it hands them to the reader.
    offers_files: bool,
    link: Option<Link>,
    hidden: bool,
    /// Whether tags may be written in UTF-7.
    folded: bool,
}

/// How script makes a file and hands it to the reader.
const MAKES_FILES: &[&str] = &[
    "createObjectURL",
    "msSaveBlob",
    "msSaveOrOpenBlob",
    "new Blob",
    "new File",
    "navigator.msSave",
    "application/octet-stream",
    "atob(",
    "fromCharCode",
];
/// Which of these hand a file over, and nothing else.
const OFFERS_FILES: &[&str] = &["createObjectURL", "msSaveBlob", "msSaveOrOpenBlob"];
/// Styles of text that is not seen.
const UNSEEN: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "font-size:0",
    "opacity:0",
    "mso-hide:all",
    "max-height:0",
];

impl Page {
    fn read(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let mut tags = Tags::new(source);
        while let Some(tag) = tags.next()? {
            self.text(tag.text);
            self.tag(tag);
        }
        Ok(())
    }

    fn find(&mut self, finding: Finding) {
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Text between tags, script and styles as well.
    fn text(&mut self, text: &[u8]) {
        self.folded |= memchr::memmem::find(text, seven::SIGN).is_some();
        let read = !text.trim_ascii().is_empty();
        if std::mem::take(&mut self.hidden) && read {
            self.find(Finding::HiddenText);
        }
        if let Some(link) = &mut self.link {
            link.add(&plain(text));
        }
        let has = |sign: &&str| memchr::memmem::find(text, sign.as_bytes()).is_some();
        self.makes_files |= MAKES_FILES.iter().any(has);
        self.offers_files |= OFFERS_FILES.iter().any(has);
        if fetches(&String::from_utf8_lossy(text)) {
            self.find(Finding::ExternalResource);
        }
    }

    fn tag(&mut self, tag: Tag<'_>) {
        let name = tag.name().to_ascii_lowercase();
        match name.as_slice() {
            b"script" => self.find(Finding::Script),
            b"form" | b"isindex" => self.find(Finding::Form),
            b"meta" => self.meta(tag),
            b"img" | b"image" => self.picture(tag),
            b"/a" => self.link_ends(),
            b"a" | b"area" => {
                self.link_ends();
                self.link = tag.attribute("href").map(|href| Link::new(&href));
            }
            _ => {}
        }
        for (attribute, value) in tag.attributes() {
            self.attribute(&name, attribute, value);
        }
    }

    fn attribute(&mut self, element: &[u8], name: &[u8], value: &[u8]) {
        let name = name
            .rsplit(|octet| *octet == b':')
            .next()
            .unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let value = plain(value);
        if name.len() > 2 && name.starts_with("on") {
            self.find(Finding::EventHandler);
            self.makes_files |= MAKES_FILES.iter().any(|sign| value.contains(sign));
        }
        match name.as_str() {
            "style" => self.style(&value),
            "href" | "src" | "action" | "formaction" | "data" | "background" | "poster" | "to"
            | "from" | "values" | "srcset" => {
                let loads = !matches!(element, b"a" | b"area" | b"base" | b"form" | b"button");
                self.address(&value, loads && name != "action" && name != "formaction");
            }
            _ => {}
        }
    }

    /// An address: what scheme it has, and whether it is fetched when the page is shown.
    fn address(&mut self, address: &str, loads: bool) {
        let address: String = address
            .chars()
            .filter(|character| !character.is_whitespace() && !character.is_control())
            .collect();
        let lower = address.to_ascii_lowercase();
        if ["javascript:", "vbscript:", "livescript:"]
            .iter()
            .any(|scheme| lower.starts_with(scheme))
        {
            self.find(Finding::ScriptUrl);
        }
        if lower.starts_with("data:")
            && !["data:image/", "data:font/"]
                .iter()
                .any(|kind| lower.starts_with(kind))
        {
            self.find(Finding::DataUrl);
            self.makes_files = true;
        }
        if loads && leads_elsewhere(&lower) {
            self.find(Finding::ExternalResource);
        }
    }

    fn style(&mut self, style: &str) {
        let style: String = style
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let style = style.to_ascii_lowercase();
        if fetches(&style) {
            self.find(Finding::ExternalResource);
        }
        let unseen = UNSEEN.iter().any(|sign| {
            style.match_indices(sign).any(|(at, _)| {
                // `opacity:0.5` is seen, and so is `font-size:0.9em`.
                !style
                    .get(at.saturating_add(sign.len())..)
                    .unwrap_or_default()
                    .starts_with(['.', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            })
        });
        self.hidden |= unseen;
    }

    fn meta(&mut self, tag: Tag<'_>) {
        let refresh = tag
            .attribute("http-equiv")
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("refresh"));
        let content = tag
            .attribute("content")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if refresh && content.contains("url") {
            self.find(Finding::Refresh);
        }
    }

    /// A picture from elsewhere that nobody sees tells that the message was read.
    fn picture(&mut self, tag: Tag<'_>) {
        let tiny = |name| {
            let size = tag.attribute(name).unwrap_or_default();
            let size = size.trim().trim_end_matches("px");
            matches!(size, "0" | "1")
        };
        let style = tag
            .attribute("style")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let style: String = style
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let unseen = style.contains("display:none")
            || style.contains("width:1px")
            || style.contains("width:0");
        let source = tag
            .attribute("src")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if leads_elsewhere(&source) && (unseen || tiny("width") && tiny("height")) {
            self.find(Finding::Tracker);
        }
    }

    fn link_ends(&mut self) {
        if self.link.take().is_some_and(|link| link.misleads()) {
            self.find(Finding::MisleadingLink);
        }
    }
}

/// Whether a style sheet fetches something.
fn fetches(style: &str) -> bool {
    let mut places = style
        .match_indices("url(")
        .chain(style.match_indices("@import"));
    places.any(|(at, sign)| {
        let behind = style
            .get(at.saturating_add(sign.len())..)
            .unwrap_or_default();
        let behind = behind.trim_start_matches(|character: char| {
            character.is_whitespace() || matches!(character, '"' | '\'' | '(')
        });
        let behind = behind.strip_prefix("url(").unwrap_or(behind);
        leads_elsewhere(behind.trim_start_matches(['"', '\'']))
    })
}

fn leads_elsewhere(address: &str) -> bool {
    let address = address.trim_start();
    address.starts_with("http:")
        || address.starts_with("https:")
        || address.starts_with("//")
        || address.starts_with("ftp:")
}
