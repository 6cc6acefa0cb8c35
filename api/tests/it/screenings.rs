//! Stored scores: shown with what they were made from, derived once more, reviewed.

use hiring_core::ids::{ApplicationId, CandidateId, TaskId};
use hiring_core::{occupation, taxonomy};
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, Basis, NewFacts, NewScreening, Outcome, Run};
use hiring_matching::{CandidateFacts, JobFacts, RUBRIC_VERSION, Scorer, Weights};
use serde_json::{Value, json};

use crate::applications::put_on;
use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

/// Scores an application as the worker does, without closeness in meaning; answers the screening.
pub async fn screen(
    app: &TestApp,
    acme: &TestOrganization,
    (application, candidate): (ApplicationId, CandidateId),
) -> String {
    let mut connection = app.db.database().connection().await.unwrap();
    let rows = matching::list_scorable(&mut connection, acme.id, &[candidate.uuid()]).await;
    let row: ScorableRow = rows.unwrap().remove(0);
    let (resume, sections) = row.read().unwrap();
    let asked = serde_json::from_value(json!({"must_have": ["Rust", "Haskell"], "min_experience_years": 10}));
    let job = JobFacts::new(&asked.unwrap(), taxonomy::key);
    let facts = CandidateFacts::stored(&resume, &row.visible_text, &sections).uploaded(2026, 11);
    let (assessed, weights) = (Scorer::new(&job).assess(&facts), Weights::default());
    let new = NewFacts {
        assessed: json!(assessed),
        inputs: json!({
            "job": job, "similarities": {}, "uploaded": [2026, 11], "model": null, "taxonomy": taxonomy::VERSION,
            "occupations": occupation::VERSION,
            "parser_version": row.parser_version, "visible_text_sha256": row.visible_text_hash(),
            "sections_sha256": row.sections_hash(), "resume_sha256": row.resume_hash(),
        }),
        read_at: row.parsed_at,
        is_complete: false,
    };
    let screening = NewScreening {
        application,
        total_bp: assessed.score(&weights).total_bp,
        facts: Basis::New(Box::new(new)),
    };
    let run = Run {
        task: TaskId::generate(),
        engine: "rubric",
        score_version: RUBRIC_VERSION,
        weights: &json!(weights),
        basis: &[0; 32],
    };
    let stored = screenings::insert(&mut connection, acme.id, run, vec![screening]).await;
    match stored.unwrap().remove(0) {
        Outcome::Stored(screened) => screened.id.to_string(),
        other => panic!("{other:?}"),
    }
}

struct Scene {
    app: TestApp,
    acme: TestOrganization,
    mira: CandidateId,
    application: ApplicationId,
    screening: String,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let job = crate::applications::job(&app, &acme, "Rust engineer").await;
    let mira = app.readable(acme.id, &Person::mira()).await;
    let application = put_on(&app, &acme, mira, &job).await;
    let screening = screen(&app, &acme, (application, mira)).await;
    Scene {
        app,
        acme,
        mira,
        application,
        screening,
    }
}

impl Scene {
    async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).token(&self.acme.recruiter).send().await
    }

    async fn post(&self, what: &str, body: &Value) -> TestResponse {
        let path = format!("/screenings/{}/{what}", self.screening);
        self.app
            .post(&path)
            .token(&self.acme.recruiter)
            .json(body)
            .send()
            .await
    }
}

