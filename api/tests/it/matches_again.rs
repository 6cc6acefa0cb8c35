//! Rankings that are asked for again: a process that remembers answers as one that has nothing to remember.

use hiring_core::ids::CandidateId;
use hiring_core::reading::SectionKind;
use hiring_db::indexing::{self, ChunkRecord};
use hiring_platform::embeddings::EmbeddingModel;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::matches::{job, matches, names, rust_job};
use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

const QUERIES: [&str; 6] = [
    "",
    "?page=2&per_page=1",
    "?page=9",
    "?min_score=0.4",
    "?applied_only=true",
    "?blind=true&per_page=2",
];

/// What no table of skills knows, so that meaning and a model's word count.
const ABILITY: &str = "keeps large data stores healthy";

/// An answer without what tells one request from another.
pub fn lasting(mut answer: TestResponse) -> Value {
    answer.data(200);
    let meta = answer.json["meta"].as_object_mut().unwrap();
    meta.retain(|name, _| !["request_id", "timestamp"].contains(&name.as_str()));
    answer.json
}

pub struct Scene {
    pub app: TestApp,
    pub acme: TestOrganization,
    pub job: String,
    mira: CandidateId,
    tom: CandidateId,
}

impl Scene {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let acme = app.organization("Acme").await;
        let mira = app.candidate(acme.id, &Person::mira()).await;
        let tom = app.candidate(acme.id, &Person::tom()).await;
        app.candidate(acme.id, &Person::jane()).await;
        app.candidate(acme.id, &Person::mira()).await;
        let job = job(&app, &acme, &rust_job()).await;
        let mut connection = app.db.database().connection().await.unwrap();
        let position = job.parse().unwrap();
        hiring_db::applications::insert_once(&mut connection, acme.id, tom, position)
            .await
            .unwrap();
        drop(connection);
        Self {
            app,
            acme,
            job,
            mira,
            tom,
        }
    }

    fn model(&self) -> String {
        self.app.state.embedder.model().map(EmbeddingModel::key).unwrap()
    }

    /// Everybody as the process that remembers ranks them, after asking it and one that has nothing to remember the same.
    async fn ranked(&self) -> Value {
        let fresh = TestApp::start_with(&[("DATABASE_URL", self.app.db.url())]).await;
        for query in QUERIES {
            let computed = lasting(matches(&fresh, &self.acme, &self.job, query).await);
            for _ in 0..2 {
                let again = lasting(matches(&self.app, &self.acme, &self.job, query).await);
                assert_eq!(again.to_string(), computed.to_string(), "{query}");
            }
        }
        lasting(matches(&self.app, &self.acme, &self.job, "").await)
    }

    async fn change_job(&self, change: &Value) {
        let path = format!("/jobs/{}", self.job);
        let changed = self.app.patch(&path).token(&self.acme.recruiter);
        changed
            .header("if-match", "*")
            .json(change)
            .send()
            .await
            .data(200);
    }

    /// A language model points at Mira's work for [`ABILITY`].
    async fn point(&self) {
        let person = Person::mira();
        let read = person.read();
        let work = &read.resume.work[0].highlights[0];
        let place = json!({"requirement": ABILITY, "bp": 9_000, "start": work.start, "end": work.end});
        let pointed = json!({"measured_by": self.model(), "places": [place]});
        let about = (self.mira, self.job.parse().unwrap());
        let text_hash = Sha256::digest(read.visible_text.as_bytes()).into();
        self.app
            .model_answer(self.acme.id, about, &text_hash, &pointed)
            .await;
    }
}

#[actix_web::test]
async fn a_ranking_asked_for_again_is_the_same_byte_for_byte() {
    let scene = Scene::start().await;
    let first = scene.ranked().await;
    assert_eq!(first["meta"]["total"], 4);
    assert_eq!(scene.ranked().await, first);
}

#[actix_web::test]
async fn what_a_resume_says_anew_counts_at_once() {
    let scene = Scene::start().await;
    let before = scene.ranked().await;
    let mut mira = Person::mira();
    mira.name = "Tom Becker".to_owned();
    mira.skills.push("Haskell".to_owned());
    let mut connection = scene.app.db.database().connection().await.unwrap();
    let (read, facts) = (mira.read(), mira.facts());
    assert!(
        indexing::save_resume(&mut connection, scene.acme.id, scene.tom, &read, &facts)
            .await
            .unwrap()
    );
    drop(connection);
    assert_ne!(before["data"][0]["name"], "Tom Becker");
    let after = scene.ranked().await;
    assert_eq!(after["data"][0]["name"], "Tom Becker");
}

