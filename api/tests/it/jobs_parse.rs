//! Pasted postings become structured requirements for review.

use serde_json::{Value, json};

use crate::test_app::{TestApp, TestOrganization};

const POSTING: &str = "Senior Backend Engineer\nMünchen, Germany · Hybrid · Full-time\n\nWhat you'll do\n- Run services\n\nRequirements\n\
    - 5+ years of experience\n- Rust, PostgreSQL\n- Bachelor's degree\n- Fluent German\n- Practice in shard rebalancing\n\n\
    Nice to have\n- Kubernetes\n\nBenefits\n- 70.000-90.000 € per year\n- Free Python courses";

async fn parse(app: &TestApp, organization: &TestOrganization, text: &str) -> Value {
    let request = app.post("/jobs/parse").token(&organization.recruiter);
    request
        .json(&json!({ "text": text }))
        .send()
        .await
        .data(200)
        .clone()
}

#[actix_web::test]
async fn a_posting_is_read_with_quotes_and_its_answer_makes_a_job_as_it_is() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let parsed = parse(&app, &acme, POSTING).await;
    assert_eq!(parsed["title"], "Senior Backend Engineer");
    assert_eq!(parsed["language"], "en");
    assert_eq!(parsed["location"], "München, Germany");
    assert_eq!(
        (&parsed["remote"], &parsed["job_type"]),
        (&json!("hybrid"), &json!("full_time"))
    );
    let requirements = json!({
        "must_have": ["Rust", "PostgreSQL", "German"], "nice_to_have": ["Kubernetes"], "min_experience_years": 5,
        "location": "München, Germany", "education": "bachelor"
    });
    assert_eq!(parsed["requirements"], requirements);
    assert_eq!(
        (
            &parsed["salary_min"],
            &parsed["salary_max"],
            &parsed["salary_currency"]
        ),
        (&json!(70_000), &json!(90_000), &json!("EUR"))
    );
    assert_eq!(parsed["unrecognised"], json!(["shard rebalancing"]));
    assert_eq!(parsed["responsibilities"], json!(["Run services"]));
    let characters: Vec<char> = POSTING.chars().collect();
    for extract in parsed["evidence"].as_array().unwrap() {
        let place = |name: &str| usize::try_from(extract[name].as_u64().unwrap()).unwrap();
        let quoted: String = characters[place("start")..place("end")].iter().collect();
        assert_eq!(extract["quote"], json!(quoted));
        assert!(
            !parsed
                .pointer(extract["pointer"].as_str().unwrap())
                .unwrap()
                .is_null()
        );
    }

    let before = app.get("/jobs").token(&acme.recruiter).send().await.json["meta"]["total"].clone();
    assert_eq!(before, 0, "reading stores nothing");
    let job = app
        .post("/jobs")
        .token(&acme.recruiter)
        .json(&parsed)
        .send()
        .await
        .data(201)
        .clone();
    for field in [
        "title",
        "description",
        "location",
        "job_type",
        "requirements",
        "salary_min",
        "salary_max",
        "salary_currency",
    ] {
        assert_eq!(job[field], parsed[field], "{field}");
    }
}

#[actix_web::test]
async fn only_members_who_write_jobs_may_have_a_posting_read() {
    let app = TestApp::start().await;
    let body = json!({ "text": POSTING });
    let nobody = app.post("/jobs/parse").json(&body).send().await;
    assert_eq!(nobody.status, 401);
    nobody.problem("unauthenticated");
    let candidate = app.candidate_user().await;
    let refused = app.post("/jobs/parse").token(&candidate).json(&body).send().await;
    assert_eq!(refused.status, 403);
    refused.problem("forbidden");
}

#[actix_web::test]
async fn texts_that_are_none_are_refused_with_the_reason() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for (body, code) in [
        (json!({ "text": "" }), "too-short"),
        (json!({ "text": " \n\t " }), "too-short"),
        (json!({ "text": "ä".repeat(20_001) }), "too-long"),
        (json!({ "text": "Rust\u{0}SQL" }), "control-character"),
        (json!({ "text": 7 }), "wrong-value"),
        (json!({}), "wrong-value"),
        (json!({ "text": "Rust", "job": 1 }), "wrong-value"),
    ] {
        let response = app
            .post("/jobs/parse")
            .token(&acme.recruiter)
            .json(&body)
            .send()
            .await;
        assert_eq!(response.status, 422, "{code}");
        assert_eq!(response.problem("validation-failed")["errors"][0]["code"], code);
    }
}

#[actix_web::test]
async fn a_text_that_asks_for_nothing_is_read_as_such() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for text in [
        "🙂🙂🙂",
        "We are a friendly company by the sea.",
        "'; DROP TABLE jobs; --",
        "x".repeat(20_000).as_str(),
    ] {
        let parsed = parse(&app, &acme, text).await;
        let requirements = &parsed["requirements"];
        assert_eq!(
            (&requirements["must_have"], &requirements["nice_to_have"]),
            (&json!([]), &json!([])),
            "{text:.30}"
        );
        let codes: Vec<&Value> = parsed["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| &note["code"])
            .collect();
        assert_eq!(codes, [&json!("no-requirements")], "{text:.30}");
    }
}
