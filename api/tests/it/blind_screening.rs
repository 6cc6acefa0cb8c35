//! Organizations that screen blindly: who sees whom, and that nothing tells a name.

use serde_json::{Value, json};

use crate::applications::{job, put_on};
use crate::people::Person;
use crate::screenings::screen;
use crate::test_app::{TestApp, TestOrganization, TestResponse, TestUser};

/// Every answer about a candidate, by path; `{id}`, `{job}`, `{application}` and `{screening}` are to be filled in.
const ANSWERS: [&str; 11] = [
    "/candidates",
    "/candidates/{id}",
    "/candidates/{id}/text",
    "/candidates/{id}/analysis",
    "/candidates/search?q=rust%20kubernetes",
    "/candidates/search?q=Mira%20Okafor%20storage%20engines",
    "/candidates/search",
    "/jobs/{job}/matches",
    "/applications",
    "/applications/{application}",
    "/screenings/{screening}",
];

fn tells(answer: &TestResponse) -> bool {
    let text = answer.data(200).to_string();
    text.contains("Mira") || text.contains("Okafor") || text.contains("someone@example.org")
}

async fn get(app: &TestApp, user: &TestUser, path: &str) -> TestResponse {
    app.get(path).token(user).send().await
}

async fn screens_blindly(app: &TestApp, acme: &TestOrganization, blind: bool) -> Value {
    let patch = app.patch("/organizations/current").token(&acme.admin);
    let patch = patch
        .header("if-match", "*")
        .json(&json!({ "blind_screening": blind }));
    patch.send().await.data(200).clone()
}

/// Mira, screened for a job, with a note that names her; the answers about her.
async fn answers(app: &TestApp, acme: &TestOrganization) -> Vec<String> {
    let id = app.candidate(acme.id, &Person::mira()).await;
    let job = job(app, acme, "Rust engineer").await;
    let application = put_on(app, acme, id, &job).await;
    let screening = screen(app, acme, (application, id)).await;
    let note = json!({ "text": "Mira can begin in March; write to someone@example.org." });
    let path = format!("/applications/{application}/notes");
    app.post(&path)
        .token(&acme.recruiter)
        .json(&note)
        .send()
        .await
        .data(201);
    let filled = |path: &&str| {
        path.replace("{id}", &id.to_string())
            .replace("{job}", &job)
            .replace("{application}", &application.to_string())
            .replace("{screening}", &screening.to_string())
    };
    ANSWERS.iter().map(filled).collect()
}

fn with(path: &str, parameter: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{parameter}")
}

#[actix_web::test]
async fn recruiters_of_an_organization_that_screens_blindly_never_see_who_somebody_is() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let paths = answers(&app, &acme).await;
    for path in &paths {
        let open = get(&app, &acme.recruiter, path).await;
        assert!(tells(&open) || path.contains("/screenings/"), "{path}");
        let asked = get(&app, &acme.recruiter, &with(path, "blind=true")).await;
        assert!(!tells(&asked), "{path}: {}", asked.text());
    }
    assert_eq!(screens_blindly(&app, &acme, true).await["blind_screening"], true);
    for path in &paths {
        for asked in [path.clone(), with(path, "blind=false")] {
            let shown = get(&app, &acme.recruiter, &asked).await;
            assert!(!tells(&shown), "{asked}: {}", shown.text());
        }
        assert!(!tells(&get(&app, &acme.admin, path).await), "{path}");
        let looked = get(&app, &acme.admin, &with(path, "blind=false")).await;
        assert!(tells(&looked) || path.contains("/screenings/"), "{path}");
    }
    assert_eq!(
        screens_blindly(&app, &acme, false).await["blind_screening"],
        false
    );
    assert!(tells(&get(&app, &acme.recruiter, "/candidates").await));
}

