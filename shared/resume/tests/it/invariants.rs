//! What holds for every answer, whatever the bytes.

use hiring_core::reading::ReadResume;
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
    assert_eq!(answer.broken_promise(), None);
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
