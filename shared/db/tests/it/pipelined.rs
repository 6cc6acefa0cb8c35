//! A statement that travels with its BEGIN never stands without it.

use diesel::QueryableByName;
use diesel::sql_types::Nullable;
use diesel_async::{AnsiTransactionManager, RunQueryDsl, TransactionManager};
use hiring_db::pipelined::{INSIDE, begin_with};
use hiring_db::statement::statement;
use hiring_testkit::TestDatabase;

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Nullable<diesel::sql_types::Bool>)]
    inside: Option<bool>,
}

#[tokio::test]
async fn the_mark_of_a_pipelined_transaction_is_there_inside_and_nowhere_else() {
    let database = TestDatabase::create().await;
    let mut conn = database.database().connection().await.unwrap();
    let ask: &str = Box::leak(format!("SELECT {INSIDE} AS inside").into_boxed_str());
    for _ in 0..2 {
        let outside: Answer = statement(ask).get_result(&mut *conn).await.unwrap();
        assert_ne!(outside.inside, Some(true), "a change here would stand alone");
        let inside: Vec<Answer> = begin_with(&mut conn, statement(ask)).await.unwrap();
        assert_eq!(inside[0].inside, Some(true));
        AnsiTransactionManager::commit_transaction(&mut *conn)
            .await
            .unwrap();
    }
}
