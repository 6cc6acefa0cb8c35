//! What a search can ask for, what it reads from a sentence, and what it tells beside the people.

use hiring_core::ids::{CandidateId, OrgId};
use hiring_core::reading::ReadResume;
use hiring_core::resume::{Leaf, Place, SpokenLanguage};
use hiring_db::indexing::ResumeFacts;
use serde_json::{Value, json};

use crate::people::Person;
use crate::search::{names, search, three_people};
use crate::test_app::TestApp;

fn leaf(value: &str) -> Leaf {
    Leaf {
        value: value.into(),
        raw: value.into(),
        start: 0,
        end: 0,
        confidence: 1.0,
    }
}

/// Mira with more facts: a town, a degree, languages, a document's language.
fn known_mira() -> (ReadResume, ResumeFacts) {
    let person = Person::mira();
    let (mut read, mut facts) = (person.read(), person.facts());
    read.resume.contact.place = Some(Place {
        city: Some("Berlin".into()),
        region: None,
        country: Some("DE".into()),
    });
    let spoken = |name: &str, level: Option<&str>| SpokenLanguage {
        name: leaf(name),
        level: level.map(leaf),
    };
    read.resume.languages = vec![spoken("German", Some("C1")), spoken("French", None)];
    read.resume.document.language = Some("en".into());
    facts.education = Some("master");
    (read, facts)
}

async fn known(app: &TestApp, org: OrgId) -> CandidateId {
    let (read, facts) = known_mira();
    app.readable_as(org, &read, &facts).await
}

#[track_caller]
fn interpreted(response: &crate::test_app::TestResponse) -> &Value {
    response.data(200);
    &response.json["meta"]["interpreted"]
}

#[actix_web::test]
async fn each_filter_keeps_out_who_does_not_meet_it() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    app.readable(acme.id, &Person::jane()).await;
    known(&app, acme.id).await;
    for (name, meets, fails) in [
        ("education", "bachelor", "doctorate"),
        ("language", "German", "Spanish"),
        ("language", "Deutsch:B2", "German:C2"),
        ("language", "german,français", "German,Italian"),
        ("location", "Deutschland", "Spain"),
        ("location", "Berlin, Germany", "Berlin, Spain"),
        ("location", "berl", "Hamburg"),
        ("skills", "postgres", "mysql"),
        ("skills", "Programming languages", "Accounting,Rust"),
        ("uploaded_from", "2020-01-01", "2199-01-01"),
        ("uploaded_to", "2199-01-01", "2020-01-01"),
    ] {
        for q in ["", "engineer"] {
            let found = names(&search(&app, &acme, &[(name, meets), ("q", q)]).await);
            assert!(
                found.contains(&"Mira Okafor".to_owned()),
                "{name}={meets} q={q}: {found:?}"
            );
            let found = names(&search(&app, &acme, &[(name, fails), ("q", q)]).await);
            assert!(
                !found.contains(&"Mira Okafor".to_owned()),
                "{name}={fails} q={q}: {found:?}"
            );
        }
    }
}

#[actix_web::test]
async fn a_stage_is_that_of_an_application_and_a_job_must_be_ones_own() {
    let app = TestApp::start().await;
    let (acme, [mira, ..]) = three_people(&app).await;
    let other = app.organization("Other").await;
    let client = app.db.client().await;
    let job = hiring_core::ids::JobId::generate();
    client
        .execute(
            "INSERT INTO jobs (id, organization_id, title, description, location, job_type, requirements)
             VALUES ($1, $2, 'Engineer', 'Builds', 'Berlin', 'full_time', '{}')",
            &[&job.uuid(), &acme.id.uuid()],
        )
        .await
        .unwrap();
    client
        .execute(
            "INSERT INTO applications (id, organization_id, candidate_id, job_id, stage) VALUES (gen_random_uuid(), $1, $2, $3, 'interview')",
            &[&acme.id.uuid(), &mira.uuid(), &job.uuid()],
        )
        .await
        .unwrap();
    let job = job.to_string();
    for query in [
        &[("stage", "interview")][..],
        &[("job_id", &job)],
        &[("job_id", &job), ("stage", "interview"), ("q", "engineer")],
    ] {
        let response = search(&app, &acme, query).await;
        assert_eq!(names(&response), ["Mira Okafor"], "{query:?}");
        assert_eq!(
            response.json["meta"]["facets"]["stages"],
            json!([{"value": "interview", "count": 1}])
        );
    }
    assert!(names(&search(&app, &acme, &[("stage", "offer")]).await).is_empty());
    assert_eq!(search(&app, &other, &[("job_id", &job)]).await.status, 404);
}

