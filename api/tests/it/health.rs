//! What operators are told, and what a busy or restarted Postgres looks like from outside.

use std::time::{Duration, Instant};

use hiring_platform::breaker::{Breaker, BreakerConfig, Dependency};
use hiring_platform::redis::{Redis, Servers};
use hiring_testkit::eventually;
use redis::IntoConnectionInfo;
use serde_json::{Value, json};

use crate::test_app::TestApp;

const OPS_TOKEN: &str = "a token for operators that is long enough";

#[actix_web::test]
async fn operators_see_how_everything_is_doing_and_nobody_else_does() {
    let app = TestApp::start_with(&[("OPS_TOKEN", OPS_TOKEN)]).await;
    let acme = app.organization("Acme").await;
    let title = json!({"title": "Engineer"});
    app.post("/jobs")
        .token(&acme.recruiter)
        .json(&title)
        .send()
        .await
        .data(201);
    for token in ["", "nonsense", &acme.admin.token, &OPS_TOKEN[..20]] {
        let refused = app.get("/health/detailed").bearer(token).send().await;
        assert_eq!(refused.status, 401, "{token}");
        refused.problem("unauthenticated");
    }
    let told = app.get("/health/detailed").bearer(OPS_TOKEN).send().await;
    assert_eq!(
        (told.status, told.header("cache-control").as_str()),
        (200, "no-store")
    );
    let health = &told.json;
    assert_eq!(health["status"], "ok", "{}", told.text());
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    let database = &health["database"];
    assert_eq!(
        (&database["status"], &database["waiting"]),
        (&json!("up"), &json!(0))
    );
    let (open, most) = (
        database["open"].as_u64().unwrap(),
        database["most"].as_u64().unwrap(),
    );
    assert!((1..=most).contains(&open), "{database}");
    assert!(database["round_trip_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(health["queue"]["status"], "up");
    assert_eq!(health["queue"]["tasks"], json!([]));
    assert!(health["disk"]["free_bytes"].as_u64().unwrap() > 0);
    let mut closed: Vec<&str> = Vec::new();
    for breaker in health["breakers"].as_array().unwrap() {
        let state = (&breaker["state"], &breaker["count"], &breaker["shared"]);
        assert_eq!(state, (&json!("closed"), &json!(0), &json!(true)));
        closed.push(breaker["dependency"].as_str().unwrap());
    }
    closed.sort_unstable();
    assert_eq!(closed, ["embeddings", "llm", "smtp", "storage"]);
    if cfg!(target_os = "linux") {
        assert!(health["process"]["resident_bytes"].as_f64().unwrap() > 1e6);
        assert!(health["process"]["cpu_seconds"].as_f64().unwrap() > 0.0);
    }
    for secret in [
        "postgres://",
        "redis://",
        OPS_TOKEN,
        app.storage.path().to_str().unwrap(),
    ] {
        assert!(!told.text().contains(secret), "{}", told.text());
    }
}

#[actix_web::test]
async fn operators_see_what_the_cache_is_worth() {
    let variables = [
        ("OPS_TOKEN", OPS_TOKEN),
        ("CACHE_ENABLED", "true"),
        ("CACHE_TIMEOUT_MS", "10000"),
    ];
    let app = TestApp::start_with(&variables).await;
    let told = async || app.get("/health/detailed").bearer(OPS_TOKEN).send().await.json["cache"].clone();
    let fresh = json!({"enabled": true, "hits": 0, "misses": 0, "bypasses": 0, "hit_ratio": null});
    assert_eq!(told().await, fresh);
    for _ in 0..4 {
        assert_eq!(app.get("/jobs").send().await.status, 200);
    }
    app.get("/jobs").header("cache-control", "no-cache").send().await;
    let used = json!({"enabled": true, "hits": 3, "misses": 1, "bypasses": 1, "hit_ratio": 0.75});
    assert_eq!(told().await, used);
}

#[actix_web::test]
async fn what_another_process_has_found_failing_is_told_here() {
    let app = TestApp::start_with(&[("OPS_TOKEN", OPS_TOKEN)]).await;
    let servers = Servers::new(
        &[app.redis.url.as_str().into_connection_info().unwrap()],
        None,
        false,
    );
    let redis = Redis::new(servers.unwrap(), &app.redis.prefix);
    let smtp = json!({"dependency": "smtp", "state": "open", "count": 0, "shared": true});
    // On a busy machine Redis may answer too late, and whoever asked counts alone.
    eventually("an open breaker", async || {
        let worker = Breaker::new(
            Dependency::Smtp,
            BreakerConfig::after(1, Duration::from_secs(600)),
        );
        worker.share(redis.clone());
        if let Ok(call) = worker.enter().await {
            call.failed().await;
        }
        let told = app.get("/health/detailed").bearer(OPS_TOKEN).send().await;
        let breakers = told.json["breakers"].as_array().unwrap();
        let open: Vec<&Value> = breakers.iter().filter(|one| one["state"] == "open").collect();
        (open == [&smtp]).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn without_a_token_for_operators_there_is_no_such_page() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let missing = app.get("/health/detailed").token(&acme.admin).send().await;
    assert_eq!(missing.status, 404);
    missing.problem("not-found");
}

#[actix_web::test]
async fn what_is_down_is_told_and_not_waited_for_by_the_page_about_it() {
    let variables = [
        ("OPS_TOKEN", OPS_TOKEN),
        ("DATABASE_URL", "postgres://nobody:secret@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
    ];
    let app = TestApp::start_with(&variables).await;
    let told = app.get("/health/detailed").bearer(OPS_TOKEN).send().await;
    assert_eq!((told.status, &told.json["status"]), (200, &json!("unavailable")));
    assert_eq!(told.json["database"]["status"], "down");
    assert_eq!(told.json["queue"]["status"], "down");
    let breakers = told.json["breakers"].as_array().unwrap();
    assert!(
        breakers.iter().all(|breaker| breaker["shared"] == false),
        "{}",
        told.text()
    );
    assert!(!told.text().contains("nobody") && !told.text().contains("127.0.0.1"));
}

#[actix_web::test]
async fn a_busy_pool_is_told_within_the_time_to_wait_and_passes() {
    let variables = [
        ("DATABASE_POOL_SIZE", "1"),
        ("DATABASE_MAX_OVERFLOW", "0"),
        ("OPS_TOKEN", OPS_TOKEN),
    ];
    let app = TestApp::start_with(&variables).await;
    assert_eq!(app.get("/jobs").send().await.status, 200);
    let taken = app.state.database.connection().await.unwrap();
    let began = Instant::now();
    let asking = futures::future::join_all((0..3).map(|_| app.get("/jobs").send()));
    let watching = eventually("callers to be seen waiting", || async {
        (app.state.database.state().waiting == 3).then_some(())
    });
    let (answers, ()) = futures::join!(asking, watching);
    assert!(began.elapsed() < hiring_db::pool::ACQUIRE_TIMEOUT + Duration::from_secs(3));
    for busy in answers {
        assert_eq!(busy.status, 503);
        busy.problem("unavailable");
        assert_eq!(busy.header("retry-after"), "2");
    }
    drop(taken);
    assert_eq!(app.get("/jobs").send().await.status, 200);
    let state = app.state.database.state();
    assert_eq!((state.most, state.waiting, state.timed_out), (1, 0, 3));
}

#[actix_web::test]
async fn connections_that_postgres_has_closed_are_replaced_before_anybody_meets_them() {
    let app = TestApp::start().await;
    let ask = || futures::future::join_all((0..30).map(|_| app.get("/jobs").send()));
    assert!(ask().await.iter().all(|answer| answer.status == 200));
    let before = app.state.database.state().open;
    assert!(before > 1, "several connections wait in the pool: {before}");
    // What a restart does to every connection, and to these alone: other tests use the same server.
    let client = app.db.client().await;
    let cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(client.query(cut, &[]).await.unwrap().len() > 1);
    let statuses: Vec<u16> = ask().await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200; 30]);
}
