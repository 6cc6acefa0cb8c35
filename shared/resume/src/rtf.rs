//! Rich Text Format: a tolerant reader that follows groups with a bounded stack and never recurses.

use encoding_rs::{Encoding, WINDOWS_1252};
use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::{FlowWriter, Looks};
use crate::span::{Hidden, Source};

/// Deepest group whose looks are kept apart.
const MAX_DEPTH: usize = 512;

/// Destinations whose text is not part of the document.
const SKIPPED: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "xmlnstbl",
    "fldinst",
    "filetbl",
    "revtbl",
    "pgdsctbl",
    "mmathPr",
    "wgrffmtfilter",
    "bkmkstart",
    "bkmkend",
    "shpinst",
    "nonshppict",
    "sp",
];

#[derive(Clone, Copy)]
struct Group {
    looks: Looks,
    skip: bool,
    unicode_skip: usize,
}

struct Rtf<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Group>,
    group: Group,
    /// Groups opened beyond the stack's bound.
    beyond: usize,
    encoding: &'static Encoding,
    pending: Vec<u8>,
    surrogate: Option<u16>,
    /// Characters that stand in for the Unicode one before them.
    ignore: usize,
    out: FlowWriter,
}

/// Reads the text of an RTF.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let group = Group {
        looks: Looks::default(),
        skip: false,
        unicode_skip: 1,
    };
    let mut rtf = Rtf {
        bytes,
        at: 0,
        stack: Vec::new(),
        group,
        beyond: 0,
        encoding: WINDOWS_1252,
        pending: Vec::new(),
        surrogate: None,
        ignore: 0,
        out: FlowWriter::new(MAX_TEXT_CHARS * 4),
    };
    while let Some(byte) = rtf.next() {
        rtf.step(byte);
        if rtf.out.full() {
            return Err(ReadFailure::TooLarge);
        }
    }
    rtf.flush();
    rtf.out.end_line();
    Ok(rtf.out.finish())
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
                if self.stack.len() < MAX_DEPTH {
                    self.stack.push(self.group);
                } else {
                    self.beyond += 1;
                }
            }
            b'}' => {
                self.flush();
                if self.beyond > 0 {
                    self.beyond -= 1;
                } else if let Some(group) = self.stack.pop() {
                    self.group = group;
                }
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            _ => self.byte(byte),
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.ignore > 0 {
            self.ignore -= 1;
        } else if !self.group.skip {
            self.pending.push(byte);
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
                b'*' => self.group.skip = true,
                b'~' => self.text(" "),
                b'_' => self.text("-"),
                b'\n' | b'\r' => self.line(),
                b'\\' | b'{' | b'}' => self.byte(first),
                _ => {}
            }
            return;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .take(32)
            .position(|b| !b.is_ascii_alphabetic())
            .unwrap_or(rest.len().min(32));
        let word = rest
            .get(..length)
            .and_then(|word| std::str::from_utf8(word).ok())
            .unwrap_or_default();
        self.at += length;
        let number = self.number();
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(word, number);
    }

    fn number(&mut self) -> Option<i64> {
        let rest = self.bytes.get(self.at..)?;
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest
            .get(sign..)?
            .iter()
            .take(12)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let text = std::str::from_utf8(rest.get(..sign + digits)?).ok()?;
        if digits > 0 {
            self.at += sign + digits;
        }
        text.parse().ok()
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        let on = number != Some(0);
        match word {
            "par" | "line" | "row" | "sect" | "page" => self.line(),
            "tab" | "cell" | "nestcell" => self.text("\t"),
            "emdash" => self.text("—"),
            "endash" => self.text("–"),
            "bullet" => self.text("•"),
            "lquote" | "rquote" => self.text("’"),
            "ldblquote" => self.text("“"),
            "rdblquote" => self.text("”"),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            "u" => self.unicode(number.unwrap_or(32)),
            "uc" => {
                self.group.unicode_skip = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).min(8)
            }
            "ansicpg" => self.encoding = code_page(number.unwrap_or(1252)),
            "bin" => {
                self.at = self
                    .at
                    .saturating_add(number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
            }
            "b" | "i" | "v" | "fs" | "plain" => {
                self.flush();
                let looks = &mut self.group.looks;
                match word {
                    "b" => looks.bold = on,
                    "i" => looks.italic = on,
                    "v" => looks.hidden = on.then_some(Hidden::Marked),
                    "fs" => {
                        looks.size = number.map_or(11.0, |half| half as f32 / 2.0);
                        looks.hidden = (looks.size < 3.0).then_some(Hidden::Tiny);
                    }
                    _ => *looks = Looks::default(),
                }
            }
            _ if SKIPPED.contains(&word) => self.group.skip = true,
            "shptxt" | "upr" | "ud" => self.group.skip = false,
            _ => {}
        }
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
        let text = String::from_utf16_lossy(&units);
        if !self.group.skip {
            self.out.push(&text, self.group.looks);
        }
    }

    fn text(&mut self, text: &str) {
        self.flush();
        if !self.group.skip {
            self.out.push(text, self.group.looks);
        }
    }

    fn line(&mut self) {
        self.flush();
        if !self.group.skip {
            self.out.end_line();
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let text = self.encoding.decode_without_bom_handling(&bytes).0;
        self.out.push(&text, self.group.looks);
    }
}

fn code_page(number: i64) -> &'static Encoding {
    Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_escapes_and_hidden_groups_are_told_apart() {
        let rtf =
            br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\b Ada}\par Z\'fcrich \u8211? Caf\u233e\par{\v secret}}";
        let source = super::read(rtf).unwrap();
        let shown: Vec<_> = source
            .spans
            .iter()
            .filter(|s| s.hidden.is_none())
            .map(|s| s.text.as_str())
            .collect();
        assert_eq!(shown, ["Ada", "Zürich – Café"]);
        assert!(
            source
                .spans
                .iter()
                .any(|s| s.text == "secret" && s.hidden.is_some())
        );
    }
}
