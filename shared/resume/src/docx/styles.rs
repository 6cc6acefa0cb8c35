//! Paragraph and character styles as far as they say how a text looks.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::looks::Style;
use crate::xml::{Passage, attribute, local, local_end};

/// Longest line of styles based on each other.
const MAX_BASES: usize = 12;
/// Most styles that are kept.
const MAX_STYLES: usize = 2_000;
/// Size of a heading whose style does not say it, in points.
const HEADING_SIZE: f32 = 14.0;

/// A style with the one it is based on.
#[derive(Debug, Default)]
struct Entry {
    style: Style,
    base: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Entry>,
    /// What holds for all text.
    defaults: Style,
    /// Name of the style of paragraphs that name none.
    usual: Option<String>,
}

impl Styles {
    pub fn parse(text: &str) -> Self {
        let mut all = Self::default();
        let mut passage = Passage::new(text);
        let mut current: Option<(String, Entry)> = None;
        let mut in_defaults = false;
        // Looks for the first row of a table and the like hold for that row only.
        let mut conditional = false;
        loop {
            let event = passage.reader.read_event();
            let open = matches!(event, Ok(Event::Start(_)));
            match event {
                Ok(Event::Start(tag) | Event::Empty(tag)) => match (local(&tag), current.as_mut()) {
                    ("rPrDefault", _) => in_defaults = true,
                    ("latentStyles", _) if open => {
                        passage.skip(&tag);
                    }
                    // Paragraphs and their text have no looks of tables or numberings.
                    ("style", _) if open && !is_for_text(&tag) && passage.skip(&tag) => {}
                    ("style", _) => {
                        conditional = false;
                        let id = attribute(&tag, "styleId").unwrap_or_default();
                        let usual = attribute(&tag, "default").is_some_and(|value| value == "1")
                            && attribute(&tag, "type").is_some_and(|kind| kind == "paragraph");
                        if usual {
                            all.usual = Some(id.clone());
                        }
                        current = Some((id, Entry::default()));
                    }
                    ("tblStylePr", _) => conditional = true,
                    (_, Some((_, entry))) if !conditional => entry.read(&tag),
                    (_, None) if in_defaults => {
                        all.defaults.character(&tag);
                    }
                    _ => {}
                },
                Ok(Event::End(tag)) => match local_end(&tag) {
                    "style" => all.keep(current.take()),
                    "rPrDefault" => in_defaults = false,
                    "tblStylePr" => conditional = false,
                    _ => {}
                },
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        all.keep(current);
        all
    }

    fn keep(&mut self, entry: Option<(String, Entry)>) {
        if let Some((id, entry)) = entry
            && self.styles.len() < MAX_STYLES
        {
            self.styles.insert(id, entry);
        }
    }

    /// Looks of a paragraph by the name of its style, or of one without.
    pub fn paragraph(&self, id: Option<&str>) -> Style {
        let own = id.or(self.usual.as_deref()).map(|id| self.get(id));
        let mut style = self.defaults.under(own.unwrap_or_default());
        if style.heading == Some(true) {
            style.bold = style.bold.or(Some(true));
            if own.is_some_and(|own| own.size.is_none()) {
                style.size = Some(style.size.unwrap_or(0.0).max(HEADING_SIZE));
            }
        }
        style
    }

    /// The looks of a style with those it is based on.
    pub fn get(&self, id: &str) -> Style {
        let mut answer = Style::default();
        let mut next = Some(id);
        for _ in 0..MAX_BASES {
            let Some(entry) = next.and_then(|id| self.styles.get(id)) else {
                break;
            };
            answer = entry.style.under(answer);
            next = entry.base.as_deref();
        }
        answer
    }
}

fn is_for_text(tag: &BytesStart<'_>) -> bool {
    !attribute(tag, "type").is_some_and(|kind| matches!(kind.as_str(), "table" | "numbering"))
}

impl Entry {
    fn read(&mut self, tag: &BytesStart<'_>) {
        if self.style.character(tag) {
            return;
        }
        match local(tag) {
            // Names of built-in styles are English whatever the language of Word; only their ids are translated.
            "name" => {
                let name = attribute(tag, "val").unwrap_or_default().to_lowercase();
                if name == "title" || name.starts_with("heading") {
                    self.style.heading = Some(true);
                } else if name.starts_with("list bullet") {
                    self.style.listed = Some(true);
                }
            }
            "basedOn" => self.base = attribute(tag, "val"),
            "outlineLvl" => self.style.heading = Some(attribute(tag, "val").is_none_or(|level| level != "9")),
            "numId" => self.style.listed = Some(attribute(tag, "val").is_none_or(|id| id != "0")),
            _ => {}
        }
    }
}
