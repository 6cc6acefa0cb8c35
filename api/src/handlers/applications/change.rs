//! `PATCH /applications/{id}`

use actix_web::web;
use hiring_core::application::{MAX_REASON_CHARS, Stage};
use hiring_core::ids::ApplicationId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list::STAGES;
use super::show::detail;
use crate::answer::{Answer, Envelope};
use crate::extract::allowed::WriteApplications;
use crate::extract::{Allowed, Body, IfMatch, PathId, Validate, Violations};
use crate::flows::blind::is_blind;
use crate::flows::move_application::{self, Wanted};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::application::ApplicationDetailView;

/// A move of an application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeApplication {
    /// The stage to move to; `GET /applications/{id}` tells in `next_stages` which ones can follow.
    #[schema(example = "interview")]
    stage: String,
    /// Why, in your words: at most 2,000 characters. Needed to turn somebody down (`rejected`), to write down that they
    /// withdrew (`withdrawn`), and to take a rejection back.
    reason: Option<String>,
}

impl Validate for ChangeApplication {
    const MAX_BYTES: usize = 64 * 1024;

    fn validate(&self, violations: &mut Violations) {
        if Stage::from_name(&self.stage).is_none() {
            violations.add("/stage", "unknown-value", STAGES);
        }
        if let Some(reason) = &self.reason {
            violations.text("/reason", reason, 1, MAX_REASON_CHARS);
        }
    }
}

/// Moves an application to another stage. Nobody is turned down by a number: `rejected` needs a person's reason.
#[utoipa::path(
    patch, path = "/applications/{id}", operation_id = "moveApplication", tag = "Applications",
    request_body = ChangeApplication, security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The application"), ("If-Match" = String, Header, description = "The version that you read")),
    responses(
        (status = 200, description = "The application as it is after the move", body = Envelope<ApplicationDetailView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "No move leads from the present stage to this one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Moved by somebody else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An unknown stage, or a reason is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    allowed: Allowed<WriteApplications>,
    PathId(id): PathId<ApplicationId>,
    if_match: IfMatch,
    body: Body<ChangeApplication>,
    state: web::Data<AppState>,
) -> Result<Answer<ApplicationDetailView>, Problem> {
    let org = allowed.organization()?;
    let wanted = Wanted {
        to: Stage::from_name(&body.value.stage).unwrap_or(Stage::Applied),
        reason: body.value.reason.as_deref().map(str::trim),
        by: allowed.user_id,
    };
    move_application::run(&state, org, (id, &if_match), wanted).await?;
    let blind = is_blind(&state, &allowed, None).await?;
    detail(&state, org, id, blind).await
}
