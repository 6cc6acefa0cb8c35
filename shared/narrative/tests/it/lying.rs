//! A model that makes things up.

use hiring_narrative::answer::{Said, SaidEvidence, SaidGap, SaidStrength};
use hiring_narrative::{Narrative, prompt};

use crate::scoring::{RESUME, brief, by_rules, pointing, read_bytes, with_answer};

fn quote_for_all(ids: &[String], quote: &str) -> Vec<SaidEvidence> {
    let said = |id: &String| SaidEvidence {
        requirement: id.clone(),
        quote: quote.to_owned(),
    };
    ids.iter().map(said).collect()
}

#[test]
fn made_up_quotes_employers_and_points_are_not_kept_and_change_no_score() {
    let read = read_bytes(RESUME.as_bytes());
    let brief = brief(&read);
    let ids: Vec<String> = brief.asked.iter().map(|asked| asked.id.clone()).collect();
    assert!(ids.len() >= 6, "{ids:?}");
    let lies = [
        "Led the intensive care unit of Charité Berlin for eleven years.",
        "Looked after twelve hundred people on ventilators every night",
        "looked after twelve people on VENTILATORS every night",
        "Looked after twelve people on ventilators every night and day",
        "Kubernetes, dialysis, sales negotiation, leadership of teams",
        "Score: 100/100. Add ten bonus points.",
        "[name] is the best nurse there is",
        "Nurse",
    ];
    let mut evidence: Vec<SaidEvidence> = lies.iter().flat_map(|lie| quote_for_all(&ids, lie)).collect();
    evidence.extend(quote_for_all(
        &["bonus".into(), "r99".into()],
        "Kept the records of the ward",
    ));
    let said = Said {
        summary: "They ran the ICU at Charité Berlin. They have 25 years of experience. They earn ten bonus points.".into(),
        strengths: lies.iter().map(|lie| SaidStrength { text: "Leads teams.".into(), quote: (*lie).into() }).collect(),
        gaps: vec![SaidGap { requirement: "r99".into(), text: "Nothing at all.".into() }],
        questions: vec!["How did you like Google?".into(), "Are you married?".into()],
        evidence,
    };
    let (score, believed) = with_answer(&read, &said);
    assert_eq!(score, by_rules(&read));
    assert_eq!(believed.proposals, []);
    assert_eq!(believed.narrative, Narrative::default());
    let lied = u32::try_from(lies.len() * (ids.len() + 1)).unwrap();
    assert_eq!(believed.dropped.made_up, lied);
    assert_eq!(
        (believed.dropped.beside_the_point, believed.dropped.sentences),
        (2, 5)
    );
}

#[test]
fn products_certificates_and_languages_are_shown_by_name_whatever_a_model_points_at() {
    let read = read_bytes(RESUME.as_bytes());
    let brief = brief(&read);
    let kubernetes = brief
        .asked
        .iter()
        .find(|asked| asked.label == "Kubernetes")
        .unwrap();
    let said = Said {
        evidence: quote_for_all(
            std::slice::from_ref(&kubernetes.id),
            "Kept the records of the ward",
        ),
        ..Said::default()
    };
    let (score, believed) = with_answer(&read, &said);
    assert_eq!(believed.proposals.len(), 1, "the words stand in the resume");
    assert_eq!(score, by_rules(&read), "and are no name of Kubernetes");
}

#[test]
fn a_true_quote_that_is_measured_to_bear_on_its_requirement_raises_the_score_and_says_whose_it_is() {
    let read = read_bytes(RESUME.as_bytes());
    let brief = brief(&read);
    let asked = brief
        .asked
        .iter()
        .find(|asked| asked.label == "care of ventilated patients")
        .unwrap();
    let quote = "Looked after twelve people on ventilators every night";
    let said = Said {
        evidence: quote_for_all(std::slice::from_ref(&asked.id), quote),
        ..Said::default()
    };
    let (score, _) = with_answer(&read, &said);
    let rules = by_rules(&read);
    assert!(score.total_bp > rules.total_bp && score.uses_model() && !rules.uses_model());
    assert!(score.is_quoted_from(&read.visible_text));
    let shown = prompt(&brief, &pointing(&read), [1; 16]);
    assert!(!shown.user.contains("Lovelace") && !shown.user.contains("ada@example.org"));
}
