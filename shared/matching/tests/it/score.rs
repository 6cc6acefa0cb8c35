use hiring_core::job::{EducationLevel, Requirements};
use hiring_core::reading::SectionKind;
use hiring_matching::{ComponentName, EvidenceKind, JobFacts, RUBRIC_VERSION, Score, Scorer, Weights, share};

use crate::candidate::{Candidate, key_of};

fn asking(must_have: &[&str]) -> Requirements {
    Requirements {
        must_have: must_have.iter().map(|&label| label.to_owned()).collect(),
        ..Requirements::default()
    }
}

fn scored(requirements: &Requirements, candidate: &Candidate) -> Score {
    let job = JobFacts::new(requirements, key_of);
    let score = Scorer::new(&job)
        .assess(&candidate.facts())
        .score(&Weights::default());
    assert!(score.is_quoted_from(&candidate.text), "{score:#?}");
    assert_eq!(
        score
            .components
            .iter()
            .map(|c| u32::from(c.weight_bp))
            .sum::<u32>(),
        10_000
    );
    score
}

fn value(score: &Score, name: ComponentName) -> u16 {
    score.component(name).unwrap().value_bp
}

/// The worked example of `docs/SCORING.md`.
#[test]
fn the_worked_example_in_the_documentation_is_right() {
    let requirements = Requirements {
        must_have: ["Python", "PostgreSQL", "Kubernetes", "Terraform"]
            .map(str::to_owned)
            .to_vec(),
        nice_to_have: vec!["Rust".to_owned(), "Grafana".to_owned()],
        min_experience_years: Some(5),
        education: Some(EducationLevel::Master),
        location: Some("Berlin, Germany".to_owned()),
    };
    let candidate = Candidate::default()
        .named("Ada Example")
        .calling_it("Software Developer")
        .living_in("Potsdam, Germany")
        .skilled("Python", "Python")
        .skilled("PostgreSQL", "Postgres")
        .skilled("Rust", "Rust")
        .working("03/2020", "02/2024", 4.0)
        .saying("Ran everything in Python on bare metal. Liked it.")
        .educated("B.Sc. Informatics", "2019")
        .dated("2024-06")
        .close(6_000);
    let job = JobFacts::new(&requirements, key_of).titled("DevOps Engineer");
    let assessed = Scorer::new(&job).assess(&candidate.facts());
    let score = assessed.score(&Weights::default());
    assert!(score.is_quoted_from(&candidate.text), "{score:#?}");
    let rows: Vec<_> = score
        .components
        .iter()
        .map(|c| (c.name.as_str(), c.weight_bp, c.value_bp))
        .collect();
    assert_eq!(
        rows,
        [
            ("must_have", 3_500, 4_500),
            ("nice_to_have", 500, 4_000),
            ("profession", 2_000, 8_500),
            ("experience", 1_500, 8_000),
            ("education", 500, 5_000),
            ("location", 1_000, 5_000),
            ("semantic", 500, 6_000),
            ("recency", 500, 3_500),
        ]
    );
    assert_eq!(
        (score.weighted_bp, score.factor_bp, score.total_bp),
        (5_900, 2_384, 3_750)
    );
    assert!((share(score.total_bp) - 0.3750).abs() < 1e-12);
    assert_eq!(
        score.components[0].missing,
        [
            "only a list of skills names PostgreSQL",
            "no evidence for Kubernetes",
            "no evidence for Terraform"
        ]
    );
    assert_eq!(
        score.components[2].missing,
        ["only a profession near to DevOps Engineer"]
    );
    assert_eq!(score.components[2].evidence[0].quote, "Software Developer");
    assert_eq!(
        score.components[3].missing,
        ["4 years of 5 years of experience found"]
    );
    assert_eq!(
        score.components[3].evidence[0].quote,
        "Engineer at Acme, 03/2020 - 02/2024"
    );
    assert_eq!(score.components[4].missing, ["no evidence for master's degree"]);
    assert_eq!(score.components[5].evidence[0].quote, "Potsdam, Germany");
    assert_eq!(score.rubric, RUBRIC_VERSION);
}

#[test]
fn words_that_are_near_in_meaning_are_worth_something_and_quoted_as_similar() {
    let candidate = Candidate::default()
        .saying("Kept people alive on the respirator.")
        .near("ventilated patients", 7_000);
    let score = scored(&asking(&["ventilated patients"]), &candidate);
    let must_have = &score.components[0];
    assert_eq!(
        (must_have.value_bp, must_have.evidence[0].kind),
        (6_300, EvidenceKind::Similar)
    );
    assert_eq!(
        must_have.evidence[0].quote,
        "Kept people alive on the respirator."
    );
    assert_eq!(
        must_have.missing,
        ["only something similar to ventilated patients"]
    );
    let far = Candidate::default()
        .saying("Sold cars.")
        .near("ventilated patients", 1_999);
    assert_eq!(
        value(
            &scored(&asking(&["ventilated patients"]), &far),
            ComponentName::MustHave
        ),
        0
    );
}

