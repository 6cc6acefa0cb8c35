//! Requests that no sound client sends: each gets one clear answer, tells nothing, and leaves the process as it was.

use std::time::{Duration, Instant};

use hiring_api::openapi;
use reqwest::Body;
use serde_json::json;
use tokio::task::JoinSet;

use crate::raw::{Raw, exchange, statuses};
use crate::test_app::{TestApp, TestResponse};

/// Words that a caller must never read.
const INTERNALS: [&str; 9] = [
    "panicked",
    "src/",
    ".rs:",
    "postgres",
    "SELECT",
    "serde",
    "diesel",
    "127.0.0.1",
    "actix",
];

#[track_caller]
fn tells_nothing(text: &str) {
    for word in INTERNALS {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

async fn unharmed(app: &TestApp) {
    let ready = app.get("/health/ready").send().await;
    assert_eq!(ready.json["status"], "ok", "{}", ready.text());
}

#[actix_web::test]
async fn a_request_that_two_servers_would_read_differently_is_refused_and_ends_its_connection() {
    let app = TestApp::start().await;
    let login = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let inside = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let shapes = [
        (
            "both lengths",
            format!("{login}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inside}"),
        ),
        (
            "both lengths, the other way",
            format!(
                "{login}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\nx\r\n0\r\n\r\n{inside}"
            ),
        ),
        (
            "two lengths",
            format!("{login}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{{}}{inside}"),
        ),
        (
            "two lengths in one field",
            format!("{login}Content-Length: 2, 40\r\n\r\n{{}}{inside}"),
        ),
        (
            "a signed length",
            format!("{login}Content-Length: +2\r\n\r\n{{}}{inside}"),
        ),
        (
            "a negative length",
            format!("{login}Content-Length: -2\r\n\r\n{{}}{inside}"),
        ),
        (
            "a hexadecimal length",
            format!("{login}Content-Length: 0x2\r\n\r\n{{}}{inside}"),
        ),
        (
            "a length beyond numbers",
            format!("{login}Content-Length: 99999999999999999999999\r\n\r\n{{}}{inside}"),
        ),
        (
            "an unknown encoding",
            format!("{login}Transfer-Encoding: xchunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{inside}"),
        ),
        (
            "chunked not last",
            format!("{login}Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{inside}"),
        ),
        (
            "chunked twice",
            format!(
                "{login}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inside}"
            ),
        ),
        (
            "a folded field",
            format!("{login}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{inside}"),
        ),
        (
            "a folded value",
            format!("{login}X-A: b\r\n c: d\r\nContent-Length: 2\r\n\r\n{{}}{inside}"),
        ),
        (
            "space before the colon",
            format!("{login}Content-Length : 2\r\n\r\n{{}}{inside}"),
        ),
        ("a field without a name", format!("{login}: 2\r\n\r\n{inside}")),
        ("NUL in a field", format!("{login}X-A: a\0b\r\n\r\n{inside}")),
        ("CR in a field", format!("{login}X-A: a\rb\r\n\r\n{inside}")),
        (
            "a bad chunk size",
            format!("{login}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n{inside}"),
        ),
        (
            "no chunk size",
            format!("{login}Transfer-Encoding: chunked\r\n\r\n\r\n{{}}\r\n0\r\n\r\n{inside}"),
        ),
        (
            "a chunk size beyond numbers",
            format!(
                "{login}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{{}}\r\n0\r\n\r\n{inside}"
            ),
        ),
        (
            "a chunk longer than it says",
            format!("{login}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}xx\r\n0\r\n\r\n{inside}"),
        ),
        (
            "two hosts",
            "GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n".to_owned(),
        ),
        ("no host", "GET /health HTTP/1.1\r\n\r\n".to_owned()),
        ("no version", "GET /health\r\n\r\n".to_owned()),
        (
            "another version",
            "GET /health HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(),
        ),
        ("no HTTP", "\u{1}\u{2}\u{3}\r\n\r\n".to_owned()),
        (
            "TLS on the plain port",
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".to_owned(),
        ),
    ];
    for (what, bytes) in shapes {
        let said = exchange(&app, bytes.as_bytes()).await;
        // The server takes a broken chunk for a broken connection: it hangs up, and nothing that follows is read.
        let hung_up = what.contains("chunk") && said.is_empty();
        assert!(hung_up || statuses(&said) == [400], "{what}: {said}");
        tells_nothing(&said);
    }
    unharmed(&app).await;
}

#[actix_web::test]
async fn addresses_and_fields_beyond_measure_are_refused() {
    let app = TestApp::start().await;
    let long_field = app
        .get("/jobs")
        .header("x-long", &"x".repeat(16 * 1024))
        .send()
        .await;
    assert_eq!(long_field.status, 431);
    long_field.problem("headers-too-large");
    let mut many = app.get("/jobs");
    for index in 0..80 {
        many = many.header(&format!("x-field-{index}"), &"x".repeat(250));
    }
    many.send().await.problem("headers-too-large");
    let below = app
        .get("/jobs")
        .header("x-long", &"x".repeat(15 * 1024))
        .send()
        .await;
    assert_eq!(below.status, 200);
    let long = app
        .get(&format!("/jobs?search={}", "x".repeat(9_000)))
        .send()
        .await;
    assert_eq!(long.status, 414);
    long.problem("uri-too-long");
    let long_path = app.get(&format!("/jobs/{}", "x".repeat(9_000))).send().await;
    long_path.problem("uri-too-long");

    // Beyond what the HTTP library reads, it answers itself, without a body.
    let fields: String = (0..200).map(|index| format!("X-{index}: y\r\n")).collect();
    let name = "x".repeat(200 * 1024);
    for bytes in [
        format!("GET /health HTTP/1.1\r\nHost: x\r\n{fields}\r\n"),
        format!("GET /health HTTP/1.1\r\nHost: x\r\nX-Long: {name}\r\n\r\n"),
        format!("GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n"),
    ] {
        let said = exchange(&app, bytes.as_bytes()).await;
        assert_eq!(statuses(&said), [431], "{said}");
    }
    unharmed(&app).await;
}

#[actix_web::test]
async fn ids_that_mean_to_lead_elsewhere_are_no_ids() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let ids = [
        "%0d%0aSet-Cookie:%20a=b",
        "%0d%0a%0d%0a%3Chtml%3E",
        "..%2f..%2f..%2fetc%2fpasswd",
        "..%5c..%5cwindows",
        "%2e%2e%2f%2e%2e%2f",
        "%c0%ae%c0%ae%c0%af",
        "%00",
        "018f0000-0000-7000-8000-000000000000%00",
        "%ff%fe",
        "'%20OR%201=1--",
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "018f0000-0000-7000-8000-000000000000%0a",
        "%F0%9F%92%A9",
    ];
    for noun in ["jobs", "candidates", "applications", "screenings", "tasks"] {
        for id in ids {
            let response = app.get(&format!("/{noun}/{id}")).token(&acme.admin).send().await;
            assert!(
                matches!(response.status, 400 | 404),
                "{noun} {id}: {}",
                response.text()
            );
            assert_eq!(response.header("content-type"), "application/problem+json");
            assert_eq!(response.header("set-cookie"), "");
            tells_nothing(&response.text());
        }
    }
    // A client library would tidy these up.
    for target in [
        "/api/v1/jobs/../../etc/passwd",
        "/api/docs/../../Cargo.toml",
        "/api/docs/..%2f..%2fCargo.toml",
        "/api/redoc/../../../Cargo.toml",
        "//evil.org/health",
        "/api/v1//jobs",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let said = exchange(&app, request.as_bytes()).await;
        let status = statuses(&said)[0];
        assert!(matches!(status, 400 | 404), "{target}: {said}");
        assert!(!said.contains("[workspace]"), "{target}");
    }
    unharmed(&app).await;
}

#[actix_web::test]
async fn bodies_that_are_too_large_are_refused_before_they_are_read_whole() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(10 * 1024 * 1024));
    for path in [
        "/auth/login",
        "/jobs",
        "/jobs/parse",
        "/organizations",
        "/candidates/batch-screen",
    ] {
        let announced = app
            .post(path)
            .token(&acme.admin)
            .body("application/json", large.clone())
            .send()
            .await;
        assert_eq!(announced.status, 413, "{path}");
        announced.problem("too-large");
        let pieces: Vec<Result<String, std::io::Error>> = large
            .as_bytes()
            .chunks(64 * 1024)
            .map(|piece| Ok(String::from_utf8(piece.to_vec()).unwrap()))
            .collect();
        let unannounced = Body::wrap_stream(futures::stream::iter(pieces));
        let unannounced = app
            .post(path)
            .token(&acme.admin)
            .body("application/json", unannounced)
            .send()
            .await;
        assert_eq!(unannounced.status, 413, "{path}");
    }
    // Each route has a measure of its own.
    let medium = format!("{{\"title\": \"{}\"}}", "x".repeat(100 * 1024));
    let status = async |path: &str| {
        let request = app
            .post(path)
            .token(&acme.admin)
            .body("application/json", medium.clone());
        request.send().await.status
    };
    assert_eq!((status("/auth/login").await, status("/jobs").await), (413, 422));
    // Who waits to be asked for the body is told not to send it.
    let waiting = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                   Content-Length: 10485760\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    let said = exchange(&app, waiting.as_bytes()).await;
    assert_eq!(statuses(&said).last(), Some(&413), "{said}");
    unharmed(&app).await;
}

