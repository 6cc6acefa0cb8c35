//! Text without what tells who somebody is: names, pronouns, forms of address, contact data, streets, birth dates and the
//! like are replaced by fixed words, so that two texts that differ only in these become the same bytes.
//!
//! Everything that a score is made from is read from this text, in which `[...]` stands for what the reader set aside because it addresses a program. [`Neutral::original`] leads back to the visible text, where
//! quotes stand. [`blind`] covers the same places for a reader and keeps every offset.

mod contact;
mod marks;
mod names;
mod personal;
mod pronouns;
mod vocabulary;

use std::ops::Range;

use hiring_core::reading::Section;
use hiring_core::resume::Resume;

use self::marks::{Mark, Meant};
use crate::evidence::TextIndex;

/// What covers a code point in [`blind`].
const COVER: char = '█';

/// Every word that stands for what tells who somebody is, or for what addresses a program; pronouns are words of the language.
pub(crate) const TOKENS: [&str; 9] = [
    Meant::Name.token(),
    Meant::Address.token(),
    Meant::Email.token(),
    Meant::Phone.token(),
    Meant::Link.token(),
    Meant::Street.token(),
    Meant::Place.token(),
    Meant::Personal.token(),
    Meant::SetAside.token(),
];

/// A stretch of the visible text that another text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// Code points of the visible text.
    original: Range<usize>,
    /// Code points of the neutral text.
    neutral: Range<usize>,
    /// Whether the words replaced tell something about the person.
    hides: bool,
}

/// A text without what tells who somebody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neutral {
    /// The neutral text.
    pub text: String,
    /// The sections of the visible text, as code points of `text`.
    pub sections: Vec<Section>,
    /// In text order.
    pieces: Vec<Piece>,
}

/// The neutral text of a read resume. `sections` are those of `visible_text`, in code points.
#[must_use]
pub fn of(resume: &Resume, visible_text: &str, sections: &[Section]) -> Neutral {
    let marks = marks::of(resume, visible_text, sections, Some(Meant::Place));
    let marks = marks::with_set_aside(marks, resume);
    let mut neutral = Neutral::replaced(visible_text, &marks);
    neutral.sections = sections
        .iter()
        .map(|section| {
            let range = neutral.neutral(&(section.start..section.end));
            Section {
                kind: section.kind,
                start: range.start,
                end: range.end,
            }
        })
        .collect();
    neutral
}

/// A text about the same person without what tells who they are, for instance the summary.
#[must_use]
pub fn words(text: &str, resume: &Resume) -> String {
    Neutral::replaced(text, &marks::of_words(resume, text, &[])).text
}

/// A title, a skill or a field of study without what tells who the person is. A single word of the name in it is that title or
/// skill, as in the resume's own neutral text.
#[must_use]
pub fn field(text: &str, resume: &Resume) -> String {
    let whole = 0..text.chars().count();
    Neutral::replaced(text, &marks::of_words(resume, text, &[whole])).text
}

/// Where the visible text tells who somebody is, as code points in text order without overlaps. Where somebody lives or works
/// is told by city and country, which a score may quote; streets are covered.
#[must_use]
pub fn masks(resume: &Resume, visible_text: &str, sections: &[Section]) -> Vec<Range<usize>> {
    marks::of(resume, visible_text, sections, None)
        .into_iter()
        .filter(|mark| mark.meant.hides())
        .map(|mark| mark.place)
        .collect()
}

/// The visible text with each code point of [`masks`] covered by `█`; line breaks stay, and so does every offset.
#[must_use]
pub fn blind(resume: &Resume, visible_text: &str, sections: &[Section]) -> String {
    cover(visible_text, 0, &masks(resume, visible_text, sections))
}

/// A stretch of the visible text that begins at code point `start`, with each code point of these [`masks`] covered by `█`;
/// line breaks stay, and so does every offset.
#[must_use]
pub fn cover(stretch: &str, start: usize, masks: &[Range<usize>]) -> String {
    let first = masks.partition_point(|mask| mask.end <= start);
    let mut ahead = masks.iter().skip(first).peekable();
    let mut covered = String::with_capacity(stretch.len());
    for (at, c) in stretch.chars().enumerate().map(|(at, c)| (start + at, c)) {
        while ahead.next_if(|mask| mask.end <= at).is_some() {}
        let inside = ahead.peek().is_some_and(|mask| mask.start <= at);
        covered.push(if inside && c != '\n' { COVER } else { c });
    }
    covered
}

