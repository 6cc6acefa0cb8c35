//! Office files: bombs, tables without end, nesting without end, parts that are missing, lie or are called wickedly.

use hiring_core::reading::ReadFailure;

use super::{read, reason, text};
use crate::docx::{document, docx, paragraph, zipped};

/// An element in itself this many times, around a paragraph.
fn nested(open: &str, close: &str, depth: usize) -> String {
    [open.repeat(depth), paragraph("Ada Lovelace"), close.repeat(depth)].concat()
}

fn odt(body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn a_hundred_thousand_tables_are_read_or_too_large() {
    let table = |row: &str| format!("<w:tbl><w:tr><w:tc>{row}</w:tc></w:tr></w:tbl>");
    let empty = docx(
        &(table("<w:p/>").repeat(100_000) + &paragraph("Ada Lovelace")),
        &[],
    );
    assert_eq!(text("empty tables", &empty), "Ada Lovelace");
    let full = docx(&table(&paragraph("Ada")).repeat(10_000), &[]);
    let shown = text("full tables", &full);
    assert_eq!(shown.matches("Ada").count(), 10_000);
    let cell = "<table:table><table:table-row><table:table-cell><text:p>Ada</text:p></table:table-cell></table:table-row></table:table>";
    let shown = text("tables of a text document", &odt(&cell.repeat(10_000)));
    assert_eq!(shown.matches("Ada").count(), 10_000);
    let more = docx(&table(&paragraph("Ada Lovelace")).repeat(100_000), &[]);
    assert_eq!(reason("more text than any resume", &more), ReadFailure::TooLarge);
}

#[test]
fn elements_nested_ten_thousand_deep_are_read() {
    for (open, close) in [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:p><w:r><w:txbxContent>", "</w:txbxContent></w:r></w:p>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:ins>", "</w:ins>"),
        ("<x>", "</x>"),
        ("<w:tbl><w:tr><w:tc>", ""),
    ] {
        let file = docx(&nested(open, close, 10_000), &[]);
        assert_eq!(text(open, &file), "Ada Lovelace", "{open}");
    }
    for (open, close) in [
        (
            "<table:table><table:table-row><table:table-cell>",
            "</table:table-cell></table:table-row></table:table>",
        ),
        ("<text:section>", "</text:section>"),
        ("<text:list><text:list-item>", "</text:list-item></text:list>"),
    ] {
        let body = [
            &open.repeat(10_000),
            "<text:p>Ada Lovelace</text:p>",
            &close.repeat(10_000),
        ]
        .concat();
        assert!(text(open, &odt(&body)).ends_with("Ada Lovelace"), "{open}");
    }
}

#[test]
fn hidden_stays_hidden_however_deep_it_stands() {
    let secret = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>";
    let deep = [
        "<w:tbl><w:tr><w:tc>".repeat(10_000),
        format!("<w:p>{secret}</w:p>"),
    ]
    .concat();
    let file = docx(&(paragraph("Ada Lovelace") + &deep), &[]);
    assert_eq!(text("deep hidden text", &file), "Ada Lovelace");
}

#[test]
fn repetition_that_is_only_claimed_costs_nothing() {
    let file = odt("<text:p>Ada<text:s text:c=\"4000000000\"/>Lovelace</text:p>\
         <table:table><table:table-row table:number-rows-repeated=\"1000000\">\
         <table:table-cell table:number-columns-repeated=\"1000000\"><text:p>Leeds</text:p></table:table-cell>\
         </table:table-row></table:table>");
    let shown = text("claimed repetition", &file);
    assert!(
        shown.len() < 1_000 && shown.contains("Lovelace") && shown.contains("Leeds"),
        "{shown}"
    );
    let wide = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr>";
    let file = docx(
        &format!("{wide}{}</w:tc></w:tr></w:tbl>", paragraph("Ada Lovelace")),
        &[],
    );
    assert_eq!(
        text("a cell over four thousand million columns", &file),
        "Ada Lovelace"
    );
}

#[test]
fn what_all_parts_unpack_to_is_bounded_as_well() {
    let header = format!("<w:hdr>{}</w:hdr>", " ".repeat(20_000_000));
    let names: Vec<String> = (0..12).map(|number| format!("word/header{number}.xml")).collect();
    let others: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), header.as_str()))
        .collect();
    let bomb = docx(&paragraph("Ada Lovelace"), &others);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(reason("twelve large headers", &bomb), ReadFailure::TooLarge);
}

