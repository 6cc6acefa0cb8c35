//! Formatted disk pages ([MS-DOC] 2.9.33, 2.9.174): which bytes of the text have which changes of looks.

use super::bytes::{slice, u16_at, u32_at, usize_at};

/// Bytes of a page.
const PAGE: usize = 512;
/// Bytes of an entry about a paragraph.
const PARAGRAPH_ENTRY: usize = 13;

/// Which pages: about characters or about paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Characters,
    Paragraphs,
}

/// A stretch of the file with its changes.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: u32,
    to: u32,
    /// Place of the changes in the stream, 0 for none.
    at: u32,
}

/// All stretches, in order.
pub(super) struct Pages<'a> {
    stream: &'a [u8],
    about: About,
    runs: Vec<Run>,
}

impl<'a> Pages<'a> {
    /// Reads the pages that a table names.
    pub fn read(stream: &'a [u8], table: &[u8], about: About) -> Self {
        let count = table.len().saturating_sub(4) / 8;
        // A page that is named twice says nothing more: a file cannot have more of them than it has room for.
        let most = stream.len() / PAGE;
        let mut runs = Vec::new();
        for at in 0..count.min(most) {
            let Some(number) = u32_at(table, (count + 1) * 4 + at * 4) else {
                break;
            };
            let start = (number & 0x003f_ffff) as usize * PAGE;
            runs.extend(page(slice(stream, start, PAGE), start, about));
        }
        runs.sort_by_key(|run| run.from);
        Self { stream, about, runs }
    }

    /// The changes at a place of the file, and the stretch for which they hold.
    pub fn at(&self, place: u32) -> (std::ops::Range<u32>, &'a [u8]) {
        let next = self.runs.partition_point(|run| run.from <= place);
        let end = self.runs.get(next).map_or(u32::MAX, |run| run.from);
        let Some(run) = next.checked_sub(1).and_then(|at| self.runs.get(at)) else {
            return (0..end, &[]);
        };
        if place >= run.to {
            return (run.to..end, &[]);
        }
        (run.from..run.to.min(end), self.list(run.at as usize))
    }

    fn list(&self, at: usize) -> &'a [u8] {
        let Some(first) = self.stream.get(at).copied().filter(|_| at > 0) else {
            return &[];
        };
        match (self.about, first) {
            (About::Characters, length) => slice(self.stream, at + 1, usize::from(length)),
            (About::Paragraphs, 0) => {
                let words = self.stream.get(at + 1).copied().unwrap_or(0);
                slice(self.stream, at + 2, usize::from(words) * 2)
            }
            (About::Paragraphs, words) => slice(self.stream, at + 1, usize::from(words) * 2 - 1),
        }
    }
}

fn page(page: &[u8], start: usize, about: About) -> Vec<Run> {
    let count = page.get(PAGE - 1).copied().map_or(0, usize::from);
    let entry = match about {
        About::Characters => 1,
        About::Paragraphs => PARAGRAPH_ENTRY,
    };
    (0..count)
        .filter_map(|at| {
            let (from, to) = (u32_at(page, at * 4)?, u32_at(page, at * 4 + 4)?);
            let offset = usize::from(*page.get((count + 1) * 4 + at * entry)?) * 2;
            let at = if offset == 0 { 0 } else { start + offset };
            Some(Run {
                from,
                to,
                at: u32::try_from(at).ok()?,
            })
        })
        .collect()
}

/// The paragraph's style and changes; changes too long for a page lie in the stream of data.
pub(super) fn paragraph<'l>(list: &'l [u8], data: &'l [u8]) -> (u16, &'l [u8]) {
    let style = u16_at(list, 0).unwrap_or(0);
    let changes = list.get(2..).unwrap_or_default();
    if matches!(u16_at(changes, 0), Some(0x6646 | 0x6645))
        && let Some(at) = usize_at(changes, 2)
        && let Some(length) = u16_at(data, at)
    {
        return (style, slice(data, at + 2, usize::from(length)));
    }
    (style, changes)
}
