//! Candidates without what tells who they are.

use serde_json::{Value, json};

use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

async fn get(app: &TestApp, acme: &TestOrganization, path: &str) -> TestResponse {
    app.get(path).token(&acme.recruiter).send().await
}

/// Mira among Acme's candidates, and her id.
async fn mira(app: &TestApp, acme: &TestOrganization) -> String {
    app.candidate(acme.id, &Person::mira()).await;
    let listed = get(app, acme, "/candidates").await;
    listed.data(200)[0]["id"].as_str().unwrap().to_owned()
}

fn tells(of: &Value) -> bool {
    let text = of.to_string();
    text.contains("Mira") || text.contains("Okafor")
}

#[actix_web::test]
async fn a_blind_candidate_has_no_name_and_the_same_places() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let id = mira(&app, &acme).await;
    let called = format!("Candidate {}", &id[id.len() - 8..]);

    let open = get(&app, &acme, &format!("/candidates/{id}?blind=false")).await;
    assert!(tells(open.data(200)));
    let shown = get(&app, &acme, &format!("/candidates/{id}?blind=true")).await;
    let data = shown.data(200);
    assert!(!tells(data), "{data:#}");
    assert_eq!(
        (
            &data["name"],
            &data["email"],
            &data["phone"],
            &data["headline"],
            &data["location"]
        ),
        (
            &json!(called),
            &Value::Null,
            &Value::Null,
            &json!("Rust engineer"),
            &json!("Berlin, Germany")
        )
    );
    assert_eq!(
        data["file_name"],
        format!("resume.{}", data["file_type"].as_str().unwrap())
    );
    assert_eq!(data["skills"], open.data(200)["skills"]);

    let text = |blind: bool| {
        let (app, acme, path) = (&app, &acme, format!("/candidates/{id}/text?blind={blind}"));
        async move { get(app, acme, &path).await.data(200).clone() }
    };
    let (open, hidden) = (text(false).await, text(true).await);
    assert!(tells(&open) && !tells(&hidden), "{hidden:#}");
    assert_eq!(open["sections"], hidden["sections"]);
    let characters = |of: &Value| of["visible_text"].as_str().unwrap().chars().collect::<Vec<_>>();
    let (open, hidden) = (characters(&open), characters(&hidden));
    assert_eq!(open.len(), hidden.len());
    assert!(open.iter().zip(&hidden).all(|(was, is)| was == is || *is == '█'));

    let analysis = get(&app, &acme, &format!("/candidates/{id}/analysis?blind=true")).await;
    let resume = &analysis.data(200)["resume"];
    assert!(!tells(resume), "{resume:#}");
    assert!(resume["contact"].get("name").is_none());
    let skill = &resume["skills"][0]["name"];
    let place = |field: &str| usize::try_from(skill[field].as_u64().unwrap()).unwrap();
    let quoted: String = hidden[place("start")..place("end")].iter().collect();
    assert_eq!(quoted, skill["raw"].as_str().unwrap());
}

#[actix_web::test]
async fn blind_matches_have_the_same_scores_and_quotes_without_names() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let id = mira(&app, &acme).await;
    let job = json!({ "title": "Rust engineer", "description": "Builds storage engines.",
        "requirements": { "must_have": ["Rust"], "location": "Berlin, Germany" } });
    let made = app.post("/jobs").token(&acme.recruiter).json(&job).send().await;
    let job = made.data(201)["id"].as_str().unwrap().to_owned();
    let open = get(&app, &acme, &format!("/jobs/{job}/matches")).await;
    let hidden = get(&app, &acme, &format!("/jobs/{job}/matches?blind=true")).await;
    let (open, hidden) = (&open.data(200)[0], &hidden.data(200)[0]);
    assert!(tells(open) && !tells(hidden), "{hidden:#}");
    assert_eq!(hidden["candidate_id"], *id);
    assert_eq!(
        (&open["score"], &open["components"]),
        (&hidden["score"], &hidden["components"])
    );
    assert!(!hidden["components"][0]["evidence"].as_array().unwrap().is_empty());
}

#[actix_web::test]
async fn nobody_is_seen_blindly_by_another_organization() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let id = mira(&app, &acme).await;
    for route in ["", "/text", "/analysis"] {
        let answer = get(&app, &other, &format!("/candidates/{id}{route}?blind=true")).await;
        answer.problem("not-found");
    }
    let wrong = get(&app, &acme, &format!("/candidates/{id}?blind=perhaps")).await;
    assert_eq!(wrong.status, 400);
}
