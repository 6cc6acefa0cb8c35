//! Screenings are never changed and go with whom they are about.

use diesel_async::AsyncConnection;
use hiring_core::ids::{ApplicationId, JobId, OrgId, ScreeningId, TaskId, UserId};
use hiring_db::screenings::{self, Basis, Current, NewFacts, NewReview, NewScreening, Outcome, Run};
use hiring_db::{Connection, DbError};
use hiring_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

const APPLICATION: &str = "
    INSERT INTO organizations (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'Acme');
    INSERT INTO jobs (id, organization_id, title, description, job_type)
        VALUES ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'Engineer', '', 'full_time');
    INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
        VALUES ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001', 'k', 'live', sha256(''), 0, 'txt');
    INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
        VALUES ('00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000001',
            '00000000-0000-7000-8000-000000000003', sha256(''), 'a.txt', 'txt');
    INSERT INTO applications (id, organization_id, candidate_id, job_id)
        VALUES ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000001',
            '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000002');
    INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, is_complete)
        VALUES ('00000000-0000-7000-8000-000000000006', '00000000-0000-7000-8000-000000000001',
            '00000000-0000-7000-8000-000000000005', '2', '{}', '{}', false);
    INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version, total_bp,
            facts_id, weights)
        VALUES ('00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-000000000001',
            '00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000004',
            '00000000-0000-7000-8000-000000000002', gen_random_uuid(), 'rubric', '2', 5000,
            '00000000-0000-7000-8000-000000000006', '{}');
    INSERT INTO screening_reviews (id, organization_id, screening_id, verdict, reviewer)
        VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000007', 'agree',
            gen_random_uuid())";

async fn screened() -> (TestDatabase, Client) {
    let db = TestDatabase::create().await;
    let client = db.client().await;
    client.batch_execute(APPLICATION).await.unwrap();
    (db, client)
}

async fn count(client: &Client) -> i64 {
    let row = client.query_one("SELECT count(*) FROM screenings", &[]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn nobody_changes_or_removes_a_screening() {
    let (_db, client) = screened().await;
    for change in [
        "UPDATE screenings SET total_bp = 10000",
        "DELETE FROM screenings",
        "TRUNCATE screenings CASCADE",
        "TRUNCATE organizations CASCADE",
    ] {
        let refused = client.batch_execute(change).await.unwrap_err();
        let message = refused.as_db_error().unwrap().message();
        assert!(message.ends_with("are append-only"), "{change}: {message}");
    }
    assert_eq!(count(&client).await, 1);
}

#[tokio::test]
async fn a_screening_goes_with_its_candidate_its_job_its_application_and_its_organization() {
    for gone in ["applications", "candidates", "jobs", "organizations"] {
        let (_db, client) = screened().await;
        client
            .batch_execute(&format!("DELETE FROM {gone}"))
            .await
            .unwrap();
        assert_eq!(count(&client).await, 0, "{gone}");
    }
}

/// A screening of the one application whose facts quote this.
fn quoting(evidence: Value) -> NewScreening {
    let facts = NewFacts {
        assessed: json!({"rubric": "2", "findings": [{"name": "must_have", "evidence": evidence}]}),
        inputs: json!({}),
        read_at: None,
        is_complete: true,
    };
    NewScreening {
        application: ApplicationId::from(id(5)),
        total_bp: 1,
        facts: Basis::New(Box::new(facts)),
    }
}

const BASIS: [u8; 32] = [7; 32];

fn run() -> Run<'static> {
    static WEIGHTS: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| json!({"must_have": 1}));
    Run {
        task: TaskId::generate(),
        engine: "rubric",
        score_version: "2",
        weights: &WEIGHTS,
        basis: &BASIS,
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000 + number)
}

#[tokio::test]
async fn a_screening_and_the_deletion_of_what_it_is_about_do_not_wait_for_each_other() {
    for (above, number) in [("jobs", 2), ("candidates", 4)] {
        let (db, client) = screened().await;
        // The deletion begins with the row itself, and comes to the applications later.
        let begun = format!(
            "BEGIN; SELECT FROM {above} WHERE id = '{}' FOR UPDATE",
            id(number)
        );
        client.batch_execute(&begun).await.unwrap();
        let database = db.database();
        let screening = tokio::spawn(async move {
            let mut connection = database.connection().await.unwrap();
            connection
                .transaction(async |connection| {
                    let screening = vec![quoting(json!([]))];
                    screenings::insert(connection, OrgId::from(id(1)), run(), screening).await
                })
                .await
        });
        let waits =
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let watch = db.client().await;
        eventually("the screening to wait", || async {
            let waiting = watch.query(waits, &[]).await.unwrap();
            (!waiting.is_empty()).then_some(())
        })
        .await;
        let done = format!("DELETE FROM {above} WHERE id = '{}'; COMMIT", id(number));
        client.batch_execute(&done).await.unwrap();
        assert_eq!(screening.await.unwrap().unwrap(), [Outcome::Gone], "{above}");
        assert_eq!(count(&client).await, 0, "{above}");
    }
}

