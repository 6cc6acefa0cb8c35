//! Opens the log line, names the request id, measures, and turns errors into complete problems.

use std::time::Instant;

use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use hiring_core::random;
use hiring_core::trace::TraceParent;
use tracing::Instrument;

use crate::extract::allowed::Authentication;
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
    let id = accepted_id(&request).unwrap_or_else(|| random::uuid_v4().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let trace = accepted_trace(&request).map_or_else(TraceParent::generate, TraceParent::child);
    request.extensions_mut().insert(trace);
    let span = tracing::info_span!("request", request_id = %id, trace_id = trace.trace_id());
    let response = next.call(request).instrument(span.clone()).await?;
    let mut response = complete(response);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    if let Ok(value) = HeaderValue::from_str(&trace.to_string()) {
        response.headers_mut().insert(TRACEPARENT.clone(), value);
    }
    let request = response.request().clone();
    limit::tell(&request, response.headers_mut());
    drop(request);
    span.in_scope(|| record(&response, started));
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
        if let Some(cause) = problem.cause() {
            tracing::error!(problem = problem.kind().slug(), cause, "a request failed");
        }
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

/// One log line and two metrics a request, by route template: no query strings, no personal data.
fn record(response: &ServiceResponse<BoxBody>, started: Instant) {
    let request = response.request();
    let elapsed = started.elapsed();
    let route = request.match_pattern().unwrap_or_else(|| "(no route)".to_owned());
    let method = method_label(request.method());
    let status = response.status().as_u16();
    let labels = [
        ("method", method.to_owned()),
        ("route", route.clone()),
        ("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", "route" => route.clone())
        .record(elapsed.as_secs_f64());
    let logging = request
        .app_data::<web::Data<AppState>>()
        .is_none_or(|state| state.log_requests);
    if !logging {
        return;
    }
    let milliseconds = elapsed.as_secs_f64() * 1000.0;
    let extensions = request.extensions();
    if let Some(Authentication::Known(caller)) = extensions.get::<Authentication>() {
        let organization = caller
            .organization_id
            .map(|id| id.to_string())
            .unwrap_or_default();
        let user = caller.user_id;
        tracing::info!(method, route, status, milliseconds, %user, organization, "answered");
    } else {
        tracing::info!(method, route, status, milliseconds, "answered");
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
