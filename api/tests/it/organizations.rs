//! Founding and changing organizations, and the demo organization.

use std::collections::HashMap;

use chrono::Timelike;
use hiring_api::config::Config;
use hiring_api::flows::seed_demo;
use hiring_core::clock::Clock;
use hiring_core::config::Reader;
use hiring_core::identity::Role;
use hiring_core::ids::UserId;
use hiring_db::organizations::{self, AddedMember, OrganizationChange};
use serde_json::{Value, json};

use crate::accounts::{PASSWORD, login};
use crate::test_app::TestApp;

fn founding(email: &str) -> Value {
    json!({"name": " Acme ", "admin": {"email": email, "password": PASSWORD, "name": "Ada Lovelace"}})
}

#[actix_web::test]
async fn a_fresh_address_founds_an_organization_and_is_its_admin() {
    let app = TestApp::start().await;
    let response = app
        .post("/organizations")
        .json(&founding("Ada@example.org"))
        .send()
        .await;
    let created = response.data(201).clone();
    assert_eq!(created["status"], "created");
    assert_eq!(response.header("location"), "/api/v1/organizations/current");
    let tokens = login(&app, "ada@example.org", PASSWORD).await;
    let bearer = tokens.json["access_token"].as_str().unwrap();
    let me = app.get("/auth/me").bearer(bearer).send().await;
    assert_eq!(me.data(200)["id"], created["admin_id"]);
    assert_eq!(me.json["data"]["role"], "admin");
    let expected = json!({"id": created["organization_id"], "name": "Acme", "plan": "free"});
    assert_eq!(me.json["data"]["organization"], expected);
    let current = app.get("/organizations/current").bearer(bearer).send().await;
    assert_eq!(
        current.data(200)["caps"],
        json!({"open_jobs": 10, "candidates": 1000, "members": 5})
    );
    assert_eq!(current.version(), Some(1));
}

#[actix_web::test]
async fn a_known_address_needs_its_own_token() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    app.post("/organizations")
        .json(&founding("ada@example.org"))
        .send()
        .await
        .data(201);
    let stranger = app.candidate_user().await;
    for request in [
        app.post("/organizations"),
        app.post("/organizations").token(&stranger),
    ] {
        let response = request.json(&founding("ada@example.org")).send().await;
        let told = response.data(202);
        assert_eq!(told["status"], "accepted");
        assert_eq!(
            (&told["organization_id"], &told["admin_id"]),
            (&Value::Null, &Value::Null)
        );
    }
    assert_eq!(app.count("SELECT count(*) FROM organizations").await, 1);

    let tokens = login(&app, "ada@example.org", PASSWORD).await;
    let mut second = founding("ada@example.org");
    second["admin"]["password"] = json!("a password that is not used");
    let request = app
        .post("/organizations")
        .bearer(tokens.json["access_token"].as_str().unwrap());
    request.json(&second).send().await.data(201);
    assert_eq!(
        app.count("SELECT count(*) FROM memberships WHERE role = 'admin'")
            .await,
        2
    );
    assert_eq!(
        login(&app, "ada@example.org", PASSWORD).await.status,
        200,
        "the password stays"
    );
}

