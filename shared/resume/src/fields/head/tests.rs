//! The headline and the introduction, each read from a whole resume of plain text.

use chrono::NaiveDate;
use hiring_core::resume::Resume;

use crate::{ReadOptions, read};

fn resume(text: &str) -> Resume {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    read(text.as_bytes(), &ReadOptions { today }).unwrap().resume
}

fn summary(text: &str) -> Option<String> {
    resume(text).summary.map(|leaf| leaf.value)
}

#[test]
fn the_paragraphs_of_a_summary_are_one_text() {
    for (heading, one, other) in [
        (
            "Summary",
            "Controller with eight years in food production.",
            "Enjoys clear numbers.",
        ),
        (
            "Profil",
            "Controllerin mit acht Jahren Erfahrung in der Industrie.",
            "Mag klare Zahlen.",
        ),
        (
            "Profil",
            "Contrôleuse de gestion avec huit ans d'expérience.",
            "Aime les chiffres clairs.",
        ),
        (
            "Perfil",
            "Controladora con ocho años de experiencia en la industria.",
            "Le gustan las cifras claras.",
        ),
    ] {
        let text = format!("Ada Byron\nada@example.org\n\n{heading}\n{one}\n\n{other}\n\nExcel, SAP\n");
        let read = summary(&text).unwrap_or_default();
        assert!(read.starts_with(&format!("{one} {other}")), "{read}");
    }
}

#[test]
fn prose_below_the_name_is_the_summary() {
    for (prose, heading) in [
        (
            "Reliable, curious and practical controller with twelve years across small and large employers.",
            "Experience",
        ),
        (
            "Seit zehn Jahren im Beruf und mit großer Freude an Zahlen, Abschlüssen und Berichten.",
            "Berufserfahrung",
        ),
        (
            "Contrôleuse de gestion forte de six ans d'expérience, rigoureuse, autonome et à l'écoute.",
            "Expérience",
        ),
        (
            "Controladora con cuatro años de experiencia en informes, responsable y con ganas de aprender.",
            "Experiencia",
        ),
    ] {
        let text = format!(
            "Ada Byron\nada@example.org\n{prose}\n\n{heading}\nController, Halden LLP, 2014 – 2019\n"
        );
        assert_eq!(summary(&text).as_deref(), Some(prose));
    }
}

#[test]
fn an_address_is_no_summary() {
    let text = "Ada Byron\n12 Long Acre Road, Flat 4, Upper Floor, Second Door on the Left, Covent Garden, London WC2E 9LY\n\
                ada@example.org\n\nExperience\nController, Halden LLP, 2014 – 2019\n";
    assert_eq!(summary(text), None);
}

#[test]
fn the_title_beside_or_under_the_name_is_the_headline() {
    for (head, expected) in [
        (
            "Ada Byron, Senior Controller\nada@example.org",
            "Senior Controller",
        ),
        ("Ada Byron\nBuchhalterin\nada@example.org", "Buchhalterin"),
        (
            "Ada Byron\nIngénieure logiciel\nada@example.org",
            "Ingénieure logiciel",
        ),
        (
            "Ada Byron\nIngeniera de software\nada@example.org",
            "Ingeniera de software",
        ),
    ] {
        let read = resume(&format!("{head}\n\nSkills\nExcel, SAP\n")).headline;
        assert_eq!(read.map(|leaf| leaf.value).as_deref(), Some(expected));
    }
}
