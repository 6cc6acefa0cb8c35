//! Paragraph and character styles as far as they say how a text looks.

use std::borrow::Cow;
use std::cell::OnceCell;

use quick_xml::events::{BytesStart, Event};

use super::looks::Style;
use crate::xml::{Passage, attribute, forgiving, local, local_end, without_prefix};

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

/// What stands in a style's element, read when a text first has the style: most documents use few of theirs.
#[derive(Debug)]
struct Unread<'a> {
    inner: &'a str,
    entry: OnceCell<Entry>,
}

#[derive(Debug, Default)]
pub(super) struct Styles<'a> {
    /// By their ids, in order.
    styles: Vec<(String, Unread<'a>)>,
    /// What holds for all text.
    defaults: Style,
    /// Name of the style of paragraphs that name none.
    usual: Option<String>,
}

impl<'a> Styles<'a> {
    pub fn parse(text: &'a str) -> Self {
        let mut all = Self::default();
        let mut passage = Passage::new(text);
        let mut in_defaults = false;
        loop {
            while let Some((tag, inner)) = passage.take_next("style") {
                all.keep(&tag, inner);
            }
            let event = passage.reader.read_event();
            let open = matches!(event, Ok(Event::Start(_)));
            match event {
                Ok(Event::Start(tag) | Event::Empty(tag)) => match local(&tag) {
                    "rPrDefault" => in_defaults = true,
                    "latentStyles" if open => {
                        passage.skip(&tag);
                    }
                    "style" if open => {
                        if let Some(inner) = passage.take(&tag) {
                            all.keep(&tag, inner);
                        }
                    }
                    _ if in_defaults => {
                        all.defaults.character(&tag);
                    }
                    _ => {}
                },
                Ok(Event::End(tag)) if local_end(&tag) == "rPrDefault" => in_defaults = false,
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        // Of several with one id the last counts.
        all.styles.reverse();
        all.styles.sort_by(|(one, _), (other, _)| one.cmp(other));
        all.styles.dedup_by(|(next, _), (first, _)| next == first);
        all
    }

    /// Notes a style by its start tag and what its element holds.
    fn keep(&mut self, tag: &BytesStart<'_>, inner: &'a str) {
        let (mut kind, mut id, mut default) = (None, None, None);
        for found in tag.attributes().with_checks(false).filter_map(Result::ok) {
            let known = match without_prefix(found.key.into_inner()) {
                "type" => &mut kind,
                "styleId" => &mut id,
                "default" => &mut default,
                _ => continue,
            };
            known.get_or_insert(found.value);
        }
        let kind = kind.unwrap_or_default();
        // Paragraphs and their text have no looks of tables or numberings.
        if matches!(&*kind, "table" | "numbering") {
            return;
        }
        let id = id.unwrap_or_default().into_owned();
        if kind == "paragraph" && default.is_some_and(|value| value == "1") {
            self.usual = Some(id.clone());
        }
        if self.styles.len() < MAX_STYLES {
            let entry = OnceCell::new();
            self.styles.push((id, Unread { inner, entry }));
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

    fn unread(&self, id: &str) -> Option<&Unread<'a>> {
        let at = self.styles.binary_search_by(|(known, _)| known.as_str().cmp(id));
        self.styles.get(at.ok()?).map(|(_, unread)| unread)
    }

    /// The looks of a style with those it is based on.
    pub fn get(&self, id: &str) -> Style {
        let mut answer = Style::default();
        let mut next = Some(id);
        for _ in 0..MAX_BASES {
            let Some(unread) = next.and_then(|id| self.unread(id)) else {
                break;
            };
            let entry = unread.entry.get_or_init(|| Entry::parse(unread.inner));
            answer = entry.style.under(answer);
            next = entry.base.as_deref();
        }
        answer
    }
}

impl Entry {
    fn parse(inner: &str) -> Self {
        let mut entry = Self::default();
        let mut reader = forgiving(inner);
        // Looks for the first row of a table and the like hold for that row only.
        let mut conditional = false;
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => match local(&tag) {
                    "tblStylePr" => conditional = true,
                    _ if !conditional => entry.read(&tag),
                    _ => {}
                },
                Ok(Event::End(tag)) if local_end(&tag) == "tblStylePr" => conditional = false,
                Ok(Event::Eof) | Err(_) => return entry,
                Ok(_) => {}
            }
        }
    }

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
            "basedOn" => self.base = attribute(tag, "val").map(Cow::into_owned),
            "outlineLvl" => self.style.heading = Some(attribute(tag, "val").is_none_or(|level| level != "9")),
            "numId" => self.style.listed = Some(attribute(tag, "val").is_none_or(|id| id != "0")),
            _ => {}
        }
    }
}
