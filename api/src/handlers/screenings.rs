//! Screenings: stored scores, deriving them once more, and what people say about them.

use actix_web::web;
use diesel_async::AsyncConnection;
use hiring_core::application::MAX_REASON_CHARS;
use hiring_core::ids::ScreeningId;
use hiring_db::screenings::{self, NewReview};
use hiring_db::{DbError, json::UnreadableJson, model_answers};
use hiring_matching::{Assessed, ONE_BP, Weights};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::{ReadApplications, WriteApplications};
use crate::extract::idempotency::{Claim, Fingerprint};
use crate::extract::{Allowed, Body, IdempotencyKey, PathId, Query, Validate, Violations};
use crate::flows::blind::{self, Blind};
use crate::flows::replay_screening;
use crate::handlers::candidates::BlindQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::narrative::NarrativeView;
use crate::views::screening::{AddedReviewView, ReplayView, ReviewView, ScreeningView};

/// One stored score: components with quotes, weights, versions and hashes of what it was made from, reviews.
#[utoipa::path(
    get, path = "/screenings/{id}", operation_id = "getScreening", tag = "Applications", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The screening; `ai_analysis.screening_id` of an application"), BlindQuery),
    responses(
        (status = 200, description = "The screening", body = Envelope<ScreeningView>),
        (status = 400, description = "The id is no UUID or the query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such screening of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ReadApplications>,
    PathId(id): PathId<ScreeningId>,
    Query(query): Query<BlindQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<ScreeningView>, Problem> {
    let org = allowed.organization()?;
    let mut connection = state.database.connection().await?;
    let row = screenings::find(&mut connection, org, id)
        .await?
        .ok_or_else(|| Problem::not_found("screening"))?;
    let reviews = screenings::list_reviews(&mut connection, org, id).await?;
    let about = (row.candidate_id.into(), row.job_id.into());
    let answer = model_answers::find_latest(&mut connection, org, about).await?;
    let narrative = answer.and_then(|answer| NarrativeView::new(answer, &row));
    let unreadable = |error| Problem::internal(UnreadableJson::from(error));
    let assessed: Assessed = serde_json::from_value(row.assessed.clone()).map_err(unreadable)?;
    let weights: Weights = serde_json::from_value(row.weights.clone()).map_err(unreadable)?;
    let candidate = row.candidate_id;
    let view = ScreeningView::new(row, assessed.score(&weights), weights, reviews);
    let mut view = view.narrated(narrative, state.ai.is_on());
    drop(connection);
    // A narrative is made from neutral text, and quotes nothing that is hidden.
    if blind::is_blind(&state, &allowed, query.blind).await? {
        let hidden = Blind::find(&state, org, &[candidate]).await?;
        view = blind::screening(hidden.get(&candidate), view);
    }
    Ok(Answer::ok(view).private())
}

/// Derives a score once more from its stored facts and weights alone, and, where the resume is still the one that was scored,
/// also finds the facts anew. Nothing is stored.
#[utoipa::path(
    post, path = "/screenings/{id}/replay", operation_id = "replayScreening", tag = "Applications", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The screening")),
    responses(
        (status = 200, description = "Whether the number is the same, and what has changed since", body = Envelope<ReplayView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such screening of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn replay(
    allowed: Allowed<ReadApplications>,
    PathId(id): PathId<ScreeningId>,
    state: web::Data<AppState>,
) -> Result<Answer<ReplayView>, Problem> {
    let view = replay_screening::run(&state, allowed.organization()?, id).await?;
    Ok(Answer::ok(view).private())
}

/// What somebody says about a score.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddReview {
    /// `agree`, or `correct` with the score that you would have given.
    #[schema(example = "correct")]
    verdict: String,
    /// With `correct`: the score that you would have given.
    #[schema(minimum = 0, maximum = 1)]
    score: Option<f64>,
    /// Why, at most 2,000 characters; needed with `correct`.
    comment: Option<String>,
}

impl Validate for AddReview {
    const MAX_BYTES: usize = 64 * 1024;

    fn validate(&self, violations: &mut Violations) {
        if let Some(comment) = &self.comment {
            violations.text("/comment", comment, 1, MAX_REASON_CHARS);
        }
        match (self.verdict.as_str(), self.score) {
            ("agree", None) => {}
            ("agree", Some(_)) => {
                violations.add("/score", "unexpected", "Who agrees gives no other score.");
            }
            ("correct", score) => {
                if score.is_none_or(|score| !(0.0..=1.0).contains(&score)) {
                    let detail = "With `correct`, `score` is the score that you would have given, 0 to 1.";
                    violations.add("/score", "out-of-range", detail);
                }
                if self.comment.is_none() {
                    violations.add(
                        "/comment",
                        "required",
                        "Say in `comment` why the score is another.",
                    );
                }
            }
            _ => violations.add("/verdict", "unknown-value", "A verdict is agree or correct."),
        }
    }
}

impl AddReview {
    fn corrected_bp(&self) -> Option<u16> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to lie between 0 and 1"
        )]
        self.score.map(|score| (score * f64::from(ONE_BP)).round() as u16)
    }
}

/// Writes down what a person says about a score. Reviews are kept and never changed; the score stays what it is.
#[utoipa::path(
    post, path = "/screenings/{id}/review", operation_id = "reviewScreening", tag = "Applications", request_body = AddReview,
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The screening"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h"),
    ),
    responses(
        (status = 201, description = "The review", body = Envelope<AddedReviewView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such screening of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An unknown verdict, or score and comment do not go with it", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn review(
    allowed: Allowed<WriteApplications>,
    PathId(id): PathId<ScreeningId>,
    key: IdempotencyKey,
    body: Body<AddReview>,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let org = allowed.organization()?;
    let review = NewReview {
        corrected_bp: body.value.corrected_bp(),
        comment: body.value.comment.as_deref().map(str::trim),
        reviewer: allowed.user_id,
    };
    let work = async |claim: &Claim| {
        let mut connection = state.database.connection().await?;
        connection
            .transaction(async |connection| {
                let missing = || Problem::not_found("screening");
                let row = screenings::find(connection, org, id).await?.ok_or_else(missing)?;
                let stored = match screenings::insert_review(connection, org, id, review).await {
                    // Erased a moment ago.
                    Err(DbError::Conflict { .. }) => return Err(missing()),
                    other => other?,
                };
                let view = AddedReviewView {
                    screening_id: row.id,
                    candidate_id: row.candidate_id,
                    review: ReviewView::from(stored),
                };
                let location = format!("{}/screenings/{id}", state.config.prefix);
                let answer = Answer::created(view, location).private().recorded()?;
                claim.save(connection, &answer).await?;
                Ok(answer)
            })
            .await
    };
    key.once(&state.database, &allowed, Fingerprint::of(&[&body.bytes]), work)
        .await
}
