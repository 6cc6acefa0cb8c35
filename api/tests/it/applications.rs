//! Applications: lists, stages with their legal moves, reasons, history, notes.

use hiring_core::ids::{ApplicationId, CandidateId, TaskId};
use hiring_db::applications;
use hiring_db::screenings::{self, Basis, NewFacts, NewScreening, Outcome, Run};
use serde_json::{Value, json};

use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

/// A job of the organization.
pub async fn job(app: &TestApp, organization: &TestOrganization, title: &str) -> String {
    let body = json!({"title": title, "requirements": {"must_have": ["Rust"]}});
    let response = app
        .post("/jobs")
        .token(&organization.recruiter)
        .json(&body)
        .send()
        .await;
    response.data(201)["id"].as_str().unwrap().to_owned()
}

/// Puts a candidate on a job as an upload does.
pub async fn put_on(
    app: &TestApp,
    organization: &TestOrganization,
    candidate: CandidateId,
    job: &str,
) -> ApplicationId {
    let mut connection = app.db.database().connection().await.unwrap();
    let job = job.parse().unwrap();
    let applied = applications::insert_once(&mut connection, organization.id, candidate, job).await;
    applied.unwrap().unwrap()
}

/// Stores a score as the worker does; no quotes.
async fn score(app: &TestApp, organization: &TestOrganization, application: ApplicationId, total_bp: u16) {
    let facts = NewFacts {
        assessed: json!({"rubric": "2", "findings": [{"name": "must_have", "value_bp": total_bp, "requirements": [],
            "evidence": [], "missing": ["no evidence for Rust"]}]}),
        inputs: json!({}),
        read_at: read_at(app, application).await,
        is_complete: true,
    };
    let screening = NewScreening {
        application,
        total_bp,
        facts: Basis::New(Box::new(facts)),
    };
    let run = Run {
        task: TaskId::generate(),
        engine: "rubric",
        score_version: "2",
        weights: &json!({}),
        basis: &[0; 32],
    };
    let mut connection = app.db.database().connection().await.unwrap();
    let stored = screenings::insert(&mut connection, organization.id, run, vec![screening]).await;
    assert!(matches!(stored.unwrap()[..], [Outcome::Stored(_)]));
}

async fn read_at(app: &TestApp, application: ApplicationId) -> Option<chrono::DateTime<chrono::Utc>> {
    let client = app.db.client().await;
    let query = "SELECT (extract(epoch FROM parsed_at) * 1000000)::bigint FROM applications a
         JOIN candidates c ON c.id = a.candidate_id WHERE a.id = $1";
    let row = client.query_one(query, &[&application.uuid()]).await.unwrap();
    let micros: Option<i64> = row.get(0);
    micros.and_then(chrono::DateTime::from_timestamp_micros)
}

struct Scene {
    app: TestApp,
    acme: TestOrganization,
    job: String,
    mira: CandidateId,
    application: ApplicationId,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let job = job(&app, &acme, "Rust engineer").await;
    let mira = app.readable(acme.id, &Person::mira()).await;
    let application = put_on(&app, &acme, mira, &job).await;
    Scene {
        app,
        acme,
        job,
        mira,
        application,
    }
}

impl Scene {
    async fn list(&self, query: &str) -> TestResponse {
        let path = format!("/applications{query}");
        self.app.get(&path).token(&self.acme.recruiter).send().await
    }

    async fn show(&self) -> TestResponse {
        let path = format!("/applications/{}", self.application);
        self.app.get(&path).token(&self.acme.recruiter).send().await
    }

    async fn change(&self, version: &str, body: &Value) -> TestResponse {
        self.app
            .patch(&format!("/applications/{}", self.application))
            .token(&self.acme.recruiter)
            .header("if-match", version)
            .json(body)
            .send()
            .await
    }
}

