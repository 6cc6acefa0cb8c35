//! Gutters of small pages.

use proptest::prelude::*;

use super::super::rows::Segment;
use super::super::testing::{any_spans, marked, rows};
use super::*;

fn kind(texts: &[(f32, f32, &str)]) -> Option<Kind> {
    best(&rows(texts)).map(|gutter| gutter.kind)
}

#[test]
fn a_page_of_one_column_has_no_gutter() {
    let lines = [
        (40.0, 100.0, "Experience"),
        (40.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
        (40.0, 130.0, "Looked after twelve patients a shift"),
        (40.0, 145.0, "Education"),
        (40.0, 160.0, "Diploma in Nursing, 2018"),
    ];
    assert_eq!(kind(&lines), None);
}

#[test]
fn two_rows_beside_each_other_are_no_columns() {
    let lines = [
        (40.0, 100.0, "Skills"),
        (250.0, 100.0, "Experience"),
        (40.0, 115.0, "Triage"),
        (250.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
    ];
    assert_eq!(kind(&lines), None);
}

#[test]
fn the_words_beside_a_gutter_tell_what_it_parts() {
    let columns = [
        (40.0, 100.0, "Skills"),
        (250.0, 100.0, "Experience"),
        (40.0, 115.0, "Triage"),
        (250.0, 115.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
        (40.0, 130.0, "Wound care"),
        (250.0, 130.0, "Looked after twelve patients a shift"),
    ];
    assert_eq!(kind(&columns), Some(Kind::Columns));
    let contact = [
        (40.0, 100.0, "Ada Example"),
        (400.0, 100.0, "ada@example.org"),
        (40.0, 115.0, "Nurse in intensive care"),
        (400.0, 115.0, "+44 20 7946 0000"),
        (40.0, 130.0, "with ten years on wards"),
        (400.0, 130.0, "1 High Street, Leeds"),
    ];
    assert_eq!(kind(&contact), Some(Kind::Contact));
}

#[test]
fn a_line_across_the_page_ends_a_gutter() {
    let lines = [
        (40.0, 100.0, "2019 - 2021"),
        (150.0, 100.0, "Nurse, St. Mary Hospital"),
        (40.0, 115.0, "2016 - 2019"),
        (150.0, 115.0, "Carer, Green House in Leeds"),
        (40.0, 130.0, "2014 - 2016"),
        (150.0, 130.0, "Carer, Old Mill in Leeds"),
        (40.0, 145.0, "A line of prose that reaches over both sides"),
    ];
    let gutter = best(&rows(&lines)).expect("dates stand in a column");
    assert_eq!((gutter.kind, gutter.from, gutter.to), (Kind::LeftNotes, 0, 3));
}

proptest! {
    #[test]
    fn a_gutter_is_blank_and_has_text_on_both_sides(spans in any_spans(0, 800)) {
        let rows = marked(spans);
        let Some(gutter) = best(&rows) else { return Ok(()) };
        prop_assert!(gutter.from < gutter.to && gutter.to <= rows.len());
        let beside: Vec<&Segment> = rows[gutter.from..gutter.to].iter().flat_map(|row| &row.segments).collect();
        prop_assert!(beside.iter().all(|s| s.x0 >= gutter.x || s.x1 <= gutter.x));
        prop_assert!(beside.iter().any(|s| s.x0 >= gutter.x));
        prop_assert!(gutter.kind == Kind::Contact || beside.iter().any(|s| s.x0 < gutter.x));
    }
}
