//! Operators that name a resource: states, colour spaces, patterns, shadings, layers, pictures and forms.

use std::rc::Rc;

use hiring_core::reading::ReadFailure;
use lopdf::{Dictionary, Object, Stream};

use super::MAX_STREAM_BYTES;
use super::colour::{BLACK, Blend, Colour, WHITE};
use super::font::number;
use super::interpreter::{Interpreter, Operand};
use super::matrix::Matrix;
use super::picture::{MAX_BYTES, Picture};
use super::run::Run;
use super::space::{Space, device, numbers, shading};
use super::state::{Mask, State};

/// Deepest nesting of forms that is followed.
const MAX_FORM_DEPTH: usize = 10;
/// Most forms that are drawn in one file.
const MAX_FORMS: usize = 2_000;
/// Most soft masks that are drawn in one file.
const MAX_MASKS: usize = 100;

impl<'a> Interpreter<'a> {
    /// Operators whose operands may name a resource.
    pub(super) fn named(
        &mut self,
        operator: &[u8],
        operands: &[Operand],
        values: &[f32],
        run: &mut Run<'a, '_>,
    ) -> Result<(), ReadFailure> {
        let Some(name) = operands.last().and_then(Operand::name) else {
            match operator {
                // Properties written in place belong to no layer.
                b"BDC" => run.begin_marked(false),
                _ => run.simple(operator, values),
            }
            return Ok(());
        };
        match operator {
            b"gs" => {
                self.state(name, run)?;
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
        Ok(())
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

    /// Sets the parameters of a graphics state dictionary.
    fn state(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
        let object = self.resource(b"ExtGState", name, run.resources);
        let found = object.and_then(|object| self.document.dereference(object).ok());
        let Some(dictionary) = found.and_then(|(_, object)| object.as_dict().ok()) else {
            return Ok(());
        };
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
        if let Some(pair) = value(b"Font").and_then(|pair| pair.as_array().ok())
            && let (Some(font), Some(size)) = (pair.first(), pair.get(1).and_then(number))
        {
            run.state.size = size;
            run.state.font = self.load_font(font);
        }
        if let Some(mask) = value(b"SMask") {
            run.state.mask = match mask.as_dict() {
                Ok(mask) => self.mask(mask, run)?,
                Err(_) => Mask::None,
            };
        }
        Ok(())
    }

    /// Draws a soft mask, as far as it can be told what it lets through.
    fn mask(&mut self, mask: &'a Dictionary, run: &Run<'a, '_>) -> Result<Mask, ReadFailure> {
        let document = self.document;
        let value = |key: &[u8]| mask.get_deref(key, document).ok();
        let group = value(b"G").and_then(|group| group.as_stream().ok());
        // A transfer function may turn light into dark.
        let plain = value(b"TR").is_none_or(|function| function.as_name().is_ok());
        let few = self.masks < MAX_MASKS && self.forms < MAX_FORMS && run.depth < MAX_FORM_DEPTH;
        let Some(group) = group.filter(|_| plain && few) else {
            return Ok(Mask::Unknown);
        };
        self.masks += 1;
        let light = value(b"S").is_some_and(|kind| kind.as_name().is_ok_and(|name| name == b"Luminosity"));
        let ground = value(b"BC").and_then(|colour| device(&numbers(colour, document)));
        let mut canvas = run
            .canvas
            .beside(if light { ground.unwrap_or(BLACK) } else { WHITE });
        let state = State::new(run.state.matrix, canvas.clip());
        let mut inner = Run::new(run.resources, &mut canvas, state, run.depth);
        self.form(group, &mut inner)?;
        Ok(Mask::Drawn {
            raster: Rc::new(canvas.into_raster()),
            light,
        })
    }

    /// Draws a picture or a form.
    pub(super) fn draw(&mut self, name: &[u8], run: &mut Run<'a, '_>) -> Result<(), ReadFailure> {
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
        let key = std::ptr::from_ref(stream);
        if let Some(known) = self.pictures.get(&key) {
            return Rc::clone(known);
        }
        let left = MAX_BYTES.saturating_sub(self.picture_bytes);
        let picture = Picture::load(stream, self.document, left);
        self.picture_bytes += picture.bytes();
        self.pictures.insert(key, Rc::clone(&picture));
        picture
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
        let mut inner = Run::new(own.or(run.resources), run.canvas, state, run.depth + 1);
        inner.off = run.off;
        if let [x0, y0, x1, y1, ..] = frame.as_slice() {
            inner.clip_to([*x0, *y0, *x1, *y1]);
        }
        self.run(&content, &mut inner)
    }
}
