//! Walks a document part: runs become text, paragraphs lines. Nesting is counted, never recursed.

use quick_xml::events::{BytesStart, Event};

use super::fills::Fill;
use super::looks::{Style, shade};
use super::styles::Styles;
use crate::flow::{Colour, FlowWriter, Looks, shown, symbol};
use crate::xml::{attribute, forgiving, local, local_end, reference};

/// Deepest nesting of tables, text boxes and alternatives that is followed.
const MAX_DEPTH: usize = 64;

/// The paragraph that is being read.
#[derive(Debug, Clone, Copy, Default)]
struct Paragraph {
    style: Style,
    /// Properties set on the paragraph itself.
    own: Style,
    run: Style,
    in_properties: bool,
    in_run: bool,
    in_text: bool,
    /// Whether the bullet of a list entry is still to come.
    bullet: bool,
}

/// A text box: the paragraph around it, what its shape paints, and the tables outside.
struct TextBox {
    paragraph: Paragraph,
    fill: Fill,
    grounds: Vec<Option<Colour>>,
}

struct Walk<'a> {
    styles: &'a Styles<'a>,
    out: &'a mut FlowWriter,
    page: Colour,
    paragraph: Paragraph,
    /// What is painted under the current cell of each open table.
    grounds: Vec<Option<Colour>>,
    boxes: Vec<TextBox>,
    /// Tables and boxes beyond the bound.
    beyond: (usize, usize),
    fill: Fill,
    /// For each open set of alternatives, whether one was taken.
    taken: Vec<bool>,
    /// Depth of elements whose content repeats or is not shown.
    skipped: usize,
}

/// Writes the part's text over a page of this colour; answers whether the part was well-formed to its end.
pub(super) fn walk(text: &str, styles: &Styles<'_>, page: Colour, out: &mut FlowWriter) -> bool {
    let mut reader = forgiving(text);
    let mut walk = Walk {
        styles,
        out,
        page,
        paragraph: Paragraph::default(),
        grounds: Vec::new(),
        boxes: Vec::new(),
        beyond: (0, 0),
        fill: Fill::default(),
        taken: Vec::new(),
        skipped: 0,
    };
    let sound = loop {
        if walk.out.full() {
            break false;
        }
        match reader.read_event() {
            Ok(Event::Start(tag)) if walk.skipped > 0 || walk.skips(local(&tag)) => walk.skipped += 1,
            Ok(Event::End(_)) if walk.skipped > 0 => walk.skipped -= 1,
            Ok(Event::Eof) => break true,
            Err(_) => break false,
            Ok(_) if walk.skipped > 0 => {}
            Ok(Event::Start(tag)) => walk.open(&tag, false),
            Ok(Event::Empty(tag)) => {
                walk.open(&tag, true);
                walk.close(local(&tag));
            }
            Ok(Event::End(tag)) => walk.close(local_end(&tag)),
            Ok(Event::Text(content)) if walk.paragraph.in_text => walk.push(&content.xml10_content()),
            Ok(Event::CData(content)) if walk.paragraph.in_text => walk.push(&content.xml10_content()),
            Ok(Event::GeneralRef(entity)) if walk.paragraph.in_text => {
                walk.push(reference(&entity).encode_utf8(&mut [0; 4]));
            }
            Ok(_) => {}
        }
    };
    while !walk.boxes.is_empty() || !walk.grounds.is_empty() {
        walk.end_table();
        walk.end_box();
    }
    walk.out.end_line();
    sound
}

