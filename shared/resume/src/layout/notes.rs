//! Narrow columns that annotate the rows beside them: dates, places, names of sections.

use super::rows::{Row, Segment};
use crate::words::{has_date, is_bullet, is_heading_text};

/// Words between the two dates of a range.
const UNTIL: &[&str] = &[
    "to", "until", "till", "through", "bis", "à", "a", "au", "jusqu'à", "hasta", "al",
];

pub(super) fn row_text(row: &Row) -> String {
    row.segments
        .iter()
        .map(Segment::text)
        .collect::<Vec<_>>()
        .join(" ")
}

fn size(row: &Row) -> f32 {
    row.segments.first().map_or(10.0, |s| s.size)
}

fn level(one: &Row, other: &Row) -> bool {
    (one.y() - other.y()).abs() < size(one) * 0.5
}

/// The headings among notes, and the others.
pub(super) fn headings(notes: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    notes
        .into_iter()
        .partition(|row| row.segments.first().is_some_and(|s| s.marks.heading))
}

/// Puts each group of notes before the main row beside which it starts, or at its end.
pub(super) fn merge(main: Vec<Row>, notes: Vec<Row>) -> Vec<Row> {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in notes {
        match groups.last_mut() {
            Some(group) if continues(group, &row) => add(group, row),
            _ => groups.push(vec![row]),
        }
    }
    let mut groups = groups.into_iter().peekable();
    let mut rows = Vec::with_capacity(main.len());
    for mut row in main {
        let reach = row.y() + size(&row) * 0.5;
        let mut rest = Vec::new();
        while let Some(group) = groups.next_if(|group| group.first().is_some_and(|first| first.y() < reach)) {
            let mut lines = group.into_iter();
            let Some(first) = lines.next() else { continue };
            // What stands beside the first line under a title still belongs to the title.
            if level(&first, &row) && !is_bullet(&row_text(&row)) {
                row.segments.extend(first.segments);
                row.segments.sort_by(|a, b| a.x0.total_cmp(&b.x0));
                rest.extend(lines);
            } else {
                rows.push(first);
                rows.extend(lines);
            }
        }
        rows.push(row);
        rows.append(&mut rest);
    }
    rows.extend(groups.flatten());
    rows
}

/// Whether a note belongs to the group above it: close by, and the group has no whole date yet or the line is the rest
/// of one.
fn continues(group: &[Row], row: &Row) -> bool {
    let Some(last) = group.last() else { return false };
    let close = row.page == last.page && row.y() - last.y() < size(row) * 1.75;
    let text = row_text(row);
    let dated = group.iter().any(|row| has_date(&row_text(row)));
    close && !is_heading_text(&text) && (!dated || !has_date(&text) || is_rest(last, &text))
}

/// Whether a text is the end of a range of dates that the row above it begins.
fn is_rest(last: &Row, text: &str) -> bool {
    let before = row_text(last);
    let before = before.trim_end();
    let open = !before.ends_with(|c: char| c.is_ascii_digit()) || before.ends_with(['–', '-', '—']);
    let dash = text.starts_with(['–', '-', '—'])
        || text
            .split_whitespace()
            .next()
            .is_some_and(|word| UNTIL.contains(&word.to_lowercase().as_str()));
    text.chars().count() < 20 && has_date(text) && has_date(before) && (open || dash)
}

/// Adds a line to a group; the rest of a date joins its beginning.
fn add(group: &mut Vec<Row>, row: Row) {
    let text = row_text(&row);
    match group.last_mut() {
        Some(last) if is_rest(last, &text) => join(last, row),
        _ => group.push(row),
    }
}

/// Appends a row's text to another's, as if the line had not been broken.
fn join(row: &mut Row, next: Row) {
    let Some(last) = row.segments.last_mut() else {
        return;
    };
    for segment in next.segments {
        last.append(segment);
    }
}

