//! Signing up, in and out, and what a session is worth.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use hiring_api::extract::allowed::Caller;
use hiring_api::identity::passwords::Passwords;
use hiring_api::identity::tokens::AccessTokens;
use hiring_core::clock::Clock;
use hiring_core::identity::Role;
use hiring_core::ids::{SessionId, UserId};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::test_app::{TestApp, TestResponse};

const PASSWORD: &str = "correct horse battery";

async fn register(app: &TestApp, email: &str) -> TestResponse {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
    app.post("/auth/register").json(&body).send().await
}

async fn login(app: &TestApp, email: &str, password: &str) -> TestResponse {
    app.post("/auth/login")
        .json(&json!({"email": email, "password": password}))
        .send()
        .await
}

async fn refresh(app: &TestApp, token: &Value) -> TestResponse {
    app.post("/auth/refresh")
        .json(&json!({"refresh_token": token}))
        .send()
        .await
}

async fn me(app: &TestApp, tokens: &TestResponse) -> TestResponse {
    app.get("/auth/me")
        .bearer(tokens.json["access_token"].as_str().unwrap())
        .send()
        .await
}

/// A candidate who has signed in.
async fn signed_in(app: &TestApp) -> TestResponse {
    register(app, "ada@example.org").await.data(202);
    let tokens = login(app, "ada@example.org", PASSWORD).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    tokens
}

/// Founds an organization; answers its id.
async fn found(app: &TestApp, name: &str, email: &str) -> String {
    let body = json!({"name": name, "admin": {"email": email, "password": PASSWORD, "name": "Ada Lovelace"}});
    let response = app.post("/organizations").json(&body).send().await;
    response.data(201)["organization_id"].as_str().unwrap().to_owned()
}

async fn execute(app: &TestApp, statement: &str) {
    app.db.client().await.batch_execute(statement).await.unwrap();
}

/// Two answers that differ in nothing a caller could learn from.
#[track_caller]
fn assert_indistinguishable(one: &TestResponse, other: &TestResponse) {
    let told = |response: &TestResponse| {
        let mut json = response.json.clone();
        json.as_object_mut().unwrap().remove("request_id");
        json.as_object_mut().unwrap().remove("meta");
        json
    };
    assert_eq!((one.status, told(one)), (other.status, told(other)));
    let names = |response: &TestResponse| {
        response
            .headers
            .keys()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(one), names(other));
}

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

#[actix_web::test]
async fn a_refresh_rotates_the_token_and_the_session_goes_on() {
    let app = TestApp::start().await;
    let first = signed_in(&app).await;
    let second = refresh(&app, &first.json["refresh_token"]).await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert_eq!(second.header("cache-control"), "no-store");
    assert_ne!(second.json["refresh_token"], first.json["refresh_token"]);
    me(&app, &second).await.data(200);
    assert_eq!(refresh(&app, &second.json["refresh_token"]).await.status, 200);
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
    let stored = first.json["refresh_token"].as_str().unwrap();
    let plain = format!("SELECT count(*) FROM refresh_tokens WHERE token_hash = decode('{stored}', 'hex')");
    assert_eq!(app.count(&plain).await, 0, "only a hash is stored");
}

#[actix_web::test]
async fn a_lost_answer_is_repeated_once_and_a_third_use_ends_the_session() {
    let app = TestApp::start().await;
    let first = signed_in(&app).await;
    let second = refresh(&app, &first.json["refresh_token"]).await;
    app.clock.advance(TimeDelta::seconds(9));
    let sibling = refresh(&app, &first.json["refresh_token"]).await;
    assert_eq!(sibling.status, 200, "{}", sibling.text());
    me(&app, &sibling).await.data(200);
    refresh(&app, &first.json["refresh_token"])
        .await
        .problem("refresh-refused");
    for tokens in [&second, &sibling] {
        me(&app, tokens).await.problem("unauthenticated");
        refresh(&app, &tokens.json["refresh_token"])
            .await
            .problem("refresh-refused");
    }
}

#[actix_web::test]
async fn a_token_that_comes_back_after_ten_seconds_ends_the_session() {
    let app = TestApp::start().await;
    let first = signed_in(&app).await;
    let second = refresh(&app, &first.json["refresh_token"]).await;
    app.clock.advance(TimeDelta::seconds(11));
    let reused = refresh(&app, &first.json["refresh_token"]).await;
    reused.problem("refresh-refused");
    assert_eq!(reused.status, 401);
    refresh(&app, &second.json["refresh_token"])
        .await
        .problem("refresh-refused");
    me(&app, &second).await.problem("unauthenticated");
    assert_eq!(
        login(&app, "ada@example.org", PASSWORD).await.status,
        200,
        "other sessions are not touched"
    );
}

