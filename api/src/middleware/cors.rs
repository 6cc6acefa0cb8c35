//! Which pages of other origins may call the API.

use actix_web::http::{Method, header};

use crate::config;

/// Seconds for which a browser remembers what it was told; Chromium takes no more.
const REMEMBERED_SECONDS: usize = 7_200;

/// What a page may send.
const REQUEST_FIELDS: [header::HeaderName; 9] = [
    header::ACCEPT,
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::HeaderName::from_static("idempotency-key"),
    header::HeaderName::from_static("traceparent"),
    header::HeaderName::from_static("x-request-id"),
];

/// What a page may read of an answer, beyond what it always may.
const ANSWER_FIELDS: [&str; 12] = [
    "ETag",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Traceparent",
    "X-Cache",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
];

/// The layer that answers preflights and tells browsers whose pages may read an answer.
pub fn cors(config: &config::Cors) -> actix_cors::Cors {
    let mut cors = actix_cors::Cors::default()
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allowed_headers(REQUEST_FIELDS)
        .expose_headers(ANSWER_FIELDS)
        .max_age(REMEMBERED_SECONDS);
    for origin in &config.origins {
        cors = cors.allowed_origin(origin);
    }
    if config.any_origin {
        cors = cors.allow_any_origin().send_wildcard();
    }
    if config.credentials {
        cors = cors.supports_credentials();
    }
    cors
}
