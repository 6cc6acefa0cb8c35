//! Files that cannot be read end with the right reason.

use hiring_core::reading::ReadFailure;
use hiring_resume::sniff;

use crate::{fixture, read_bytes};

fn reason(bytes: &[u8]) -> ReadFailure {
    read_bytes(bytes)
        .map(|answer| answer.visible_text)
        .expect_err("was read")
}

#[test]
fn a_pdf_with_a_password_is_encrypted() {
    assert_eq!(reason(&fixture("bad_encrypted.pdf")), ReadFailure::Encrypted);
}

#[test]
fn a_truncated_pdf_is_damaged_not_a_crash() {
    assert_eq!(reason(&fixture("bad_truncated.pdf")), ReadFailure::Damaged);
}

#[test]
fn a_bomb_of_blanks_is_too_large() {
    assert_eq!(reason(&fixture("bad_bomb.docx")), ReadFailure::TooLarge);
}

#[test]
fn a_picture_called_pdf_is_refused() {
    assert_eq!(sniff(&fixture("bad_picture_called.pdf")), None);
    assert_eq!(
        reason(&fixture("bad_picture_called.pdf")),
        ReadFailure::UnsupportedFormat
    );
}

#[test]
fn a_scan_is_told_to_be_only_pictures() {
    assert_eq!(reason(&fixture("bad_scan.pdf")), ReadFailure::ImageOnly);
}

#[test]
fn nothing_and_blanks_are_empty() {
    assert_eq!(reason(b""), ReadFailure::Empty);
    assert_eq!(reason(b" \n\t \n"), ReadFailure::Empty);
    assert_eq!(reason(b"<html><body><p> </p></body></html>"), ReadFailure::Empty);
}

#[test]
fn more_pages_than_any_resume_are_too_many() {
    for pages in [201, 20_000] {
        assert_eq!(reason(&many_pages(pages)), ReadFailure::TooManyPages, "{pages}");
    }
    assert!(read_bytes(&many_pages(200)).is_ok());
}

#[test]
fn more_text_than_any_resume_is_too_large() {
    let text = "word ".repeat(100_000);
    assert_eq!(reason(text.as_bytes()), ReadFailure::TooLarge);
}

/// A sound PDF whose pages all show one word.
fn many_pages(count: usize) -> Vec<u8> {
    let mut objects: Vec<String> = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        String::new(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        "<</Length 38>>stream\nBT /F1 12 Tf 72 700 Td (Word) Tj ET    \nendstream".to_owned(),
    ];
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", page + 5)).collect();
    objects[1] = format!("<</Type/Pages/Count {count}/Kids[{}]>>", kids.join(" "));
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>";
    objects.extend((0..count).map(|_| page.to_owned()));
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in &offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = offsets.len() + 1;
    file.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}
