//! The order in which candidates are listed: the greater total first, equal totals by id.

use std::cmp::Ordering;

/// Compares (total, id) pairs so that sorting puts the best first and pages never overlap.
pub fn by_total_then_id<Id: Ord>(a: &(u16, Id), b: &(u16, Id)) -> Ordering {
    b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

/// Sorts anything that has a total and an id, best first.
pub fn rank<T, Id: Ord>(items: &mut [T], total_and_id: impl Fn(&T) -> (u16, Id)) {
    items.sort_by(|a, b| by_total_then_id(&total_and_id(a), &total_and_id(b)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greater_totals_come_first_and_ids_break_ties() {
        let mut items = [(10, "b"), (90, "c"), (10, "a")];
        rank(&mut items, |item| *item);
        assert_eq!(items, [(90, "c"), (10, "a"), (10, "b")]);
    }
}