#[test]
fn a_skill_is_found_under_any_of_its_names_and_quoted_with_its_section() {
    let candidate = Candidate::default().skilled("Kubernetes", "k8s");
    let score = scored(&asking(&["Kubernetes"]), &candidate);
    let evidence = &score.components[0].evidence[0];
    assert_eq!(
        (evidence.requirement.as_str(), evidence.quote.as_str()),
        ("Kubernetes", "k8s")
    );
    assert_eq!(evidence.section, Some(SectionKind::Skills));
}

#[test]
fn wording_that_no_taxonomy_knows_still_counts_when_the_text_has_it() {
    let candidate = Candidate::default().saying("Über mich: Pflege von\nOrchideen-Kulturen. Mehr nicht.");
    let score = scored(&asking(&["orchideen kulturen"]), &candidate);
    assert_eq!(value(&score, ComponentName::MustHave), 10_000);
    assert_eq!(score.components[0].evidence[0].quote, "Orchideen-Kulturen.");
}

#[test]
fn missing_must_haves_weigh_heavily() {
    let all = Candidate::default()
        .saying("Built it in Rust and SQL")
        .close(5_000);
    let none = Candidate::default().saying("Nothing of the sort").close(7_000);
    let requirements = asking(&["Rust", "SQL"]);
    let (all, none) = (scored(&requirements, &all), scored(&requirements, &none));
    assert!(
        all.total_bp > 2 * none.total_bp,
        "{} {}",
        all.total_bp,
        none.total_bp
    );
}

#[test]
fn a_skill_that_is_only_listed_is_worth_less_than_one_that_was_used() {
    let requirements = Requirements {
        min_experience_years: Some(4),
        ..asking(&["SQL"])
    };
    let listed = Candidate::default()
        .skilled("PostgreSQL", "Postgres")
        .working("03/2020", "02/2024", 4.0)
        .dated("2024-02");
    let listed_only = scored(&requirements, &listed);
    let names = [
        ComponentName::MustHave,
        ComponentName::Experience,
        ComponentName::Recency,
    ];
    let values = |score: &Score| names.map(|name| value(score, name));
    assert_eq!(values(&listed_only), [8_000, 5_000, 4_000]);
    let requirements = Requirements {
        min_experience_years: Some(4),
        ..asking(&["PostgreSQL"])
    };
    assert_eq!(values(&scored(&requirements, &listed)), [8_000, 5_000, 4_000]);
    let used = listed.saying("Tuned Postgres");
    assert_eq!(values(&scored(&requirements, &used)), [10_000, 10_000, 10_000]);
}

#[test]
fn two_names_of_one_skill_are_one_requirement() {
    let candidate = Candidate::default().skilled("Kubernetes", "k8s");
    let score = scored(&asking(&["K8s", "Kubernetes", " "]), &candidate);
    assert_eq!(value(&score, ComponentName::MustHave), 8_000);
    assert_eq!(score.components[0].evidence.len(), 1);
}

#[test]
fn a_name_or_an_address_is_no_evidence() {
    let text = "Page 2 of Ruby Smith";
    let candidate = Candidate::default()
        .named("Ruby Smith")
        .email("ruby@java.example")
        .saying(text);
    let candidate =
        candidate.saying("Write to python@mail.example or https://rust.example/ or www.perl.example");
    let score = scored(&asking(&["Ruby", "Java", "Python", "Rust", "Perl"]), &candidate);
    assert_eq!(value(&score, ComponentName::MustHave), 0);
    let candidate = candidate.saying("Built it in Ruby.");
    let score = scored(&asking(&["Ruby"]), &candidate);
    assert_eq!(score.components[0].evidence[0].quote, "Built it in Ruby.");
}

#[test]
fn what_is_not_in_the_visible_text_does_not_count() {
    let mut candidate = Candidate::default()
        .skilled("Rust", "Rust")
        .working("2010", "2020", 10.0);
    candidate.text = "Something else entirely that is long enough for every offset of the resume.".to_owned();
    let requirements = Requirements {
        min_experience_years: Some(3),
        ..asking(&["Rust"])
    };
    assert_eq!(scored(&requirements, &candidate).total_bp, 0);
}

