//! What stands between the network and the handlers: fields on every answer, hosts, origins, sizes, and the order of it all.

use std::time::Duration;

use serde_json::json;

use crate::test_app::{TestApp, TestResponse};

const PAGE: &str = "https://hire.example.org";

/// Asserts what every answer has, whoever made it.
#[track_caller]
fn careful(response: &TestResponse) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(response.header(name), value, "{name} of {}", response.text());
    }
    let policy = response.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!response.header("x-request-id").is_empty());
    assert!(!response.header("cache-control").is_empty());
    assert!(response.header("server").is_empty());
}

async fn preflight(app: &TestApp, path: &str, origin: &str, fields: &str) -> TestResponse {
    app.request("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", fields)
        .send()
        .await
}

#[actix_web::test]
async fn every_answer_tells_browsers_and_caches_to_be_careful() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for path in [
        "/health",
        "/jobs",
        "/jobs/nonsense",
        "/nothing/here",
        "/auth/me",
        "/api/openapi.json",
        "/api/docs/",
        "/api/redoc",
    ] {
        let response = app.get(path).send().await;
        careful(&response);
        assert_eq!(
            response.header("strict-transport-security"),
            "",
            "only in production"
        );
    }
    let caching = async |path: &str, known: bool| {
        let request = app.get(path);
        let request = if known {
            request.token(&acme.recruiter)
        } else {
            request
        };
        request.send().await.header("cache-control")
    };
    assert_eq!(
        caching("/jobs", false).await,
        "no-cache",
        "kept, and asked about each time"
    );
    for path in ["/jobs", "/candidates", "/applications", "/auth/me", "/tasks"] {
        assert_eq!(caching(path, true).await, "no-store", "{path}");
    }
    assert_eq!(
        caching("/auth/me", false).await,
        "no-store",
        "a refusal is not kept"
    );
}

#[actix_web::test]
async fn production_tells_browsers_to_come_by_tls_only() {
    let app = TestApp::start_with(&[
        ("ENVIRONMENT", "production"),
        (
            "DATA_ENCRYPTION_KEY",
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        ),
    ])
    .await;
    for path in ["/health", "/jobs", "/nothing"] {
        let response = app.get(path).send().await;
        assert_eq!(
            response.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains"
        );
    }
}

#[actix_web::test]
async fn only_hosts_of_ours_are_answered_but_for_probes_that_come_by_address() {
    let app = TestApp::start_with(&[("ALLOWED_HOSTS", "api.example.org, *.hire.example")]).await;
    let ask = async |path: &str, host: &str| app.get(path).header("host", host).send().await;
    for host in ["api.example.org", "api.example.org:8000", "acme.hire.example"] {
        assert_eq!(ask("/jobs", host).await.status, 200, "{host}");
    }
    for host in ["evil.example.org", "api.example.org.evil.org", "127.0.0.1"] {
        let refused = ask("/jobs", host).await;
        assert_eq!(refused.status, 421);
        refused.problem("unknown-host");
        careful(&refused);
        for probe in ["/health", "/health/ready"] {
            assert_eq!(ask(probe, host).await.status, 200, "{host}");
        }
    }
    let forwarded = app.get("/jobs").header("host", "evil.org");
    let forwarded = forwarded
        .header("x-forwarded-host", "api.example.org")
        .send()
        .await;
    assert_eq!(forwarded.status, 421, "anybody can write that field");
}

#[actix_web::test]
async fn pages_of_named_origins_may_call_and_no_others() {
    let app = TestApp::start_with(&[("CORS_ALLOWED_ORIGINS", PAGE)]).await;
    let allowed = preflight(&app, "/jobs/1", PAGE, "authorization, if-match, idempotency-key").await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.header("access-control-allow-origin"), PAGE);
    assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
    assert!(allowed.header("access-control-allow-credentials").is_empty());
    assert!(allowed.header("vary").contains("Origin"));
    careful(&allowed);
    for (origin, fields) in [
        ("https://evil.example.org", "authorization"),
        ("null", "authorization"),
        ("https://hire.example.org.evil.org", "authorization"),
        ("http://hire.example.org", "authorization"),
        (PAGE, "x-unheard-of"),
    ] {
        let refused = preflight(&app, "/jobs/1", origin, fields).await;
        assert_eq!(refused.status, 403, "{origin} {fields}");
        refused.problem("origin-refused");
        assert_eq!(refused.header("access-control-allow-origin"), "");
    }
    let read = async |origin: &str, path: &str| app.get(path).header("origin", origin).send().await;
    for path in ["/jobs", "/auth/me", "/nothing/here"] {
        let own = read(PAGE, path).await;
        assert_eq!(
            own.header("access-control-allow-origin"),
            PAGE,
            "{path}: a refusal must be readable"
        );
        let readable = own.header("access-control-expose-headers").to_lowercase();
        assert!(
            readable.contains("etag") && readable.contains("retry-after"),
            "{readable}"
        );
        let foreign = read("https://evil.example.org", path).await;
        assert_eq!(foreign.header("access-control-allow-origin"), "", "{path}");
    }
}

