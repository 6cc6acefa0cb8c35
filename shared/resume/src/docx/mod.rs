//! Word since 2007: body, tables, text boxes, headers, footers and notes. Comments, descriptions of pictures and facts
//! about the document are not part of what people see, and are not read.

mod fills;
mod looks;
mod parts;
mod styles;
mod walk;

use std::collections::HashSet;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::archive::Archive;
use crate::flow::FlowWriter;
use crate::span::Source;
use crate::xml::decode;
use styles::Styles;

/// Reads the text of a DOCX: headers first, then the body, notes and footers last.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let mut archive = Archive::open(bytes)?;
    let mut names = archive.names();
    names.sort();
    let document = parts::document(&mut archive, &names)?;
    let body = archive.bytes(&document)?.ok_or(ReadFailure::Damaged)?;
    let body = decode(&body);
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let settings = archive
        .text(&format!("{folder}/settings.xml"))?
        .unwrap_or_default();
    let page = parts::page_colour(&settings, &body);
    let parts = parts::around(&mut archive, &names, document, &settings, &body)?;
    let folder = parts.document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let styles = archive
        .bytes(&format!("{folder}/styles.xml"))?
        .unwrap_or_default();
    let styles = decode(&styles);
    let styles = Styles::parse(&styles);
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 4);
    let mut seen = HashSet::new();
    let mut others = |archive: &mut Archive<'_>, names: &[String], out: &mut FlowWriter| {
        for name in names {
            if let Some(text) = archive.text(name)?.filter(|text| seen.insert(without_tags(text))) {
                walk::walk(&text, &styles, page, out);
            }
        }
        Ok::<(), ReadFailure>(())
    };
    others(&mut archive, &parts.headers, &mut out)?;
    let sound = walk::walk(&body, &styles, page, &mut out);
    out.release_boxes();
    others(&mut archive, &parts.notes, &mut out)?;
    others(&mut archive, &parts.footers, &mut out)?;
    if out.full() {
        return Err(ReadFailure::TooLarge);
    }
    let mut source = out.finish();
    source.pictures = names.iter().any(|name| name.contains("/media/"));
    if source.spans.is_empty() && !sound {
        return Err(ReadFailure::Damaged);
    }
    Ok(source)
}

/// What stands between the tags: parts that differ only in them say the same twice.
fn without_tags(text: &str) -> String {
    let after = text
        .split('<')
        .map(|piece| piece.split_once('>').map_or("", |(_, after)| after));
    after.collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn lines(body: &str) -> Vec<String> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        file.start_file("word/document.xml", SimpleFileOptions::default())
            .unwrap();
        write!(file, "<w:document><w:body>{body}</w:body></w:document>").unwrap();
        let bytes = file.finish().unwrap().into_inner();
        let spans = super::read(&bytes).unwrap().spans;
        spans.into_iter().map(|span| span.text).collect()
    }

    const PARAGRAPH: &str = "<w:p><w:r><w:t>x</w:t></w:r></w:p>";

    #[test]
    fn a_hundred_thousand_tables_are_read() {
        let table = format!("<w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr></w:tbl>");
        assert_eq!(lines(&table.repeat(100_000)).len(), 100_000);
    }

    #[test]
    fn ten_thousand_tables_or_boxes_in_each_other_are_read_as_lines() {
        let open = "<w:tbl><w:tr><w:tc>".repeat(10_000);
        let close = "</w:tc></w:tr></w:tbl>".repeat(10_000);
        assert_eq!(lines(&format!("{open}{PARAGRAPH}{close}{PARAGRAPH}")), ["x", "x"]);
        let boxes = "<w:p><w:r><w:txbxContent>".repeat(10_000);
        assert_eq!(lines(&format!("{boxes}{PARAGRAPH}")), ["x"]);
    }
}