#[test]
fn a_size_that_lies_is_found_out() {
    let body = document(&format!(
        "{}{}",
        paragraph("Ada Lovelace"),
        " ".repeat(30_000_000)
    ));
    let honest = zipped(&[("word/document.xml", body.as_bytes())]);
    let size = u32::try_from(body.len()).unwrap().to_le_bytes();
    let mut lying = honest.clone();
    while let Some(at) = lying.windows(4).position(|window| window == size) {
        lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    assert_ne!(honest, lying);
    let outcome = read("a part larger than it says", &lying);
    // No more is unpacked than the file says, or nothing.
    match outcome {
        Ok(read) => assert_eq!(read.visible_text, "Ada Lovelace"),
        Err(failure) => assert!(matches!(failure, ReadFailure::TooLarge | ReadFailure::Damaged)),
    }
}

#[test]
fn zips_within_zips_and_documents_of_thousands_of_parts_end() {
    let inner = zipped(&[("word/document.xml", vec![b' '; 20_000_000].as_slice())]);
    let outer = zipped(&[("word/document.xml", inner.as_slice())]);
    assert_eq!(reason("a zip as document", &outer), ReadFailure::Empty);
    let names: Vec<String> = (0..60_000).map(|number| format!("word/part{number}")).collect();
    let mut parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    parts.push(("word/document.xml", b"<w:document/>"));
    assert_eq!(
        reason("sixty thousand parts", &zipped(&parts)),
        ReadFailure::TooLarge
    );
}

#[test]
fn thousands_of_directories_of_one_zip_are_not_read_one_by_one() {
    let sound = docx(&paragraph("Ada Lovelace"), &[]);
    // Each claims to end a directory of many entries somewhere in the file.
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend([0xff, 0x7f, 0xff, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    let file = [sound, end.repeat(400_000)].concat();
    let outcome = read("many ends", &file);
    assert!(outcome.is_err(), "{outcome:?}");
}

#[test]
fn parts_that_are_missing_or_not_what_they_say_leave_the_rest_readable() {
    let relations = |target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"http://x/header\" Target=\"{target}\"/>\
             <Relationship Id=\"b\" Type=\"http://x/numbering\" Target=\"numbering.xml\"/></Relationships>"
        )
    };
    let body = format!(
        "{}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"a\"/><w:headerReference w:type=\"first\" r:id=\"zz\"/></w:sectPr>",
        paragraph("Ada Lovelace")
    );
    for target in [
        "header1.xml",
        "../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "..\\..\\header1.xml",
        "document.xml",
    ] {
        let relations = relations(target);
        let file = docx(&body, &[("word/_rels/document.xml.rels", &relations)]);
        let shown = text(target, &file);
        assert!(
            !shown.contains("root") && shown.starts_with("Ada Lovelace"),
            "{target}: {shown}"
        );
    }
    for broken in [
        "",
        "\0\0\0",
        "<",
        "<w:styles><w:style",
        "\u{feff}",
        "PK\x03\x04",
        "%PDF-1.7",
    ] {
        let parts = [
            ("word/styles.xml", broken),
            ("word/settings.xml", broken),
            ("word/numbering.xml", broken),
            ("word/theme/theme1.xml", broken),
            ("word/_rels/document.xml.rels", broken),
            ("word/footnotes.xml", broken),
            ("[Content_Types].xml", broken),
        ];
        let file = docx(&paragraph("Ada Lovelace"), &parts);
        assert_eq!(text(broken, &file), "Ada Lovelace", "{broken:?}");
    }
}

#[test]
fn names_that_lead_out_of_the_file_are_names_like_others() {
    let long = "a".repeat(65_000);
    let body = document(&paragraph("Ada Lovelace"));
    let parts: Vec<(&str, &[u8])> = vec![
        ("../../../../etc/passwd", b"root"),
        ("/etc/shadow", b"root"),
        ("C:\\windows\\system.ini", b"root"),
        ("word/../../x", b"root"),
        ("word/document.xml/x", b"root"),
        (&long, b"root"),
        ("word/document.xml", body.as_bytes()),
    ];
    assert_eq!(text("wicked names", &zipped(&parts)), "Ada Lovelace");
}

#[test]
fn entities_and_document_types_of_every_kind_end() {
    let paragraph = paragraph("Ada Lovelace");
    for head in [
        "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">".to_owned(),
        "<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>".to_owned(),
        "<!DOCTYPE x [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]>".to_owned(),
        format!("<!DOCTYPE x [{}]>", "<!ENTITY a \"a\">".repeat(100_000)),
        format!("<!--{}-->", "-".repeat(1_000_000)),
        "<?x ?>".repeat(100_000),
    ] {
        let xml =
            format!("<?xml version=\"1.0\"?>{head}<w:document><w:body>{paragraph}</w:body></w:document>");
        let shown = text(&head[..16], &zipped(&[("word/document.xml", xml.as_bytes())]));
        assert_eq!(shown, "Ada Lovelace", "{head:.60}");
    }
    let attributes: String = (0..200_000).map(|number| format!(" a{number}=\"\"")).collect();
    let many = docx(
        &format!("<w:p{attributes}><w:r{attributes}><w:t>Ada Lovelace</w:t></w:r></w:p>"),
        &[],
    );
    assert_eq!(text("many attributes", &many), "Ada Lovelace");
}
