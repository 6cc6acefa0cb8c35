//! What is painted under the text of shapes: light text on a dark shape is not hidden.

use quick_xml::events::BytesStart;

use crate::flow::Colour;
use crate::xml::{attribute, local};

/// A fill whose colour is not told in numbers: of a theme, of several colours, a picture.
const SOME_COLOUR: Colour = Colour([128, 128, 128]);

/// The fill of the shape that is being read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Fill {
    pub colour: Option<Colour>,
    in_properties: bool,
    in_line: bool,
    /// The shape's own properties say what fills it, so that its style does not.
    said: bool,
}

impl Fill {
    /// Takes over what a start tag says.
    pub fn open(&mut self, tag: &BytesStart<'_>, empty: bool) {
        match local(tag) {
            "wsp" => *self = Self::default(),
            "spPr" => self.in_properties = !empty,
            "ln" | "effectLst" => self.in_line = !empty,
            "noFill" if self.paints() => (self.colour, self.said) = (None, true),
            "gradFill" | "blipFill" | "pattFill" if self.paints() => {
                (self.colour, self.said) = (Some(SOME_COLOUR), true);
            }
            "srgbClr" if self.paints() => {
                self.colour = attribute(tag, "val").and_then(|value| Colour::parse(&value));
                self.said = true;
            }
            "schemeClr" if self.paints() => {
                (self.colour, self.said) = (of_theme(tag), true);
            }
            "fillRef" if !self.said && attribute(tag, "idx").is_some_and(|at| at != "0") => {
                self.colour = Some(SOME_COLOUR);
            }
            "shape" | "rect" | "roundrect" | "oval" => self.vector(tag),
            _ => {}
        }
    }

    /// Takes over that an element ends.
    pub fn close(&mut self, name: &str) {
        match name {
            "spPr" => self.in_properties = false,
            "ln" | "effectLst" => self.in_line = false,
            _ => {}
        }
    }

    fn paints(&self) -> bool {
        self.in_properties && !self.in_line
    }

    /// Shapes of Word 2007 and before: `fillcolor="#4472c4 [3204]"`.
    fn vector(&mut self, tag: &BytesStart<'_>) {
        *self = Self::default();
        let filled = attribute(tag, "filled").is_none_or(|value| !value.starts_with('f'));
        if let Some(value) = attribute(tag, "fillcolor").filter(|_| filled) {
            let first = value.split(' ').next().unwrap_or_default();
            self.colour = Some(Colour::parse(first).unwrap_or(SOME_COLOUR));
        }
    }
}

fn of_theme(tag: &BytesStart<'_>) -> Option<Colour> {
    match attribute(tag, "val").as_deref() {
        Some("bg1" | "lt1") => Some(Colour::WHITE),
        _ => Some(SOME_COLOUR),
    }
}
