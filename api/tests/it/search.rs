//! Searching candidates by words, meaning and facts.

use hiring_core::ids::CandidateId;
use serde_json::{Value, json};

use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

/// An organization with Mira, Tom and Jane, in this order.
pub async fn three_people(app: &TestApp) -> (TestOrganization, [CandidateId; 3]) {
    let acme = app.organization("Acme").await;
    let people = [
        app.candidate(acme.id, &Person::mira()).await,
        app.candidate(acme.id, &Person::tom()).await,
        app.candidate(acme.id, &Person::jane()).await,
    ];
    (acme, people)
}

pub async fn search(app: &TestApp, organization: &TestOrganization, query: &[(&str, &str)]) -> TestResponse {
    let query: String = query
        .iter()
        .map(|(name, value)| format!("{name}={}&", encoded(value)))
        .collect();
    let response = app
        .get(&format!("/candidates/search?{query}"))
        .token(&organization.recruiter)
        .send()
        .await;
    if response.status == 200 {
        assert_eq!(response.header("cache-control"), "no-store");
    }
    response
}

/// Percent-encodes everything, which is always right.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[track_caller]
pub fn names(response: &TestResponse) -> Vec<String> {
    let hits = response.data(200).as_array().unwrap();
    hits.iter()
        .map(|hit| hit["name"].as_str().unwrap_or("?").to_owned())
        .collect()
}

#[actix_web::test]
async fn words_and_meaning_together_find_the_person() {
    let app = TestApp::start().await;
    let (acme, [mira, ..]) = three_people(&app).await;
    let response = search(&app, &acme, &[("q", "Rust engineer"), ("skills", "k8s")]).await;
    let first = &response.data(200)[0];
    assert_eq!(first["id"], mira.to_string());
    assert_eq!(
        (first["name"].as_str(), first["email"].as_str()),
        (Some("Mira Okafor"), Some("someone@example.org"))
    );
    assert_eq!(
        (first["experience_years"].as_f64(), first["match_score"].as_f64()),
        (Some(8.0), Some(1.0))
    );
    assert_eq!(first["skills"], json!(["Rust", "PostgreSQL", "Kubernetes"]));
    assert_eq!(first["matched"], json!(["k8s", "Rust", "engineer"]));
    let meta = &response.json["meta"];
    assert_eq!(
        (meta["engine"].as_str(), meta["degraded"].as_bool()),
        (Some("hybrid"), Some(false))
    );
    assert_eq!(
        (meta["page"].as_u64(), meta["per_page"].as_u64()),
        (Some(1), Some(20))
    );
}

#[actix_web::test]
async fn meaning_finds_who_uses_other_words() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let response = search(&app, &acme, &[("q", "finance department payroll specialist")]).await;
    assert_eq!(names(&response)[0], "Jane O'Hara", "{}", response.text());
    assert_eq!(response.data(200)[0]["matched"], json!([]));
}

#[actix_web::test]
async fn a_name_is_found_and_a_skills_other_name_is_told_as_matched() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    assert_eq!(
        names(&search(&app, &acme, &[("q", "o'hara")]).await)[0],
        "Jane O'Hara"
    );
    let response = search(&app, &acme, &[("q", "postgres")]).await;
    let mira = response
        .data(200)
        .as_array()
        .unwrap()
        .iter()
        .find(|hit| hit["name"] == "Mira Okafor")
        .unwrap();
    assert_eq!(mira["matched"], json!(["postgres"]));
}

#[actix_web::test]
async fn excluded_words_keep_people_out_whatever_they_mean() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let response = search(&app, &acme, &[("q", "engineer -kubernetes")]).await;
    assert!(
        !names(&response).contains(&"Mira Okafor".to_owned()),
        "{}",
        response.text()
    );
    let response = search(&app, &acme, &[("q", "-kubernetes")]).await;
    assert_eq!(
        (names(&response).len(), response.json["meta"]["engine"].as_str()),
        (2, Some("filter"))
    );
}

#[actix_web::test]
async fn without_words_the_filters_answer_latest_upload_first() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let found = async |query: &[(&str, &str)]| names(&search(&app, &acme, query).await);
    assert_eq!(found(&[]).await, ["Jane O'Hara", "Tom Becker", "Mira Okafor"]);
    assert_eq!(found(&[("q", "  ")]).await.len(), 3);
    assert_eq!(found(&[("skills", "postgres, k8s")]).await, ["Mira Okafor"]);
    assert_eq!(
        found(&[("skills", "Rust"), ("skills", "kubernetes")]).await,
        ["Mira Okafor"]
    );
    assert!(found(&[("skills", "Rust,Python")]).await.is_empty());
    assert_eq!(
        found(&[("min_experience", "3.5")]).await,
        ["Jane O'Hara", "Mira Okafor"]
    );
    assert_eq!(
        found(&[("min_experience", "3"), ("max_experience", "8")]).await,
        ["Tom Becker", "Mira Okafor"]
    );
    assert_eq!(
        found(&[("location", "GERMANY")]).await,
        ["Tom Becker", "Mira Okafor"]
    );
    assert_eq!(found(&[("location", "münchen")]).await, ["Tom Becker"]);
    let response = search(&app, &acme, &[("location", "germany"), ("per_page", "1")]).await;
    assert_eq!(response.json["meta"]["total"], 2);
    assert_eq!(response.json["meta"]["engine"], "filter");
    assert_eq!(
        (
            &response.data(200)[0]["match_score"],
            &response.data(200)[0]["matched"]
        ),
        (&json!(1.0), &json!([]))
    );
}

