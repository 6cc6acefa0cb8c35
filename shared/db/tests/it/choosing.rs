//! Whom rankings choose, and who changed since.

use hiring_core::ids::{JobId, OrgId};
use hiring_db::Database;
use hiring_db::matching::{self, Changed, Merit, Moment, Wanted};
use hiring_testkit::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

const VECTOR: &str = "array_fill(0.5, ARRAY[384])::halfvec(384)";

struct Scene {
    db: TestDatabase,
    database: Database,
    client: Client,
    org: OrgId,
    job: JobId,
    skills: [Vec<String>; 2],
}

impl Scene {
    /// An organization with a job that asks for Rust before SQL, and whose text is embedded.
    async fn start() -> Self {
        let db = TestDatabase::create().await;
        let (client, database) = (db.client().await, db.database());
        let (org, job) = (OrgId::generate(), JobId::generate());
        let scene = Self {
            db,
            database,
            client,
            org,
            job,
            skills: [vec!["rust".to_owned()], vec!["sql".to_owned()]],
        };
        scene.organization(org).await;
        let embedded = format!(
            "INSERT INTO jobs (id, organization_id, title, description, job_type) VALUES ('{0}', '{1}', 'Engineer', '', 'full_time');
             INSERT INTO job_vectors (job_id, organization_id, model, text_hash, embedding)
             VALUES ('{0}', '{1}', 'm', sha256('a'), (SELECT array_agg(sin(n)) FROM generate_series(1, 384) n)::vector::halfvec)",
            job.uuid(),
            org.uuid()
        );
        scene.run(&embedded).await;
        scene
    }

    async fn organization(&self, org: OrgId) {
        self.run(&format!(
            "INSERT INTO organizations (id, name) VALUES ('{}', 'Acme')",
            org.uuid()
        ))
        .await;
    }