#[actix_web::test]
async fn json_that_is_deep_doubled_or_broken_is_refused() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let deep = |open: &str, close: &str, levels: usize| open.repeat(levels) + &close.repeat(levels);
    let job = |requirements: &str| format!("{{\"title\": \"a\", \"requirements\": {requirements}}}");
    let cases = [
        (deep("[", "]", 10_000), 400),
        (deep("{\"a\":", "}", 2_000), 400),
        (deep("[", "", 10_000), 400),
        (job(&deep("[", "]", 10_000)), 400),
        (job(&format!("{{\"evidence\": {}}}", deep("[", "]", 10_000))), 400),
        (
            format!("{{\"title\": \"a\", \"evidence\": {}}}", deep("[", "]", 10_000)),
            400,
        ),
        ("{\"title\": \"a\", \"title\": \"b\"}".to_owned(), 422),
        (
            "{\"title\": \"a\", \"requirements\": {\"location\": \"a\", \"location\": \"b\"}}".to_owned(),
            422,
        ),
        (
            "{\"title\": \"a\", \"weights\": {\"skills\": 1, \"skills\": 2}}".to_owned(),
            422,
        ),
        ("{\"title\": \"a\\u0000b\"}".to_owned(), 422),
        ("{\"title\": \"a\0b\"}".to_owned(), 400),
        ("{\"title\": \"\\ud800\"}".to_owned(), 400),
        ("{\"title\": 1e999}".to_owned(), 400),
        ("{\"title\": NaN}".to_owned(), 400),
        ("{\"title\": \"a\"} {}".to_owned(), 400),
        ("\u{feff}{\"title\": \"a\"}".to_owned(), 400),
        ("".to_owned(), 400),
        ("null".to_owned(), 422),
    ];
    for (body, status) in cases {
        let told: String = body.chars().take(60).collect();
        let response = app
            .post("/jobs")
            .token(&acme.admin)
            .body("application/json", body.clone())
            .send()
            .await;
        assert_eq!(response.status, status, "{told}: {}", response.text());
        tells_nothing(&response.text());
        for path in ["/jobs/parse", "/auth/register"] {
            let response = app
                .post(path)
                .token(&acme.admin)
                .body("application/json", body.clone())
                .send()
                .await;
            assert!(
                matches!(response.status, 400 | 413 | 422),
                "{path} {told}: {}",
                response.text()
            );
            tells_nothing(&response.text());
        }
    }
    let latin = app
        .post("/jobs")
        .token(&acme.admin)
        .body("application/json", b"{\"title\": \"\xe9\"}".to_vec());
    assert_eq!(latin.send().await.status, 400);
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 0);
    unharmed(&app).await;
}

