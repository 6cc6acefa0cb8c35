//! What a session is worth: refreshing, signing out, and tokens that prove nothing.

use chrono::TimeDelta;
use hiring_api::extract::allowed::Caller;
use hiring_api::identity::tokens::AccessTokens;
use hiring_core::clock::Clock;
use hiring_core::identity::Role;
use hiring_core::ids::{SessionId, UserId};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::accounts::{PASSWORD, execute, found, login, me, refresh, signed_in};
use crate::test_app::{TestApp, TestResponse};

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

#[actix_web::test]
async fn a_changed_role_holds_before_the_access_token_ends() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let client = app.db.client().await;
    client
        .execute("UPDATE memberships SET role = 'recruiter'", &[])
        .await
        .unwrap();
    let response = app.get("/organizations/current").token(&acme.admin).send().await;
    assert_eq!(response.status, 403, "{}", response.text());
    response.problem("forbidden");
}

#[actix_web::test]
async fn a_session_that_cannot_be_checked_is_neither_believed_nor_refused() {
    let app = TestApp::start_with(&[("DATABASE_URL", "postgres://nobody:secret@127.0.0.1:1/none")]).await;
    let caller = Caller {
        user_id: UserId::generate(),
        session_id: SessionId::generate(),
        organization_id: None,
        role: Role::Candidate,
    };
    let token = app.state.tokens.issue(&caller, app.clock.now()).unwrap();
    let response = app.get("/auth/me").bearer(&token).send().await;
    assert_eq!(
        (response.status, response.header("retry-after").as_str()),
        (503, "2"),
        "{}",
        response.text()
    );
    response.problem("unavailable");
}

#[actix_web::test]
async fn the_job_board_refuses_a_token_that_does_not_count() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    app.get("/jobs").token(&acme.recruiter).send().await.data(200);
    app.clock.advance(TimeDelta::minutes(16));
    for path in ["/jobs", "/jobs/018f0000-0000-7000-8000-000000000000"] {
        let response = app.get(path).token(&acme.recruiter).send().await;
        assert_eq!(response.status, 401, "{}", response.text());
        response.problem("unauthenticated");
    }
}

#[actix_web::test]
async fn a_token_cannot_claim_another_organization_than_its_session() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let caller = Caller {
        user_id: acme.admin.user_id,
        session_id: acme.admin.session_id,
        organization_id: Some(other.id),
        role: Role::Admin,
    };
    let token = app.state.tokens.issue(&caller, app.clock.now()).unwrap();
    app.get("/organizations/current")
        .bearer(&token)
        .send()
        .await
        .problem("unauthenticated");
}
