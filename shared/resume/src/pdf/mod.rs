//! PDF: objects by lopdf, everything above them here.

mod blank;
mod canvas;
mod clip;
mod cmap;
mod codes;
mod colour;
mod embedded;
mod encoding;
mod font;
mod function;
mod glyphs;
mod grid;
mod interpreter;
mod layers;
mod lexer;
mod matrix;
mod metrics;
mod open;
mod path;
mod picture;
mod raster;
mod resources;
mod run;
mod sight;
mod space;
mod state;
mod widths;

use hiring_core::reading::{MAX_PAGES, ReadFailure};
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::span::Source;
use canvas::Canvas;
use interpreter::Interpreter;
use matrix::Matrix;

/// Most bytes that one stream may unpack to.
const MAX_STREAM_BYTES: usize = 16_000_000;
/// Corners of a page lie nearer to the origin than this, in points: the format's largest page is 14,400 (ISO 32000-1, annex C).
const FARTHEST_CORNER: f32 = 20_000.0;
/// Sides of a page are longer than this, in points.
const SMALLEST_PAGE: f32 = 50.0;
/// Most bytes of page content that are followed in one file.
const MAX_CONTENT_BYTES: usize = 48_000_000;

/// Reads the text of a PDF with its places and looks.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let document = open::open(bytes)?;
    let pages: Vec<ObjectId> = document.page_iter().take(MAX_PAGES + 1).collect();
    if pages.len() > MAX_PAGES {
        return Err(ReadFailure::TooManyPages);
    }
    if pages.is_empty() {
        return Err(ReadFailure::Damaged);
    }
    let mut source = Source {
        pages: pages.len(),
        ..Source::default()
    };
    let mut interpreter = Interpreter::new(&document);
    let mut unreadable = 0;
    for (number, page) in pages.iter().enumerate() {
        let (base, bounds) = upright(page_box(&document, *page), rotation(&document, *page));
        let mut canvas = Canvas::new(number as u32, bounds);
        let content = match content(&document, *page) {
            Ok(content) => content,
            Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(ReadFailure::TooLarge);
            }
            Err(_) => {
                unreadable += 1;
                source.page_facts.push(canvas.facts());
                continue;
            }
        };
        interpreter.page(&content, base, resources(&document, *page), &mut canvas)?;
        source.pictures |= canvas.pictures;
        source.page_facts.push(canvas.facts());
        let (mut spans, mut rules) = canvas.finish();
        source.spans.append(&mut spans);
        source.rules.append(&mut rules);
    }
    // Without an end the file was cut off, and what is left of it says nothing.
    let tail = bytes.get(bytes.len().saturating_sub(2048)..).unwrap_or_default();
    let cut = !tail.windows(5).any(|window| window == b"%%EOF");
    if source.spans.is_empty() && (unreadable > 0 || cut && !source.pictures) {
        return Err(ReadFailure::Damaged);
    }
    Ok(source)
}

fn content(document: &Document, page: ObjectId) -> lopdf::Result<Vec<u8>> {
    document.get_page_content_with_limit(page, MAX_STREAM_BYTES)
}

/// The nearest `key` on the way from a page to the root of the page tree.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..32 {
        if let Ok(value) = node.get_deref(key, document) {
            return Some(value);
        }
        node = node
            .get_deref(b"Parent", document)
            .and_then(Object::as_dict)
            .ok()?;
    }
    None
}

fn resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    inherited(document, page, b"Resources")?.as_dict().ok()
}

/// Quarter turns to the right that a page is shown with, 0-3.
fn rotation(document: &Document, page: ObjectId) -> i64 {
    let degrees = inherited(document, page, b"Rotate").and_then(|value| value.as_i64().ok());
    degrees.unwrap_or(0).rem_euclid(360) / 90
}

/// What puts a page upright that is shown with this many quarter turns, and its box then.
fn upright(bounds: [f32; 4], quarters: i64) -> (Matrix, [f32; 4]) {
    let [left, bottom, right, top] = bounds;
    let (width, height) = (right - left, top - bottom);
    let matrix = |a, b, c, d, e, f| Matrix { a, b, c, d, e, f };
    match quarters {
        1 => (
            matrix(0.0, -1.0, 1.0, 0.0, -bottom, right),
            [0.0, 0.0, height, width],
        ),
        2 => (
            matrix(-1.0, 0.0, 0.0, -1.0, right, top),
            [0.0, 0.0, width, height],
        ),
        3 => (matrix(0.0, 1.0, -1.0, 0.0, top, -left), [0.0, 0.0, height, width]),
        _ => (Matrix::IDENTITY, bounds),
    }
}

/// The page's visible box: left, bottom, right, top; US Letter where it is missing or absurd.
fn page_box(document: &Document, page: ObjectId) -> [f32; 4] {
    let rectangle = |key: &[u8]| -> Option<[f32; 4]> {
        let values = inherited(document, page, key)?.as_array().ok()?;
        let mut corners = values
            .iter()
            .filter_map(|v| font::number(document.dereference(v).ok()?.1));
        let (x0, y0, x1, y1) = (corners.next()?, corners.next()?, corners.next()?, corners.next()?);
        box_between([x0, y0, x1, y1])
    };
    rectangle(b"CropBox")
        .or_else(|| rectangle(b"MediaBox"))
        .unwrap_or([0.0, 0.0, 612.0, 792.0])
}

/// The box between two opposite corners, lower left first; `None` where it is no page.
fn box_between([x0, y0, x1, y1]: [f32; 4]) -> Option<[f32; 4]> {
    let near = [x0, y0, x1, y1].iter().all(|place| place.abs() < FARTHEST_CORNER);
    let sane = near && (x1 - x0).abs() > SMALLEST_PAGE && (y1 - y0).abs() > SMALLEST_PAGE;
    sane.then_some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_corners_within_reach_and_room_between_them() {
        assert_eq!(
            box_between([595.0, 842.0, 0.0, 0.0]),
            Some([0.0, 0.0, 595.0, 842.0])
        );
        assert_eq!(box_between([0.0, 0.0, 40.0, 842.0]), None);
        for corner in 0..4 {
            for absurd in [
                f32::NAN,
                f32::INFINITY,
                f32::NEG_INFINITY,
                1e9,
                -1e9,
                FARTHEST_CORNER,
            ] {
                let mut corners = [0.0, 0.0, 595.0, 842.0];
                corners[corner] = absurd;
                assert_eq!(box_between(corners), None, "{corners:?}");
            }
        }
    }
}
