//! What everybody is held against, and the score of one candidate.

use std::collections::HashMap;

use chrono::Datelike;
use hiring_core::ids::{JobId, OrgId};
use hiring_db::matching::{ScorableRow, Stamp};
use hiring_db::model_answers::PointedRow;
use hiring_db::similarities::{Nearest, Similarity};
use hiring_matching::{
    CandidateFacts, JobFacts, Near, Pointed, RUBRIC_VERSION, Scorer, Similarities, Weights,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Ranked;

/// SHA-256 of everything that a score depends on.
pub(super) type Basis = [u8; 32];

/// What is asked, of whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Whose job it is.
    pub org: OrgId,
    /// The job.
    pub job: JobId,
    /// What it asks for.
    pub facts: &'a JobFacts,
    /// What each component counts.
    pub weights: Weights,
    /// Name and version of the embedding model, where there is one.
    pub model: Option<&'a str>,
}

/// What everybody is held against.
pub(super) struct Weighing {
    asked: Option<Basis>,
    scorer: Scorer,
    model: Option<String>,
    weights: Weights,
    known: HashMap<Uuid, Similarity>,
    pointed: HashMap<Uuid, PointedRow>,
}

impl Weighing {
    /// For one job: what it asks for, what is known of closeness in meaning, and where a language model pointed.
    pub fn new(
        asked: &Asked<'_>,
        known: HashMap<Uuid, Similarity>,
        pointed: HashMap<Uuid, PointedRow>,
    ) -> Self {
        Self {
            asked: basis(&(
                asked.org,
                asked.job,
                RUBRIC_VERSION,
                asked.facts,
                asked.weights,
                asked.model,
            )),
            scorer: Scorer::new(asked.facts),
            model: asked.model.map(str::to_owned),
            weights: asked.weights,
            known,
            pointed,
        }
    }

    /// What the score of any candidate depends on beside the candidate: organization, job, rules, weights and model. `None` is
    /// never remembered.
    pub const fn asked(&self) -> Option<Basis> {
        self.asked
    }

    /// What the score of this candidate depends on while the row has this stamp. `None` is never remembered.
    pub fn basis(&self, candidate: Uuid, stamp: &Stamp) -> Option<Basis> {
        let known = self.known.get(&candidate);
        let known = known.map(|known| (known.profile_bp, &known.requirements));
        let pointed = self.pointed.get(&candidate);
        let pointed = pointed.map(|row| (row.id, &row.text_hash, &row.pointed));
        basis(&(
            self.asked?,
            candidate,
            stamp.written_by,
            stamp.parsed_at,
            stamp.uploaded_at,
            known,
            pointed,
        ))
    }

    /// One candidate's score; `None`, with a line in the log, for a stored resume that cannot be read, because one broken row
    /// must not hide everybody else.
    pub fn score(&self, row: ScorableRow, applied: bool) -> Option<Ranked> {
        let (resume, sections) = row
            .read()
            .map_err(|error| tracing::error!(candidate = %row.id, %error, "a stored resume cannot be read"))
            .ok()?;
        let uploaded = row.uploaded_at.date_naive();
        let facts = CandidateFacts::stored(&resume, &row.visible_text, &sections)
            .with_similarities(self.similarities(row.id))
            .pointed_at(self.pointed(&row))
            .uploaded(uploaded.year(), uploaded.month());
        let score = self.scorer.assess(&facts).score(&self.weights);
        let answer = self.pointed.get(&row.id).filter(|_| score.uses_model());
        Some(Ranked {
            ai: answer.map(|answer| (answer.model.clone(), answer.prompt_version.clone())),
            id: row.id,
            name: row.name,
            headline: row.headline,
            applied,
            score,
        })
    }

    /// What a language model pointed at in this very text, as far as it was measured by the present embedding model.
    fn pointed(&self, row: &ScorableRow) -> Vec<Pointed> {
        let Some(stored) = self.pointed.get(&row.id) else {
            return Vec::new();
        };
        let by = stored.pointed.get("measured_by").and_then(|by| by.as_str());
        if !stored.is_of(row) || by != self.model.as_deref() {
            return Vec::new();
        }
        let places = stored.pointed.get("places").cloned().unwrap_or_default();
        serde_json::from_value(places).unwrap_or_default()
    }

