//! What people said about scores. Rows are never changed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, ReviewId, ScreeningId, UserId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::screening_reviews;

/// Most reviews that are told of one screening.
const MOST_TOLD: i64 = 100;

/// A review about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewReview<'a> {
    /// The score that the reviewer would have given, 0..=10000; `None` when they agree.
    pub corrected_bp: Option<u16>,
    /// Why, in their words.
    pub comment: Option<&'a str>,
    /// Who says so.
    pub reviewer: UserId,
}

/// One review.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = screening_reviews, check_for_backend(diesel::pg::Pg))]
pub struct ReviewRow {
    /// The review.
    pub id: Uuid,
    /// `agree` or `correct`.
    pub verdict: String,
    /// The score that the reviewer would have given, 0..=10000.
    pub corrected_bp: Option<i32>,
    /// Why, in their words.
    pub comment: Option<String>,
    /// Who said so.
    pub reviewer: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Adds a review to the organization's screening.
///
/// # Errors
/// See [`DbError`]; a conflict when the screening is gone or not the organization's.
pub async fn insert_review(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    screening: ScreeningId,
    review: NewReview<'_>,
) -> Result<ReviewRow, DbError> {
    let verdict = match review.corrected_bp {
        Some(_) => "correct",
        None => "agree",
    };
    let row = (
        screening_reviews::id.eq(ReviewId::generate().uuid()),
        screening_reviews::organization_id.eq(org.uuid()),
        screening_reviews::screening_id.eq(screening.uuid()),
        screening_reviews::verdict.eq(verdict),
        screening_reviews::corrected_bp.eq(review.corrected_bp.map(i32::from)),
        screening_reviews::comment.eq(review.comment),
        screening_reviews::reviewer.eq(review.reviewer.uuid()),
    );
    Ok(diesel::insert_into(screening_reviews::table)
        .values(row)
        .returning(ReviewRow::as_returning())
        .get_result(conn)
        .await?)
}

/// The latest reviews of the organization's screening, at most 100, oldest first.
///
/// # Errors
/// See [`DbError`].
pub async fn list_reviews(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    screening: ScreeningId,
) -> Result<Vec<ReviewRow>, DbError> {
    let mut reviews: Vec<ReviewRow> = screening_reviews::table
        .filter(screening_reviews::organization_id.eq(org.uuid()))
        .filter(screening_reviews::screening_id.eq(screening.uuid()))
        .order((screening_reviews::created_at.desc(), screening_reviews::id.desc()))
        .limit(MOST_TOLD)
        .select(ReviewRow::as_select())
        .load(conn)
        .await?;
    reviews.reverse();
    Ok(reviews)
}
