//! Rows, each compared with the one of the other side that it agrees with most.

use super::{Counts, Field};
use crate::prediction::{EducationRow, WorkRow};
use crate::text::words;

/// The fields of a row that have a value.
pub(super) type Row<'a> = Vec<(Field, Option<&'a str>)>;

pub(super) fn work(row: &WorkRow) -> Row<'_> {
    vec![
        (Field::Company, row.company.as_deref()),
        (Field::Title, row.title.as_deref()),
        (Field::Start, row.start.as_deref()),
        (Field::End, row.end.as_deref()),
    ]
}

pub(super) fn course(row: &EducationRow) -> Row<'_> {
    vec![
        (Field::Institution, row.institution.as_deref()),
        (Field::Degree, row.degree.as_deref()),
        (Field::Area, row.area.as_deref()),
    ]
}

type Compare<'a> = &'a dyn Fn(Field, &str, &str) -> bool;

/// Compares rows, each with the one of the other side that it agrees with most; those that agree with none pair in order, so
/// that a wrong row counts once.
pub(super) fn compare(
    truth: &[Row],
    read: &[Row],
    same: Compare,
    whole: Option<Field>,
    counts: &mut Vec<(Field, Counts)>,
) {
    let pairs = aligned(truth, read, same);
    for (at, row) in truth.iter().enumerate() {
        let partner = pairs
            .iter()
            .find(|(one, _)| *one == at)
            .and_then(|(_, other)| read.get(*other));
        let mut right = true;
        for (field, value) in row {
            let Some(value) = value else { continue };
            let other = partner.and_then(|row| of(row, *field));
            let count = match other {
                None => Counts::MISSED,
                Some(other) if same(*field, value, other) => Counts::RIGHT,
                Some(_) => Counts::WRONG,
            };
            right &= count == Counts::RIGHT;
            counts.push((*field, count));
        }
        if let Some(whole) = whole {
            counts.push((
                whole,
                match (right, partner) {
                    (true, _) => Counts::RIGHT,
                    (false, Some(_)) => Counts::WRONG,
                    (false, None) => Counts::MISSED,
                },
            ));
        }
    }
    for (at, row) in read.iter().enumerate() {
        if pairs.iter().any(|(_, other)| *other == at) {
            continue;
        }
        let filled = row
            .iter()
            .filter(|(_, value)| value.is_some_and(|value| !value.is_empty()));
        counts.extend(filled.map(|(field, _)| (*field, Counts::EXTRA)));
        counts.extend(whole.map(|whole| (whole, Counts::EXTRA)));
    }
}

fn of<'a>(row: &Row<'a>, field: Field) -> Option<&'a str> {
    let value = row
        .iter()
        .find(|(one, _)| *one == field)
        .and_then(|(_, value)| *value);
    value.filter(|value| !value.is_empty())
}

fn aligned(truth: &[Row], read: &[Row], same: Compare) -> Vec<(usize, usize)> {
    let mut scores: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (at, row) in truth.iter().enumerate() {
        for (other_at, other) in read.iter().enumerate() {
            let text = words(
                &other
                    .iter()
                    .filter_map(|(_, value)| *value)
                    .collect::<Vec<_>>()
                    .join(" "),
            );
            let values = || row.iter().filter_map(|(field, value)| Some((*field, (*value)?)));
            let equal = values()
                .filter(|(field, value)| of(other, *field).is_some_and(|found| same(*field, value, found)))
                .count();
            let named = values().filter(|(_, value)| text.contains(&words(value))).count();
            // Equal fields decide; where they are even, a value in the wrong field of the row.
            scores.push((
                equal * 1_000 + named,
                usize::MAX - at.abs_diff(other_at),
                at,
                other_at,
            ));
        }
    }
    scores.sort_unstable_by(|one, other| other.cmp(one));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (score, _, at, other) in scores {
        if score > 0 && pairs.iter().all(|(one, two)| *one != at && *two != other) {
            pairs.push((at, other));
        }
    }
    for at in 0..truth.len() {
        let free = (0..read.len()).find(|other| pairs.iter().all(|(_, two)| two != other));
        if let Some(other) = free
            && pairs.iter().all(|(one, _)| *one != at)
        {
            pairs.push((at, other));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(company: &'a str, start: &'a str) -> Row<'a> {
        vec![(Field::Company, Some(company)), (Field::Start, Some(start))]
    }

    fn count(truth: &[Row], read: &[Row]) -> Vec<(Field, Counts)> {
        let mut counts = Vec::new();
        compare(
            truth,
            read,
            &|_, one, other| one == other,
            Some(Field::WorkRow),
            &mut counts,
        );
        counts
    }

    fn sum(counts: &[(Field, Counts)], field: Field) -> Counts {
        let mut sum = Counts::default();
        counts
            .iter()
            .filter(|(one, _)| *one == field)
            .for_each(|(_, count)| sum += *count);
        sum
    }

    #[test]
    fn rows_in_another_order_are_right() {
        let counts = count(
            &[row("A", "2019"), row("B", "2020")],
            &[row("B", "2020"), row("A", "2019")],
        );
        assert_eq!(
            sum(&counts, Field::WorkRow),
            Counts {
                right: 2,
                wrong: 0,
                missed: 0
            }
        );
    }

    #[test]
    fn a_row_too_many_is_wrong_in_each_field_that_it_fills() {
        let counts = count(&[row("A", "2019")], &[row("A", "2019"), row("C", "2021")]);
        assert_eq!(
            sum(&counts, Field::Company),
            Counts {
                right: 1,
                wrong: 1,
                missed: 0
            }
        );
        assert!((sum(&counts, Field::Company).f1() - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_wrong_row_counts_once() {
        let counts = count(&[row("A", "2019")], &[row("Z", "1999")]);
        assert_eq!(
            sum(&counts, Field::Start),
            Counts {
                right: 0,
                wrong: 1,
                missed: 1
            }
        );
    }
}