    /// Closeness in meaning of one candidate, as it is stored.
    fn similarities(&self, candidate: Uuid) -> Similarities {
        let Some(known) = self.known.get(&candidate) else {
            return Similarities::default();
        };
        let near = |nearest: &Nearest| Near {
            bp: nearest.bp,
            start: nearest.start,
            end: nearest.end,
        };
        let requirements = known.requirements.iter().flatten();
        Similarities {
            profile_bp: known.profile_bp,
            requirements: requirements
                .map(|(label, nearest)| (label.clone(), near(nearest)))
                .collect(),
        }
    }
}

/// SHA-256 of the facts as JSON, which writes different facts differently.
pub(super) fn basis(facts: &impl Serialize) -> Option<Basis> {
    let json = serde_json::to_vec(facts)
        .inspect_err(|error| tracing::error!(%error, "what a score depends on cannot be written down"))
        .ok()?;
    Some(Sha256::digest(json).into())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use chrono::{DateTime, TimeDelta};
    use hiring_core::job::Requirements;
    use serde_json::json;

    use super::*;

    const SOMEBODY: Uuid = Uuid::from_u128(7);

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(last: u8) -> T {
        format!("0198f3f2-6c1e-7000-8000-0000deadbe{last:02x}")
            .parse()
            .unwrap()
    }

    fn nearest(bp: u16, start: usize) -> HashMap<Uuid, Similarity> {
        let nearest = Nearest { bp, start, end: 90 };
        let known = Similarity {
            profile_bp: Some(5_000),
            requirements: Some(BTreeMap::from([("Rust".to_owned(), nearest)])),
        };
        HashMap::from([(SOMEBODY, known)])
    }

    fn pointed(start: usize) -> HashMap<Uuid, PointedRow> {
        let row = PointedRow {
            candidate_id: SOMEBODY,
            id: SOMEBODY,
            text_hash: vec![1; 32],
            model: "m".to_owned(),
            prompt_version: "1".to_owned(),
            pointed: json!({"measured_by": "e", "places": [{"requirement": "Rust", "bp": 1, "start": start, "end": 9}]}),
        };
        HashMap::from([(SOMEBODY, row)])
    }

    fn asking(skill: &str) -> JobFacts {
        let asked = Requirements {
            must_have: vec![skill.to_owned()],
            ..Requirements::default()
        };
        JobFacts::new(&asked, str::to_lowercase)
    }

    #[test]
    fn a_total_is_of_one_state_of_everything_that_it_depends_on() {
        let (rust, go) = (asking("Rust"), asking("Go"));
        let asked = Asked {
            org: id(1),
            job: id(2),
            facts: &rust,
            weights: Weights::default(),
            model: Some("e"),
        };
        let stamp = Stamp {
            written_by: 700,
            parsed_at: Some(DateTime::UNIX_EPOCH),
            uploaded_at: DateTime::UNIX_EPOCH,
        };
        let later = DateTime::UNIX_EPOCH + TimeDelta::microseconds(1);
        let heavier = Weights {
            semantic: 501,
            ..asked.weights
        };
        let of = |asked: Asked<'_>, known, pointed, stamp: Stamp, who| {
            Weighing::new(&asked, known, pointed).basis(who, &stamp).unwrap()
        };
        let plain = |asked| of(asked, nearest(1, 2), pointed(3), stamp, SOMEBODY);
        let stamped = |stamp| of(asked, nearest(1, 2), pointed(3), stamp, SOMEBODY);
        let different = [
            plain(asked),
            plain(Asked { org: id(3), ..asked }),
            plain(Asked { job: id(3), ..asked }),
            plain(Asked { facts: &go, ..asked }),
            plain(Asked {
                weights: heavier,
                ..asked
            }),
            plain(Asked {
                model: Some("f"),
                ..asked
            }),
            plain(Asked { model: None, ..asked }),
            stamped(Stamp {
                written_by: 701,
                ..stamp
            }),
            stamped(Stamp {
                parsed_at: Some(later),
                ..stamp
            }),
            stamped(Stamp {
                parsed_at: None,
                ..stamp
            }),
            stamped(Stamp {
                uploaded_at: later,
                ..stamp
            }),
            of(asked, nearest(2, 2), pointed(3), stamp, SOMEBODY),
            of(asked, nearest(1, 3), pointed(3), stamp, SOMEBODY),
            of(asked, HashMap::new(), pointed(3), stamp, SOMEBODY),
            of(asked, nearest(1, 2), pointed(4), stamp, SOMEBODY),
            of(asked, nearest(1, 2), HashMap::new(), stamp, SOMEBODY),
            of(asked, nearest(1, 2), pointed(3), stamp, Uuid::nil()),
        ];
        let count = different.len();
        assert_eq!(HashSet::from(different).len(), count);
        assert_eq!(plain(asked), plain(asked));
    }
}
