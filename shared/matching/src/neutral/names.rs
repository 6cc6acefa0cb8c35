//! Every occurrence of somebody's name: in full, in part, and behind a form of address.

use std::ops::Range;

use hiring_core::resume::Resume;
use hiring_core::taxonomy;

use super::marks::{Mark, Meant};
use super::vocabulary::{ACADEMIC, BEFORE_NAMES, HONORIFICS, ORDINARY, PARTICLES};
use crate::evidence::TextIndex;
use crate::fold::fold;
use crate::scan::{Word, Words};

/// Most words of a name; more is no name.
const MAX_PARTS: usize = 8;
/// Most words behind a form of address that are taken for a name: more would take a job's title along.
const MAX_ADDRESSED: usize = 2;
/// Most academic titles before a name.
const MAX_TITLES: usize = 3;
/// Longest form of address, in bytes.
const LONGEST_FORM: usize = 14;
/// Shortest part, in bytes, that is looked for inside a longer word.
const SHORTEST_JOINED: usize = 3;
/// Most characters between two words of one name: `Anna, Maria`, `J. R.`.
const MAX_GAP: usize = 3;

/// One word of the person's name.
struct Part {
    folded: String,
    /// With umlauts written out; the same as `folded` without any.
    written_out: String,
    /// Stands for the person only beside another part: an ordinary word, a skill, one letter.
    ordinary: bool,
    particle: bool,
}

/// Marks the person's name and whoever is addressed. `protected` are places (in text order) where a single word of the name is a
/// title or a skill.
pub(super) fn find(
    resume: &Resume,
    words: &Words<'_>,
    index: &TextIndex<'_>,
    protected: &[Range<usize>],
    marks: &mut Vec<Mark>,
) {
    let french = resume.document.language.as_deref() == Some("fr");
    addressed(words, french, marks);
    let parts = parts(resume);
    if parts.is_empty() {
        return;
    }
    let hits: Vec<Option<Hit<'_>>> = words.all().iter().map(|word| hit(word, &parts)).collect();
    let mut at = 0;
    while at < hits.len() {
        let end = run_end(words, &hits, at);
        if end == at {
            at += 1;
            continue;
        }
        let run = Run {
            words: words.all().get(at..end).unwrap_or_default(),
            hits: hits.get(at..end).unwrap_or_default(),
        };
        if let (Some(first), Some(last)) = (words.get(at), words.get(end - 1))
            && run.counts(words, protected)
        {
            let start = titled(words, at).unwrap_or(first.place.start);
            let initial = last.place.len() == 1
                && index
                    .rest(last.place.end)
                    .is_some_and(|rest| rest.starts_with('.'));
            marks.push(Mark {
                place: start..last.place.end + usize::from(initial),
                meant: Meant::Name,
            });
        }
        at = end;
    }
}

fn parts(resume: &Resume) -> Vec<Part> {
    let Some(name) = &resume.contact.name else {
        return Vec::new();
    };
    let mut parts: Vec<Part> = Vec::new();
    for word in Words::new(&name.raw)
        .all()
        .iter()
        .chain(Words::new(&name.value).all())
        .take(2 * MAX_PARTS)
    {
        let folded = fold(word.text);
        if parts.iter().any(|part| part.folded == folded) {
            continue;
        }
        let particle = PARTICLES.contains(&folded.as_str());
        let known = || taxonomy::canonical(&folded).is_some() || ORDINARY.contains(&folded.as_str());
        parts.push(Part {
            ordinary: particle || word.place.len() == 1 || known(),
            written_out: written_out(word.text),
            particle,
            folded,
        });
    }
    parts
}

fn written_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            c => out.push(c),
        }
    }
    fold(&out)
}

/// A word that is a part of the name.
#[derive(Clone, Copy)]
struct Hit<'p> {
    part: &'p Part,
    /// It is several parts written as one word: `annaschmidt`.
    joined: bool,
}

fn hit<'p>(word: &Word<'_>, parts: &'p [Part]) -> Option<Hit<'p>> {
    let folded = fold(word.text);
    let whole = parts
        .iter()
        .find(|part| part.folded == folded || part.written_out == folded);
    let initial = || {
        let is_initial = word.place.len() == 1 && word.is_capitalised();
        parts
            .iter()
            .find(|part| is_initial && part.folded.starts_with(&folded))
    };
    if let Some(part) = whole.or_else(initial) {
        return Some(Hit { part, joined: false });
    }
    let joined = joined(&folded, parts)?;
    Some(Hit {
        part: joined,
        joined: true,
    })
}

/// The first of several parts that are written as one word.
fn joined<'p>(folded: &str, parts: &'p [Part]) -> Option<&'p Part> {
    let within = |part: &&Part| part.folded.len() >= SHORTEST_JOINED && folded.contains(&part.folded);
    let mut several = parts.iter().filter(within);
    let pair = several.next().zip(several.next());
    let (first, second) = pair?;
    let length = first.folded.len() + second.folded.len();
    (length <= folded.len() && !(first.ordinary && second.ordinary)).then_some(first)
}

