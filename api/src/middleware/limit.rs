//! Lets a request in or turns it away, by the tier of its route and by who is counted for it.
//!
//! It stands between the proof of the token and the question whether its session lives, so that a flood costs the database
//! nothing, and before the handler, which runs once or not at all.

use std::collections::HashMap;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use hiring_platform::limits::{Decision, Rule};

use crate::identity::client::{Client, Proof};
use crate::problem::{Kind, Problem};
use crate::routes::{Tier, routes};
use crate::state::AppState;

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static X_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
static X_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
static X_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Where probes and operators look; a limit there would hide what is wrong.
const EXEMPT: &str = "/health";

/// The tier of every route, by its pattern in the application and its method.
pub struct Tiers {
    by_pattern: HashMap<String, Vec<(Method, Tier)>>,
}

impl Tiers {
    /// The tiers of the route table behind this prefix.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let mut by_pattern: HashMap<String, Vec<(Method, Tier)>> = HashMap::new();
        for route in routes() {
            let pattern = by_pattern.entry(format!("{prefix}{}", route.path));
            pattern.or_default().push((route.method, route.tier));
        }
        Self { by_pattern }
    }

    /// The tier of a request; `None` for one that is not counted.
    fn of(&self, request: &ServiceRequest) -> Option<Tier> {
        let path = request.path();
        if path == EXEMPT
            || path
                .strip_prefix(EXEMPT)
                .is_some_and(|rest| rest.starts_with('/'))
        {
            return None;
        }
        let declared = request.match_pattern().and_then(|pattern| {
            let methods = self.by_pattern.get(&pattern)?;
            let found = methods.iter().find(|(method, _)| method == request.method());
            found.map(|(_, tier)| *tier)
        });
        Some(declared.unwrap_or(Tier::Default))
    }
}

/// What was decided about a request, kept in its extensions for the headers of its answer.
struct Told(Rule, Decision);

/// Takes a token, or answers 429.
///
/// # Errors
/// Only those of the handler.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(problem) = refusal(&request).await {
        let answer = problem.respond(request.request());
        return Ok(request.into_response(answer));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

async fn refusal(request: &ServiceRequest) -> Option<Problem> {
    let state = request.app_data::<web::Data<AppState>>()?.clone();
    let tier = state.tiers.of(request)?;
    let proof = Proof::of(request, &state);
    let client = Client::of(request, proof, state.limits.trusted_proxies());
    let (rule, decision) = state.limits.take(tier, client, proof).await?;
    request.extensions_mut().insert(Told(*rule, decision));
    let seconds = decision.retry_after()?;
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
    let Some(Told(rule, decision)) = extensions.get::<Told>() else {
        return;
    };
    // A full bucket takes this long to come back, rounded up: the window in which `q` holds.
    let window = (u64::from(rule.capacity) * 60).div_ceil(u64::from(rule.per_minute.max(1)));
    let (name, hour) = (rule.name, rule.per_hour);
    let policy = format!(
        "\"{name}\";q={};w={window}, \"{name}-hour\";q={hour};w=3600",
        rule.capacity
    );
    put(headers, &RATE_LIMIT_POLICY, &policy);
    let Some(level) = decision.level else { return };
    let of = if level.is_hour { "-hour" } else { "" };
    let left = format!("\"{name}{of}\";r={};t={}", level.remaining, level.full_in);
    put(headers, &RATE_LIMIT, &left);
    put(headers, &X_LIMIT, &level.limit.to_string());
    put(headers, &X_REMAINING, &level.remaining.to_string());
    put(headers, &X_RESET, &level.full_in.to_string());
}

fn put(headers: &mut HeaderMap, name: &HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name.clone(), value);
    }
}
