//! Hand-written statements are prepared once a connection.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;
use hiring_db::statement::statement;
use hiring_testkit::TestDatabase;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[tokio::test]
async fn a_statement_is_prepared_once_and_takes_its_values_in_order() {
    let database = TestDatabase::create().await;
    let mut conn = database.database().connection().await.unwrap();
    for number in 1..=3 {
        let difference = statement("SELECT (?::integer - ?::integer)::bigint AS number");
        let row: Number = difference
            .bind::<Integer, _>(number * 10)
            .bind::<Integer, _>(number)
            .get_result(&mut conn)
            .await
            .unwrap();
        assert_eq!(row.number, i64::from(number) * 9);
    }
    let prepared = "SELECT count(*) AS number FROM pg_prepared_statements WHERE statement LIKE 'SELECT ($1%'";
    let row: Number = diesel::sql_query(prepared).get_result(&mut conn).await.unwrap();
    assert_eq!(row.number, 1);
}
