//! What a few scores are made from, one a line, as a screening stores it.

use hiring_matching::Weights;
use hiring_ranking_set::TODAY;
use serde_json::json;

use super::Ranking;
use super::people::Known;

/// Every so many jobs one is taken.
const EVERY: usize = 12;
/// Places in the ranking that are taken: a good one and one further down.
const PLACES: [usize; 2] = [0, 20];

/// One line of JSON a score: job, resume, text, sections, similarities, date and weights.
///
/// # Errors
/// When a fact cannot be written as JSON.
pub fn lines(rankings: &[Ranking<'_>], known: &[Known]) -> serde_json::Result<String> {
    let (year, month, _) = TODAY;
    let mut lines = String::new();
    for ranking in rankings.iter().step_by(EVERY) {
        let people = PLACES
            .iter()
            .filter_map(|place| known.get(*ranking.ours.get(*place)?));
        for person in people {
            let fact = json!({
                "job": ranking.asked.facts,
                "resume": person.read.resume,
                "visible_text": person.read.visible_text,
                "sections": person.read.sections,
                "similarities": ranking.asked.similarities(person),
                "uploaded": [year, month],
                "weights": Weights::default(),
            });
            lines.push_str(&serde_json::to_string(&fact)?);
            lines.push('\n');
        }
    }
    Ok(lines)
}
