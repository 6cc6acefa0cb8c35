//! Lines that are drawn under text.

use super::rows::Row;
use crate::span::Rule;

/// How far from a line's baseline a drawn line may lie and still belong to it, in font sizes: above, below.
const REACH: (f32, f32) = (-0.1, 1.1);

/// The drawn lines of a document, sorted by page and height.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    pub fn new(mut rules: Vec<Rule>) -> Self {
        rules.retain(|rule| rule.y.is_finite());
        rules.sort_by(|a, b| a.page.cmp(&b.page).then(a.y.total_cmp(&b.y)));
        Self(rules)
    }

    /// Whether a line is drawn under a row of this font size that is as long as its text or longer.
    pub fn under(&self, row: &Row, size: f32) -> bool {
        let left = row.segments.first().map_or(0.0, |s| s.x0);
        let right = row.segments.last().map_or(0.0, |s| s.x1);
        let top = row.page_y() + size * REACH.0;
        let from = self
            .0
            .partition_point(|rule| (rule.page, rule.y) < (row.page, top));
        let rest = self.0.get(from..).unwrap_or_default();
        rest.iter()
            .take_while(|rule| rule.page == row.page && rule.y < row.page_y() + size * REACH.1)
            .any(|rule| rule.x0 < left + size && rule.x1 > right - size)
    }
}
