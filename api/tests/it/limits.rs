//! Limits over real sockets: exact, told in every answer, and neither passed by nor turned against others by lies.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

use crate::test_app::{TestApp, TestResponse};

/// One request and then one a minute.
const ONE: [(&str, &str); 2] = [
    ("RATE_LIMIT_READ_BURST", "1"),
    ("RATE_LIMIT_READ_PER_MINUTE", "1"),
];

fn admitted(answers: &[TestResponse]) -> usize {
    for refused in answers.iter().filter(|answer| answer.status == 429) {
        refused.problem("rate-limited");
    }
    answers.iter().filter(|answer| answer.status != 429).count()
}

#[actix_web::test]
async fn a_burst_of_a_thousand_requests_gets_in_as_often_as_there_are_tokens() {
    let app = TestApp::start_with(&[
        ("RATE_LIMIT_READ_BURST", "50"),
        ("RATE_LIMIT_READ_PER_MINUTE", "1"),
    ])
    .await;
    let began = Instant::now();
    let answers = join_all((0..1000).map(|_| app.get("/jobs").send())).await;
    let came_back = usize::try_from(began.elapsed().as_secs() / 60).unwrap();
    let admitted = admitted(&answers);
    assert!((50..=50 + came_back).contains(&admitted), "{admitted}");
    assert!(answers.iter().all(|answer| [200, 429].contains(&answer.status)));
}

#[actix_web::test]
async fn a_handler_runs_once_for_each_request_that_is_let_in_and_never_for_the_others() {
    let app = TestApp::start_with(&[
        ("RATE_LIMIT_WRITE_BURST", "7"),
        ("RATE_LIMIT_WRITE_PER_MINUTE", "1"),
    ])
    .await;
    let organization = app.organization("Acme").await;
    let job = json!({"title": "Baker", "description": "Bakes.", "state": "draft"});
    let create = || app.post("/jobs").token(&organization.recruiter).json(&job).send();
    let answers = join_all((0..40).map(|_| create())).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((created, admitted(&answers)), (7, 7), "{}", answers[0].text());
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 7);
}

#[actix_web::test]
async fn every_answer_tells_what_is_left_and_a_refusal_when_to_come_again() {
    let app = TestApp::start_with(&[
        ("RATE_LIMIT_READ_BURST", "2"),
        ("RATE_LIMIT_READ_PER_MINUTE", "2"),
        ("RATE_LIMIT_PER_HOUR", "500"),
    ])
    .await;
    let first = app.get("/jobs").send().await;
    assert_eq!(
        first.header("ratelimit-policy"),
        "\"read\";q=2;w=60, \"read-hour\";q=500;w=3600"
    );
    assert_eq!(first.header("ratelimit"), "\"read\";r=1;t=30");
    let numbers = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    assert_eq!(numbers.map(|name| first.header(name)), ["2", "1", "30"]);
    // Also an answer that is an error.
    let missing = app.get("/jobs/018f0000-0000-7000-8000-000000000000").send().await;
    assert_eq!(
        (missing.status, missing.header("x-ratelimit-remaining")),
        (404, "0".to_owned())
    );
    let refused = app.get("/jobs").send().await;
    assert_eq!(refused.status, 429);
    let body = refused.problem("rate-limited");
    assert_eq!(body["category"], "read");
    assert_eq!(refused.header("retry-after"), body["retry_after"].to_string());
    assert!(
        (1..=30).contains(&body["retry_after"].as_u64().unwrap()),
        "{body}"
    );
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    // Tiers do not share, and what is not in the route table has one of its own.
    let unknown = app.get("/nothing/here").send().await;
    assert!(
        unknown.header("ratelimit").starts_with("\"default-hour\";r=499"),
        "{unknown:?}"
    );
}

#[actix_web::test]
async fn probes_are_never_counted() {
    let app = TestApp::start_with(&[("RATE_LIMIT_BURST", "1"), ("RATE_LIMIT_PER_MINUTE", "1")]).await;
    for _ in 0..5 {
        let health = app.get("/health").send().await;
        assert_eq!((health.status, health.header("ratelimit")), (200, String::new()));
        assert_eq!(app.get("/health/ready").send().await.status, 200);
    }
    assert_eq!(app.get("/healthy").send().await.status, 404);
    assert_eq!(app.get("/nothing").send().await.status, 429);
}

