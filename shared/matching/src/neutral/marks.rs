//! Every place of a text that tells who somebody is, without overlaps.

use std::ops::Range;

use hiring_core::reading::Section;
use hiring_core::resume::{Leaf, Resume};

use super::{contact, names, personal, pronouns};
use crate::evidence::TextIndex;
use crate::scan::Words;

/// What a place tells, which decides what stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// Somebody's name, forms of address included.
    Name,
    /// A form of address without a name.
    Address,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Link,
    /// A street, postal code or box.
    Street,
    /// The town where somebody lives.
    Place,
    /// Birth, age, family, nationality and the like.
    Personal,
    /// What addresses a program, with the rest of its lines.
    SetAside,
    /// A pronoun, by the words that stand for it.
    Pronoun {
        /// The neutral pronoun.
        token: &'static str,
        /// Whether the pronoun replaced tells a gender.
        hides: bool,
    },
}

impl Meant {
    pub(super) const fn token(self) -> &'static str {
        match self {
            Self::Name => "[name]",
            Self::Address => "[title]",
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Link => "[link]",
            Self::Street => "[street]",
            Self::Place => "[place]",
            Self::Personal => "[personal]",
            Self::SetAside => "[...]",
            Self::Pronoun { token, .. } => token,
        }
    }

    pub(super) const fn hides(self) -> bool {
        !matches!(self, Self::Pronoun { hides: false, .. })
    }
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Code points.
    pub(super) place: Range<usize>,
    pub(super) meant: Meant,
}

/// The marks of a resume's visible text, in text order, without overlaps. `home` is where the reader found that the person
/// lives, as a place of its own.
pub(super) fn of(
    resume: &Resume,
    visible_text: &str,
    sections: &[Section],
    home: Option<Meant>,
) -> Vec<Mark> {
    let index = TextIndex::new(visible_text);
    let words = Words::new(visible_text);
    let mut marks = leaves(resume, &index);
    let protected = protected(resume, &index);
    let location = resume
        .contact
        .location
        .iter()
        .filter_map(|leaf| index.place_of(leaf));
    let areas: Vec<Range<usize>> = std::iter::once(top(sections, visible_text))
        .chain(location.clone().map(|place| around(visible_text, &place)))
        .collect();
    contact::find(&words, &index, &areas, &mut marks);
    marks.extend(location.zip(home).map(|(place, meant)| Mark { place, meant }));
    personal::find(visible_text, &mut marks);
    names::find(resume, &words, &index, &protected, &mut marks);
    pronouns::find(resume, &words, &mut marks);
    settled(marks)
}

/// The marks of another text about the same person, in which nothing stands at the resume's own offsets. `protected` are places
/// where a single word of the name is a title or a skill.
pub(super) fn of_words(resume: &Resume, text: &str, protected: &[Range<usize>]) -> Vec<Mark> {
    let index = TextIndex::new(text);
    let words = Words::new(text);
    let mut marks = Vec::new();
    contact::find(&words, &index, &[], &mut marks);
    personal::find(text, &mut marks);
    names::find(resume, &words, &index, protected, &mut marks);
    pronouns::find(resume, &words, &mut marks);
    settled(marks)
}

/// These marks and those of what the reader set aside, in text order, without overlaps.
pub(super) fn with_set_aside(mut marks: Vec<Mark>, resume: &Resume) -> Vec<Mark> {
    let meant = Meant::SetAside;
    marks.extend(resume.set_aside().into_iter().map(|place| Mark { place, meant }));
    settled(marks)
}

/// What the reader found in the contact data, if it really stands there.
fn leaves(resume: &Resume, index: &TextIndex<'_>) -> Vec<Mark> {
    let contact = &resume.contact;
    let all = |leaves: &[Leaf], meant| {
        let place = |leaf: &Leaf| index.place_of(leaf);
        let mark = |place| Mark { place, meant };
        leaves.iter().filter_map(place).map(mark).collect::<Vec<_>>()
    };
    let one = |leaf: &Option<Leaf>, meant| all(leaf.as_slice(), meant);
    [
        one(&contact.name, Meant::Name),
        all(&contact.emails, Meant::Email),
        all(&contact.phones, Meant::Phone),
        all(&contact.urls, Meant::Link),
    ]
    .concat()
}

/// Titles, skills, fields of study, employers, schools and towns of work: a single word of somebody's name in them is theirs, as
/// `José` in `San José State University`.
fn protected(resume: &Resume, index: &TextIndex<'_>) -> Vec<Range<usize>> {
    let titles = resume
        .work
        .iter()
        .flat_map(|work| [&work.title, &work.company, &work.location])
        .flatten();
    let skills = resume.skills.iter().map(|skill| &skill.name);
    let fields = resume
        .education
        .iter()
        .flat_map(|course| [&course.institution, &course.degree, &course.area])
        .flatten();
    let mut places: Vec<Range<usize>> = titles
        .chain(skills)
        .chain(fields)
        .chain(&resume.headline)
        .filter_map(|leaf| index.place_of(leaf))
        .collect();
    places.sort_by_key(|place| (place.start, place.end));
    places
}

/// Lines at the top of a text in which an address is looked for when no section is known.
const TOP_LINES: usize = 15;

/// The part that holds the address.
fn top(sections: &[Section], text: &str) -> Range<usize> {
    use hiring_core::reading::SectionKind::Contact;
    let contact = sections.iter().find(|section| section.kind == Contact);
    contact.map_or_else(
        || {
            let lines = text.split_inclusive('\n').take(TOP_LINES);
            0..lines.map(|line| line.chars().count()).sum()
        },
        |section| section.start..section.end,
    )
}

/// The lines of a place with the one above and the one below: a street stands beside its town.
fn around(text: &str, place: &Range<usize>) -> Range<usize> {
    let mut breaks = text
        .chars()
        .enumerate()
        .filter(|(_, c)| *c == '\n')
        .map(|(at, _)| at);
    let (mut above, mut start) = (0, 0);
    let mut end = None;
    for at in breaks.by_ref() {
        if at < place.start {
            (above, start) = (start, at + 1);
        } else if at >= place.end {
            end = Some(breaks.next().unwrap_or(at));
            break;
        }
    }
    above..end.unwrap_or_else(|| text.chars().count())
}

/// In text order; of two that overlap the earlier, and of two that begin together the longer, takes the other in.
fn settled(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.retain(|mark| !mark.place.is_empty());
    marks.sort_by_key(|mark| (mark.place.start, std::cmp::Reverse(mark.place.end)));
    marks.dedup_by(|next, kept| {
        let overlaps = next.place.start < kept.place.end;
        if overlaps {
            kept.place.end = kept.place.end.max(next.place.end);
        }
        overlaps
    });
    marks
}
