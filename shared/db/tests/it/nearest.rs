//! The list by meaning, and the vectors that it is made from.

use diesel_async::AsyncConnection;
use hiring_core::ids::OrgId;
use hiring_db::DbError;
use hiring_db::search::{self, QueryVector, Scan, SearchFilter};
use hiring_testkit::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

/// More people than are always compared one by one.
const CROWD: i32 = 1_200;

/// The query of these tests: like an embedding it has no direction of its own axes.
fn query_vector() -> Vec<f32> {
    (1..=384).map(|axis| (1.3 * axis as f32).sin()).collect()
}

/// People `from` to `to` with one vector each: `along` the query, and as long as it across it, each in a direction of their own.
async fn people(client: &Client, org: Uuid, (from, to): (i32, i32), along: f64, uploaded: &str) {
    let insert = format!(
        "WITH made AS (
             SELECT n, lpad(n::text, 32, '0')::uuid AS id, sha256(n::text::bytea) AS hash FROM generate_series($2::int, $3::int) n
         ), objects AS (
             INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
             SELECT id, $1, id::text, 'live', hash, 1, 'txt' FROM made
         ), people AS (
             INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, visible_text,
                 resume, uploaded_at)
             SELECT id, $1, id, hash, 'a.txt', 'txt', 'ready', 'somebody', '{{}}', '{uploaded}' FROM made
         )
         INSERT INTO profile_vectors (candidate_id, organization_id, model, embedding)
         SELECT id, $1, 'm', (SELECT array_agg($4::float8 * sin(1.3 * axis) + sin(0.37 * n * axis * axis) ORDER BY axis)
             FROM generate_series(1, 384) axis)::vector::halfvec FROM made"
    );
    client
        .execute(&insert, &[&org, &from, &to, &along])
        .await
        .unwrap();
}

async fn organization(client: &Client) -> OrgId {
    let org = OrgId::generate();
    let insert = "INSERT INTO organizations (id, name) VALUES ($1, 'Acme')";
    client.execute(insert, &[&org.uuid()]).await.unwrap();
    org
}

/// The nearest people to the query behind the filter, and how they were found.
async fn nearest(db: &TestDatabase, org: OrgId, filter: &SearchFilter) -> (Vec<Uuid>, Scan) {
    let embedding = query_vector();
    let query = QueryVector {
        model: "m",
        embedding: &embedding,
        least_similarity: 0.0,
    };
    let mut connection = db.database().connection().await.unwrap();
    let read = connection.transaction(async |conn| {
        search::prepare(conn).await?;
        search::plan(conn, search::Plans::Fitted).await?;
        let behind = search::list_behind(conn, org, filter).await?;
        let found = search::list_nearest(conn, org, filter, &query, &behind).await?;
        Ok::<_, DbError>(found)
    });
    read.await.unwrap()
}

#[tokio::test]
async fn people_whom_the_filters_want_are_found_among_many_who_are_nearer_to_the_query() {
    let db = TestDatabase::create().await;
    let client = db.client().await;
    let org = organization(&client).await;
    // An index is built much faster than it is filled row by row.
    client
        .batch_execute("DROP INDEX search_vectors_nearest")
        .await
        .unwrap();
    people(&client, org.uuid(), (1, CROWD), 3.0, "2020-01-01").await;
    people(&client, org.uuid(), (CROWD + 1, 2 * CROWD), 0.0, "2021-01-01").await;
    people(
        &client,
        org.uuid(),
        (2 * CROWD + 1, 2 * CROWD + 1),
        0.5,
        "2021-01-01",
    )
    .await;
    let index =
        "CREATE INDEX search_vectors_nearest ON search_vectors USING hnsw (embedding halfvec_cosine_ops)
         WITH (ef_construction = 200); ANALYZE";
    client.batch_execute(index).await.unwrap();

    let (everybody, scan) = nearest(&db, org, &SearchFilter::default()).await;
    assert_eq!((everybody.len(), scan), (200, Scan::Index));
    let first_of_2021: SearchFilter = SearchFilter {
        uploaded: ("2021-01-01T00:00:00Z".parse().ok(), None),
        ..SearchFilter::default()
    };
    let (people, scan) = nearest(&db, org, &first_of_2021).await;
    let wanted = Uuid::parse_str(&format!("{:0>32}", 2 * CROWD + 1)).unwrap();
    assert_eq!((people[0], scan), (wanted, Scan::Codes));
}

