//! A page as cells, and the cells that a path covers.

use super::path::{Bounds, FillRule, MAX_POINTS, Path, Point, within};

/// Width of a cell in points, where the page has no more than [`MAX_CELLS`] of them in a row or column.
const CELL: f32 = 1.5;
/// Most cells in a row or column.
const MAX_CELLS: f32 = 1_200.0;

/// A stretch of cells in one row, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub row: u16,
    pub from: u16,
    pub to: u16,
}

/// The cells of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    page: Bounds,
    cell: f32,
    pub columns: usize,
    pub rows: usize,
}

impl Grid {
    pub fn new(page: Bounds) -> Self {
        let [left, bottom, right, top] = page;
        let (width, height) = ((right - left).max(1.0), (top - bottom).max(1.0));
        let cell = CELL.max(width.max(height) / MAX_CELLS);
        Self {
            page,
            cell,
            columns: (width / cell).ceil() as usize,
            rows: (height / cell).ceil() as usize,
        }
    }

    /// The number of the cell at a place, `None` off the page.
    pub fn cell(&self, point: Point) -> Option<usize> {
        let [left, bottom, ..] = self.page;
        within(self.page, point).then(|| {
            let column = (((point.0 - left) / self.cell) as usize).min(self.columns - 1);
            let row = (((point.1 - bottom) / self.cell) as usize).min(self.rows - 1);
            row * self.columns + column
        })
    }

    /// The middle of a cell.
    pub fn middle(&self, row: u16, column: u16) -> Point {
        let [left, bottom, ..] = self.page;
        (
            left + (f32::from(column) + 0.5) * self.cell,
            bottom + (f32::from(row) + 0.5) * self.cell,
        )
    }

    /// Columns whose middles lie between two edges.
    pub fn span(&self, x0: f32, x1: f32) -> (u16, u16) {
        let [left, ..] = self.page;
        let column = |x: f32| (((x - left) / self.cell - 0.5).ceil().max(0.0) as usize).min(self.columns);
        (column(x0) as u16, column(x1) as u16)
    }

    /// Rows whose middles lie between two heights.
    pub fn height(&self, y0: f32, y1: f32) -> (u16, u16) {
        let [_, bottom, ..] = self.page;
        let row = |y: f32| (((y - bottom) / self.cell - 0.5).ceil().max(0.0) as usize).min(self.rows);
        (row(y0) as u16, row(y1) as u16)
    }

    /// The cells whose middles a path covers, row by row.
    pub fn cover(&self, path: &Path, rule: FillRule) -> Vec<Stretch> {
        if let Some([x0, y0, x1, y1]) = path.upright() {
            let (from, to) = self.span(x0, x1);
            let (first, last) = self.height(y0, y1);
            return (first..last)
                .filter(|_| from < to)
                .map(|row| Stretch { row, from, to })
                .collect();
        }
        let mut crossings: Vec<(u16, f32, i32)> = Vec::new();
        for part in &path.parts {
            let closing = part.last().zip(part.first()).map(|(a, b)| (*a, *b));
            let sides = part
                .windows(2)
                .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
            for (a, b) in sides.chain(closing) {
                self.cross(a, b, &mut crossings);
            }
        }
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut covered = Vec::new();
        let mut open: Option<(u16, f32)> = None;
        let mut winding = 0;
        for (row, x, turn) in crossings {
            if open.is_some_and(|(open_row, _)| open_row != row) {
                (open, winding) = (None, 0);
            }
            winding += turn;
            let inside = match rule {
                FillRule::NonZero => winding != 0,
                FillRule::EvenOdd => winding % 2 != 0,
            };
            match (open, inside) {
                (None, true) => open = Some((row, x)),
                (Some((_, start)), false) => {
                    let (from, to) = self.span(start, x);
                    if from < to {
                        covered.push(Stretch { row, from, to });
                    }
                    open = None;
                }
                _ => {}
            }
        }
        covered
    }

    fn cross(&self, a: Point, b: Point, crossings: &mut Vec<(u16, f32, i32)>) {
        let finite = [a.0, a.1, b.0, b.1].iter().all(|value| value.is_finite());
        if !finite || a.1 == b.1 || crossings.len() > MAX_POINTS * 20 {
            return;
        }
        let (low, high, turn) = if a.1 < b.1 { (a, b, 1) } else { (b, a, -1) };
        let (first, last) = self.height(low.1, high.1);
        for row in first..last {
            let (_, y) = self.middle(row, 0);
            let x = low.0 + (y - low.1) / (high.1 - low.1) * (high.0 - low.0);
            crossings.push((row, x, turn));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::matrix::Matrix;

    const PAGE: Bounds = [0.0, 0.0, 150.0, 150.0];

    fn path(points: &[Point]) -> Path {
        let mut path = Path::default();
        for (at, point) in points.iter().enumerate() {
            if at == 0 {
                path.move_to(*point)
            } else {
                path.line_to(*point)
            }
        }
        path
    }

    fn cells(covered: &[Stretch]) -> usize {
        covered.iter().map(|s| usize::from(s.to - s.from)).sum()
    }

    #[test]
    fn a_rectangle_covers_its_area_however_it_is_written() {
        let grid = Grid::new(PAGE);
        let mut upright = Path::default();
        upright.rectangle([15.0, 15.0, 75.0, 45.0], Matrix::IDENTITY);
        assert_eq!(cells(&grid.cover(&upright, FillRule::NonZero)), 40 * 20);
        let split = path(&[
            (15.0, 15.0),
            (40.0, 15.0),
            (75.0, 15.0),
            (75.0, 45.0),
            (15.0, 45.0),
        ]);
        assert_eq!(cells(&grid.cover(&split, FillRule::NonZero)), 40 * 20);
    }

    #[test]
    fn a_frame_leaves_its_middle_open_and_a_triangle_its_other_half() {
        let grid = Grid::new(PAGE);
        let mut frame = Path::default();
        frame.rectangle([0.0, 0.0, 150.0, 150.0], Matrix::IDENTITY);
        frame.rectangle([15.0, 15.0, 135.0, 135.0], Matrix::IDENTITY);
        assert_eq!(cells(&grid.cover(&frame, FillRule::EvenOdd)), 100 * 100 - 80 * 80);
        let triangle = path(&[(0.0, 0.0), (150.0, 0.0), (0.0, 150.0)]);
        let half = cells(&grid.cover(&triangle, FillRule::NonZero));
        assert!((4_900..=5_100).contains(&half), "{half}");
    }

    proptest::proptest! {
        #[test]
        fn any_path_covers_cells_of_the_page_in_order(points in proptest::collection::vec((-1e4_f32..1e4, -1e4_f32..1e4), 0..30)) {
            let grid = Grid::new(PAGE);
            let covered = grid.cover(&path(&points), FillRule::EvenOdd);
            let in_order = covered.windows(2).all(|w| (w[0].row, w[0].to) <= (w[1].row, w[1].from));
            proptest::prop_assert!(in_order);
            proptest::prop_assert!(covered.iter().all(|s| usize::from(s.row) < grid.rows && usize::from(s.to) <= grid.columns));
        }
    }
}