/// Whether an entry of a neutral text tells, or only announces, birth, age, family, nationality or the like.
pub(crate) fn is_personal(entry: &str) -> bool {
    personal::is_entry(entry)
}

/// Whether a word in small letters is a pronoun as it stands in a neutral text, in any language known.
pub(crate) fn is_pronoun(word: &str) -> bool {
    pronouns::is_neutral(word)
}

/// The part of an address that names town and country, without streets and postal codes, as code points of it.
pub(crate) fn town_in(address: &str) -> Range<usize> {
    contact::town_in(address)
}

impl Neutral {
    fn replaced(visible_text: &str, marks: &[Mark]) -> Self {
        let index = TextIndex::new(visible_text);
        let mut text = String::with_capacity(visible_text.len());
        let mut pieces = Vec::with_capacity(marks.len());
        let (mut read, mut written) = (0, 0);
        for mark in marks {
            let Some(before) = index.slice(&(read..mark.place.start)) else {
                continue;
            };
            text.push_str(before);
            written += mark.place.start - read;
            let token = mark.meant.token();
            text.push_str(token);
            let end = written + token.chars().count();
            pieces.push(Piece {
                original: mark.place.clone(),
                neutral: written..end,
                hides: mark.meant.hides(),
            });
            (read, written) = (mark.place.end, end);
        }
        text.push_str(index.rest(read).unwrap_or_default());
        Self {
            text,
            sections: Vec::new(),
            pieces,
        }
    }

    /// The code points of the visible text behind code points of the neutral text: the whole of what was replaced where the
    /// range touches it.
    #[must_use]
    pub fn original(&self, neutral: Range<usize>) -> Range<usize> {
        self.mapped(&neutral, |piece| (&piece.neutral, &piece.original))
    }

    /// The code points of the neutral text for code points of the visible text.
    pub(crate) fn neutral(&self, original: &Range<usize>) -> Range<usize> {
        self.mapped(original, |piece| (&piece.original, &piece.neutral))
    }

    fn mapped(
        &self,
        range: &Range<usize>,
        sides: impl Fn(&Piece) -> (&Range<usize>, &Range<usize>),
    ) -> Range<usize> {
        let start = {
            let before = self
                .pieces
                .partition_point(|piece| sides(piece).0.start <= range.start);
            match before
                .checked_sub(1)
                .and_then(|at| self.pieces.get(at))
                .map(&sides)
            {
                Some((from, to)) if range.start < from.end => to.start,
                Some((from, to)) => to.end + (range.start - from.end),
                None => range.start,
            }
        };
        let end = {
            let before = self
                .pieces
                .partition_point(|piece| sides(piece).0.start < range.end);
            match before
                .checked_sub(1)
                .and_then(|at| self.pieces.get(at))
                .map(&sides)
            {
                Some((from, to)) if range.end <= from.end => to.end,
                Some((from, to)) => to.end + (range.end - from.end),
                None => range.end,
            }
        };
        start..end.max(start)
    }

    /// Where something is hidden in a range of the neutral text, in text order.
    pub(crate) fn hidden_in(&self, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
        let (start, end) = (range.start, range.end);
        let first = self.pieces.partition_point(|piece| piece.neutral.end <= start);
        let pieces = self.pieces.iter().skip(first);
        pieces
            .take_while(move |piece| piece.neutral.start < end)
            .filter(|piece| piece.hides)
            .map(|piece| piece.neutral.clone())
    }

    /// The part of a range of the neutral text around `hit` in which nothing was hidden. `None` when the hit itself touches
    /// what was hidden.
    pub(crate) fn open_around(&self, hit: &Range<usize>, range: &Range<usize>) -> Option<Range<usize>> {
        let mut open = range.clone();
        for hidden in self.hidden_in(range) {
            if hidden.end <= hit.start {
                open.start = hidden.end;
            } else if hidden.start >= hit.end {
                open.end = open.end.min(hidden.start);
            } else {
                return None;
            }
        }
        Some(open)
    }
}

#[cfg(test)]
mod tests;
