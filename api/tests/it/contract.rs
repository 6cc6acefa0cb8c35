//! What holds for every route at once.

use std::collections::BTreeSet;

use hiring_api::{openapi, problem, routes};
use serde_json::Value;

use crate::test_app::TestApp;

/// What each operation of the document lacks, in words.
fn missing(operation: &Value, (path, permission, tier): (&str, &str, &str), document: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let is = |name: &str, value: &str| operation[name].as_str() == Some(value);
    if !is("x-permission", permission) || !is("x-rate-tier", tier) {
        wrong.push("the wrong permission or tier".to_owned());
    }
    for name in ["operationId", "summary"] {
        if operation[name].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("no {name}"));
        }
    }
    let mut expected = vec!["414", "431", "500"];
    let is_probe = path == "/health" || path == "/health/ready";
    if !is_probe {
        expected.extend(["421", "503"]);
    }
    if tier != "none" {
        expected.push("429");
    }
    if permission != "public" && permission != "operator" {
        expected.extend(["401", "403"]);
    }
    if path.contains("{id}") {
        expected.extend(["400", "404"]);
    }
    if operation["parameters"].to_string().contains("\"in\":\"query\"") {
        expected.push("400");
    }
    if operation.get("requestBody").is_some() {
        expected.extend(["400", "408", "413", "415", "422"]);
    }
    let answers = operation["responses"].as_object().unwrap();
    wrong.extend(
        expected
            .iter()
            .filter(|status| !answers.contains_key(**status))
            .map(|status| format!("no {status}")),
    );
    let bodies = answers.iter().map(|(status, answer)| (status.as_str(), answer));
    for (name, body) in bodies.chain([("body", &operation["requestBody"])]) {
        let body = match body["$ref"].as_str() {
            Some(place) => document
                .pointer(place.trim_start_matches('#'))
                .unwrap_or(&Value::Null),
            None => body,
        };
        for (media_type, content) in body["content"].as_object().into_iter().flatten() {
            let shown = content.get("example").is_some() || content.get("examples").is_some();
            if media_type.ends_with("json") && !shown {
                wrong.push(format!("no example of {name}"));
            }
        }
        if name != "body" && body["description"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{name} is not described"));
        }
    }
    wrong
}

#[test]
fn every_operation_has_an_id_permission_tier_errors_and_examples() {
    let document = openapi::document("");
    let table = routes::routes();
    let outside = [
        ("/health", "public"),
        ("/health/ready", "public"),
        ("/health/detailed", "operator"),
    ];
    let listed = table
        .iter()
        .map(|route| {
            (
                route.method.as_str(),
                route.path,
                route.permission,
                route.tier.name(),
            )
        })
        .chain(outside.map(|(path, permission)| ("GET", path, permission, "none")));
    let (mut wrong, mut ids, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for (method, path, permission, tier) in listed {
        count += 1;
        let operation = &document["paths"][path][method.to_ascii_lowercase()];
        if operation.is_null() {
            wrong.push(format!("{method} {path} is not in the document"));
            continue;
        }
        let lacks = missing(operation, (path, permission, tier), &document);
        wrong.extend(lacks.into_iter().map(|what| format!("{method} {path}: {what}")));
        ids.insert(operation["operationId"].to_string());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(ids.len(), count, "two operations share an id");
}

#[test]
fn every_documented_operation_is_in_the_route_table() {
    let document = openapi::document("");
    let documented: usize = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, _)| !path.starts_with("/health"))
        .map(|(_, item)| item.as_object().unwrap().len())
        .sum();
    assert_eq!(documented, routes::routes().len());
}

#[actix_web::test]
async fn every_guarded_route_refuses_a_caller_without_a_token() {
    let app = TestApp::start().await;
    for route in routes::routes()
        .into_iter()
        .filter(|route| route.permission != "public")
    {
        let path = route.path.replace("{id}", "018f0000-0000-7000-8000-000000000000");
        let response = app.request(route.method.as_str(), &path).send().await;
        assert_eq!(
            response.status,
            401,
            "{} {}: {}",
            route.method,
            route.path,
            response.text()
        );
        response.problem("unauthenticated");
        assert_eq!(response.header("www-authenticate"), "Bearer");
    }
}

#[actix_web::test]
async fn every_member_route_refuses_a_candidate() {
    let app = TestApp::start().await;
    let candidate = app.candidate_user().await;
    let open_to_candidates = ["public", "signed-in", "apply-to-jobs", "follow-applications"];
    let guarded = |permission: &str| !open_to_candidates.contains(&permission);
    for route in routes::routes()
        .into_iter()
        .filter(|route| guarded(route.permission))
    {
        let path = route.path.replace("{id}", "018f0000-0000-7000-8000-000000000000");
        let response = app
            .request(route.method.as_str(), &path)
            .token(&candidate)
            .send()
            .await;
        assert_eq!(
            response.status,
            403,
            "{} {}: {}",
            route.method,
            route.path,
            response.text()
        );
        response.problem("forbidden");
    }
}

