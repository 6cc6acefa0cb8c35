use hiring_core::job::{EducationLevel, Requirements};
use hiring_matching::{Assessed, JobFacts, Score, Scorer, Similarities, Weights, verify};
use proptest::prelude::*;
use proptest::sample::select;

use crate::candidate::{Candidate, key_of};

const SKILLS: [&str; 12] = [
    "Rust",
    "Kubernetes",
    "k8s",
    "PostgreSQL",
    "Postgres",
    "Go",
    "R",
    "C++",
    "Müllentsorgung",
    "payroll system",
    "日本語",
    "Front-End",
];
const PLACES: [&str; 6] = ["Berlin, Germany", "Denver, CO", "Paris, TX", "remote", "Köln", ""];
const DEGREES: [&str; 5] = ["B.Sc. Math", "PhD", "Abitur", "Ausbildung", "M.A."];
const LEVELS: [EducationLevel; 5] = [
    EducationLevel::Secondary,
    EducationLevel::Vocational,
    EducationLevel::Bachelor,
    EducationLevel::Master,
    EducationLevel::Doctorate,
];

fn skills() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(select(&SKILLS[..]).prop_map(str::to_owned), 0..6)
}

fn requirements() -> impl Strategy<Value = Requirements> {
    let level = prop::option::of(select(&LEVELS[..]));
    let place = prop::option::of(select(&PLACES[..]).prop_map(str::to_owned));
    (skills(), skills(), prop::option::of(0u8..20), level, place).prop_map(
        |(must_have, nice_to_have, min_experience_years, education, location)| Requirements {
            must_have,
            nice_to_have,
            min_experience_years,
            education,
            location,
        },
    )
}

/// Lines of anything: words of the requirements, white space, bullets, marks, long lines.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        select(&SKILLS[..]).prop_map(str::to_owned),
        "[a-zß•é\u{301}ﬁ.\\-\n\t@ ]{0,12}",
        ".{0,6}"
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let place = prop::option::of(select(&PLACES[..5]));
    let degree = prop::option::of(select(&DEGREES[..]));
    (
        prose(),
        skills(),
        prop::option::of(0.0f32..40.0),
        (place, degree),
        prop::option::of(0u16..=10_000),
    )
        .prop_map(|(prose, skills, years, (place, degree), semantic_bp)| {
            let mut candidate = Candidate::default().named("Ruby Example").saying(&prose);
            candidate = skills
                .iter()
                .fold(candidate, |candidate, skill| candidate.skilled(skill, skill));
            candidate = years
                .into_iter()
                .fold(candidate, |c, years| c.working("2001", "2020", years));
            candidate = place.into_iter().fold(candidate, Candidate::living_in);
            candidate = degree
                .into_iter()
                .fold(candidate, |c, degree| c.educated(degree, "2000"));
            let similarities = Similarities {
                profile_bp: semantic_bp,
                ..Similarities::default()
            };
            Candidate {
                similarities,
                ..candidate
            }
        })
}

fn assessed(requirements: &Requirements, candidate: &Candidate) -> Assessed {
    Scorer::new(&JobFacts::new(requirements, key_of)).assess(&candidate.facts())
}

fn scored(requirements: &Requirements, candidate: &Candidate) -> Score {
    assessed(requirements, candidate).score(&Weights::default())
}

/// What a score says, whatever order it says it in.
fn said(score: &Score) -> Vec<(u16, u16, usize, usize)> {
    let row = |c: &hiring_matching::Component| (c.weight_bp, c.value_bp, c.evidence.len(), c.missing.len());
    score.components.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_score_is_in_range_adds_up_and_quotes_what_is_there(asked in requirements(), candidate in candidate()) {
        let score = scored(&asked, &candidate);
        prop_assert!(score.total_bp <= 10_000);
        let weighted: u32 =
            score.components.iter().map(|c| u32::from(c.weight_bp) * u32::from(c.value_bp)).sum();
        prop_assert_eq!(weighted / 10_000, u32::from(score.weighted_bp));
        let total = u32::from(score.weighted_bp) * u32::from(score.must_have_factor_bp) / 10_000;
        prop_assert_eq!(total, u32::from(score.total_bp));
        for component in &score.components {
            prop_assert!(component.value_bp <= 10_000);
            for evidence in &component.evidence {
                prop_assert!(verify(evidence, &candidate.text), "{:?}", evidence);
                prop_assert!(evidence.quote.chars().count() <= hiring_matching::evidence::MAX_QUOTE_CHARS);
            }
        }
    }

    #[test]
    fn the_same_facts_give_the_same_score(asked in requirements(), candidate in candidate()) {
        prop_assert_eq!(scored(&asked, &candidate), scored(&asked, &candidate));
    }

    #[test]
    fn a_further_must_have_that_the_candidate_shows_never_lowers(
        mut asked in requirements(), candidate in candidate(), at in 0usize..6,
    ) {
        let candidate = candidate.skilled("Zig", "Zig");
        let before = scored(&asked, &candidate).total_bp;
        asked.must_have.insert(at.min(asked.must_have.len()), "Zig".to_owned());
        prop_assert!(scored(&asked, &candidate).total_bp >= before);
    }

    #[test]
    fn a_further_skill_of_the_candidate_never_lowers(
        asked in requirements(), candidate in candidate(), skill in select(&SKILLS[..]),
    ) {
        let before = scored(&asked, &candidate).total_bp;
        prop_assert!(scored(&asked, &candidate.skilled(skill, skill)).total_bp >= before);
    }

    #[test]
    fn the_order_of_requirements_and_of_the_resumes_lists_does_not_matter(
        mut asked in requirements(), mut candidate in candidate(),
    ) {
        let before = scored(&asked, &candidate);
        candidate.resume.skills.reverse();
        candidate.resume.work.reverse();
        prop_assert_eq!(&scored(&asked, &candidate), &before);
        asked.must_have.reverse();
        asked.nice_to_have.reverse();
        let after = scored(&asked, &candidate);
        prop_assert_eq!(after.total_bp, before.total_bp);
        prop_assert_eq!(said(&after), said(&before));
    }

    #[test]
    fn offsets_that_lie_are_survived(asked in requirements(), mut candidate in candidate(), shift in 0usize..500) {
        for skill in &mut candidate.resume.skills {
            skill.name.start += shift;
            skill.name.end = skill.name.end.wrapping_sub(shift);
        }
        prop_assert!(scored(&asked, &candidate).is_quoted_from(&candidate.text));
    }
}
