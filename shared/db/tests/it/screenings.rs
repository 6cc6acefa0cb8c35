//! Screenings are never changed and go with whom they are about.

use diesel_async::AsyncConnection;
use hiring_core::ids::{ApplicationId, OrgId, TaskId};
use hiring_db::screenings::{self, NewScreening};
use hiring_testkit::{TestDatabase, eventually};
use serde_json::json;
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
    INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version, total_bp,
            score, inputs)
        VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000005',
            '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000002', gen_random_uuid(), 'rubric', '1',
            5000, '{}', '{}')";

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
        "TRUNCATE screenings",
        "TRUNCATE organizations CASCADE",
    ] {
        let refused = client.batch_execute(change).await.unwrap_err();
        let message = refused.as_db_error().unwrap().message();
        assert_eq!(message, "screenings are append-only", "{change}");
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
                    let score = json!({});
                    let screening = NewScreening {
                        application: ApplicationId::from(id(5)),
                        task: TaskId::generate(),
                        engine: "rubric",
                        score_version: "1",
                        total_bp: 1,
                        score: &score,
                        inputs: &score,
                    };
                    screenings::insert(connection, OrgId::from(id(1)), &screening).await
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
        assert_eq!(screening.await.unwrap().unwrap(), None, "{above}");
        assert_eq!(count(&client).await, 0, "{above}");
    }
}