#[tokio::test]
async fn an_organization_finds_none_of_the_people_of_another() {
    let db = TestDatabase::create().await;
    let client = db.client().await;
    let (one, other) = (organization(&client).await, organization(&client).await);
    people(&client, one.uuid(), (1, 3), 1.0, "2020-01-01").await;
    people(&client, other.uuid(), (4, 5), 1.0, "2020-01-01").await;
    let (people, scan) = nearest(&db, other, &SearchFilter::default()).await;
    assert_eq!((people.len(), scan), (2, Scan::Exact));
    assert!(people.iter().all(|id| id.as_u128() > 3));
}

#[tokio::test]
async fn what_is_searched_follows_the_vectors_and_goes_with_the_candidate() {
    let db = TestDatabase::create().await;
    let client = db.client().await;
    let org = organization(&client).await;
    people(&client, org.uuid(), (1, 2), 1.0, "2020-01-01").await;
    let shown = async || {
        let query = "SELECT part, embedding::text FROM search_vectors ORDER BY candidate_id, part";
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect::<Vec<(i16, String)>>()
    };
    let coded = async || {
        let query = "SELECT length(codes) / 384, codes_model FROM search_entries ORDER BY candidate_id";
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect::<Vec<(i32, String)>>()
    };
    let of = |count: i32, people: usize| vec![(count, "m".to_owned()); people];
    let before = shown().await;
    assert_eq!(coded().await, of(1, 2));
    assert_eq!(before.iter().map(|(part, _)| *part).collect::<Vec<_>>(), [-1, -1]);
    let chunks = "INSERT INTO chunk_vectors (id, organization_id, candidate_id, model, ordinal, section, start_offset, end_offset,
             embedding)
         SELECT gen_random_uuid(), organization_id, candidate_id, model, n, 'work', 0, 1, embedding
         FROM profile_vectors, generate_series(0, 1) n";
    client.batch_execute(chunks).await.unwrap();
    let parts = |rows: Vec<(i16, String)>| rows.iter().map(|(part, _)| *part).collect::<Vec<_>>();
    assert_eq!(parts(shown().await), [-1, 0, 1, -1, 0, 1]);
    assert_eq!(coded().await, of(3, 2));
    let change = "INSERT INTO profile_vectors SELECT candidate_id, organization_id, model, embedding + embedding FROM profile_vectors
         ON CONFLICT (candidate_id, model) DO UPDATE SET embedding = excluded.embedding";
    client.batch_execute(change).await.unwrap();
    let after = shown().await;
    assert_ne!(after[0], before[0]);
    assert_eq!(after.len(), 6);
    client
        .batch_execute("DELETE FROM chunk_vectors WHERE ordinal = 1")
        .await
        .unwrap();
    assert_eq!(parts(shown().await), [-1, 0, -1, 0]);
    assert_eq!(coded().await, of(2, 2));
    let read_again = "UPDATE candidates SET status = 'processing'; UPDATE candidates SET status = 'ready'";
    client.batch_execute(read_again).await.unwrap();
    assert_eq!(coded().await, of(2, 2));
    client.batch_execute("DELETE FROM profile_vectors").await.unwrap();
    assert_eq!((parts(shown().await), coded().await), (vec![0, 0], of(1, 2)));
    let erase = "DELETE FROM candidates WHERE id = '00000000000000000000000000000001'";
    client.batch_execute(erase).await.unwrap();
    assert_eq!((parts(shown().await), coded().await), (vec![0], of(1, 1)));
}
