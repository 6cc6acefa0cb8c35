//! Arrangements of education, each read as a whole resume of plain text.

use chrono::NaiveDate;
use hiring_core::resume::Leaf;

use crate::{ReadOptions, read};

/// Reads an education section and compares `degree | area | institution | start | end | grade` of each row.
fn check(section: &str, expected: &[&str]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    let text = format!("Ada Byron\nada@example.org\n\n{section}\n");
    let resume = read(text.as_bytes(), &ReadOptions { today }).unwrap().resume;
    let value = |leaf: &Option<Leaf>| leaf.as_ref().map_or("-".to_owned(), |leaf| leaf.value.clone());
    let rows: Vec<String> = resume
        .education
        .iter()
        .map(|row| {
            [
                &row.degree,
                &row.area,
                &row.institution,
                &row.start,
                &row.end,
                &row.grade,
            ]
            .map(value)
            .join(" | ")
        })
        .collect();
    assert_eq!(rows, expected, "{section}");
}

#[test]
fn school_degree_and_field_in_any_order() {
    let wanted = &["BSc | Physics | University of Leeds | 2010 | 2013 | -"];
    for block in [
        "BSc Physics, University of Leeds   2010 – 2013",
        "BSc in Physics at University of Leeds (2010 – 2013)",
        "University of Leeds   2010 – 2013\nBSc, Physics",
        "University of Leeds, BSc Physics   2010 – 2013",
        "2010 – 2013   University of Leeds\nBSc (Physics)",
        "BSc, Physics\nUniversity of Leeds, Leeds\n2010 – 2013",
        "2010 – 2013\nBSc in Physics\nUniversity of Leeds",
        "BSc University of Leeds, Physics   2010 – 2013",
    ] {
        check(&format!("Education\n\n{block}"), wanted);
    }
}

#[test]
fn certificates_of_schools_and_apprenticeships_in_four_languages() {
    check(
        "Schule und Studium\n\nAbitur, Goethe-Gymnasium Kassel   2001 – 2009\nNote: 1,7",
        &["Abitur | - | Goethe-Gymnasium Kassel | 2001 | 2009 | 1,7"],
    );
    check(
        "Ausbildung\n\n08/2015 – 07/2018   Ausbildung zum Industriemechaniker\nBerufskolleg am Tor",
        &["Ausbildung | Industriemechaniker | Berufskolleg am Tor | 2015-08 | 2018-07 | -"],
    );
    check(
        "Études\n\nBaccalauréat, Lycée Saint-Louis   2012\nmention bien",
        &["Baccalauréat | - | Lycée Saint-Louis | - | 2012 | mention bien"],
    );
    check(
        "Formation\n\nCAP (Cuisine)\nCFA de Vannes\n2012 – 2014",
        &["CAP | Cuisine | CFA de Vannes | 2012 | 2014 | -"],
    );
    check(
        "Formación\n\nGrado en Turismo, Universidad de Málaga   2012 – 2016\nNota media: 8,5/10",
        &["Grado | Turismo | Universidad de Málaga | 2012 | 2016 | 8,5/10"],
    );
    check(
        "Estudios\n\nTécnico Superior, Mecatrónica Industrial   2012 – 2014\nIES Ramón y Cajal",
        &["Técnico Superior | Mecatrónica Industrial | IES Ramón y Cajal | 2012 | 2014 | -"],
    );
    check(
        "Education\n\nA-levels, Leeds Grammar School   2008",
        &["A-levels | - | Leeds Grammar School | - | 2008 | -"],
    );
}

#[test]
fn degrees_keep_what_belongs_to_them_and_grades_stand_apart() {
    check(
        "Education\n\nBEng (Hons), Software Engineering   2010 – 2013\nUniversity of Leeds\nFirst Class Honours",
        &["BEng (Hons) | Software Engineering | University of Leeds | 2010 | 2013 | First Class Honours"],
    );
    check(
        "Education\n\nMBA   Expected 2027\nTrinity College Dublin\nGPA 3.8/4.0",
        &["MBA | - | Trinity College Dublin | - | 2027 | 3.8/4.0"],
    );
}

#[test]
fn a_school_that_no_word_tells_stands_on_a_line_of_its_own() {
    check(
        "Education\n\nMaster, Droit des affaires\nExcelia Reims\n2016 – 2019",
        &["Master | Droit des affaires | Excelia Reims | 2016 | 2019 | -"],
    );
    check(
        "Education\n\nBA, Media Studies, Wessex Tech   2016 – 2019",
        &["BA | Media Studies | Wessex Tech | 2016 | 2019 | -"],
    );
}

#[test]
fn entries_without_dates_stand_beside_dated_ones() {
    check(
        "Education\n\nMSc, Physics   2013 – 2014\nUniversity of Leeds\n\nBachelor of Science, Mathematics\nUniversity of Hull",
        &[
            "MSc | Physics | University of Leeds | 2013 | 2014 | -",
            "Bachelor of Science | Mathematics | University of Hull | - | - | -",
        ],
    );
    check(
        "Education\n\nUniversity of Leeds\nMSc, Physics\n\nUniversity of Hull\nBachelor of Science, Mathematics",
        &[
            "MSc | Physics | University of Leeds | - | - | -",
            "Bachelor of Science | Mathematics | University of Hull | - | - | -",
        ],
    );
}
