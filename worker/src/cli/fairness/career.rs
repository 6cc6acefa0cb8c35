//! Other schools, and years between positions.

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Leaf, Work};

use super::swap::{Attribute, Edit, Pick, Swapped, edited};
use super::tables::SCHOOLS;

/// Schools that stand for each person's.
const COPIES: usize = 3;
/// Lengths of the gap that is put in, in years.
const GAPS: [u32; 2] = [1, 3];

/// Copies of people who went to another school.
pub(super) fn schools(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    let institutions: Vec<&Leaf> = read
        .resume
        .education
        .iter()
        .filter_map(|course| course.institution.as_ref())
        .collect();
    let copy = |with: &&str| {
        let edit = |leaf: &&Leaf| Edit {
            place: leaf.start..leaf.end,
            with: (*with).to_owned(),
        };
        let edits: Vec<Edit> = institutions.iter().map(edit).collect();
        Swapped {
            attribute: Attribute::Schools,
            with: (*with).to_owned(),
            text: edited(&read.visible_text, &edits),
            moves: false,
        }
    };
    let count = if institutions.is_empty() { 0 } else { COPIES };
    pick.rows(SCHOOLS, count).map(copy).collect()
}

/// Copies in which everything before the newest position happened some years earlier, so that nothing of it is shorter.
pub(super) fn gaps(read: &ReadResume) -> Vec<Swapped> {
    let resume = &read.resume;
    let dates = |row: &Work| [row.start.clone(), row.end.clone()];
    let older = resume.work.iter().skip(1).flat_map(dates);
    let courses = resume
        .education
        .iter()
        .flat_map(|row| [row.start.clone(), row.end.clone()]);
    let older: Vec<Leaf> = older.chain(courses).flatten().collect();
    let years: Option<Vec<_>> = older.iter().map(year).collect();
    let Some(years) = years.filter(|years| !years.is_empty() && resume.work.len() > 1) else {
        return Vec::new();
    };
    let copy = |gap: u32| {
        let edit = |(place, year): &(std::ops::Range<usize>, u32)| Edit {
            place: place.clone(),
            with: year.saturating_sub(gap).to_string(),
        };
        let edits: Vec<Edit> = years.iter().map(edit).collect();
        Swapped {
            attribute: Attribute::GapYears,
            with: format!("{gap} year(s)"),
            text: edited(&read.visible_text, &edits),
            moves: false,
        }
    };
    GAPS.into_iter().map(copy).collect()
}

/// The year of a date, written in four digits, and its place.
fn year(date: &Leaf) -> Option<(std::ops::Range<usize>, u32)> {
    let raw: Vec<char> = date.raw.chars().collect();
    let digits = |window: &[char]| -> Option<u32> {
        let all = window.iter().all(char::is_ascii_digit);
        all.then(|| window.iter().collect::<String>().parse().ok())
            .flatten()
    };
    raw.windows(4).enumerate().find_map(|(at, window)| {
        digits(window)
            .filter(|year| (1950..=2100).contains(year))
            .map(|year| (date.start + at..date.start + at + 4, year))
    })
}
