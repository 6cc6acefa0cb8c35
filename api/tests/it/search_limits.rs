//! Searching at the edges: values out of range, text of any sort, many people.

use hiring_core::ids::OrgId;

use crate::search::{names, search, three_people};
use crate::test_app::TestApp;

#[actix_web::test]
async fn values_out_of_range_are_named() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let (long, many) = ("a".repeat(501), "a,".repeat(51));
    for (query, pointer) in [
        (
            &[("min_experience", "5"), ("max_experience", "4")][..],
            "max_experience",
        ),
        (&[("min_experience", "-1")], "min_experience"),
        (&[("min_experience", "NaN")], "min_experience"),
        (&[("max_experience", "61")], "max_experience"),
        (&[("page", "0")], "page"),
        (&[("per_page", "101")], "per_page"),
        (&[("page", "101"), ("per_page", "100")], "page"),
        (&[("q", &long)], "q"),
        (&[("q", "nul\0byte")], "q"),
        (&[("location", &long)], "location"),
        (&[("skills", &long)], "skills"),
        (&[("skills", &many)], "skills"),
        (&[("skills", "!!!")], "skills"),
        (&[("location", "%_%")], "location"),
        (&[("education", "wizard")], "education"),
        (&[("language", "Zebraish")], "language"),
        (&[("language", "German:D1")], "language"),
        (&[("stage", "waiting")], "stage"),
        (
            &[("uploaded_from", "2026-02-01"), ("uploaded_to", "2026-01-31")],
            "uploaded_to",
        ),
        (&[("q", &"x ".repeat(1_100))], "q"),
    ] {
        let response = search(&app, &acme, query).await;
        assert_eq!(response.status, 422, "{query:?}: {}", response.text());
        response.invalid(pointer);
    }
    for query in [
        [("page", "one")],
        [("min_experience", "few")],
        [("unknown", "1")],
        [("uploaded_from", "yesterday")],
        [("job_id", "7")],
        [("interpret", "perhaps")],
    ] {
        let response = search(&app, &acme, &query).await;
        assert_eq!(response.status, 400, "{query:?}: {}", response.text());
        response.problem("malformed-request");
    }
    let twice = app
        .get("/candidates/search?q=a&q=b")
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(twice.status, 400);
}

#[actix_web::test]
async fn any_text_can_be_searched_for() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let long = "x ".repeat(250);
    for text in [
        "'; DROP TABLE candidates; --",
        "a & | ! ( ) : * <-> b",
        "\"unclosed",
        "C++ & 'r&d' rust'",
        "b:*",
        "IT",
        "rust \\' \\",
        "http://x.example/a&b?c='d'|e",
        &long,
    ] {
        let response = search(&app, &acme, &[("q", text)]).await;
        assert_eq!(response.status, 200, "{text:?}: {}", response.text());
        let filtered = search(
            &app,
            &acme,
            &[("location", text.trim()), ("q", "-rust -\"a b\" 'x'")],
        )
        .await;
        assert!(
            matches!(filtered.status, 200 | 422),
            "{text:?}: {}",
            filtered.text()
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM candidates").await, 3);
}

#[actix_web::test]
async fn a_text_without_a_word_to_search_for_is_told_so() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    for text in [
        "the and of",
        "🦀🦀",
        "\\",
        "-",
        "--",
        "!!! -!",
        "%_%",
        "& | ! ( ) : * <->",
        "\"\"",
        "und oder mit",
        "\u{202e}\u{200b}",
    ] {
        let response = search(&app, &acme, &[("q", text)]).await;
        assert_eq!(response.status, 422, "{text:?}: {}", response.text());
        response.invalid("q");
    }
}

#[actix_web::test]
async fn a_large_organization_is_searched_by_index() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let other = app.organization("Other").await;
    crowd(&app, acme.id, i32::try_from(hiring_db::search::FEW).unwrap()).await;
    crowd(&app, other.id, 300).await;
    let response = search(&app, &acme, &[("q", "finance department payroll specialist")]).await;
    assert_eq!(names(&response)[0], "Jane O'Hara", "{}", response.text());
    assert_eq!(response.json["meta"]["engine"], "hybrid");
    let narrow = search(&app, &acme, &[("q", "payroll"), ("location", "denver")]).await;
    assert_eq!(names(&narrow), ["Jane O'Hara"]);
}

/// People with vectors that point anywhere.
async fn crowd(app: &TestApp, org: OrgId, size: i32) {
    let model = app.state.embedder.model().unwrap().key();
    let client = app.db.client().await;
    // An index is built much faster than it is filled row by row.
    client
        .batch_execute("DROP INDEX search_vectors_nearest")
        .await
        .unwrap();
    client
        .execute(
            "WITH made AS (
                 SELECT gen_random_uuid() AS id, sha256(n::text::bytea) AS hash FROM generate_series(1, $3::int) n
             ), objects AS (
                 INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
                 SELECT id, $1, id::text, 'live', hash, 1, 'txt' FROM made
             ), people AS (
                 INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, visible_text,
                     resume)
                 SELECT id, $1, id, hash, 'a.txt', 'txt', 'ready', 'somebody', '{}' FROM made
             )
             INSERT INTO profile_vectors (candidate_id, organization_id, model, embedding)
             SELECT id, $1, $2,
                 (SELECT array_agg(random() - 0.5) FROM generate_series(1, 384) WHERE made.id IS NOT NULL)::vector::halfvec
             FROM made",
            &[&org.uuid(), &model, &size],
        )
        .await
        .unwrap();
    let index =
        "CREATE INDEX search_vectors_nearest ON search_vectors USING hnsw (embedding halfvec_cosine_ops)
         WITH (ef_construction = 200); ANALYZE";
    client.batch_execute(index).await.unwrap();
}
