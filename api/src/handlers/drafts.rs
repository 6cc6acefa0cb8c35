//! Drafts: having one made, reading and deleting them. None publishes itself.

use actix_web::{HttpRequest, HttpResponse, web};
use hiring_core::ids::DraftId;
use hiring_core::job::JobType;
use hiring_db::drafts;
use hiring_narrative::drafts::{DraftKind, Language, MAX_NOTES_CHARS, MAX_QUESTIONS, Request};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ManageDrafts;
use crate::extract::idempotency::{Claim, Fingerprint};
use crate::extract::{Allowed, Body, IdempotencyKey, PageQuery, PathId, Query, Validate, Violations};
use crate::flows::generate_draft::{self, Asked};
use crate::handlers::jobs::request::{check_job_type, check_requirements, requirements};
use crate::middleware::observe::trace_parent;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::draft::{DraftDetailView, DraftTaskView, DraftView};
use crate::views::job::RequirementsView;

/// Test questions of a request that does not say how many.
const USUAL_COUNT: u8 = 10;
/// What is said about a kind that there is not.
const KINDS: &str = "A draft is a job_description or test_questions.";

/// What is to be drafted. Give a title, or a job that everything is taken from which is left out here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateDraftBody {
    /// `job_description` or `test_questions`.
    #[schema(example = "test_questions")]
    kind: String,
    /// The position, 1-200 characters.
    #[schema(example = "Rust engineer")]
    title: Option<String>,
    /// A job of the organization, whatever its state.
    job_id: Option<Uuid>,
    /// What the job asks for; its skills are what test questions are about.
    requirements: Option<RequirementsView>,
    /// Where the work is done, at most 200 characters.
    location: Option<String>,
    /// `full_time`, `part_time`, `contract`, `internship` or `temporary`.
    job_type: Option<String>,
    /// The language of the draft: `en` (the default), `de`, `fr` or `es`.
    language: Option<String>,
    /// What else matters, in your own words, at most 4,000 characters. No personal data: a language model reads it.
    notes: Option<String>,
    /// How many test questions, 1-50; 10 when left out.
    #[schema(minimum = 1, maximum = 50)]
    count: Option<i64>,
}

impl Validate for GenerateDraftBody {
    const MAX_BYTES: usize = 64 * 1024;

    fn validate(&self, violations: &mut Violations) {
        let kind = DraftKind::from_name(&self.kind);
        if kind.is_none() {
            violations.add("/kind", "unknown-value", KINDS);
        }
        match &self.title {
            Some(title) => violations.text("/title", title, 1, 200),
            None if self.job_id.is_none() => {
                violations.add(
                    "/title",
                    "required",
                    "Give a `title`, or a `job_id` to take it from.",
                );
            }
            None => {}
        }
        if let Some(requirements) = &self.requirements {
            check_requirements(requirements, violations);
        }
        violations.text("/location", self.location.as_deref().unwrap_or_default(), 0, 200);
        check_job_type("/job_type", self.job_type.as_deref(), violations);
        if self
            .language
            .as_deref()
            .is_some_and(|name| Language::from_name(name).is_none())
        {
            violations.add("/language", "unknown-value", "A language is en, de, fr or es.");
        }
        violations.text(
            "/notes",
            self.notes.as_deref().unwrap_or_default(),
            0,
            MAX_NOTES_CHARS,
        );
        let range = 1..=i64::from(MAX_QUESTIONS);
        match (kind, self.count) {
            (Some(DraftKind::JobDescription), Some(_)) => {
                violations.add("/count", "unexpected", "Only test questions are counted.");
            }
            (_, Some(count)) if !range.contains(&count) => {
                let detail = format!("A draft has 1 to {MAX_QUESTIONS} test questions.");
                violations.add("/count", "out-of-range", detail);
            }
            _ => {}
        }
    }
}

