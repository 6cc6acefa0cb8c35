//! Must-have and nice-to-have skills: how well the resume shows each of those asked for.

use std::ops::Range;

use hiring_core::resume::SkillKind;
use hiring_core::taxonomy;

use super::Assessment;
use super::language::LanguageWish;
use crate::ONE_BP;
use crate::evidence::{Evidence, EvidenceKind, Source};
use crate::facts::SkillRequirement;
use crate::fold::fold;
use crate::phrase::Phrase;
use crate::reading::Reading;
use crate::score::Shown;
use crate::wording::{self, Wording};

/// Most that similar words are worth: they are no name of the requirement.
const SIMILAR_MOST_BP: u16 = 9_000;
/// Worth of a skill that only a list of skills names: nothing tells where it was used, and a list is quickly stuffed.
const LISTED_BP: u16 = 8_000;
/// Most that closeness in meaning alone is worth.
const NEAR_MOST_BP: u16 = 9_000;
/// Lesser similarities mean nothing: pieces about something else reach them.
const NEAR_FROM_BP: u16 = 2_000;
/// A piece about the same kind of work reaches this similarity: the position that it belongs to counts as relevant.
const RELEVANT_FROM_BP: u16 = 3_500;

/// From this similarity on a place that a language model points at counts. Sentences about something else in the same profession
/// stay below (`docs/AI.md`), so that pointing at them changes nothing.
pub const POINTED_FROM_BP: u16 = 6_000;

/// One skill asked for, under all the names the recruiter gave it.
pub(crate) struct Wanted {
    label: String,
    /// Every label of it as stored, by which similarities are known.
    stored: Vec<String>,
    key: String,
    phrases: Vec<(String, Phrase)>,
    language: Option<LanguageWish>,
    wording: Wording,
    /// Whether something similar can stand for it: not for a product, a licence or a language.
    blurs: bool,
}

/// How well the resume shows one skill.
#[derive(Clone)]
pub(crate) struct Found<'w> {
    pub(crate) label: &'w str,
    /// 0..=10000.
    pub(crate) value_bp: u16,
    pub(crate) kind: EvidenceKind,
    /// What is quoted, in the neutral text.
    pub(crate) place: Option<Range<usize>>,
    /// Every place that shows it, in the neutral text.
    pub(crate) places: Vec<Range<usize>>,
    /// What the nearest piece's similarity comes to, 0..=10000; `None` while it is not known.
    pub(crate) closeness_bp: Option<u16>,
    /// The nearest piece of the resume, in the neutral text, if it is near at all.
    pub(crate) nearest: Option<Range<usize>>,
    /// Who found it.
    pub(crate) source: Source,
    /// What remains open although something was found.
    pub(crate) open: Option<String>,
}

/// Requirements as distinct skills, in the recruiter's order: two names of one skill are one skill, and what is among `others`
/// already is not asked for twice.
pub(crate) fn wanted(requirements: &[SkillRequirement], others: &[Wanted]) -> Vec<Wanted> {
    let mut skills: Vec<Wanted> = Vec::with_capacity(requirements.len());
    for requirement in requirements {
        let label = fold(&requirement.label);
        let key = if requirement.key.is_empty() {
            &label
        } else {
            &requirement.key
        };
        if key.is_empty() || others.iter().any(|skill| skill.key == *key) {
            continue;
        }
        let position = skills.iter().position(|skill| skill.key == *key);
        let position = position.unwrap_or_else(|| {
            skills.push(Wanted::new(requirement.label.trim(), key));
            skills.len() - 1
        });
        if let Some(skill) = skills.get_mut(position) {
            skill.stored.push(requirement.label.clone());
            skill.add_phrase(fold(key));
            skill.add_phrase(label);
        }
    }
    skills
}

/// How well the resume shows each of them, in their order.
pub(crate) fn find<'w>(wanted: &'w [Wanted], reading: &Reading<'_>) -> Vec<Found<'w>> {
    let wordings: Vec<&Wording> = wanted.iter().map(|skill| &skill.wording).collect();
    let worded = wording::find(&wordings, reading);
    wanted
        .iter()
        .zip(worded)
        .map(|(skill, worded)| skill.find(worded, reading))
        .collect()
}

