//! What a document is: resumes of every kind pass, other documents are refused or doubted.

use hiring_core::reading::ReadFailure;
use hiring_core::resume::finding;

use crate::{corpus, read_bytes};

/// Invoices, novels, letters, contracts and others, each after a line `=== kind language`. Written for this project.
const NOT_RESUMES: &str = include_str!("../fixtures/not_resumes.txt");

fn others() -> Vec<(&'static str, &'static str)> {
    NOT_RESUMES
        .split("=== ")
        .filter_map(|text| text.split_once('\n'))
        .collect()
}

/// How likely a text is a resume; 0.0 for one that is refused.
fn probability(text: &str) -> f32 {
    match read_bytes(text.as_bytes()) {
        Ok(answer) => answer.resume.document.resume_probability,
        Err(ReadFailure::NotAResume) => 0.0,
        Err(failure) => panic!("{}", failure.code()),
    }
}

#[test]
fn no_other_document_passes_for_a_resume_and_most_are_refused() {
    let others = others();
    assert!(others.len() >= 40, "{}", others.len());
    let judged: Vec<(f32, &str)> = others
        .iter()
        .map(|(kind, text)| (probability(text), *kind))
        .collect();
    let passed: Vec<_> = judged
        .iter()
        .filter(|(probability, _)| *probability >= 0.5)
        .collect();
    assert!(passed.is_empty(), "{passed:?}");
    let doubted: Vec<_> = judged
        .iter()
        .filter(|(probability, _)| *probability > 0.0)
        .collect();
    assert!(doubted.len() * 10 <= others.len() * 3, "{doubted:?}");
}

#[test]
fn a_doubted_document_says_why() {
    let text = "Dear Ms Whitaker,\nplease find below what you asked for.\nKind regards,\nJane Doe\njane.doe@example.org\n\
                Education\nUniversity of Leeds, BA History, 2019\n";
    let answer = read_bytes(text.as_bytes()).unwrap();
    let found = answer
        .resume
        .findings
        .iter()
        .find(|found| found.code == finding::DOUBTFUL_RESUME);
    let message = found.map(|found| found.message.as_str()).unwrap_or_default();
    assert!(
        message.contains("a letter"),
        "{message} {}",
        answer.resume.document.resume_probability
    );
}

#[test]
fn a_students_half_page_without_work_is_a_resume() {
    for text in [
        "Tom Baker\ntom.baker@example.org | 07700 900123 | Leeds\n\nEducation\nUniversity of Leeds, BSc Physics, 2024 - 2027\n\n\
         Skills\nPython, Excel, public speaking\n\nInterests\nClimbing, chess\n",
        "Lebenslauf\n\nLena Roth\nGartenstraße 8, 79098 Freiburg\nlena.roth@example.org\n\nSchulbildung\n2017 - 2026 Gymnasium am Stadtpark\n\n\
         Sprachen\nDeutsch (Muttersprache), Englisch (B2)\n",
        "Zoé Martin\nzoe.martin@example.org\n06 12 34 56 78\n\nFormation\n2026 Baccalauréat général, Lycée Jean-Moulin, Tours\n\n\
         Langues\nFrançais : langue maternelle, Anglais : B1\n\nLoisirs\nHandball\n",
        "Hugo Prieto\nhugo@example.org\n\nEstudios\n2026 Bachillerato, IES Núñez de Arce, Valladolid\n\nIdiomas\nInglés B2\n\nAptitudes\n\
         Excel, trabajo en equipo\n",
    ] {
        assert!(probability(text) >= 0.5, "{} {text}", probability(text));
    }
}

#[test]
fn a_text_without_any_sign_is_doubted_and_not_refused() {
    let text = "Jan Kowalski\njan@example.org\nKierowca od wielu lat\n";
    let probability = probability(text);
    assert!((0.1..0.8).contains(&probability), "{probability}");
}

#[test]
fn what_present_means_is_told_by_the_documents_own_date() {
    let text = "Anna Müller\nanna@example.org\n\nBerufserfahrung\n01/2018 - heute Buchhalterin, Kuhn GmbH\n\nAusbildung\n\
                2014 - 2017 Ausbildung zur Kauffrau\n\nBerlin, den 01.01.2020\n";
    let answer = read_bytes(text.as_bytes()).unwrap();
    assert_eq!(answer.resume.document.date.as_deref(), Some("2020-01-01"));
    assert_eq!(answer.resume.document.language.as_deref(), Some("de"));
    let years = answer.resume.total_experience_years.unwrap_or_default();
    assert!((1.9..=2.2).contains(&years), "{years}");
}

#[test]
fn no_labelled_resume_is_doubted() {
    let Some(directory) = corpus("dev") else { return };
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() || path.extension().is_some_and(|kind| kind == "json") {
            continue;
        }
        if let Ok(answer) = read_bytes(&std::fs::read(&path).unwrap()) {
            let probability = answer.resume.document.resume_probability;
            assert!(probability >= 0.5, "{} {probability}", path.display());
        }
    }
}