impl GenerateDraftBody {
    fn asked(self) -> (DraftKind, Request) {
        // Checked to be one of them.
        let kind = DraftKind::from_name(&self.kind).unwrap_or(DraftKind::JobDescription);
        let trimmed = |text: Option<String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
        let count = match kind {
            DraftKind::JobDescription => 0,
            DraftKind::TestQuestions => {
                let count = self.count.and_then(|count| u8::try_from(count).ok());
                count.unwrap_or(USUAL_COUNT)
            }
        };
        let request = Request {
            title: trimmed(self.title),
            language: self
                .language
                .as_deref()
                .and_then(Language::from_name)
                .unwrap_or_default(),
            requirements: self.requirements.map(requirements).unwrap_or_default(),
            location: Some(trimmed(self.location)).filter(|place| !place.is_empty()),
            job_type: self.job_type.as_deref().and_then(JobType::from_name),
            notes: trimmed(self.notes),
            count,
        };
        (kind, request)
    }
}

/// Has a job description or test questions drafted, by the language model where one is set up and answers, else from a template
/// that says so. Follow the task; `GET /admin/drafts/{id}` shows the draft, which never publishes itself.
#[utoipa::path(
    post, path = "/admin/ai-generate", operation_id = "generateDraft", tag = "Drafts", request_body = GenerateDraftBody,
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h")),
    responses(
        (status = 202, description = "The draft is being made", body = Envelope<DraftTaskView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such job of yours; nothing is stored", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A value is not acceptable, or a key was used for another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The database is away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn generate(
    allowed: Allowed<ManageDrafts>,
    key: IdempotencyKey,
    body: Body<GenerateDraftBody>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<Answer<Value>, Problem> {
    let fingerprint = Fingerprint::of(&[&body.bytes]);
    let (job, has_requirements) = (body.value.job_id, body.value.requirements.is_some());
    let (kind, wanted) = body.value.asked();
    let asked = Asked {
        organization: allowed.organization()?,
        user: allowed.user_id,
        kind,
        job: job.map(Into::into),
        request: wanted,
        has_requirements,
        trace: trace_parent(&request).to_string(),
    };
    let work = async |claim: &Claim| generate_draft::run(&state, &asked, claim).await;
    key.once(&state.database, &allowed, fingerprint, work).await
}

/// Narrows the list of drafts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    /// `job_description` or `test_questions`.
    kind: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

impl Validate for DraftQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        if self
            .kind
            .as_deref()
            .is_some_and(|name| DraftKind::from_name(name).is_none())
        {
            violations.add("kind", "unknown-value", KINDS);
        }
    }
}

/// The organization's drafts, the latest first.
#[utoipa::path(
    get, path = "/admin/drafts", operation_id = "listDrafts", tag = "Drafts", params(DraftQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of drafts", body = Envelope<Vec<DraftView>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    allowed: Allowed<ManageDrafts>,
    Query(query): Query<DraftQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<DraftView>>, Problem> {
    let page = PageQuery::from_parts(query.page, query.per_page);
    let paging = (page.limit(), page.offset());
    let mut connection = state.database.connection().await?;
    let listed = drafts::list(
        &mut connection,
        allowed.organization()?,
        query.kind.as_deref(),
        paging,
    );
    let (rows, total) = listed.await?;
    let views: Result<Vec<DraftView>, _> = rows.into_iter().map(DraftView::try_from).collect();
    Ok(Answer::page(views.map_err(Problem::internal)?, page, total).private())
}

/// A draft with what it has come to, answer keys and findings included.
#[utoipa::path(
    get, path = "/admin/drafts/{id}", operation_id = "getDraft", tag = "Drafts", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The draft")),
    responses(
        (status = 200, description = "The draft", body = Envelope<DraftDetailView>),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such draft of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    allowed: Allowed<ManageDrafts>,
    PathId(id): PathId<DraftId>,
    state: web::Data<AppState>,
) -> Result<Answer<DraftDetailView>, Problem> {
    let mut connection = state.database.connection().await?;
    let row = drafts::find(&mut connection, allowed.organization()?, id)
        .await?
        .ok_or_else(|| Problem::not_found("draft"))?;
    let view = DraftDetailView::try_from(row).map_err(Problem::internal)?;
    Ok(Answer::ok(view).private())
}

/// Deletes a draft for good. One that is still being made is called off.
#[utoipa::path(
    delete, path = "/admin/drafts/{id}", operation_id = "deleteDraft", tag = "Drafts", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The draft")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 400, description = "The id is no UUID", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such draft of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    allowed: Allowed<ManageDrafts>,
    PathId(id): PathId<DraftId>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.database.connection().await?;
    match drafts::delete(&mut connection, allowed.organization()?, id).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found("draft")),
    }
}
