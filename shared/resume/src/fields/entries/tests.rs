//! Arrangements of entries, each read as a whole resume.

use chrono::NaiveDate;
use hiring_core::resume::{Leaf, Resume};

use crate::{ReadOptions, read};

fn resume(section: &str) -> Resume {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    let page = format!("<html><body><p>Ada Byron</p><p>ada@example.org</p>{section}</body></html>");
    read(page.as_bytes(), &ReadOptions { today }).unwrap().resume
}

fn value(leaf: &Option<Leaf>) -> &str {
    leaf.as_ref().map_or("-", |leaf| &leaf.value)
}

/// `title | company | start | end` of each position.
fn work(section: &str) -> Vec<String> {
    let rows = resume(section).work;
    let row = rows.iter().map(|row| {
        [&row.title, &row.company, &row.start, &row.end]
            .map(value)
            .join(" | ")
    });
    row.collect()
}

/// `degree | area | institution` of each course.
fn education(section: &str) -> Vec<String> {
    let rows = resume(section).education;
    let row = rows
        .iter()
        .map(|row| [&row.degree, &row.area, &row.institution].map(value).join(" | "));
    row.collect()
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("<p>{line}</p>")).collect()
}

fn table(rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(one, other)| format!("<tr><td>{one}</td><td>{other}</td></tr>"))
        .collect();
    format!("<table>{rows}</table>")
}

#[test]
fn titles_and_degrees_in_small_letters_are_no_sentences() {
    let found = work(&lines(&[
        "Expérience professionnelle",
        "Commune de Ciney",
        "Moniteur de plaine de jeux",
        "07/2013 – 08/2013",
        "Clinique Saint-Luc",
        "Infirmier aux urgences",
        "09/2010 – 10/2012",
    ]));
    assert_eq!(
        found,
        [
            "Moniteur de plaine de jeux | Commune de Ciney | 2013-07 | 2013-08",
            "Infirmier aux urgences | Clinique Saint-Luc | 2010-09 | 2012-10"
        ]
    );
    let found = education(&lines(&[
        "Formation",
        "Lycée Chevrollier",
        "BTS Comptabilité et gestion des organisations",
        "2011 – 2013",
    ]));
    assert_eq!(
        found,
        ["BTS | Comptabilité et gestion des organisations | Lycée Chevrollier"]
    );
}

#[test]
fn a_line_with_a_sign_between_names_heads_its_entry_however_long_it_is() {
    let found = work(&lines(&[
        "Experiencia profesional",
        "Maestra de cuarto grado @ Colegio Americano de Puebla (Puebla)",
        "ago. 2019 - actualidad",
        "• Diseño de proyectos de lectura",
        "Maestra multigrado @ Escuela Primaria Benito Juárez (Cuetzalan)",
        "ago. 2014 - jul. 2019",
    ]));
    assert_eq!(
        found,
        [
            "Maestra de cuarto grado | Colegio Americano de Puebla | 2019-08 | present",
            "Maestra multigrado | Escuela Primaria Benito Juárez | 2014-08 | 2019-07"
        ]
    );
}

#[test]
fn beginning_and_end_may_stand_one_above_the_other_beside_the_entry() {
    for (end, start) in [("Present", "02/2018"), ("02/2018", "Present")] {
        let found = work(&format!(
            "<p>Experience</p>{}",
            table(&[
                (end, "GEKKO SYSTEMS, Leeds"),
                (start, "Lead Mechanical Engineer"),
                ("", "• Designed pumps for 14 plants."),
                ("12/2017", "HAYMES LTD, Leeds"),
                ("01/2014", "Mechanical Engineer"),
            ])
        ));
        assert_eq!(
            found,
            [
                "Lead Mechanical Engineer | GEKKO SYSTEMS | 2018-02 | present",
                "Mechanical Engineer | HAYMES LTD | 2014-01 | 2017-12"
            ]
        );
    }
    let found = work(&lines(&[
        "Experience",
        "Present February 2018\tGekko Systems",
        "Lead Mechanical Engineer",
    ]));
    assert_eq!(
        found,
        ["Lead Mechanical Engineer | Gekko Systems | 2018-02 | present"]
    );
}

