//! Whom a ranking scores where there are more than it can: a process that remembers chooses as one that looks at everybody.

use hiring_testkit::eventually;

use crate::matches::matches;
use crate::matches_again::{Scene, lasting};
use crate::test_app::TestApp;

/// 1,200 people like Tom, more than a process knows of a choice; each has skills of Mira's, a third of them all.
const CROWD: &str = "
    CREATE TEMP TABLE crowd AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, 1200) n;
    INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
        SELECT crowd.id, organization_id, crowd.id::text, 'live', sha256(crowd.id::text::bytea), 1, 'txt'
        FROM crowd, candidates WHERE name = 'Tom Becker';
    INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, name, visible_text, sections, resume,
            parser_version, parsed_at, skills)
        SELECT crowd.id, organization_id, crowd.id, sha256(crowd.id::text::bytea), 'a.txt', 'txt', 'ready', 'Number ' || n, visible_text,
            sections, resume, parser_version, parsed_at, (ARRAY['rust', 'kubernetes', 'postgresql'])[:1 + n % 3]
        FROM crowd, candidates WHERE name = 'Tom Becker';";

#[actix_web::test]
async fn a_choice_among_more_than_are_known_follows_whoever_comes_changes_and_goes() {
    let scene = Scene::start().await;
    let client = scene.app.db.client().await;
    client.batch_execute(CROWD).await.unwrap();
    let chosen = async |app: &TestApp| {
        let mut pages = Vec::new();
        for page in 1..=5 {
            let query = format!("?per_page=100&page={page}");
            pages.push(lasting(matches(app, &scene.acme, &scene.job, &query).await).to_string());
        }
        pages
    };
    // Once nobody is at work any more who was when something changed, it has not changed since.
    let over = "SELECT max(changed_by) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM candidate_changes";
    let settled = async || {
        eventually("the end of older transactions", async || {
            let row = client.query_one(over, &[]).await.unwrap();
            row.get::<_, bool>(0).then_some(())
        })
        .await;
        chosen(&scene.app).await
    };
    let mut before = chosen(&scene.app).await;
    assert!(settled().await == before);
    let changes = [
        // Some who were beyond those who are known get into the choice, some of the chosen fall far behind.
        "UPDATE candidates SET skills = '{rust,kubernetes,postgresql,haskell}', name = 'Late' || name WHERE id IN
            (SELECT id FROM crowd WHERE n % 3 = 0 ORDER BY id DESC LIMIT 40)",
        "UPDATE candidates SET skills = '{}' WHERE id IN (SELECT id FROM crowd WHERE n % 3 = 2 ORDER BY id LIMIT 30)",
        "DELETE FROM candidates WHERE id IN (SELECT id FROM crowd WHERE n % 3 = 2 ORDER BY id OFFSET 30 LIMIT 50)",
        "UPDATE candidates SET status = 'processing' WHERE id IN (SELECT id FROM crowd WHERE n % 3 = 2 ORDER BY id OFFSET 80 LIMIT 60)",
        // More than there are others known.
        "DELETE FROM candidates WHERE id IN (SELECT id FROM crowd WHERE n % 3 > 0 ORDER BY id LIMIT 700)",
    ];
    for change in changes {
        client.batch_execute(change).await.unwrap();
        let fresh = TestApp::start_with(&[("DATABASE_URL", scene.app.db.url())]).await;
        let (computed, again) = (chosen(&fresh).await, chosen(&scene.app).await);
        assert!(again == computed, "{change}");
        assert!(again != before, "{change}");
        before = again;
    }
    assert!(settled().await == before);
    // What nobody is told of changes nothing, so it was not everybody who was looked at.
    let unnoticed = "ALTER TABLE candidates DISABLE TRIGGER candidates_are_chosen_anew;
        UPDATE candidates SET skills = '{}' WHERE skills @> '{haskell}'";
    client.batch_execute(unnoticed).await.unwrap();
    let fresh = TestApp::start_with(&[("DATABASE_URL", scene.app.db.url())]).await;
    assert!(chosen(&fresh).await != before);
    assert!(chosen(&scene.app).await == before);
}
