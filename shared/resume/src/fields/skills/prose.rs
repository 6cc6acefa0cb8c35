//! Skills that running text mentions.

use std::ops::Range;

use hiring_core::resume::Leaf;
use hiring_core::taxonomy::{Found, disclaimed, find_in, fold};

use super::super::Context;
use super::super::work::Row;
use super::sentences::sentence_lists;
use super::{Skills, item};
use crate::sections::Part;
use crate::words::bullet_length;

/// Fewest known skills that make a list of names in a sentence a list of skills.
const KNOWN_IN_LIST: usize = 2;
/// Most lines that are joined to one paragraph.
const MAX_PARAGRAPH: usize = 30;

/// How running text is read: what names something else, and whether a list says the skills already.
pub(super) struct Prose<'a> {
    context: &'a Context<'a>,
    has_list: bool,
    /// Code points of names of employers, titles and places.
    taken: Vec<(usize, usize)>,
}

impl<'a> Prose<'a> {
    pub(super) fn new(context: &'a Context<'a>, rows: &[Row], has_list: bool) -> Self {
        let leaves = rows
            .iter()
            .flat_map(|row| [&row.work.company, &row.work.title, &row.work.location]);
        let mut taken: Vec<(usize, usize)> = leaves
            .flatten()
            .map(|leaf: &Leaf| (leaf.start, leaf.end))
            .collect();
        taken.sort_unstable();
        Self {
            context,
            has_list,
            taken,
        }
    }

    /// Reads a section paragraph by paragraph.
    pub(super) fn read(&self, skills: &mut Skills<'_>, part: &Part) {
        let visible = self.context.visible;
        let lines = visible.lines.get(part.body()).unwrap_or_default();
        let mut at = 0;
        while let Some(first) = lines.get(at) {
            let mut end = first.range.end;
            let mut used = 1;
            while let Some(next) = lines.get(at + used).filter(|next| {
                used < MAX_PARAGRAPH && next.room < 1.8 && bullet_length(visible.line_text(next)) == 0
            }) {
                end = next.range.end;
                used += 1;
            }
            at += used;
            let range = first.range.start..end;
            if !self.has_list {
                sentence_lists(skills, &range, KNOWN_IN_LIST);
            }
            self.mentioned(skills, &range);
        }
    }

    /// Known skills; with a list elsewhere only what is written like a name.
    fn mentioned(&self, skills: &mut Skills<'_>, range: &Range<usize>) {
        let visible = self.context.visible;
        let text = visible.slice(range).to_owned();
        let found = find_in(&text);
        for (at, hit) in found.iter().enumerate() {
            let surface = text.get(hit.start_byte..hit.end_byte).unwrap_or_default();
            let neighbours = [at.checked_sub(1), at.checked_add(1)];
            let beside = neighbours
                .into_iter()
                .flatten()
                .filter_map(|other| found.get(other))
                .any(|other| listed_together(&text, hit, other));
            let led = hit.is_exact() && is_led(&text, hit.start_byte);
            let sure = if hit.ambiguous {
                beside || led
            } else {
                !self.has_list || distinct(surface)
            };
            let start = range.start + hit.start_byte;
            let end = range.start + hit.end_byte;
            if sure && !self.is_taken(start, end) && !disclaimed(&text, hit.start_byte, hit.end_byte) {
                skills.push(start..end, 0.6);
            }
        }
    }

    /// Whether the bytes lie in the name of an employer, a title or a place.
    fn is_taken(&self, start: usize, end: usize) -> bool {
        let (start, end) = (
            self.context.visible.code_point(start),
            self.context.visible.code_point(end),
        );
        self.taken.iter().any(|(from, to)| *from < end && start < *to)
    }
}

/// A sentence in a section of skills: its list of names, and what it mentions.
pub(super) fn sentence(skills: &mut Skills<'_>, range: &Range<usize>) {
    sentence_lists(skills, range, 0);
    let text = skills.context.visible.slice(range).to_owned();
    for hit in find_in(&text) {
        if !hit.ambiguous && !disclaimed(&text, hit.start_byte, hit.end_byte) {
            skills.push(range.start + hit.start_byte..range.start + hit.end_byte, 0.7);
        }
    }
}
/// Whether the word before a name leads to a skill (`in Go`, `mit Excel`).
fn is_led(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let word = before
        .trim_end()
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    before.ends_with(char::is_whitespace) && item::has(&fold(word), item::BEFORE_LIST)
}

/// Whether a surface is written like a name: a product, or words with capitals.
fn distinct(surface: &str) -> bool {
    let words = surface.split_whitespace().count();
    let capitals = surface
        .split_whitespace()
        .filter(|word| word.starts_with(char::is_uppercase))
        .count();
    words > 1 && capitals == words
        || surface
            .chars()
            .skip(1)
            .any(|c| c.is_uppercase() || c.is_ascii_digit() || "+#.".contains(c))
}

/// Whether nothing but a comma or a conjunction stands between two names.
fn listed_together(text: &str, one: &Found, other: &Found) -> bool {
    let (first, second) = if one.start_byte < other.start_byte {
        (one, other)
    } else {
        (other, one)
    };
    let between = text.get(first.end_byte..second.start_byte).unwrap_or("-").trim();
    matches!(
        between,
        "," | "and" | "und" | "et" | "y" | "e" | ", and" | ", und" | "/" | "&" | "|" | "·" | "•" | ";"
    )
}
