//! Signing up and in.

use hiring_api::identity::passwords::Passwords;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::accounts::{PASSWORD, assert_indistinguishable, execute, found, login, me, register};
use crate::test_app::TestApp;

#[actix_web::test]
async fn a_candidate_signs_up_signs_in_and_sees_who_they_are() {
    let app = TestApp::start().await;
    assert_eq!(
        register(&app, "Ada@Example.org").await.data(202)["status"],
        "accepted"
    );
    let tokens = login(&app, "ada@EXAMPLE.org", PASSWORD).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    assert_eq!(
        (&tokens.json["token_type"], &tokens.json["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    assert_eq!(
        tokens.json.as_object().unwrap().len(),
        4,
        "the bare OAuth 2 shape: {}",
        tokens.text()
    );
    assert_eq!(tokens.header("cache-control"), "no-store");
    let me = me(&app, &tokens).await;
    let data = me.data(200);
    assert_eq!(
        (&data["email"], &data["name"]),
        (&json!("ada@example.org"), &json!("Ada Lovelace"))
    );
    assert_eq!(
        (&data["role"], &data["organization"]),
        (&json!("candidate"), &Value::Null)
    );
    assert_eq!(data["email_verified"], false);
}

#[actix_web::test]
async fn signing_up_twice_answers_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    let first = register(&app, "ada@example.org").await;
    let body = json!({"email": "ada@example.org", "password": "another password", "name": "Mallory"});
    let second = app.post("/auth/register").json(&body).send().await;
    assert_indistinguishable(&first, &second);
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
    assert_eq!(login(&app, "ada@example.org", PASSWORD).await.status, 200);
    login(&app, "ada@example.org", "another password")
        .await
        .problem("wrong-credentials");
}

#[actix_web::test]
async fn registrations_that_do_not_fit_name_each_field() {
    let app = TestApp::start().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
        body[field] = value;
        body
    };
    let bad = [
        ("email", json!("ada"), "/email"),
        (
            "email",
            json!(format!("{}@example.org", "a".repeat(300))),
            "/email",
        ),
        ("email", json!(7), "/email"),
        ("password", json!("short"), "/password"),
        ("password", json!("x".repeat(129)), "/password"),
        ("password", json!("x".repeat(10_000)), "/password"),
        ("password", json!(12_345_678), "/password"),
        ("name", json!("   "), "/name"),
        ("name", json!("n".repeat(201)), "/name"),
        ("name", json!("Ada\u{0}"), "/name"),
        ("name", json!("Ada\nBcc: everybody"), "/name"),
    ];
    for (field, value, pointer) in bad {
        app.post("/auth/register")
            .json(&with(field, value))
            .send()
            .await
            .invalid(pointer);
    }
    let both = app
        .post("/auth/register")
        .json(&json!({"email": "a@b.org", "password": "short", "name": ""}))
        .send()
        .await;
    both.invalid("/password");
    both.invalid("/name");
    let unknown = app
        .post("/auth/register")
        .json(&with("role", json!("admin")))
        .send()
        .await;
    unknown.problem("validation-failed");
    app.post("/auth/register")
        .json(&json!({"email": "ada@example.org"}))
        .send()
        .await
        .problem("validation-failed");
    app.post("/auth/register")
        .body("application/json", "{")
        .send()
        .await
        .problem("malformed-request");
    app.post("/auth/register")
        .body("text/plain", "{}")
        .send()
        .await
        .problem("unsupported-type");
    assert_eq!(app.count("SELECT count(*) FROM users").await, 0);
}

#[actix_web::test]
async fn a_password_of_128_characters_of_any_script_works() {
    let app = TestApp::start().await;
    let password = "ü".repeat(128);
    let body = json!({"email": "ada@example.org", "password": password, "name": "Ada"});
    app.post("/auth/register").json(&body).send().await.data(202);
    assert_eq!(login(&app, "ada@example.org", &password).await.status, 200);
}

#[actix_web::test]
async fn an_unknown_address_and_a_wrong_password_cannot_be_told_apart() {
    let app = TestApp::start().await;
    register(&app, "ada@example.org").await.data(202);
    let before = app.state.passwords.verifications();
    let wrong = login(&app, "ada@example.org", "not the password").await;
    assert_eq!(app.state.passwords.verifications(), before + 1);
    let unknown = login(&app, "eve@example.org", "not the password").await;
    assert_eq!(app.state.passwords.verifications(), before + 2);
    wrong.problem("wrong-credentials");
    assert_eq!(wrong.status, 401);
    assert_indistinguishable(&wrong, &unknown);
}

