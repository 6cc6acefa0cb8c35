//! One content stream at work: the graphics state, the text position and the path.

use lopdf::Dictionary;

use super::canvas::{Canvas, Piece};
use super::matrix::Matrix;
use super::state::{State, colour};

/// Most saved states.
const MAX_SAVED: usize = 256;

/// One run of a content stream.
pub(super) struct Run<'a, 'b> {
    pub resources: Option<&'a Dictionary>,
    pub canvas: &'b mut Canvas,
    pub state: State,
    pub saved: Vec<State>,
    pub text: Matrix,
    pub line: Matrix,
    pub path: Option<[f32; 4]>,
    pub depth: usize,
}

impl Run<'_, '_> {
    /// Operators that need nothing but numbers.
    pub fn simple(&mut self, name: &[u8], numbers: &[f32]) {
        let first = numbers.first().copied();
        let state = &mut self.state;
        match (name, first) {
            (b"q", _) if self.saved.len() < MAX_SAVED => self.saved.push(state.clone()),
            (b"Q", _) => {
                if let Some(saved) = self.saved.pop() {
                    self.state = saved;
                }
            }
            (b"cm", _) => {
                if let Some(matrix) = Matrix::from_slice(numbers) {
                    state.matrix = matrix.then(state.matrix);
                }
            }
            (b"BT", _) => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            (b"Tc", Some(value)) => state.char_spacing = value,
            (b"Tw", Some(value)) => state.word_spacing = value,
            (b"Tz", Some(value)) => state.scale = value / 100.0,
            (b"TL", Some(value)) => state.leading = value,
            (b"Ts", Some(value)) => state.rise = value,
            (b"Tr", Some(value)) => state.mode = value as i32,
            (b"Td" | b"TD", _) => {
                if let [x, y, ..] = numbers {
                    if name == b"TD" {
                        state.leading = -y;
                    }
                    self.line = Matrix::translation(*x, *y).then(self.line);
                    self.text = self.line;
                }
            }
            (b"Tm", _) => {
                if let Some(matrix) = Matrix::from_slice(numbers) {
                    self.line = matrix;
                    self.text = matrix;
                }
            }
            (b"T*", _) => self.next_line(),
            (b"g" | b"rg" | b"k" | b"sc" | b"scn", _) => {
                if let Some(fill) = colour(numbers) {
                    state.fill = fill;
                }
            }
            (b"cs", _) => state.fill = super::state::BLACK,
            (b"G" | b"RG" | b"K" | b"SC" | b"SCN", _) => {
                if let Some(stroke) = colour(numbers) {
                    state.stroke = stroke;
                }
            }
            _ => self.path(name, numbers),
        }
    }

    fn path(&mut self, name: &[u8], numbers: &[f32]) {
        match (name, numbers) {
            (b"re", [x, y, width, height, ..]) => {
                let bounds = self.bounds([*x, *y, x + width, y + height]);
                self.extend(bounds);
            }
            (b"m" | b"l" | b"c" | b"v" | b"y", points) => {
                for point in points.chunks_exact(2) {
                    if let [x, y] = point {
                        let bounds = self.bounds([*x, *y, *x, *y]);
                        self.extend(bounds);
                    }
                }
            }
            (b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*", _) => {
                if let Some(bounds) = self.path.take() {
                    self.canvas.paint(bounds, Some(self.state.fill));
                }
            }
            (b"S" | b"s", _) => {
                if let Some(bounds) = self.path.take() {
                    self.canvas.rule(bounds);
                }
            }
            (b"n", _) => self.path = None,
            (b"sh", _) => self.canvas.paint([-1e6, -1e6, 1e6, 1e6], None),
            _ => {}
        }
    }

    fn extend(&mut self, [x0, y0, x1, y1]: [f32; 4]) {
        let [a0, b0, a1, b1] = self.path.unwrap_or([x0, y0, x1, y1]);
        self.path = Some([a0.min(x0), b0.min(y0), a1.max(x1), b1.max(y1)]);
    }

    /// The bounding box of a rectangle after the current transformation.
    pub fn bounds(&self, [x0, y0, x1, y1]: [f32; 4]) -> [f32; 4] {
        let (ax, ay) = self.state.matrix.apply(x0, y0);
        let (bx, by) = self.state.matrix.apply(x1, y1);
        [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]
    }

    pub fn next_line(&mut self) {
        self.line = Matrix::translation(0.0, -self.state.leading).then(self.line);
        self.text = self.line;
    }

    pub fn advance(&mut self, distance: f32) {
        self.text = Matrix::translation(distance * self.state.scale, 0.0).then(self.text);
    }

    pub fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            return;
        };
        if font.is_mute() {
            self.canvas.pictures = true;
        }
        for shown in font.show(bytes) {
            let place = self.text.then(self.state.matrix);
            let width = shown.width * self.state.size * self.state.scale;
            let (x, y) = place.apply(0.0, self.state.rise);
            let invisible = matches!(self.state.mode, 3 | 7);
            if !shown.text.is_empty() {
                self.canvas.text(&Piece {
                    text: shown.text,
                    turn: place.turn(),
                    x,
                    y,
                    width: width * place.width(),
                    size: (self.state.size * place.height()).abs(),
                    bold: font.bold || self.state.mode == 2,
                    italic: font.italic || place.sheared(),
                    family: font.family,
                    invisible,
                    colour: if self.state.mode == 1 {
                        self.state.stroke
                    } else {
                        self.state.fill
                    },
                });
            }
            let mut step = shown.width * self.state.size + self.state.char_spacing;
            if shown.space {
                step += self.state.word_spacing;
            }
            self.advance(step);
        }
    }
}
