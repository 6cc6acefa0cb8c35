use proptest::prelude::*;

use super::super::request::tests::request;
use super::*;

fn good(text: &str) -> Value {
    json!({
        "text": text, "kind": "single_choice", "choices": ["Red", "Amber", "Green"], "answer_key": ["Red"],
        "difficulty": 2, "skill": "triage", "explanation": "Red comes first.",
    })
}

fn kept(said: Vec<Value>) -> (Vec<TestQuestion>, Dropped) {
    let (mut questions, mut dropped) = (Vec::new(), Dropped::default());
    keep(
        said,
        &request(&["Triage"], &["wound care"]),
        (&mut questions, &mut dropped),
    );
    (questions, dropped)
}

#[test]
fn a_question_that_holds_is_kept_with_the_skill_in_the_recruiters_words() {
    let (questions, dropped) = kept(vec![good("Which colour is seen first?")]);
    assert_eq!(dropped, Dropped::NONE);
    assert_eq!(questions[0].skill, "Triage");
    assert_eq!(questions[0].answer_key, ["Red"]);
}

#[test]
fn what_does_not_hold_is_dropped_and_counted_by_its_first_flaw() {
    let with = |name: &str, value: Value| {
        let mut question = good("Which colour is seen first?");
        question[name] = value;
        question
    };
    let said = vec![
        with("answer_key", json!(["Blue"])),
        with("answer_key", json!(["Red", "Amber"])),
        with("answer_key", json!([])),
        with("choices", json!(["Red", "Red", "Green"])),
        with("choices", json!(["Red"])),
        with("difficulty", json!(6)),
        with("difficulty", json!(0)),
        with("difficulty", json!(2.5)),
        with("difficulty", json!("hard")),
        with("skill", json!("juggling")),
        with("text", json!("Why?")),
        with("points", json!(10)),
        json!("no question"),
        with("explanation", json!(" ")),
    ];
    let (questions, dropped) = kept(said);
    assert!(questions.is_empty(), "{questions:?}");
    let expected = Dropped {
        key: 3,
        choices: 2,
        difficulty: 3,
        skill: 1,
        shape: 5,
        ..Dropped::NONE
    };
    assert_eq!(dropped, expected);
}

#[test]
fn several_choices_have_a_key_of_some_and_open_questions_have_none_to_choose_from() {
    let several = |key: &[&str]| {
        let mut question = good("Which colours are seen within an hour?");
        question["kind"] = json!("multiple_choice");
        question["answer_key"] = json!(key);
        kept(vec![question]).0.len()
    };
    assert_eq!(
        (several(&["Red", "Amber"]), several(&["Red", "Amber", "Green"])),
        (1, 0)
    );
    let open = |choices: &[&str], key: &[&str]| {
        let mut question = good("How is a crowd of patients sorted?");
        question["kind"] = json!("open");
        question["choices"] = json!(choices);
        question["answer_key"] = json!(key);
        kept(vec![question]).0.len()
    };
    assert_eq!(
        (
            open(&[], &["By urgency"]),
            open(&["a", "b", "c"], &["a"]),
            open(&[], &[])
        ),
        (1, 0, 0)
    );
}

#[test]
fn nothing_is_asked_twice_and_no_more_than_was_asked_for() {
    let mut said: Vec<Value> = (0..7)
        .map(|at| good(&format!("Which colour is number {at}?")))
        .collect();
    said.insert(1, good("WHICH colour is number 0"));
    let (questions, dropped) = kept(said);
    assert_eq!(questions.len(), 5);
    assert_eq!((dropped.double, dropped.surplus), (1, 2));
}

#[test]
fn the_schema_names_the_very_fields_that_are_read() {
    let schema = schema(&["triage".to_owned()]);
    let question = &schema["properties"]["questions"]["items"];
    let fields: BTreeSet<&String> = question["properties"].as_object().unwrap().keys().collect();
    let stored = json!(kept(vec![good("Which colour is seen first?")]).0[0]);
    assert_eq!(fields, stored.as_object().unwrap().keys().collect());
    assert_eq!(question["required"].as_array().unwrap().len(), fields.len());
}

proptest! {
    #[test]
    fn whatever_a_model_says_every_question_that_is_kept_holds(
        text in "\\PC{0,40}", choices in prop::collection::vec("[a-c]{0,2}", 0..8), key in prop::collection::vec("[a-c]{0,2}", 0..4),
        difficulty in -2_i64..9, kind in 0_usize..4,
    ) {
        let kind = ["single_choice", "multiple_choice", "open", "essay"][kind];
        let said = json!({
            "text": text, "kind": kind, "choices": choices, "answer_key": key, "difficulty": difficulty, "skill": "TRIAGE",
            "explanation": "Because.",
        });
        let (questions, dropped) = kept(vec![said.clone(), said]);
        prop_assert!(questions.len() <= 1);
        prop_assert_eq!(questions.len() == 1, dropped.double == 1);
        for question in questions {
            prop_assert!(DIFFICULTIES.contains(&question.difficulty));
            let closed = question.kind != QuestionKind::Open;
            prop_assert!(!closed || question.answer_key.iter().all(|right| question.choices.contains(right)));
            prop_assert!(!question.answer_key.is_empty());
        }
    }
}
