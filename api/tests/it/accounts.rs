//! What the tests of identity do again and again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::test_app::{TestApp, TestResponse};

pub const PASSWORD: &str = "correct horse battery";

pub async fn register(app: &TestApp, email: &str) -> TestResponse {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
    app.post("/auth/register").json(&body).send().await
}

pub async fn login(app: &TestApp, email: &str, password: &str) -> TestResponse {
    app.post("/auth/login")
        .json(&json!({"email": email, "password": password}))
        .send()
        .await
}

pub async fn refresh(app: &TestApp, token: &Value) -> TestResponse {
    app.post("/auth/refresh")
        .json(&json!({"refresh_token": token}))
        .send()
        .await
}

pub async fn me(app: &TestApp, tokens: &TestResponse) -> TestResponse {
    app.get("/auth/me")
        .bearer(tokens.json["access_token"].as_str().unwrap())
        .send()
        .await
}

/// A candidate who has signed in.
pub async fn signed_in(app: &TestApp) -> TestResponse {
    register(app, "ada@example.org").await.data(202);
    let tokens = login(app, "ada@example.org", PASSWORD).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    tokens
}

/// Founds an organization; answers its id.
pub async fn found(app: &TestApp, name: &str, email: &str) -> String {
    let body = json!({"name": name, "admin": {"email": email, "password": PASSWORD, "name": "Ada Lovelace"}});
    let response = app.post("/organizations").json(&body).send().await;
    response.data(201)["organization_id"].as_str().unwrap().to_owned()
}

pub async fn execute(app: &TestApp, statement: &str) {
    app.db.client().await.batch_execute(statement).await.unwrap();
}

/// Two answers that differ in nothing a caller could learn from.
#[track_caller]
pub fn assert_indistinguishable(one: &TestResponse, other: &TestResponse) {
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