/// Puts the name of each section before the first row beside it; names of several lines become one.
pub(super) fn label(main: Vec<Row>, labels: Vec<Row>) -> Vec<Row> {
    let mut names: Vec<(f32, Row)> = Vec::new();
    for row in labels {
        let foot = row.y();
        match names.last_mut() {
            Some((last, name))
                if name.page == row.page
                    && foot - *last < size(&row) * 1.6
                    && !main.iter().any(|other| starts_level(other, &row, *last)) =>
            {
                *last = foot;
                join(name, row);
            }
            _ => names.push((foot, row)),
        }
    }
    let mut names = names.into_iter().map(|(_, name)| name).peekable();
    let mut rows = Vec::with_capacity(main.len() + 8);
    for mut row in main {
        let reach = row.y() + size(&row) * 0.6;
        while let Some(mut name) = names.next_if(|name| name.y() < reach) {
            name.jump = true;
            row.jump = true;
            rows.push(name);
        }
        rows.push(row);
    }
    rows.extend(names);
    rows
}

/// Whether a main row beside `row` is the first of its paragraph, so that `row` names another section: there is more
/// room above it than between two lines of a name.
fn starts_level(main: &Row, row: &Row, above: f32) -> bool {
    let heading = row.segments.first().is_some_and(|s| s.marks.heading);
    heading && level(main, row) && row.y() - above > size(row) * 1.45
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{any_spans, characters, marked, rows, told};
    use super::*;

    #[test]
    fn a_note_joins_the_row_at_its_height() {
        let main = rows(&[
            (150.0, 100.0, "Nurse"),
            (150.0, 115.0, "Triage"),
            (150.0, 130.0, "Carer"),
        ]);
        let notes = rows(&[(40.0, 101.0, "2019 - 2021"), (40.0, 131.0, "2016 - 2019")]);
        assert_eq!(
            told(&merge(main, notes)),
            ["2019 - 2021 | Nurse", "Triage", "2016 - 2019 | Carer"]
        );
    }

    #[test]
    fn a_period_on_two_lines_becomes_one_note() {
        let main = rows(&[(150.0, 100.0, "Nurse"), (150.0, 115.0, "Triage")]);
        let notes = rows(&[(40.0, 100.0, "03/2019 –"), (40.0, 112.0, "05/2021")]);
        assert_eq!(told(&merge(main, notes)), ["03/2019 – 05/2021 | Nurse", "Triage"]);
    }

    #[test]
    fn a_place_under_a_date_stands_between_the_title_and_its_duties() {
        let main = rows(&[(150.0, 100.0, "Nurse"), (150.0, 115.0, "• triage")]);
        let notes = rows(&[(40.0, 100.0, "2019 - 2021"), (40.0, 112.0, "Leeds")]);
        assert_eq!(
            told(&merge(main, notes)),
            ["2019 - 2021 | Nurse", "Leeds", "• triage"]
        );
    }

    #[test]
    fn a_note_beside_a_bullet_gets_a_line_before_it() {
        let main = rows(&[(150.0, 100.0, "• triage")]);
        let notes = rows(&[(40.0, 100.0, "2019 - 2021")]);
        assert_eq!(told(&merge(main, notes)), ["2019 - 2021", "• triage"]);
    }

    #[test]
    fn notes_below_the_last_row_end_the_text() {
        let main = rows(&[(150.0, 100.0, "Nurse")]);
        let notes = rows(&[(40.0, 160.0, "2019 - 2021")]);
        assert_eq!(told(&merge(main, notes)), ["Nurse", "2019 - 2021"]);
    }

    #[test]
    fn the_name_of_a_section_on_two_lines_is_one_heading_before_its_rows() {
        let main = rows(&[(150.0, 100.0, "Nurse"), (150.0, 150.0, "French")]);
        let labels = rows(&[
            (40.0, 100.0, "Work"),
            (40.0, 112.0, "experience"),
            (40.0, 150.0, "Languages"),
        ]);
        assert_eq!(
            told(&label(main, labels)),
            ["Work experience", "Nurse", "Languages", "French"]
        );
    }

    proptest! {
        #[test]
        fn notes_and_names_lose_and_double_nothing(main in any_spans(0, 800), notes in any_spans(0, 800)) {
            let (main, notes) = (marked(main), marked(notes));
            let before = characters(told(&main).into_iter().chain(told(&notes)).map(|row| row.replace(" | ", " ")));
            let (names, aside) = headings(notes);
            let all = label(merge(main, aside), names);
            prop_assert_eq!(characters(told(&all).into_iter().map(|row| row.replace(" | ", " "))), before);
        }
    }
}
