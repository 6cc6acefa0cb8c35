//! Runs content streams: text, colours, painted areas, forms. Everything that cannot show or hide text is skipped.

use std::collections::HashMap;
use std::rc::Rc;

use hiring_core::reading::ReadFailure;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::canvas::Canvas;
use super::font::{Font, family, number};
use super::lexer::{Lexer, Token};
use super::matrix::Matrix;
use super::run::Run;
use super::state::State;
use super::{MAX_CONTENT_BYTES, MAX_STREAM_BYTES};

/// Deepest nesting of forms that is followed.
const MAX_FORM_DEPTH: usize = 10;
/// Most forms that are drawn in one file.
const MAX_FORMS: usize = 2_000;
/// Most operators that are run in one file.
const MAX_OPERATORS: usize = 4_000_000;

enum Operand {
    Number(f32),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Operand>),
}

/// Fonts, budgets and the document; lives as long as the file is read.
pub(super) struct Interpreter<'a> {
    document: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font>>,
    families: HashMap<String, u16>,
    operators: usize,
    forms: usize,
    bytes: usize,
}

impl<'a> Interpreter<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            fonts: HashMap::new(),
            families: HashMap::new(),
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
        let state = State::new(base);
        let (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut run = Run {
            resources,
            canvas,
            state,
            saved: Vec::new(),
            text,
            line,
            path: None,
            depth: 0,
        };
        self.run(content, &mut run)
    }

    fn run(&mut self, content: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
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
                    let bounds = run.bounds([0.0, 0.0, 1.0, 1.0]);
                    run.canvas.picture(bounds);
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
            b"gs" => {
                let named = operands.first().and_then(Operand::name);
                if let Some(font) = named.and_then(|name| self.state_font(name, run)) {
                    run.state.font = Some(font);
                }
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

    fn resource(&self, kind: &[u8], name: &[u8], resources: Option<&'a Dictionary>) -> Option<&'a Object> {
        let group = resources?.get_deref(kind, self.document).ok()?.as_dict().ok()?;
        group.get(name).ok()
    }

    fn font(&mut self, name: &[u8], resources: Option<&'a Dictionary>) -> Option<Rc<Font>> {
        let object = self.resource(b"Font", name, resources)?;
        self.load_font(object)
    }

    fn load_font(&mut self, object: &'a Object) -> Option<Rc<Font>> {
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

    fn state_font(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Option<Rc<Font>> {
        let object = self.resource(b"ExtGState", name, run.resources)?;
        let dictionary = self.document.dereference(object).ok()?.1.as_dict().ok()?;
        let pair = dictionary
            .get_deref(b"Font", self.document)
            .ok()?
            .as_array()
            .ok()?;
        run.state.size = pair.get(1).and_then(number)?;
        self.load_font(pair.first()?)
    }

    fn draw(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
        let Some(object) = self.resource(b"XObject", name, run.resources) else {
            return Ok(());
        };
        let Ok(stream) = self.document.dereference(object).and_then(|(_, o)| o.as_stream()) else {
            return Ok(());
        };
        match stream
            .dict
            .get_deref(b"Subtype", self.document)
            .and_then(Object::as_name)
        {
            Ok(b"Image") => {
                let bounds = run.bounds([0.0, 0.0, 1.0, 1.0]);
                run.canvas.picture(bounds);
                Ok(())
            }
            Ok(b"Form") if run.depth < MAX_FORM_DEPTH && self.forms < MAX_FORMS => self.form(stream, run),
            _ => Ok(()),
        }
    }

    fn form(&mut self, stream: &'a Stream, run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
        self.forms += 1;
        let content = match stream.get_plain_content_with_limit(MAX_STREAM_BYTES) {
            Ok(content) => content,
            Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(ReadFailure::TooLarge);
            }
            Err(_) => return Ok(()),
        };
        let matrix = stream
            .dict
            .get_deref(b"Matrix", self.document)
            .and_then(Object::as_array)
            .ok();
        let matrix = matrix.map(|values| values.iter().filter_map(number).collect::<Vec<_>>());
        let matrix = matrix
            .and_then(|values| Matrix::from_slice(&values))
            .unwrap_or(Matrix::IDENTITY);
        let own = stream
            .dict
            .get_deref(b"Resources", self.document)
            .and_then(Object::as_dict)
            .ok();
        let mut state = run.state.clone();
        state.matrix = matrix.then(state.matrix);
        let mut inner = Run {
            resources: own.or(run.resources),
            canvas: run.canvas,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            path: None,
            depth: run.depth + 1,
        };
        self.run(&content, &mut inner)
    }
}

impl Operand {
    fn number(&self) -> Option<f32> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}