#[actix_web::test]
async fn a_sentence_becomes_filters_that_can_be_seen_changed_and_switched_off() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let sentence = "senior rust engineer in Berlin with 5+ years";
    let response = search(&app, &acme, &[("q", sentence)]).await;
    assert_eq!(names(&response), ["Mira Okafor"]);
    let read = interpreted(&response);
    assert_eq!(
        (
            &read["skills"],
            &read["min_experience"],
            &read["location"],
            &read["rest"],
            &read["relaxed"]
        ),
        (
            &json!(["Rust"]),
            &json!(5),
            &json!("Berlin"),
            &json!("senior engineer"),
            &json!(false)
        )
    );
    let response = search(&app, &acme, &[("q", sentence), ("interpret", "false")]).await;
    assert!(names(&response).len() > 1, "{}", response.text());
    assert_eq!(interpreted(&response)["skills"], json!([]));
    let response = search(
        &app,
        &acme,
        &[("q", "engineer in Berlin"), ("location", "Munich")],
    )
    .await;
    assert!(
        !names(&response).contains(&"Mira Okafor".to_owned()),
        "the caller's place counts"
    );
}

#[actix_web::test]
async fn a_sentence_that_nobody_meets_is_searched_for_as_it_stands() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let response = search(&app, &acme, &[("q", "rust engineer with 30 years of experience")]).await;
    assert_eq!(names(&response)[0], "Mira Okafor");
    assert_eq!(interpreted(&response)["relaxed"], true);
    let response = search(&app, &acme, &[("q", "rust engineer"), ("min_experience", "30")]).await;
    assert!(
        names(&response).is_empty(),
        "what the caller named is never dropped"
    );
}

#[actix_web::test]
async fn facets_count_the_people_found() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    known(&app, acme.id).await;
    app.readable(acme.id, &Person::jane()).await;
    let response = search(&app, &acme, &[("skills", "Rust")]).await;
    let facets = &response.json["meta"]["facets"];
    let one = |value: &str| json!([{"value": value, "count": 1}]);
    assert_eq!(facets["counted"], 1);
    assert_eq!(
        (&facets["locations"], &facets["education"]),
        (&one("Berlin"), &one("master"))
    );
    assert_eq!(
        facets["languages"],
        json!([{"value": "French", "count": 1}, {"value": "German", "count": 1}])
    );
    assert_eq!(
        facets["experience"],
        json!([{"from": 5, "below": 10, "count": 1}])
    );
    let skills: Vec<&str> = facets["skills"]
        .as_array()
        .unwrap()
        .iter()
        .map(|skill| skill["value"].as_str().unwrap())
        .collect();
    assert_eq!(skills, ["Kubernetes", "PostgreSQL", "Rust"]);
    let response = search(&app, &acme, &[("q", "engineer")]).await;
    assert_eq!(
        response.json["meta"]["facets"]["counted"],
        response.json["meta"]["total"]
    );
    assert_eq!(response.json["meta"]["fusion"]["k"], 60);
}

#[actix_web::test]
async fn snippets_are_the_resumes_own_words_at_their_places() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let text: Vec<char> = Person::mira().text().chars().collect();
    let slice = |range: &Value| -> String {
        let at = |name: &str| usize::try_from(range[name].as_u64().unwrap()).unwrap();
        text[at("start")..at("end")].iter().collect()
    };
    let response = search(
        &app,
        &acme,
        &[("q", "storage engines für k8s"), ("interpret", "false")],
    )
    .await;
    let hits = response.data(200).as_array().unwrap();
    let mira = hits.iter().find(|hit| hit["name"] == "Mira Okafor").unwrap();
    let snippet = &mira["snippets"][0];
    assert_eq!(snippet["text"], slice(snippet));
    let marked: Vec<String> = snippet["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(slice)
        .collect();
    assert!(
        marked.contains(&"Kubernetes".to_owned()) && marked.contains(&"storage".to_owned()),
        "{marked:?}"
    );
}

