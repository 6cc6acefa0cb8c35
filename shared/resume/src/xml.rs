//! The few questions that the office formats ask of XML.

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart};

/// A forgiving reader over a text that can leave out what an element holds, without reading it.
pub(crate) struct Passage<'a> {
    pub reader: Reader<&'a [u8]>,
    /// What the reader was made from.
    text: &'a str,
    /// An element without an end was met; looking for further ends could take long.
    endless: bool,
}

impl<'a> Passage<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            reader: forgiving(text),
            text,
            endless: false,
        }
    }

    /// Goes on behind the next end tag with the name of the start tag that was just read; answers whether there is one.
    pub fn skip(&mut self, start: &BytesStart<'_>) -> bool {
        self.take(start).is_some()
    }

    /// What stands up to the next end tag with the name of the start tag that was just read, to go on behind it; `None`
    /// if there is no such tag.
    pub fn take(&mut self, start: &BytesStart<'_>) -> Option<&'a str> {
        if self.endless {
            return None;
        }
        let end_tag = format!("</{}>", start.name().into_inner());
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let found = self.text.get(at..).and_then(|rest| {
            let end = memmem::find(rest.as_bytes(), end_tag.as_bytes())?;
            Some((rest.get(..end)?, rest.get(end + end_tag.len()..)?))
        });
        match found {
            Some((_, behind)) => {
                self.text = behind;
                self.reader = forgiving(behind);
            }
            None => self.endless = true,
        }
        found.map(|(inner, _)| inner)
    }
}

/// A reader that takes end tags as they come.
pub(crate) fn forgiving(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

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
    // Names are short: a plain loop is faster than setting up a search.
    let colon = name.bytes().rposition(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
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

#[cfg(test)]
mod tests {
    use quick_xml::events::Event;

    use super::{Passage, local};

    /// Names of the elements that are read when those called `skip` are left out.
    fn names(text: &str) -> Vec<String> {
        let mut passage = Passage::new(text);
        let mut found = Vec::new();
        while let Ok(event) = passage.reader.read_event() {
            match event {
                Event::Start(tag) if local(&tag) == "skip" && passage.skip(&tag) => {}
                Event::Start(tag) | Event::Empty(tag) => found.push(local(&tag).to_owned()),
                Event::Eof => break,
                _ => {}
            }
        }
        found
    }

    #[test]
    fn what_an_element_holds_is_left_out_and_one_without_an_end_is_read() {
        assert_eq!(names("<w:a/><w:skip x='1'><w:b/></w:skip><w:c/>"), ["a", "c"]);
        assert_eq!(names("<w:skip><w:b/></w:skip><w:skip><w:c/>"), ["skip", "c"]);
    }
}
