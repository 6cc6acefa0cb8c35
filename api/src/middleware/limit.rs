//! Lets a request in or turns it away, by the tier of its route and by who is counted for it.
//!
//! It stands between the proof of the token and the question whether its session lives, and before the handler, which runs once or
//! not at all. A read of somebody who had tokens in plenty a moment ago is worked on while Redis is asked, and its answer thrown
//! away if there was no token after all, within bounds that `docs/adr/0033-*` tells. Everything else of a flood costs the database
//! nothing.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use futures::join;
use hiring_platform::limits::Decision;

use super::observe;
use crate::identity::client::{Client, Proof};
use crate::identity::limits::{Asker, Counted};
use crate::problem::{Kind, Problem};
use crate::routes::{Place, Tier};
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
    let Some((place, asker)) = state.as_ref().and_then(|state| asker(&request, state)) else {
        return pass(request, &next).await;
    };
    if place.begins_ahead && asker.may_begin() {
        // In this order: the question leaves first.
        let (decision, answered) = join!(asker.take(), pass(request, &next));
        return hand_out(answered, place.tier, &asker, decision);
    }
    let decision = asker.take().await;
    request
        .extensions_mut()
        .insert(Told(asker.counted().clone(), decision));
    if let Some(problem) = refusal(place.tier, &asker, decision) {
        let answer = problem.respond(request.request());
        return Ok(request.into_response(answer));
    }
    pass(request, &next).await
}

/// Hands out an answer that was worked on ahead, if there was a token.
fn hand_out(
    answered: Result<ServiceResponse<BoxBody>, Error>,
    tier: Tier,
    asker: &Asker<'_>,
    decision: Decision,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = answered?;
    if let Some(problem) = refusal(tier, asker, decision) {
        metrics::counter!("rate_limit_discarded_total", "tier" => tier.name()).increment(1);
        let failed = answer.response().error();
        if let Some(failed) = failed.and_then(|error| error.as_error::<Problem>()) {
            observe::log_cause(failed);
        }
        let refusal = problem.respond(answer.request());
        answer = answer.into_response(refusal);
    }
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

/// Where a request belongs and whom it counts for; `None` where nobody counts.
fn asker<'a>(request: &ServiceRequest, state: &'a AppState) -> Option<(Place, Asker<'a>)> {
    if is_exempt(request.path()) {
        return None;
    }
    let place = state.table.place(request.request());
    let proof = Proof::of(request, state);
    let client = Client::of(request, proof, state.limits.trusted_proxies());
    let asker = state.limits.asker(place.tier, client, proof)?;
    Some((place, asker))
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