#[actix_web::test]
async fn a_screening_tells_its_reasons_its_weights_and_what_it_was_made_from() {
    let scene = scene().await;
    let response = scene.get(&format!("/screenings/{}", scene.screening)).await;
    let shown = response.data(200);
    let text: Vec<char> = Person::mira().text().chars().collect();
    let quotes: Vec<&Value> = shown["components"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|component| component["evidence"].as_array().unwrap())
        .collect();
    assert!(!quotes.is_empty());
    for quote in quotes {
        let [start, end] = ["start", "end"].map(|at| usize::try_from(quote[at].as_u64().unwrap()).unwrap());
        let said: String = text[start..end].iter().collect();
        assert_eq!(quote["quote"], said);
    }
    assert_eq!(shown["application_id"], scene.application.to_string());
    assert_eq!(shown["versions"]["rubric"], RUBRIC_VERSION);
    assert_eq!(
        shown["versions"]["visible_text_sha256"].as_str().unwrap().len(),
        64
    );
    assert_eq!(
        (&shown["ai_used"], &shown["human_reviewed"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(shown["weights"]["must_have"], Weights::default().must_have);
    assert_eq!(response.header("cache-control"), "no-store");
    let application = scene.get(&format!("/applications/{}", scene.application)).await;
    let latest = application.data(200);
    assert_eq!(latest["ai_score"], shown["score"]);
    assert_eq!(latest["ai_analysis"]["screening_id"], scene.screening);
    assert_eq!(latest["ai_analysis"]["components"], shown["components"]);
}

#[actix_web::test]
async fn a_replay_gives_the_same_number_every_time_from_facts_and_anew_from_the_resume() {
    let scene = scene().await;
    let first = scene.post("replay", &json!({})).await;
    let told = first.data(200).clone();
    assert_eq!(
        (&told["same"], &told["stored"]),
        (&json!(true), &told["replayed"])
    );
    assert_eq!(
        (&told["from"], &told["changed"]),
        (&json!("stored_facts"), &json!([]))
    );
    assert_eq!(told["anew"], json!({"same": true, "score": told["stored"]}));
    for _ in 0..100 {
        assert_eq!(*scene.post("replay", &json!({})).await.data(200), told);
    }
    assert_eq!(scene.app.count("SELECT count(*) FROM screenings").await, 1);
}

#[actix_web::test]
async fn a_replay_needs_no_resume_and_says_what_has_changed_since() {
    let scene = scene().await;
    let client = scene.app.db.client().await;
    let read_again = "UPDATE candidates SET visible_text = 'Another text', parser_version = 'later'";
    client.batch_execute(read_again).await.unwrap();
    let response = scene.post("replay", &json!({})).await;
    let told = response.data(200);
    assert_eq!((&told["same"], &told["anew"]), (&json!(true), &Value::Null));
    assert_eq!(told["changed"], json!(["visible_text", "parser"]));
    client
        .batch_execute("UPDATE candidates SET status = 'processing'")
        .await
        .unwrap();
    let response = scene.post("replay", &json!({})).await;
    assert_eq!(response.data(200)["same"], true);
}

#[actix_web::test]
async fn a_person_agrees_or_says_what_would_be_right_and_every_word_is_kept() {
    let scene = scene().await;
    scene.post("review", &json!({"verdict": "agree"})).await.data(201);
    let corrected =
        json!({"verdict": "correct", "score": 0.9, "comment": "Knows Haskell from the open source work."});
    let stored = scene.post("review", &corrected).await;
    assert_eq!(stored.data(201)["score"], 0.9);
    for (wrong, pointer) in [
        (json!({"verdict": "maybe"}), "/verdict"),
        (json!({"verdict": "agree", "score": 0.5}), "/score"),
        (json!({"verdict": "correct", "comment": "Too low."}), "/score"),
        (
            json!({"verdict": "correct", "score": 1.5, "comment": "x"}),
            "/score",
        ),
        (json!({"verdict": "correct", "score": 0.5}), "/comment"),
    ] {
        scene.post("review", &wrong).await.invalid(pointer);
    }
    let response = scene.get(&format!("/screenings/{}", scene.screening)).await;
    let shown = response.data(200);
    assert_eq!(shown["human_reviewed"], true);
    let verdicts: Vec<&Value> = shown["reviews"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["verdict"])
        .collect();
    assert_eq!(verdicts, ["agree", "correct"]);
    let list = scene.get("/applications").await;
    assert_eq!(list.data(200)[0]["ai_analysis"]["human_reviewed"], true);
    // A fresh score has not been looked at.
    screen(&scene.app, &scene.acme, (scene.application, scene.mira)).await;
    let list = scene.get("/applications").await;
    assert_eq!(list.data(200)[0]["ai_analysis"]["human_reviewed"], false);
}

#[actix_web::test]
async fn another_organizations_screenings_do_not_exist() {
    let scene = scene().await;
    let other = scene.app.organization("Other").await;
    let path = format!("/screenings/{}", scene.screening);
    let review = json!({"verdict": "agree"});
    let answers = [
        scene.app.get(&path).token(&other.admin).send().await,
        scene
            .app
            .post(&format!("{path}/replay"))
            .token(&other.admin)
            .send()
            .await,
        scene
            .app
            .post(&format!("{path}/review"))
            .token(&other.admin)
            .json(&review)
            .send()
            .await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 404, "{}", answer.text());
        answer.problem("not-found");
    }
    let reviews = scene.app.count("SELECT count(*) FROM screening_reviews").await;
    assert_eq!(reviews, 0);
}
