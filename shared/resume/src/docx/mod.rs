//! Word since 2007: body, tables, text boxes, headers and footers.

mod styles;
mod walk;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::archive::Archive;
use crate::flow::FlowWriter;
use crate::span::Source;
use styles::Styles;

/// Reads the text of a DOCX: headers first, then the body, footers last.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let mut archive = Archive::open(bytes)?;
    let body = archive.text("word/document.xml")?.ok_or(ReadFailure::Damaged)?;
    let styles = archive
        .text("word/styles.xml")?
        .map(|text| Styles::parse(&text))
        .unwrap_or_default();
    let mut names = archive.names();
    names.sort();
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 4);
    let mut seen: Vec<String> = Vec::new();
    let mut part = |archive: &mut Archive<'_>, kind: &str, out: &mut FlowWriter| -> Result<(), ReadFailure> {
        let wanted = names
            .iter()
            .filter(|n| n.starts_with(kind) && n.ends_with(".xml"))
            .take(12);
        for name in wanted {
            if let Some(text) = archive.text(name)?.filter(|text| !seen.contains(text)) {
                walk::walk(&text, &styles, out);
                seen.push(text);
            }
        }
        Ok(())
    };
    part(&mut archive, "word/header", &mut out)?;
    let sound = walk::walk(&body, &styles, &mut out);
    part(&mut archive, "word/footer", &mut out)?;
    if out.full() {
        return Err(ReadFailure::TooLarge);
    }
    let mut source = out.finish();
    source.pictures = names.iter().any(|name| name.starts_with("word/media/"));
    if source.spans.is_empty() && !sound {
        return Err(ReadFailure::Damaged);
    }
    Ok(source)
}
