//! The region that painting is clipped to.

use std::rc::Rc;

use super::grid::{Grid, Stretch};
use super::path::{Bounds, FillRule, Path, Point, common, within};

/// Where painting leaves marks.
#[derive(Debug, Clone)]
pub(super) struct Clip {
    pub bounds: Bounds,
    /// The cells within the bounds, where the region is no upright rectangle.
    mask: Option<Rc<Vec<Stretch>>>,
}

impl Clip {
    pub const fn new(bounds: Bounds) -> Self {
        Self { bounds, mask: None }
    }

    /// The part of this region that lies in a path too.
    pub fn narrowed(&self, path: &Path, rule: FillRule, grid: &Grid) -> Self {
        let bounds = path.bounds().unwrap_or([1.0, 1.0, 0.0, 0.0]);
        let mask = match path.upright() {
            Some(_) => self.mask.clone(),
            None if path.is_empty() => None,
            None => Some(Rc::new(match &self.mask {
                Some(mask) => both(&grid.cover(path, rule), mask),
                None => grid.cover(path, rule),
            })),
        };
        Self {
            bounds: common(self.bounds, bounds),
            mask,
        }
    }

    /// The part of the covered cells that lies in this region.
    pub fn limit(&self, covered: Vec<Stretch>, grid: &Grid) -> Vec<Stretch> {
        let [x0, y0, x1, y1] = self.bounds;
        let (from, to) = grid.span(x0, x1);
        let (first, last) = grid.height(y0, y1);
        let covered: Vec<Stretch> = covered
            .into_iter()
            .filter(|s| s.row >= first && s.row < last)
            .map(|s| Stretch {
                row: s.row,
                from: s.from.max(from),
                to: s.to.min(to),
            })
            .filter(|s| s.from < s.to)
            .collect();
        match &self.mask {
            Some(mask) => both(&covered, mask),
            None => covered,
        }
    }

    /// Whether a mark at this place can be seen.
    pub fn shows(&self, point: Point, grid: &Grid) -> bool {
        if !within(self.bounds, point) {
            return false;
        }
        let (Some(mask), Some(cell)) = (&self.mask, grid.cell(point)) else {
            return true;
        };
        let (row, column) = ((cell / grid.columns) as u16, (cell % grid.columns) as u16);
        let behind = mask.partition_point(|s| (s.row, s.from) <= (row, column));
        behind
            .checked_sub(1)
            .and_then(|at| mask.get(at))
            .is_some_and(|s| s.row == row && column < s.to)
    }
}

/// The cells that are in both lists, which are in order.
fn both(one: &[Stretch], other: &[Stretch]) -> Vec<Stretch> {
    let mut out = Vec::new();
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek().copied(), right.peek().copied()) {
        if a.row == b.row {
            let (from, to) = (a.from.max(b.from), a.to.min(b.to));
            if from < to {
                out.push(Stretch { row: a.row, from, to });
            }
        }
        if (a.row, a.to) <= (b.row, b.to) {
            left.next();
        } else {
            right.next();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::matrix::Matrix;

    const PAGE: Bounds = [0.0, 0.0, 150.0, 150.0];

    #[test]
    fn a_clip_of_two_corners_hides_the_middle() {
        let grid = Grid::new(PAGE);
        let mut corners = Path::default();
        corners.rectangle([0.0, 0.0, 15.0, 15.0], Matrix::IDENTITY);
        corners.rectangle([135.0, 135.0, 150.0, 150.0], Matrix::IDENTITY);
        let clip = Clip::new(PAGE).narrowed(&corners, FillRule::NonZero, &grid);
        assert!(clip.shows((5.0, 5.0), &grid) && clip.shows((140.0, 140.0), &grid));
        assert!(!clip.shows((75.0, 75.0), &grid));
        let none = Clip::new(PAGE).narrowed(&Path::default(), FillRule::NonZero, &grid);
        assert!(!none.shows((5.0, 5.0), &grid));
    }
}
