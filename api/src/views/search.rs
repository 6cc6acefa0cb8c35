//! Candidates found by a search, as callers see them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::flows::search_candidates::Hit;

/// A candidate found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// The candidate's id.
    pub id: Uuid,
    /// Full name.
    pub name: Option<String>,
    /// First e-mail address.
    pub email: Option<String>,
    /// The line under the name, else the latest title.
    pub headline: Option<String>,
    /// Where the person lives.
    pub location: Option<String>,
    /// Canonical names of the skills.
    pub skills: Vec<String>,
    /// Years of work, one decimal, overlaps counted once.
    pub experience_years: Option<f64>,
    /// How high the candidate stands on the lists that answered: 1 leads all of them. For ordering one answer only, not
    /// for comparing answers; 1 where there is no `q`.
    #[schema(minimum = 0, maximum = 1)]
    pub match_score: f64,
    /// Which skills and words of the search the resume has.
    pub matched: Vec<String>,
}

impl From<Hit> for SearchHit {
    fn from(hit: Hit) -> Self {
        let row = hit.row;
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            headline: row.headline,
            location: row.location,
            skills: row.skill_names,
            experience_years: row
                .experience_months
                .map(|months| (f64::from(months) / 1.2).round() / 10.0),
            match_score: hit.score,
            matched: hit.matched,
        }
    }
}
