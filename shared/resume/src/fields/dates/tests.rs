use super::*;

/// Start and end of the first span, as values.
fn ends(text: &str) -> (Option<String>, Option<String>) {
    let period = period(text).unwrap_or_else(|| panic!("no date in {text}"));
    let value = |date: Option<Dated>| date.map(|date| date.value());
    (value(period.start), value(period.end))
}

fn check(cases: &[(&str, &str, &str)]) {
    for (text, start, end) in cases {
        let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        assert_eq!(ends(text), (some(start), some(end)), "{text}");
    }
}

#[test]
fn spans_are_read_in_many_styles() {
    check(&[
        ("December 2022 – October\n2026", "2022-12", "2026-10"),
        ("Nov, 2023 - Present", "2023-11", "present"),
        ("2022-12 – heute", "2022-12", "present"),
        ("09.2016 – 07.2020", "2016-09", "2020-07"),
        ("03/2019-Now", "2019-03", "present"),
        ("2020-2022", "2020", "2022"),
        ("2017/03 - 2018/04", "2017-03", "2018-04"),
        ("03.2017–12/2018", "2017-03", "2018-12"),
        ("juil. 2023 – sept. 2025", "2023-07", "2025-09"),
        ("enero de 2019 hasta la actualidad", "2019-01", "present"),
        ("Jan '19 to Feb '20", "2019-01", "2020-02"),
        ("Jan 19 – Feb 20", "2019-01", "2020-02"),
        ("Mar-19 - Sep-21", "2019-03", "2021-09"),
        ("’19 – ’21", "2019", "2021"),
        ("2019 to 2020", "2019", "2020"),
        ("2019–21", "2019", "2021"),
        ("01.04.2019 - 31.03.2021", "2019-04", "2021-03"),
        ("2019-04-01 – 2021-03-31", "2019-04", "2021-03"),
        ("04/15/2019 – 08/31/2020", "2019-04", "2020-08"),
        ("03/19 – 05/21", "2019-03", "2021-05"),
        ("01.04.19 – 31.03.21", "2019-04", "2021-03"),
        ("03 / 2019 – 04 / 2020", "2019-03", "2020-04"),
        ("2019 → 2021", "2019", "2021"),
        ("MÄRZ 2019 — DEZ. 2020", "2019-03", "2020-12"),
        ("1. April 2019 bis 31. März 2021", "2019-04", "2021-03"),
        ("April 1, 2019 through March 31st, 2021", "2019-04", "2021-03"),
        ("1er avril 2019 au 31 mars 2021", "2019-04", "2021-03"),
        ("15 de marzo de 2019 al 2 de mayo de 2020", "2019-03", "2020-05"),
        ("2015/2016", "2015", "2016"),
        ("2015/16", "2015", "2016"),
    ]);
}

#[test]
fn a_month_without_a_year_takes_the_year_of_the_other_end() {
    check(&[
        ("März – Juni 2021", "2021-03", "2021-06"),
        ("Jan-Mar 2020", "2020-01", "2020-03"),
        ("avril à juin 2018", "2018-04", "2018-06"),
        ("01–06/2020", "2020-01", "2020-06"),
        ("de enero a junio de 2017", "2017-01", "2017-06"),
    ]);
    assert_eq!(period("in March we grew"), None);
}

#[test]
fn words_say_that_a_span_goes_on_or_what_it_is_about() {
    check(&[
        ("seit März 2021", "2021-03", "present"),
        ("since 2019", "2019", "present"),
        ("depuis sept. 2018", "2018-09", "present"),
        ("Desde enero de 2020", "2020-01", "present"),
        ("ab 06/2022", "2022-06", "present"),
        ("août 2020 à aujourd’hui", "2020-08", "present"),
        ("08/2020 - auj.", "2020-08", "present"),
        ("2020 à ce jour", "2020", "present"),
        ("2020 – en cours", "2020", "present"),
        ("03/2020 bis heute", "2020-03", "present"),
        ("2020 bis dato", "2020", "present"),
        ("2019 to date", "2019", "present"),
        ("2020 - actualmente", "2020", "present"),
        ("mayo 2020 - a la fecha", "2020-05", "present"),
        ("2020 hasta hoy", "2020", "present"),
        ("Depuis 03/25", "2025-03", "present"),
        ("Labourer, Leeds (since 03/25)", "2025-03", "present"),
        ("2019 (current)", "2019", "present"),
        ("June 2019 –", "2019-06", "present"),
        ("From May 2019 to June 2020", "2019-05", "2020-06"),
        ("Von 05/2019 bis 06/2020", "2019-05", "2020-06"),
        ("du 01/05/2019 au 30/06/2020", "2019-05", "2020-06"),
        ("De 2015 a 2018", "2015", "2018"),
        ("between 2015 and 2018", "2015", "2018"),
        ("entre 2015 et 2018", "2015", "2018"),
        ("bis 06/2019", "", "2019-06"),
        ("Graduated 2013", "", "2013"),
        ("Expected graduation: May 2027", "", "2027-05"),
        ("voraussichtlich 2027", "", "2027"),
        ("Diplôme prévu en juin 2027", "", "2027-06"),
    ]);
}

