//! The text that stands for a person when people are compared with jobs. It names no one: no name, address or number.

use hiring_core::resume::{Leaf, Resume, Work};

use crate::neutral;

/// Words the text may have, so that it fits into one short embedding.
const MAX_WORDS: usize = 30;
/// Most skills that are named.
const MAX_SKILLS: usize = 12;
/// Most positions that are named.
const MAX_POSITIONS: usize = 3;

/// Title, skills and latest positions in one short text of neutral words.
#[must_use]
pub fn profile(resume: &Resume) -> String {
    let field = |leaf: &Leaf| neutral::field(&leaf.value, resume);
    let mut parts: Vec<String> = Vec::new();
    let position = |work: &Work| work.title.as_ref().map(field);
    let title = resume.headline.as_ref().map(field);
    parts.extend(title.or_else(|| resume.work.first().and_then(position)));
    let skills = resume.skills.iter().take(MAX_SKILLS);
    let skills: Vec<String> = skills.map(|skill| field(&skill.name)).collect();
    if !skills.is_empty() {
        parts.push(format!("Skills: {}", skills.join(", ")));
    }
    let latest = resume.work.iter().take(MAX_POSITIONS);
    let positions: Vec<String> = latest.filter_map(position).collect();
    if !positions.is_empty() {
        parts.push(format!("Experience: {}", positions.join("; ")));
    }
    let degree = resume
        .education
        .first()
        .and_then(|row| row.area.as_ref().or(row.degree.as_ref()));
    parts.extend(degree.map(|degree| format!("Education: {}", field(degree))));
    if parts.is_empty() {
        let summary = resume.summary.as_ref();
        parts.extend(summary.map(|summary| neutral::words(&summary.value, resume)));
    }
    let text = parts.join(". ");
    text.split_whitespace()
        .take(MAX_WORDS)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use hiring_core::resume::Skill;

    use super::*;

    fn leaf(value: &str) -> Leaf {
        Leaf {
            value: value.to_owned(),
            raw: value.to_owned(),
            start: 0,
            end: value.chars().count(),
            confidence: 1.0,
        }
    }

    #[test]
    fn a_profile_names_title_skills_and_positions_and_nobody() {
        let mut resume = Resume::default();
        resume.contact.name = Some(leaf("Ada Byron"));
        resume.headline = Some(leaf("Controller"));
        resume.skills.push(Skill {
            name: leaf("IFRS"),
            kind: None,
            months: None,
        });
        resume.work.push(Work {
            title: Some(leaf("Auditor")),
            ..Work::default()
        });
        assert_eq!(profile(&resume), "Controller. Skills: IFRS. Experience: Auditor");
    }

    #[test]
    fn a_profile_stays_short_however_long_the_resume() {
        let mut resume = Resume::default();
        for number in 0..100 {
            resume.skills.push(Skill {
                name: leaf(&format!("Skill of {number} words")),
                kind: None,
                months: None,
            });
        }
        assert_eq!(profile(&resume).split_whitespace().count(), MAX_WORDS);
    }
}