/// Sends this to every operation that takes JSON.
async fn to_every_body(app: &TestApp, content_type: &str, body: &str) -> Vec<(String, TestResponse)> {
    let acme = app.organization("Acme").await;
    let candidate = app.candidate_user().await;
    let document = serde_json::to_value(openapi::document("")).unwrap();
    let mut answers = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["post", "patch", "put", "delete"] {
            let operation = &item[method];
            let expected = &operation["requestBody"];
            if expected["content"]["application/json"].is_null() || expected["required"] != true {
                continue;
            }
            let address = path.replace("{id}", "018f0000-0000-7000-8000-000000000000");
            let caller = match operation["x-permission"].as_str() {
                Some("apply-to-jobs" | "follow-applications") => &candidate,
                _ => &acme.admin,
            };
            let request = app.request(&method.to_uppercase(), &address).token(caller);
            let request = request
                .header("if-match", "*")
                .body(content_type, body.to_owned());
            answers.push((format!("{method} {path}"), request.send().await));
        }
    }
    assert!(answers.len() > 10, "the document names what takes JSON");
    answers
}

#[actix_web::test]
async fn a_body_of_another_type_is_refused_by_every_operation_that_takes_json() {
    let app = TestApp::start().await;
    for content_type in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        for (what, response) in to_every_body(&app, content_type, "{}").await {
            assert_eq!(response.status, 415, "{what}: {}", response.text());
            response.problem("unsupported-type");
        }
    }
    for (what, response) in to_every_body(&app, "application/json", "{\"").await {
        assert_eq!(response.status, 400, "{what}: {}", response.text());
    }
}

