//! One content stream at work: the graphics state, the text position and the path.

mod paint;

use lopdf::Dictionary;

use super::canvas::Canvas;
use super::font::Font;
use super::matrix::Matrix;
use super::path::{FillRule, Path, Point};
use super::sight::{Piece, SAMPLES};
use super::state::State;
use crate::span::Hidden;

/// Most saved states.
const MAX_SAVED: usize = 256;
/// Deepest nesting of marked content that is followed.
const MAX_MARKED: usize = 4_096;
/// Places of a glyph that are looked at, as shares of its width and of its size.
const PLACES: [(f32, f32); SAMPLES] = [(0.25, 0.12), (0.75, 0.12), (0.25, 0.4), (0.75, 0.4)];

/// One run of a content stream.
pub(super) struct Run<'a, 'b> {
    pub resources: Option<&'a Dictionary>,
    pub canvas: &'b mut Canvas,
    pub state: State,
    pub saved: Vec<State>,
    pub text: Matrix,
    pub line: Matrix,
    pub path: Path,
    /// The clip that the path becomes once it is painted.
    pub clip: Option<FillRule>,
    /// First glyph of the text that the clip becomes at the end of the text object.
    pub text_clip: Option<usize>,
    /// Marked content that is open; whether it lies on a layer that is switched off.
    pub marked: Vec<bool>,
    /// How many of the layers around are switched off.
    pub off: usize,
    pub depth: usize,
}

impl<'a, 'b> Run<'a, 'b> {
    /// A stream that begins in this state.
    pub fn new(
        resources: Option<&'a Dictionary>,
        canvas: &'b mut Canvas,
        state: State,
        depth: usize,
    ) -> Self {
        Self {
            resources,
            canvas,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            path: Path::default(),
            clip: None,
            text_clip: None,
            marked: Vec::new(),
            off: 0,
            depth,
        }
    }
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
            (b"ET", _) => {
                if let Some(from) = self.text_clip.take() {
                    state.text_clip = Some((from, self.canvas.position()));
                }
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
            (b"g" | b"rg" | b"k", _) => state.fill.device(numbers),
            (b"sc" | b"scn", _) => state.fill.set(numbers),
            (b"G" | b"RG" | b"K", _) => state.stroke.device(numbers),
            (b"SC" | b"SCN", _) => state.stroke.set(numbers),
            (b"w", Some(value)) => state.pen = value.abs(),
            (b"BMC", _) => self.begin_marked(false),
            (b"EMC", _) => {
                if self.marked.pop() == Some(true) {
                    self.off = self.off.saturating_sub(1);
                }
            }
            _ => self.path(name, numbers),
        }
    }

    /// Begins marked content; that on a layer which is switched off leaves no marks.
    pub fn begin_marked(&mut self, off: bool) {
        if self.marked.len() < MAX_MARKED {
            self.marked.push(off);
            self.off += usize::from(off);
        }
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
        if font.mute {
            self.canvas.pictures = true;
        }
        if self.state.mode >= 4 && self.text_clip.is_none() {
            self.text_clip = Some(self.canvas.position());
        }
        let unseen = self.unseen();
        for shown in font.show(bytes) {
            if !shown.text.is_empty() {
                let unseen = unseen.or(shown.blank.then_some(Hidden::Invisible));
                self.glyph(&font, &shown.text, shown.width, unseen);
            }
            let mut step = shown.width * self.state.size + self.state.char_spacing;
            if shown.space {
                step += self.state.word_spacing;
            }
            self.advance(step);
        }
    }

    /// Why text leaves no mark in this state, whatever its place.
    fn unseen(&self) -> Option<Hidden> {
        if self.off > 0 {
            Some(Hidden::LayerOff)
        } else if matches!(self.state.mode, 3 | 7) {
            Some(Hidden::Invisible)
        } else {
            None
        }
    }

    fn glyph(&mut self, font: &Font, text: &str, width: f32, unseen: Option<Hidden>) {
        let state = &self.state;
        let place = self.text.then(state.matrix);
        let width = width * state.size * state.scale;
        let (x, y) = place.apply(0.0, state.rise);
        let (height, breadth) = (
            state.size * place.height(),
            state.size * state.scale * place.width(),
        );
        let area = (place.a * place.d - place.b * place.c) * state.size * state.size * state.scale;
        let fill = || Some(state.coat(&state.fill));
        let stroke = || Some(state.coat(&state.stroke));
        let places =
            PLACES.map(|(along, up)| -> Point { place.apply(width * along, state.rise + state.size * up) });
        self.canvas.glyph(&Piece {
            text,
            turn: place.turn(),
            x,
            y,
            width: width * place.width(),
            size: height.abs(),
            // A slant takes no room away, a matrix that folds the page to a line takes all.
            breadth: breadth.abs().min(area.abs() / height.abs().max(0.01)),
            bold: font.bold || state.mode == 2,
            italic: font.italic || place.sheared(),
            family: font.family,
            unseen,
            coats: match state.mode {
                1 | 5 => [stroke(), None],
                2 | 6 => [fill(), stroke()],
                _ => [fill(), None],
            },
            clip: &state.clip,
            mask: &state.mask,
            places,
        });
    }
}
