//! Drafts without a model: what is known of the job, put into sentences, with gaps in square brackets for a person to fill.

mod de;
mod en;
mod es;
mod fr;

use hiring_core::job::{EducationLevel, JobType};

use super::description::SaidDescription;
use super::questions::{QuestionKind, TestQuestion};
use super::request::{Language, Request, one_line};

/// Skills that the tasks of a description speak of.
const TASKS: usize = 5;

/// The sentences of one language. `{title}`, `{skill}`, `{place}` and `{years}` stand for what is given.
struct Words {
    /// Behind a title that says nothing about whom it means.
    title_suffix: &'static str,
    introduction: &'static str,
    place: &'static str,
    /// For each [`JobType`] in its order.
    job_types: [&'static str; 5],
    tasks: &'static str,
    /// A task about one skill.
    task: &'static str,
    /// A gap where somebody has to say what is done.
    tasks_gap: &'static str,
    requirements: &'static str,
    years: &'static str,
    /// For each [`EducationLevel`] in its order.
    education: [&'static str; 5],
    nice_to_have: &'static str,
    notes: &'static str,
    offer: &'static str,
    offer_gap: &'static str,
    closing: &'static str,
    questions: [QuestionWords; 8],
}

/// A question about any skill.
struct QuestionWords {
    difficulty: u8,
    text: &'static str,
    key: [&'static str; 2],
    explanation: &'static str,
}

const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &en::WORDS,
        Language::De => &de::WORDS,
        Language::Fr => &fr::WORDS,
        Language::Es => &es::WORDS,
    }
}

/// The prose of a description, as far as it can be known.
pub(super) fn prose(request: &Request) -> SaidDescription {
    let words = words(request.language);
    let skills = request.skills();
    let named = skills.iter().take(TASKS);
    let mut tasks: Vec<String> = named
        .map(|skill| words.task.replace("{skill}", &one_line(skill)))
        .collect();
    tasks.push(words.tasks_gap.to_owned());
    SaidDescription {
        introduction: words.introduction.replace("{title}", &one_line(&request.title)),
        tasks,
        offer: Vec::new(),
    }
}

/// The text of a description around this prose: what the job asks for stands there as the recruiter gave it.
pub(super) fn render(request: &Request, said: &SaidDescription) -> String {
    let words = words(request.language);
    let title = one_line(&request.title);
    let suffix = if title.contains(['(', '/']) {
        ""
    } else {
        words.title_suffix
    };
    let mut introduction = vec![said.introduction.clone()];
    if let Some(place) = &request.location {
        introduction.push(words.place.replace("{place}", &one_line(place)));
    }
    if let Some(job_type) = request.job_type {
        introduction.push(of_type(words, job_type).to_owned());
    }
    let mut parts = vec![format!("{title}{suffix}"), introduction.join(" ")];
    // A model has woven the notes into its prose; a template repeats them.
    let is_template = said == &prose(request);
    if is_template && !request.notes.trim().is_empty() {
        parts.push(format!("{}\n{}", words.notes, request.notes.trim()));
    }
    parts.push(list(words.tasks, &said.tasks));
    let (requirements, nice) = asked(words, request);
    if !requirements.is_empty() {
        parts.push(list(words.requirements, &requirements));
    }
    if !nice.is_empty() {
        parts.push(list(words.nice_to_have, &nice));
    }
    match said.offer.is_empty() {
        true => parts.push(list(words.offer, &[words.offer_gap.to_owned()])),
        false => parts.push(list(words.offer, &said.offer)),
    }
    parts.push(words.closing.to_owned());
    parts.join("\n\n")
}

/// Lines of what is required and of what is wished for.
fn asked(words: &Words, request: &Request) -> (Vec<String>, Vec<String>) {
    let asked = &request.requirements;
    let lines = |skills: &[String]| -> Vec<String> {
        let lines = skills.iter().map(|skill| one_line(skill));
        lines.filter(|line| !line.is_empty()).collect()
    };
    let mut required = lines(&asked.must_have);
    if let Some(years) = asked.min_experience_years.filter(|years| *years > 0) {
        required.push(words.years.replace("{years}", &years.to_string()));
    }
    if let Some(level) = asked.education {
        let at = match level {
            EducationLevel::Secondary => 0,
            EducationLevel::Vocational => 1,
            EducationLevel::Bachelor => 2,
            EducationLevel::Master => 3,
            EducationLevel::Doctorate => 4,
        };
        required.extend(words.education.get(at).map(|line| (*line).to_owned()));
    }
    (required, lines(&asked.nice_to_have))
}

fn of_type(words: &Words, job_type: JobType) -> &'static str {
    let at = match job_type {
        JobType::FullTime => 0,
        JobType::PartTime => 1,
        JobType::Contract => 2,
        JobType::Internship => 3,
        JobType::Temporary => 4,
    };
    words.job_types.get(at).copied().unwrap_or_default()
}

