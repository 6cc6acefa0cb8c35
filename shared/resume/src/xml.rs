//! The few questions that the office formats ask of XML.

use quick_xml::events::{BytesEnd, BytesRef, BytesStart};

/// The text of an XML file: UTF-16 by its mark or by the blank halves of its first characters, else UTF-8.
pub(crate) fn decode(bytes: Vec<u8>) -> String {
    let encoding = match bytes.get(..2) {
        Some([0xff, 0xfe] | [b'<', 0]) => encoding_rs::UTF_16LE,
        Some([0xfe, 0xff] | [0, b'<']) => encoding_rs::UTF_16BE,
        _ => {
            return String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
    };
    encoding.decode_with_bom_removal(&bytes).0.into_owned()
}

/// An element's name without its prefix.
pub(crate) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    without_prefix(tag.name().into_inner())
}

/// An end tag's name without its prefix.
pub(crate) fn local_end<'a>(tag: &'a BytesEnd<'_>) -> &'a str {
    without_prefix(tag.name().into_inner())
}

fn without_prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The value of an attribute, whatever its prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|found| without_prefix(found.key.into_inner()) == name)
        .map(|found| found.value.into_owned())
}

/// Whether a switch such as `<w:b/>` is turned off by its value.
pub(crate) fn is_off(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "val").is_some_and(|value| matches!(value.as_str(), "0" | "false" | "off" | "none"))
}

/// The character of `&amp;` or `&#228;`; unknown ones are a blank.
pub(crate) fn reference(entity: &BytesRef<'_>) -> char {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character;
    }
    match &*entity.xml10_content() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => ' ',
    }
}
