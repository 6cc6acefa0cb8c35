//! What of a Word document people see.

use std::io::{Cursor, Write};

use hiring_core::reading::ReadFailure;
use hiring_resume::sniff;
use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::read_bytes;

/// A zip file of these parts.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // Text documents are told by this part, which their standard wants as it is.
        let method = match *name {
            "mimetype" => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        file.start_file(*name, options).unwrap();
        file.write_all(bytes).unwrap();
    }
    file.finish().unwrap().into_inner()
}

pub fn document(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body>{body}</w:body></w:document>"
    )
}

pub fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let body = document(body);
    let mut parts = vec![("word/document.xml", body.as_bytes())];
    parts.extend(others.iter().map(|(name, text)| (*name, text.as_bytes())));
    zipped(&parts)
}

pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn text(bytes: &[u8]) -> String {
    read_bytes(bytes)
        .unwrap_or_else(|failure| panic!("{}", failure.code()))
        .visible_text
}

#[test]
fn headings_are_told_by_the_names_of_styles_in_any_language_and_get_no_bullet() {
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"berschrift1\"><w:name w:val=\"heading 1\"/>\
                  <w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>\
                  <w:style w:type=\"paragraph\" w:styleId=\"Liste\"><w:name w:val=\"List Bullet\"/></w:style></w:styles>";
    let styled = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let body = [
        styled("berschrift1", "Kenntnisse"),
        styled("Liste", "Rust"),
        paragraph("Go"),
    ]
    .concat();
    let file = docx(&body, &[("word/styles.xml", styles)]);
    assert_eq!(text(&file), "Kenntnisse\n• Rust\nGo");
}

#[test]
fn tracked_deletions_and_instructions_of_fields_are_not_shown_and_insertions_are() {
    let body = "<w:p><w:ins><w:r><w:t>Ada </w:t></w:r></w:ins><w:del><w:r><w:delText>Eve</w:delText></w:r></w:del>\
                <w:r><w:instrText>HYPERLINK \"https://hidden.example\"</w:instrText></w:r>\
                <w:hyperlink><w:r><w:t>Lovelace</w:t></w:r></w:hyperlink><w:sdt><w:sdtContent><w:r><w:tab/><w:t>Leeds</w:t></w:r>\
                </w:sdtContent></w:sdt></w:p>";
    assert_eq!(text(&docx(body, &[])), "Ada Lovelace\tLeeds");
}

#[test]
fn a_text_box_is_read_once_and_leaves_the_paragraph_around_it_whole() {
    let inside = paragraph("07700 900123");
    let body = format!(
        "<w:p><w:r><w:t xml:space=\"preserve\">Ada </w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">\
         <w:txbxContent>{inside}</w:txbxContent></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{inside}</w:txbxContent>\
         </w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Lovelace</w:t></w:r></w:p>{}",
        paragraph("Analyst")
    );
    assert_eq!(text(&docx(&body, &[])), "Ada Lovelace\n07700 900123\nAnalyst");
}

#[test]
fn only_headers_that_a_section_shows_are_read() {
    let relations = "<Relationships>\
        <Relationship Id=\"a\" Type=\"http://x/header\" Target=\"header1.xml\"/>\
        <Relationship Id=\"b\" Type=\"http://x/header\" Target=\"header2.xml\"/>\
        <Relationship Id=\"c\" Type=\"http://x/footer\" Target=\"footer1.xml\"/></Relationships>";
    let body = format!(
        "{}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"a\"/><w:headerReference w:type=\"even\" r:id=\"b\"/>\
         <w:footerReference w:type=\"default\" r:id=\"c\"/></w:sectPr>",
        paragraph("Ada Lovelace")
    );
    let part = |text: &str| format!("<w:hdr>{}</w:hdr>", paragraph(text));
    let (shown, even, unused, footer) = (
        part("ada@example.org"),
        part("even"),
        part("unused"),
        part("Leeds"),
    );
    let file = docx(
        &body,
        &[
            ("word/_rels/document.xml.rels", relations),
            ("word/header1.xml", &shown),
            ("word/header2.xml", &even),
            ("word/header3.xml", &unused),
            ("word/footer1.xml", &footer),
        ],
    );
    assert_eq!(text(&file), "ada@example.org\nAda Lovelace\nLeeds");
}

