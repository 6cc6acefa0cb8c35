//! Candidates ranked for a job, with reasons.

use serde_json::{Value, json};

use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

pub fn rust_job() -> Value {
    json!({
        "title": "Rust engineer", "description": "Builds storage engines and runs them on Kubernetes.",
        "requirements": {
            "must_have": ["Rust", "k8s", "Haskell"], "nice_to_have": ["Postgres"], "min_experience_years": 10,
            "location": "Berlin, Germany"
        }
    })
}

pub async fn job(app: &TestApp, organization: &TestOrganization, body: &Value) -> String {
    let response = app
        .post("/jobs")
        .token(&organization.recruiter)
        .json(body)
        .send()
        .await;
    response.data(201)["id"].as_str().unwrap().to_owned()
}

pub async fn matches(app: &TestApp, organization: &TestOrganization, job: &str, query: &str) -> TestResponse {
    app.get(&format!("/jobs/{job}/matches{query}"))
        .token(&organization.recruiter)
        .send()
        .await
}

#[track_caller]
pub fn names(response: &TestResponse) -> Vec<String> {
    let matches = response.data(200).as_array().unwrap();
    matches
        .iter()
        .map(|one| one["name"].as_str().unwrap_or("?").to_owned())
        .collect()
}

fn component<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    of["components"]
        .as_array()
        .unwrap()
        .iter()
        .find(|component| component["name"] == name)
}

#[actix_web::test]
async fn the_best_comes_first_and_every_reason_is_quoted_from_the_resume() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let people = [Person::jane(), Person::mira(), Person::tom()];
    for person in &people {
        app.candidate(acme.id, person).await;
    }
    let job = job(&app, &acme, &rust_job()).await;
    let response = matches(&app, &acme, &job, "").await;
    assert_eq!(names(&response)[0], "Mira Okafor", "{}", response.text());
    let meta = &response.json["meta"];
    assert_eq!(
        (meta["engine"].as_str(), meta["degraded"].as_bool()),
        (Some("hybrid"), Some(false))
    );
    assert_eq!(
        (meta["total"].as_i64(), response.header("cache-control").as_str()),
        (Some(3), "no-store")
    );

    let mut last = 1.0;
    for one in response.data(200).as_array().unwrap() {
        let score = one["score"].as_f64().unwrap();
        assert!((0.0..=last).contains(&score), "{}", response.text());
        last = score;
        let components = one["components"].as_array().unwrap();
        let weights: f64 = components
            .iter()
            .map(|component| component["weight"].as_f64().unwrap())
            .sum();
        assert!((weights - 1.0).abs() < 1e-9, "the weights sum to {weights}");
        let text: Vec<char> = people
            .iter()
            .find(|person| one["name"] == *person.name)
            .unwrap()
            .text()
            .chars()
            .collect();
        for quote in components
            .iter()
            .flat_map(|component| component["evidence"].as_array().unwrap())
        {
            let [start, end] =
                ["start", "end"].map(|place| usize::try_from(quote[place].as_u64().unwrap()).unwrap());
            assert_eq!(
                text[start..end].iter().collect::<String>(),
                quote["quote"].as_str().unwrap()
            );
        }
    }
    let mira = &response.data(200)[0];
    assert_eq!(
        (&mira["rubric"], &mira["applied"], &mira["headline"]),
        (&json!("3"), &json!(false), &json!("Rust engineer"))
    );
    let must_have = component(mira, "must_have").unwrap();
    assert_eq!(
        (&must_have["value"], &must_have["missing"]),
        (&json!(0.6666), &json!(["no evidence for Haskell"]))
    );
    assert_eq!(must_have["evidence"][0]["requirement"], "Rust");
    assert_eq!(component(mira, "experience").unwrap()["value"], 0.8);
    assert_eq!(component(mira, "location").unwrap()["value"], 1.0);
    assert!(component(mira, "semantic").unwrap()["value"].as_f64().unwrap() > 0.3);
}

