//! Runs content streams: text, colours, painted areas, forms. Everything that cannot show or hide text is skipped.

use std::collections::HashMap;
use std::rc::Rc;

use hiring_core::reading::ReadFailure;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::canvas::Canvas;
use super::colour::{Blend, Colour, Space, numbers, shading};
use super::font::{Font, family, number};
use super::layers::Layers;
use super::lexer::{Lexer, Token};
use super::matrix::Matrix;
use super::picture::Picture;
use super::raster::Coat;
use super::run::Run;
use super::shape::Path;
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
    /// By where they stand in the document.
    spaces: HashMap<*const Object, Space>,
    shadings: HashMap<*const Object, Option<Colour>>,
    pictures: HashMap<*const Stream, Rc<Picture>>,
    layers: Layers,
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
            spaces: HashMap::new(),
            shadings: HashMap::new(),
            pictures: HashMap::new(),
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
        let (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut run = Run {
            resources,
            canvas,
            state,
            saved: Vec::new(),
            text,
            line,
            path: Path::default(),
            clip: None,
            text_clip: None,
            marked: Vec::new(),
            off: 0,
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
                self.named(name, operands, &numbers, run);
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

    /// Operators whose operands may name a resource.
    fn named(&mut self, operator: &[u8], operands: &[Operand], values: &[f32], run: &mut Run<'a, '_>) {
        let Some(name) = operands.last().and_then(Operand::name) else {
            match operator {
                // Properties written in place belong to no layer.
                b"BDC" => run.begin_marked(false),
                _ => run.simple(operator, values),
            }
            return;
        };
        match operator {
            b"gs" => {
                self.state(name, run);
            }
            b"sh" => {
                let shading = self.resource(b"Shading", name, run.resources);
                let colour = shading.and_then(|object| self.shading(object));
                run.flood(colour);
            }
            b"BDC" => {
                let layer = operands.first().and_then(Operand::name) == Some(b"OC");
                let layer = self
                    .resource(b"Properties", name, run.resources)
                    .filter(|_| layer);
                run.begin_marked(layer.is_some_and(|layer| self.layers.is_off(layer, self.document)));
            }
            b"cs" | b"CS" => {
                let space = self.space(name, run.resources);
                let ink = if operator == b"cs" {
                    &mut run.state.fill
                } else {
                    &mut run.state.stroke
                };
                ink.choose(space);
            }
            _ => {
                let colour = self.pattern(name, run.resources);
                let fills = operator.starts_with(b"s");
                let ink = if fills {
                    &mut run.state.fill
                } else {
                    &mut run.state.stroke
                };
                ink.colour = colour;
            }
        }
    }

    fn space(&mut self, name: &[u8], resources: Option<&'a Dictionary>) -> Space {
        let Some(object) = self.resource(b"ColorSpace", name, resources) else {
            return Space::load(&Object::Name(name.to_vec()), self.document);
        };
        let document = self.document;
        let known = self.spaces.entry(std::ptr::from_ref(object));
        known.or_insert_with(|| Space::load(object, document)).clone()
    }

    fn shading(&mut self, object: &'a Object) -> Option<Colour> {
        let document = self.document;
        let known = self.shadings.entry(std::ptr::from_ref(object));
        *known.or_insert_with(|| shading(object, document))
    }

    /// The one colour of a pattern, where it is a shading that has one.
    fn pattern(&mut self, name: &[u8], resources: Option<&'a Dictionary>) -> Option<Colour> {
        let object = self.resource(b"Pattern", name, resources)?;
        let dictionary = self.document.dereference(object).ok()?.1.as_dict().ok()?;
        self.shading(dictionary.get(b"Shading").ok()?)
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

    /// Sets the parameters of a graphics state dictionary.
    fn state(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Option<()> {
        let object = self.resource(b"ExtGState", name, run.resources)?;
        let dictionary = self.document.dereference(object).ok()?.1.as_dict().ok()?;
        let value = |key: &[u8]| dictionary.get_deref(key, self.document).ok();
        if let Some(alpha) = value(b"ca").and_then(number) {
            run.state.fill.alpha = alpha.clamp(0.0, 1.0);
        }
        if let Some(alpha) = value(b"CA").and_then(number) {
            run.state.stroke.alpha = alpha.clamp(0.0, 1.0);
        }
        if let Some(width) = value(b"LW").and_then(number) {
            run.state.pen = width.abs();
        }
        if let Some(mode) = value(b"BM") {
            let first = mode.as_array().ok().and_then(|list| list.first());
            let name = first.unwrap_or(mode).as_name().unwrap_or_default();
            run.state.blend = Blend::named(name);
        }
        if let Some(mask) = value(b"SMask") {
            run.state.masked = mask.as_dict().is_ok();
        }
        let pair = value(b"Font")?.as_array().ok()?;
        run.state.size = pair.get(1).and_then(number)?;
        run.state.font = self.load_font(pair.first()?);
        Some(())
    }

    fn draw(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
        let Some(object) = self.resource(b"XObject", name, run.resources) else {
            return Ok(());
        };
        let Ok(stream) = self.document.dereference(object).and_then(|(_, o)| o.as_stream()) else {
            return Ok(());
        };
        let layer = stream.dict.get(b"OC").ok();
        let off = layer.is_some_and(|layer| self.layers.is_off(layer, self.document));
        run.off += usize::from(off);
        let kind = stream.dict.get_deref(b"Subtype", self.document);
        let drawn = match kind.and_then(Object::as_name) {
            Ok(b"Image") => {
                let picture = self.picture(stream);
                run.picture(|place, state| picture.coat(place, state));
                Ok(())
            }
            Ok(b"Form") if run.depth < MAX_FORM_DEPTH && self.forms < MAX_FORMS => self.form(stream, run),
            _ => Ok(()),
        };
        run.off -= usize::from(off);
        drawn
    }

    fn picture(&mut self, stream: &'a Stream) -> Rc<Picture> {
        let document = self.document;
        let known = self.pictures.entry(std::ptr::from_ref(stream));
        Rc::clone(known.or_insert_with(|| Picture::load(stream, document)))
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
        if stream.dict.has(b"Group") {
            state.begin_group();
        }
        let frame = stream.dict.get_deref(b"BBox", self.document).ok();
        let frame = frame
            .map(|values| numbers(values, self.document))
            .unwrap_or_default();
        let mut inner = Run {
            resources: own.or(run.resources),
            canvas: run.canvas,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            path: Path::default(),
            clip: None,
            text_clip: None,
            marked: Vec::new(),
            off: run.off,
            depth: run.depth + 1,
        };
        if let [x0, y0, x1, y1, ..] = frame.as_slice() {
            inner.clip_to([*x0, *y0, *x1, *y1]);
        }
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
