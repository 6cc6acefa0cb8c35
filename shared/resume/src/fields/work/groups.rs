//! Employers that stand apart from the position: below its story, or once above several positions.

use super::Draft;
use super::companies::is_own;
use super::names::{Places, names};
use crate::fields::dates::Period;
use crate::fields::entries::{Entry, may_head, undated};
use crate::layout::Visible;

/// Takes the employer from the last line of an entry, where its heading only has a title.
pub(super) fn trailing_companies(visible: &Visible, drafts: &mut [Draft], places: Places) {
    let lines: Vec<Option<usize>> = drafts
        .iter()
        .map(|draft| last_head(visible, &draft.entry))
        .collect();
    // Once is chance: the last line of a story may be as short as a name.
    if lines.iter().flatten().count() * 2 < drafts.len() {
        return;
    }
    for (draft, line) in drafts.iter_mut().zip(lines) {
        let Some(line) = line.filter(|_| draft.assigned.title.is_some() && draft.assigned.company.is_none())
        else {
            continue;
        };
        let found = names(visible, &undated(visible, line..line + 1, line + 1), places);
        if let Some(name) = found.names.first() {
            draft.assigned.company = Some(name.clone());
            draft.names.place = draft.names.place.take().or(found.place);
            draft.entry.details.end = line;
        }
    }
}

/// The last line of an entry's story, if it could be a name.
fn last_head(visible: &Visible, entry: &Entry) -> Option<usize> {
    let last = entry.details.end.checked_sub(1)?;
    let above = last
        .checked_sub(1)
        .filter(|above| entry.details.contains(above))?;
    (entry.details.contains(&last) && may_head(visible, last) && !may_head(visible, above)).then_some(last)
}

/// Gives positions that only have a title the employer of the entry above, where that one names its employer on a line
/// of its own or spans them in time. An employer that only heads positions is no position itself.
pub(super) fn share_employers(visible: &Visible, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter().peekable();
    // The employer that counts for the titles below it, with its own span if it only heads them.
    let mut employer: Option<(std::ops::Range<usize>, Option<Period>)> = None;
    while let Some(mut draft) = drafts.next() {
        let own_line = heads_own_line(visible, &draft);
        match (&draft.assigned.title, &draft.assigned.company) {
            (None, Some(company)) => {
                let heads = drafts.peek().is_some_and(|next| {
                    next.assigned.company.is_none() && next.assigned.title.is_some() && within(next, &draft)
                });
                employer = Some((company.clone(), draft.entry.period.clone().filter(|_| heads)));
                if heads {
                    continue;
                }
                employer = None;
            }
            (Some(_), Some(company)) => {
                employer = (own_line && !is_own(visible.slice(company))).then(|| (company.clone(), None));
            }
            (Some(_), None) => {
                if let Some((company, _)) = &employer {
                    draft.assigned.company = Some(company.clone());
                    draft.inherited = true;
                }
            }
            (None, None) => employer = None,
        }
        out.push(draft);
    }
    out
}

/// Whether the employer stands on a line above the one with the title.
fn heads_own_line(visible: &Visible, draft: &Draft) -> bool {
    let (Some(title), Some(company)) = (&draft.assigned.title, &draft.assigned.company) else {
        return false;
    };
    company.end <= title.start && visible.slice(&(company.end..title.start)).contains('\n')
}

/// Whether one span of time lies within another.
fn within(inner: &Draft, outer: &Draft) -> bool {
    let months = |draft: &Draft| {
        let period = draft.entry.period.as_ref()?;
        let at = |date: &crate::fields::dates::Dated, or: i32| {
            date.year * 12 + date.month.map_or(or, |month| month as i32)
        };
        Some((at(period.start.as_ref()?, 1), at(period.end.as_ref()?, 12)))
    };
    match (months(inner), months(outer)) {
        (Some((start, end)), Some((from, to))) => from <= start + 11 && end <= to + 11,
        _ => false,
    }
}