impl Wanted {
    fn new(label: &str, key: &str) -> Self {
        let kind = taxonomy::canonical(key).map(|entry| entry.kind);
        let language = LanguageWish::read(label);
        let named = matches!(
            kind,
            Some(SkillKind::Tool | SkillKind::Certificate | SkillKind::Language)
        );
        Self {
            label: label.to_owned(),
            stored: Vec::new(),
            key: key.to_owned(),
            phrases: Vec::new(),
            blurs: !named && language.is_none(),
            language,
            wording: Wording::of(label),
        }
    }

    fn add_phrase(&mut self, folded: String) {
        if self.phrases.iter().all(|(known, _)| *known != folded) {
            let phrase = Phrase::new(&folded);
            self.phrases.push((folded, phrase));
        }
    }

    /// Named as a skill or by the same words, else a kind of it, else similar words or a piece that is near in meaning.
    fn find(&self, worded: Option<(u16, Range<usize>)>, reading: &Reading<'_>) -> Found<'_> {
        let similarities = &reading.facts.similarities.requirements;
        let near = self
            .stored
            .iter()
            .filter_map(|label| similarities.get(label))
            .max_by_key(|near| near.bp);
        let closeness_bp = near.map(|near| nearness_bp(near.bp));
        let found = Found {
            label: &self.label,
            value_bp: 0,
            kind: EvidenceKind::Exact,
            place: None,
            places: Vec::new(),
            closeness_bp,
            nearest: near
                .filter(|near| near.bp > RELEVANT_FROM_BP)
                .map(|near| reading.neutral.neutral(&(near.start..near.end))),
            source: Source::Rules,
            open: None,
        };
        let exact = self.exact(reading);
        if let Some(place) = exact.first().cloned() {
            let value_bp = worth_bp(&exact, reading);
            return Found {
                value_bp,
                open: self.only_listed(value_bp),
                place: Some(place),
                places: exact,
                ..found
            };
        }
        if let Some(spoken) = self.language.as_ref().and_then(|wish| wish.find(reading)) {
            return Found {
                value_bp: spoken.value_bp,
                places: vec![spoken.place.clone()],
                place: Some(spoken.place),
                open: (spoken.value_bp < ONE_BP)
                    .then(|| format!("no evidence for the level of {}", self.label)),
                ..found
            };
        }
        let children = reading.children(&self.key);
        if let Some(place) = children.first().cloned() {
            let places = [children, &self.mentions(children, reading)].concat();
            let value_bp = worth_bp(&places, reading);
            return Found {
                value_bp,
                open: self.only_listed(value_bp),
                kind: EvidenceKind::Child,
                place: Some(place),
                places,
                ..found
            };
        }
        let near = near
            .filter(|_| self.blurs)
            .map(|near| (near_bp(near.bp), near))
            .filter(|(bp, _)| *bp > 0)
            .and_then(|(bp, near)| Some((bp, wording::most_telling(&self.wording, near, reading)?)));
        let worded = worded.filter(|_| self.blurs);
        match self.pointed(near.as_ref().map_or(0, |(bp, _)| *bp), reading) {
            Some(pointed) => Found {
                source: Source::Model,
                place: Some(pointed.1.clone()),
                ..similar(found, worded, Some(pointed))
            },
            None => similar(found, worded, near),
        }
    }

    /// The nearest of the places that a language model points at for this requirement, if it is worth more than `least_bp`: a
    /// place is a piece of the resume like any other, and measured like one.
    fn pointed(&self, least_bp: u16, reading: &Reading<'_>) -> Option<(u16, Range<usize>)> {
        let pointed = reading.facts.pointed.iter();
        let (bp, place) = pointed
            .filter(|one| self.blurs && one.bp >= POINTED_FROM_BP && self.stored.contains(&one.requirement))
            .map(|one| (near_bp(one.bp), reading.neutral.neutral(&(one.start..one.end))))
            .filter(|(_, place)| reading.counts(place))
            .max_by_key(|(bp, place)| (*bp, std::cmp::Reverse(place.start)))?;
        (bp > least_bp).then_some((bp, place))
    }

    fn only_listed(&self, value_bp: u16) -> Option<String> {
        (value_bp < ONE_BP).then(|| format!("only a list of skills names {}", self.label))
    }

    /// Every place that names it, the resume's own fields first, then in text order.
    fn exact(&self, reading: &Reading<'_>) -> Vec<Range<usize>> {
        let named = reading.skill(&self.key);
        let phrases = self.phrases.iter().flat_map(|(_, phrase)| reading.phrase(phrase));
        let mut phrases: Vec<Range<usize>> = phrases.chain(self.mentions(named, reading)).collect();
        phrases.sort_by_key(|place| (place.start, place.end));
        phrases.dedup();
        [named, &phrases].concat()
    }

    /// Every place with the words of one of these places.
    fn mentions(&self, places: &[Range<usize>], reading: &Reading<'_>) -> Vec<Range<usize>> {
        let mut words: Vec<String> = places
            .iter()
            .filter_map(|place| reading.slice(place))
            .map(fold)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
            .iter()
            .flat_map(|words| reading.phrase(&Phrase::new(words)).collect::<Vec<_>>())
            .collect()
    }
}

/// What a skill is worth that is named in these places.
fn worth_bp(places: &[Range<usize>], reading: &Reading<'_>) -> u16 {
    match places.iter().all(|place| reading.is_listed(place)) {
        true => LISTED_BP,
        false => ONE_BP,
    }
}

/// What similar words and nearness come to together: the better of both, and a half of the other.
fn similar<'w>(
    found: Found<'w>,
    worded: Option<(u16, Range<usize>)>,
    near: Option<(u16, Range<usize>)>,
) -> Found<'w> {
    let bp = |one: &Option<(u16, Range<usize>)>| one.as_ref().map_or(0, |(bp, _)| *bp);
    let (by_words, by_meaning) = (bp(&worded), bp(&near));
    let value_bp = by_words.max(by_meaning) + by_words.min(by_meaning) / 2;
    let best = if by_words >= by_meaning { worded } else { near };
    let Some((_, place)) = best else {
        return found;
    };
    Found {
        value_bp: value_bp.min(SIMILAR_MOST_BP),
        kind: EvidenceKind::Similar,
        open: Some(format!("only something similar to {}", found.label)),
        places: vec![place.clone()],
        place: Some(place),
        ..found
    }
}

