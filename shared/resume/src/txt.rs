//! Plain text: the encoding, and columns made of blanks.

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::{FlowWriter, Looks};
use crate::span::Source;

/// Reads plain text.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let text = decode(bytes);
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(ReadFailure::TooLarge);
    }
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 4);
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            out.leave_room();
            continue;
        }
        out.push(&columns(line), Looks::default());
        out.end_line();
    }
    Ok(out.finish())
}

/// Text of unknown encoding.
fn decode(bytes: &[u8]) -> String {
    decode_marked(bytes, None)
}

/// Text that may name its encoding: UTF-16 and UTF-8 by their marks, UTF-8 where it is valid, else the named one, else
/// Windows-1252.
pub(crate) fn decode_marked(bytes: &[u8], named: Option<&'static encoding_rs::Encoding>) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(bytes.get(mark..).unwrap_or_default())
            .0
            .into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => named
            .unwrap_or(encoding_rs::WINDOWS_1252)
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

/// Three blanks or more stand for a wide gap.
fn columns(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut blanks = 0;
    for c in line.chars() {
        if c == ' ' {
            blanks += 1;
            continue;
        }
        match blanks {
            0 => {}
            1 | 2 => out.push(' '),
            // A bullet and its text belong together.
            _ if out.chars().count() == 1 => out.push(' '),
            _ => out.push('\t'),
        }
        blanks = 0;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn invalid_utf_8_is_read_as_windows_1252() {
        assert_eq!(decode(b"R\xe9sum\xe9 \x96 Ada"), "Résumé – Ada");
        assert_eq!(decode("Łódź".as_bytes()), "Łódź");
        assert_eq!(decode(b"\xff\xfeA\0d\0a\0"), "Ada");
    }
}
