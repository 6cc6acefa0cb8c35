//! The stories of a document as lines.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use super::looks::Ink;
use super::pages::Pages;
use super::paragraphs::{self, CELL, Paragraph};
use super::stories::Stories;
use super::styles::Styles;
use super::text::Glyph;
use crate::flow::{Colour, FlowWriter, Looks, shown, symbol};
use crate::span::Source;

/// What the document is made of.
pub(super) struct Parts<'a> {
    pub old: bool,
    pub glyphs: &'a [Glyph],
    pub characters: Pages<'a>,
    pub paragraphs: Pages<'a>,
    pub styles: Styles<'a>,
    pub data: &'a [u8],
    /// What is painted under the text of shapes.
    pub fills: HashMap<u32, Colour>,
    pub stories: &'a Stories,
}

/// A stretch of characters of one look that is not written yet.
#[derive(Default)]
struct Pending {
    units: Vec<u16>,
    looks: Looks,
}

/// Writes a document's stories.
pub(super) struct Walk<'a> {
    parts: Parts<'a>,
    out: FlowWriter,
    pending: Pending,
    /// Open fields: whether what stands here is the instruction, which is not shown.
    fields: Vec<bool>,
    instructions: usize,
    /// Whether the next text starts an entry of a list.
    bullet: bool,
    pictures: bool,
    /// Text boxes that were written where they are anchored.
    written: HashSet<usize>,
}

impl<'a> Walk<'a> {
    pub fn new(parts: Parts<'a>) -> Self {
        Self {
            parts,
            out: FlowWriter::new(MAX_TEXT_CHARS * 4),
            pending: Pending::default(),
            fields: Vec::new(),
            instructions: 0,
            bullet: false,
            pictures: false,
            written: HashSet::new(),
        }
    }

    /// Writes all stories that are shown.
    pub fn document(&mut self) {
        let stories = self.parts.stories;
        let mut seen: HashSet<Vec<u16>> = HashSet::new();
        self.repeated(&stories.headers, &mut seen);
        self.story(stories.header_boxes.clone(), None, false);
        self.story(stories.body.clone(), None, true);
        self.out.release_boxes();
        for (at, (range, shape)) in stories.boxes.iter().enumerate() {
            if !self.written.contains(&at) {
                self.story(range.clone(), self.parts.fills.get(shape).copied(), false);
            }
        }
        for notes in &stories.notes {
            self.story(notes.clone(), None, false);
        }
        self.repeated(&stories.footers, &mut seen);
    }

    /// Headers or footers, each text once.
    fn repeated(&mut self, ranges: &[Range<usize>], seen: &mut HashSet<Vec<u16>>) {
        for range in ranges {
            let glyphs = self.parts.glyphs.get(range.clone()).unwrap_or_default();
            if seen.insert(glyphs.iter().map(|glyph| glyph.unit).collect()) {
                self.story(range.clone(), None, false);
            }
        }
    }

    /// What was written.
    pub fn finish(self) -> Result<Source, ReadFailure> {
        if self.out.full() {
            return Err(ReadFailure::TooLarge);
        }
        let mut source = self.out.finish();
        source.pictures = self.pictures;
        Ok(source)
    }

    fn story(&mut self, range: Range<usize>, under: Option<Colour>, anchors: bool) {
        let outside = (
            std::mem::take(&mut self.fields),
            std::mem::take(&mut self.instructions),
        );
        let parts = &self.parts;
        let paragraphs = paragraphs::split(parts.glyphs, range, &parts.paragraphs, &parts.styles, parts.data);
        let base = self.out.tables();
        for paragraph in paragraphs {
            if self.out.full() {
                break;
            }
            let depth = base + usize::from(paragraph.block.depth);
            while self.out.tables() > depth {
                self.out.end_table();
            }
            while self.out.tables() < depth {
                self.out.begin_table();
            }
            self.bullet = paragraph.block.listed && !paragraph.block.heading;
            self.characters(&paragraph, paragraph.under.or(under), anchors);
            self.flush();
            self.end(&paragraph);
        }
        while self.out.tables() > base {
            self.out.end_table();
        }
        (self.fields, self.instructions) = outside;
    }

