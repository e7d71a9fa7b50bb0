//! The files that a document is made of: Office Open XML (ECMA-376) and OpenDocument.

use super::biff12;
use super::sheet::is_formula;
use crate::finding::Finding;
use crate::inside::container::{Container, Place};
use crate::inside::host::Source;
use crate::inside::outcome::{Opened, Stop, Walked, content_error};
use crate::inside::tags::{self, Tag, Tags};
use crate::inside::walk::Walk;
use crate::kind::{Kind, Kinds};
use std::io::{self, SeekFrom};

/// Characters of the code of a field that are kept.
const CODE: usize = 4_096;

/// Reads a file of a document for what it makes the document do.
pub(in crate::inside) fn open(
    walk: &mut Walk<'_>,
    source: &mut dyn Source,
    container: &Container<'_>,
    _: &[u8],
) -> Walked {
    let Some(document) = container.package else {
        return Ok(Opened::NotOne);
    };
    for name in container.names {
        let name = name.text.to_ascii_lowercase().replace('\\', "/");
        for finding in by_name(&name) {
            walk.find_at(document, *finding);
        }
    }
    let runs = Kinds::from_iter([Kind::Executable, Kind::Script]);
    if container.kinds.intersects(runs) {
        walk.find_at(document, Finding::EmbeddedProgram);
    }
    let extensions = || container.names.iter().flat_map(|name| &name.extensions);
    if extensions().any(|extension| matches!(extension.as_str(), "xml" | "rels")) {
        source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
        if let Err(error) = read(walk, document, source) {
            return content_error(error).map(Opened::InPart);
        }
    }
    if extensions().any(|extension| extension == "bin") {
        source.seek(SeekFrom::Start(0)).map_err(Stop::Program)?;
        match biff12::findings(source) {
            Ok(found) => found
                .into_iter()
                .for_each(|finding| walk.find_at(document, finding)),
            Err(error) => return content_error(error).map(Opened::InPart),
        }
    }
    Ok(Opened::NotOne)
}

/// What a file of that name stands for.
fn by_name(name: &str) -> &'static [Finding] {
    let within = |folder: &str| name.starts_with(folder) || name.contains(&format!("/{folder}"));
    match name {
        _ if name.ends_with("vbaproject.bin") => &[Finding::Macro],
        _ if within("macrosheets/") => &[Finding::XlmMacro],
        _ if within("activex/") => &[Finding::ActiveX],
        _ if within("embeddings/") => &[Finding::EmbeddedObject],
        // OpenDocument keeps code in these folders, and objects in `Object 1` and the like.
        _ if name.starts_with("basic/") || name.starts_with("scripts/") => &[Finding::Macro],
        _ if name.starts_with("object ") => &[Finding::EmbeddedObject],
        _ => &[],
    }
}

/// Reads markup to its end.
pub(super) fn read(
    walk: &mut Walk<'_>,
    document: Place,
    source: &mut dyn Source,
) -> io::Result<()> {
    let mut tags = Tags::new(source);
    let mut field = Field::default();
    while let Some(tag) = tags.next()? {
        if let Some(finding) = by_tag(tag).or_else(|| field.tag(tag)) {
            walk.find_at(document, finding);
        }
    }
    Ok(())
}

/// What one tag makes the document do.
fn by_tag(tag: Tag<'_>) -> Option<Finding> {
    match tag.name() {
        b"Relationship" => relationship(tag),
        b"ddeLink" | b"dde-source" => Some(Finding::Dde),
        b"Cell" => {
            let formula = tag.attribute("formula")?;
            is_formula(formula.as_bytes()).then_some(Finding::Dde)
        }
        b"oleObject" | b"OLEObject" | b"object-ole" => Some(Finding::EmbeddedObject),
        b"control" if tag.attribute("clsid").is_some() => Some(Finding::ActiveX),
        b"event-listener" => by_itself(&tag.attribute("event-name")?),
        b"definedName" => by_itself(&tag.attribute("name")?),
        b"template" | b"plugin" | b"applet" => {
            let leads = leads_elsewhere(&tag.attribute("href")?);
            leads.then_some(Finding::ExternalTemplate)
        }
        _ => None,
    }
}

/// ECMA-376, part 2, section 9.3. What a reader has to click on is not counted.
fn relationship(tag: Tag<'_>) -> Option<Finding> {
    let kind = tag.attribute("type")?;
    let kind = kind.rsplit('/').next().unwrap_or_default();
    if !tag
        .attribute("targetmode")?
        .eq_ignore_ascii_case("external")
        || kind == "hyperlink"
    {
        return None;
    }
    let target = tag.attribute("target")?;
    match kind {
        "attachedTemplate" => leads_elsewhere(&target).then_some(Finding::ExternalTemplate),
        _ => leads_elsewhere(&target).then_some(Finding::ExternalLink),
    }
}

/// Whether an address leads to another machine, and not to a file that the author had.
fn leads_elsewhere(target: &str) -> bool {
    let target = target.trim().to_ascii_lowercase();
    let target = target.strip_prefix("mhtml:").unwrap_or(&target);
    let local = target.strip_prefix("file:").map_or(target, |path| {
        // `file:///c:/` is local, `file://host/` is not.
        path.strip_prefix("///").unwrap_or(path)
    });
    local.starts_with("//") || local.starts_with("\\\\") || local.contains("://")
}

/// Events and names at which code runs by itself.
pub(super) fn by_itself(name: &str) -> Option<Finding> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("_xlnm.").unwrap_or(&name);
    let known = [
        "auto_",
        "dom:load",
        "dom:unload",
        "office:open",
        "office:load",
        "on-open",
        "on-load",
    ];
    let runs = known.iter().any(|known| name.starts_with(known));
    runs.then_some(Finding::AutoOpen)
}

/// The code of the field that is being read, which may stand in pieces (ECMA-376, part 1, section 17.16).
#[derive(Default)]
struct Field {
    code: String,
    reading: bool,
}

impl Field {
    fn tag(&mut self, tag: Tag<'_>) -> Option<Finding> {
        if self.reading {
            let room = CODE.saturating_sub(self.code.len());
            let text = tags::plain(tag.text);
            self.code.extend(text.chars().take(room));
        }
        self.reading = false;
        match tag.name() {
            b"instrText" => self.reading = true,
            b"fldSimple" => return asks_a_program(&tag.attribute("instr")?),
            b"fldChar" => {
                let code = std::mem::take(&mut self.code);
                return asks_a_program(&code);
            }
            _ => {}
        }
        asks_a_program(&self.code)
    }
}

fn asks_a_program(code: &str) -> Option<Finding> {
    let code: String = code.chars().filter(|character| *character != '"').collect();
    let word = code.split_whitespace().next().unwrap_or_default();
    let word = word.to_ascii_uppercase();
    ["DDE", "DDEAUTO"]
        .contains(&word.as_str())
        .then_some(Finding::Dde)
}
