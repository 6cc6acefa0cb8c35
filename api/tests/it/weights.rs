//! How much each component of a score counts is a job's own; whoever changes that has everybody scored anew.

use hiring_matching::Weights;
use serde_json::{Value, json};

use crate::applications::put_on;
use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

async fn create(app: &TestApp, acme: &TestOrganization, body: &Value) -> TestResponse {
    app.post("/jobs").token(&acme.recruiter).json(body).send().await
}

async fn change(app: &TestApp, acme: &TestOrganization, job: &str, body: &Value) -> TestResponse {
    app.patch(&format!("/jobs/{job}"))
        .token(&acme.recruiter)
        .header("if-match", "*")
        .json(body)
        .send()
        .await
}

#[actix_web::test]
async fn weights_are_shown_to_the_jobs_own_organization_only_and_fall_back_to_those_of_the_house() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let plain = create(&app, &acme, &json!({"title": "Baker"})).await;
    let house = plain.data(201)["weights"].clone();
    assert_eq!(house, serde_json::to_value(Weights::default()).unwrap());
    let own = json!({"title": "Cook", "weights": {"must_have": 10, "semantic": 0}});
    let created = create(&app, &acme, &own).await;
    let job = created.data(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(created.data(201)["weights"]["must_have"], 10);
    assert_eq!(created.data(201)["weights"]["education"], house["education"]);
    let back = change(&app, &acme, &job, &json!({"weights": null})).await;
    assert_eq!(back.data(200)["weights"], house);
    let public = app.get(&format!("/jobs/{job}")).send().await;
    assert!(public.data(200)["weights"].is_null());
    let listed = app.get("/jobs").send().await;
    assert!(listed.data(200)[0]["weights"].is_null());
    let mine = app.get("/jobs").token(&acme.recruiter).send().await;
    assert_eq!(mine.data(200)[0]["weights"], house);
}

#[actix_web::test]
async fn weights_that_make_no_score_are_refused() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let nothing = json!({"must_have": 0, "nice_to_have": 0, "profession": 0, "experience": 0, "education": 0, "location": 0, "semantic": 0,
        "recency": 0});
    for (weights, pointer) in [
        (nothing, "/weights"),
        (json!({"semantic": 10_001}), "/weights/semantic"),
        (json!({"semantic": -1}), "/weights/semantic"),
        (json!({"semantic": 0.5}), "/weights/semantic"),
        (json!({"looks": 1}), "/weights/looks"),
    ] {
        let body = json!({"title": "Cook", "weights": weights});
        let refused = create(&app, &acme, &body).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        refused.invalid(pointer);
    }
}

#[actix_web::test]
async fn a_change_that_scores_depend_on_is_followed_by_scoring_everybody_on_the_job_once_at_a_time() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let created = create(&app, &acme, &json!({"title": "Cook"})).await;
    let job = created.data(201)["id"].as_str().unwrap().to_owned();
    let alone = change(&app, &acme, &job, &json!({"weights": {"semantic": 1}})).await;
    assert!(alone.data(200)["rescore_task_id"].is_null(), "nobody is on it");
    let mira = app.readable(acme.id, &Person::mira()).await;
    put_on(&app, &acme, mira, &job).await;
    let salary = json!({"salary_min": 1, "weights": {"semantic": 1}});
    let same = change(&app, &acme, &job, &salary).await;
    assert!(same.data(200)["rescore_task_id"].is_null(), "no score changes");
    let weighed = change(&app, &acme, &job, &json!({"weights": {"semantic": 2}})).await;
    let task = weighed.data(200)["rescore_task_id"].as_str().unwrap().to_owned();
    let asked = json!({"requirements": {"must_have": ["Bread"]}});
    let again = change(&app, &acme, &job, &asked).await;
    assert_eq!(again.data(200)["rescore_task_id"], task, "one task at a time");
    let shown = app
        .get(&format!("/tasks/{task}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(shown.data(200)["kind"], "rescore_job");
    app.db.leave_tasks();
}

#[actix_web::test]
async fn matches_go_by_the_jobs_own_weights() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    app.readable(acme.id, &Person::mira()).await;
    let body = json!({"title": "Cook", "requirements": {"must_have": ["Bread"], "min_experience_years": 8},
        "weights": {"must_have": 0, "experience": 1, "profession": 0, "recency": 0}});
    let created = create(&app, &acme, &body).await;
    let path = format!("/jobs/{}/matches", created.data(201)["id"].as_str().unwrap());
    let matches = app.get(&path).token(&acme.recruiter).send().await;
    let components = matches.data(200)[0]["components"].as_array().unwrap().clone();
    let weight = |name: &str| {
        let one = components.iter().find(|component| component["name"] == name);
        one.map(|component| component["weight"].as_f64().unwrap())
    };
    assert_eq!(
        (weight("must_have"), weight("experience")),
        (Some(0.0), Some(1.0))
    );
}

#[actix_web::test]
async fn five_hundred_requirements_are_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let many: Vec<String> = (0..500).map(|number| format!("Skill {number}")).collect();
    let body = json!({"title": "Everything", "requirements": {"must_have": many, "nice_to_have": many}});
    let refused = create(&app, &acme, &body).await;
    assert_eq!(refused.status, 422);
    refused.invalid("/requirements/must_have");
    refused.invalid("/requirements/nice_to_have");
    assert_eq!(app.count("SELECT count(*) FROM jobs").await, 0);
}
