//! How much swaps change scores and the order of people.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::Serialize;

use super::swap::Attribute;

/// Most changes that are told one by one, for each attribute, the largest first.
const TOLD: usize = 5;

/// A swapped copy's scores.
pub(super) struct Outcome {
    /// The person, by number.
    pub(super) person: usize,
    pub(super) attribute: Attribute,
    pub(super) with: String,
    /// A job each; `None` where the copy tells nothing about that job.
    pub(super) scores: Vec<Option<u16>>,
}

/// One change of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// The person, by number; files are named in the report.
    pub(super) resume: usize,
    pub(super) job: usize,
    pub(super) with: String,
    pub(super) before_bp: u16,
    pub(super) after_bp: u16,
}

impl Change {
    const fn size(&self) -> u16 {
        self.before_bp.abs_diff(self.after_bp)
    }
}

/// What swaps of one attribute do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Measured {
    pub(super) attribute: Attribute,
    pub(super) must_not_count: bool,
    /// People of whom there are copies.
    pub(super) resumes: usize,
    /// Copies.
    pub(super) swaps: usize,
    /// Scores compared: copies times jobs.
    pub(super) scores: usize,
    /// Copies with another score for at least one job.
    pub(super) changed: usize,
    pub(super) largest_change_bp: u16,
    /// Pairs of people who change places in a job's list when one of them is swapped.
    pub(super) rank_flips: usize,
    /// The largest changes.
    pub(super) changes: Vec<Change>,
}

/// Measures every attribute.
pub(super) fn measure(people: &[Vec<u16>], outcomes: &[Outcome]) -> Vec<Measured> {
    Attribute::ALL
        .into_iter()
        .map(|attribute| of_attribute(people, outcomes, attribute))
        .collect()
}

fn of_attribute(people: &[Vec<u16>], outcomes: &[Outcome], attribute: Attribute) -> Measured {
    let mut changes = Vec::new();
    let mut resumes = BTreeSet::new();
    let (mut swaps, mut scores, mut changed, mut rank_flips) = (0, 0, 0, 0);
    for outcome in outcomes.iter().filter(|outcome| outcome.attribute == attribute) {
        let Some(before) = people.get(outcome.person) else {
            continue;
        };
        resumes.insert(outcome.person);
        swaps += 1;
        let known = changes.len();
        for (job, (before, after)) in before.iter().zip(&outcome.scores).enumerate() {
            let Some(after) = after else { continue };
            scores += 1;
            if before != after {
                rank_flips += flips(people, (outcome.person, job), (*before, *after));
                changes.push(Change {
                    resume: outcome.person,
                    job,
                    with: outcome.with.clone(),
                    before_bp: *before,
                    after_bp: *after,
                });
            }
        }
        changed += usize::from(changes.len() > known);
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.size()));
    let largest_change_bp = changes.first().map_or(0, Change::size);
    changes.truncate(TOLD);
    Measured {
        attribute,
        must_not_count: attribute.must_not_count(),
        resumes: resumes.len(),
        swaps,
        scores,
        changed,
        largest_change_bp,
        rank_flips,
        changes,
    }
}

/// Others who stood before somebody and then behind, or the other way round; equal scores go by number.
fn flips(people: &[Vec<u16>], (person, job): (usize, usize), (before, after): (u16, u16)) -> usize {
    let others = people.iter().enumerate().filter(|(other, _)| *other != person);
    let order =
        |score: u16, (other, theirs): (usize, u16)| (theirs, person).cmp(&(score, other)) == Ordering::Less;
    others
        .filter_map(|(other, scores)| scores.get(job).map(|theirs| (other, *theirs)))
        .filter(|them| order(before, *them) != order(after, *them))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(person: usize, attribute: Attribute, scores: &[Option<u16>]) -> Outcome {
        Outcome {
            person,
            attribute,
            with: "x".to_owned(),
            scores: scores.to_vec(),
        }
    }

    fn of(attribute: Attribute, all: &[Measured]) -> &Measured {
        all.iter().find(|row| row.attribute == attribute).unwrap()
    }

    #[test]
    fn what_changes_nothing_counts_as_swapped_and_unchanged() {
        let people = vec![vec![5_000, 100], vec![4_000, 200]];
        let measured = measure(&people, &[outcome(0, Attribute::Name, &[Some(5_000), None])]);
        let row = of(Attribute::Name, &measured);
        assert_eq!((row.resumes, row.swaps, row.scores, row.changed), (1, 1, 1, 0));
        assert_eq!((row.largest_change_bp, row.rank_flips), (0, 0));
        assert_eq!(of(Attribute::Email, &measured).swaps, 0);
    }

    #[test]
    fn somebody_who_passes_two_others_flips_two_pairs() {
        let people = vec![vec![5_000], vec![4_500], vec![4_000], vec![100]];
        let measured = measure(&people, &[outcome(0, Attribute::Schools, &[Some(3_000)])]);
        let row = of(Attribute::Schools, &measured);
        assert_eq!(
            (row.changed, row.largest_change_bp, row.rank_flips),
            (1, 2_000, 2)
        );
        assert_eq!(row.changes[0].before_bp, 5_000);
    }

    #[test]
    fn of_equal_scores_the_first_person_leads() {
        let people = vec![vec![5_000], vec![4_000]];
        let to = |score| {
            of(
                Attribute::Name,
                &measure(&people, &[outcome(0, Attribute::Name, &[Some(score)])]),
            )
            .rank_flips
        };
        assert_eq!((to(4_000), to(3_999)), (0, 1));
    }
}
