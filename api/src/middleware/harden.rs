//! Fields that tell browsers and caches to be careful, on every answer, whoever made it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::state::AppState;

/// For data: nothing in it may run, load or be framed, should a browser ever show it as a page.
const POLICY_OF_DATA: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For the two pages about the API: only what this server serves. The first hash is that of an empty style element, into which ReDoc
/// writes its rules by the object model; text in it would have another hash. The others are those of the one that ReDoc and the one
/// that Swagger UI fill with text of their own.
const POLICY_OF_PAGES: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
     'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc=' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One year, as the preload lists of browsers ask for.
const TLS_ONLY: &str = "max-age=31536000; includeSubDomains";

/// Adds the fields; what a handler has said itself about caching or its contents stays.
///
/// # Errors
/// Only those of the handler.
pub async fn harden(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let strict = request
        .app_data::<web::Data<AppState>>()
        .is_some_and(|state| state.config.edge.strict_transport);
    let policy = if is_page(request.path()) {
        POLICY_OF_PAGES
    } else {
        POLICY_OF_DATA
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let personal = !reads || request.headers().contains_key(header::AUTHORIZATION);
    let mut response = next.call(request).await?;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let caching = if personal || failed {
        "no-store"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    add(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(headers, header::X_FRAME_OPTIONS, "DENY");
    add(headers, header::REFERRER_POLICY, "no-referrer");
    add(headers, header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    add(headers, header::CONTENT_SECURITY_POLICY, policy);
    add(headers, header::CACHE_CONTROL, caching);
    if strict {
        add(headers, header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    Ok(response)
}

fn is_page(path: &str) -> bool {
    path.starts_with("/api/docs") || path.starts_with("/api/redoc")
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
