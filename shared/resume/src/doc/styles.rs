//! The style sheet ([MS-DOC] 2.9.271): what a paragraph or a stretch of characters looks like by its name.

use super::bytes::{slice, u16_at};
use super::looks::{Block, Ink};

/// Longest line of styles based on each other.
const MAX_BASES: usize = 12;
/// Built-in styles: headings 1-9, and the title.
const HEADINGS: std::ops::RangeInclusive<u16> = 1..=9;
const TITLE: u16 = 62;

/// A style as it lies in the file.
struct Style<'a> {
    built_in: u16,
    base: u16,
    paragraph: &'a [u8],
    characters: &'a [u8],
}

/// All styles by number.
#[derive(Default)]
pub(super) struct Styles<'a> {
    styles: Vec<Option<Style<'a>>>,
}

impl<'a> Styles<'a> {
    pub fn parse(table: &'a [u8]) -> Self {
        Self::read(table).unwrap_or_default()
    }

    fn read(table: &'a [u8]) -> Option<Self> {
        let head = usize::from(u16_at(table, 0)?);
        let count = usize::from(u16_at(table, 2)?).min(0x0fff);
        let fixed = usize::from(u16_at(table, 4)?);
        let mut at = 2 + head;
        let mut styles = Vec::new();
        for _ in 0..count {
            let Some(length) = u16_at(table, at).map(usize::from) else {
                break;
            };
            styles.push(style(slice(table, at + 2, length), fixed));
            at += 2 + length + length % 2;
        }
        Some(Self { styles })
    }

    /// The styles behind one, the most basic first.
    fn line(&self, number: u16) -> Vec<&Style<'a>> {
        let mut line = Vec::new();
        let mut next = number;
        while let Some(Some(style)) = self.styles.get(usize::from(next)) {
            line.push(style);
            next = style.base;
            if line.len() >= MAX_BASES {
                break;
            }
        }
        line.reverse();
        line
    }

    /// Looks of characters in paragraphs of this style.
    pub fn ink(&self, number: u16) -> Ink {
        self.over(Ink::default(), number)
    }

    /// Looks of characters with a style of their own on top of those of the paragraph.
    pub fn over(&self, mut ink: Ink, number: u16) -> Ink {
        for style in self.line(number) {
            let base = ink;
            ink.apply(style.characters, &base);
        }
        ink
    }

    /// Looks of paragraphs of this style.
    pub fn block(&self, number: u16) -> Block {
        let mut block = Block {
            style: number,
            ..Block::default()
        };
        for style in self.line(number) {
            block.apply(style.paragraph);
            block.heading |= HEADINGS.contains(&style.built_in) || style.built_in == TITLE;
        }
        block
    }
}

fn style(bytes: &[u8], fixed: usize) -> Option<Style<'_>> {
    let built_in = u16_at(bytes, 0)? & 0x0fff;
    let kind = u16_at(bytes, 2)?;
    let name = usize::from(u16_at(bytes, fixed)?);
    let mut at = fixed + 2 + name * 2 + 2;
    let mut part = || {
        let length = usize::from(u16_at(bytes, at)?);
        let part = slice(bytes, at + 2, length);
        at += 2 + length + length % 2;
        Some(part)
    };
    let (paragraph, characters) = match kind & 15 {
        1 => (
            part().and_then(|part| part.get(2..)).unwrap_or_default(),
            part().unwrap_or_default(),
        ),
        2 => (&[][..], part().unwrap_or_default()),
        _ => (&[][..], &[][..]),
    };
    Some(Style {
        built_in,
        base: kind >> 4,
        paragraph,
        characters,
    })
}
