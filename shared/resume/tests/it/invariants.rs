//! What holds for every answer, whatever the bytes.

use hiring_core::reading::ReadResume;
use hiring_core::resume::Leaf;
use proptest::prelude::*;

use crate::{fixture, read_bytes};

const FIXTURES: &[&str] = &[
    "ada_controller.pdf",
    "clara_nurse_two_columns.pdf",
    "bruno_rust_engineer.docx",
    "dieter_mechatroniker.odt",
    "elena_abogada.rtf",
    "felix_teacher.html",
    "greta_vertrieb.txt",
];

/// Every leaf's raw text stands where it says; sections are in order and apart.
pub fn check(answer: &ReadResume) {
    let text: Vec<char> = answer.visible_text.chars().collect();
    for leaf in leaves(answer) {
        assert!(leaf.start < leaf.end && leaf.end <= text.len(), "{leaf:?}");
        assert_eq!(text[leaf.start..leaf.end].iter().collect::<String>(), leaf.raw);
        assert!((0.0..=1.0).contains(&leaf.confidence), "{leaf:?}");
    }
    let mut last = 0;
    for section in &answer.sections {
        assert!(
            last <= section.start && section.start < section.end && section.end <= text.len(),
            "{section:?}"
        );
        last = section.end;
    }
}

fn leaves(answer: &ReadResume) -> Vec<&Leaf> {
    let resume = &answer.resume;
    let contact = &resume.contact;
    let mut all: Vec<&Leaf> = Vec::new();
    all.extend(
        contact
            .name
            .iter()
            .chain(&contact.location)
            .chain(&resume.headline)
            .chain(&resume.summary),
    );
    all.extend(contact.emails.iter().chain(&contact.phones).chain(&contact.urls));
    for row in &resume.work {
        all.extend(
            row.company
                .iter()
                .chain(&row.title)
                .chain(&row.start)
                .chain(&row.end)
                .chain(&row.location),
        );
        all.extend(&row.highlights);
    }
    for row in &resume.education {
        all.extend(
            row.institution
                .iter()
                .chain(&row.degree)
                .chain(&row.area)
                .chain(&row.start)
                .chain(&row.end),
        );
    }
    all.extend(resume.skills.iter().map(|skill| &skill.name));
    all.extend(
        resume
            .languages
            .iter()
            .flat_map(|language| [&language.name].into_iter().chain(&language.level)),
    );
    all.extend(resume.certificates.iter().chain(&resume.projects));
    all
}

#[test]
fn every_value_of_the_fixtures_stands_where_it_says() {
    for name in FIXTURES {
        check(&read_bytes(&fixture(name)).unwrap());
    }
}

#[test]
fn reading_twice_gives_the_same_answer() {
    for name in FIXTURES {
        let bytes = fixture(name);
        assert_eq!(read_bytes(&bytes), read_bytes(&bytes), "{name}");
    }
}

/// Texts that look like parts of resumes.
fn resume_like() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[A-Z][a-zéü]{2,8} [A-Z][a-zß]{2,8}",
        "(Experience|Skills|Education|Berufserfahrung|Langues|Idiomas|Projects|Summary)",
        "(Jan|März|août|sept\\.|12/|2019-0)[ ]?(2019|2020|[0-9]{1,4}) (-|–|to|bis) (Present|heute|2022|ce jour)",
        "[-•] [A-Za-zÀ-ÿ ,.|()0-9%]{0,60}",
        "(English|Deutsch|Français)[:( ]{1,2}(Native|B2|Muttersprache)[)]?",
        "[a-z.]{1,9}@[a-z.-]{1,12}(\\.com)?",
        "\\PC{0,40}",
    ];
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(answer) = read_bytes(&bytes) {
            check(&answer);
        }
    }

    #[test]
    fn values_of_any_text_stand_where_they_say(text in resume_like()) {
        if let Ok(answer) = read_bytes(text.as_bytes()) {
            check(&answer);
        }
    }

    #[test]
    fn no_mutation_of_a_fixture_makes_reading_panic(
        which in 0..FIXTURES.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(FIXTURES[which]);
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()).max(1));
        }
        if let Ok(answer) = read_bytes(&bytes) {
            check(&answer);
        }
    }

    #[test]
    fn no_page_or_rich_text_makes_reading_panic(body in "[<>a-z/&;#0-9=\"' {}\\\\*!-]{0,300}") {
        for text in [format!("<html>{body}"), format!("{{\\rtf1 {body}")] {
            if let Ok(answer) = read_bytes(text.as_bytes()) {
                check(&answer);
            }
        }
    }
}
