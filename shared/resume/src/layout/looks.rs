//! What sets a line apart from the body of its document: type, colour, place and drawn lines.

use std::collections::HashMap;

use super::rows::Row;
use crate::span::{Rgb, Rule};

/// How far from a line's baseline a drawn line may lie and still belong to it, in font sizes: above, below.
const RULE_REACH: (f32, f32) = (-0.1, 1.1);

/// How a line differs from the body of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct LineLooks {
    /// Font size by that of the body: 1.0 is the same.
    pub ratio: f32,
    /// Whether all of it slants.
    pub italic: bool,
    /// Whether it has letters and all are capitals.
    pub capitals: bool,
    /// Whether none of it has the colour of the body.
    pub coloured: bool,
    /// Whether none of it is set in the font family of the body.
    pub other_font: bool,
    /// Whether it stands in the middle of the page with room on both sides.
    pub centred: bool,
    /// Whether a line is drawn under it that is as long as its text or longer.
    pub ruled: bool,
}

/// What most of the text looks like, and where the pages' text and drawn lines are.
#[derive(Debug, Default)]
pub(super) struct Body {
    size: f32,
    colour: Rgb,
    family: u16,
    /// Left and right edge of the text on each page.
    edges: HashMap<u32, (f32, f32)>,
    /// Sorted by page and height.
    rules: Vec<Rule>,
}

impl Body {
    pub fn of(rows: &[Row], mut rules: Vec<Rule>) -> Self {
        let mut sizes: HashMap<i32, usize> = HashMap::new();
        let mut colours: HashMap<Rgb, usize> = HashMap::new();
        let mut families: HashMap<u16, usize> = HashMap::new();
        let mut edges: HashMap<u32, (f32, f32)> = HashMap::new();
        for row in rows {
            for segment in &row.segments {
                let edge = edges.entry(row.page).or_insert((segment.x0, segment.x1));
                *edge = (edge.0.min(segment.x0), edge.1.max(segment.x1));
                for part in &segment.parts {
                    let length = part.text.len();
                    *sizes.entry((part.size * 4.0).round() as i32).or_default() += length;
                    *colours.entry(part.colour).or_default() += length;
                    *families.entry(part.family).or_default() += length;
                }
            }
        }
        rules.retain(|rule| rule.y.is_finite());
        rules.sort_by(|a, b| a.page.cmp(&b.page).then(a.y.total_cmp(&b.y)));
        Self {
            size: most(sizes).map_or(11.0, |quarters| quarters as f32 / 4.0),
            colour: most(colours).unwrap_or_default(),
            family: most(families).unwrap_or_default(),
            edges,
            rules,
        }
    }

    /// How a row differs.
    pub fn looks(&self, row: &Row, size: f32) -> LineLooks {
        let parts = || row.segments.iter().flat_map(|segment| &segment.parts);
        let letters = || parts().flat_map(|part| part.text.chars());
        let left = row.segments.first().map_or(0.0, |s| s.x0);
        let right = row.segments.last().map_or(0.0, |s| s.x1);
        LineLooks {
            ratio: size / self.size.max(1.0),
            italic: parts().all(|part| part.italic),
            capitals: letters().any(char::is_uppercase) && !letters().any(char::is_lowercase),
            coloured: parts().all(|part| part.colour != self.colour),
            other_font: parts().all(|part| part.family != self.family),
            centred: self.centred(row.page, left, right),
            ruled: self.ruled(row, left, right, size),
        }
    }

    fn centred(&self, page: u32, left: f32, right: f32) -> bool {
        let Some((first, last)) = self.edges.get(&page) else {
            return false;
        };
        let off = (left + right - first - last).abs() / 2.0;
        off < 8.0 && left - first > 30.0 && last - right > 30.0
    }

    fn ruled(&self, row: &Row, left: f32, right: f32, size: f32) -> bool {
        let top = row.page_y() + size * RULE_REACH.0;
        let from = self
            .rules
            .partition_point(|rule| (rule.page, rule.y) < (row.page, top));
        let rest = self.rules.get(from..).unwrap_or_default();
        rest.iter()
            .take_while(|rule| rule.page == row.page && rule.y < row.page_y() + size * RULE_REACH.1)
            .any(|rule| rule.x0 < left + size && rule.x1 > right - size)
    }
}

/// What was counted most often; the smallest of several.
fn most<K: Ord + Copy>(counts: HashMap<K, usize>) -> Option<K> {
    counts
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(key, _)| key)
}
