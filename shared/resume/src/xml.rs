//! The few questions that the office formats ask of XML.

use std::borrow::Cow;

use memchr::memchr;
use memchr::memmem::Finder;
use quick_xml::Reader;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart};

/// A forgiving reader over a text that can leave out what an element holds, without reading it.
pub(crate) struct Passage<'a> {
    pub reader: Reader<&'a [u8]>,
    /// What the reader was made from.
    text: &'a str,
    /// An element without an end was met; looking for further ends could take long.
    endless: bool,
    /// The name that was looked for last in end tags, with what looks for it: mostly the next one is the same.
    end: Option<(String, Finder<'static>)>,
}

impl<'a> Passage<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            reader: forgiving(text),
            text,
            endless: false,
            end: None,
        }
    }

    /// Goes on behind the next end tag with the name of the start tag that was just read; answers whether there is one.
    pub fn skip(&mut self, start: &BytesStart<'_>) -> bool {
        self.take(start).is_some()
    }

    /// What stands up to the next end tag with the name of the start tag that was just read, to go on behind it; `None`
    /// if there is no such tag.
    pub fn take(&mut self, start: &BytesStart<'_>) -> Option<&'a str> {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        self.take_from(at, start.name().into_inner())
    }

    /// The start tag of the element of this local name that follows at once behind the one taken last, and what the
    /// element holds, to go on behind it; `None` where another element follows, or one that only a reader can tell.
    pub fn take_next(&mut self, name: &str) -> Option<(BytesStart<'a>, &'a str)> {
        if self.reader.buffer_position() > 0 {
            return None;
        }
        let content = self.text.trim_ascii_start().strip_prefix('<')?;
        let content = content.get(..memchr(b'>', content.as_bytes())?)?;
        let full = content.split_ascii_whitespace().next()?;
        let quotes = content.bytes().filter(|byte| *byte == b'"').count();
        let plain = content.starts_with(|c: char| c.is_ascii_alphabetic())
            && quotes.is_multiple_of(2)
            && !content.ends_with('/')
            && memchr(b'\'', content.as_bytes()).is_none();
        if !plain || without_prefix(full) != name {
            return None;
        }
        let at = self.text.len() - self.text.trim_ascii_start().len() + content.len() + 2;
        let inner = self.take_from(at, full)?;
        Some((BytesStart::from_content(content, full.len()), inner))
    }

    /// What stands from a place in the text up to the next end tag of this name, to go on behind it.
    fn take_from(&mut self, at: usize, name: &str) -> Option<&'a str> {
        if self.endless {
            return None;
        }
        let finder = match &mut self.end {
            Some((known, finder)) if known == name => finder,
            end => {
                let finder = Finder::new(&format!("</{name}>")).into_owned();
                &mut end.insert((name.to_owned(), finder)).1
            }
        };
        let found = self.text.get(at..).and_then(|rest| {
            let end = finder.find(rest.as_bytes())?;
            Some((rest.get(..end)?, rest.get(end + finder.needle().len()..)?))
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
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = match bytes.get(..2) {
        Some([0xff, 0xfe] | [b'<', 0]) => encoding_rs::UTF_16LE,
        Some([0xfe, 0xff] | [0, b'<']) => encoding_rs::UTF_16BE,
        _ => {
            // Many bytes are checked at once here, unlike in the standard library.
            return encoding_rs::UTF_8
                .decode_without_bom_handling_and_without_replacement(bytes)
                .unwrap_or_else(|| String::from_utf8_lossy(bytes));
        }
    };
    encoding.decode_with_bom_removal(bytes).0
}

/// An element's name without its prefix.
pub(crate) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    without_prefix(tag.name().into_inner())
}

/// An end tag's name without its prefix.
pub(crate) fn local_end<'a>(tag: &'a BytesEnd<'_>) -> &'a str {
    without_prefix(tag.name().into_inner())
}

/// A name without its prefix.
pub(crate) fn without_prefix(name: &str) -> &str {
    // Names are short: a plain loop is faster than setting up a search.
    let colon = name.bytes().rposition(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

/// The value of an attribute, whatever its prefix.
pub(crate) fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    tag.attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|found| without_prefix(found.key.into_inner()) == name)
        .map(|found| found.value)
}

/// Whether a switch such as `<w:b/>` is turned off by its value.
pub(crate) fn is_off(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "val").is_some_and(|value| matches!(&*value, "0" | "false" | "off" | "none"))
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
    use std::borrow::Cow;

    use quick_xml::events::{BytesStart, Event};

    use super::{Passage, attribute, local};

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

    /// Values of `x` of the elements called `s`, and what they hold, with or without looking for several in a row.
    fn taken(text: &str, in_a_row: bool) -> Vec<(Option<String>, String)> {
        let mut passage = Passage::new(text);
        let mut found = Vec::new();
        let x = |tag: &BytesStart<'_>| attribute(tag, "x").map(Cow::into_owned);
        loop {
            while let Some((tag, inner)) = in_a_row.then(|| passage.take_next("s")).flatten() {
                found.push((x(&tag), inner.to_owned()));
            }
            match passage.reader.read_event() {
                Ok(Event::Start(tag)) if local(&tag) == "s" => {
                    let inner = passage.take(&tag);
                    found.extend(inner.map(|inner| (x(&tag), inner.to_owned())));
                }
                Ok(Event::Eof) | Err(_) => return found,
                Ok(_) => {}
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn elements_in_a_row_are_taken_as_one_by_one(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<w:s x=\"1\">", "<w:s x=\"a>b\">", "<w:s x='\"'>", "<w:s x='>'>", "<s>", "<w:s/>", "<w:t>", "<!-- <w:s> -->",
            "</w:s>", "</w:s>", "</w:s>", "</s>", " ", "\n", "text", "<", ">", "\"",
        ]), 0..24)) {
            let text = pieces.concat();
            proptest::prop_assert_eq!(taken(&text, true), taken(&text, false));
        }
    }
}