#[test]
fn white_text_is_hidden_on_paper_and_shown_on_a_dark_cell_or_shape() {
    let white = |text: &str| {
        format!("<w:p><w:r><w:rPr><w:color w:val=\"FDFDFD\"/></w:rPr><w:t>{text}</w:t></w:r></w:p>")
    };
    let cell = |fill: &str, text: &str| {
        format!(
            "<w:tc><w:tcPr><w:shd w:fill=\"{fill}\"/></w:tcPr>{}</w:tc>",
            white(text)
        )
    };
    let shape = format!(
        "<w:p><w:r><wps:wsp><wps:spPr><a:solidFill><a:srgbClr val=\"1F3864\"/></a:solidFill></wps:spPr>\
         <wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp></w:r></w:p>",
        white("boxed")
    );
    let body = [
        paragraph("Ada"),
        white("on paper"),
        format!(
            "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
            cell("222222", "dark"),
            cell("FFFFFF", "light")
        ),
        shape,
    ]
    .concat();
    assert_eq!(text(&docx(&body, &[])), "Ada\ndark\nboxed");
}

#[test]
fn other_names_spellings_and_encodings_of_parts_are_read() {
    let body = document(&paragraph("Zoë Müller"));
    let wide: Vec<u8> = format!("\u{feff}{body}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let strict = body.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    );
    for parts in [
        vec![("word/document.xml", wide.as_slice())],
        vec![("word/document2.xml", strict.as_bytes())],
        vec![
            ("../../etc/passwd", b"root".as_slice()),
            (
                "[Content_Types].xml",
                b"<Types><Default Extension=\"xml\" ContentType=\"image/png\"/></Types>",
            ),
            ("word/document.xml", body.as_bytes()),
        ],
    ] {
        assert_eq!(text(&zipped(&parts)), "Zoë Müller");
    }
}

#[test]
fn a_document_of_pictures_alone_is_told_so_and_one_without_a_body_is_damaged() {
    let picture = docx(
        "<w:p><w:r><w:drawing/></w:r></w:p>",
        &[("word/media/image1.png", "png")],
    );
    assert_eq!(read_bytes(&picture).unwrap_err(), ReadFailure::ImageOnly);
    let styles = zipped(&[("word/document.xml", b"<w:document"), ("word/styles.xml", b"")]);
    assert_eq!(read_bytes(&styles).unwrap_err(), ReadFailure::Damaged);
    assert_eq!(sniff(&zipped(&[("word/styles.xml", b"<w:styles/>")])), None);
}

#[test]
fn entities_are_neither_expanded_nor_fetched() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE w:document [<!ENTITY a \"aaaaaaaaaa\">");
    for (of, name) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        let ten = format!("&{of};").repeat(10);
        bomb.push_str(&format!("<!ENTITY {name} \"{ten}\">"));
    }
    bomb.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]><w:document><w:body>");
    bomb.push_str(&paragraph("Ada &i;&file; Lovelace"));
    bomb.push_str("</w:body></w:document>");
    assert_eq!(
        text(&zipped(&[("word/document.xml", bomb.as_bytes())])),
        "Ada Lovelace"
    );
}

#[test]
fn a_part_that_unpacks_to_more_than_any_resume_is_too_large() {
    let blanks = vec![b' '; 30_000_000];
    let file = zipped(&[("word/document.xml", &blanks)]);
    assert!(file.len() < 100_000);
    assert_eq!(read_bytes(&file).unwrap_err(), ReadFailure::TooLarge);
}
