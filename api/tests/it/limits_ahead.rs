//! Reads that are worked on while Redis is asked for their token: counted like any other, and shown to nobody without one.

use hiring_testkit::eventually;
use serde_json::json;
use tokio_postgres::Client;

use crate::test_app::{TestApp, TestRequest, TestUser};
use crate::upload::candidate;

const LIMITS: [(&str, &str); 4] = [
    ("RATE_LIMIT_READ_BURST", "20"),
    ("RATE_LIMIT_READ_PER_MINUTE", "1"),
    ("RATE_LIMIT_WRITE_BURST", "20"),
    ("RATE_LIMIT_WRITE_PER_MINUTE", "1"),
];

/// Two processes over the same database and the same Redis, somebody, and the path of a job of theirs.
struct Scene {
    user: TestUser,
    path: String,
    other: TestApp,
    one: TestApp,
}

impl Scene {
    async fn set() -> Self {
        let one = TestApp::start_with(&LIMITS).await;
        let same = [
            ("DATABASE_URL", one.db.url()),
            ("REDIS_URL", &one.redis.url),
            ("QUEUE_PREFIX", &one.redis.prefix),
        ];
        let other = TestApp::start_with(&[&LIMITS[..], &same].concat()).await;
        let user = one.organization("Acme").await.recruiter;
        let job = json!({"title": "Baker of Bath", "description": "Bakes.", "state": "draft"});
        let created = other.post("/jobs").token(&user).json(&job).send().await;
        let id = created.data(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/jobs/{id}");
        Self {
            user,
            path,
            other,
            one,
        }
    }

    /// Nobody reads or changes jobs until what is answered commits.
    async fn lock(&self) -> Client {
        let client = self.one.db.client().await;
        client
            .batch_execute("BEGIN; LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE")
            .await
            .unwrap();
        client
    }

    /// Uses up all tokens for this by the other process.
    async fn drain(&self, request: impl Fn() -> TestRequest) {
        for _ in 0..30 {
            if request().send().await.status == 429 {
                return;
            }
        }
        panic!("there is no end of tokens");
    }

    /// Until somebody waits for the lock.
    async fn somebody_waits(&self) {
        let waits = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        eventually("somebody to wait", || async {
            (self.one.count(waits).await > 0).then_some(())
        })
        .await;
    }
}

#[actix_web::test]
async fn a_read_that_began_ahead_tells_what_is_left_like_any_other() {
    let scene = Scene::set().await;
    for left in ["19", "18", "17"] {
        let read = scene.one.get(&scene.path).token(&scene.user).send().await;
        assert_eq!(
            (read.status, read.header("x-ratelimit-remaining").as_str()),
            (200, left)
        );
    }
    let missing = "/jobs/018f0000-0000-7000-8000-000000000000";
    let missing = scene.one.get(missing).token(&scene.user).send().await;
    missing.problem("not-found");
    assert_eq!(missing.header("x-ratelimit-remaining"), "16");
    assert!(missing.header("ratelimit-policy").starts_with("\"read\";q=20"));
}

#[actix_web::test]
async fn a_read_that_began_ahead_shows_nothing_if_there_was_no_token_and_none_begins_after_it() {
    let scene = Scene::set().await;
    let read = || scene.one.get(&scene.path).token(&scene.user).send();
    read().await.data(200);
    while scene
        .other
        .get(&scene.path)
        .token(&scene.user)
        .send()
        .await
        .status
        != 429
    {}
    let locked = scene.lock().await;
    let unlocking = async {
        scene.somebody_waits().await;
        locked.batch_execute("COMMIT").await.unwrap();
    };
    let (refused, ()) = futures::join!(read(), unlocking);
    let body = refused.problem("rate-limited");
    assert_eq!((refused.status, &body["category"]), (429, &json!("read")));
    assert_eq!(refused.header("retry-after"), body["retry_after"].to_string());
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!([refused.header("etag"), refused.header("x-cache")], ["", ""]);
    assert!(!refused.text().contains("Baker"), "{}", refused.text());
    let _locked = scene.lock().await;
    tokio::select! {
        refused = read() => refused.problem("rate-limited"),
        () = scene.somebody_waits() => panic!("it began"),
    };
}

#[actix_web::test]
async fn a_change_begins_when_it_has_its_token() {
    let scene = Scene::set().await;
    let change = |app: &TestApp, title: &str| {
        let change = app.patch(&scene.path).token(&scene.user).header("if-match", "*");
        change.json(&json!({"title": title}))
    };
    let left = change(&scene.one, "Cook")
        .send()
        .await
        .header("x-ratelimit-remaining");
    assert_eq!(left, "18", "half of them and more");
    scene.drain(|| change(&scene.other, "Cook")).await;
    change(&scene.one, "Thief").send().await.problem("rate-limited");
    let cooks = "SELECT count(*) FROM jobs WHERE title = 'Cook'";
    assert_eq!(scene.one.count(cooks).await, 1);
}

#[actix_web::test]
async fn nobody_is_written_down_as_having_got_a_resume_without_a_token() {
    let scene = Scene::set().await;
    scene.one.db.leave_tasks();
    let (id, _) = candidate(&scene.one, &scene.user, 1).await;
    let read = |app: &TestApp| app.get(&format!("/candidates/{id}/resume")).token(&scene.user);
    let got = "SELECT count(*) FROM audit_log WHERE action = 'candidate.resume.read'";
    let first = read(&scene.one).send().await;
    assert_eq!((first.status, scene.one.count(got).await), (200, 1));
    scene
        .drain(|| scene.other.get(&scene.path).token(&scene.user))
        .await;
    read(&scene.one).send().await.problem("rate-limited");
    assert_eq!(scene.one.count(got).await, 1);
}
