//! Which name is the title and which the employer.

use std::ops::Range;

use super::names::{Names, lean};
use crate::layout::Visible;

/// How much the order of the document weighs against the words of two names.
const HABIT: i32 = 2;
/// Most that one entry says about the order of the document.
const VOTE: i32 = 3;

/// Which of two names in a heading stands first, and how strongly the document shows it: positive for the title.
pub(super) type Order = i32;

/// A title and an employer.
#[derive(Debug, Clone, Default)]
pub(super) struct Assigned {
    pub title: Option<Range<usize>>,
    pub company: Option<Range<usize>>,
    /// Whether the words themselves say which is which.
    pub sure: bool,
}

/// The order that the headings of a section show.
pub(super) fn usual_order<'a>(visible: &Visible, all: impl Iterator<Item = &'a Names>) -> Order {
    let votes = all.filter_map(|names| match names.names.as_slice() {
        [one, other, ..] if !names.said => {
            let difference = lean(visible.slice(one)) - lean(visible.slice(other));
            Some(difference.clamp(-VOTE, VOTE))
        }
        _ => None,
    });
    votes.sum()
}

/// Title and employer among the names of an entry.
pub(super) fn assign(visible: &Visible, found: &Names, order: Order) -> Assigned {
    let leans: Vec<i32> = found.names.iter().map(|name| lean(visible.slice(name))).collect();
    match (found.names.as_slice(), leans.as_slice()) {
        ([only], [lean]) => {
            let title = *lean > 0;
            Assigned {
                title: title.then(|| only.clone()),
                company: (!title).then(|| only.clone()),
                sure: *lean != 0,
            }
        }
        ([title, company], _) if found.said => both(title, company, true),
        ([one, other], [first, second]) => {
            let words = first - second;
            let all = words * 2 + order.signum() * HABIT;
            let sure = words != 0;
            // Without a sign of either kind the title stands first, as it does in most resumes.
            if all >= 0 {
                both(one, other, sure)
            } else {
                both(other, one, sure)
            }
        }
        (names, leans) => among(names, leans, order),
    }
}

fn both(title: &Range<usize>, company: &Range<usize>, sure: bool) -> Assigned {
    Assigned {
        title: Some(title.clone()),
        company: Some(company.clone()),
        sure,
    }
}

/// Of three names and more: the one most like a title, and of the others the one most like an employer, near ones first.
fn among(names: &[Range<usize>], leans: &[i32], order: Order) -> Assigned {
    let best = leans
        .iter()
        .enumerate()
        .max_by_key(|(at, lean)| (**lean, std::cmp::Reverse(*at)))
        .filter(|(_, lean)| **lean > 0)
        .map(|(at, _)| at);
    let title_at = best.unwrap_or(usize::from(order < 0));
    let expected = if order < 0 {
        title_at.wrapping_sub(1)
    } else {
        title_at + 1
    };
    let company_at = leans
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != title_at)
        .min_by_key(|(at, lean)| (**lean, *at != expected, at.abs_diff(title_at)))
        .map(|(at, _)| at);
    Assigned {
        title: names.get(title_at).cloned(),
        company: company_at.and_then(|at| names.get(at)).cloned(),
        sure: best.is_some(),
    }
}
