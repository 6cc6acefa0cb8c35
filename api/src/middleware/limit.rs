//! Lets a request in or turns it away, by the tier of its route and by who is counted for it.
//!
//! It stands between the proof of the token and the question whether its session lives, and before the handler, which runs once or
//! not at all. A read of somebody who had tokens in plenty a moment ago is worked on while Redis is asked, and its answer thrown
//! away if there was no token after all: at most half a bucket for each client and ten seconds (`docs/adr/0033-*`). Everything else
//! of a flood costs the database nothing.

use std::pin::pin;
use std::task::Poll;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use futures::poll;
use hiring_platform::limits::Decision;

use crate::identity::client::{Client, Proof};
use crate::identity::limits::{Asker, Counted};
use crate::problem::{Kind, Problem};
use crate::routes::Tier;
use crate::state::AppState;

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
static X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
static X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Where probes and operators look; a limit there would hide what is wrong.
const EXEMPT: &str = "/health";

/// Whether nobody counts this path.
fn is_exempt(path: &str) -> bool {
    let rest = path.strip_prefix(EXEMPT);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What was decided about a request, kept in its extensions for the headers of its answer.
struct Told(Counted, Decision);

/// Takes a token, or answers 429.
///
/// # Errors
/// Only those of the handler.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let Some((tier, asker)) = state.as_ref().and_then(|state| asker(&request, state)) else {
        return pass(request, &next).await;
    };
    let mut asked = pin!(asker.take());
    let decision = if changes_nothing(&request) && asker.may_begin() {
        match poll!(asked.as_mut()) {
            Poll::Ready(decision) => decision,
            Poll::Pending => return begin(request, &next, &asker, tier, asked).await,
        }
    } else {
        asked.await
    };
    let refused = refusal(tier, &asker, decision);
    request
        .extensions_mut()
        .insert(Told(asker.counted().clone(), decision));
    if let Some(problem) = refused {
        let answer = problem.respond(request.request());
        return Ok(request.into_response(answer));
    }
    pass(request, &next).await
}

/// Has the request worked on while the question is on its way, and hands the answer out if there was a token.
async fn begin(
    request: ServiceRequest,
    next: &Next<impl MessageBody + 'static>,
    asker: &Asker<'_>,
    tier: Tier,
    asked: impl Future<Output = Decision>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answered = pass(request, next).await;
    // It needs nobody to look after it meanwhile.
    let decision = asked.await;
    let refused = refusal(tier, asker, decision);
    if refused.is_some() {
        metrics::counter!("rate_limit_discarded_total", "tier" => tier.name()).increment(1);
    }
    let answer = match (answered, refused) {
        (Ok(answer), None) => answer,
        (Ok(answer), Some(problem)) => {
            let refusal = problem.respond(answer.request());
            answer.into_response(refusal)
        }
        (Err(_), Some(problem)) => return Err(problem.into()),
        (Err(error), None) => return Err(error),
    };
    let told = Told(asker.counted().clone(), decision);
    answer.request().extensions_mut().insert(told);
    Ok(answer)
}

async fn pass(
    request: ServiceRequest,
    next: &Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Whether it could as well not have been asked.
fn changes_nothing(request: &ServiceRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Whom a request counts for, and in which tier; `None` where nobody counts.
fn asker<'a>(request: &ServiceRequest, state: &'a AppState) -> Option<(Tier, Asker<'a>)> {
    if is_exempt(request.path()) {
        return None;
    }
    let tier = state.table.place(request.request()).tier;
    let proof = Proof::of(request, state);
    let client = Client::of(request, proof, state.limits.trusted_proxies());
    Some((tier, state.limits.asker(tier, client, proof)?))
}

/// What is told to somebody for whom there is no token.
fn refusal(tier: Tier, asker: &Asker<'_>, decision: Decision) -> Option<Problem> {
    let seconds = decision.retry_after()?;
    let rule = asker.counted().rule;
    let detail = format!(
        "You may ask {} times at once and {} times a minute here, and {} times an hour. Try again in {seconds} s.",
        rule.capacity, rule.per_minute, rule.per_hour
    );
    let problem = Problem::new(Kind::RateLimited, detail).retry_after(seconds);
    Some(problem.category(tier.name()))
}

/// Writes what is left, and of how much, into an answer: the fields of draft-ietf-httpapi-ratelimit-headers and the older
/// ones that clients know. `t`, and `X-RateLimit-Reset`, are seconds until the bucket is full.
pub fn tell(request: &HttpRequest, headers: &mut HeaderMap) {
    let extensions = request.extensions();
    let Some(Told(counted, decision)) = extensions.get::<Told>() else {
        return;
    };
    headers.insert(RATE_LIMIT_POLICY.clone(), counted.policy.clone());
    let Some(level) = decision.level else { return };
    let (name, of) = (counted.rule.name, if level.is_hour { "-hour" } else { "" });
    let left = format!("\"{name}{of}\";r={};t={}", level.remaining, level.full_in);
    if let Ok(left) = HeaderValue::try_from(left) {
        headers.insert(RATE_LIMIT.clone(), left);
    }
    headers.insert(X_LIMIT.clone(), level.limit.into());
    headers.insert(X_REMAINING.clone(), level.remaining.into());
    headers.insert(X_RESET.clone(), level.full_in.into());
}
