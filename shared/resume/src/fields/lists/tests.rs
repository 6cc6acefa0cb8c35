//! Lists of certificates, projects and publications, each read from a whole resume of plain text.

use chrono::NaiveDate;
use hiring_core::resume::{Leaf, Resume};

use crate::{ReadOptions, read};

fn check(section: &str, list: fn(&Resume) -> &Vec<Leaf>, expected: &[&str]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    let text = format!("Ada Byron\nada@example.org\n\n{section}\n");
    let answer = read(text.as_bytes(), &ReadOptions { today }).unwrap();
    let leaves = list(&answer.resume);
    let values: Vec<&str> = leaves.iter().map(|leaf| leaf.value.as_str()).collect();
    assert_eq!(values, expected, "{section}");
    let shown: Vec<char> = answer.visible_text.chars().collect();
    for leaf in leaves {
        let raw: String = shown.get(leaf.start..leaf.end).unwrap().iter().collect();
        assert_eq!(raw, leaf.raw, "{section}");
    }
}

#[test]
fn certificates_are_named_without_their_dates() {
    for (heading, dates) in [
        ("Certificates", ["2021", "March 2019"]),
        ("Zertifikate", ["2021", "März 2019"]),
        ("Certifications", ["2021", "mars 2019"]),
        ("Certificados", ["2021", "marzo 2019"]),
    ] {
        let [one, other] = dates;
        let section = format!("{heading}\n- Six Sigma Green Belt ({one})\n- {other}: ITIL Foundation");
        check(
            &section,
            |r| &r.certificates,
            &["Six Sigma Green Belt", "ITIL Foundation"],
        );
    }
}

#[test]
fn a_date_below_a_certificate_belongs_to_it() {
    check(
        "Certificates\nSix Sigma Green Belt\nMay 2021\nITIL Foundation\nMarch 2019",
        |r| &r.certificates,
        &["Six Sigma Green Belt", "ITIL Foundation"],
    );
}

#[test]
fn short_names_on_one_line_are_several_certificates() {
    for heading in ["Certificates", "Zertifikate", "Certifications", "Certificados"] {
        let names = &["CISSP", "ITIL Foundation", "Six Sigma Green Belt"];
        check(
            &format!("{heading}\n{}", names.join(", ")),
            |r| &r.certificates,
            names,
        );
        check(
            &format!("{heading}\n{}", names.join(" | ")),
            |r| &r.certificates,
            names,
        );
    }
}

#[test]
fn a_wrapped_entry_is_one() {
    for (section, expected) in [
        (
            "Projects\n- Night bus map: accessible map of late services, built with\n  two friends\n- Tidewatch: tide tables",
            [
                "Night bus map: accessible map of late services, built with two friends",
                "Tidewatch: tide tables",
            ],
        ),
        (
            "Projekte\n- Energiemonitor: Auswertung der Zählerdaten und\n  Warnung bei Störungen\n- Dorfladen: Konzept",
            [
                "Energiemonitor: Auswertung der Zählerdaten und Warnung bei Störungen",
                "Dorfladen: Konzept",
            ],
        ),
        (
            "Projets\n- Ruches connectées : suivi de la température de\n  dix ruches\n- Carnet de voyage : récits",
            [
                "Ruches connectées : suivi de la température de dix ruches",
                "Carnet de voyage : récits",
            ],
        ),
        (
            "Proyectos\n- Huerto urbano: plan de riego para\n  un solar comunitario\n- Ruta del vino: guía",
            [
                "Huerto urbano: plan de riego para un solar comunitario",
                "Ruta del vino: guía",
            ],
        ),
    ] {
        check(section, |r| &r.projects, &expected);
    }
}

#[test]
fn a_project_with_a_description_below_is_its_title() {
    check(
        "Projects\nNight bus map\n- Drew an accessible map of late services\n- Built it with two friends\nTidewatch\n- Tide tables",
        |r| &r.projects,
        &["Night bus map", "Tidewatch"],
    );
}

#[test]
fn a_publication_is_the_whole_reference() {
    for (section, reference) in [
        (
            "Publications\nQueueing effects in clinics, Journal of Care\n14(2), 2021",
            "Queueing effects in clinics, Journal of Care 14(2), 2021",
        ),
        (
            "Publikationen\nDigitale Übergabe im Stationsalltag,\nDie Praxis 3/2020",
            "Digitale Übergabe im Stationsalltag, Die Praxis 3/2020",
        ),
        (
            "Publications\nEnseigner autrement, Revue des\npratiques, n° 41, 2018",
            "Enseigner autrement, Revue des pratiques, n° 41, 2018",
        ),
        (
            "Publicaciones\nRedes de riego, Revista de\nIngeniería 7, 2019",
            "Redes de riego, Revista de Ingeniería 7, 2019",
        ),
    ] {
        check(section, |r| &r.publications, &[reference]);
    }
}

#[test]
fn contact_data_behind_a_list_is_no_entry() {
    check(
        "Projects\n- Tidewatch: tide tables\nWeb: adabyron.example.org\nTel.: (616) 555-0179",
        |r| &r.projects,
        &["Tidewatch: tide tables"],
    );
}
