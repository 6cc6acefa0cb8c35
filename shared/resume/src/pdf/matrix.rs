//! Affine transformations as PDF writes them: `[a b c d e f]`.

use crate::span::Turn;

/// A transformation of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub e: f32,
    pub f: f32,
}

impl Matrix {
    pub const IDENTITY: Self = Self {
        a: 1.0,
        b: 0.0,
        c: 0.0,
        d: 1.0,
        e: 0.0,
        f: 0.0,
    };

    pub const fn translation(e: f32, f: f32) -> Self {
        Self {
            e,
            f,
            ..Self::IDENTITY
        }
    }

    /// From six numbers, `None` when there are fewer.
    pub fn from_slice(values: &[f32]) -> Option<Self> {
        match values {
            [a, b, c, d, e, f, ..] => Some(Self {
                a: *a,
                b: *b,
                c: *c,
                d: *d,
                e: *e,
                f: *f,
            }),
            _ => None,
        }
    }

    /// First `self`, then `after`.
    pub fn then(self, after: Self) -> Self {
        Self {
            a: self.a * after.a + self.b * after.c,
            b: self.a * after.b + self.b * after.d,
            c: self.c * after.a + self.d * after.c,
            d: self.c * after.b + self.d * after.d,
            e: self.e * after.a + self.f * after.c + after.e,
            f: self.e * after.b + self.f * after.d + after.f,
        }
    }

    pub fn apply(self, x: f32, y: f32) -> (f32, f32) {
        (x * self.a + y * self.c + self.e, x * self.b + y * self.d + self.f)
    }

    /// The transformation back, `None` where the plane is folded to a line.
    pub fn inverse(self) -> Option<Self> {
        let determinant = self.a * self.d - self.b * self.c;
        let turned = Self {
            a: self.d / determinant,
            b: -self.b / determinant,
            c: -self.c / determinant,
            d: self.a / determinant,
            ..Self::IDENTITY
        };
        let (e, f) = turned.apply(self.e, self.f);
        let inverse = Self {
            e: -e,
            f: -f,
            ..turned
        };
        [inverse.a, inverse.b, inverse.c, inverse.d, e, f]
            .iter()
            .all(|value| value.is_finite())
            .then_some(inverse)
    }

    /// How much a vertical unit is stretched.
    pub fn height(self) -> f32 {
        self.c.hypot(self.d)
    }

    /// Which way text runs. Text that is mirrored runs the way it would without.
    pub fn turn(self) -> Turn {
        let steep = self.a.abs().min(self.b.abs()) > self.a.abs().max(self.b.abs()) * 0.1;
        match (steep, self.a.abs() >= self.b.abs()) {
            (true, _) => Turn::Slanted,
            (_, true) if self.a < 0.0 && self.d < 0.0 => Turn::Over,
            (_, true) => Turn::Upright,
            (_, false) if self.b > 0.0 => Turn::Up,
            (_, false) => Turn::Down,
        }
    }

    /// Whether upright letters are made to lean.
    pub fn sheared(self) -> bool {
        self.c.abs() > self.d.abs() * 0.1 && self.b.abs() < self.a.abs() * 0.01
    }

    /// How much a horizontal unit is stretched.
    pub fn width(self) -> f32 {
        self.a.hypot(self.b)
    }
}
