use hiring_core::resume::Resume;

use super::*;
use crate::facts::CandidateFacts;
use crate::neutral;

fn found(label: &str, text: &str) -> Option<(u16, String)> {
    let resume = Resume::default();
    let facts = CandidateFacts::stored(&resume, text, &[]);
    let neutral = neutral::of(&resume, text, &[]);
    let reading = Reading::new(&facts, &neutral);
    let wording = Wording::of(label);
    let (worth, place) = find(&[&wording], &reading).pop()??;
    Some((worth, reading.slice(&place)?.to_owned()))
}

#[test]
fn a_sentence_with_all_words_in_other_forms_counts_most() {
    let text = "Worked nights.\nLooked after up to six ventilated\npatients. Liked it.";
    let (worth, words) = found("looks after ventilated patients", text).unwrap();
    assert_eq!(
        (worth, words.as_str()),
        (8_000, "Looked after up to six ventilated\npatients")
    );
    assert_eq!(found("ventilating patients with care", text).unwrap().0, 3_999);
}

#[test]
fn words_in_different_sentences_do_not_add_up() {
    assert_eq!(
        found("crane inspection", "Drove a crane. Passed the inspection."),
        None
    );
    assert_eq!(found("crane inspection", "• Crane\n• Inspection"), None);
}

#[test]
fn a_single_word_counts_in_another_form() {
    assert_eq!(
        found("experience in upholstering", "Upholstered chairs"),
        Some((7_000, "Upholstered".to_owned()))
    );
    assert_eq!(found("experience", "experience"), None);
}

#[test]
fn a_denied_sentence_does_not_count() {
    assert_eq!(
        found("ventilated patients", "No experience with ventilated patients."),
        None
    );
}

#[test]
fn nothing_is_found_for_words_that_say_nothing() {
    assert_eq!(found("", "the and of"), None);
    assert_eq!(found("with the", "with the"), None);
}