async fn connection(db: &TestDatabase) -> Connection {
    db.database().connection().await.unwrap()
}

#[tokio::test]
async fn a_quote_that_the_visible_text_does_not_say_is_refused_and_nothing_is_stored() {
    let (db, client) = screened().await;
    client
        .batch_execute("UPDATE candidates SET visible_text = 'Größe 🦀 Rust'")
        .await
        .unwrap();
    let quote = |text: &str, start: i32, end: i32| json!({"quote": text, "start": start, "end": end});
    let mut connection = connection(&db).await;
    let refused = [
        json!([quote("Rust", 8, 12), quote("Go", 8, 10)]),
        json!([quote("rust", 8, 12)]),
        json!([quote("Rust", 7, 11)]),
        json!([quote("", 3, 3)]),
        json!([quote("Rust", 12, 8)]),
        json!([quote("Größe", -5, 5)]),
        json!([quote("Rust!", 8, 13)]),
        json!([{"quote": "Rust"}]),
        json!([{}]),
    ];
    for evidence in refused {
        let stored = screenings::insert(
            &mut connection,
            OrgId::from(id(1)),
            run(),
            vec![quoting(evidence.clone())],
        )
        .await;
        assert!(matches!(stored, Err(DbError::Unquoted)), "{evidence}");
    }
    assert_eq!(count(&client).await, 1);
    let good = json!([quote("Größe 🦀", 0, 7), quote("Rust", 8, 12)]);
    let stored = screenings::insert(&mut connection, OrgId::from(id(1)), run(), vec![quoting(good)]).await;
    assert!(matches!(stored.unwrap()[..], [Outcome::Stored(_)]));
}

#[tokio::test]
async fn facts_of_a_resume_that_was_read_again_meanwhile_are_not_stored() {
    let (db, client) = screened().await;
    client
        .batch_execute("UPDATE candidates SET parsed_at = now()")
        .await
        .unwrap();
    let mut connection = connection(&db).await;
    let screening = vec![quoting(json!([]))];
    let stored = screenings::insert(&mut connection, OrgId::from(id(1)), run(), screening).await;
    assert_eq!(stored.unwrap(), [Outcome::ReadAgain]);
    assert_eq!(count(&client).await, 1);
}

#[tokio::test]
async fn an_application_shows_its_latest_score_until_weights_or_job_or_resume_are_others() {
    let (db, client) = screened().await;
    client
        .batch_execute("UPDATE candidates SET visible_text = '', resume = '{}', status = 'ready'")
        .await
        .unwrap();
    let mut connection = connection(&db).await;
    let (org, job) = (OrgId::from(id(1)), JobId::from(id(2)));
    let screening = vec![quoting(json!([]))];
    screenings::insert(&mut connection, org, run(), screening)
        .await
        .unwrap();
    let shown = "SELECT ai_score_bp FROM applications";
    assert_eq!(client.query_one(shown, &[]).await.unwrap().get::<_, i32>(0), 1);
    let mut outdated = async |weights: Value, basis: [u8; 32]| {
        let current = Current {
            weights: &weights,
            basis: &basis,
        };
        screenings::list_outdated(&mut connection, (org, job), current, None, 10)
            .await
            .unwrap()
    };
    assert!(outdated(json!({"must_have": 1}), BASIS).await.is_empty());
    let heavier = outdated(json!({"must_have": 2}), BASIS).await;
    assert!(heavier[0].facts_id.is_some() && heavier[0].assessed.is_some());
    let asks_more = outdated(json!({"must_have": 1}), [8; 32]).await;
    assert!(asks_more[0].facts_id.is_none());
    client
        .batch_execute("UPDATE candidates SET parsed_at = now()")
        .await
        .unwrap();
    let read_again = outdated(json!({"must_have": 1}), BASIS).await;
    assert!(read_again[0].facts_id.is_none());
}

#[tokio::test]
async fn reviews_and_facts_are_never_changed_and_another_organizations_are_not_found() {
    let (db, client) = screened().await;
    for change in [
        "UPDATE screening_facts SET assessed = '{}'",
        "DELETE FROM screening_facts",
        "UPDATE screening_reviews SET comment = 'x'",
        "DELETE FROM screening_reviews",
    ] {
        let refused = client.batch_execute(change).await.unwrap_err();
        let message = refused.as_db_error().unwrap().message();
        assert!(message.ends_with("are append-only"), "{change}: {message}");
    }
    let mut connection = connection(&db).await;
    let (screening, stranger) = (ScreeningId::from(id(7)), OrgId::from(id(9)));
    let review = NewReview {
        corrected_bp: None,
        comment: None,
        reviewer: UserId::generate(),
    };
    let refused = screenings::insert_review(&mut connection, stranger, screening, review).await;
    assert!(matches!(refused, Err(DbError::Conflict { .. })));
    let found = screenings::find(&mut connection, stranger, screening).await;
    assert!(found.unwrap().is_none());
    let found = screenings::find(&mut connection, OrgId::from(id(1)), screening).await;
    assert!(found.unwrap().unwrap().human_reviewed);
}