#[actix_web::test]
async fn of_two_refreshes_at_the_same_moment_both_go_on_and_of_three_none() {
    let app = TestApp::start().await;
    let tokens = signed_in(&app).await;
    let token = &tokens.json["refresh_token"];
    let (one, two) = futures::join!(refresh(&app, token), refresh(&app, token));
    assert_eq!((one.status, two.status), (200, 200));
    assert_ne!(one.json["refresh_token"], two.json["refresh_token"]);

    let tokens = login(&app, "ada@example.org", PASSWORD).await;
    let token = &tokens.json["refresh_token"];
    let answers = futures::future::join_all((0..6).map(|_| refresh(&app, token))).await;
    let good: Vec<&TestResponse> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(
        (1..=2).contains(&good.len()),
        "{} of six were answered",
        good.len()
    );
    for tokens in good {
        refresh(&app, &tokens.json["refresh_token"])
            .await
            .problem("refresh-refused");
    }
}

#[actix_web::test]
async fn a_session_ends_a_month_after_its_last_refresh() {
    let app = TestApp::start().await;
    let first = signed_in(&app).await;
    app.clock.advance(TimeDelta::days(29));
    let second = refresh(&app, &first.json["refresh_token"]).await;
    assert_eq!(second.status, 200, "{}", second.text());
    app.clock.advance(TimeDelta::days(29));
    let third = refresh(&app, &second.json["refresh_token"]).await;
    assert_eq!(third.status, 200, "{}", third.text());
    app.clock.advance(TimeDelta::days(31));
    refresh(&app, &third.json["refresh_token"])
        .await
        .problem("refresh-refused");
}

#[actix_web::test]
async fn refresh_tokens_that_never_were_are_refused() {
    let app = TestApp::start().await;
    refresh(&app, &json!("made up")).await.problem("refresh-refused");
    let access = signed_in(&app).await.json["access_token"].clone();
    refresh(&app, &access).await.problem("refresh-refused");
    refresh(&app, &json!(7)).await.invalid("/refresh_token");
    app.post("/auth/refresh")
        .json(&json!({}))
        .send()
        .await
        .problem("validation-failed");
    app.post("/auth/refresh")
        .body("application/json", "{")
        .send()
        .await
        .problem("malformed-request");
}

#[actix_web::test]
async fn a_refresh_reads_the_role_afresh_and_a_removed_member_goes_out() {
    let app = TestApp::start().await;
    found(&app, "Acme", "ada@example.org").await;
    let admin = login(&app, "ada@example.org", PASSWORD).await;
    execute(&app, "UPDATE memberships SET role = 'recruiter'").await;
    let recruiter = refresh(&app, &admin.json["refresh_token"]).await;
    assert_eq!(me(&app, &recruiter).await.data(200)["role"], "recruiter");
    let bearer = recruiter.json["access_token"].as_str().unwrap();
    app.get("/organizations/current")
        .bearer(bearer)
        .send()
        .await
        .problem("forbidden");
    execute(&app, "DELETE FROM memberships").await;
    refresh(&app, &recruiter.json["refresh_token"])
        .await
        .problem("refresh-refused");
    let candidate = login(&app, "ada@example.org", PASSWORD).await;
    assert_eq!(me(&app, &candidate).await.data(200)["role"], "candidate");
}

#[actix_web::test]
async fn logging_out_ends_the_session_at_once() {
    let app = TestApp::start().await;
    let tokens = signed_in(&app).await;
    let other = login(&app, "ada@example.org", PASSWORD).await;
    me(&app, &tokens).await.data(200);
    let bearer = tokens.json["access_token"].as_str().unwrap();
    let out = app.post("/auth/logout").bearer(bearer).send().await;
    assert_eq!((out.status, out.bytes.len()), (204, 0));
    me(&app, &tokens).await.problem("unauthenticated");
    refresh(&app, &tokens.json["refresh_token"])
        .await
        .problem("refresh-refused");
    me(&app, &other).await.data(200);
}

#[actix_web::test]
async fn a_refresh_token_alone_can_log_out() {
    let app = TestApp::start().await;
    let tokens = signed_in(&app).await;
    me(&app, &tokens).await.data(200);
    let body = json!({"refresh_token": tokens.json["refresh_token"]});
    for _ in 0..2 {
        assert_eq!(app.post("/auth/logout").json(&body).send().await.status, 204);
    }
    me(&app, &tokens).await.problem("unauthenticated");
    let made_up = app
        .post("/auth/logout")
        .json(&json!({"refresh_token": "made up"}))
        .send()
        .await;
    assert_eq!(made_up.status, 204, "whether a token exists is not told");
}

