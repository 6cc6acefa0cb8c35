//! The seam for help that rules cannot give: somebody reads the visible text and points at values that were missed.
//!
//! An adviser points, it never writes: a proposal is a stretch of the visible text and the field that it is for, so nothing can
//! come into a resume that the document does not say. What the rules found stays.

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Leaf, Resume, Skill, SpokenLanguage};
use hiring_core::taxonomy;

/// Confidence of a value that only an adviser saw: even odds, until its hits are counted.
const CONFIDENCE: f32 = 0.5;
/// Longest stretch of a single value, in code points; summaries may be longer.
const MAX_VALUE_CHARS: usize = 120;
/// Longest summary, in code points.
const MAX_SUMMARY_CHARS: usize = 2_000;
/// Most proposals that are looked at.
const MAX_PROPOSALS: usize = 200;

/// A field that may be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposedField {
    /// Full name.
    Name,
    /// Where the person lives.
    Location,
    /// The line under the name.
    Headline,
    /// The introductory paragraph.
    Summary,
    /// A skill.
    Skill,
    /// A human language.
    Language,
    /// A certificate or licence.
    Certificate,
}

/// A stretch of the visible text that holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// What it is a value of.
    pub field: ProposedField,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Points at values that the rules missed, for instance a language model behind the worker.
pub trait Adviser {
    /// The stretches of `read.visible_text` that hold further values.
    fn advise(&self, read: &ReadResume) -> Vec<Proposal>;
}

/// Asks an adviser and takes what stands in the text and in no value yet; answers how many proposals were taken.
pub fn take_advice(read: &mut ReadResume, adviser: &dyn Adviser) -> usize {
    let proposals = adviser.advise(read);
    let text: Vec<char> = read.visible_text.chars().collect();
    let known: Vec<(usize, usize)> = read
        .resume
        .leaves()
        .iter()
        .map(|(_, leaf)| (leaf.start, leaf.end))
        .collect();
    let mut taken = 0;
    for proposal in proposals.into_iter().take(MAX_PROPOSALS) {
        let overlaps = |(start, end): &(usize, usize)| proposal.start < *end && *start < proposal.end;
        if known.iter().any(overlaps) {
            continue;
        }
        if let Some(leaf) = leaf(&text, proposal) {
            taken += usize::from(put(&mut read.resume, proposal.field, leaf));
        }
    }
    taken
}

/// The stretch as a value, blanks at its edges left out; `None` when it is not in the text, empty or too long.
fn leaf(text: &[char], proposal: Proposal) -> Option<Leaf> {
    let most = match proposal.field {
        ProposedField::Summary => MAX_SUMMARY_CHARS,
        _ => MAX_VALUE_CHARS,
    };
    let stretch = text
        .get(proposal.start..proposal.end)
        .filter(|stretch| stretch.len() <= most)?;
    let before = stretch.iter().take_while(|letter| letter.is_whitespace()).count();
    let raw: String = stretch.iter().collect();
    let raw = raw.trim().to_owned();
    let start = proposal.start + before;
    (!raw.is_empty()).then(|| Leaf {
        value: raw.split_whitespace().collect::<Vec<_>>().join(" "),
        start,
        end: start + raw.chars().count(),
        raw,
        confidence: CONFIDENCE,
    })
}

fn put(resume: &mut Resume, field: ProposedField, leaf: Leaf) -> bool {
    let single = match field {
        ProposedField::Name => &mut resume.contact.name,
        ProposedField::Location => &mut resume.contact.location,
        ProposedField::Headline => &mut resume.headline,
        ProposedField::Summary => &mut resume.summary,
        ProposedField::Skill => return put_skill(resume, leaf),
        ProposedField::Language => {
            resume.languages.push(SpokenLanguage {
                name: leaf,
                level: None,
            });
            return true;
        }
        ProposedField::Certificate => {
            resume.certificates.push(leaf);
            return true;
        }
    };
    let free = single.is_none();
    if free {
        *single = Some(leaf);
    }
    free
}

fn put_skill(resume: &mut Resume, mut leaf: Leaf) -> bool {
    let key = taxonomy::key(&leaf.raw);
    if resume
        .skills
        .iter()
        .any(|skill| taxonomy::key(&skill.name.value) == key)
    {
        return false;
    }
    let entry = taxonomy::canonical(&leaf.raw);
    if let Some(entry) = &entry {
        leaf.value = entry.name.to_owned();
    }
    resume.skills.push(Skill {
        name: leaf,
        kind: entry.map(|entry| entry.kind),
        months: None,
    });
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    const TEXT: &str = "Ada Lovelace\nada@example.org\n\nSkills\nPython\n\nInterests\nI also keep bees\n";

    struct Pointing(Vec<(ProposedField, &'static str)>, Vec<Proposal>);

    impl Adviser for Pointing {
        fn advise(&self, read: &ReadResume) -> Vec<Proposal> {
            let place = |words: &str| {
                let at = read.visible_text.find(words).unwrap();
                read.visible_text[..at].chars().count()
            };
            let pointed = self.0.iter().map(|(field, words)| {
                let start = place(words);
                Proposal {
                    field: *field,
                    start,
                    end: start + words.chars().count(),
                }
            });
            pointed.chain(self.1.iter().copied()).collect()
        }
    }

    fn advised(adviser: &Pointing) -> (ReadResume, usize) {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
        let mut read = read(TEXT.as_bytes(), &ReadOptions { today }).unwrap();
        let taken = take_advice(&mut read, adviser);
        assert_eq!(read.broken_promise(), None);
        (read, taken)
    }

    #[test]
    fn a_value_that_the_document_says_is_taken_with_its_place() {
        let (read, taken) = advised(&Pointing(vec![(ProposedField::Skill, " bees")], vec![]));
        assert_eq!(taken, 1);
        assert!(read.resume.skills.iter().any(|skill| skill.name.raw == "bees"));
    }

    #[test]
    fn what_the_rules_found_stays_and_lies_about_places_are_dropped() {
        let far = Proposal {
            field: ProposedField::Location,
            start: 5_000,
            end: 5_010,
        };
        let backwards = Proposal {
            field: ProposedField::Headline,
            start: 9,
            end: 3,
        };
        let (read, taken) = advised(&Pointing(
            vec![(ProposedField::Name, "Python")],
            vec![far, backwards],
        ));
        assert_eq!(taken, 0);
        assert_eq!(read.resume.contact.name.unwrap().raw, "Ada Lovelace");
    }
}
