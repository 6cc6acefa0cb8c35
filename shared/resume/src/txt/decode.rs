//! Bytes of unknown encoding as text.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file without a mark is looked at.
const SAMPLE: usize = 4_096;

/// Text that may name its encoding: UTF-16 and UTF-8 by their marks, UTF-16 by its empty halves, UTF-8 where it is valid,
/// else the named one, else Windows-1252. A file put together from several is read line by line.
pub(crate) fn decode_marked(bytes: &[u8], named: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        if encoding != encoding_rs::UTF_8 {
            return encoding.decode_without_bom_handling(rest).0.into_owned();
        }
        return by_line(rest, named);
    }
    match wide_without_mark(bytes) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        None => by_line(bytes, named),
    }
}

/// UTF-16 without a mark: in most languages of Europe, every second byte of nearly all characters is zero.
pub(crate) fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (first, second) = (zeros(0), zeros(1));
    match (first * 10 >= pairs * 7, second * 10 >= pairs * 7) {
        (false, true) if first * 50 <= pairs => Some(UTF_16LE),
        (true, false) if second * 50 <= pairs => Some(UTF_16BE),
        _ => None,
    }
}

fn by_line(bytes: &[u8], named: Option<&'static Encoding>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let other = named
        .filter(|named| *named != encoding_rs::UTF_8)
        .unwrap_or(WINDOWS_1252);
    if !other.is_single_byte() {
        return other.decode_without_bom_handling(bytes).0.into_owned();
    }
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(text) => out.push_str(text),
            Err(_) => out.push_str(&other.decode_without_bom_handling(line).0),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decode_marked;

    fn decode(bytes: &[u8]) -> String {
        decode_marked(bytes, None)
    }

    #[test]
    fn encodings_are_told_by_marks_validity_and_empty_halves() {
        assert_eq!(decode(b"R\xe9sum\xe9 \x96 Ada"), "Résumé – Ada");
        assert_eq!(decode("Łódź".as_bytes()), "Łódź");
        assert_eq!(decode(b"\xff\xfeA\0d\0a\0"), "Ada");
        let wide: Vec<u8> = "Zoë Müller".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), "Zoë Müller");
        let wide: Vec<u8> = "Zoë Müller".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&wide), "Zoë Müller");
    }

    #[test]
    fn lines_of_two_encodings_are_each_read_in_their_own() {
        assert_eq!(decode(b"Z\xc3\xbcrich\nR\xe9sum\xe9\n"), "Zürich\nRésumé\n");
    }
}