#[actix_web::test]
async fn other_wishes_and_weights_count_at_once() {
    let scene = Scene::start().await;
    scene.app.db.leave_tasks();
    let score = |ranked: &Value| ranked["data"][0]["score"].clone();
    let before = scene.ranked().await;
    scene.change_job(&json!({"weights": {"must_have": 1}})).await;
    let weighed = scene.ranked().await;
    assert_ne!(score(&weighed), score(&before));
    scene
        .change_job(
            &json!({"title": "Accountant", "requirements": {"must_have": ["Accounting"]}, "weights": null}),
        )
        .await;
    let accountants = matches(&scene.app, &scene.acme, &scene.job, "").await;
    assert_eq!(names(&accountants)[0], "Jane O'Hara");
    assert_eq!(scene.ranked().await["data"][0]["name"], "Jane O'Hara");
    scene.change_job(&rust_job()).await;
    assert_eq!(scene.ranked().await, before);
}

#[actix_web::test]
async fn closeness_and_what_a_model_points_at_count_at_once() {
    let scene = Scene::start().await;
    scene.app.db.leave_tasks();
    scene
        .change_job(&json!({"requirements": {"must_have": ["Rust", ABILITY]}}))
        .await;
    let before = scene.ranked().await;
    let of_mira = |ranked: &Value| {
        let all = ranked["data"].as_array().unwrap();
        let mira = json!(scene.mira.to_string());
        all.iter()
            .find(|one| one["candidate_id"] == mira)
            .unwrap()
            .clone()
    };
    scene.point().await;
    let pointed = scene.ranked().await;
    assert_eq!(
        (&of_mira(&before)["ai_used"], &of_mira(&pointed)["ai_used"]),
        (&json!(false), &json!(true))
    );
    let read = Person::mira().read();
    let work = &read.resume.work[0].highlights[0];
    let embedding = scene.app.state.embedder.embed_one("Haskell", 128).await.unwrap();
    let chunk = ChunkRecord {
        section: SectionKind::Work,
        start: work.start,
        end: work.end,
        embedding: embedding.clone(),
    };
    let mut connection = scene.app.db.database().connection().await.unwrap();
    let model = scene.model();
    indexing::save_profile_vector(&mut connection, scene.acme.id, scene.mira, &model, &embedding)
        .await
        .unwrap();
    indexing::replace_chunks(&mut connection, scene.acme.id, scene.mira, &model, &[chunk])
        .await
        .unwrap();
    drop(connection);
    let nearer = scene.ranked().await;
    assert_ne!(of_mira(&nearer), of_mira(&pointed));
}

#[actix_web::test]
async fn the_erased_are_gone_and_another_organization_has_its_own_ranking() {
    let scene = Scene::start().await;
    scene.app.db.leave_tasks();
    scene.ranked().await;
    let other = scene.app.organization("Other").await;
    let own = scene.app.candidate(other.id, &Person::mira()).await;
    let their_job = job(&scene.app, &other, &rust_job()).await;
    let theirs = matches(&scene.app, &other, &their_job, "").await;
    assert_eq!(
        (
            theirs.data(200).as_array().unwrap().len(),
            &theirs.data(200)[0]["candidate_id"]
        ),
        (1, &json!(own.to_string()))
    );
    let erased = scene.app.delete(&format!("/candidates/{}", scene.mira));
    let erased = erased.token(&scene.acme.admin).send().await;
    assert!((200..300).contains(&erased.status), "{}", erased.text());
    let left = scene.ranked().await;
    assert_eq!(left["meta"]["total"], 3);
    assert!(!left.to_string().contains(&scene.mira.to_string()));
}

#[actix_web::test]
async fn who_comes_and_who_cannot_be_chosen_any_more_counts_at_once() {
    let scene = Scene::start().await;
    let total = |ranked: &Value| ranked["meta"]["total"].clone();
    assert_eq!(total(&scene.ranked().await), 4);
    let late = scene.app.candidate(scene.acme.id, &Person::mira()).await;
    let ranked = scene.ranked().await;
    assert_eq!(total(&ranked), 5);
    assert!(ranked.to_string().contains(&late.to_string()));
    let client = scene.app.db.client().await;
    let mark = async |status: &str| {
        let change = format!("UPDATE candidates SET status = '{status}' WHERE id = '{late}'");
        client.batch_execute(&change).await.unwrap();
    };
    mark("processing").await;
    assert_eq!(total(&scene.ranked().await), 4);
    mark("ready").await;
    assert_eq!(scene.ranked().await, ranked);
}
