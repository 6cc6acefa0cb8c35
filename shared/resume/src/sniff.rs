//! The type of a file, told from its bytes.

use hiring_core::reading::FileType;

/// How far a PDF's header may stand from the start.
const PDF_HEADER_WITHIN: usize = 1024;
/// How much of a text is looked at.
const TEXT_SAMPLE: usize = 64 * 1024;

/// The type of a file, `None` for one that is not accepted. Takes the whole file; names play no part.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<FileType> {
    let start = bytes
        .get(..bytes.len().min(PDF_HEADER_WITHIN))
        .unwrap_or_default();
    if find(start, b"%PDF-").is_some() {
        return Some(FileType::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return zipped(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return word_document(bytes);
    }
    let trimmed = start
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(start)
        .trim_ascii_start();
    if trimmed.starts_with(b"{\\rtf") {
        return Some(FileType::Rtf);
    }
    let text = text_like(bytes)?;
    let head = String::from_utf8_lossy(trimmed).to_ascii_lowercase();
    let html = ["<!doctype html", "<html", "<head", "<body", "<!doctype"]
        .iter()
        .any(|tag| head.starts_with(tag))
        || head.starts_with('<') && (head.contains("<html") || head.contains("<body"));
    Some(if html { FileType::Html } else { text })
}

/// A compound file holds a Word document if one of its streams is called so (names are UTF-16).
fn word_document(bytes: &[u8]) -> Option<FileType> {
    let name: Vec<u8> = "WordDocument".encode_utf16().flat_map(u16::to_le_bytes).collect();
    find(bytes, &name).map(|_| FileType::Doc)
}

/// ODT names its type in the first entry, uncompressed; Word documents hold `word/document.xml`.
fn zipped(bytes: &[u8]) -> Option<FileType> {
    let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    if find(head, b"mimetypeapplication/vnd.oasis.opendocument.text").is_some_and(|at| {
        let after = head.get(at + b"mimetypeapplication/vnd.oasis.opendocument.text".len());
        after.is_none_or(|byte| *byte != b'-')
    }) {
        return Some(FileType::Odt);
    }
    let mut rest = bytes;
    while let Some(at) = find(rest, b"PK\x01\x02") {
        rest = rest.get(at + 4..)?;
        let length = match rest.get(24..26) {
            Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
            _ => return None,
        };
        match rest.get(42..42 + length) {
            Some(name) if name.starts_with(b"word/document") && name.ends_with(b".xml") => {
                return Some(FileType::Docx);
            }
            Some(b"mimetype") => {
                let offset = rest
                    .get(38..42)
                    .and_then(|o| <[u8; 4]>::try_from(o).ok())
                    .map(u32::from_le_bytes)?;
                let entry = bytes.get(offset as usize..)?;
                let entry = entry.get(..entry.len().min(256))?;
                if find(entry, b"application/vnd.oasis.opendocument.text").is_some() {
                    return Some(FileType::Odt);
                }
            }
            _ => {}
        }
    }
    None
}

/// Plain text: UTF-16 by its mark or its empty halves, else bytes without control characters.
fn text_like(bytes: &[u8]) -> Option<FileType> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Some(FileType::Txt);
    }
    if crate::txt::wide_without_mark(bytes).is_some() {
        return Some(FileType::Txt);
    }
    let sample = bytes.get(..bytes.len().min(TEXT_SAMPLE)).unwrap_or_default();
    if sample.is_empty() {
        return None;
    }
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    (!sample.iter().any(control)).then_some(FileType::Txt)
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_from_bytes() {
        assert_eq!(sniff(b"\n\n%PDF-1.7\n"), Some(FileType::Pdf));
        assert_eq!(sniff(b"{\\rtf1 hello}"), Some(FileType::Rtf));
        assert_eq!(sniff(b"<!DOCTYPE html><p>hi"), Some(FileType::Html));
        assert_eq!(sniff("Résumé of Ada".as_bytes()), Some(FileType::Txt));
        assert_eq!(sniff(b"R\xe9sum\xe9"), Some(FileType::Txt));
    }

    #[test]
    fn pictures_programs_archives_and_nothing_are_refused() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), None);
        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), None);
        assert_eq!(sniff(b"MZ\x90\0\x03"), None);
        assert_eq!(sniff(b"PK\x03\x04 some other archive"), None);
        assert_eq!(sniff(b""), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = sniff(&bytes);
            let _ = sniff(&[b"PK\x03\x04".as_slice(), &bytes, b"PK\x01\x02", &bytes].concat());
        }
    }
}