#[actix_web::test]
async fn logging_out_needs_something_to_log_out() {
    let app = TestApp::start().await;
    app.post("/auth/logout").send().await.problem("unauthenticated");
    app.post("/auth/logout")
        .json(&json!({"refresh_token": null}))
        .send()
        .await
        .problem("unauthenticated");
    app.post("/auth/logout")
        .json(&json!({"refresh_token": 7}))
        .send()
        .await
        .invalid("/refresh_token");
    app.post("/auth/logout")
        .body("application/json", "{")
        .send()
        .await
        .problem("malformed-request");
}

#[actix_web::test]
async fn an_access_token_lives_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let tokens = signed_in(&app).await;
    app.clock.advance(TimeDelta::minutes(14));
    me(&app, &tokens).await.data(200);
    app.clock.advance(TimeDelta::minutes(1));
    let expired = me(&app, &tokens).await;
    assert!(
        expired.problem("unauthenticated")["detail"]
            .as_str()
            .unwrap()
            .contains("expired")
    );
    me(&app, &refresh(&app, &tokens.json["refresh_token"]).await)
        .await
        .data(200);
}

#[actix_web::test]
async fn a_session_that_was_ended_in_the_database_is_not_live() {
    let app = TestApp::start().await;
    let ends = [
        "UPDATE sessions SET expires_at = now() - interval '1 s'",
        "UPDATE sessions SET revoked_at = now()",
        "DELETE FROM memberships",
        "DELETE FROM organizations",
    ];
    for statement in ends {
        let organization = app.organization("Acme").await;
        execute(&app, statement).await;
        let response = app.get("/auth/me").token(&organization.recruiter).send().await;
        response.problem("unauthenticated");
    }
}

#[actix_web::test]
async fn an_account_that_is_gone_is_nobody_even_while_its_session_is_remembered() {
    let app = TestApp::start().await;
    let organization = app.organization("Acme").await;
    app.get("/organizations/current")
        .token(&organization.admin)
        .send()
        .await
        .data(200);
    execute(&app, "DELETE FROM organizations").await;
    app.get("/organizations/current")
        .token(&organization.admin)
        .send()
        .await
        .problem("not-found");
    let rename = app
        .patch("/organizations/current")
        .token(&organization.admin)
        .json(&json!({"name": "Umbrella"}));
    rename.send().await.problem("not-found");
    execute(&app, "DELETE FROM users").await;
    app.get("/auth/me")
        .token(&organization.admin)
        .send()
        .await
        .problem("unauthenticated");
}

#[actix_web::test]
async fn tokens_that_this_server_did_not_sign_are_refused() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    let app = TestApp::start().await;
    let candidate = app.candidate_user().await;
    let caller = Caller {
        user_id: candidate.user_id,
        session_id: candidate.session_id,
        organization_id: None,
        role: Role::Admin,
    };
    let foreign = AccessTokens::new(&SecretString::from("another key"), None, TimeDelta::minutes(15));
    let foreign = foreign.issue(&caller, app.clock.now()).unwrap();
    let parts: Vec<&str> = candidate.token.split('.').collect();
    let header: Value = serde_json::from_slice(&BASE64.decode(parts[0]).unwrap()).unwrap();
    let none = BASE64.encode(json!({"typ": "JWT", "alg": "none", "kid": header["kid"]}).to_string());
    let mut claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    claims["role"] = json!("admin");
    let promoted = BASE64.encode(claims.to_string());
    let forged = [
        foreign,
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{promoted}.{}", parts[0], parts[2]),
        parts[..2].join("."),
        "no token".to_owned(),
    ];
    for token in forged {
        let response = app.get("/auth/me").bearer(&token).send().await;
        assert_eq!(response.status, 401, "{token}");
        response.problem("unauthenticated");
    }
    let basic = app
        .get("/auth/me")
        .header("authorization", "Basic YWRhOnB3")
        .send()
        .await;
    basic.problem("unauthenticated");
    app.get("/auth/me").token(&candidate).send().await.data(200);
}

#[actix_web::test]
async fn a_sound_token_of_a_session_that_never_was_is_refused() {
    let app = TestApp::start().await;
    let caller = Caller {
        user_id: UserId::generate(),
        session_id: SessionId::generate(),
        organization_id: None,
        role: Role::Candidate,
    };
    let token = app.state.tokens.issue(&caller, app.clock.now()).unwrap();
    app.get("/auth/me")
        .bearer(&token)
        .send()
        .await
        .problem("unauthenticated");
}