#[actix_web::test]
async fn forged_tokens_and_forwarded_addresses_gain_nothing_and_cost_nobody_else() {
    let app = TestApp::start_with(&ONE).await;
    let organization = app.organization("Acme").await;
    assert_eq!(app.get("/jobs").send().await.status, 200);
    let victim = &organization.recruiter;
    let (head, signature) = victim.token.rsplit_once('.').unwrap();
    let backwards: String = signature.chars().rev().collect();
    for number in 0..30 {
        let lie = app.get("/jobs").bearer(&format!("{head}.{backwards}"));
        let lie = lie.header("x-forwarded-for", &format!("198.51.100.{number}, 127.0.0.1"));
        assert_eq!(lie.send().await.status, 429, "attempt {number}");
    }
    let own = app.get("/jobs").token(victim).send().await;
    assert_eq!(own.status, 200, "the victim has its own: {}", own.text());
    assert_eq!(app.get("/jobs").token(victim).send().await.status, 429);
    assert_eq!(
        app.get("/jobs").token(&organization.admin).send().await.status,
        200
    );
}

#[actix_web::test]
async fn behind_a_trusted_proxy_each_client_has_its_own() {
    let app = TestApp::start_with(&[ONE[0], ONE[1], ("TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let from = |address: &str| app.get("/jobs").header("x-forwarded-for", address).send();
    assert_eq!(from("198.51.100.1").await.status, 200);
    assert_eq!(from("198.51.100.1").await.status, 429);
    assert_eq!(
        from("203.0.113.9, 198.51.100.1").await.status,
        429,
        "what the client says itself"
    );
    assert_eq!(from("198.51.100.2").await.status, 200);
    assert_eq!(from("2001:db8::1").await.status, 200);
    assert_eq!(from("2001:db8::ffff").await.status, 429, "the same network");
}

#[actix_web::test]
async fn while_redis_is_away_reading_goes_on_and_signing_in_is_counted_here() {
    let app = TestApp::start_with(&[
        ONE[0],
        ONE[1],
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("RATE_LIMIT_AUTH_BURST", "3"),
        ("RATE_LIMIT_AUTH_PER_MINUTE", "1"),
    ])
    .await;
    for _ in 0..5 {
        assert_eq!(app.get("/jobs").send().await.status, 200);
    }
    let credentials = json!({"email": "ada@example.org", "password": "wrong password"});
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(app.post("/auth/login").json(&credentials).send().await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
}

#[actix_web::test]
async fn an_account_that_many_try_becomes_slow_and_its_owner_gets_in() {
    let app = TestApp::start_with(&[
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ("RATE_LIMIT_AUTH_BURST", "2"),
        ("RATE_LIMIT_AUTH_PER_MINUTE", "60"),
    ])
    .await;
    let owner = json!({"email": "ada@example.org", "password": "right-password-1", "name": "Ada"});
    let registered = app.post("/auth/register").json(&owner).send().await;
    assert_eq!(registered.status, 202, "{}", registered.text());
    let attempt = |number: u8, password: &str| {
        let credentials = json!({"email": "ADA@example.org", "password": password});
        let login = app.post("/auth/login").json(&credentials);
        login
            .header("x-forwarded-for", &format!("198.51.100.{number}"))
            .send()
    };
    let guesses = join_all((0..6).map(|number| attempt(number, "wrong password"))).await;
    assert!(guesses.iter().all(|guess| guess.status == 401));
    let began = Instant::now();
    let answer = attempt(99, "right-password-1").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(answer.json["access_token"].is_string());
}

#[actix_web::test]
async fn limits_can_be_switched_off() {
    let app = TestApp::start_with(&[ONE[0], ONE[1], ("RATE_LIMIT_ENABLED", "false")]).await;
    for _ in 0..5 {
        let answer = app.get("/jobs").send().await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, String::new()));
    }
}