#[test]
fn entries_with_one_date_each_stay_apart() {
    let found = education(&format!(
        "<p>Education</p>{}",
        table(&[
            ("2015", "MSc in Physics, University of Leeds"),
            ("2012", "BSc in Mathematics, University of York"),
        ])
    ));
    assert_eq!(
        found,
        [
            "MSc | Physics | University of Leeds",
            "BSc | Mathematics | University of York"
        ]
    );
}

#[test]
fn labels_of_a_form_are_no_names() {
    let found = work(&format!(
        "<p>Berufspraxis</p>{}",
        table(&[
            ("Zeitraum", "06/2021 – heute"),
            ("Beruf oder Funktion", "Leiterin Rechnungswesen"),
            ("Name des Arbeitgebers", "Emmi, Luzern"),
            ("Wichtigste Tätigkeiten", "Führung von acht Mitarbeitenden"),
            ("Zeitraum", "08/2016 – 05/2021"),
            ("Beruf oder Funktion", "Finanzbuchhalterin"),
            ("Name des Arbeitgebers", "Schindler Aufzüge, Zürich"),
        ])
    ));
    assert_eq!(
        found,
        [
            "Leiterin Rechnungswesen | Emmi | 2021-06 | present",
            "Finanzbuchhalterin | Schindler Aufzüge | 2016-08 | 2021-05"
        ]
    );
}

#[test]
fn a_place_that_no_list_knows_is_told_by_where_the_others_stand() {
    let found = work(&lines(&[
        "Berufspraxis",
        "Emmi | Luzern",
        "Leiterin Rechnungswesen",
        "06/2021 – heute",
        "Schindler Aufzüge | Unterwaldbrunn",
        "Finanzbuchhalterin",
        "08/2016 – 05/2021",
    ]));
    assert_eq!(
        found,
        [
            "Leiterin Rechnungswesen | Emmi | 2021-06 | present",
            "Finanzbuchhalterin | Schindler Aufzüge | 2016-08 | 2021-05"
        ]
    );
}

#[test]
fn positions_under_education_for_want_of_a_heading_are_work() {
    let section = [
        "Scolarité",
        "INSA Lyon, 2003 - 2006",
        "Contrôleuse de gestion, Fromageries du Cantal, 12/2018 - 08/2020",
        "Assistante comptable, Transports Mauduit, 07/2007 - 07/2010",
    ];
    assert_eq!(work(&lines(&section)).len(), 2);
    // One course that is called like a position stays where it is.
    let section = [
        "Formación",
        "IES Ramón y Cajal",
        "Técnico en Cuidados Auxiliares de Enfermería",
        "2021 - 2022",
    ];
    assert_eq!(work(&lines(&section)).len(), 0);
}

#[test]
fn an_employer_that_ends_with_a_legal_form_is_no_sentence() {
    let section = lines(&[
        "<h2>Work experience</h2>",
        "Marketing Manager at Finanzas Pozo y Familia asociados S.A.",
        "2021-02 to 2025-03",
        "Key Account Manager at Fundacja Kuziora Melcer Sp. z o.o.",
        "2018-04 to 2020-05",
    ]);
    assert_eq!(
        work(&section),
        [
            "Marketing Manager | Finanzas Pozo y Familia asociados S.A. | 2021-02 | 2025-03",
            "Key Account Manager | Fundacja Kuziora Melcer Sp. z o.o. | 2018-04 | 2020-05",
        ]
    );
}

#[test]
fn a_high_school_employs_as_other_schools_do() {
    let section = lines(&[
        "Assistant Principal",
        "Westfield Academy",
        "May 2021 - Sep 2022",
        "Teaching Assistant",
        "Lincoln High School",
        "Jan 2016 - Jun 2016",
    ]);
    assert_eq!(
        work(&section),
        [
            "Assistant Principal | Westfield Academy | 2021-05 | 2022-09",
            "Teaching Assistant | Lincoln High School | 2016-01 | 2016-06",
        ]
    );
}

#[test]
fn a_line_that_tells_a_deed_is_no_employer_however_short() {
    let found = work(&lines(&[
        "Experience",
        "DevOps Engineer, Acme Ltd, 2018 - present",
        "Ran 12 clusters",
        "Systems Engineer, Foo Systems, 2014 - 2018",
        "Looked after servers",
    ]));
    assert_eq!(
        found,
        [
            "DevOps Engineer | Acme Ltd | 2018 | present",
            "Systems Engineer | Foo Systems | 2014 | 2018"
        ]
    );
}
