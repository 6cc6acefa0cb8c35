//! Whatever text is pasted: no panic, verbatim quotes, a job that can be stored, linear time.

use std::time::{Duration, Instant};

use hiring_core::job::{MAX_EXPERIENCE_YEARS, MAX_SKILL_LENGTH, MAX_SKILLS};
use hiring_matching::posting::{MAX_PHRASES, MAX_POSTING_CHARS, NoteCode, Posting, read};
use proptest::prelude::*;

use crate::postings::TABLES;

fn check(text: &str, posting: &Posting) {
    let characters: Vec<char> = text.chars().collect();
    for extract in &posting.evidence {
        let quoted: String = characters[extract.start..extract.end].iter().collect();
        assert_eq!(extract.quote, quoted, "{}", extract.pointer);
        assert!(!quoted.is_empty());
    }
    let own = &posting.requirements;
    for (name, list) in [("must_have", &own.must_have), ("nice_to_have", &own.nice_to_have)] {
        assert!(list.len() <= MAX_SKILLS);
        for (at, label) in list.iter().enumerate() {
            assert!((1..=MAX_SKILL_LENGTH).contains(&label.chars().count()));
            let pointer = format!("/requirements/{name}/{at}");
            assert!(
                posting.evidence.iter().any(|extract| extract.pointer == pointer),
                "{pointer}"
            );
        }
    }
    assert!(
        own.must_have
            .iter()
            .all(|skill| !own.nice_to_have.contains(skill))
    );
    assert!(
        own.min_experience_years
            .is_none_or(|years| (1..=MAX_EXPERIENCE_YEARS).contains(&years))
    );
    assert!(
        posting
            .title
            .as_ref()
            .is_none_or(|title| (1..=200).contains(&title.chars().count()))
    );
    assert!(
        posting
            .location
            .as_ref()
            .is_none_or(|place| (1..=200).contains(&place.chars().count()))
    );
    assert!(posting.salary_min <= posting.salary_max && posting.salary_min.is_none_or(|least| least > 0));
    assert!(posting.responsibilities.len() <= MAX_PHRASES && posting.unrecognised.len() <= MAX_PHRASES);
    for phrase in &posting.unrecognised {
        assert!((1..=MAX_SKILL_LENGTH).contains(&phrase.chars().count()) && text.contains(phrase.as_str()));
    }
}

/// Pieces of postings, so that random texts reach every rule.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Requirements",
        "Nice to have:",
        "Ihr Profil",
        "Avantages",
        "\n- ",
        "\n",
        ". ",
        ", ",
        "; ",
        " (",
        ")",
        " – ",
        ": ",
        "Location: ",
        "Berlin",
        "Lyon",
        "Austin, TX",
        "5+ years of experience",
        "drei Jahre Erfahrung",
        "no degree required",
        "Bachelor's degree",
        "ou",
        " or ",
        "Python",
        "Rust",
        "German",
        "fluent",
        "von Vorteil",
        "a plus",
        "ideally",
        "required",
        "65.000-80.000 €",
        "$120k",
        "per hour",
        "99999999999999999999 €",
        "é",
        "🙂",
        "\u{0}",
        "\u{301}",
        "remote",
        "Teilzeit",
        "l'",
        "We are hiring a ",
        "1.",
        "bac",
        "+5",
        "¿",
        "ß",
        "İ",
        "K",
        "Excel",
        "Go",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_with_verbatim_quotes_into_what_a_job_takes(text in "\\PC{0,300}|(\\PC|\\n){0,300}") {
        check(&text, &read(&text, &TABLES));
    }

    #[test]
    fn any_order_of_what_postings_say_is_read_with_verbatim_quotes(text in pieces()) {
        check(&text, &read(&text, &TABLES));
    }
}

#[test]
fn a_text_of_one_line_takes_time_in_proportion_to_its_length() {
    for piece in [
        "a",
        "a ",
        "Python ",
        "Python, ",
        "ideally ",
        "bonus, ",
        "€1 ",
        "1 ",
        "5 years experience ",
        "Berlin, ",
        "in ",
        "German ",
        "x:",
        "x: ",
        "! ",
        ". ",
        "- ",
        "a.b",
        "no ",
        "degree or ",
        "master ",
        "remote ",
        "' ",
        "d'",
        "((",
        "\u{301}",
        "🙂",
        "Requirements: ",
        "Location: Berlin, ",
        "a plus; ",
        "1.1.1.",
        "K€ ",
        "We are hiring a ",
    ] {
        let text: String = piece
            .repeat(MAX_POSTING_CHARS)
            .chars()
            .take(MAX_POSTING_CHARS)
            .collect();
        let started = Instant::now();
        check(&text, &read(&text, &TABLES));
        // A quadratic walk over 20,000 characters takes minutes in a test build.
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{piece:?} took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn what_contradicts_itself_is_noted_and_what_does_not_fit_is_left_out() {
    let noted = |text: &str, code: NoteCode| {
        let posting = read(text, &TABLES);
        check(text, &posting);
        assert!(
            posting.notes.iter().any(|note| note.code == code),
            "{text}: {:?}",
            posting.notes
        );
        posting
    };
    let both = noted(
        "Requirements\n- Python\nNice to have\n- Python\n- Rust",
        NoteCode::SkillInBothLists,
    );
    assert_eq!(
        (both.requirements.must_have, both.requirements.nice_to_have),
        (vec!["Python".to_owned()], vec!["Rust".to_owned()])
    );
    let turned = noted("Salary: 90,000 - 70,000 EUR per year", NoteCode::SalaryOrder);
    assert_eq!(
        (turned.salary_min, turned.salary_max),
        (Some(70_000), Some(90_000))
    );
    noted("Cook\nLocation: Leeds\nLocation: York", NoteCode::SeveralPlaces);
    noted(
        "Requirements\n- 3 years of experience\n- 5 years of experience with Rust",
        NoteCode::SeveralYears,
    );
    noted("Requirements\n- Kafka or RabbitMQ", NoteCode::Alternatives);
    noted("Cook, full-time or part-time", NoteCode::SeveralJobTypes);
    noted("🙂", NoteCode::NoRequirements);
    let names: Vec<&str> = hiring_core::taxonomy::entries()
        .filter(|entry| !entry.ambiguous)
        .take(60)
        .map(|entry| entry.name)
        .collect();
    let many = noted(
        &format!("Requirements\n- {}", names.join("\n- ")),
        NoteCode::TooManySkills,
    );
    assert_eq!(many.requirements.must_have.len(), MAX_SKILLS);
}
