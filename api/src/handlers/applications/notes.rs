//! `POST /applications/{id}/notes`

use actix_web::web;
use diesel_async::AsyncConnection;
use hiring_core::application::MAX_NOTE_CHARS;
use hiring_core::ids::ApplicationId;
use hiring_db::{DbError, applications};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::WriteApplications;
use crate::extract::idempotency::Fingerprint;
use crate::extract::{Allowed, Body, IdempotencyKey, PathId, Validate, Violations};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::application::{AddedNoteView, NoteView};

/// A note to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// Plain text, 1-5,000 characters.
    #[schema(example = "Talked on the phone; can begin in March.")]
    text: String,
}

impl Validate for AddNote {
    const MAX_BYTES: usize = 64 * 1024;

    fn validate(&self, violations: &mut Violations) {
        violations.text("/text", &self.text, 1, MAX_NOTE_CHARS);
    }
}

/// Writes a note about an application; only the organization sees it.
#[utoipa::path(
    post, path = "/applications/{id}/notes", operation_id = "addNote", tag = "Applications", request_body = AddNote,
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The application"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request harmless for 24 h"),
    ),
    responses(
        (status = 201, description = "The note", body = Envelope<AddedNoteView>),
        (status = 400, description = "The id is no UUID or the body no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such application of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same key is being worked on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The text is empty or too long", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn add_note(
    allowed: Allowed<WriteApplications>,
    PathId(id): PathId<ApplicationId>,
    key: IdempotencyKey,
    body: Body<AddNote>,
    state: web::Data<AppState>,
) -> Result<Answer<Value>, Problem> {
    let (org, author) = (allowed.organization()?, allowed.user_id);
    let text = body.value.text.trim();
    let work = async |claim: &crate::extract::idempotency::Claim| {
        let mut connection = state.database.connection().await?;
        connection
            .transaction(async |connection| {
                let missing = || Problem::not_found("application");
                let application = applications::find(connection, org, id)
                    .await?
                    .ok_or_else(missing)?;
                let note = match applications::insert_note(connection, org, id, (author, text)).await {
                    // Erased a moment ago.
                    Err(DbError::Conflict { .. }) => return Err(missing()),
                    other => other?,
                };
                let location = format!("{}/applications/{id}", state.config.prefix);
                let view = AddedNoteView {
                    application_id: id.uuid(),
                    candidate_id: application.candidate_id,
                    note: NoteView::from(note),
                };
                let answer = Answer::created(view, location).private().recorded()?;
                claim.save(connection, &answer).await?;
                Ok(answer)
            })
            .await
    };
    key.once(&state.database, &allowed, Fingerprint::of(&[&body.bytes]), work)
        .await
}
