//! Walks a document part: runs become text, paragraphs lines. Nesting is counted, never recursed.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::styles::{Style, Styles};
use crate::flow::{Colour, FlowWriter, Looks};
use crate::span::Hidden;
use crate::xml::{attribute, is_off, local, reference};

#[derive(Default)]
struct Walk {
    paragraph: Style,
    run: Style,
    hidden: Option<Hidden>,
    tiny: bool,
    in_run: bool,
    in_text: bool,
    numbered: bool,
    /// Depth of an element whose content repeats or is not shown.
    skipped: usize,
}

/// Writes the part's text; answers whether the part was well-formed to its end.
pub(super) fn walk(text: &str, styles: &Styles, out: &mut FlowWriter) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut walk = Walk::default();
    loop {
        if out.full() {
            return false;
        }
        match reader.read_event() {
            Ok(Event::Start(tag)) if walk.skipped > 0 || skips(local(&tag)) => walk.skipped += 1,
            Ok(Event::End(_)) if walk.skipped > 0 => walk.skipped -= 1,
            Ok(_) if walk.skipped > 0 && reader.buffer_position() < text.len() as u64 => {}
            Ok(Event::Start(tag)) => walk.open(&tag, styles, out),
            Ok(Event::Empty(tag)) => {
                walk.open(&tag, styles, out);
                walk.close(local(&tag), out);
            }
            Ok(Event::End(tag)) => walk.close(crate::xml::local_end(&tag), out),
            Ok(Event::Text(content)) if walk.in_text => walk.push(&content.xml10_content(), out),
            Ok(Event::CData(content)) if walk.in_text => walk.push(&content.xml10_content(), out),
            Ok(Event::GeneralRef(entity)) if walk.in_text => {
                let character = reference(&entity);
                walk.push(character.encode_utf8(&mut [0; 4]), out);
            }
            Ok(Event::Eof) => {
                out.end_line();
                return true;
            }
            Err(_) => {
                out.end_line();
                return false;
            }
            Ok(_) => {}
        }
    }
}

/// `Fallback` repeats what `Choice` says; deleted and moved text is not shown.
fn skips(name: &str) -> bool {
    matches!(name, "Fallback" | "del" | "moveFrom" | "instrText" | "delText")
}

fn is_white(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "val")
        .and_then(|value| Colour::parse(&value))
        .is_some_and(|colour| colour.alike(Colour::WHITE))
}

impl Walk {
    fn open(&mut self, tag: &BytesStart<'_>, styles: &Styles, out: &mut FlowWriter) {
        match local(tag) {
            "p" => {
                out.end_line();
                *self = Self {
                    skipped: self.skipped,
                    ..Self::default()
                };
            }
            "pStyle" => {
                self.paragraph = styles.get(&attribute(tag, "val").unwrap_or_default());
                self.numbered |= self.paragraph.list;
            }
            "numPr" => self.numbered = true,
            "r" => {
                self.in_run = true;
                self.run = Style::default();
                self.hidden = None;
                self.tiny = false;
            }
            "rStyle" if self.in_run => {
                let style = styles.get(&attribute(tag, "val").unwrap_or_default());
                self.run = Style {
                    bold: style.bold.or(self.run.bold),
                    italic: style.italic,
                    ..self.run
                };
            }
            "b" if self.in_run => self.run.bold = Some(!is_off(tag)),
            "i" if self.in_run => self.run.italic = Some(!is_off(tag)),
            "vanish" | "webHidden" if self.in_run && !is_off(tag) => self.hidden = Some(Hidden::Marked),
            "color" if self.in_run && is_white(tag) => self.hidden = Some(Hidden::SameColour),
            "shd" | "highlight" if self.in_run && self.hidden == Some(Hidden::SameColour) => {
                self.hidden = None
            }
            "sz" if self.in_run => {
                let size = attribute(tag, "val")
                    .and_then(|value| value.parse::<f32>().ok())
                    .map(|v| v / 2.0);
                self.run.size = size;
                self.tiny = size.is_some_and(|size| size < 3.0);
            }
            "t" => self.in_text = true,
            "tab" if self.in_run => self.push("\t", out),
            "br" | "cr" => out.end_line(),
            "noBreakHyphen" => self.push("-", out),
            "tbl" => out.end_line(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, out: &mut FlowWriter) {
        match name {
            "t" => self.in_text = false,
            "r" => self.in_run = false,
            "p" | "tc" | "tr" => out.end_line(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str, out: &mut FlowWriter) {
        let looks = Looks {
            size: self.run.size.or(self.paragraph.size).unwrap_or(11.0),
            bold: self.run.bold.or(self.paragraph.bold).unwrap_or(false),
            italic: self.run.italic.or(self.paragraph.italic).unwrap_or(false),
            hidden: if self.tiny {
                Some(Hidden::Tiny)
            } else {
                self.hidden
            },
            ..Looks::default()
        };
        if std::mem::take(&mut self.numbered) && looks.hidden.is_none() {
            out.push("• ", looks);
        }
        out.push(text, looks);
    }
}
