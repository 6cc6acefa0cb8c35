//! Paths as polygons, the rows of cells that they cover, and the region that painting is clipped to.

use std::rc::Rc;

use super::matrix::Matrix;

/// Most points of one path; what follows is left out.
const MAX_POINTS: usize = 100_000;
/// Straight pieces that a curve is drawn with.
const CURVE_STEPS: usize = 6;
/// Width of a cell in points, where the page has no more than [`MAX_CELLS`] of them in a row or column.
const CELL: f32 = 1.5;
/// Most cells in a row or column.
const MAX_CELLS: f32 = 1_200.0;

/// A place in page space.
pub(super) type Point = (f32, f32);

/// Left, bottom, right, top.
pub(super) type Bounds = [f32; 4];

/// Whether a place lies in bounds.
pub(super) fn within([left, bottom, right, top]: Bounds, (x, y): Point) -> bool {
    x >= left && x <= right && y >= bottom && y <= top
}

/// What two bounds have in common; empty bounds (left beyond right) where they are apart.
pub(super) fn common(one: Bounds, other: Bounds) -> Bounds {
    let [a0, b0, a1, b1] = one;
    let [c0, d0, c1, d1] = other;
    [a0.max(c0), b0.max(d0), a1.min(c1), b1.min(d1)]
}

/// Which parts of a path that crosses itself are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FillRule {
    NonZero,
    EvenOdd,
}

/// A path under construction, in page space.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    parts: Vec<Vec<Point>>,
    points: usize,
}

impl Path {
    pub fn is_empty(&self) -> bool {
        self.points == 0
    }

    pub fn move_to(&mut self, to: Point) {
        self.parts.push(Vec::new());
        self.push(to);
    }

    pub fn line_to(&mut self, to: Point) {
        if self.parts.is_empty() {
            self.parts.push(Vec::new());
        }
        self.push(to);
    }

    /// A Bezier curve with two control points; `None` stands for the current point.
    pub fn curve_to(&mut self, first: Option<Point>, second: Point, to: Point) {
        let start = self.current().unwrap_or(to);
        let first = first.unwrap_or(start);
        for step in 1..=CURVE_STEPS {
            let t = step as f32 / CURVE_STEPS as f32;
            let u = 1.0 - t;
            let mix = |a: f32, b: f32, c: f32, d: f32| {
                u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
            };
            self.line_to((
                mix(start.0, first.0, second.0, to.0),
                mix(start.1, first.1, second.1, to.1),
            ));
        }
    }

    pub fn close(&mut self) {
        let first = self.parts.last().and_then(|part| part.first()).copied();
        if let Some(first) = first {
            self.line_to(first);
        }
    }

    /// A rectangle given in the space of a matrix.
    pub fn rectangle(&mut self, [x0, y0, x1, y1]: Bounds, matrix: Matrix) {
        self.move_to(matrix.apply(x0, y0));
        for (x, y) in [(x1, y0), (x1, y1), (x0, y1), (x0, y0)] {
            self.line_to(matrix.apply(x, y));
        }
    }

    /// The area that a pen of this width covers: one rectangle a straight piece.
    pub fn stroked(&self, width: f32) -> Self {
        let mut outline = Self::default();
        for part in &self.parts {
            for pair in part.windows(2) {
                let [(x0, y0), (x1, y1)] = pair else { continue };
                let (dx, dy) = (x1 - x0, y1 - y0);
                let length = dx.hypot(dy);
                if length <= 0.0 {
                    continue;
                }
                let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
                outline.move_to((x0 + nx, y0 + ny));
                for point in [
                    (x1 + nx, y1 + ny),
                    (x1 - nx, y1 - ny),
                    (x0 - nx, y0 - ny),
                    (x0 + nx, y0 + ny),
                ] {
                    outline.line_to(point);
                }
            }
        }
        outline
    }

    pub fn bounds(&self) -> Option<Bounds> {
        let mut all = self.parts.iter().flatten();
        let (x, y) = *all.next()?;
        let mut bounds = [x, y, x, y];
        for (x, y) in all {
            let [x0, y0, x1, y1] = bounds;
            bounds = [x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)];
        }
        bounds.iter().all(|value| value.is_finite()).then_some(bounds)
    }

    /// The bounds of a path that is one upright rectangle.
    fn upright(&self) -> Option<Bounds> {
        let [part] = self.parts.as_slice() else {
            return None;
        };
        let corners = matches!(part.len(), 4 | 5);
        let straight = part
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if (a.0 - b.0).abs() < 0.01 || (a.1 - b.1).abs() < 0.01));
        let closed = part.len() == 4 || part.first() == part.last();
        let turns = part
            .windows(3)
            .all(|w| matches!(w, [a, _, c] if (a.0 - c.0).abs() >= 0.01 && (a.1 - c.1).abs() >= 0.01));
        (corners && straight && closed && turns)
            .then(|| self.bounds())
            .flatten()
    }

    fn current(&self) -> Option<Point> {
        self.parts.last().and_then(|part| part.last()).copied()
    }

    fn push(&mut self, point: Point) {
        if self.points < MAX_POINTS
            && let Some(part) = self.parts.last_mut()
        {
            self.points += 1;
            part.push(point);
        }
    }
}

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
    fn span(&self, x0: f32, x1: f32) -> (u16, u16) {
        let [left, ..] = self.page;
        let column = |x: f32| (((x - left) / self.cell - 0.5).ceil().max(0.0) as usize).min(self.columns);
        (column(x0) as u16, column(x1) as u16)
    }

    /// Rows whose middles lie between two heights.
    fn height(&self, y0: f32, y1: f32) -> (u16, u16) {
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
