//! OpenDocument Text: paragraphs, headings, lists, tables, frames, notes, headers and footers. Comments, descriptions of
//! pictures and facts about the document are not part of what people see, and are not read.

mod styles;
mod walk;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::archive::Archive;
use crate::flow::FlowWriter;
use crate::span::Source;
use styles::Styles;
use walk::Part;

/// Reads the text of an ODT: headers first, then the body, footers last.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let mut archive = Archive::open(bytes)?;
    if archive
        .text("META-INF/manifest.xml")?
        .is_some_and(|text| text.contains("encryption-data"))
    {
        return Err(ReadFailure::Encrypted);
    }
    let content = archive.text("content.xml")?.ok_or(ReadFailure::Damaged)?;
    let shared = archive.text("styles.xml")?.unwrap_or_default();
    let mut styles = Styles::default();
    styles.collect(&shared);
    styles.collect(&content);
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 4);
    walk::walk(&shared, &styles, Part::Headers, &mut out);
    let sound = walk::walk(&content, &styles, Part::Body, &mut out);
    out.release_boxes();
    walk::walk(&shared, &styles, Part::Footers, &mut out);
    if out.full() {
        return Err(ReadFailure::TooLarge);
    }
    let mut source = out.finish();
    source.pictures = archive.names().iter().any(|name| name.starts_with("Pictures/"));
    if source.spans.is_empty() && !sound {
        return Err(ReadFailure::Damaged);
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use hiring_core::reading::ReadFailure;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn odt(styles: &str, body: &str) -> Vec<u8> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            file.start_file(name, SimpleFileOptions::default()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        part(
            "styles.xml",
            &format!("<office:document-styles>{styles}</office:document-styles>"),
        );
        part(
            "content.xml",
            &format!(
                "<office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
            ),
        );
        file.finish().unwrap().into_inner()
    }

    fn shown(styles: &str, body: &str) -> Vec<String> {
        let mut lines: Vec<(f32, String)> = Vec::new();
        for span in super::read(&odt(styles, body)).unwrap().spans {
            if span.hidden.is_some() {
                continue;
            }
            match lines.last_mut() {
                Some((y, text)) if *y == span.y => text.push_str(&span.text),
                _ => lines.push((span.y, span.text)),
            }
        }
        lines.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn tables_lists_and_frames_are_read_as_they_are_laid_out() {
        let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        let body = format!(
            "<text:p>Ada <draw:frame><svg:desc>never</svg:desc><draw:text-box><text:p>box</text:p></draw:text-box>\
             </draw:frame>Lovelace</text:p><table:table><table:table-row>{}{}</table:table-row></table:table>\
             <text:list><text:list-item><text:p>Counted</text:p><text:p>more</text:p></text:list-item></text:list>\
             <text:p>note<office:annotation><text:p>never</text:p></office:annotation></text:p>",
            cell("2019"),
            cell("Clerk")
        );
        assert_eq!(
            shown("", &body),
            ["Ada Lovelace", "box", "2019\tClerk", "• Counted", "more", "note"]
        );
    }

    #[test]
    fn deleted_and_hidden_text_does_not_count_and_white_does_on_a_dark_cell() {
        let styles = "<style:style style:name=\"W\"><style:text-properties fo:color=\"#ffffff\"/></style:style>\
            <style:style style:name=\"D\"><style:table-cell-properties fo:background-color=\"#112233\"/></style:style>";
        let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>\
            </text:changed-region></text:tracked-changes><text:p>Ada</text:p><text:p text:style-name=\"W\">secret</text:p>\
            <text:section text:display=\"none\"><text:p>secret</text:p></text:section>\
            <text:p><text:hidden-text text:string-value=\"x\">secret</text:hidden-text></text:p>\
            <table:table><table:table-row><table:table-cell table:style-name=\"D\"><text:p text:style-name=\"W\">shown</text:p>\
            </table:table-cell></table:table-row></table:table>";
        assert_eq!(shown(styles, body), ["Ada", "shown"]);
    }

    #[test]
    fn headers_stand_first_and_footers_last() {
        let page = "<office:master-styles><style:master-page><style:header><text:p>ada@example.org</text:p></style:header>\
            <style:footer><text:p>Leeds</text:p></style:footer></style:master-page></office:master-styles>";
        assert_eq!(
            shown(page, "<text:p>Ada</text:p>"),
            ["ada@example.org", "Ada", "Leeds"]
        );
    }

    #[test]
    fn nesting_without_end_is_read_and_a_broken_part_without_text_is_damaged() {
        let deep = "<table:table><table:table-row><table:table-cell><text:p><text:span>".repeat(10_000);
        let body = format!("{deep}deep");
        let source = super::read(&odt("", &body)).unwrap();
        assert_eq!(source.spans.len(), 1);
        assert_eq!(super::read(&odt("", "<!-- ")).unwrap_err(), ReadFailure::Damaged);
    }
}
