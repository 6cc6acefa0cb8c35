//! Paragraph and character styles as far as they say how a text looks.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::xml::{attribute, is_off, local};

/// Looks that a style sets; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    pub size: Option<f32>,
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub list: bool,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, (Style, Option<String>)>,
}

impl Styles {
    pub fn parse(text: &str) -> Self {
        let mut all = Self::default();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        let mut current: Option<(String, Style, Option<String>)> = None;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => match (local(&tag), current.as_mut()) {
                    ("style", _) => {
                        all.keep(current.take());
                        let id = attribute(&tag, "styleId").unwrap_or_default();
                        let lower = id.to_lowercase();
                        let heading = lower.starts_with("heading")
                            || lower == "title"
                            || lower.starts_with("berschrift");
                        let style = Style {
                            bold: heading.then_some(true),
                            size: heading.then_some(14.0),
                            list: lower.contains("bullet"),
                            italic: None,
                        };
                        current = Some((id, style, None));
                    }
                    ("basedOn", Some((_, _, base))) => *base = attribute(&tag, "val"),
                    ("sz", Some((_, style, _))) => {
                        style.size = attribute(&tag, "val")
                            .and_then(|v| v.parse::<f32>().ok())
                            .map(|v| v / 2.0);
                    }
                    ("b", Some((_, style, _))) => style.bold = Some(!is_off(&tag)),
                    ("i", Some((_, style, _))) => style.italic = Some(!is_off(&tag)),
                    _ => {}
                },
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        all.keep(current);
        all
    }

    fn keep(&mut self, entry: Option<(String, Style, Option<String>)>) {
        if let Some((id, style, base)) = entry
            && self.styles.len() < 2_000
        {
            self.styles.insert(id, (style, base));
        }
    }

    /// The looks of a style with those it is based on.
    pub fn get(&self, id: &str) -> Style {
        let mut answer = Style::default();
        let mut next = Some(id);
        for _ in 0..10 {
            let Some((style, base)) = next.and_then(|id| self.styles.get(id)) else {
                break;
            };
            answer.size = answer.size.or(style.size);
            answer.bold = answer.bold.or(style.bold);
            answer.italic = answer.italic.or(style.italic);
            answer.list |= style.list;
            next = base.as_deref();
        }
        answer
    }
}