#[actix_web::test]
async fn no_parameter_of_any_operation_brings_the_server_down() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let document = serde_json::to_value(openapi::document("")).unwrap();
    let values = [
        "%00",
        "%ff",
        "'%22%3B--",
        "%F0%9F%92%A9",
        "-1",
        "99999999999999999999",
        "1e400",
        "NaN",
        "%25",
        "a%0d%0ab",
    ];
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(parameters) = item["get"]["parameters"].as_array() else {
            continue;
        };
        let address = path.replace("{id}", "018f0000-0000-7000-8000-000000000000");
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            for value in values {
                let request = app.get(&format!("{address}?{name}={value}")).token(&acme.admin);
                let response = request.send().await;
                assert!(
                    response.status < 500,
                    "{address}?{name}={value}: {}",
                    response.text()
                );
                tells_nothing(&response.text());
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    unharmed(&app).await;
}

#[actix_web::test]
async fn who_sends_a_byte_at_a_time_is_cut_off_at_the_head_and_in_the_body() {
    let app = TestApp::start_with(&[("CLIENT_TIMEOUT_SECONDS", "1")]).await;
    let acme = app.organization("Acme").await;
    let pause = Duration::from_millis(200);
    let head = format!(
        "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: {}\r\n\r\n",
        "x".repeat(200)
    );
    let token = &acme.recruiter.token;
    let json = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n";
    let form = format!(
        "POST /api/v1/candidates/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n"
    );
    let began = Instant::now();
    let mut slow = JoinSet::new();
    for (start, rest) in [
        ("", head.as_str()),
        (json, &"x".repeat(200)),
        (form.as_str(), &"-".repeat(200)),
    ] {
        let mut raw = Raw::connect(&app).await;
        let (start, rest) = (start.to_owned(), rest.to_owned());
        slow.spawn(async move {
            raw.send(start.as_bytes()).await;
            (start.contains("POST"), raw.drip(rest.as_bytes(), pause).await)
        });
    }
    while let Some(ended) = slow.join_next().await {
        let (has_body, said) = ended.unwrap();
        assert_eq!(statuses(&said).last(), Some(&408), "{said}");
        assert_eq!(said.contains("/problems/too-slow"), has_body, "{said}");
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(app.count("SELECT count(*) FROM stored_objects").await, 0);
    unharmed(&app).await;
}

#[actix_web::test]
async fn hundreds_of_half_requests_hold_nobody_up() {
    let app = TestApp::start_with(&[("CLIENT_TIMEOUT_SECONDS", "2")]).await;
    let mut halves = Vec::new();
    for _ in 0..300 {
        let mut raw = Raw::connect(&app).await;
        raw.send(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{").await;
        halves.push(raw);
    }
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(app.get("/jobs").send().await.status, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    for mut half in halves {
        assert_eq!(statuses(&half.rest().await), [408]);
    }
    let login = json!({"email": "ada@example.org", "password": "not the password"});
    assert_eq!(app.post("/auth/login").json(&login).send().await.status, 401);
    unharmed(&app).await;
}