#[track_caller]
fn names(response: &TestResponse) -> Vec<&str> {
    let rows = response.data(200).as_array().unwrap();
    rows.iter()
        .map(|row| row["candidate_name"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn applications_are_listed_by_job_candidate_and_stage_and_sorted_by_their_latest_score() {
    let scene = scene().await;
    let (app, acme) = (&scene.app, &scene.acme);
    let other_job = job(app, acme, "Accountant").await;
    let tom = app.readable(acme.id, &Person::tom()).await;
    let jane = app.readable(acme.id, &Person::jane()).await;
    let toms = put_on(app, acme, tom, &scene.job).await;
    put_on(app, acme, jane, &scene.job).await;
    put_on(app, acme, jane, &other_job).await;
    score(app, acme, scene.application, 9_000).await;
    score(app, acme, scene.application, 4_000).await;
    score(app, acme, toms, 5_500).await;

    let by_score = scene.list(&format!("?job_id={}&sort=score", scene.job)).await;
    assert_eq!(names(&by_score), ["Tom Becker", "Mira Okafor", "Jane O'Hara"]);
    let rows = by_score.data(200);
    assert_eq!(
        (&rows[0]["ai_score"], &rows[1]["ai_score"], &rows[2]["ai_score"]),
        (&json!(0.55), &json!(0.4), &Value::Null)
    );
    assert_eq!(rows[1]["ai_analysis"]["missing"], json!(["no evidence for Rust"]));
    assert_eq!(rows[1]["ai_analysis"]["components"][0]["value"], 0.4);
    assert_eq!(rows[0]["job_title"], "Rust engineer");
    assert_eq!(by_score.header("cache-control"), "no-store");

    let newest = scene.list("").await;
    assert_eq!(newest.json["meta"]["total"], 4);
    assert_eq!(names(&newest)[2..], ["Tom Becker", "Mira Okafor"]);
    let janes = scene.list(&format!("?candidate_id={jane}")).await;
    assert_eq!(names(&janes), ["Jane O'Hara", "Jane O'Hara"]);
    assert_eq!(scene.list("?stage=interview").await.json["meta"]["total"], 0);
    let second = scene.list("?per_page=3&page=2&sort=score").await;
    assert_eq!(
        (names(&second).len(), &second.json["meta"]["total"]),
        (1, &json!(4))
    );
    assert!(names(&scene.list("?page=9").await).is_empty());
    scene.list("?page=101&per_page=100").await.invalid("page");
    scene.list("?stage=fired").await.invalid("stage");
    scene.list("?sort=name").await.invalid("sort");
}

#[actix_web::test]
async fn an_application_goes_from_stage_to_stage_and_remembers_how() {
    let scene = scene().await;
    let shown = scene.show().await;
    assert_eq!(shown.version(), Some(1));
    assert_eq!(shown.data(200)["stage"], "applied");
    let next = shown.data(200)["next_stages"].as_array().unwrap();
    assert!(next.contains(&json!("screening")) && !next.contains(&json!("hired")));

    let moved = scene.change("\"1\"", &json!({"stage": "interview"})).await;
    assert_eq!(
        (&moved.data(200)["stage"], moved.version()),
        (&json!("interview"), Some(2))
    );
    let hired = scene.change("\"2\"", &json!({"stage": "hired"})).await;
    assert_eq!(hired.status, 409);
    let detail = hired.problem("illegal-move")["detail"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        detail.contains("`interview`") && detail.contains("offer"),
        "{detail}"
    );
    let silent = scene.change("\"2\"", &json!({"stage": "rejected"})).await;
    assert_eq!(silent.status, 422);
    silent.invalid("/reason");
    scene
        .change("\"2\"", &json!({"stage": "rejected", "reason": "  "}))
        .await
        .invalid("/reason");
    let rejected = json!({"stage": "rejected", "reason": "Wants to work in another town."});
    assert_eq!(
        scene.change("\"2\"", &rejected).await.data(200)["stage"],
        "rejected"
    );
    let back = json!({"stage": "applied", "reason": "Moves here after all."});
    scene.change("\"3\"", &back).await.data(200);
    let gone = json!({"stage": "withdrawn", "reason": "Told us on the phone."});
    let last = scene.change("\"4\"", &gone).await;
    assert_eq!(last.data(200)["next_stages"], json!([]));
    scene.change("\"5\"", &back).await.problem("illegal-move");

    let moves = last.data(200)["moves"].as_array().unwrap().clone();
    let path: Vec<_> = moves
        .iter()
        .map(|one| (one["from"].as_str().unwrap(), one["to"].as_str().unwrap()))
        .collect();
    assert_eq!(
        path,
        [
            ("applied", "interview"),
            ("interview", "rejected"),
            ("rejected", "applied"),
            ("applied", "withdrawn")
        ]
    );
    assert_eq!(moves[1]["reason"], "Wants to work in another town.");
    assert_eq!(moves[1]["moved_by"], scene.acme.recruiter.user_id.to_string());
}

#[actix_web::test]
async fn a_move_names_the_version_that_it_moves_and_two_at_once_are_one() {
    let scene = scene().await;
    let path = format!("/applications/{}", scene.application);
    let unversioned = scene
        .app
        .patch(&path)
        .token(&scene.acme.recruiter)
        .json(&json!({"stage": "screening"}))
        .send()
        .await;
    assert_eq!(unversioned.status, 428);
    unversioned.problem("version-required");
    let (test, interview) = (json!({"stage": "test"}), json!({"stage": "interview"}));
    let (one, other) = futures::join!(scene.change("\"1\"", &test), scene.change("\"1\"", &interview));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.text(), other.text());
    let moves = scene.app.count("SELECT count(*) FROM application_moves").await;
    assert_eq!(moves, 1);
}

#[actix_web::test]
async fn nobody_is_turned_down_without_a_reason_even_by_hand() {
    let scene = scene().await;
    let client = scene.app.db.client().await;
    let silent = format!(
        "INSERT INTO application_moves (id, organization_id, application_id, from_stage, to_stage, moved_by)
         VALUES (gen_random_uuid(), '{}', '{}', 'applied', 'rejected', gen_random_uuid())",
        scene.acme.id, scene.application
    );
    let refused = client.batch_execute(&silent).await.unwrap_err();
    assert!(
        refused
            .as_db_error()
            .unwrap()
            .message()
            .contains("check constraint")
    );
    scene.change("\"1\"", &json!({"stage": "test"})).await.data(200);
    for change in [
        "UPDATE application_moves SET reason = 'x'",
        "DELETE FROM application_moves",
    ] {
        assert!(client.batch_execute(change).await.is_err(), "{change}");
    }
}

#[actix_web::test]
async fn notes_are_kept_in_order_and_a_repeated_request_writes_one() {
    let scene = scene().await;
    let path = format!("/applications/{}/notes", scene.application);
    let add = async |text: &str, key: &str| {
        let request = scene.app.post(&path).token(&scene.acme.recruiter);
        let request = request.header("idempotency-key", key);
        request.json(&json!({ "text": text })).send().await
    };
    let first = add(" Talked on the phone. ", "one").await;
    assert_eq!(first.data(201)["text"], "Talked on the phone.");
    let again = add(" Talked on the phone. ", "one").await;
    assert_eq!(again.data(201)["id"], first.data(201)["id"]);
    add("Can begin in March.", "two").await.data(201);
    add("", "three").await.invalid("/text");
    add(&"x".repeat(5_001), "four").await.invalid("/text");
    let shown = scene.show().await;
    let notes: Vec<_> = shown.data(200)["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["text"].as_str().unwrap())
        .collect();
    assert_eq!(notes, ["Talked on the phone.", "Can begin in March."]);
}

#[actix_web::test]
async fn another_organizations_applications_jobs_and_candidates_do_not_exist() {
    let scene = scene().await;
    let other = scene.app.organization("Other").await;
    let by = |request: crate::test_app::TestRequest| request.token(&other.admin);
    let one = format!("/applications/{}", scene.application);
    let answers = [
        by(scene.app.get(&one)).send().await,
        by(scene.app.patch(&one))
            .header("if-match", "*")
            .json(&json!({"stage": "test"}))
            .send()
            .await,
        by(scene.app.post(&format!("{one}/notes")))
            .json(&json!({"text": "mine"}))
            .send()
            .await,
        by(scene.app.get(&format!("/applications?job_id={}", scene.job)))
            .send()
            .await,
        by(scene
            .app
            .get(&format!("/applications?candidate_id={}", scene.mira)))
        .send()
        .await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 404, "{}", answer.text());
        answer.problem("not-found");
    }
    let none = by(scene.app.get("/applications")).send().await;
    assert_eq!(none.json["meta"]["total"], 0);
    assert_eq!(scene.show().await.data(200)["stage"], "applied");
}

#[actix_web::test]
async fn an_erased_candidate_takes_moves_and_notes_along_and_what_was_answered_about_them() {
    let scene = scene().await;
    scene.change("\"1\"", &json!({"stage": "test"})).await.data(200);
    scene
        .app
        .post(&format!("/applications/{}/notes", scene.application))
        .token(&scene.acme.recruiter)
        .header("idempotency-key", "note")
        .json(&json!({"text": "Talked on the phone."}))
        .send()
        .await
        .data(201);
    score(&scene.app, &scene.acme, scene.application, 5_000).await;
    let erased = scene
        .app
        .delete(&format!("/candidates/{}", scene.mira))
        .token(&scene.acme.recruiter)
        .send()
        .await;
    assert_eq!(erased.status, 204);
    for table in [
        "applications",
        "application_moves",
        "application_notes",
        "screenings",
        "idempotency_keys WHERE body IS NOT NULL AND route LIKE '%notes'",
    ] {
        let left = scene.app.count(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(scene.show().await.status, 404);
    // The file is deleted by a worker, of which there is none here.
    scene.app.db.leave_tasks();
}