fn list(heading: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("\n- {line}")).collect();
    format!("{heading}{lines}")
}

/// Open questions about the skills that the job asks for, the next skill each time; about the position itself where it asks for
/// none. Fewer than wanted where every sentence has been used for every skill.
pub(super) fn questions(request: &Request) -> Vec<TestQuestion> {
    let words = words(request.language);
    let title = one_line(&request.title);
    let mut skills: Vec<String> = request.skills().into_iter().map(one_line).collect();
    if skills.is_empty() {
        skills.push(title.clone());
    }
    let most = usize::from(request.count);
    let mut questions = Vec::new();
    for round in 0..words.questions.len() {
        for (place, skill) in skills.iter().enumerate() {
            // Another sentence for each skill of a round, so that few questions are not all alike.
            let Some(asked) = words.questions.get((round + place) % words.questions.len()) else {
                continue;
            };
            if questions.len() >= most {
                return questions;
            }
            let filled = |text: &str| text.replace("{title}", &title).replace("{skill}", skill);
            questions.push(TestQuestion {
                text: filled(asked.text),
                kind: QuestionKind::Open,
                choices: Vec::new(),
                answer_key: asked.key.iter().map(|point| filled(point)).collect(),
                difficulty: asked.difficulty,
                skill: skill.clone(),
                explanation: filled(asked.explanation),
            });
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hiring_core::job::Requirements;
    use hiring_matching::posting::{self, PlaceKind, Tables};
    use hiring_resume::lookup;

    use super::super::questions::DIFFICULTIES;
    use super::super::request::DraftKind;
    use super::super::{Drafting, request};
    use super::*;

    const TABLES: Tables = Tables {
        place: |name| lookup::place(name).map(|_| PlaceKind::City),
        human_language: lookup::human_language,
        text_language: lookup::text_language,
    };

    fn engineer(language: Language) -> Request {
        Request {
            title: "Data Engineer".into(),
            language,
            requirements: Requirements {
                must_have: vec!["Python".into(), "PostgreSQL".into()],
                nice_to_have: vec!["Kubernetes".into()],
                min_experience_years: Some(4),
                education: Some(EducationLevel::Bachelor),
                location: None,
            },
            location: Some("Berlin".into()),
            job_type: Some(JobType::PartTime),
            count: 12,
            ..Request::default()
        }
    }

    #[test]
    fn the_template_of_every_language_reads_back_as_the_requirements_that_it_was_made_from() {
        for language in Language::ALL {
            let asked = engineer(*language);
            let made = Drafting::template(DraftKind::JobDescription, &asked);
            let text = made.description.unwrap();
            let read = posting::read(&text, &TABLES);
            let asks = read.requirements;
            assert_eq!(asks.must_have, ["Python", "PostgreSQL"], "{text}");
            assert_eq!(asks.nice_to_have, ["Kubernetes"], "{text}");
            assert_eq!(
                (asks.min_experience_years, asks.education),
                (Some(4), Some(EducationLevel::Bachelor)),
                "{text}"
            );
            assert_eq!(
                (read.language, read.job_type),
                (Some(language.as_str()), Some(JobType::PartTime)),
                "{text}"
            );
            assert_eq!(made.findings, [], "{text}");
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.split_whitespace().count() > 60, "{text}");
        }
    }

    #[test]
    fn notes_are_repeated_and_looked_at() {
        let mut asked = engineer(Language::En);
        asked.notes = "We are a young team.".into();
        let made = Drafting::template(DraftKind::JobDescription, &asked);
        let text = made.description.unwrap();
        assert!(text.contains("We are a young team."), "{text}");
        assert_eq!(made.findings.len(), 1);
    }

    #[test]
    fn template_questions_are_open_differ_and_go_round_the_skills() {
        for language in Language::ALL {
            let questions = questions(&engineer(*language));
            assert_eq!(questions.len(), 12);
            let texts: BTreeSet<&str> = questions.iter().map(|one| one.text.as_str()).collect();
            assert_eq!(texts.len(), 12);
            let levels: BTreeSet<u8> = questions.iter().map(|one| one.difficulty).collect();
            assert!(levels.len() >= 4 && levels.iter().all(|level| DIFFICULTIES.contains(level)));
            for (question, skill) in questions.iter().zip(["Python", "PostgreSQL", "Kubernetes"]) {
                assert_eq!(
                    (question.kind, question.skill.as_str()),
                    (QuestionKind::Open, skill)
                );
                assert!(question.answer_key.len() == 2 && !question.explanation.contains('{'));
            }
        }
    }

    #[test]
    fn a_job_that_asks_for_nothing_has_questions_about_itself_and_no_more_than_there_are_sentences() {
        let asked = Request {
            count: 50,
            ..request::tests::request(&[], &[])
        };
        let questions = questions(&asked);
        assert_eq!(questions.len(), 8);
        assert!(questions.iter().all(|one| one.skill == "Nurse"));
    }
}
