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
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_score_is_in_range_adds_up_and_quotes_what_is_there(asked in requirements(), candidate in candidate()) {
        let score = scored(&asked, &candidate);
        prop_assert!(score.total_bp <= 10_000);
        let weighted: u32 =
            score.components.iter().map(|c| u32::from(c.weight_bp) * u32::from(c.value_bp)).sum();
        prop_assert_eq!(weighted / 10_000, u32::from(score.weighted_bp));
        let factors = score.components.iter().map(|c| u32::from(c.factor_bp));
        let factor = factors.fold(10_000, |product, factor| product * factor / 10_000);
        prop_assert_eq!(factor, u32::from(score.factor_bp));
        let total = (u32::from(score.weighted_bp) * factor).isqrt();
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
        let candidate = candidate.saying("Built it in Zig");
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

const NAMES: [&str; 8] = [
    "Anna Schmidt",
    "Jamal Washington",
    "María José García López",
    "Nguyễn Thị Lan",
    "Seán O'Brien",
    "Jean-Pierre Lefèvre",
    "Günther Krüger",
    "J. R. Tolkien",
];

/// A candidate of whom only the name, the address and the form of address differ from the others of the same lines.
fn called(name: &str, address: &str, lines: &[&str]) -> Candidate {
    let mut candidate = Candidate::default().named(name).email(address);
    for line in lines {
        candidate = candidate.saying(&line.replace("NAME", name));
    }
    candidate
        .skilled("PostgreSQL", "Postgres")
        .working("03/2015", "02/2020", 5.0)
        .saying(&format!("Mr. {name} ran k8s in a team with the {name} method"))
        .educated("B.Sc. Math", "2010")
        .dated("2024-01")
}

/// What was found, wherever it stands.
fn placeless(mut assessed: Assessed) -> Assessed {
    for evidence in assessed
        .findings
        .iter_mut()
        .flat_map(|finding| &mut finding.evidence)
    {
        (evidence.start, evidence.end) = (0, 0);
    }
    assessed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_name_moves_neither_values_nor_quotes(
        asked in requirements(),
        first in select(&NAMES[..]),
        second in select(&NAMES[..]),
        lines in prop::collection::vec(select(&["NAME led front-end work on the payroll systems", "Notes by NAME", "• R, Go", "NAME has no experience with Rust"][..]), 0..6),
    ) {
        let one = called(first, "a.b@mail.example", &lines);
        let two = called(second, "somebody.else+jobs@other.example.org", &lines);
        let (one, two) = (assessed(&asked, &one), assessed(&asked, &two));
        prop_assert_eq!(placeless(one.clone()), placeless(two));
        for evidence in one.findings.iter().flat_map(|finding| &finding.evidence) {
            prop_assert!(!evidence.quote.contains(first) && !evidence.quote.contains('@'), "{}", evidence.quote);
        }
    }

    #[test]
    fn weights_count_relative_to_each_other(
        asked in requirements(), candidate in candidate(), weights in prop::array::uniform8(0u16..2_000), times in 1u16..30,
    ) {
        let [must_have, nice_to_have, profession, experience, education, location, semantic, recency] = weights;
        let weights = Weights { must_have, nice_to_have, profession, experience, education, location, semantic, recency };
        let scaled = Weights {
            must_have: must_have * times,
            nice_to_have: nice_to_have * times,
            profession: profession * times,
            experience: experience * times,
            education: education * times,
            location: location * times,
            semantic: semantic * times,
            recency: recency * times,
        };
        let assessed = assessed(&asked, &candidate);
        prop_assert_eq!(assessed.score(&weights), assessed.score(&scaled));
        let bytes = serde_json::to_string(&assessed).unwrap();
        let stored: Assessed = serde_json::from_str(&bytes).unwrap();
        prop_assert_eq!(stored.score(&weights), assessed.score(&weights));
        prop_assert_eq!(serde_json::to_string(&stored).unwrap(), bytes);
    }

    #[test]
    fn nearness_only_ever_helps(asked in requirements(), candidate in candidate(), label in select(&SKILLS[..]), bp in 0u16..=10_000) {
        let before = assessed(&asked, &candidate);
        let near = assessed(&asked, &candidate.clone().near(label, bp));
        for (before, near) in before.findings.iter().zip(&near.findings) {
            if before.name == near.name && before.name != hiring_matching::ComponentName::Semantic {
                prop_assert!(near.value_bp >= before.value_bp);
            }
        }
    }
}