impl Walk<'_> {
    /// Deleted and moved text, instructions of fields, readings above characters, alternatives to what was taken.
    fn skips(&mut self, name: &str) -> bool {
        match name {
            "del" | "moveFrom" | "instrText" | "delText" | "delInstrText" | "rt" => true,
            "Choice" => self
                .taken
                .last_mut()
                .is_some_and(|taken| std::mem::replace(taken, true)),
            "Fallback" => self.taken.last().is_some_and(|taken| *taken),
            _ => false,
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        self.fill.open(tag, empty);
        match local(tag) {
            "AlternateContent" if self.taken.len() < MAX_DEPTH => self.taken.push(false),
            "tbl" => self.begin_table(),
            "tc" => {
                if let Some(ground) = self.grounds.last_mut() {
                    *ground = None;
                }
            }
            "txbxContent" => self.begin_box(),
            "p" => {
                self.out.end_line();
                self.paragraph = Paragraph {
                    style: self.styles.paragraph(None),
                    ..Paragraph::default()
                };
            }
            "pPr" => self.paragraph.in_properties = !empty,
            "r" => {
                self.paragraph.in_properties = false;
                self.paragraph.in_run = true;
                self.paragraph.run = self.paragraph.style;
            }
            _ if self.paragraph.in_run => self.in_run(tag),
            _ if self.paragraph.in_properties => self.in_properties(tag),
            "shd" => self.ground(shade(tag)),
            _ => {}
        }
    }

    fn in_run(&mut self, tag: &BytesStart<'_>) {
        match local(tag) {
            "rStyle" => {
                let style = self.styles.get(&attribute(tag, "val").unwrap_or_default());
                self.paragraph.run = self.paragraph.run.under(style);
            }
            "t" => self.paragraph.in_text = true,
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" if self.looks().hidden.is_none() => self.out.end_line(),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = attribute(tag, "char").and_then(|code| u16::from_str_radix(&code, 16).ok());
                let character = code.and_then(symbol).unwrap_or(' ');
                self.push(character.encode_utf8(&mut [0; 4]));
            }
            _ => {
                self.paragraph.run.character(tag);
            }
        }
    }

    fn in_properties(&mut self, tag: &BytesStart<'_>) {
        let paragraph = &mut self.paragraph;
        match local(tag) {
            "pStyle" => {
                let style = self.styles.paragraph(attribute(tag, "val").as_deref());
                paragraph.style = style.under(paragraph.own);
            }
            "numId" => paragraph.own.listed = Some(attribute(tag, "val").is_none_or(|id| id != "0")),
            "outlineLvl" => {
                paragraph.own.heading = Some(attribute(tag, "val").is_none_or(|level| level != "9"))
            }
            "shd" => paragraph.own.shade = Some(shade(tag)),
            // What follows is about the mark that ends the paragraph.
            "rPr" => paragraph.in_properties = false,
            _ => {}
        }
        paragraph.style = paragraph.style.under(paragraph.own);
        paragraph.bullet = paragraph.style.listed == Some(true) && paragraph.style.heading != Some(true);
    }

    fn ground(&mut self, colour: Option<Colour>) {
        if let Some(ground) = self.grounds.last_mut() {
            *ground = colour.or(*ground);
        }
    }

    fn close(&mut self, name: &str) {
        self.fill.close(name);
        match name {
            "AlternateContent" => {
                self.taken.pop();
            }
            "t" => self.paragraph.in_text = false,
            "r" => self.paragraph.in_run = false,
            "pPr" => self.paragraph.in_properties = false,
            "p" => self.out.end_line(),
            "tc" => self.out.end_cell(),
            "tr" => self.out.end_row(),
            "tbl" => self.end_table(),
            "txbxContent" => self.end_box(),
            _ => {}
        }
    }

    fn begin_table(&mut self) {
        if self.grounds.len() >= MAX_DEPTH {
            self.beyond.0 += 1;
        } else {
            self.grounds.push(None);
            self.out.begin_table();
        }
    }

    fn end_table(&mut self) {
        if self.beyond.0 > 0 {
            self.beyond.0 -= 1;
        } else if self.grounds.pop().is_some() {
            self.out.end_table();
        }
    }

    fn begin_box(&mut self) {
        if self.boxes.len() >= MAX_DEPTH {
            self.beyond.1 += 1;
            return;
        }
        self.boxes.push(TextBox {
            paragraph: self.paragraph,
            fill: self.fill,
            grounds: std::mem::take(&mut self.grounds),
        });
        self.out.begin_box();
    }

    fn end_box(&mut self) {
        if self.beyond.1 > 0 {
            self.beyond.1 -= 1;
        } else if let Some(text_box) = self.boxes.pop() {
            self.out.end_box();
            self.paragraph = text_box.paragraph;
            self.grounds = text_box.grounds;
            self.fill = Fill::default();
        }
    }

    /// The looks of the run on what lies under it.
    fn looks(&self) -> Looks {
        let inner = self.grounds.iter().rev().find_map(|ground| *ground);
        let shape = || self.boxes.last().and_then(|text_box| text_box.fill.colour);
        let under = inner.or_else(shape).unwrap_or(self.page);
        self.paragraph.run.looks(under)
    }

    fn push(&mut self, text: &str) {
        let looks = self.looks();
        if looks.hidden.is_none() && std::mem::take(&mut self.paragraph.bullet) {
            self.out.push("• ", looks);
        }
        if text.contains(|c: char| ('\u{f000}'..='\u{f0ff}').contains(&c)) {
            let text: String = text.chars().map(shown).collect();
            self.out.push(&text, looks);
        } else {
            self.out.push(text, looks);
        }
    }
}
