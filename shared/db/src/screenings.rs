//! Screenings: the score of one application as it was computed once, and the facts that it rests on. Rows are never changed; they
//! go with their candidate, job or application.
//!
//! Facts say what a resume shows of a job, screenings what that weighs. Other weights for a job make screenings that rest on the
//! facts of earlier ones.

mod outdated;
mod read;
mod reviews;
mod store;

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{ApplicationId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use crate::DbError;
use crate::statement::statement;

pub use outdated::{
    Current, OutdatedRow, count_on_job, list_incomplete, list_outdated, list_outdated_of, list_unscreened,
};
pub use read::{ScreeningRow, find, list_of_application};
pub use reviews::{NewReview, ReviewRow, insert_review, list_reviews};
pub use store::{Basis, NewFacts, NewScreening, Outcome, Run, Screened, find_done, insert, insert_all};

/// What an application is about: the job's wishes, and how far the candidate's resume has come.
#[derive(Debug, Clone, QueryableByName)]
pub struct Subject {
    /// The candidate.
    #[diesel(sql_type = SqlUuid)]
    pub candidate_id: Uuid,
    /// The job.
    #[diesel(sql_type = SqlUuid)]
    pub job_id: Uuid,
    /// A name of `CandidateStatus`.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// Title of the job.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Description of the job.
    #[diesel(sql_type = Text)]
    pub description: String,
    /// `Requirements` of the job as JSON.
    #[diesel(sql_type = Jsonb)]
    pub requirements: Value,
    /// `Weights` of the job as JSON; none for the house's own.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub weights: Option<Value>,
}

/// What the organization's application is about; `None` when it is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn find_subject(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    application: ApplicationId,
) -> Result<Option<Subject>, DbError> {
    let subject = statement(
        "SELECT a.candidate_id, a.job_id, c.status, j.title, j.description, j.requirements, j.weights FROM applications a \
         JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id \
         JOIN jobs j ON j.organization_id = a.organization_id AND j.id = a.job_id \
         WHERE a.organization_id = ? AND a.id = ?",
    );
    let subject = subject
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(application.uuid());
    Ok(subject.get_result(conn).await.optional()?)
}

/// The unique key of an application's `screen_application`, so that it is not screened twice at the same time.
#[must_use]
pub fn task_key(application: ApplicationId) -> String {
    application.to_string()
}
