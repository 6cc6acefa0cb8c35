//! Every error that callers see: RFC 9457 problems with a stable `type`, and never a cause chain, SQL, path or address.

mod from;
mod kinds;
mod unread;

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

pub use kinds::{ALL as ALL_KINDS, Kind};
pub use unread::Unread;

/// The media type of every error body.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One value that is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body (RFC 6901), or the name of a query parameter or header.
    pub pointer: String,
    /// Stable code, for instance `too-long`.
    pub code: Cow<'static, str>,
    /// A sentence: what is wrong and what would be right.
    pub detail: String,
}

/// What the caller is told. The cause, if any, is logged once and never sent.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u64>,
    category: Option<&'static str>,
    cause: Option<anyhow::Error>,
}

/// The body of every error answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Stable URI path that names the kind of problem; see `docs/ERRORS.md`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/validation-failed")]
    pub type_path: String,
    /// The kind in a few words.
    pub title: &'static str,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What went wrong this time and what to do.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// Quote this when asking for help.
    pub request_id: String,
    /// Each value that is not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Too many requests only: which tier of routes is used up, for instance `read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'static str>,
}

impl Problem {
    /// A problem of this kind; `detail` says what was tried and what to do.
    #[must_use]
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_seconds: None,
            category: None,
            cause: None,
        }
    }

    /// `404` for a thing that is not there, or not there for this caller.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Kind::NotFound,
            format!("There is no such {what}, or it belongs to another organization."),
        )
    }

    /// `422` naming each value that is not acceptable.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            many => format!("{} values are not acceptable; `errors` names each.", many.len()),
        };
        Self {
            errors,
            ..Self::new(Kind::ValidationFailed, detail)
        }
    }

    /// The same problem with an entry of `errors` for one value.
    #[must_use]
    pub fn with_error(mut self, pointer: &str, code: impl Into<Cow<'static, str>>) -> Self {
        let detail = self.detail.clone();
        self.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code: code.into(),
            detail,
        });
        self
    }

    /// `500`; the cause is logged, never sent.
    #[must_use]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        let detail = "Something went wrong on our side. Try again; if it stays, report the request id.";
        Self {
            cause: Some(cause.into()),
            ..Self::new(Kind::Internal, detail)
        }
    }

    /// `503` for a dependency that is away; the cause is logged, never sent.
    #[must_use]
    pub fn unavailable(detail: &str, cause: impl Into<anyhow::Error>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(Kind::Unavailable, detail)
        }
        .retry_after(2)
    }

    /// Says after how many seconds trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Says which tier of routes is used up.
    #[must_use]
    pub const fn category(mut self, tier: &'static str) -> Self {
        self.category = Some(tier);
        self
    }

    /// The kind of problem.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What went wrong this time and what to do.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The same problem with these entries of `errors`.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// The answer for a request that has ended in this problem.
    #[must_use]
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.builder();
        answer.json(self.body(
            request.path().to_owned(),
            crate::middleware::observe::request_id(request),
        ))
    }

    fn builder(&self) -> HttpResponseBuilder {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header(("content-type", MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_seconds {
            answer.insert_header((RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if self.kind == Kind::Unauthenticated {
            answer.insert_header(("www-authenticate", "Bearer"));
        }
        answer
    }

    fn body(&self, instance: String, request_id: String) -> ProblemBody {
        ProblemBody {
            type_path: self.kind.type_path(),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            instance,
            request_id,
            errors: self.errors.clone(),
            retry_after: self.retry_after_seconds,
            category: self.category,
        }
    }

    /// Whether Postgres ended the transaction because two waited for each other: begin it again.
    #[must_use]
    pub fn is_deadlock(&self) -> bool {
        let cause = self.cause.as_ref().and_then(|cause| cause.downcast_ref());
        cause.is_some_and(hiring_db::DbError::is_deadlock)
    }

    /// The cause with all its sources, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        self.cause.as_ref().map(|cause| format!("{cause:#}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.type_path(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// Answers without `instance` and `request_id`; the observing middleware fills both in through [`Problem::respond`].
    fn error_response(&self) -> HttpResponse {
        self.builder().json(self.body(String::new(), String::new()))
    }
}
