//! What the score gets wrong on the tuning half, for those who improve its rules.

use std::fmt::Write as _;

use hiring_ranking_set::Set;

use hiring_matching::Score;

use super::{DEPTH, Ranking};

/// People too high or too low in the first places of each job, the worst jobs first.
pub fn report<'a>(set: &Set, rankings: impl Iterator<Item = &'a Ranking<'a>>) -> String {
    let mut rankings: Vec<&Ranking<'_>> = rankings.collect();
    let gain = |ranking: &Ranking<'_>| ranking.gains.first().copied().unwrap_or_default();
    rankings.sort_by(|a, b| gain(a).total_cmp(&gain(b)));
    let mut text = String::from("# What the score gets wrong on the tuning half\n");
    for ranking in rankings {
        let job = ranking.job;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\n## {} {:.3}: {}, {} years, {}\n\nmust: {}; nice: {}\n",
            job.id,
            gain(ranking),
            job.title,
            job.min_experience_years,
            job.location.as_deref().unwrap_or("anywhere"),
            job.must_have.join(" | "),
            job.nice_to_have.join(" | ")
        );
        for (rank, at) in ranking.ours.iter().enumerate() {
            let (Some(person), Some(score)) = (set.people.get(*at), ranking.scores.get(*at)) else {
                continue;
            };
            let grade = set.grade(job, person);
            if rank < DEPTH || (grade >= 2 && rank < 5 * DEPTH) {
                let _ = writeln!(
                    text,
                    "{:>3}. grade {grade} {:?} {}: {}",
                    rank + 1,
                    person.kind,
                    person.id,
                    told(score)
                );
            }
        }
    }
    text
}

/// The total, each component's value and what is said to be missing.
fn told(score: &Score) -> String {
    let values: Vec<String> = score
        .components
        .iter()
        .map(|component| format!("{} {}", component.name.as_str(), component.value_bp))
        .collect();
    let missing: Vec<&str> = score
        .components
        .iter()
        .flat_map(|component| component.missing.iter().map(String::as_str))
        .collect();
    format!(
        "{} = {}; {}",
        score.total_bp,
        values.join(", "),
        missing.join("; ")
    )
}