/// A similarity as closeness: itself, and nothing for pieces about something else.
const fn nearness_bp(bp: u16) -> u16 {
    if bp < NEAR_FROM_BP { 0 } else { bp }
}

/// What a similarity is worth where a skill is asked for.
fn near_bp(bp: u16) -> u16 {
    super::scaled_bp(nearness_bp(bp), NEAR_MOST_BP)
}

/// Value: the mean of what is found. `None` when no skill is asked for.
pub(crate) fn assess(found: &[Found<'_>], reading: &Reading<'_>) -> Option<Assessment> {
    if found.is_empty() {
        return None;
    }
    let mut shown = Vec::with_capacity(found.len());
    let (mut evidence, mut missing) = (Vec::new(), Vec::new());
    for skill in found {
        let place = skill.place.as_ref();
        let quote = place.and_then(|place| reading.quote_around(skill.label, skill.kind, place));
        let quote = quote.map(|quote| Evidence {
            source: skill.source,
            ..quote
        });
        let value_bp = quote.as_ref().map_or(0, |_| skill.value_bp);
        match &skill.open {
            Some(open) if value_bp > 0 => missing.push(open.clone()),
            _ if value_bp == 0 => missing.push(format!("no evidence for {}", skill.label)),
            _ => {}
        }
        evidence.extend(quote);
        shown.push(Shown {
            requirement: skill.label.to_owned(),
            value_bp,
        });
    }
    Some(Assessment {
        evidence,
        missing,
        ..Assessment::of_many(shown)
    })
}
