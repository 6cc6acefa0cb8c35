//! Rich Text Format: a tolerant reader that follows groups with a bounded stack and never recurses.

mod tables;
mod words;

use encoding_rs::{Encoding, WINDOWS_1252};
use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::{Colour, FlowWriter, Looks, symbol};
use crate::span::{Hidden, Source};
use tables::{Script, Tables};

/// Deepest group whose looks are kept apart.
const MAX_DEPTH: usize = 512;
/// Size of text that says none, in points.
const USUAL_SIZE: f32 = 12.0;

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// Not part of what is shown.
    Skipped,
    Colours,
    Fonts,
}

/// What holds within a group.
#[derive(Debug, Clone, Copy)]
struct Group {
    place: Place,
    looks: Looks,
    marked: bool,
    deleted: bool,
    colour: Option<Colour>,
    behind: Option<Colour>,
    paragraph_behind: Option<Colour>,
    script: Script,
    unicode_skip: usize,
    /// Depth of tables.
    depth: usize,
    /// The text that stands for a list's mark.
    list_mark: bool,
    /// Starts a text box, or lines of its own such as a header.
    boxed: bool,
    own_lines: bool,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            place: Place::Text,
            looks: Looks {
                size: USUAL_SIZE,
                ..Looks::default()
            },
            marked: false,
            deleted: false,
            colour: None,
            behind: None,
            paragraph_behind: None,
            script: Script::Usual,
            unicode_skip: 1,
            depth: 0,
            list_mark: false,
            boxed: false,
            own_lines: false,
        }
    }
}

struct Rtf<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Group>,
    group: Group,
    /// Groups opened beyond the stack's bound.
    beyond: usize,
    encoding: &'static Encoding,
    tables: Tables,
    pending: Vec<u8>,
    surrogate: Option<u16>,
    /// Characters that stand in for the Unicode one before them.
    ignore: usize,
    /// What is painted under the cells of the row, and which of them is being read.
    cells: Vec<Option<Colour>>,
    cell_behind: Option<Colour>,
    cell: usize,
    pictures: bool,
    out: FlowWriter,
}

/// Reads the text of an RTF.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let mut rtf = Rtf {
        bytes,
        at: 0,
        stack: Vec::new(),
        group: Group::default(),
        beyond: 0,
        encoding: WINDOWS_1252,
        tables: Tables::default(),
        pending: Vec::new(),
        surrogate: None,
        ignore: 0,
        cells: Vec::new(),
        cell_behind: None,
        cell: 0,
        pictures: false,
        out: FlowWriter::new(MAX_TEXT_CHARS * 4),
    };
    while let Some(byte) = rtf.next() {
        rtf.step(byte);
        if rtf.out.full() {
            return Err(ReadFailure::TooLarge);
        }
        // What stands behind the document's group is not part of it.
        if byte == b'}' && rtf.stack.is_empty() {
            break;
        }
    }
    rtf.flush();
    let mut source = rtf.out.finish();
    source.pictures = rtf.pictures;
    Ok(source)
}

impl Rtf<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'{' => {
                self.flush();
                self.ignore = 0;
                if self.stack.len() < MAX_DEPTH {
                    self.stack.push(self.group);
                    (self.group.boxed, self.group.own_lines) = (false, false);
                } else {
                    self.beyond += 1;
                }
            }
            b'}' => self.end_group(),
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            _ => self.byte(byte),
        }
    }

    fn end_group(&mut self) {
        self.flush();
        self.ignore = 0;
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(outer) = self.stack.pop() else { return };
        if self.group.boxed {
            self.out.end_box();
        } else if self.group.own_lines {
            self.out.end_line();
        }
        self.group = outer;
    }

    fn byte(&mut self, byte: u8) {
        if self.ignore > 0 {
            self.ignore -= 1;
            return;
        }
        match self.group.place {
            Place::Text => self.pending.push(byte),
            Place::Colours if byte == b';' => self.tables.end_colour(),
            _ => {}
        }
    }

    fn control(&mut self) {
        let Some(first) = self.bytes.get(self.at).copied() else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            match first {
                b'\'' => {
                    let digits = self.bytes.get(self.at..self.at + 2).unwrap_or_default();
                    self.at += digits.len();
                    let value = std::str::from_utf8(digits)
                        .ok()
                        .and_then(|d| u8::from_str_radix(d, 16).ok());
                    self.byte(value.unwrap_or(b' '));
                }
                b'*' => self.group.place = Place::Skipped,
                b'~' => self.text(" "),
                b'_' => self.text("-"),
                b'\n' | b'\r' => self.line(),
                b'\\' | b'{' | b'}' => self.byte(first),
                _ => {}
            }
            return;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let letters = rest
            .iter()
            .take(32)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        self.at += letters;
        let word = std::str::from_utf8(rest.get(..letters).unwrap_or_default()).unwrap_or_default();
        let number = self.number();
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(word, number);
    }

    fn number(&mut self) -> Option<i64> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest
            .iter()
            .skip(sign)
            .take(12)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let text = std::str::from_utf8(rest.get(..sign + digits)?).ok()?;
        if digits > 0 {
            self.at += sign + digits;
        }
        text.parse().ok()
    }

    fn unicode(&mut self, number: i64) {
        self.flush();
        self.ignore = self.group.unicode_skip;
        let unit = (number & 0xffff) as u16;
        let units = match self.surrogate.take() {
            Some(high) => vec![high, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.surrogate = Some(unit);
                return;
            }
            None => vec![unit],
        };
        let text: String = String::from_utf16_lossy(&units)
            .chars()
            .map(crate::flow::shown)
            .collect();
        self.push(&text);
    }

    fn text(&mut self, text: &str) {
        self.flush();
        self.push(text);
    }

    /// Ends a line, within a cell or outside.
    fn line(&mut self) {
        self.flush();
        if self.group.place == Place::Text {
            self.settle();
            self.out.end_line();
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let text = match self.group.script {
            Script::Symbols => bytes
                .iter()
                .map(|byte| symbol(u16::from(*byte)).unwrap_or(char::from(*byte)))
                .collect(),
            Script::Page(page) => page.decode_without_bom_handling(&bytes).0.into_owned(),
            Script::Usual => self.encoding.decode_without_bom_handling(&bytes).0.into_owned(),
        };
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        if self.group.place != Place::Text || self.group.deleted {
            return;
        }
        self.settle();
        let group = &self.group;
        let cell = || {
            self.cells
                .get(self.cell)
                .copied()
                .flatten()
                .filter(|_| group.depth > 0)
        };
        let behind = group.behind.or(group.paragraph_behind).or_else(cell);
        let alike = |colour: Colour| colour.alike(behind.unwrap_or(Colour::WHITE));
        let mut looks = group.looks;
        looks.colour = group.colour.map_or([0; 3], |colour| colour.0);
        looks.hidden = if group.marked {
            Some(Hidden::Marked)
        } else if looks.size < 3.0 {
            Some(Hidden::Tiny)
        } else if group.colour.is_some_and(alike) {
            Some(Hidden::SameColour)
        } else {
            None
        };
        self.out.push(text, looks);
    }

    /// Opens and ends tables until the depth is that of the paragraph.
    fn settle(&mut self) {
        while self.out.tables() > self.group.depth {
            self.out.end_table();
        }
        while self.out.tables() < self.group.depth {
            self.out.begin_table();
        }
    }
}

