//! What callers of the door are told, and how it is counted.

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

/// Counts a request. Paths and outcomes are few and fixed.
pub(super) fn count(path: &'static str, outcome: &'static str) {
    metrics::counter!("door_requests_total", "path" => path, "outcome" => outcome).increment(1);
}

/// `200`: the daemon may delete its message.
pub(super) fn ok(status: &'static str, detail: &str) -> HttpResponse {
    #[derive(Serialize)]
    struct Body<'a> {
        status: &'static str,
        detail: &'a str,
    }
    HttpResponse::Ok().json(Body { status, detail })
}

/// Why a request is not answered with `200`; the same kinds as the api's, see `docs/ERRORS.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The body did not arrive whole.
    Malformed,
    /// From elsewhere, with no token or a wrong one.
    Unauthenticated,
    /// From elsewhere, and there is no token that would do.
    Forbidden,
    /// No such path, or not in this mode.
    NotFound,
    /// Tasks are posted.
    MethodNotAllowed,
    /// Postgres cannot be reached.
    DatabaseAway,
    /// The worker is shutting down.
    Stopping,
    /// A defect of ours.
    Internal,
}

impl Problem {
    const fn kind(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "malformed-request",
                "The request cannot be parsed",
            ),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "You are not signed in",
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "You are not allowed to do this",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The method is not allowed here",
            ),
            Self::DatabaseAway | Self::Stopping => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Temporarily unavailable",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on our side",
            ),
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::Malformed => "The body did not arrive whole.",
            Self::Unauthenticated => {
                "A caller from another machine must send `Authorization: Bearer` and the worker's token."
            }
            Self::Forbidden => "Only this machine may call: the worker has no token that others could show.",
            Self::NotFound => {
                "The worker has no such path. Tasks are taken here with WORKER_MODE=daemon or both."
            }
            Self::MethodNotAllowed => "Send a POST.",
            Self::DatabaseAway => "The database is not reachable right now. Nothing was lost; send it again.",
            Self::Stopping => "The worker is shutting down. Nothing was lost; send it again.",
            Self::Internal => "Something went wrong on our side. Nothing was lost; send it again.",
        }
    }

    /// The name in metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Malformed => "broken-off",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::DatabaseAway => "database-away",
            Self::Stopping => "stopping",
            Self::Internal => "internal",
        }
    }

    /// The answer.
    #[must_use]
    pub fn respond(self, request: &HttpRequest) -> HttpResponse {
        #[derive(Serialize)]
        struct Body<'a> {
            r#type: String,
            title: &'static str,
            status: u16,
            detail: &'static str,
            instance: &'a str,
        }
        let (status, slug, title) = self.kind();
        let mut answer = HttpResponse::build(status);
        answer.insert_header(("content-type", "application/problem+json"));
        if self == Self::Unauthenticated {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if self == Self::Stopping {
            answer.force_close();
        }
        answer.json(Body {
            r#type: format!("/problems/{slug}"),
            title,
            status: status.as_u16(),
            detail: self.detail(),
            instance: request.path(),
        })
    }
}

/// A database that is away is for the caller to wait for; anything else is a defect.
impl From<hiring_db::DbError> for Problem {
    fn from(error: hiring_db::DbError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = %error, "the door could not reach the database");
            Self::DatabaseAway
        } else {
            tracing::error!(error = %error, "a request at the door failed");
            Self::Internal
        }
    }
}
