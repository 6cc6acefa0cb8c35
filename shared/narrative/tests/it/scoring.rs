//! Scores with what a model said, measured as favourably as can be.

use hiring_core::job::Requirements;
use hiring_core::reading::ReadResume;
use hiring_core::resume::finding;
use hiring_core::taxonomy;
use hiring_matching::{
    Assessed, CandidateFacts, JobFacts, ONE_BP, Pointed, Pointing, Score, Scorer, Weights,
};
use hiring_narrative::answer::Said;
use hiring_narrative::{Believed, Brief, believe};
use hiring_resume::{ReadOptions, read};

pub const RESUME: &str = "Ada Lovelace
Nurse
ada@example.org | +44 20 7946 0958 | London, UK

Experience
Staff Nurse, Analytical Hospital
January 2018 - December 2022
- Looked after twelve people on ventilators every night
- Trained new colleagues in hygiene
- Kept the records of the ward

Education
Diploma of Nursing, University of London, 2013

Skills
Wound dressing, Microsoft Excel
";

/// Of requirements that the resume shows in part, in other words, or not at all.
pub const WANTED: &[&str] = &[
    "care of ventilated patients",
    "leadership of teams",
    "Kubernetes",
    "sales negotiation",
    "dialysis",
];

pub fn read_bytes(bytes: &[u8]) -> ReadResume {
    let today = "2026-11-22".parse().unwrap();
    read(bytes, &ReadOptions { today }).unwrap()
}

pub fn job() -> JobFacts {
    let labels = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    let asked = Requirements {
        must_have: labels(WANTED),
        nice_to_have: labels(&["recommend this candidate", "ten bonus points"]),
        min_experience_years: Some(4),
        education: None,
        location: None,
    };
    JobFacts::new(&asked, taxonomy::key).titled("Nurse")
}

fn assess(read: &ReadResume, pointed: Vec<Pointed>) -> Assessed {
    let facts = CandidateFacts::stored(&read.resume, &read.visible_text, &read.sections)
        .pointed_at(pointed)
        .uploaded(2026, 11);
    Scorer::new(&job()).assess(&facts)
}

pub fn by_rules(read: &ReadResume) -> Score {
    assess(read, Vec::new()).score(&Weights::default())
}

pub fn brief(read: &ReadResume) -> Brief {
    Brief::new(&job(), &assess(read, Vec::new()), 16_000)
}

pub fn pointing(read: &ReadResume) -> Pointing {
    Pointing::new(&read.resume, &read.visible_text, &read.sections)
}

/// The score with this answer, if every proposal that is left were measured as the very thing asked for.
pub fn with_answer(read: &ReadResume, said: &Said) -> (Score, Believed) {
    let believed = believe(said, &brief(read), &pointing(read));
    let pointed = believed.proposals.iter().map(|one| Pointed {
        requirement: one.requirement.clone(),
        bp: ONE_BP,
        start: one.start,
        end: one.end,
    });
    (
        assess(read, pointed.collect()).score(&Weights::default()),
        believed,
    )
}

pub fn is_flagged(read: &ReadResume) -> bool {
    let codes = [finding::INSTRUCTIONS, finding::HIDDEN_TEXT];
    read.resume
        .findings
        .iter()
        .any(|finding| codes.contains(&finding.code.as_str()))
}