/// One past the last word of the name that begins here; `at` when none does.
fn run_end(words: &Words<'_>, hits: &[Option<Hit<'_>>], at: usize) -> usize {
    let mut end = at;
    while let Some(Some(_)) = hits.get(end) {
        if end > at {
            let (Some(before), Some(word)) = (words.get(end - 1), words.get(end)) else {
                break;
            };
            let gap = words.between(before, word);
            let joins = |c: char| {
                matches!(
                    c,
                    ' ' | '\t' | '\u{a0}' | '.' | ',' | '-' | '\u{2010}' | '\u{2011}' | '\'' | '’'
                )
            };
            if gap.chars().count() > MAX_GAP || !gap.chars().all(joins) {
                break;
            }
        }
        end += 1;
    }
    end
}

/// Words one behind the other that look like parts of the name.
struct Run<'r, 'a> {
    words: &'r [Word<'a>],
    hits: &'r [Option<Hit<'r>>],
}

impl Run<'_, '_> {
    /// Whether they stand for the person.
    fn counts(&self, all: &Words<'_>, protected: &[Range<usize>]) -> bool {
        let capitalised = self.words.iter().any(Word::is_capitalised);
        let hits: Vec<Hit<'_>> = self.hits.iter().copied().flatten().collect();
        match (hits.as_slice(), self.words) {
            (hits, _) if hits.iter().any(|hit| hit.joined) => true,
            ([hit], [word]) => {
                capitalised
                    && !hit.part.ordinary
                    && word.place.len() > 1
                    && !is_protected(&word.place, protected)
            }
            _ => {
                let full = |(word, hit): (&Word<'_>, &Hit<'_>)| word.place.len() > 1 && !hit.part.particle;
                let handle = hits.iter().any(|hit| !hit.part.ordinary) && self.is_linked(all);
                (capitalised || handle) && self.words.iter().zip(&hits).any(full)
            }
        }
    }

    /// Whether it is written as in a web address: `anna-schmidt`, `anna.schmidt`.
    fn is_linked(&self, all: &Words<'_>) -> bool {
        let pairs = self.words.iter().zip(self.words.iter().skip(1));
        pairs.clone().next().is_some()
            && pairs
                .into_iter()
                .all(|(a, b)| matches!(all.between(a, b), "-" | "." | "_"))
    }
}

fn is_protected(place: &Range<usize>, protected: &[Range<usize>]) -> bool {
    let before = protected.partition_point(|range| range.start <= place.start);
    protected.iter().take(before).any(|range| place.end <= range.end)
}

/// Where the academic titles before a name begin: `Prof. Dr. Anna Smith`.
fn titled(words: &Words<'_>, at: usize) -> Option<usize> {
    let mut start = None;
    for index in (0..at).rev().take(MAX_TITLES) {
        let (word, next) = (words.get(index)?, words.get(index + 1)?);
        let gap = words.between(word, next);
        let beside = matches!(gap, " " | ". " | "." | "-");
        if !beside || !ACADEMIC.contains(&fold(word.text).as_str()) {
            break;
        }
        start = Some(word.place.start);
    }
    start
}

/// Forms of address, with the name behind them.
fn addressed(words: &Words<'_>, french: bool, marks: &mut Vec<Mark>) {
    for (at, word) in words.all().iter().enumerate() {
        let Some(form) = form_of_address(word, french) else {
            continue;
        };
        if let Some((end, meant)) = addressed_end(words, at, word, form) {
            marks.push(Mark {
                place: word.place.start..end,
                meant,
            });
        }
    }
}

/// How sure it is that a word is a form of address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It is nothing else.
    Certain,
    /// Only before a name: `Don Julio`.
    BeforeName,
    /// Only with a dot, before a name: `M. Dupont`.
    Dotted,
}

fn form_of_address(word: &Word<'_>, french: bool) -> Option<Form> {
    // `MS Office` is no lady.
    let shaped = word.is_capitalised() && word.text.chars().skip(1).all(char::is_lowercase);
    if !shaped || word.text.len() > LONGEST_FORM {
        return None;
    }
    if word.text == "M" {
        return french.then_some(Form::Dotted);
    }
    let folded = fold(word.text);
    if HONORIFICS.contains(&folded.as_str()) {
        Some(Form::Certain)
    } else {
        BEFORE_NAMES
            .contains(&folded.as_str())
            .then_some(Form::BeforeName)
    }
}

/// One past the last code point of the form of address that this word is, and of the name behind it.
fn addressed_end(words: &Words<'_>, at: usize, word: &Word<'_>, form: Form) -> Option<(usize, Meant)> {
    let mut end = None;
    let mut last = word;
    for next in words.all().iter().skip(at + 1).take(MAX_ADDRESSED) {
        let gap = words.between(last, next);
        let dotted = form != Form::Dotted || end.is_some() || gap.starts_with('.');
        let beside = matches!(gap, " " | ". " | "." | "-" | "\u{a0}" | ".\u{a0}");
        let title = ACADEMIC.contains(&fold(next.text).as_str());
        if !(beside && dotted && (next.is_capitalised() || title)) {
            break;
        }
        end = Some(next.place.end);
        last = next;
    }
    if let Some(end) = end {
        return Some((end, Meant::Name));
    }
    let dot = usize::from(words.behind(word).starts_with('.'));
    (form == Form::Certain).then_some((word.place.end + dot, Meant::Address))
}