    /// Somebody who can be chosen.
    async fn candidate(&self, org: OrgId, number: u128, skills: &str) -> Uuid {
        let id = Uuid::from_u128(number);
        let insert = format!(
            "INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
             VALUES ('{id}', '{0}', '{id}', 'live', sha256('{id}'), 1, 'txt');
             INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, visible_text, resume, skills)
             VALUES ('{id}', '{0}', '{id}', sha256('{id}'), 'a.txt', 'txt', 'ready', 'somebody', '{{}}', '{skills}')",
            org.uuid()
        );
        self.run(&insert).await;
        id
    }

    async fn embed(&self, id: Uuid, vector: &str) {
        self.run(&format!(
            "INSERT INTO profile_vectors (candidate_id, organization_id, model, embedding)
             SELECT id, organization_id, 'm', {vector} FROM candidates WHERE id = '{id}'
             ON CONFLICT (candidate_id, model) DO UPDATE SET embedding = excluded.embedding"
        ))
        .await;
    }

    async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }

    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            job: self.job,
            model: Some("m"),
            must_have: &self.skills[0],
            nice_to_have: &self.skills[1],
        }
    }

    async fn moment(&self) -> Moment {
        let mut connection = self.database.connection().await.unwrap();
        matching::read_moment(&mut connection, self.org, &self.wanted())
            .await
            .unwrap()
    }

    async fn best(&self, limit: i64) -> Vec<Merit> {
        let mut connection = self.database.connection().await.unwrap();
        matching::list_best(&mut connection, self.org, &self.wanted(), limit)
            .await
            .unwrap()
    }

    async fn applicants(&self) -> Vec<Uuid> {
        let mut connection = self.database.connection().await.unwrap();
        let rows = matching::list_best_applicants(&mut connection, self.org, &self.wanted(), 100).await;
        rows.unwrap().iter().map(|row| row.id).collect()
    }

    async fn changed(&self, since: &Moment) -> Vec<Changed> {
        self.changed_by_now(since).await.1
    }

    async fn changed_by_now(&self, since: &Moment) -> (Moment, Vec<Changed>) {
        let mut connection = self.database.connection().await.unwrap();
        matching::list_changed(&mut connection, self.org, (&self.wanted(), since), 100)
            .await
            .unwrap()
    }

    /// Which transaction is noted for each candidate.
    async fn noted(&self) -> Vec<(Uuid, i64)> {
        let query = "SELECT candidate_id, changed_by FROM candidate_changes ORDER BY candidate_id";
        let rows = self.client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

#[tokio::test]
async fn the_order_of_merits_is_the_databases() {
    let scene = Scene::start().await;
    let skills = ["{}", "{rust}", "{sql}", "{go,rust,sql}"];
    let vectors = [
        "array_fill(0, ARRAY[384])::halfvec(384)",
        "array_fill(-0.25, ARRAY[384])::halfvec(384)",
        "(SELECT array_agg(sin(n)) FROM generate_series(1, 384) n)::vector::halfvec",
        VECTOR,
    ];
    // Two of each kind, so that the id decides.
    for number in 0..40_usize {
        let id = scene
            .candidate(scene.org, 40 - number as u128, skills[number % skills.len()])
            .await;
        if let Some(vector) = vectors.get(number % 20 / skills.len()) {
            scene.embed(id, vector).await;
        }
    }
    let best = scene.best(100).await;
    let mut sorted = best.clone();
    sorted.sort_unstable_by(Merit::order);
    let ids = |merits: &[Merit]| merits.iter().map(|merit| merit.id).collect::<Vec<_>>();
    assert_eq!((best.len(), ids(&sorted)), (40, ids(&best)));
    assert!(best.iter().any(|merit| merit.similarity.is_none()));
    assert!(best.iter().any(|merit| merit.similarity.is_some_and(f64::is_nan)));
    assert_eq!((best[0].must_have, best[0].nice_to_have), (1, 1));
    assert_eq!(ids(&scene.best(7).await), ids(&best)[..7]);

    for applied in [best[23].id, best[7].id] {
        let apply = format!(
            "INSERT INTO applications (id, organization_id, candidate_id, job_id)
             VALUES (gen_random_uuid(), '{}', '{applied}', '{}')",
            scene.org.uuid(),
            scene.job.uuid()
        );
        scene.run(&apply).await;
    }
    assert_eq!(scene.applicants().await, [best[7].id, best[23].id]);
}

#[tokio::test]
async fn whatever_a_choice_depends_on_is_noted_whoever_changes_it() {
    let scene = Scene::start().await;
    let id = scene.candidate(scene.org, 1, "{}").await;
    let changes = [
        "UPDATE candidates SET skills = '{rust}'".to_owned(),
        format!("INSERT INTO profile_vectors SELECT id, organization_id, 'm', {VECTOR} FROM candidates"),
        "UPDATE profile_vectors SET embedding = embedding + embedding".to_owned(),
        "DELETE FROM profile_vectors".to_owned(),
        format!("INSERT INTO profile_vectors SELECT id, organization_id, 'm', {VECTOR} FROM candidates"),
        "TRUNCATE profile_vectors".to_owned(),
        "UPDATE candidates SET status = 'processing'".to_owned(),
        "UPDATE candidates SET status = 'ready'".to_owned(),
    ];
    for change in changes {
        let (moment, before) = (scene.moment().await, scene.noted().await);
        scene.run(&change).await;
        assert_ne!(scene.noted().await, before, "{change}");
        let changed = scene.changed(&moment).await;
        assert_eq!(changed.len(), 1, "{change}");
        assert_eq!(
            (changed[0].merit.id, changed[0].is_ready),
            (id, !change.contains("processing"))
        );
        let now = scene.best(100).await;
        assert!(now.is_empty() != changed[0].is_ready, "{change}");
        assert!(now.iter().all(|merit| *merit == changed[0].merit), "{change}");
    }
}

#[tokio::test]
async fn what_does_not_count_in_choosing_is_not_noted() {
    let scene = Scene::start().await;
    let id = scene.candidate(scene.org, 1, "{rust}").await;
    scene.embed(id, VECTOR).await;
    let before = scene.noted().await;
    scene
        .run(
            "UPDATE candidates SET name = 'Mira', updated_at = now(), version = version + 1, skills = skills",
        )
        .await;
    assert_eq!(scene.noted().await, before);
    // Nothing is left of whoever is erased, though their vector goes with them.
    scene.run("DELETE FROM candidates").await;
    assert_eq!(scene.noted().await, []);
}

#[tokio::test]
async fn a_change_that_was_under_way_at_the_moment_is_found_after_it() {
    let scene = Scene::start().await;
    let slow = scene.candidate(scene.org, 1, "{}").await;
    let fast = scene.candidate(scene.org, 2, "{}").await;
    let other = scene.db.client().await;
    let change =
        |id: Uuid, skills: &str| format!("UPDATE candidates SET skills = '{{{skills}}}' WHERE id = '{id}'");
    other
        .batch_execute(&format!("BEGIN; {}", change(slow, "rust")))
        .await
        .unwrap();
    // A later transaction is over before the one that began earlier.
    scene.run(&change(fast, "sql")).await;
    let moment = scene.moment().await;
    let found = async || {
        let changed = scene.changed(&moment).await;
        let skills = |merit: &Merit| (merit.must_have, merit.nice_to_have);
        changed
            .iter()
            .map(|one| (one.merit.id, skills(&one.merit)))
            .collect::<Vec<_>>()
    };
    assert!(!found().await.contains(&(slow, (1, 0))));
    // It also changes what the later one changed: the lower number takes the place of the higher one.
    other
        .batch_execute(&format!("{}; COMMIT", change(fast, "rust,sql")))
        .await
        .unwrap();
    let found = found().await;
    assert!(found.contains(&(slow, (1, 0))), "{found:?}");
    assert!(found.contains(&(fast, (1, 1))), "{found:?}");
}

#[tokio::test]
async fn a_moment_is_continued_by_those_of_the_same_tables_and_vector() {
    let scene = Scene::start().await;
    let moment = scene.moment().await;
    let (later, changed) = scene.changed_by_now(&moment).await;
    assert!(later.continues(&moment));
    assert_eq!(changed, []);
    assert!(!Moment::default().continues(&moment));
    let id = scene.candidate(scene.org, 1, "{}").await;
    scene
        .run("UPDATE job_vectors SET embedding = embedding + embedding")
        .await;
    let (compared_anew, changed) = scene.changed_by_now(&moment).await;
    assert_eq!(changed.iter().map(|one| one.merit.id).collect::<Vec<_>>(), [id]);
    assert!(!compared_anew.continues(&later));
    let restored =
        "ALTER TABLE candidate_changes RENAME TO former; CREATE TABLE candidate_changes (LIKE former)";
    scene.run(restored).await;
    assert!(!scene.moment().await.continues(&compared_anew));

    // Two copies of one database, whose tables have the same numbers.
    let wanted = Wanted {
        model: None,
        ..scene.wanted()
    };
    let mut moments = Vec::new();
    for db in [TestDatabase::create().await, TestDatabase::create().await] {
        let mut connection = db.database().connection().await.unwrap();
        let moment = matching::read_moment(&mut connection, scene.org, &wanted).await;
        moments.push(moment.unwrap());
    }
    assert!(!moments[1].continues(&moments[0]));
}

#[tokio::test]
async fn numbers_of_a_server_that_counted_further_are_no_changes() {
    let scene = Scene::start().await;
    scene.candidate(scene.org, 1, "{rust}").await;
    let moment = scene.moment().await;
    scene
        .run("UPDATE candidate_changes SET changed_by = changed_by + 1000000000000")
        .await;
    assert_eq!(scene.changed(&moment).await, []);
    scene.run("UPDATE candidates SET skills = '{sql}'").await;
    assert_eq!(scene.changed(&moment).await.len(), 1);
}

#[tokio::test]
async fn changes_are_the_organizations_own() {
    let scene = Scene::start().await;
    let moment = scene.moment().await;
    let theirs = OrgId::generate();
    scene.organization(theirs).await;
    scene.candidate(theirs, 1, "{rust}").await;
    assert_eq!(scene.changed(&moment).await, []);
}
