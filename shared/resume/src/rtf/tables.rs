//! The tables at the head of an RTF: colours, and which code page each font is written in.

use std::collections::HashMap;

use encoding_rs::Encoding;

use crate::flow::Colour;

/// Most fonts and most colours that are kept.
const MAX_ENTRIES: usize = 4_096;

/// How the bytes of a font become characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Script {
    /// As the document says.
    Usual,
    Page(&'static Encoding),
    /// A symbol font.
    Symbols,
}

/// Colours and fonts by their numbers.
#[derive(Debug, Default)]
pub(super) struct Tables {
    colours: Vec<Option<Colour>>,
    channels: [Option<u8>; 3],
    fonts: HashMap<i64, Script>,
    font: i64,
}

impl Tables {
    /// A word of the table of colours.
    pub fn channel(&mut self, word: &str, number: Option<i64>) {
        let value = number.map(|value| value.clamp(0, 255) as u8);
        let [red, green, blue] = &mut self.channels;
        match word {
            "red" => *red = value,
            "green" => *green = value,
            "blue" => *blue = value,
            _ => {}
        }
    }

    /// A colour's entry ends; one without channels is the default.
    pub fn end_colour(&mut self) {
        let [red, green, blue] = std::mem::take(&mut self.channels);
        if self.colours.len() < MAX_ENTRIES {
            let colour = red.zip(green).zip(blue);
            self.colours
                .push(colour.map(|((red, green), blue)| Colour([red, green, blue])));
        }
    }

    /// A colour by its number, `None` for the default.
    pub fn colour(&self, number: Option<i64>) -> Option<Colour> {
        let at = usize::try_from(number.unwrap_or(0)).ok()?;
        self.colours.get(at).copied().flatten()
    }

    /// A word of the table of fonts.
    pub fn font_word(&mut self, word: &str, number: Option<i64>) {
        match word {
            "f" => self.font = number.unwrap_or(0),
            "fcharset" if self.fonts.len() < MAX_ENTRIES => {
                self.fonts.insert(self.font, script(number.unwrap_or(0)));
            }
            _ => {}
        }
    }

    /// How a font's bytes are read.
    pub fn script(&self, font: Option<i64>) -> Script {
        self.fonts
            .get(&font.unwrap_or(0))
            .copied()
            .unwrap_or(Script::Usual)
    }
}

/// Character sets of Windows fonts, as the RTF specification lists them.
fn script(set: i64) -> Script {
    let page = match set {
        2 => return Script::Symbols,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return Script::Usual,
    };
    Script::Page(code_page(page))
}

/// A code page by its number, that of Western Europe for unknown ones.
pub(super) fn code_page(number: i64) -> &'static Encoding {
    match number {
        65001 => encoding_rs::UTF_8,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        10000 => encoding_rs::MACINTOSH,
        _ => Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252),
    }
}
