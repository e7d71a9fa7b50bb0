//! Compound files (\[MS-CFB\]): office documents of the old sort, installers, and everything that embeds objects.
//!
//! Every stream is looked at, whatever it is called; those that say what a document does are read as well.

pub(super) mod native;
mod presentation;
mod vba;
mod workbook;

use crate::finding::Finding;
use crate::inside::compound::{Compound, MAGIC, Stream};
use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use crate::look;
use crate::map::{Member, Unread};
use std::io::Read;

/// Octets of a stream that are read to find out what a document does.
const TELLING: u64 = 16 << 20;

/// Opens every stream.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    head: &[u8],
) -> Walked {
    // Messages of Outlook are read by what knows their properties.
    if !head.starts_with(MAGIC) || container.detected == Some("application/vnd.ms-outlook") {
        return Ok(Opened::NotOne);
    }
    let mut document = match Compound::read(source, walk.budget.members_left()) {
        Ok(file) => Document { file },
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for finding in document.by_names() {
        walk.find(container, finding);
    }
    let streams = std::mem::take(&mut document.file.streams);
    for stream in &streams {
        document.stream(walk, container, stream)?;
    }
    let encrypted = container.content.contains(Kind::Encrypted);
    Ok(if encrypted {
        Opened::InPart(Unread::Encrypted)
    } else {
        Opened::unless(document.file.more.then_some(Unread::Limit))
    })
}

/// A document in a compound file.
struct Document<'a> {
    file: Compound<'a>,
}

impl Document<'_> {
    /// What the names of streams and storages tell.
    fn by_names(&self) -> Vec<Finding> {
        let storages = self.file.storages.iter().map(String::as_str);
        let streams = self.file.streams.iter().map(|stream| stream.name.as_str());
        let pooled = self.file.streams.iter().any(is_of_object);
        storages
            .chain(streams)
            .filter_map(by_name)
            .chain(pooled.then_some(Finding::EmbeddedObject))
            .collect()
    }

    /// Looks at one stream, and reads it if it says what the document does.
    fn stream(
        &mut self,
        walk: &mut Walk<'_>,
        container: &Container<'_>,
        stream: &Stream,
    ) -> Result<(), Stop> {
        if stream.name.eq_ignore_ascii_case("\u{1}Ole10Native") {
            return self.native(walk, container, stream);
        }
        self.tell(walk, container, stream)?;
        let names = vec![look::name(&stream.name)];
        let member = Member::new(container.path, names, "stream");
        match self.file.open(stream) {
            Ok(mut content) => walk.inner(container, member, &mut content),
            Err(error) => walk.closed(member, content_error(error)?),
        }
    }

    /// A file that was put into a document as it is.
    fn native(
        &mut self,
        walk: &mut Walk<'_>,
        container: &Container<'_>,
        stream: &Stream,
    ) -> Result<(), Stop> {
        walk.find(container, Finding::EmbeddedObject);
        let opened = self.file.open(stream).and_then(|mut content| {
            let package = foreign::call(|| native::Package::read(&mut content))?;
            Ok((content, package))
        });
        match opened {
            Ok((content, package)) => {
                let names = package.names.iter().map(|name| look::name(name)).collect();
                let member = Member::new(container.path, names, "object");
                walk.embedded(container, member, &mut content.take(package.size))
            }
            Err(error) => {
                let member = Member::new(container.path, Vec::new(), "object");
                walk.closed(member, content_error(error)?)
            }
        }
    }

    /// What is written in the streams that tell what a document does.
    fn tell(
        &mut self,
        walk: &mut Walk<'_>,
        container: &Container<'_>,
        stream: &Stream,
    ) -> Result<(), Stop> {
        let project = stream
            .within()
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("VBA"));
        let code = project || stream.name == "_VBA_PROJECT";
        let read = match stream.name.as_str() {
            _ if code => vba::findings,
            "Workbook" | "Book" => workbook::findings,
            "WordDocument" => fields,
            "PowerPoint Document" => {
                let content = self.file.start(stream, TELLING);
                return presentation::objects(walk, container, &content);
            }
            _ => return Ok(()),
        };
        for finding in read(&self.file.start(stream, TELLING)) {
            walk.find(container, finding);
        }
        Ok(())
    }
}

/// What an entry of that name stands for.
fn by_name(name: &str) -> Option<Finding> {
    match name {
        "_VBA_PROJECT" | "_VBA_PROJECT_CUR" | "PROJECTwm" => Some(Finding::Macro),
        "Package" => Some(Finding::EmbeddedObject),
        "\u{3}OCXNAME" | "\u{3}OCXDATA" => Some(Finding::ActiveX),
        _ => None,
    }
}

/// Whether a stream belongs to an object: those of a text document lie in a pool, those of a workbook each in a storage.
fn is_of_object(stream: &Stream) -> bool {
    let mut within = stream.within();
    within.any(|storage| storage == "ObjectPool" || storage.starts_with("MBD"))
}

/// Fields of a text document that ask another program: the code stands behind the character 0x13 (\[MS-DOC\], section
/// 2.8.25), in one octet or in two.
fn fields(document: &[u8]) -> Vec<Finding> {
    let asks = memchr::memchr_iter(0x13, document).any(|at| {
        let code = document.get(at..).unwrap_or_default();
        let code = code.iter().skip(1).take(64).filter(|octet| **octet != 0);
        let code: Vec<u8> = code.map(u8::to_ascii_uppercase).collect();
        code.trim_ascii_start().starts_with(b"DDE")
    });
    asks.then_some(Finding::Dde).into_iter().collect()
}
