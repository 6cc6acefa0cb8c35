//! Paths as polygons in page space.

use super::matrix::Matrix;

/// Most points of one path; what follows is left out.
pub(super) const MAX_POINTS: usize = 100_000;
/// Straight pieces that a curve is drawn with.
const CURVE_STEPS: usize = 6;
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
    pub parts: Vec<Vec<Point>>,
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
    pub fn upright(&self) -> Option<Bounds> {
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
