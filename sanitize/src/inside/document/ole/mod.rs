//! Compound files (\[MS-CFB\]): office documents of the old sort, installers, and everything that embeds objects.
//!
//! Every stream is looked at, whatever it is called; those that say what a document does are read as well.

mod native;
mod presentation;
mod vba;
mod workbook;

use crate::finding::Finding;
use crate::inside::container::Container;
use crate::inside::foreign;
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::walk::Walk;
use crate::kind::Kind;
use crate::look;
use crate::map::{Member, Unread};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The first octets.
const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Octets of a stream that are read to find out what a document does.
const TELLING: u64 = 16 << 20;

/// A compound file, read by a reader that may fail.
type File<'a> = cfb::CompoundFile<&'a mut dyn Source>;

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
    let mut document = match Document::read(source, walk.budget.members_left()) {
        Ok(document) => document,
        Err(error) => return content_error(error).map(Opened::InPart),
    };
    for finding in document.by_names() {
        walk.find(container, finding);
    }
    let streams = std::mem::take(&mut document.streams);
    for stream in &streams {
        document.stream(walk, container, stream)?;
    }
    let encrypted = container.content.contains(Kind::Encrypted);
    Ok(if encrypted {
        Opened::InPart(Unread::Encrypted)
    } else {
        Opened::unless(document.more.then_some(Unread::Limit))
    })
}

/// A compound file and what is in it.
struct Document<'a> {
    file: File<'a>,
    streams: Vec<Stream>,
    storages: Vec<String>,
    /// Whether it holds more than may be opened.
    more: bool,
}

struct Stream {
    path: PathBuf,
    name: String,
    /// The storage that it lies in.
    within: String,
}

impl Stream {
    /// Whether it belongs to an object: those of a text document lie in a pool, those of a workbook each in a storage.
    fn is_of_object(&self) -> bool {
        let mut above = self.path.parent().into_iter().flat_map(Path::components);
        above.any(|step| {
            let step = step.as_os_str().to_string_lossy();
            step == "ObjectPool" || step.starts_with("MBD")
        })
    }
}

impl<'a> Document<'a> {
    fn read(source: &'a mut dyn Source, most: usize) -> io::Result<Self> {
        foreign::call(|| {
            let file = cfb::CompoundFile::open(source)?;
            let mut document = Document {
                streams: Vec::new(),
                storages: Vec::new(),
                more: false,
                file,
            };
            for entry in document.file.walk() {
                document.more = document.streams.len() + document.storages.len() >= most;
                if document.more {
                    break;
                }
                let name = entry.name().to_owned();
                if entry.is_stream() {
                    document.streams.push(Stream {
                        path: entry.path().to_owned(),
                        within: parent(entry.path()),
                        name,
                    });
                } else {
                    document.storages.push(name);
                }
            }
            Ok(document)
        })
    }

    /// What the names of streams and storages tell.
    fn by_names(&self) -> Vec<Finding> {
        let storages = self.storages.iter().map(String::as_str);
        let streams = self.streams.iter().map(|stream| stream.name.as_str());
        let pooled = self.streams.iter().any(Stream::is_of_object);
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
        match foreign::call(|| self.file.open_stream(&stream.path)) {
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
        let opened = foreign::call(|| {
            let mut content = self.file.open_stream(&stream.path)?;
            let package = native::Package::read(&mut content)?;
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
        let code = stream.within.eq_ignore_ascii_case("VBA") || stream.name == "_VBA_PROJECT";
        let read = match stream.name.as_str() {
            _ if code => vba::findings,
            "Workbook" | "Book" => workbook::findings,
            "WordDocument" => fields,
            "PowerPoint Document" => {
                let content = self.telling(&stream.path);
                return presentation::objects(walk, container, &content);
            }
            _ => return Ok(()),
        };
        for finding in read(&self.telling(&stream.path)) {
            walk.find(container, finding);
        }
        Ok(())
    }

    /// The start of a stream, as far as it can be read.
    fn telling(&mut self, path: &Path) -> Vec<u8> {
        let mut content = Vec::new();
        let read = foreign::call(|| {
            let stream = self.file.open_stream(path)?;
            stream.take(TELLING).read_to_end(&mut content)
        });
        // What is damaged is noted when the stream is looked at.
        drop(read);
        content
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

fn parent(path: &Path) -> String {
    let parent = path.parent().and_then(Path::file_name);
    parent.unwrap_or_default().to_string_lossy().into_owned()
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