#[actix_web::test]
async fn the_same_question_has_the_same_answer() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for person in [Person::mira(), Person::mira(), Person::mira(), Person::jane()] {
        app.candidate(acme.id, &person).await;
    }
    let job = job(&app, &acme, &rust_job()).await;
    let whole = matches(&app, &acme, &job, "").await.data(200).clone();
    let mut paged = Vec::new();
    for page in 1..=3 {
        let response = matches(&app, &acme, &job, &format!("?page={page}&per_page=2")).await;
        assert_eq!(response.json["meta"]["total"], 4);
        paged.extend(response.data(200).as_array().unwrap().iter().cloned());
    }
    assert_eq!(Value::from(paged), whole);
    let ids: Vec<&str> = whole.as_array().unwrap()[..3]
        .iter()
        .map(|one| one["candidate_id"].as_str().unwrap())
        .collect();
    assert!(ids.is_sorted(), "equal scores are ordered by id");
}

#[actix_web::test]
async fn a_least_score_and_applicants_only_narrow_the_list() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let mira = app.candidate(acme.id, &Person::mira()).await;
    let jane = app.candidate(acme.id, &Person::jane()).await;
    let job = job(&app, &acme, &rust_job()).await;
    let best = matches(&app, &acme, &job, "?min_score=0.4").await;
    assert_eq!(
        (names(&best), best.json["meta"]["total"].as_i64()),
        (vec!["Mira Okafor".to_owned()], Some(1))
    );
    assert!(names(&matches(&app, &acme, &job, "?min_score=1").await).is_empty());

    assert!(names(&matches(&app, &acme, &job, "?applied_only=true").await).is_empty());
    let mut connection = app.db.database().connection().await.unwrap();
    let job_id = job.parse().unwrap();
    hiring_db::applications::insert_once(&mut connection, acme.id, jane, job_id)
        .await
        .unwrap();
    drop(connection);
    let applied = matches(&app, &acme, &job, "?applied_only=true").await;
    assert_eq!(
        (names(&applied), &applied.data(200)[0]["applied"]),
        (vec!["Jane O'Hara".to_owned()], &json!(true))
    );
    let all = matches(&app, &acme, &job, "?applied_only=false").await;
    let first = &all.data(200)[0];
    assert_eq!(
        (&first["candidate_id"], &first["applied"]),
        (&json!(mira.to_string()), &json!(false))
    );
}

#[actix_web::test]
async fn only_the_own_organizations_jobs_and_people_are_ranked() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    app.candidate(other.id, &Person::mira()).await;
    app.uploaded(acme.id, "not read yet.pdf").await;
    let own = job(&app, &acme, &rust_job()).await;
    let response = matches(&app, &acme, &own, "").await;
    assert_eq!(
        (names(&response).len(), response.json["meta"]["total"].as_i64()),
        (0, Some(0))
    );
    let foreign = matches(&app, &other, &own, "").await;
    let unknown = matches(&app, &acme, "018f0000-0000-7000-8000-000000000000", "").await;
    for response in [foreign, unknown] {
        assert_eq!(response.status, 404);
        response.problem("not-found");
    }
    let mut draft = rust_job();
    draft["state"] = "draft".into();
    let draft = job(&app, &other, &draft).await;
    assert_eq!(names(&matches(&app, &other, &draft, "").await), ["Mira Okafor"]);
}

#[actix_web::test]
async fn values_out_of_range_are_named() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let job = job(&app, &acme, &rust_job()).await;
    for (query, pointer) in [
        ("?page=0", "page"),
        ("?per_page=101", "per_page"),
        ("?min_score=1.01", "min_score"),
        ("?min_score=-0.1", "min_score"),
        ("?min_score=NaN", "min_score"),
    ] {
        let response = matches(&app, &acme, &job, query).await;
        assert_eq!(response.status, 422, "{query}: {}", response.text());
        response.invalid(pointer);
    }
    for query in ["?applied_only=maybe", "?min_score=high", "?sort=name"] {
        let response = matches(&app, &acme, &job, query).await;
        assert_eq!(response.status, 400, "{query}: {}", response.text());
        response.problem("malformed-request");
    }
}