#[actix_web::test]
async fn logins_that_do_not_fit_are_refused_before_any_work() {
    let app = TestApp::start().await;
    for path in ["/auth/login", "/auth/admin/login"] {
        let long = json!({"email": "ada@example.org", "password": "x".repeat(10_000)});
        app.post(path).json(&long).send().await.invalid("/password");
        app.post(path)
            .json(&json!({"email": "ada", "password": "x"}))
            .send()
            .await
            .invalid("/email");
        let no_id = json!({"email": "a@b.org", "password": "x", "organization_id": "42"});
        app.post(path)
            .json(&no_id)
            .send()
            .await
            .invalid("/organization_id");
        let unknown = json!({"email": "a@b.org", "password": "x", "remember": true});
        app.post(path)
            .json(&unknown)
            .send()
            .await
            .problem("validation-failed");
        app.post(path)
            .body("application/json", "no json")
            .send()
            .await
            .problem("malformed-request");
    }
    assert_eq!(app.state.passwords.verifications(), 0);
}

#[actix_web::test]
async fn only_admins_pass_the_admins_door_and_nobody_learns_why() {
    let app = TestApp::start().await;
    register(&app, "candidate@example.org").await.data(202);
    found(&app, "Acme", "admin@example.org").await;
    let enter = async |email: &str, password: &str| {
        app.post("/auth/admin/login")
            .json(&json!({"email": email, "password": password}))
            .send()
            .await
    };
    let admin = enter("admin@example.org", PASSWORD).await;
    assert_eq!(me(&app, &admin).await.data(200)["role"], "admin");
    let (candidate, wrong) = (
        enter("candidate@example.org", PASSWORD).await,
        enter("admin@example.org", "wrong").await,
    );
    candidate.problem("wrong-credentials");
    assert_indistinguishable(&candidate, &wrong);
    execute(&app, "UPDATE memberships SET role = 'recruiter'").await;
    assert_indistinguishable(&enter("admin@example.org", PASSWORD).await, &wrong);
    let recruiter = login(&app, "admin@example.org", PASSWORD).await;
    assert_eq!(me(&app, &recruiter).await.data(200)["role"], "recruiter");
}

#[actix_web::test]
async fn a_member_of_several_organizations_acts_for_the_first_unless_another_is_named() {
    let app = TestApp::start().await;
    let first = found(&app, "First", "ada@example.org").await;
    let tokens = login(&app, "ada@example.org", PASSWORD).await;
    let body =
        json!({"name": "Second", "admin": {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}});
    let second = app
        .post("/organizations")
        .bearer(tokens.json["access_token"].as_str().unwrap())
        .json(&body)
        .send()
        .await;
    let second = second.data(201)["organization_id"].clone();
    let acts_for = async |organization: Value| {
        let body = json!({"email": "ada@example.org", "password": PASSWORD, "organization_id": organization});
        let tokens = app.post("/auth/login").json(&body).send().await;
        (tokens.status == 200).then_some(me(&app, &tokens).await.data(200)["organization"]["id"].clone())
    };
    assert_eq!(acts_for(Value::Null).await, Some(json!(first)));
    assert_eq!(acts_for(second.clone()).await, Some(second));
    let foreign = json!({"email": "ada@example.org", "password": PASSWORD, "organization_id": found(&app, "Other", "eve@example.org").await});
    app.post("/auth/login")
        .json(&foreign)
        .send()
        .await
        .problem("wrong-credentials");
}

#[actix_web::test]
async fn a_password_hashed_with_other_parameters_is_hashed_again_at_login() {
    let app = TestApp::start().await;
    register(&app, "ada@example.org").await.data(202);
    let old = Passwords::new(32, 1, 1)
        .hash(&SecretString::from(PASSWORD))
        .await
        .unwrap();
    execute(&app, &format!("UPDATE users SET password_hash = '{old}'")).await;
    login(&app, "ada@example.org", "wrong")
        .await
        .problem("wrong-credentials");
    assert_eq!(
        app.count("SELECT count(*) FROM users WHERE password_hash LIKE '%m=32,%'")
            .await,
        1
    );
    assert_eq!(login(&app, "ada@example.org", PASSWORD).await.status, 200);
    assert_eq!(
        app.count("SELECT count(*) FROM users WHERE password_hash LIKE '%m=64,%'")
            .await,
        1
    );
    assert_eq!(login(&app, "ada@example.org", PASSWORD).await.status, 200);
}
