//! How wide a font's glyphs are.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use super::font::number;

/// Widths for font size 1.
#[derive(Debug)]
pub(super) struct Widths {
    by_code: HashMap<u32, f32>,
    default: f32,
    /// Whether the file leaves the widths to the viewer.
    pub standard: bool,
}

impl Default for Widths {
    fn default() -> Self {
        Self {
            by_code: HashMap::new(),
            default: 0.5,
            standard: false,
        }
    }
}

impl Widths {
    /// The width of a code or character identifier; `None` where the file does not say and leaves it to the viewer.
    pub fn get(&self, code: u32) -> Option<f32> {
        let known = self.by_code.get(&code).copied();
        known.or_else(|| (!self.standard).then_some(self.default))
    }

    /// Reads those of a simple font.
    pub fn simple(
        &mut self,
        font: &Dictionary,
        descriptor: Option<&Dictionary>,
        document: &Document,
        type3: bool,
    ) {
        let scale = if type3 { type3_scale(font, document) } else { 0.001 };
        let first = font
            .get_deref(b"FirstChar", document)
            .and_then(Object::as_i64)
            .unwrap_or(0);
        let first = u32::try_from(first).unwrap_or(0);
        if let Some(missing) = descriptor
            .and_then(|d| d.get(b"MissingWidth").ok())
            .and_then(number)
        {
            self.default = missing * scale;
        }
        match font.get_deref(b"Widths", document).and_then(Object::as_array) {
            Ok(widths) => {
                for (code, width) in (first..).zip(widths.iter().take(256)) {
                    let width = document.dereference(width).ok().and_then(|(_, w)| number(w));
                    self.by_code.insert(code, width.unwrap_or(0.0) * scale);
                }
            }
            Err(_) => self.standard = true,
        }
    }

    /// Reads those of a composite font.
    pub fn composite(&mut self, descendant: &Dictionary, document: &Document) {
        let default = descendant.get_deref(b"DW", document).ok().and_then(number);
        self.default = default.unwrap_or(1000.0) / 1000.0;
        let Ok(items) = descendant.get_deref(b"W", document).and_then(Object::as_array) else {
            return;
        };
        let mut items = items
            .iter()
            .take(200_000)
            .map(|item| document.dereference(item).map(|(_, o)| o));
        while let Some(Ok(first)) = items.next() {
            let Some(first) = number(first).map(|value| value as u32) else {
                continue;
            };
            match items.next() {
                Some(Ok(Object::Array(widths))) => {
                    for (code, width) in (first..).zip(widths.iter().filter_map(number)) {
                        self.by_code.insert(code, width / 1000.0);
                    }
                }
                Some(Ok(last)) => {
                    let last = number(last).map_or(first, |value| value as u32);
                    let Some(Ok(width)) = items.next() else { break };
                    let width = number(width).unwrap_or(0.0) / 1000.0;
                    for code in first..=last.min(first.saturating_add(0xffff)) {
                        self.by_code.insert(code, width);
                    }
                }
                _ => break,
            }
        }
    }
}

fn type3_scale(font: &Dictionary, document: &Document) -> f32 {
    let matrix = font
        .get_deref(b"FontMatrix", document)
        .and_then(Object::as_array)
        .ok();
    matrix
        .and_then(|m| m.first())
        .and_then(number)
        .filter(|v| v.is_finite() && *v != 0.0)
        .unwrap_or(0.001)
}
