//! Runs content streams: text, colours, painted areas, forms. Everything that cannot show or hide text is skipped.

use std::collections::HashMap;
use std::rc::Rc;

use hiring_core::reading::ReadFailure;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::MAX_CONTENT_BYTES;
use super::canvas::Canvas;
use super::colour::Colour;
use super::font::{Font, family};
use super::layers::Layers;
use super::lexer::{Lexer, Token};
use super::matrix::Matrix;
use super::picture::Picture;
use super::raster::Coat;
use super::run::Run;
use super::space::Space;
use super::state::State;

/// Most operators that are run in one file.
const MAX_OPERATORS: usize = 4_000_000;

/// An operand of an operator.
pub(super) enum Operand {
    Number(f32),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Operand>),
}

/// Fonts, budgets and the document; lives as long as the file is read.
pub(super) struct Interpreter<'a> {
    pub(super) document: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font>>,
    families: HashMap<String, u16>,
    /// By where they stand in the document.
    pub(super) spaces: HashMap<*const Object, Space>,
    pub(super) shadings: HashMap<*const Object, Option<Colour>>,
    pub(super) pictures: HashMap<*const Stream, Rc<Picture>>,
    /// Bytes that looking at pictures took.
    pub(super) picture_bytes: usize,
    /// Soft masks that were drawn.
    pub(super) masks: usize,
    pub(super) layers: Layers,
    operators: usize,
    pub(super) forms: usize,
    bytes: usize,
}

impl<'a> Interpreter<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            fonts: HashMap::new(),
            families: HashMap::new(),
            spaces: HashMap::new(),
            shadings: HashMap::new(),
            pictures: HashMap::new(),
            picture_bytes: 0,
            masks: 0,
            layers: Layers::load(document),
            operators: 0,
            forms: 0,
            bytes: 0,
        }
    }

    /// Draws one page; `base` puts its own space upright.
    pub fn page(
        &mut self,
        content: &[u8],
        base: Matrix,
        resources: Option<&'a Dictionary>,
        canvas: &mut Canvas,
    ) -> Result<(), ReadFailure> {
        let state = State::new(base, canvas.clip());
        let mut run = Run::new(resources, canvas, state, 0);
        self.run(content, &mut run)
    }

    pub(super) fn run(&mut self, content: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
        self.bytes += content.len();
        if self.bytes > MAX_CONTENT_BYTES {
            return Err(ReadFailure::TooLarge);
        }
        let mut lexer = Lexer::new(content);
        let mut operands: Vec<Operand> = Vec::new();
        let mut array: Option<Vec<Operand>> = None;
        while let Some(token) = lexer.next() {
            let operand = match token {
                Token::Number(value) => Operand::Number(value),
                Token::Name(name) => Operand::Name(name.to_vec()),
                Token::Text(text) => Operand::Text(text),
                Token::ArrayStart => {
                    array = Some(Vec::new());
                    continue;
                }
                Token::ArrayEnd => match array.take() {
                    Some(items) => Operand::Array(items),
                    None => continue,
                },
                Token::Other => continue,
                Token::Operator(b"BI") => {
                    lexer.skip_inline_image();
                    run.picture(|_, state| Coat {
                        colour: None,
                        ..state
                    });
                    operands.clear();
                    continue;
                }
                Token::Operator(name) => {
                    self.operators += 1;
                    if self.operators > MAX_OPERATORS || run.canvas.full() {
                        return Err(ReadFailure::TooLarge);
                    }
                    self.operator(name, &operands, run)?;
                    operands.clear();
                    array = None;
                    continue;
                }
            };
            match array.as_mut() {
                Some(items) if items.len() < 100_000 => items.push(operand),
                None if operands.len() < 64 => operands.push(operand),
                _ => {}
            }
        }
        Ok(())
    }

    fn operator(
        &mut self,
        name: &[u8],
        operands: &[Operand],
        run: &mut Run<'a, '_>,
    ) -> Result<(), ReadFailure> {
        let numbers: Vec<f32> = operands.iter().filter_map(Operand::number).collect();
        let first = numbers.first().copied().unwrap_or(0.0);
        match name {
            b"Tf" => {
                run.state.size = first;
                run.state.font = operands
                    .first()
                    .and_then(Operand::name)
                    .and_then(|n| self.font(n, run.resources));
            }
            b"Do" => {
                if let Some(name) = operands.first().and_then(Operand::name) {
                    self.draw(name, run)?;
                }
            }
            b"gs" | b"sh" | b"BDC" | b"cs" | b"CS" | b"sc" | b"scn" | b"SC" | b"SCN" => {
                self.named(name, operands, &numbers, run)?;
            }
            b"Tj" | b"'" | b"\"" => {
                if name != b"Tj" {
                    run.next_line();
                }
                if let ([word, character, ..], b"\"") = (numbers.as_slice(), name) {
                    run.state.word_spacing = *word;
                    run.state.char_spacing = *character;
                }
                if let Some(Operand::Text(text)) = operands.last() {
                    run.show(text);
                }
            }
            b"TJ" => {
                if let Some(Operand::Array(items)) = operands.last() {
                    for item in items {
                        match item {
                            Operand::Text(text) => run.show(text),
                            Operand::Number(value) => run.advance(-value / 1000.0 * run.state.size),
                            _ => {}
                        }
                    }
                }
            }
            _ => run.simple(name, &numbers),
        }
        Ok(())
    }

    pub(super) fn resource(
        &self,
        kind: &[u8],
        name: &[u8],
        resources: Option<&'a Dictionary>,
    ) -> Option<&'a Object> {
        let group = resources?.get_deref(kind, self.document).ok()?.as_dict().ok()?;
        group.get(name).ok()
    }

    fn font(&mut self, name: &[u8], resources: Option<&'a Dictionary>) -> Option<Rc<Font>> {
        let object = self.resource(b"Font", name, resources)?;
        self.load_font(object)
    }

    pub(super) fn load_font(&mut self, object: &'a Object) -> Option<Rc<Font>> {
        let id = object.as_reference().ok();
        if let Some(font) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(font));
        }
        let dictionary = self.document.dereference(object).ok()?.1.as_dict().ok()?;
        let mut font = Font::load(dictionary, self.document);
        let next = u16::try_from(self.families.len() + 1).unwrap_or(u16::MAX);
        font.family = *self
            .families
            .entry(family(dictionary, self.document))
            .or_insert(next);
        let font = Rc::new(font);
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }
}

impl Operand {
    fn number(&self) -> Option<f32> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}