#[actix_web::test]
async fn the_file_itself_is_withheld_from_whoever_is_not_to_see_names() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let id = app.candidate(acme.id, &Person::mira()).await;
    let path = format!("/candidates/{id}/resume");
    let refused = get(&app, &acme.recruiter, &with(&path, "blind=true")).await;
    let detail = refused.problem("forbidden")["detail"].to_string();
    assert!(
        detail.contains("blind=false") && !detail.contains("Mira"),
        "{detail}"
    );
    screens_blindly(&app, &acme, true).await;
    get(&app, &acme.recruiter, &path).await.problem("forbidden");
    get(&app, &acme.recruiter, &with(&path, "blind=false"))
        .await
        .problem("forbidden");
    get(&app, &acme.admin, &path).await.problem("forbidden");
    let given = get(&app, &acme.admin, &with(&path, "blind=false")).await;
    assert_ne!(given.status, 403);
    let other = app.organization("Other").await;
    get(&app, &other.recruiter, &path).await.problem("not-found");
    let read = "SELECT count(*) FROM audit_log WHERE action = 'candidate.resume.read'";
    assert_eq!(app.count(read).await, 1, "who was refused has read nothing");
}

#[actix_web::test]
async fn a_blind_search_finds_nobody_by_a_name_and_confirms_none() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    app.candidate(acme.id, &Person::mira()).await;
    app.candidate(acme.id, &Person::tom()).await;
    let renamed = Person {
        name: "Lena Vogt".to_owned(),
        ..Person::mira()
    };
    app.candidate(other.id, &renamed).await;
    app.candidate(other.id, &Person::tom()).await;
    for query in [
        "Okafor",
        "Mira%20Okafor",
        "Mira%20rust",
        "%22Mira%20Okafor%22",
        "rust%20-Okafor",
        "Okaforr",
        "rust%20OR%20Okafor",
    ] {
        let found = async |acme: &TestOrganization| {
            let path = format!("/candidates/search?blind=true&interpret=false&q={query}");
            let answer = get(&app, &acme.recruiter, &path).await;
            let hits = answer.data(200).as_array().unwrap().clone();
            let hits = hits.into_iter().map(|mut hit| {
                for field in ["id", "name"] {
                    hit.as_object_mut().unwrap().remove(field);
                }
                // Who has a longer name writes the rest further down.
                for snippet in hit["snippets"].as_array_mut().unwrap() {
                    *snippet = json!(snippet["text"].as_str().unwrap().replace('█', ""));
                }
                hit
            });
            hits.collect::<Vec<_>>()
        };
        assert_eq!(found(&acme).await, found(&other).await, "{query}");
    }
    let by_skill = get(
        &app,
        &acme.recruiter,
        "/candidates/search?blind=true&q=kubernetes",
    )
    .await;
    let hit = &by_skill.data(200)[0];
    assert_eq!(
        (&hit["headline"], &hit["email"]),
        (&json!("Rust engineer"), &Value::Null)
    );
    assert_eq!(hit["matched"], json!(["kubernetes"]));
    let without = get(
        &app,
        &acme.recruiter,
        "/candidates/search?blind=true&q=engineer%20-rust",
    )
    .await;
    assert!(!without.text().contains("Rust engineer"), "{}", without.text());
}

#[actix_web::test]
async fn only_admins_decide_whether_an_organization_screens_blindly() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let patch = |user: &TestUser, body: Value| {
        let patch = app.patch("/organizations/current").token(user);
        patch.header("if-match", "*").json(&body).send()
    };
    let change = json!({ "blind_screening": true });
    patch(&acme.recruiter, change.clone()).await.problem("forbidden");
    let changed = patch(&acme.admin, change).await;
    let data = changed.data(200);
    assert_eq!(
        (&data["name"], &data["blind_screening"]),
        (&json!("Acme"), &json!(true))
    );
    let renamed = patch(&acme.admin, json!({ "name": "Acme Two" })).await;
    assert_eq!(
        renamed.data(200)["blind_screening"],
        true,
        "a new name changes nothing else"
    );
    patch(&acme.admin, json!({})).await.invalid("/name");
    let untouched = get(&app, &other.admin, "/organizations/current").await;
    assert_eq!(untouched.data(200)["blind_screening"], false);
}