#[actix_web::test]
async fn an_id_that_is_no_uuid_is_malformed_on_every_route() {
    let app = TestApp::start().await;
    let organization = app.organization("Acme").await;
    let candidate = app.candidate_user().await;
    for route in routes::routes()
        .into_iter()
        .filter(|route| route.path.contains("{id}"))
    {
        let path = route.path.replace("{id}", "42");
        let caller = match route.permission {
            "apply-to-jobs" | "follow-applications" => &candidate,
            _ => &organization.admin,
        };
        let response = app
            .request(route.method.as_str(), &path)
            .token(caller)
            .send()
            .await;
        assert_eq!(
            response.status,
            400,
            "{} {}: {}",
            route.method,
            route.path,
            response.text()
        );
        response.problem("malformed-request");
    }
}

#[actix_web::test]
async fn unknown_paths_and_wrong_methods_are_problems_too() {
    let app = TestApp::start().await;
    let response = app.get("/nothing/here").send().await;
    assert_eq!(response.status, 404);
    response.problem("not-found");
    let response = app.delete("/jobs").send().await;
    assert_eq!(response.status, 405);
    response.problem("method-not-allowed");
    assert_eq!(response.header("allow"), "GET, POST, HEAD");
    let response = app
        .delete("/jobs/018f0000-0000-7000-8000-000000000000/matches")
        .send()
        .await;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, "GET, HEAD".to_owned())
    );
}

#[actix_web::test]
async fn a_request_id_is_kept_when_harmless_and_replaced_when_not() {
    let app = TestApp::start().await;
    let kept = app
        .get("/jobs")
        .header("x-request-id", "caller-0123456789")
        .send()
        .await;
    assert_eq!(kept.header("x-request-id"), "caller-0123456789");
    for harmful in ["short", "with spaces inside", "semi;colon-0123456789"] {
        let replaced = app.get("/jobs").header("x-request-id", harmful).send().await;
        assert_ne!(replaced.header("x-request-id"), harmful);
        assert_eq!(replaced.header("x-request-id").len(), 36);
    }
}

#[actix_web::test]
async fn the_process_says_that_it_lives_and_what_it_can_reach() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/health").send().await.status, 200);
    let ready = app.get("/health/ready").send().await;
    assert_eq!(
        (ready.status, ready.json["status"].as_str()),
        (200, Some("ok")),
        "{}",
        ready.text()
    );
}

#[actix_web::test]
async fn without_redis_the_api_is_degraded_and_still_ready() {
    let app = TestApp::start_with(&[("REDIS_URL", "redis://127.0.0.1:1")]).await;
    let ready = app.get("/health/ready").send().await;
    assert_eq!(
        (ready.status, ready.json["status"].as_str()),
        (200, Some("degraded")),
        "{}",
        ready.text()
    );
}

#[actix_web::test]
async fn without_postgres_nothing_is_ready_and_no_internals_are_told() {
    let app = TestApp::start_with(&[("DATABASE_URL", "postgres://nobody:secret@127.0.0.1:1/none")]).await;
    let ready = app.get("/health/ready").send().await;
    assert_eq!(
        (ready.status, ready.json["dependencies"]["database"].as_str()),
        (503, Some("down"))
    );
    let jobs = app.get("/jobs").send().await;
    assert_eq!(jobs.status, 503);
    jobs.problem("unavailable");
    assert_eq!(jobs.header("retry-after"), "2");
    assert!(
        !jobs.text().contains("127.0.0.1") && !jobs.text().contains("nobody"),
        "{}",
        jobs.text()
    );
}

#[actix_web::test]
async fn the_document_and_swagger_ui_are_served_by_the_binary() {
    let app = TestApp::start().await;
    let document = app.get("/api/openapi.json").send().await;
    assert_eq!(
        (document.status, document.json["openapi"].as_str()),
        (200, Some("3.1.0"))
    );
    assert!(document.json["paths"]["/api/v1/jobs"]["get"].is_object());
    let page = app.get("/api/docs/").send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("swagger-ui"), "{}", page.text());
}

#[test]
fn the_checked_in_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let json = format!("{:#}\n", openapi::document("/api/v1"));
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let is_current = || value(&std::fs::read_to_string(path).unwrap_or_default()) == value(&json);
    if hiring_testkit::env::optional(&["UPDATE_OPENAPI"]).is_some() && !is_current() {
        std::fs::write(path, &json).unwrap();
    }
    assert!(
        is_current(),
        "docs/openapi.json is old: UPDATE_OPENAPI=1 cargo test -p hiring-api --test it contract"
    );
}

#[test]
fn every_kind_of_problem_is_documented() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ERRORS.md")).unwrap();
    for kind in problem::ALL_KINDS {
        let row = format!("| `{}` | {} |", kind.slug(), kind.status().as_u16());
        assert!(text.contains(&row), "docs/ERRORS.md lacks the row {row}");
    }
}