#[cfg(test)]
mod tests {
    fn shown(rtf: &[u8]) -> Vec<String> {
        let mut lines: Vec<(f32, String)> = Vec::new();
        for span in super::read(rtf).unwrap().spans {
            if span.hidden.is_some() {
                continue;
            }
            match lines.last_mut() {
                Some((y, text)) if *y == span.y => text.push_str(&span.text),
                _ => lines.push((span.y, span.text)),
            }
        }
        lines
            .into_iter()
            .map(|(_, text)| text.trim().to_owned())
            .filter(|t| !t.is_empty())
            .collect()
    }

    #[test]
    fn text_escapes_and_hidden_groups_are_told_apart() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\b Ada}\par Z\'fcrich \u8211? Caf\u233e\par{\v secret}
            {\deleted gone}}behind";
        assert_eq!(shown(rtf), ["Ada", "Zürich – Café"]);
    }

    #[test]
    fn tables_are_read_row_by_row_and_end_with_their_last_paragraph() {
        let rtf = br"{\rtf1\trowd\cellx1\cellx2\pard\intbl 2019\cell Clerk\cell\row
            \trowd\cellx1\cellx2\pard\intbl 2021\cell Lead\cell\row\pard after\par}";
        assert_eq!(shown(rtf), ["2019\tClerk", "2021\tLead", "after"]);
    }

    #[test]
    fn white_text_is_hidden_on_paper_and_shown_on_a_dark_cell() {
        let rtf = br"{\rtf1{\colortbl;\red255\green255\blue255;\red20\green20\blue60;}\pard{\cf1 secret}\par
            \trowd\clcbpat2\cellx1\pard\intbl{\cf1 shown}\cell\row\pard{\cf1\chcbpat2 marked}\par{\cf1\highlight0 no}}";
        assert_eq!(shown(rtf), ["shown", "marked"]);
    }

    #[test]
    fn fonts_say_how_bytes_are_read_and_marks_of_lists_keep_to_their_text() {
        let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset238 Arial CE;}}
            {\listtext\f1\'b7\tab}Counted\par{\f2 \'a3\'f3d\'9f}\par}";
        assert_eq!(shown(rtf), ["• Counted", "Łódź"]);
    }

    #[test]
    fn shapes_show_their_text_once_and_bytes_of_pictures_are_stepped_over() {
        let rtf =
            b"{\\rtf1 Ada{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt box\\par}}{\\shprslt box\\par}}\
            {\\pict\\bin4 }{}}}\\par end}";
        let source = super::read(rtf).unwrap();
        assert!(source.pictures);
        assert_eq!(shown(rtf), ["Ada", "box", "end"]);
    }

    #[test]
    fn endless_groups_end() {
        let groups = [
            b"{\\rtf1 ".as_slice(),
            &b"{".repeat(1_000_000),
            b"deep",
            &b"}".repeat(999_000),
            b"still",
        ]
        .concat();
        assert_eq!(shown(&groups), ["deepstill"]);
        let boxes = [b"{\\rtf1 ".as_slice(), &b"{\\shptxt ".repeat(100_000), b"deep"].concat();
        assert_eq!(shown(&boxes), ["deep"]);
    }
}
