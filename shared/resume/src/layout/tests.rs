//! What a page says once it is laid out, whatever stands on it.

use proptest::prelude::*;

use super::testing::{any_spans, characters, span, text_of};
use super::{Source, lay_out};

fn text(texts: &[(f32, f32, &str)]) -> String {
    text_of(texts.iter().map(|(x, y, text)| span(*x, *y, text)).collect())
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let page = text(&[
        (40.0, 200.0, "Skills"),
        (250.0, 200.0, "Experience"),
        (40.0, 215.0, "Wound care"),
        (250.0, 215.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
        (40.0, 230.0, "Triage"),
        (250.0, 230.0, "Looked after twelve patients a shift"),
        (40.0, 260.0, "Languages"),
        (250.0, 245.0, "Trained two colleagues a year"),
        (40.0, 275.0, "French"),
        (250.0, 275.0, "Education"),
        (250.0, 290.0, "Diploma in Nursing, 2018"),
    ]);
    assert_eq!(
        page,
        "Skills\nWound care\nTriage\nLanguages\nFrench\nExperience\nNurse, St. Mary Hospital, 2019 - 2021\n\
         Looked after twelve patients a shift\nTrained two colleagues a year\nEducation\nDiploma in Nursing, 2018"
    );
}

#[test]
fn dates_at_the_right_edge_stay_beside_their_lines() {
    let page = text(&[
        (40.0, 200.0, "Experience"),
        (40.0, 215.0, "Nurse, St. Mary Hospital, London"),
        (500.0, 215.0, "2019 - 2021"),
        (40.0, 230.0, "Looked after twelve patients a shift"),
        (40.0, 245.0, "Carer, Green House, Leeds"),
        (500.0, 245.0, "2016 - 2019"),
        (40.0, 260.0, "Helped with meals and medicines"),
        (40.0, 275.0, "Carer, Old Mill, Leeds"),
        (500.0, 275.0, "2014 - 2016"),
    ]);
    assert_eq!(
        page,
        "Experience\nNurse, St. Mary Hospital, London\t2019 - 2021\nLooked after twelve patients a shift\n\
         Carer, Green House, Leeds\t2016 - 2019\nHelped with meals and medicines\nCarer, Old Mill, Leeds\t2014 - 2016"
    );
}

#[test]
fn dates_at_the_left_edge_join_the_rows_beside_them() {
    let page = text(&[
        (40.0, 200.0, "2019 - 2021"),
        (150.0, 200.0, "Nurse, St. Mary Hospital, London"),
        (150.0, 215.0, "Looked after twelve patients a shift"),
        (40.0, 230.0, "2016 - 2019"),
        (150.0, 230.0, "Carer, Green House, Leeds"),
        (150.0, 245.0, "Helped with meals and medicines"),
        (40.0, 260.0, "2014 - 2016"),
        (150.0, 260.0, "Carer, Old Mill, Leeds"),
    ]);
    assert_eq!(
        page,
        "2019 - 2021\tNurse, St. Mary Hospital, London\nLooked after twelve patients a shift\n\
         2016 - 2019\tCarer, Green House, Leeds\nHelped with meals and medicines\n2014 - 2016\tCarer, Old Mill, Leeds"
    );
}

#[test]
fn names_of_sections_in_the_margin_stand_before_their_sections() {
    let page = text(&[
        (40.0, 200.0, "Experience"),
        (170.0, 200.0, "Nurse, St. Mary Hospital, 2019 - 2021"),
        (170.0, 215.0, "Looked after twelve patients a shift"),
        (40.0, 240.0, "Education"),
        (170.0, 240.0, "Diploma in Nursing, Leeds College, 2018"),
        (40.0, 265.0, "Skills"),
        (170.0, 265.0, "Wound care, triage, medication"),
    ]);
    assert_eq!(
        page,
        "Experience\nNurse, St. Mary Hospital, 2019 - 2021\nLooked after twelve patients a shift\nEducation\n\
         Diploma in Nursing, Leeds College, 2018\nSkills\nWound care, triage, medication"
    );
}

proptest! {
    // Between 100 and 700 points nothing stands where page headers and footers do.
    #[test]
    fn no_text_on_pages_is_lost_or_doubled(spans in any_spans(100, 700)) {
        let drawn = characters(spans.iter().map(|span| &span.text));
        prop_assert_eq!(characters([text_of(spans)]), drawn);
    }

    #[test]
    fn no_flowing_text_is_lost_or_doubled(spans in any_spans(0, 800)) {
        let drawn = characters(spans.iter().map(|span| &span.text));
        let source = Source { flow: true, spans, ..Source::default() };
        prop_assert_eq!(characters([lay_out(source).text]), drawn);
    }
}