#[actix_web::test]
async fn a_candidate_can_found_an_organization_for_a_colleague() {
    let app = TestApp::start().await;
    let candidate = app.candidate_user().await;
    let response = app
        .post("/organizations")
        .token(&candidate)
        .json(&founding("ada@example.org"))
        .send()
        .await;
    assert_ne!(response.data(201)["admin_id"], json!(candidate.user_id.uuid()));
    assert_eq!(login(&app, "ada@example.org", PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn the_owner_of_a_known_address_is_told_by_mail_once_a_day() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    // Tomorrow at noon, so that no midnight comes in between.
    let now = app.clock.now();
    app.clock
        .advance(chrono::TimeDelta::hours(36 - i64::from(now.hour())));
    let ask = async || {
        let mut body = founding("ada@example.org");
        body["name"] = json!("Click here: evil.example");
        app.post("/organizations").json(&body).send().await.status
    };
    assert_eq!(ask().await, 201);
    assert_eq!(app.count("SELECT count(*) FROM mails").await, 0);
    for _ in 0..3 {
        assert_eq!(ask().await, 202);
    }
    let query = "SELECT m.recipient, m.template, m.params::text, t.state FROM mails m
        JOIN tasks t ON (t.payload ->> 'mail_id')::uuid = m.id AND t.kind = 'send_email'";
    let rows = app.db.client().await.query(query, &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<_, &str>(0), "ada@example.org");
    assert_eq!(rows[0].get::<_, &str>(1), "organization_exists");
    // Nothing that the asker typed, not even as the name of an account that they opened.
    assert_eq!(rows[0].get::<_, &str>(2), r#"{"name": null}"#);
    assert_eq!(rows[0].get::<_, &str>(3), "published");
    app.clock.advance(chrono::TimeDelta::days(1));
    let verified = "UPDATE users SET email_verified_at = now()";
    app.db.client().await.batch_execute(verified).await.unwrap();
    assert_eq!(ask().await, 202);
    assert_eq!(app.count("SELECT count(*) FROM mails").await, 2);
    let greeted = r#"SELECT count(*) FROM mails WHERE params = '{"name": "Ada Lovelace"}'"#;
    assert_eq!(app.count(greeted).await, 1);
}

#[actix_web::test]
async fn of_foundings_with_one_address_at_the_same_moment_one_stands() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let found = || async {
        app.post("/organizations")
            .json(&founding("ada@example.org"))
            .send()
            .await
            .status
    };
    let mut statuses = futures::future::join_all((0..4).map(|_| found())).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 202, 202, 202]);
    assert_eq!(app.count("SELECT count(*) FROM organizations").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM mails").await, 1);
}

#[actix_web::test]
async fn foundings_that_do_not_fit_name_each_field_and_leave_nothing() {
    let app = TestApp::start().await;
    let bad = [
        ("/name", json!("")),
        ("/name", json!("n".repeat(201))),
        ("/name", json!("Ac\tme")),
        ("/admin/email", json!("ada@localhost")),
        ("/admin/password", json!("1234567")),
        ("/admin/password", json!("x".repeat(10_000))),
        ("/admin/name", json!("\u{7}")),
    ];
    for (pointer, value) in bad {
        let mut body = founding("ada@example.org");
        *body.pointer_mut(pointer).unwrap() = value;
        app.post("/organizations")
            .json(&body)
            .send()
            .await
            .invalid(pointer);
    }
    let mut body = founding("ada@example.org");
    body["plan"] = json!("pro");
    app.post("/organizations")
        .json(&body)
        .send()
        .await
        .problem("validation-failed");
    app.post("/organizations")
        .body("application/json", "[")
        .send()
        .await
        .problem("malformed-request");
    assert_eq!(app.count("SELECT count(*) FROM users").await, 0);
}

#[actix_web::test]
async fn an_admin_renames_the_organization_once_per_version() {
    let app = TestApp::start().await;
    let organization = app.organization("Acme").await;
    let rename = async |tag: Option<&str>, body: Value| {
        let request = app
            .patch("/organizations/current")
            .token(&organization.admin)
            .json(&body);
        match tag {
            Some(tag) => request.header("if-match", tag).send().await,
            None => request.send().await,
        }
    };
    let renamed = rename(Some("\"1\""), json!({"name": " Umbrella "})).await;
    assert_eq!(renamed.data(200)["name"], "Umbrella");
    assert_eq!(renamed.version(), Some(2));
    rename(Some("\"1\""), json!({"name": "Late"}))
        .await
        .problem("version-mismatch");
    rename(None, json!({"name": "Blind"}))
        .await
        .problem("version-required");
    rename(Some("\"2\""), json!({"name": ""})).await.invalid("/name");
    rename(Some("\"2\""), json!({"name": "Rich", "plan": "pro"}))
        .await
        .problem("validation-failed");
    let current = app
        .get("/organizations/current")
        .token(&organization.admin)
        .send()
        .await;
    assert_eq!(current.data(200)["name"], "Umbrella");
}

#[actix_web::test]
async fn only_admins_see_and_change_the_organization_and_only_their_own() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let body = json!({"name": "Mine"});
    app.get("/organizations/current")
        .send()
        .await
        .problem("unauthenticated");
    app.patch("/organizations/current")
        .json(&body)
        .send()
        .await
        .problem("unauthenticated");
    for user in [&acme.recruiter, &app.candidate_user().await] {
        app.get("/organizations/current")
            .token(user)
            .send()
            .await
            .problem("forbidden");
        let patch = app
            .patch("/organizations/current")
            .token(user)
            .header("if-match", "*")
            .json(&body);
        patch.send().await.problem("forbidden");
    }
    let patch = app
        .patch("/organizations/current")
        .token(&acme.admin)
        .header("if-match", "*")
        .json(&body);
    patch.send().await.data(200);
    let untouched = app.get("/organizations/current").token(&other.admin).send().await;
    assert_eq!(untouched.data(200)["name"], "Other");
}