#[actix_web::test]
async fn without_an_embedder_the_semantic_component_is_left_out_and_said_so() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    app.readable(acme.id, &Person::mira()).await;
    let job = job(&app, &acme, &rust_job()).await;
    let response = matches(&app, &acme, &job, "").await;
    let mira = &response.data(200)[0];
    assert!(component(mira, "semantic").is_none());
    assert!(mira["score"].as_f64().unwrap() > 0.5, "{}", response.text());
    let meta = &response.json["meta"];
    assert_eq!(
        (meta["engine"].as_str(), meta["degraded"].as_bool()),
        (Some("rules"), Some(true))
    );
}

#[actix_web::test]
async fn vectors_of_another_model_are_not_compared() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let mira = app.readable(acme.id, &Person::mira()).await;
    app.profile_vector(acme.id, mira, "another-model@1", &[0.05; 384])
        .await;
    let job = job(&app, &acme, &rust_job()).await;
    let response = matches(&app, &acme, &job, "").await;
    assert!(
        component(&response.data(200)[0], "semantic").is_none(),
        "{}",
        response.text()
    );
}

#[actix_web::test]
async fn a_job_is_embedded_once_for_its_text() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    app.candidate(acme.id, &Person::mira()).await;
    let job = job(&app, &acme, &rust_job()).await;
    let client = app.db.client().await;
    let vectors = async || {
        let rows = client
            .query(
                "SELECT xmin::text || encode(text_hash, 'hex') FROM job_vectors",
                &[],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let semantic =
        |response: &TestResponse| component(&response.data(200)[0], "semantic").unwrap()["value"].clone();
    let before = semantic(&matches(&app, &acme, &job, "").await);
    let stored = vectors().await;
    assert_eq!(stored.len(), 1);
    matches(&app, &acme, &job, "").await.data(200);
    assert_eq!(vectors().await, stored, "the second ranking writes nothing");

    let change = json!({"title": "Pastry chef", "description": "Bakes cakes.", "requirements": {}});
    app.patch(&format!("/jobs/{job}"))
        .token(&acme.recruiter)
        .header("if-match", "*")
        .json(&change)
        .send()
        .await
        .data(200);
    let after = semantic(&matches(&app, &acme, &job, "").await);
    assert!(after.as_f64() < before.as_f64(), "{after} is not below {before}");
    let changed = vectors().await;
    assert_eq!(changed.len(), 1);
    assert_ne!(changed, stored);
}

#[actix_web::test]
async fn a_job_that_asks_for_nothing_goes_by_profession_and_meaning() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for person in [Person::mira(), Person::tom(), Person::jane()] {
        app.candidate(acme.id, &person).await;
    }
    let job = job(
        &app,
        &acme,
        &json!({"title": "Accountant", "description": "Closes the books and files taxes."}),
    )
    .await;
    let response = matches(&app, &acme, &job, "").await;
    assert_eq!(names(&response)[0], "Jane O'Hara", "{}", response.text());
    let jane = &response.data(200)[0];
    assert_eq!(component(jane, "profession").unwrap()["value"], 1.0);
    assert_eq!(jane["components"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn one_broken_stored_resume_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    app.candidate(acme.id, &Person::mira()).await;
    let tom = app.candidate(acme.id, &Person::tom()).await;
    let client = app.db.client().await;
    client
        .execute(
            "UPDATE candidates SET resume = '{\"contact\": 1}' WHERE id = $1",
            &[&tom.uuid()],
        )
        .await
        .unwrap();
    let job = job(&app, &acme, &rust_job()).await;
    assert_eq!(names(&matches(&app, &acme, &job, "").await), ["Mira Okafor"]);
}