#[actix_web::test]
async fn filters_hold_for_both_lists() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let response = search(&app, &acme, &[("q", "Rust engineer"), ("location", "munich")]).await;
    assert!(
        names(&response).iter().all(|name| name == "Tom Becker"),
        "{}",
        response.text()
    );
    let response = search(&app, &acme, &[("q", "engineer"), ("min_experience", "13")]).await;
    assert_eq!(
        (names(&response).len(), response.json["meta"]["total"].as_i64()),
        (0, Some(0))
    );
}

#[actix_web::test]
async fn another_organizations_people_never_appear() {
    let app = TestApp::start().await;
    three_people(&app).await;
    let other = app.organization("Other").await;
    for query in [
        &[("q", "Rust engineer")][..],
        &[("q", "Mira Okafor")],
        &[("skills", "Rust")],
        &[],
    ] {
        let response = search(&app, &other, query).await;
        assert_eq!(
            (names(&response).len(), response.json["meta"]["total"].as_i64()),
            (0, Some(0))
        );
    }
}

#[actix_web::test]
async fn who_is_not_read_yet_is_not_found() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    app.uploaded(acme.id, "Mira Okafor.pdf").await;
    assert!(names(&search(&app, &acme, &[]).await).is_empty());
    assert!(names(&search(&app, &acme, &[("q", "Mira")]).await).is_empty());
}

#[actix_web::test]
async fn pages_follow_each_other_without_gaps_or_repeats() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for number in 0..7 {
        let mut person = Person::mira();
        person.name = format!("Person {number}");
        app.candidate(acme.id, &person).await;
    }
    let whole = search(&app, &acme, &[("q", "Rust engineer")]).await;
    assert_eq!(
        (names(&whole).len(), whole.json["meta"]["total"].as_i64()),
        (7, Some(7))
    );
    let mut paged: Vec<Value> = Vec::new();
    for page in ["1", "2", "3"] {
        let response = search(
            &app,
            &acme,
            &[("q", "Rust engineer"), ("page", page), ("per_page", "3")],
        )
        .await;
        assert_eq!(response.json["meta"]["total"], 7);
        assert_eq!(response.header("link").contains("rel=\"next\""), page != "3");
        paged.extend(response.data(200).as_array().unwrap().iter().cloned());
    }
    assert_eq!(
        &Value::from(paged),
        whole.data(200),
        "the same order on pages, in one piece, and asked again"
    );
    let past = search(&app, &acme, &[("q", "Rust engineer"), ("page", "9")]).await;
    assert_eq!(
        (names(&past).len(), past.json["meta"]["total"].as_i64()),
        (0, Some(7))
    );
}

#[actix_web::test]
async fn equally_good_people_are_ordered_by_id() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(app.readable(acme.id, &Person::mira()).await.to_string());
    }
    let response = search(&app, &acme, &[("q", "Rust")]).await;
    let found: Vec<&str> = response
        .data(200)
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["id"].as_str().unwrap())
        .collect();
    assert_eq!(found, ids);
}

#[actix_web::test]
async fn without_an_embedder_words_alone_answer_and_say_so() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    app.readable(acme.id, &Person::tom()).await;
    app.readable(acme.id, &Person::mira()).await;
    let response = search(&app, &acme, &[("q", "storage engines")]).await;
    assert_eq!(names(&response), ["Mira Okafor"]);
    let meta = &response.json["meta"];
    assert_eq!(
        (meta["engine"].as_str(), meta["degraded"].as_bool()),
        (Some("lexical"), Some(true))
    );
    assert_eq!(response.data(200)[0]["match_score"], 1.0);

    let some = search(&app, &acme, &[("q", "kubernetes zebra")]).await;
    assert_eq!(
        names(&some),
        ["Mira Okafor"],
        "when nobody has all the words, some must do"
    );
    assert_eq!(some.data(200)[0]["matched"], json!(["kubernetes"]));
    let filter = search(&app, &acme, &[]).await;
    assert_eq!(filter.json["meta"]["degraded"], false, "filters need no vectors");
}

#[actix_web::test]
async fn vectors_of_another_model_are_not_compared() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let tom = app.readable(acme.id, &Person::tom()).await;
    let query = "zebra keeper";
    let same = app.state.embedder.embed_one(query, 128).await.unwrap();
    app.profile_vector(acme.id, tom, "another-model@1", &same).await;
    assert!(names(&search(&app, &acme, &[("q", query)]).await).is_empty());
    let model = app.state.embedder.model().unwrap().key();
    app.profile_vector(acme.id, tom, &model, &same).await;
    assert_eq!(names(&search(&app, &acme, &[("q", query)]).await), ["Tom Becker"]);
}
