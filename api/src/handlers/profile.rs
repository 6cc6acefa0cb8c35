//! What people who apply by themselves do: applying, following their applications, withdrawing.

use actix_web::web;
use hiring_core::application::{MAX_REASON_CHARS, Stage};
use hiring_core::ids::{ApplicationId, JobId};
use hiring_db::applicants;
use serde::Deserialize;
use serde_json::Value;
use tracing::Instrument;
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::{ApplyToJobs, FollowApplications};
use crate::extract::idempotency::Fingerprint;
use crate::extract::upload::PerhapsResume;
use crate::extract::{Allowed, Body, IdempotencyKey, PageQuery, PathId, Query, Validate, Violations};
use crate::flows::apply_to_job::{self, Applicant};
use crate::flows::move_application;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::profile::OwnApplicationView;

/// The parts of an application: the resume, unless the organization has one of yours already.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "documents a body that is read part by part")]
pub struct ApplyForm {
    /// Your resume: PDF, DOCX, DOC, RTF, ODT, HTML or TXT, at most 10 MB.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/octet-stream")]
    file: Option<Vec<u8>>,
}

/// Applies to an open job, once. Send your resume, or nothing when the organization has one of yours already.
#[utoipa::path(
    post, path = "/jobs/{id}/apply", operation_id = "applyToJob", tag = "Profile", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The job"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h"),
    ),
    request_body(content = ApplyForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The application", body = Envelope<OwnApplicationView>),
        (status = 400, description = "The id is no UUID, the body no form, or a resume is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a candidate, or the organization can take no more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Applied before, the job is closed, or the file is somebody else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Over 10 MB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "No accepted type, by its bytes", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An empty file, or a key used for another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Database or file store are away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn apply(
    allowed: Allowed<ApplyToJobs>,
    PathId(job): PathId<JobId>,
    key: IdempotencyKey,
    upload: PerhapsResume,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let applicant = Applicant {
        user: allowed.user_id,
        trace: upload.trace,
    };
    let caller = *allowed;
    let fingerprint = match &upload.resume {
        Some(upload) => upload.fingerprint(),
        None => Fingerprint::of(&[]),
    };
    let work = async move {
        let work = async |claim: &_| apply_to_job::run(&state, applicant, (job, upload.resume), claim).await;
        key.once(&state.database, &caller, fingerprint, work).await
    };
    // On its own, so that a caller who hangs up in the middle leaves nothing half done.
    actix_web::rt::spawn(work.in_current_span())
        .await
        .map_err(Problem::internal)?
}

/// Which page of one's own applications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnQuery {
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

impl Validate for OwnQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
    }
}

/// Your applications, newest first.
#[utoipa::path(
    get, path = "/profile/applications", operation_id = "listOwnApplications", tag = "Profile", params(OwnQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of your applications", body = Envelope<Vec<OwnApplicationView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a candidate", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn applications(
    allowed: Allowed<FollowApplications>,
    Query(query): Query<OwnQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<OwnApplicationView>>, Problem> {
    let page = PageQuery::from_parts(query.page, query.per_page);
    let mut connection = state.database.connection().await?;
    let paging = (page.limit(), page.offset());
    let (rows, total) = applicants::list_own(&mut connection, allowed.user_id, paging).await?;
    let views = rows.into_iter().map(OwnApplicationView::from).collect();
    Ok(Answer::page(views, page, total).private())
}

/// Why you withdraw.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// A word to the organization, at most 2,000 characters.
    reason: Option<String>,
}

impl Validate for Withdraw {
    const MAX_BYTES: usize = 64 * 1024;

    fn validate(&self, violations: &mut Violations) {
        if let Some(reason) = &self.reason {
            violations.text("/reason", reason, 1, MAX_REASON_CHARS);
        }
    }
}

/// Written down for whoever gives no reason.
const OWN_WISH: &str = "Withdrawn by the candidate.";

/// Withdraws your application. It stays withdrawn.
#[utoipa::path(
    post, path = "/profile/applications/{id}/withdraw", operation_id = "withdrawApplication", tag = "Profile",
    request_body = Withdraw, security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The application")),
    responses(
        (status = 200, description = "The application, withdrawn", body = Envelope<OwnApplicationView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a candidate", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has come to its end already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "It was moved at this very moment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The reason is too long", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(
    allowed: Allowed<FollowApplications>,
    PathId(id): PathId<ApplicationId>,
    body: Body<Withdraw>,
    state: web::Data<AppState>,
) -> Result<Answer<OwnApplicationView>, Problem> {
    let missing = || Problem::not_found("application");
    let mut connection = state.database.connection().await?;
    let own = applicants::find_own(&mut connection, allowed.user_id, id).await?;
    let own = own.ok_or_else(missing)?;
    drop(connection);
    let wanted = move_application::Wanted {
        to: Stage::Withdrawn,
        reason: Some(body.value.reason.as_deref().map_or(OWN_WISH, str::trim)),
        by: allowed.user_id,
    };
    move_application::to(&state, own.organization_id.into(), (id, own.version), wanted).await?;
    let mut connection = state.database.connection().await?;
    let own = applicants::find_own(&mut connection, allowed.user_id, id).await?;
    Ok(Answer::ok(OwnApplicationView::from(own.ok_or_else(missing)?)).private())
}
