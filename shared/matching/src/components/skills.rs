//! Must-have and nice-to-have skills: the share of those asked for that the resume shows.

use std::ops::Range;

use super::{Assessment, ratio_bp};
use crate::facts::SkillRequirement;
use crate::fold::fold;
use crate::phrase::Phrase;
use crate::reading::Reading;

/// One skill asked for, under all the names the recruiter gave it.
pub(crate) struct Wanted {
    label: String,
    key: String,
    phrases: Vec<(String, Phrase)>,
}

/// Requirements as distinct skills, in the recruiter's order: two names of one skill are one skill.
pub(crate) fn wanted(requirements: &[SkillRequirement]) -> Vec<Wanted> {
    let mut skills: Vec<Wanted> = Vec::with_capacity(requirements.len());
    for requirement in requirements {
        let label = fold(&requirement.label);
        let key = if requirement.key.is_empty() {
            &label
        } else {
            &requirement.key
        };
        if key.is_empty() {
            continue;
        }
        let position = skills.iter().position(|skill| skill.key == *key);
        let position = position.unwrap_or_else(|| {
            skills.push(Wanted {
                label: requirement.label.trim().to_owned(),
                key: key.clone(),
                phrases: Vec::new(),
            });
            skills.len() - 1
        });
        if let Some(skill) = skills.get_mut(position) {
            skill.add_phrase(fold(key));
            skill.add_phrase(label);
        }
    }
    skills
}

impl Wanted {
    fn add_phrase(&mut self, folded: String) {
        if self.phrases.iter().all(|(known, _)| *known != folded) {
            let phrase = Phrase::new(&folded);
            self.phrases.push((folded, phrase));
        }
    }

    /// Where the resume shows the skill: named as a skill, or else by the same words anywhere in the text.
    fn find(&self, reading: &Reading<'_, '_>) -> Option<Range<usize>> {
        reading.skill(&self.key).or_else(|| {
            let places = self
                .phrases
                .iter()
                .filter_map(|(_, phrase)| reading.phrase(phrase));
            places.min_by_key(|place| (place.start, place.end))
        })
    }
}

/// Value: skills shown / skills asked for. `None` when no skill is asked for.
pub(crate) fn assess(wanted: &[Wanted], reading: &Reading<'_, '_>) -> Option<Assessment> {
    if wanted.is_empty() {
        return None;
    }
    let mut assessment = Assessment::default();
    for skill in wanted {
        let place = skill.find(reading);
        match place.and_then(|place| reading.quote_around(&skill.label, &place)) {
            Some(quote) => assessment.evidence.push(quote),
            None => assessment
                .missing
                .push(format!("no evidence for {}", skill.label)),
        }
    }
    assessment.value_bp = ratio_bp(assessment.evidence.len() as u64, wanted.len() as u64);
    Some(assessment)
}
