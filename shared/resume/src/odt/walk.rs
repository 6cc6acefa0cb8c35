//! Walks a part of the document. Nesting is counted, never recursed.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::styles::{Style, Styles};
use crate::flow::{Colour, FlowWriter, shown};
use crate::xml::{attribute, local, local_end, reference};

/// Deepest nesting of elements whose looks are kept apart.
const MAX_DEPTH: usize = 256;

/// Which texts of a part are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    Headers,
    Footers,
}

/// An element that matters here and is open.
struct Open {
    name: String,
    /// Looks of text in it.
    style: Style,
    /// What is painted under it.
    under: Colour,
}

struct Walk<'a> {
    styles: &'a Styles,
    part: Part,
    out: &'a mut FlowWriter,
    open: Vec<Open>,
    /// Elements that matter, opened beyond the bound.
    beyond: usize,
    /// Depth of elements whose content is not shown.
    skipped: usize,
    /// Depth of the elements whose texts are read.
    inside: usize,
    /// Depth of paragraphs.
    paragraphs: usize,
    bullet: bool,
}

/// Writes the texts of a part; answers whether it was well-formed to its end.
pub(super) fn walk(text: &str, styles: &Styles, part: Part, out: &mut FlowWriter) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut walk = Walk {
        styles,
        part,
        out,
        open: Vec::new(),
        beyond: 0,
        skipped: 0,
        inside: 0,
        paragraphs: 0,
        bullet: false,
    };
    let sound = loop {
        if walk.out.full() {
            break false;
        }
        match reader.read_event() {
            Ok(Event::Start(tag)) if walk.skipped > 0 || walk.skips(&tag) => walk.skipped += 1,
            Ok(Event::End(_)) if walk.skipped > 0 => walk.skipped -= 1,
            Ok(Event::Eof) => break true,
            Err(_) => break false,
            Ok(_) if walk.skipped > 0 => {}
            Ok(Event::Start(tag)) => walk.start(&tag),
            Ok(Event::Empty(tag)) => walk.empty(&tag),
            Ok(Event::End(tag)) => walk.end(local_end(&tag)),
            Ok(Event::Text(content)) => walk.push(&content.xml10_content()),
            Ok(Event::GeneralRef(entity)) => walk.push(reference(&entity).encode_utf8(&mut [0; 4])),
            Ok(_) => {}
        }
    };
    while walk.out.tables() > 0 {
        walk.out.end_table();
    }
    walk.out.end_line();
    sound
}

/// Elements that hold texts: those of the part, by their place.
fn holds(part: Part, name: &str) -> bool {
    match part {
        Part::Body => name == "body",
        Part::Headers => name.starts_with("header") && !name.contains("style"),
        Part::Footers => name.starts_with("footer") && !name.contains("style"),
    }
}

impl Walk<'_> {
    /// Comments, descriptions, deleted and hidden text, definitions.
    fn skips(&self, tag: &BytesStart<'_>) -> bool {
        match local(tag) {
            "annotation" | "desc" | "title" if tag.name().into_inner() != "text:title" => true,
            "tracked-changes" | "hidden-text" | "hidden-paragraph" | "script" | "sequence-decls"
            | "variable-decls" | "forms" | "note-citation" | "ruby-text" | "event-listeners" => true,
            "section" => attribute(tag, "display").is_some_and(|display| display != "true"),
            _ => false,
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = local(tag);
        if holds(self.part, name) {
            self.inside += 1;
        }
        if self.inside == 0 {
            return;
        }
        match name {
            "p" | "h" => {
                self.out.end_line();
                self.paragraphs += 1;
                self.enter(tag);
                if let Some(open) = self.open.last_mut().filter(|_| name == "h") {
                    open.style.heading = true;
                    open.style.size = open.style.size.or(Some(14.0));
                    self.bullet = false;
                }
            }
            "span" | "a" => self.enter(tag),
            "list-item" => self.bullet = true,
            "table" => {
                self.enter(tag);
                self.out.begin_table();
            }
            "table-row" | "table-cell" | "frame" | "custom-shape" => self.enter(tag),
            "text-box" | "note-body" => {
                self.enter(tag);
                self.out.begin_box();
            }
            _ => {}
        }
    }

    /// Opens an element with its looks on top of those around it.
    fn enter(&mut self, tag: &BytesStart<'_>) {
        if self.open.len() >= MAX_DEPTH {
            self.beyond += 1;
            return;
        }
        let name = local(tag).to_owned();
        let named = attribute(tag, "style-name")
            .map(|style| self.styles.get(&style))
            .unwrap_or_default();
        let (outer, under) = self
            .open
            .last()
            .map_or((Style::default(), Colour::WHITE), |open| (open.style, open.under));
        let inline = matches!(name.as_str(), "span" | "a");
        let style = if inline { outer.under(named) } else { named };
        let under = if inline {
            under
        } else {
            named.behind.unwrap_or(under)
        };
        self.open.push(Open { name, style, under });
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        match local(tag) {
            "tab" => self.push("\t"),
            "s" => self.push(" "),
            "line-break" if self.paragraphs > 0 => self.out.end_line(),
            "table-cell" if self.inside > 0 => self.out.end_cell(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if holds(self.part, name) {
            self.out.end_line();
            self.inside = self.inside.saturating_sub(1);
        }
        if self.inside == 0 {
            return;
        }
        match name {
            "p" | "h" => {
                self.out.end_line();
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.bullet = false;
            }
            "table-cell" => self.out.end_cell(),
            "table-row" => self.out.end_row(),
            "table" => self.out.end_table(),
            "text-box" | "note-body" => self.out.end_box(),
            "span" | "a" | "frame" | "custom-shape" => {}
            _ => return,
        }
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.open.last().is_some_and(|open| open.name == name) {
            self.open.pop();
        }
    }

    fn push(&mut self, text: &str) {
        if self.paragraphs == 0 || self.inside == 0 {
            return;
        }
        let looks = self
            .open
            .last()
            .map_or_else(Default::default, |open| open.style.looks(open.under));
        if looks.hidden.is_none() && !text.trim().is_empty() && std::mem::take(&mut self.bullet) {
            self.out.push("• ", looks);
        }
        // Blanks in the file count once, whatever they are.
        let mut clean = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\n' | '\r' => clean.push(' '),
                c => clean.push(shown(c)),
            }
        }
        self.out.push(&clean, looks);
    }
}
