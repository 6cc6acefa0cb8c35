//! The facts that lists and filters need, copied out of a parsed resume.

use std::collections::HashSet;

use hiring_core::resume::{Education, Leaf, Resume};
use hiring_core::taxonomy;
use hiring_db::indexing::ResumeFacts;
use hiring_matching::education;

/// Longest copied value, in characters; the whole value stays in the resume.
const MAX_CHARS: usize = 200;
/// Longest taxonomy key, in characters: an index entry must stay small.
const MAX_KEY_CHARS: usize = 80;
/// Most skills that are copied; a resume that lists more is stuffed.
const MAX_SKILLS: usize = 300;

/// Copies the facts out of a resume. Of a scan whose text layer nobody could check only the ways to reach the person are taken:
/// nothing that lists are filtered by.
#[must_use]
pub fn of(resume: &Resume) -> ResumeFacts {
    let contact = &resume.contact;
    if resume.document.unverified_layer {
        return ResumeFacts {
            name: value(contact.name.as_ref()),
            email: value(contact.emails.first()),
            phone: value(contact.phones.first()),
            ..ResumeFacts::default()
        };
    }
    let title = resume.work.iter().find_map(|work| work.title.as_ref());
    let (skills, skill_names) = skills(resume);
    ResumeFacts {
        name: value(contact.name.as_ref()),
        email: value(contact.emails.first()),
        phone: value(contact.phones.first()),
        location: value(contact.location.as_ref()),
        headline: value(resume.headline.as_ref().or(title)),
        experience_months: resume.total_experience_years.and_then(months),
        education: resume
            .education
            .iter()
            .filter_map(level)
            .max()
            .map(|level| level.as_str()),
        skills,
        skill_names,
    }
}

fn value(leaf: Option<&Leaf>) -> Option<String> {
    leaf.map(|leaf| clipped(leaf.value.trim(), MAX_CHARS))
        .filter(|value| !value.is_empty())
}

fn clipped(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Years as whole months; nothing when the number makes no sense for a human life.
fn months(years: f32) -> Option<i32> {
    let months = (years * 12.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to lie between 0 and 1200"
    )]
    (0.0..=1200.0).contains(&months).then_some(months as i32)
}

/// The level of one course; the field of study helps where the degree alone says nothing (`Diplom` in `area`).
fn level(course: &Education) -> Option<hiring_core::job::EducationLevel> {
    [&course.degree, &course.area, &course.institution]
        .into_iter()
        .flatten()
        .find_map(|leaf| education::detect(&leaf.value).or_else(|| education::detect(&leaf.raw)))
}

/// Keys, each once, and the name that belongs to each.
fn skills(resume: &Resume) -> (Vec<String>, Vec<String>) {
    let mut seen = HashSet::new();
    resume
        .skills
        .iter()
        .map(|skill| {
            (
                clipped(&taxonomy::key(&skill.name.value), MAX_KEY_CHARS),
                clipped(&skill.name.value, MAX_CHARS),
            )
        })
        .filter(|(key, _)| !key.is_empty() && seen.insert(key.clone()))
        .take(MAX_SKILLS)
        .unzip()
}

#[cfg(test)]
mod tests {
    use hiring_core::resume::{Contact, Skill, Work};

    use super::*;

    fn leaf(value: &str) -> Leaf {
        Leaf {
            value: value.into(),
            raw: value.into(),
            start: 0,
            end: value.chars().count(),
            confidence: 1.0,
        }
    }

    fn skill(name: &str) -> Skill {
        Skill {
            name: leaf(name),
            kind: None,
            months: None,
        }
    }

    #[test]
    fn the_first_of_each_contact_and_the_highest_degree_are_copied() {
        let resume = Resume {
            contact: Contact {
                name: Some(leaf(" Ada Lovelace ")),
                emails: vec![leaf("ada@example.org"), leaf("second@example.org")],
                ..Contact::default()
            },
            work: vec![
                Work::default(),
                Work {
                    title: Some(leaf("Analyst")),
                    ..Work::default()
                },
            ],
            education: vec![
                Education {
                    degree: Some(leaf("BSc")),
                    ..Education::default()
                },
                Education {
                    degree: Some(leaf("Ph.D.")),
                    ..Education::default()
                },
            ],
            total_experience_years: Some(2.5),
            ..Resume::default()
        };
        let facts = of(&resume);
        assert_eq!(facts.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(facts.email.as_deref(), Some("ada@example.org"));
        assert_eq!(facts.headline.as_deref(), Some("Analyst"));
        assert_eq!(facts.education, Some("doctorate"));
        assert_eq!(facts.experience_months, Some(30));
    }

    #[test]
    fn a_layer_that_nobody_could_check_gives_no_facts_to_filter_by() {
        let mut resume = Resume {
            contact: Contact {
                name: Some(leaf("Ada Lovelace")),
                ..Contact::default()
            },
            headline: Some(leaf("Analyst")),
            skills: vec![skill("PostgreSQL")],
            total_experience_years: Some(9.0),
            ..Resume::default()
        };
        assert_eq!(of(&resume).experience_months, Some(108));
        resume.document.unverified_layer = true;
        let facts = of(&resume);
        assert_eq!(facts.name.as_deref(), Some("Ada Lovelace"));
        assert!(facts.skills.is_empty() && facts.headline.is_none() && facts.experience_months.is_none());
    }

    #[test]
    fn names_of_one_skill_are_one_skill() {
        let resume = Resume {
            skills: vec![skill("PostgreSQL"), skill("Postgres"), skill("  ")],
            ..Resume::default()
        };
        let facts = of(&resume);
        assert_eq!(facts.skills.len(), 1);
        assert_eq!(facts.skill_names, ["PostgreSQL"]);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_copied_is_short_and_experience_is_a_human_life(text in "\\PC{0,400}", years: f32) {
            let resume = Resume {
                headline: Some(leaf(&text)), skills: vec![skill(&text)], total_experience_years: Some(years),
                ..Resume::default()
            };
            let facts = of(&resume);
            proptest::prop_assert!(facts.headline.is_none_or(|headline| headline.chars().count() <= MAX_CHARS));
            proptest::prop_assert!(facts.skills.iter().all(|key| key.chars().count() <= MAX_KEY_CHARS));
            proptest::prop_assert!(facts.experience_months.is_none_or(|months| (0..=1200).contains(&months)));
        }
    }
}