#[actix_web::test]
async fn without_settings_no_other_origin_may_call_and_every_one_may_if_the_operator_says_so() {
    let closed = TestApp::start().await;
    assert_eq!(
        preflight(&closed, "/jobs/1", PAGE, "authorization").await.status,
        403
    );
    let open = TestApp::start_with(&[("CORS_ALLOWED_ORIGINS", "*")]).await;
    let any = preflight(&open, "/jobs/1", PAGE, "authorization").await;
    assert_eq!(
        (any.status, any.header("access-control-allow-origin").as_str()),
        (200, "*")
    );
}

#[actix_web::test]
async fn long_answers_are_packed_for_who_can_unpack_them() {
    let app = TestApp::start().await;
    let ask =
        async |path: &str, accepted: &str| app.get(path).header("accept-encoding", accepted).send().await;
    let plain = ask("/api/openapi.json", "identity").await;
    assert_eq!(plain.header("content-encoding"), "");
    let varies = |value: &reqwest::header::HeaderValue| value == "accept-encoding";
    assert!(
        plain.headers.get_all("vary").iter().any(varies),
        "{:?}",
        plain.headers
    );
    let medium = format!("/nothing/{}", "x".repeat(4_000));
    for (accepted, large_as, medium_as) in [
        ("gzip, deflate, br, zstd", "gzip", "br"),
        ("br", "", "br"),
        ("br;q=1.0, gzip;q=0.5", "gzip", "br"),
        ("zstd", "", ""),
        ("gzip;q=0", "", ""),
    ] {
        let large = ask("/api/openapi.json", accepted).await;
        assert_eq!(
            (large.status, large.header("content-encoding").as_str()),
            (200, large_as),
            "{accepted}"
        );
        if !large_as.is_empty() {
            assert!(
                large.bytes.len() * 4 < plain.bytes.len(),
                "{accepted}: {}",
                large.bytes.len()
            );
        }
        let medium = ask(&medium, accepted).await;
        assert_eq!(medium.header("content-encoding"), medium_as, "{accepted}");
        assert_eq!(
            medium.bytes.len() < 1_000,
            !medium_as.is_empty(),
            "{accepted}: {}",
            medium.bytes.len()
        );
    }
    let short = ask("/health", "gzip, br").await;
    assert_eq!(short.header("content-encoding"), "");
    assert_eq!(short.json["status"], "ok");
}

#[actix_web::test]
async fn each_layer_stands_where_it_must() {
    let app = TestApp::start_with(&[("ALLOWED_HOSTS", "127.0.0.1"), ("CORS_ALLOWED_ORIGINS", PAGE)]).await;
    let from_page = |path: &str| app.get(path).header("origin", PAGE);

    // The door comes before origins: a preflight for another host is refused as that.
    let foreign = app
        .request("OPTIONS", "/jobs")
        .header("host", "evil.org")
        .header("origin", PAGE);
    let foreign = foreign
        .header("access-control-request-method", "GET")
        .send()
        .await;
    foreign.problem("unknown-host");
    // Origins come before authentication: a preflight needs no token, and a bad one does not matter.
    let asked = app
        .request("OPTIONS", "/auth/me")
        .header("origin", PAGE)
        .bearer("nonsense");
    assert_eq!(
        asked
            .header("access-control-request-method", "GET")
            .send()
            .await
            .status,
        200
    );
    // What inner layers say about origins survives the completion of a problem, and completion comes before packing.
    let acme = app.organization("Acme").await;
    let invalid = app
        .post("/jobs")
        .header("origin", PAGE)
        .token(&acme.recruiter)
        .json(&json!({"title": ""}));
    let invalid = invalid.send().await;
    invalid.problem("validation-failed");
    assert_eq!(invalid.header("access-control-allow-origin"), PAGE);
    careful(&invalid);
    let missing = app
        .get(&format!("/nothing/{}", "x".repeat(2_000)))
        .header("accept-encoding", "gzip");
    let missing = missing.send().await;
    assert_eq!(
        (missing.status, missing.header("content-encoding").as_str()),
        (404, "gzip")
    );
    careful(&missing);

    // Closing time comes after the door and origins, and before authentication.
    assert!(app.state.closing.begin(Duration::ZERO).await);
    let late = from_page("/auth/me").send().await;
    assert_eq!(late.status, 503);
    late.problem("unavailable");
    assert_eq!(late.header("access-control-allow-origin"), PAGE);
    careful(&late);
    assert_eq!(
        preflight(&app, "/jobs/1", PAGE, "authorization").await.status,
        200
    );
    let foreign = app.get("/jobs").header("host", "evil.org").send().await;
    foreign.problem("unknown-host");
}