#[test]
fn two_months_that_fill_a_cell_are_a_span_without_a_sign() {
    check(&[
        ("07.2022 heute", "2022-07", "present"),
        ("07.2022 heute | Köln", "2022-07", "present"),
        ("Oct 2010 Jul 2012", "2010-10", "2012-07"),
        ("Teacher\t05/2019 06/2020\tLeeds", "2019-05", "2020-06"),
        ("Jul 2012 Oct 2010", "2012-07", ""),
        ("In May 2019 today", "2019-05", ""),
        ("May 2019 Jun 2020 Jul 2021", "2019-05", ""),
        ("05/2019 current account", "2019-05", "present"),
    ]);
}

#[test]
fn seasons_terms_and_quarters_are_known_by_their_year() {
    check(&[
        ("Summer 2019", "2019", ""),
        ("été 2018 – hiver 2019", "2018", "2019"),
        ("WS 2019/20 – SoSe 2021", "2019", "2021"),
        ("Q3 2020 – Q1 2021", "2020", "2021"),
        ("3. Quartal 2020", "2020", ""),
        ("mid-2018 – early 2020", "2018", "2020"),
        ("Ende 2018 bis Anfang 2020", "2018", "2020"),
    ]);
    assert_eq!(periods("Sommer 2019")[0].start.as_ref().unwrap().about, Some(6));
}

#[test]
fn the_range_of_a_span_takes_in_the_words_that_belong_to_it() {
    for (text, rest) in [
        ("seit 2019 | Siemens", " | Siemens"),
        ("Siemens (von 2015 bis 2018)", "Siemens ()"),
        ("Expected: 2027, MIT", ", MIT"),
        ("mid-2018 – early 2020 Nurse", " Nurse"),
        ("Universität zu Köln 2019", "Universität zu Köln "),
        ("Nurse 2019 (current)", "Nurse "),
    ] {
        let mut left = text.to_owned();
        left.replace_range(period(text).unwrap().range, "");
        assert_eq!(left, rest, "{text}");
    }
}

#[test]
fn numbers_that_are_no_dates_are_left_alone() {
    for text in [
        "Led 12 people, 3000 users, (212) 555-2019",
        "ISO 27001:2013",
        "$2000 saved",
        "grew 2019%",
        "10-12 people",
        "Grade 03/19",
        "version 3.19",
    ] {
        assert_eq!(period(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order(text in "(\\PC|[0-9./ –-]|Jan |mars |seit |bis |2019|heute){0,60}") {
        let mut last = 0;
        for period in periods(&text) {
            proptest::prop_assert!(period.range.start >= last && text.get(period.range.clone()).is_some());
            proptest::prop_assert!(period.start.is_some() || period.end.is_some());
            for date in period.start.iter().chain(&period.end) {
                proptest::prop_assert!(text.get(date.range.clone()).is_some());
            }
            last = period.range.end;
        }
    }

    #[test]
    fn any_two_months_make_a_span_in_any_style(first in (1990..2020i32, 1..13u32), later in 0..200i32, style in 0..6usize) {
        let months = first.0 * 12 + first.1 as i32 - 1 + later;
        let last = (months / 12, (months % 12 + 1) as u32);
        let names = ["Jan.", "février", "März", "abril", "MAY", "juin", "Juli", "agosto", "Sept", "Okt.", "noviembre", "déc."];
        let write = |(year, month): (i32, u32)| match style {
            0 => format!("{month:02}/{year}"),
            1 => format!("{year}-{month:02}"),
            2 => format!("{} {year}", names[month as usize - 1]),
            3 => format!("15.{month:02}.{year}"),
            4 => format!("{} '{:02}", names[month as usize - 1], year % 100),
            _ => format!("{month}/{year}"),
        };
        let text = format!("{} – {}", write(first), write(last));
        let value = |(year, month): (i32, u32)| Some(format!("{year}-{month:02}"));
        proptest::prop_assert_eq!(ends(&text), (value(first), value(last)), "{}", text);
    }
}
