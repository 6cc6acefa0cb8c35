//! Organizations: founding one, and what its admins do with it.

use actix_web::http::StatusCode;
use actix_web::web;
use hiring_db::organizations::{self, OrganizationChange};

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ManageOrganization;
use crate::extract::{Allowed, Body, IfMatch, Public};
use crate::flows::register::{self, Applicant};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::organization::{FoundedView, OrganizationView};

mod request;

pub use request::{CreateOrganization, FirstAdmin, UpdateOrganization};

/// Founds an organization with its first admin. An address that has an account needs that account's token.
#[utoipa::path(
    post, path = "/organizations", operation_id = "createOrganization", tag = "Organizations",
    request_body = CreateOrganization, security((), ("bearer" = [])),
    responses(
        (status = 201, description = "The organization stands", body = Envelope<FoundedView>),
        (status = 202, description = "Nothing can be told about the address", body = Envelope<FoundedView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    public: Public,
    body: Body<CreateOrganization>,
    state: web::Data<AppState>,
) -> Result<Answer<FoundedView>, Problem> {
    let CreateOrganization {
        name,
        admin: FirstAdmin {
            email,
            password,
            name: admin_name,
        },
    } = body.value;
    let admin = Applicant {
        email,
        password,
        name: admin_name,
    };
    let founded = register::found_organization(&state, public.0, name.trim().to_owned(), admin).await?;
    Ok(match founded {
        Some((organization, admin)) => {
            let location = format!("{}/organizations/current", state.config.prefix);
            Answer::created(FoundedView::created(organization, admin), location)
        }
        None => Answer::with_status(StatusCode::ACCEPTED, FoundedView::accepted()),
    })
}

/// The organization that the caller acts for.
#[utoipa::path(
    get, path = "/organizations/current", operation_id = "getOrganization", tag = "Organizations", security(("bearer" = [])),
    responses(
        (status = 200, description = "The organization; its `ETag` is the version", body = Envelope<OrganizationView>),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "It is gone", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn current(
    allowed: Allowed<ManageOrganization>,
    state: web::Data<AppState>,
) -> Result<Answer<OrganizationView>, Problem> {
    let mut connection = state.database.connection().await?;
    let row = organizations::find(&mut connection, allowed.organization()?)
        .await?
        .ok_or_else(gone)?;
    let version = row.version;
    Ok(Answer::ok(OrganizationView::from(row)).version(version))
}

/// Renames the organization that the caller acts for, or says whether its recruiters see candidates blindly.
#[utoipa::path(
    patch, path = "/organizations/current", operation_id = "updateOrganization", tag = "Organizations",
    request_body = UpdateOrganization, security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The version that you read")),
    responses(
        (status = 200, description = "The organization as it is after the change", body = Envelope<OrganizationView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an admin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "It is gone", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed by somebody else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "If-Match is missing", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn update(
    allowed: Allowed<ManageOrganization>,
    if_match: IfMatch,
    body: Body<UpdateOrganization>,
    state: web::Data<AppState>,
) -> Result<Answer<OrganizationView>, Problem> {
    let id = allowed.organization()?;
    let mut connection = state.database.connection().await?;
    let row = organizations::find(&mut connection, id).await?.ok_or_else(gone)?;
    if_match.require(row.version)?;
    let change = OrganizationChange {
        name: body.value.name.as_deref().map(str::trim),
        blind_screening: body.value.blind_screening,
    };
    let changed = organizations::update(&mut connection, id, row.version, change).await?;
    let row = changed.ok_or_else(IfMatch::mismatch)?;
    let version = row.version;
    Ok(Answer::ok(OrganizationView::from(row)).version(version))
}

fn gone() -> Problem {
    Problem::not_found("organization")
}
