//! Which stretches of the text are headers, footers and text boxes.

use std::collections::HashMap;
use std::ops::Range;

use super::bytes::{u32_at, usize_at};
use super::fib::{Fib, Lengths, Table};

/// Bytes that tell of a text box, and where among them its shape stands.
const BOX: usize = 22;
const BOX_SHAPE: usize = 14;
/// Bytes that tell of an anchor; its shape stands first.
const ANCHOR: usize = 26;
/// Stories of notes before those of headers, and stories of each section.
const NOTE_STORIES: usize = 6;
const SECTION_STORIES: usize = 6;

/// Stretches of characters of the whole document.
#[derive(Debug, Default)]
pub(super) struct Stories {
    pub body: Range<usize>,
    pub headers: Vec<Range<usize>>,
    pub footers: Vec<Range<usize>>,
    pub notes: Vec<Range<usize>>,
    pub header_boxes: Range<usize>,
    /// Text boxes with the number of their shape.
    pub boxes: Vec<(Range<usize>, u32)>,
    /// Text box by the character at which it is anchored.
    pub anchors: HashMap<usize, usize>,
}

impl Stories {
    pub fn read(fib: &Fib<'_>, tables: &[u8]) -> Self {
        let lengths = &fib.lengths;
        let notes_at = lengths.body;
        let headers_at = notes_at.saturating_add(lengths.footnotes);
        let endnotes_at = headers_at
            .saturating_add(lengths.headers)
            .saturating_add(lengths.macros)
            .saturating_add(lengths.comments);
        let boxes_at = endnotes_at.saturating_add(lengths.endnotes);
        let header_boxes_at = boxes_at.saturating_add(lengths.boxes);
        let stretch = |at: usize, length: usize| at..at.saturating_add(length);
        let mut stories = Self {
            body: stretch(0, lengths.body),
            notes: vec![
                stretch(notes_at, lengths.footnotes),
                stretch(endnotes_at, lengths.endnotes),
            ],
            header_boxes: stretch(header_boxes_at, lengths.header_boxes),
            ..Self::default()
        };
        stories.read_headers(fib.table(Table::HeaderStories, tables), headers_at, lengths);
        stories.read_boxes(fib, tables, boxes_at, lengths);
        stories
    }

    fn read_headers(&mut self, table: &[u8], at: usize, lengths: &Lengths) {
        let count = (table.len() / 4).saturating_sub(1);
        for story in NOTE_STORIES..count {
            let (Some(from), Some(to)) = (usize_at(table, story * 4), usize_at(table, story * 4 + 4)) else {
                break;
            };
            let to = to.min(lengths.headers);
            if from >= to {
                continue;
            }
            // Even and odd header, even and odd footer, header and footer of the first page.
            let target = match (story - NOTE_STORIES) % SECTION_STORIES {
                0 | 1 | 4 => &mut self.headers,
                _ => &mut self.footers,
            };
            target.push(at + from..at + to);
        }
        if count <= NOTE_STORIES && lengths.headers > 0 {
            self.headers.push(at..at.saturating_add(lengths.headers));
        }
    }

    fn read_boxes(&mut self, fib: &Fib<'_>, tables: &[u8], at: usize, lengths: &Lengths) {
        let table = fib.table(Table::BoxStories, tables);
        let count = table.len().saturating_sub(4) / (4 + BOX);
        let mut by_shape = HashMap::new();
        for story in 0..count {
            let (Some(from), Some(to)) = (usize_at(table, story * 4), usize_at(table, story * 4 + 4)) else {
                break;
            };
            let to = to.min(lengths.boxes);
            if from >= to {
                continue;
            }
            let shape = u32_at(table, (count + 1) * 4 + story * BOX + BOX_SHAPE).unwrap_or(0);
            by_shape.insert(shape, self.boxes.len());
            self.boxes.push((at + from..at + to, shape));
        }
        if count == 0 && lengths.boxes > 0 {
            self.boxes.push((at..at.saturating_add(lengths.boxes), 0));
        }
        let anchors = fib.table(Table::Anchors, tables);
        let count = anchors.len().saturating_sub(4) / (4 + ANCHOR);
        for anchor in 0..count {
            let place = usize_at(anchors, anchor * 4);
            let shape = u32_at(anchors, (count + 1) * 4 + anchor * ANCHOR);
            if let (Some(place), Some(found)) = (place, shape.and_then(|shape| by_shape.remove(&shape))) {
                self.anchors.insert(place, found);
            }
        }
    }
}