#[actix_web::test]
async fn two_renames_of_one_version_cannot_both_stand() {
    let app = TestApp::start().await;
    let organization = app.organization("Acme").await;
    let mut connection = app.state.database.connection().await.unwrap();
    let named = |name| OrganizationChange {
        name: Some(name),
        ..OrganizationChange::default()
    };
    let first = organizations::update(&mut connection, organization.id, 1, named("First"))
        .await
        .unwrap();
    assert_eq!(first.map(|row| row.version), Some(2));
    assert_eq!(
        organizations::update(&mut connection, organization.id, 1, named("Second"))
            .await
            .unwrap(),
        None
    );
}

#[actix_web::test]
async fn a_free_plan_has_five_members_and_a_pro_plan_any_number() {
    let app = TestApp::start().await;
    let organization = app.organization("Acme").await;
    let mut connection = app.state.database.connection().await.unwrap();
    let mut add = async |user: UserId| {
        organizations::add_member(&mut connection, organization.id, user, Role::Recruiter)
            .await
            .unwrap()
    };
    for _ in 0..3 {
        assert_eq!(add(app.candidate_user().await.user_id).await, AddedMember::Added);
    }
    let sixth = app.candidate_user().await.user_id;
    assert_eq!(add(sixth).await, AddedMember::PlanLimit);
    assert_eq!(add(organization.admin.user_id).await, AddedMember::AlreadyMember);
    app.db
        .client()
        .await
        .batch_execute("UPDATE organizations SET plan = 'pro'")
        .await
        .unwrap();
    assert_eq!(add(sixth).await, AddedMember::Added);
    assert_eq!(
        app.count("SELECT count(*) FROM memberships WHERE role = 'admin'")
            .await,
        1,
        "roles stay"
    );
}

async fn seed(app: &TestApp, environment: &str, password: &str) -> anyhow::Result<()> {
    let variables = [
        ("ENVIRONMENT", environment),
        ("DATABASE_URL", app.db.url()),
        ("REDIS_URL", &app.redis.url),
        ("SECRET_KEY", "a key for tests that is long enough to sign with"),
        ("PASSWORD_HASH_MEMORY_KIB", "64"),
        ("DEMO_PASSWORD", password),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut reader = Reader::from_map(HashMap::from(variables));
    let config = Config::read(&mut reader);
    seed_demo::seed(config, &reader).await
}

#[actix_web::test]
async fn the_demo_organization_can_be_seeded_again_and_again() {
    let app = TestApp::start().await;
    seed(&app, "development", "hiring-demo-1").await.unwrap();
    let tokens = login(&app, seed_demo::RECRUITER, "hiring-demo-1").await;
    let bearer = tokens.json["access_token"].as_str().unwrap();
    let me = app.get("/auth/me").bearer(bearer).send().await;
    assert_eq!(me.data(200)["role"], "recruiter");
    assert_eq!(me.json["data"]["organization"]["name"], "Demo");
    assert_eq!(me.json["data"]["organization"]["plan"], "pro");
    let before = app
        .count("SELECT count(*) FROM users WHERE password_hash LIKE '$argon2id$%'")
        .await;
    seed(&app, "development", "hiring-demo-1").await.unwrap();
    seed(&app, "test", "another-demo-2").await.unwrap();
    assert_eq!((before, app.count("SELECT count(*) FROM users").await), (2, 2));
    assert_eq!(app.count("SELECT count(*) FROM organizations").await, 1);
    login(&app, seed_demo::ADMIN, "hiring-demo-1")
        .await
        .problem("wrong-credentials");
    assert_eq!(login(&app, seed_demo::ADMIN, "another-demo-2").await.status, 200);
}

#[actix_web::test]
async fn the_demo_organization_is_never_created_in_production() {
    let app = TestApp::start().await;
    let error = seed(&app, "production", "hiring-demo-1").await.unwrap_err();
    assert!(error.to_string().contains("production"));
    assert_eq!(app.count("SELECT count(*) FROM users").await, 0);
}
