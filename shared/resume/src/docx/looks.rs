//! Looks as styles and runs set them, one on top of the other.

use quick_xml::events::BytesStart;

use crate::flow::{Colour, Looks};
use crate::span::Hidden;
use crate::xml::{attribute, is_off, local};

/// Looks that a style or run sets; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Style {
    pub size: Option<f32>,
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub hidden: Option<bool>,
    /// The colour, the inner `None` for the default one.
    pub colour: Option<Option<Colour>>,
    /// What is painted under the text.
    pub shade: Option<Option<Colour>>,
    pub listed: Option<bool>,
    pub heading: Option<bool>,
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
            shade: top.shade.or(self.shade),
            listed: top.listed.or(self.listed),
            heading: top.heading.or(self.heading),
        }
    }

    /// Takes over what a property of characters says; answers whether it was one.
    pub fn character(&mut self, tag: &BytesStart<'_>) -> bool {
        match local(tag) {
            "b" => self.bold = Some(!is_off(tag)),
            "i" => self.italic = Some(!is_off(tag)),
            "vanish" | "specVanish" | "webHidden" => self.hidden = Some(!is_off(tag)),
            "sz" => self.size = half_points(tag).or(self.size),
            "color" => {
                self.colour = Some(attribute(tag, "val").and_then(|value| Colour::parse(&value)));
            }
            "shd" => self.shade = Some(shade(tag)),
            "highlight" => {
                self.shade = Some(attribute(tag, "val").and_then(|value| Colour::parse(&value)));
            }
            _ => return false,
        }
        true
    }

    /// Looks over what is painted under the paragraph.
    pub fn looks(&self, under: Colour) -> Looks {
        let size = self.size.unwrap_or(11.0);
        let colour = self.colour.flatten();
        let behind = self.shade.flatten().unwrap_or(under);
        let hidden = if self.hidden == Some(true) {
            Some(Hidden::Marked)
        } else if size < 3.0 {
            Some(Hidden::Tiny)
        } else if colour.is_some_and(|colour| colour.alike(behind)) {
            Some(Hidden::SameColour)
        } else {
            None
        };
        Looks {
            size,
            bold: self.bold.unwrap_or(false),
            italic: self.italic.unwrap_or(false),
            colour: colour.map_or([0; 3], |colour| colour.0),
            hidden,
        }
    }
}

fn half_points(tag: &BytesStart<'_>) -> Option<f32> {
    let size = attribute(tag, "val")?.parse::<f32>().ok()? / 2.0;
    (0.0..=1_000.0).contains(&size).then_some(size)
}

/// What a shading paints: its fill, or its colour where the pattern is solid.
pub(super) fn shade(tag: &BytesStart<'_>) -> Option<Colour> {
    let solid = attribute(tag, "val").is_some_and(|pattern| pattern == "solid");
    attribute(tag, if solid { "color" } else { "fill" }).and_then(|value| Colour::parse(&value))
}