    fn end(&mut self, paragraph: &Paragraph) {
        let last = paragraph.range.end.checked_sub(1);
        let mark = last
            .and_then(|at| self.parts.glyphs.get(at))
            .map(|glyph| glyph.unit);
        let block = &paragraph.block;
        if self.parts.old && mark == Some(CELL) {
            // Without looks, a cell's end is told from a row's end by what stands before it.
            if paragraph.range.len() > 1 {
                self.out.push("\t", Looks::default());
            } else {
                self.out.end_line();
            }
        } else if block.row_end || block.inner_row_end {
            self.out.end_row();
        } else if mark == Some(CELL) || block.inner_cell_end {
            self.out.end_cell();
        } else {
            self.out.end_line();
        }
    }

    fn characters(&mut self, paragraph: &Paragraph, under: Option<Colour>, anchors: bool) {
        let base = self.parts.styles.ink(paragraph.block.style);
        let mut run = 0..0;
        let mut ink = base;
        for at in paragraph.range.clone() {
            let Some(glyph) = self.parts.glyphs.get(at).copied() else {
                break;
            };
            if !run.contains(&glyph.at) {
                let (stretch, changes) = self.parts.characters.at(glyph.at);
                run = stretch;
                let styled =
                    Ink::named_style(changes).map_or(base, |style| self.parts.styles.over(base, style));
                ink = styled;
                ink.apply(changes, &styled);
                let mut looks = ink.looks(under);
                looks.bold |= paragraph.block.heading;
                if looks != self.pending.looks {
                    self.flush();
                    self.pending.looks = looks;
                }
            }
            if !ink.deleted {
                self.character(glyph.unit, &ink, at, anchors);
            }
        }
    }

    fn character(&mut self, unit: u16, ink: &Ink, at: usize, anchors: bool) {
        match unit {
            0x13 => {
                self.fields.push(true);
                self.instructions += 1;
            }
            0x14 => {
                if let Some(instruction) = self.fields.last_mut()
                    && std::mem::take(instruction)
                {
                    self.instructions -= 1;
                }
            }
            0x15 => self.instructions -= usize::from(self.fields.pop().unwrap_or(false)),
            0x01 => self.pictures = true,
            0x08 => {
                self.pictures = true;
                if anchors && let Some(found) = self.parts.stories.anchors.get(&at).copied() {
                    self.text_box(found);
                }
            }
            _ if self.instructions > 0 => {}
            0x28 if ink.special && ink.symbol.is_some() => {
                let looks_like = ink.symbol.and_then(symbol).unwrap_or(' ');
                self.pending
                    .units
                    .extend(looks_like.encode_utf16(&mut [0; 2]).iter());
            }
            0x0b | 0x0e => {
                self.flush();
                self.out.end_line();
            }
            0x1e => self.pending.units.push(u16::from(b'-')),
            0x09 => self.pending.units.push(0x09),
            0..0x20 => {}
            _ => self.pending.units.push(unit),
        }
    }

    fn text_box(&mut self, number: usize) {
        let stories = self.parts.stories;
        let Some((range, shape)) = stories.boxes.get(number) else {
            return;
        };
        self.written.insert(number);
        self.flush();
        let (bullet, looks) = (self.bullet, self.pending.looks);
        self.out.begin_box();
        self.story(range.clone(), self.parts.fills.get(shape).copied(), false);
        self.out.end_box();
        (self.bullet, self.pending.looks) = (bullet, looks);
    }

    fn flush(&mut self) {
        if self.pending.units.is_empty() {
            return;
        }
        let units = std::mem::take(&mut self.pending.units);
        let text: String = char::decode_utf16(units)
            .map(|unit| shown(unit.unwrap_or('\u{fffd}')))
            .collect();
        let looks = self.pending.looks;
        if looks.hidden.is_none() && !text.trim().is_empty() && std::mem::take(&mut self.bullet) {
            self.out.push("• ", looks);
        }
        self.out.push(&text, looks);
    }
}
