//! Styles as far as they say how a text looks.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::flow::{Colour, Looks};
use crate::span::Hidden;
use crate::xml::{attribute, local};

/// Most styles that are kept.
const MAX_STYLES: usize = 4_000;
/// Longest line of styles based on each other.
const MAX_BASES: usize = 12;

/// Looks that a style sets; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Style {
    pub size: Option<f32>,
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub hidden: Option<bool>,
    pub colour: Option<Colour>,
    pub behind: Option<Colour>,
    pub heading: bool,
}

impl Style {
    /// This style with another on top.
    pub fn under(self, top: Self) -> Self {
        Self {
            size: top.size.or(self.size),
            bold: top.bold.or(self.bold),
            italic: top.italic.or(self.italic),
            hidden: top.hidden.or(self.hidden),
            colour: top.colour.or(self.colour),
            behind: top.behind.or(self.behind),
            heading: top.heading || self.heading,
        }
    }

    /// Looks over what is painted under the text.
    pub fn looks(&self, under: Colour) -> Looks {
        let size = self.size.unwrap_or(12.0);
        let behind = self.behind.unwrap_or(under);
        let hidden = if self.hidden == Some(true) {
            Some(Hidden::Marked)
        } else if size < 3.0 {
            Some(Hidden::Tiny)
        } else if self.colour.is_some_and(|colour| colour.alike(behind)) {
            Some(Hidden::SameColour)
        } else {
            None
        };
        Looks {
            size,
            bold: self.bold.unwrap_or(self.heading),
            italic: self.italic.unwrap_or(false),
            colour: self.colour.map_or([0; 3], |colour| colour.0),
            hidden,
        }
    }

    fn read(&mut self, tag: &BytesStart<'_>) {
        if let Some(size) = attribute(tag, "font-size") {
            self.size = size
                .strip_suffix("pt")
                .and_then(|size| size.parse().ok())
                .or(self.size);
        }
        if let Some(weight) = attribute(tag, "font-weight") {
            self.bold = Some(weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600));
        }
        if let Some(slant) = attribute(tag, "font-style") {
            self.italic = Some(slant != "normal");
        }
        if let Some(display) = attribute(tag, "display") {
            self.hidden = Some(display == "none");
        }
        if let Some(colour) = attribute(tag, "color") {
            self.colour = Colour::parse(&colour);
        }
        self.fill(tag);
    }

    fn fill(&mut self, tag: &BytesStart<'_>) {
        if let Some(colour) = attribute(tag, "background-color") {
            self.behind = Colour::parse(&colour);
        }
        if attribute(tag, "fill").is_some_and(|fill| fill != "none")
            && let Some(colour) = attribute(tag, "fill-color")
        {
            self.behind = Colour::parse(&colour);
        }
    }
}

/// All styles by name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, (Style, Option<String>)>,
}

impl Styles {
    /// Adds the styles of a part.
    pub fn collect(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        let mut current: Option<(String, Style, Option<String>)> = None;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => match (local(&tag), current.as_mut()) {
                    ("style" | "default-style", _) => {
                        self.keep(current.take());
                        let name = attribute(&tag, "name").unwrap_or_else(|| default_name(&tag).into());
                        let style = Style {
                            heading: name == "Title"
                                || attribute(&tag, "default-outline-level").is_some_and(|l| !l.is_empty()),
                            ..Style::default()
                        };
                        let parent = attribute(&tag, "parent-style-name")
                            .map_or_else(|| default_name(&tag).to_owned(), Cow::into_owned);
                        current = Some((name.into_owned(), style, Some(parent)));
                    }
                    ("text-properties", Some((_, style, _))) => style.read(&tag),
                    (
                        "paragraph-properties"
                        | "table-cell-properties"
                        | "graphic-properties"
                        | "table-row-properties",
                        Some((_, style, _)),
                    ) => style.fill(&tag),
                    _ => {}
                },
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        self.keep(current);
    }

    fn keep(&mut self, entry: Option<(String, Style, Option<String>)>) {
        if let Some((name, style, parent)) = entry
            && self.styles.len() < MAX_STYLES
        {
            let parent = parent.filter(|parent| *parent != name);
            self.styles.insert(name, (style, parent));
        }
    }

    /// The looks of a style with those it is based on.
    pub fn get(&self, name: &str) -> Style {
        let mut answer = Style::default();
        let mut next = Some(name);
        for _ in 0..MAX_BASES {
            let Some((style, parent)) = next.and_then(|name| self.styles.get(name)) else {
                break;
            };
            answer = style.under(answer);
            next = parent.as_deref();
        }
        answer
    }
}

/// The name under which the looks of all styles of a family are kept; no style can be called so.
fn default_name(tag: &BytesStart<'_>) -> &'static str {
    let family = attribute(tag, "family").unwrap_or_default();
    if family == "paragraph" { "<paragraph>" } else { "" }
}
