//! Years of work, overlaps counted once.

use chrono::{Datelike, NaiveDate};
use hiring_core::resume::Skill;
use hiring_core::taxonomy::{find_in, fold_words, key};

use memchr::memmem::Finder;

use super::Context;
use super::dates::{Dated, Period};
use super::work::Row;

/// First month and one past the last of a span. A year alone counts from its middle, so that two of them are exact on
/// average.
pub(super) fn months(period: &Period, today: NaiveDate) -> Option<(i32, i32)> {
    let month = |date: &Dated| match date.present {
        true => today.year() * 12 + today.month0() as i32,
        false => date.year * 12 + date.month.or(date.about).map_or(6, |month| month as i32 - 1),
    };
    let start = period.start.as_ref().map(month)?;
    let end = period.end.as_ref().map(month)?;
    (start <= end && start > 1_900 * 12).then_some((start, end))
}

/// Months covered by spans, overlaps counted once.
pub(super) fn union(mut spans: Vec<(i32, i32)>) -> i32 {
    spans.sort_unstable();
    let mut total = 0;
    let mut reach = i32::MIN;
    for (start, end) in spans {
        let from = start.max(reach);
        total += (end - from).max(0);
        reach = reach.max(end);
    }
    total
}

/// Years of work, `None` without dates.
pub(super) fn years(rows: &[Row]) -> Option<f32> {
    let spans: Vec<(i32, i32)> = rows.iter().filter_map(|row| row.months).collect();
    (!spans.is_empty()).then(|| (union(spans) as f32 / 12.0 * 100.0).round() / 100.0)
}

/// Sets how long each skill was used: the months of the positions that mention it.
pub(super) fn skill_months(context: &Context<'_>, rows: &[Row], skills: &mut [Skill]) {
    let mut spans: Vec<Vec<(i32, i32)>> = vec![Vec::new(); skills.len()];
    let keys: Vec<String> = skills.iter().map(|skill| key(&skill.name.raw)).collect();
    let phrases: Vec<String> = keys.iter().map(|key| format!(" {key} ")).collect();
    let finders: Vec<Finder<'_>> = phrases.iter().map(Finder::new).collect();
    for row in rows {
        let Some(months) = row.months else { continue };
        let lines = context.visible.lines.get(row.lines.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            continue;
        };
        let text = context.visible.slice(&(first.range.start..last.range.end));
        let named: Vec<String> = find_in(text)
            .iter()
            .map(|found| fold_words(found.entry.name))
            .collect();
        let folded = format!(" {} ", fold_words(text));
        for ((key, finder), spans) in keys.iter().zip(&finders).zip(&mut spans) {
            if named.contains(key) || finder.find(folded.as_bytes()).is_some() {
                spans.push(months);
            }
        }
    }
    for (skill, spans) in skills.iter_mut().zip(spans) {
        if !spans.is_empty() {
            skill.months = u32::try_from(union(spans).max(1)).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::dates::period;
    use super::*;

    #[test]
    fn overlapping_positions_count_once() {
        assert_eq!(union(vec![(0, 12), (6, 18), (30, 36)]), 24);
        assert_eq!(union(vec![(0, 24), (6, 12)]), 24);
        assert_eq!(union(Vec::new()), 0);
    }

    #[test]
    fn present_is_the_day_given_and_years_count_from_their_middle() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
        let length = |text: &str| {
            let (start, end) = months(&period(text).unwrap(), today)?;
            Some(end - start)
        };
        assert_eq!(length("01/2020 – 01/2022"), Some(24));
        assert_eq!(length("2019 – 2021"), Some(24));
        assert_eq!(length("11/2025 – present"), Some(12));
        assert_eq!(length("since 11/2025"), Some(12));
        assert_eq!(length("Summer 2019 – Summer 2020"), Some(12));
        assert_eq!(length("2019"), None);
        assert_eq!(length("until 2019"), None);
    }

    fn spans() -> impl Strategy<Value = Vec<(i32, i32)>> {
        prop::collection::vec(
            (0..600i32, 0..120i32).prop_map(|(start, length)| (start, start + length)),
            0..12,
        )
    }

    proptest! {
        #[test]
        fn the_order_of_positions_does_not_matter(spans in spans().prop_flat_map(|spans| (Just(spans.clone()), Just(spans).prop_shuffle()))) {
            prop_assert_eq!(union(spans.0), union(spans.1));
        }

        #[test]
        fn a_position_within_another_adds_nothing(spans in spans(), which: prop::sample::Index, cut in (0..60i32, 0..60i32)) {
            prop_assume!(!spans.is_empty());
            let (start, end) = spans[which.index(spans.len())];
            let inner = (start + cut.0, end - cut.1);
            prop_assume!(inner.0 <= inner.1);
            let mut more = spans.clone();
            more.push(inner);
            prop_assert_eq!(union(more), union(spans));
        }

        #[test]
        fn a_further_position_never_takes_away_and_adds_at_most_its_length(spans in spans(), start in 0..600i32, length in 0..120i32) {
            let before = union(spans.clone());
            let mut more = spans;
            more.push((start, start + length));
            prop_assert!((before..=before + length).contains(&union(more)));
        }
    }
}