#[actix_web::test]
async fn names_are_found_in_spite_of_a_slip() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    app.readable(acme.id, &Person::mira()).await;
    app.readable(acme.id, &Person::tom()).await;
    for text in ["Mira Okafro", "okaffor", "OKAFOR", "Beker"] {
        let wanted = if text == "Beker" {
            "Tom Becker"
        } else {
            "Mira Okafor"
        };
        assert_eq!(
            names(&search(&app, &acme, &[("q", text)]).await),
            [wanted],
            "{text}"
        );
    }
    let mut person = Person::tom();
    person.name = "Jürgen Łukasz".into();
    app.readable(acme.id, &person).await;
    for text in ["jurgen", "Jürgen", "lukasz"] {
        assert_eq!(
            names(&search(&app, &acme, &[("q", text)]).await),
            ["Jürgen Łukasz"],
            "{text}"
        );
    }
}

#[actix_web::test]
async fn words_are_stemmed_in_the_documents_own_language() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    for (name, language, work) in [
        (
            "Anna Klein",
            "de",
            "Betreute Datenbanken und Rechenzentren der Verwaltung",
        ),
        ("Luc Petit", "fr", "Responsable des développements et des achats"),
        ("Ana Ruiz", "es", "Redacté informes y contraté proveedores"),
        ("Kim Fox", "en", "Negotiated contracts and managed suppliers"),
    ] {
        let mut person = Person::jane();
        (person.name, person.work) = (name.into(), work.into());
        let mut read = person.read();
        read.resume.document.language = Some(language.into());
        app.readable_as(acme.id, &read, &person.facts()).await;
    }
    for (q, wanted) in [
        ("Datenbank Rechenzentrum", "Anna Klein"),
        ("développement achat", "Luc Petit"),
        ("developpements", "Luc Petit"),
        ("informe proveedor", "Ana Ruiz"),
        ("negotiating contract supplier", "Kim Fox"),
    ] {
        assert_eq!(names(&search(&app, &acme, &[("q", q)]).await), [wanted], "{q}");
    }
}

#[actix_web::test]
async fn text_that_nobody_could_check_finds_nobody() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    let acme = app.organization("Acme").await;
    let (mut read, facts) = known_mira();
    read.resume.document.unverified_layer = true;
    let facts = ResumeFacts {
        name: facts.name,
        ..ResumeFacts::default()
    };
    app.readable_as(acme.id, &read, &facts).await;
    for query in [
        [("q", "storage engines")],
        [("q", "Rust engineer")],
        [("skills", "Rust")],
        [("language", "German")],
        [("location", "Berlin")],
    ] {
        assert!(names(&search(&app, &acme, &query).await).is_empty(), "{query:?}");
    }
    let response = search(&app, &acme, &[("q", "Okafor")]).await;
    assert_eq!(names(&response), ["Mira Okafor"], "the name leads to the person");
    assert_eq!(response.data(200)[0]["snippets"], json!([]));
}

#[actix_web::test]
async fn who_is_erased_or_read_again_is_not_found_by_the_earlier_text() {
    let app = TestApp::start_with(&[("EMBEDDING_BACKEND", "off")]).await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let mira = app.readable(acme.id, &Person::mira()).await;
    assert_eq!(
        names(&search(&app, &acme, &[("q", "storage")]).await),
        ["Mira Okafor"]
    );
    let mut changed = Person::mira();
    changed.work = "Keeps bees".into();
    let mut connection = app.db.database().connection().await.unwrap();
    hiring_db::indexing::save_resume(&mut connection, acme.id, mira, &changed.read(), &changed.facts())
        .await
        .unwrap();
    assert!(names(&search(&app, &acme, &[("q", "storage")]).await).is_empty());
    assert_eq!(
        names(&search(&app, &acme, &[("q", "bees")]).await),
        ["Mira Okafor"]
    );
    let response = app
        .delete(&format!("/candidates/{mira}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert!(response.status < 300, "{}", response.text());
    assert_eq!(app.count("SELECT count(*) FROM search_entries").await, 0);
    assert!(names(&search(&app, &acme, &[("q", "bees")]).await).is_empty());
}

#[actix_web::test]
async fn admins_have_the_same_search_and_recruiters_do_not_have_theirs() {
    let app = TestApp::start().await;
    let (acme, _) = three_people(&app).await;
    let path = "/admin/candidates/search?q=rust%20engineer";
    let admin = app.get(path).token(&acme.admin).send().await;
    assert_eq!(names(&admin), ["Mira Okafor"]);
    assert_eq!(admin.json["meta"]["engine"], "hybrid");
    assert_eq!(app.get(path).token(&acme.recruiter).send().await.status, 403);
    assert_eq!(app.get(path).send().await.status, 401);
}
