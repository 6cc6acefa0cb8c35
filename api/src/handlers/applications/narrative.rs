//! `POST /applications/{id}/narrative`

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, web};
use diesel_async::AsyncConnection;
use hiring_core::ids::ApplicationId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ScreenCandidates;
use crate::extract::idempotency::{Claim, Fingerprint};
use crate::extract::{Allowed, Body, IdempotencyKey, PathId, Validate, Violations};
use crate::flows::narrate_application::{self, Wish};
use crate::middleware::observe::trace_parent;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::narrative::NarrativeTaskView;

/// How the model is to be asked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForNarrative {
    /// Whether to ask although there is an answer of the last 24 hours to the same question. Costs tokens.
    #[serde(default)]
    fresh: bool,
    /// Whether the question waits where the month's budget is used up, looked at again every hour; otherwise it is refused.
    #[serde(default)]
    patient: bool,
}

impl Validate for AskForNarrative {
    fn validate(&self, _: &mut Violations) {}
}

/// Has the language model asked about an application: a narrative, and quotes for what the rules have not found. Follow the task;
/// `GET /screenings/{id}` shows what came of it. While a question about the application is under way, it is answered again, as it
/// was asked first.
#[utoipa::path(
    post, path = "/applications/{id}/narrative", operation_id = "askForNarrative", tag = "Applications",
    request_body = AskForNarrative, security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The application"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h"),
    ),
    responses(
        (status = 202, description = "The task to follow", body = Envelope<NarrativeTaskView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter, or the month's budget is used up (`budget-exceeded`)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours, or no model is set up (`feature-disabled`)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The resume is still being read, the candidate has withdrawn, or the same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The resume could not be read, an unknown field, or a key used for another request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The database is away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn narrate(
    allowed: Allowed<ScreenCandidates>,
    PathId(id): PathId<ApplicationId>,
    key: IdempotencyKey,
    body: Body<AskForNarrative>,
    (state, request): (web::Data<AppState>, HttpRequest),
) -> Result<Answer<Value>, Problem> {
    let wish = Wish {
        organization: allowed.organization()?,
        user: allowed.user_id,
        application: id,
        fresh: body.value.fresh,
        patient: body.value.patient,
        trace: trace_parent(&request).to_string(),
    };
    let work = async |claim: &Claim| {
        let mut connection = state.database.connection().await?;
        let (answer, enqueued) = connection
            .transaction(async |connection| {
                let enqueued = narrate_application::run(&state, connection, &wish).await?;
                let task_id = enqueued.task_id.uuid();
                let view = NarrativeTaskView {
                    application_id: id.uuid(),
                    task_id,
                };
                let location = format!("{}/tasks/{task_id}", state.config.prefix);
                let answer = Answer::with_status(StatusCode::ACCEPTED, view)
                    .header(LOCATION, location)
                    .private()
                    .recorded()?;
                claim.save(connection, &answer).await?;
                Ok::<_, Problem>((answer, enqueued))
            })
            .await?;
        drop(connection);
        let ringer = state.ringer.clone();
        actix_web::rt::spawn(async move { ringer.ring(&[enqueued]).await });
        Ok(answer)
    };
    key.once(&state.database, &allowed, Fingerprint::of(&[&body.bytes]), work)
        .await
}
