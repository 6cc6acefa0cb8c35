//! Signing up, in and out.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::{HttpResponse, web};
use hiring_db::{organizations, users};
use hiring_platform::cache::{Class, Room, Scope};

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::BeSignedIn;
use crate::extract::{Allowed, Body, Cached, Public};
use crate::flows::register::{self, Applicant};
use crate::flows::sign_in::{self, Credentials};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::AppState;
use crate::views::auth::{MeView, RegisteredView, TokensView};

mod request;

pub use request::{LoginRequest, LogoutRequest, RefreshRequest, RegisterRequest};

/// Opens a candidate's account. The answer is the same whether or not the address has one.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register", tag = "Identity", request_body = RegisterRequest, security(()),
    responses(
        (status = 202, description = "Always the same", body = Envelope<RegisteredView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn register(
    _: Public,
    body: Body<RegisterRequest>,
    state: web::Data<AppState>,
) -> Result<Answer<RegisteredView>, Problem> {
    let RegisterRequest {
        email,
        password,
        name,
    } = body.value;
    register::register(
        &state,
        Applicant {
            email,
            password,
            name,
        },
    )
    .await?;
    let message = "If the address had no account, it has one now. Sign in by POST /auth/login.";
    Ok(Answer::with_status(
        StatusCode::ACCEPTED,
        RegisteredView {
            status: "accepted",
            message,
        },
    ))
}

/// Signs in: as a member of an organization, or as a candidate for a user who belongs to none.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "login", tag = "Identity", request_body = LoginRequest, security(()),
    responses(
        (status = 200, description = "Tokens of a fresh session", body = TokensView),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "E-mail, password or organization is wrong; which one is not told", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn login(
    _: Public,
    body: Body<LoginRequest>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    Ok(answer_tokens(
        &sign_in::sign_in(&state, &credentials(body.value, false)).await?,
    ))
}

/// Signs in as an admin of an organization.
#[utoipa::path(
    post, path = "/auth/admin/login", operation_id = "adminLogin", tag = "Identity", request_body = LoginRequest, security(()),
    responses(
        (status = 200, description = "Tokens of a fresh session", body = TokensView),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "E-mail, password or organization is wrong, or the user is no admin; which is not told", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn admin_login(
    _: Public,
    body: Body<LoginRequest>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    Ok(answer_tokens(
        &sign_in::sign_in(&state, &credentials(body.value, true)).await?,
    ))
}

fn credentials(request: LoginRequest, admins_only: bool) -> Credentials {
    Credentials {
        email: request.email,
        password: request.password,
        organization: request.organization_id.map(Into::into),
        admins_only,
    }
}

/// Exchanges a refresh token for fresh tokens. Each refresh token is good once; one that comes back later than ten seconds
/// after its use, or a third time, ends the session.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refresh", tag = "Identity", request_body = RefreshRequest, security(()),
    responses(
        (status = 200, description = "Fresh tokens of the same session", body = TokensView),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn refresh(
    _: Public,
    body: Body<RefreshRequest>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    Ok(answer_tokens(
        &sign_in::refresh(&state, &body.value.refresh_token).await?,
    ))
}

/// Ends the session of the access token, of the refresh token, or of both. The body may be left out.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "logout", tag = "Identity", request_body = Option<LogoutRequest>, security((), ("bearer" = [])),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Neither an access token nor a refresh token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Values are not acceptable", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn logout(
    public: Public,
    body: Result<Body<LogoutRequest>, Problem>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let token = match body {
        Ok(body) => body.value.refresh_token,
        Err(problem) if problem.kind() == Kind::UnsupportedType => None,
        Err(problem) => return Err(problem),
    };
    sign_in::sign_out(&state, public.0, token.as_ref()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who the caller is.
#[utoipa::path(
    get, path = "/auth/me", operation_id = "me", tag = "Identity", security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller", body = Envelope<MeView>),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Never: every role may ask", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn me(
    allowed: Allowed<BeSignedIn>,
    cached: Cached,
    state: web::Data<AppState>,
) -> Result<Answer<()>, Problem> {
    let organization = allowed.organization_id;
    let room = organization.map_or(Room::Person(allowed.user_id), Room::Organization);
    // The role is what authentication has found just now, whatever is kept.
    let scope = Scope::of(organization)
        .only(allowed.user_id)
        .seeing(allowed.role.as_str());
    let find = || async {
        let mut connection = state.database.connection().await?;
        let gone = || Problem::new(Kind::Unauthenticated, "The account is gone.");
        let user = users::find(&mut connection, allowed.user_id)
            .await?
            .ok_or_else(gone)?;
        let organization = match organization {
            Some(id) => organizations::find(&mut connection, id).await?,
            None => None,
        };
        Ok(Answer::ok(MeView::new(user, allowed.role, organization)))
    };
    cached
        .answer(&state.cache, (Class::Profile, room, scope), find)
        .await
}

/// Tokens are secrets: no cache on the way may keep them (RFC 6749 section 5.1).
fn answer_tokens(tokens: &TokensView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(tokens)
}
