//! Tokens are held before a call and charged after it, and no cap is passed.

use hiring_core::ids::{ModelCallId, OrgId, TaskId};
use hiring_db::model_usage::{Ended, NewCall, has_room, hold, settle, this_month};
use hiring_testkit::TestDatabase;

async fn founded() -> (TestDatabase, OrgId) {
    let db = TestDatabase::create().await;
    let org = OrgId::generate();
    let name = "INSERT INTO organizations (id, name) VALUES ($1, 'Acme')";
    db.client().await.execute(name, &[&org.uuid()]).await.unwrap();
    (db, org)
}

fn call(tokens: i64) -> NewCall<'static> {
    NewCall {
        task: TaskId::generate(),
        purpose: "narrative",
        model: "small",
        tokens,
        cap: 1_000,
    }
}

async fn held(db: &TestDatabase, org: OrgId, tokens: i64) -> Option<ModelCallId> {
    let mut connection = db.database().connection().await.unwrap();
    hold(&mut connection, org, call(tokens)).await.unwrap()
}

const ANSWERED: Ended<'_> = Ended::Answered {
    tokens: (250, 50),
    cost_micros: 7,
};

#[tokio::test]
async fn calls_at_the_same_time_stay_within_the_cap_together() {
    let (db, org) = founded().await;
    let all = (0..8).map(|_| held(&db, org, 300));
    let held = futures::future::join_all(all).await;
    assert_eq!(held.into_iter().flatten().count(), 3);
    let mut connection = db.database().connection().await.unwrap();
    assert_eq!(this_month(&mut connection, org).await.unwrap().held, 900);
    assert!(has_room(&mut connection, org, (100, 1_000)).await.unwrap());
    assert!(!has_room(&mut connection, org, (101, 1_000)).await.unwrap());
}

#[tokio::test]
async fn an_answer_is_charged_once_and_a_failure_costs_nothing() {
    let (db, org) = founded().await;
    let answered = held(&db, org, 800).await.unwrap();
    assert_eq!(held(&db, org, 300).await, None, "what is under way counts");
    let mut connection = db.database().connection().await.unwrap();
    assert!(settle(&mut connection, org, answered, ANSWERED).await.unwrap());
    assert!(!settle(&mut connection, org, answered, ANSWERED).await.unwrap());
    let failed = held(&db, org, 300).await.unwrap();
    let ended = Ended::Failed("provider-unavailable");
    assert!(settle(&mut connection, org, failed, ended).await.unwrap());
    let month = this_month(&mut connection, org).await.unwrap();
    assert_eq!(
        (month.calls, month.tokens(), month.held, month.cost_micros),
        (1, 300, 0, 7)
    );
}

#[tokio::test]
async fn a_call_whose_end_nobody_wrote_down_is_charged_in_full() {
    let (db, org) = founded().await;
    held(&db, org, 400).await.unwrap();
    let aged = "UPDATE model_calls SET created_at = now() - interval '61 min'";
    db.client().await.batch_execute(aged).await.unwrap();
    held(&db, org, 100).await.unwrap();
    let mut connection = db.database().connection().await.unwrap();
    let month = this_month(&mut connection, org).await.unwrap();
    assert_eq!((month.calls, month.prompt_tokens, month.held), (1, 400, 100));
}

#[tokio::test]
async fn a_cap_of_nothing_allows_nothing() {
    let (db, org) = founded().await;
    let mut connection = db.database().connection().await.unwrap();
    let none = NewCall { cap: 0, ..call(1) };
    assert_eq!(hold(&mut connection, org, none).await.unwrap(), None);
    assert!(!has_room(&mut connection, org, (1, 0)).await.unwrap());
    assert_eq!(this_month(&mut connection, org).await.unwrap().tokens(), 0);
}
