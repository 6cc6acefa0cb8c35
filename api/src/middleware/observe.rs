//! Opens the log line, names the request id, measures, and turns errors into complete problems.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use hiring_core::random;
use hiring_core::trace::TraceParent;
use hiring_platform::telemetry::usage::{Action, Usage};
use tracing::Instrument;
use tracing::field::Empty;

use crate::extract::allowed::{Authentication, Caller};
use crate::middleware::limit;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The id of a request, kept in its extensions.
#[derive(Debug, Clone)]
struct RequestId(String);

/// The id of this request; empty outside the observing middleware.
#[must_use]
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

/// Where this request belongs in a trace, for the tasks that it asks for; a trace of its own outside the observing middleware.
#[must_use]
pub fn trace_parent(request: &HttpRequest) -> TraceParent {
    let known = request.extensions().get::<TraceParent>().copied();
    known.unwrap_or_else(TraceParent::generate)
}

/// Gives the request an id and a place in a trace, logs one line when it is over, counts it, and completes problems with path and id.
///
/// # Errors
/// Only those that no handler made, which actix answers itself.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = accepted_id(&request).unwrap_or_else(|| random::uuid_mark().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let asked_by = accepted_trace(&request);
    let trace = asked_by.map_or_else(TraceParent::generate, TraceParent::child);
    request.extensions_mut().insert(trace);
    let span = tracing::info_span!(
        "request",
        request_id = id.as_str(),
        trace_id = trace.trace_id(),
        span_id = trace.span_id(),
        parent_id = asked_by.map(|parent| parent.span_id()),
        sampled = trace.is_sampled(),
        method = Empty,
        route = Empty,
        status = Empty,
    );
    let response = next.call(request).instrument(span.clone()).await?;
    let mut response = span.in_scope(|| complete(response));
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    if let Ok(value) = HeaderValue::try_from(trace.to_string()) {
        response.headers_mut().insert(TRACEPARENT.clone(), value);
    }
    let request = response.request().clone();
    limit::tell(&request, response.headers_mut());
    drop(request);
    let answered = Answered::of(&response, started.elapsed());
    span.in_scope(|| answered.log(response.request()));
    // After the log line, which says the same at its top.
    if trace.is_sampled() {
        span.record("method", answered.method);
        span.record("route", &*answered.route);
        span.record("status", answered.status);
    }
    Ok(response)
}

/// The caller's own `X-Request-ID`, if it is harmless.
fn accepted_id(request: &ServiceRequest) -> Option<String> {
    let text = request.headers().get(&REQUEST_ID)?.to_str().ok()?;
    let harmless = |c: char| c.is_ascii_alphanumeric() || c == '-';
    ((8..=64).contains(&text.len()) && text.chars().all(harmless)).then(|| text.to_owned())
}

/// The caller's trace, if it names one.
fn accepted_trace(request: &ServiceRequest) -> Option<TraceParent> {
    TraceParent::parse(request.headers().get(&TRACEPARENT)?.to_str().ok()?)
}

/// Gives an error answer its path and request id, and turns errors that are not ours into problems.
fn complete(response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else {
        return response.map_into_boxed_body();
    };
    let mut answer = if let Some(problem) = error.as_error::<Problem>() {
        log_cause(problem);
        problem.respond(response.request())
    } else if let Some(error) = error.as_error::<CorsError>() {
        // Its sentences are about the request alone.
        let detail = format!("{error}; CORS_ALLOWED_ORIGINS of the server says which origins may call it.");
        Problem::new(Kind::OriginRefused, detail).respond(response.request())
    } else {
        foreign_problem(response.status()).respond(response.request())
    };
    keep_fields(&response, &mut answer);
    response.into_response(answer)
}

/// Tells operators what callers are not told.
pub fn log_cause(problem: &Problem) {
    if let Some(cause) = problem.cause() {
        tracing::error!(problem = problem.kind().slug(), cause, "a request failed");
    }
}

/// What inner layers said in header fields, for instance to browsers, holds for the completed problem too.
fn keep_fields(response: &ServiceResponse<impl MessageBody>, answer: &mut HttpResponse) {
    let said = response.headers().iter();
    let missing: Vec<_> = said
        .filter(|(name, _)| !answer.headers().contains_key(*name))
        .collect();
    for (name, value) in missing {
        answer.headers_mut().append(name.clone(), value.clone());
    }
}

/// What an error of the HTTP library means to the caller.
fn foreign_problem(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::TooLarge, "The request is too large."),
        status if status.is_client_error() => Problem::new(Kind::Malformed, "The request is not sound HTTP."),
        _ => Problem::new(Kind::Internal, "Something went wrong on our side. Try again."),
    }
}

/// What logs, metrics and traces tell of a request: its route as a template, no query string, nothing personal.
struct Answered {
    method: &'static str,
    route: Arc<str>,
    status: u16,
    took: Duration,
}

impl Answered {
    fn of(response: &ServiceResponse<BoxBody>, took: Duration) -> Self {
        let request = response.request();
        let state = request.app_data::<web::Data<AppState>>();
        let template = state.and_then(|state| state.table.place(request).template);
        Self {
            method: method_label(request.method()),
            route: template.unwrap_or_else(|| Arc::from("(no route)")),
            status: response.status().as_u16(),
            took,
        }
    }

    /// Two metrics, one log line, and a word to who counts what is used.
    fn log(&self, request: &HttpRequest) {
        let state = request.app_data::<web::Data<AppState>>();
        if let Some(state) = state {
            let kind = (self.method, Arc::clone(&self.route), self.status);
            state.meters.count(kind, self.took);
        }
        let extensions = request.extensions();
        let caller = match extensions.get::<Authentication>() {
            Some(Authentication::Known(caller)) => Some(caller),
            _ => None,
        };
        if let (Some(state), Some(caller)) = (state, caller) {
            self.count_use(&state.usage, caller);
        }
        if state.is_some_and(|state| !state.log_requests) {
            return;
        }
        let (method, route, status) = (self.method, &*self.route, self.status);
        let milliseconds = self.took.as_secs_f64() * 1000.0;
        let user = caller.map(|caller| tracing::field::display(caller.user_id));
        let organization = caller.and_then(|caller| caller.organization_id);
        let organization = organization.map(tracing::field::display);
        tracing::info!(
            method,
            route,
            status,
            milliseconds,
            user,
            organization,
            "answered"
        );
    }

    /// Only what somebody did: reading is nobody's business.
    fn count_use(&self, usage: &Usage, caller: &Caller) {
        let reads = ["GET", "HEAD", "OPTIONS"].contains(&self.method);
        if !reads && (200..300).contains(&self.status) {
            usage.acted(&Action {
                user: caller.user_id.uuid(),
                organization: caller.organization_id.map(|id| id.uuid()),
                method: self.method,
                route: &self.route,
                status: self.status,
            });
        }
    }
}

/// The method as a metric label; methods that nobody uses share one, so that callers cannot make labels.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