#[test]
fn a_degree_that_is_under_way_does_not_count_yet() {
    let requirements = Requirements {
        education: Some(EducationLevel::Master),
        ..Requirements::default()
    };
    let running = Candidate::default()
        .educated("M.Sc. Physics", "present")
        .educated("B.Sc. Physics", "2020");
    let score = scored(&requirements, &running);
    assert_eq!(value(&score, ComponentName::Education), 5_000);
    assert!(score.components[0].evidence[0].quote.starts_with("B.Sc. Physics"));
    let done = Candidate::default().educated("Dr. rer. nat.", "2022");
    assert_eq!(
        value(&scored(&requirements, &done), ComponentName::Education),
        10_000
    );
}

#[test]
fn components_for_which_the_job_asks_nothing_are_absent() {
    let requirements = Requirements {
        min_experience_years: Some(0),
        location: Some("Remote".to_owned()),
        ..asking(&["Rust"])
    };
    let score = scored(
        &requirements,
        &Candidate::default().skilled("Rust", "Rust").close(5_000),
    );
    let names: Vec<_> = score.components.iter().map(|c| c.name).collect();
    assert_eq!(names, [ComponentName::MustHave, ComponentName::Semantic]);
}

#[test]
fn a_job_that_asks_nothing_goes_by_meaning_alone() {
    let nothing = Requirements::default();
    assert_eq!(
        scored(&nothing, &Candidate::default().close(4_321)).total_bp,
        6_573
    );
    let unknown = scored(&nothing, &Candidate::default());
    assert_eq!(unknown.total_bp, 0);
    assert_eq!(unknown.components[0].missing.len(), 1);
}

#[test]
fn an_unknown_similarity_is_left_out_and_not_held_against_anybody() {
    let score = scored(
        &asking(&["Rust"]),
        &Candidate::default().saying("Built it in Rust"),
    );
    assert!(score.component(ComponentName::Semantic).is_none());
    assert_eq!(score.total_bp, 10_000);
}

#[test]
fn weights_are_the_owners_choice() {
    let job = JobFacts::new(&asking(&["Rust"]), key_of);
    let candidate = Candidate::default().saying("Built it in Rust").close(0);
    let weights = Weights {
        semantic: 0,
        ..Weights::default()
    };
    let assessed = Scorer::new(&job).assess(&candidate.facts());
    assert_eq!(assessed.score(&weights).total_bp, 10_000);
}

#[test]
fn a_stored_score_reads_back_the_same() {
    let score = scored(
        &asking(&["Rust", "Go"]),
        &Candidate::default().skilled("Rust", "Rust"),
    );
    let stored = serde_json::to_string(&score).unwrap();
    assert_eq!(serde_json::from_str::<Score>(&stored).unwrap(), score);
}

#[test]
fn five_hundred_requirements_are_no_trouble() {
    let labels: Vec<String> = (0..500).map(|number| format!("skill number {number}")).collect();
    let requirements = Requirements {
        must_have: labels,
        ..Requirements::default()
    };
    let score = scored(&requirements, &Candidate::default().saying("skill number 7"));
    assert_eq!(value(&score, ComponentName::MustHave), 20);
}

fn titled(title: &str, candidate: &Candidate) -> Score {
    let requirements = Requirements {
        min_experience_years: Some(4),
        ..Requirements::default()
    };
    let job = JobFacts::new(&requirements, key_of).titled(title);
    let score = Scorer::new(&job)
        .assess(&candidate.facts())
        .score(&Weights::default());
    assert!(score.is_quoted_from(&candidate.text), "{score:#?}");
    score
}

#[test]
fn somebody_of_the_profession_comes_before_a_near_one_and_that_before_any_other() {
    let values = ["Schweißer (m/w/d)", "CNC machinist", "Translator"].map(|headline| {
        let score = titled("Welder", &Candidate::default().calling_it(headline));
        value(&score, ComponentName::Profession)
    });
    assert_eq!(values, [10_000, 8_500, 0]);
}

#[test]
fn a_title_that_no_table_knows_goes_by_meaning_and_without_it_by_the_middle() {
    let candidate = Candidate::default().calling_it("Chief happiness weaver");
    let value_of = |title: &str, candidate: &Candidate| {
        let score = titled(title, candidate);
        score.component(ComponentName::Profession).map(|c| c.value_bp)
    };
    assert_eq!(value_of("Welder", &candidate), Some(4_000));
    assert_eq!(value_of("Knight of the table", &candidate), None);
    let near = candidate.near("Knight of the table", 3_210);
    assert_eq!(value_of("Knight of the table", &near), Some(3_210));
}

#[test]
fn years_in_another_profession_are_no_years_in_this_one() {
    let welded = Candidate::default().working_as("Welder", "03/2020", "02/2024", 4.0);
    let translated = Candidate::default().working_as("Translator", "03/2020", "02/2024", 4.0);
    let values = [welded, translated].map(|candidate| {
        value(
            &titled("Welder", &candidate.dated("2024-06")),
            ComponentName::Experience,
        )
    });
    assert_eq!(values, [10_000, 0]);
}
