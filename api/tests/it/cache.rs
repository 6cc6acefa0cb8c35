//! Answers from the cache over real sockets: never another's, never old, and never a reason to fail.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::join_all;
use hiring_api::routes;
use hiring_core::identity::Role;
use hiring_testkit::{ValkeyServer, eventually};
use serde_json::{Value, json};

use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse, TestUser};
use crate::upload::{RESUME, form};

/// With more patience than any busy machine needs.
const ON: [(&str, &str); 2] = [("CACHE_ENABLED", "true"), ("CACHE_TIMEOUT_MS", "10000")];

async fn create(app: &TestApp, organization: &TestOrganization, title: &str, state: &str) -> String {
    let job = json!({"title": title, "description": "Work.", "state": state});
    let created = app
        .post("/jobs")
        .token(&organization.recruiter)
        .json(&job)
        .send()
        .await;
    created.data(201)["id"].as_str().unwrap().to_owned()
}

async fn get(app: &TestApp, path: &str, user: Option<&TestUser>) -> TestResponse {
    let request = app.get(path);
    match user {
        Some(user) => request.token(user).send().await,
        None => request.send().await,
    }
}

fn words(answer: &TestResponse, field: &str) -> Vec<String> {
    let list = answer.data(200).as_array().unwrap().iter();
    let mut words: Vec<String> = list.map(|one| one[field].as_str().unwrap().to_owned()).collect();
    words.sort();
    words
}

/// Everything but what is about one request.
fn lasting(answer: &TestResponse) -> (Value, Value, [String; 3]) {
    let mut meta = answer.json["meta"].clone();
    for own in ["request_id", "timestamp"] {
        meta.as_object_mut().unwrap().remove(own);
    }
    let fields = ["etag", "link", "cache-control"].map(|name| answer.header(name));
    (answer.data(200).clone(), meta, fields)
}

#[actix_web::test]
async fn an_answer_from_the_cache_is_the_one_that_was_computed_with_a_request_id_of_its_own() {
    let app = TestApp::start_with(&ON).await;
    let acme = app.organization("Acme").await;
    let id = create(&app, &acme, "Baker", "open").await;
    create(&app, &acme, "Cook", "open").await;
    app.candidate(acme.id, &Person::mira()).await;
    let one = format!("/jobs/{id}");
    let search = "/candidates/search?q=rust&per_page=1";
    for (path, user) in [
        ("/jobs?per_page=1", None),
        (&one, None),
        (&one, Some(&acme.recruiter)),
        (search, Some(&acme.recruiter)),
        ("/auth/me", Some(&acme.recruiter)),
    ] {
        let computed = app.get(path).header("cache-control", "no-cache");
        let computed = match user {
            Some(user) => computed.token(user).send().await,
            None => computed.send().await,
        };
        let (first, second) = (get(&app, path, user).await, get(&app, path, user).await);
        let found = [&computed, &first, &second].map(|answer| answer.header("x-cache"));
        assert_eq!(found, ["bypass", "miss", "hit"], "{path}");
        assert_eq!(lasting(&computed), lasting(&second), "{path}");
        assert_eq!(lasting(&first), lasting(&second), "{path}");
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    }
}

#[actix_web::test]
async fn a_hit_asks_nothing_of_postgres_and_what_the_caller_has_is_not_sent_again() {
    let pool = [("DATABASE_POOL_SIZE", "1"), ("DATABASE_MAX_OVERFLOW", "0")];
    let app = TestApp::start_with(&[&ON[..], &pool].concat()).await;
    let acme = app.organization("Acme").await;
    create(&app, &acme, "Baker", "open").await;
    let first = get(&app, "/jobs", None).await;
    let me = get(&app, "/auth/me", Some(&acme.admin)).await;
    let taken = app.state.database.connection().await.unwrap();
    assert_eq!(lasting(&get(&app, "/jobs", None).await), lasting(&first));
    assert_eq!(
        lasting(&get(&app, "/auth/me", Some(&acme.admin)).await),
        lasting(&me)
    );
    let known = app.get("/jobs").header("if-none-match", &first.header("etag"));
    let known = known.send().await;
    assert_eq!((known.status, known.header("x-cache").as_str()), (304, "hit"));
    assert_eq!(
        (known.header("etag"), known.bytes.len()),
        (first.header("etag"), 0)
    );
    drop(taken);
    let pages = [
        get(&app, "/jobs", None).await,
        get(&app, "/jobs?per_page=1", None).await,
    ];
    assert_eq!(pages.map(|page| page.header("x-cache")), ["hit", "miss"]);
}

#[actix_web::test]
async fn of_a_hundred_who_miss_at_once_one_asks_postgres() {
    let server = ValkeyServer::start().await;
    let url = server.url();
    let more = [
        ("REDIS_URL", url.as_str()),
        ("DATABASE_POOL_SIZE", "1"),
        ("DATABASE_MAX_OVERFLOW", "0"),
        // The limiter looks into Redis too, and only the cache's looks are counted.
        ("RATE_LIMIT_ENABLED", "false"),
    ];
    let app = TestApp::start_with(&[&ON[..], &more].concat()).await;
    let acme = app.organization("Acme").await;
    create(&app, &acme, "Baker", "open").await;
    let taken = app.state.database.connection().await.unwrap();
    let asking = join_all((0..100).map(|_| app.get("/jobs").send()));
    let looks = || async {
        let told: String = server.ask(&["INFO", "commandstats"]).await.unwrap();
        let line = told
            .lines()
            .find_map(|line| line.strip_prefix("cmdstat_mget:calls="));
        line.and_then(|line| line.split(',').next()?.parse::<u32>().ok())
    };
    let watching = async {
        // Each looks once, and the one that computes once more.
        let all = eventually("everybody to have looked", || async {
            looks().await.filter(|count| *count >= 101)
        });
        assert_eq!(all.await, 101);
        assert_eq!(app.state.database.state().waiting, 1);
        drop(taken);
    };
    let (answers, ()) = futures::join!(asking, watching);
    for answer in &answers {
        assert_eq!(words(answer, "title"), ["Baker"]);
        assert_eq!(answer.header("x-cache"), "miss");
    }
    assert_eq!(looks().await, Some(101), "nobody computed after that");
}

#[actix_web::test]
async fn whoever_is_told_of_a_change_finds_it_in_every_process_while_others_read() {
    let one = TestApp::start_with(&ON).await;
    let same = [
        ("DATABASE_URL", one.db.url()),
        ("REDIS_URL", &one.redis.url),
        ("QUEUE_PREFIX", &one.redis.prefix),
    ];
    let other = TestApp::start_with(&[&ON[..], &same].concat()).await;
    let acme = one.organization("Acme").await;
    let id = create(&one, &acme, "0", "open").await;
    let path = format!("/jobs/{id}");
    let told = AtomicU64::new(0);
    let number = |answer: &TestResponse| words(answer, "title")[0].parse::<u64>().unwrap();
    let read = async |app: &TestApp| {
        let mut hits = 0;
        while told.load(Ordering::SeqCst) < 30 {
            let least = told.load(Ordering::SeqCst);
            let board = get(app, "/jobs", None).await;
            assert!(number(&board) >= least, "{} after {least}", number(&board));
            hits += u32::from(board.header("x-cache") == "hit");
        }
        hits
    };
    let write = async {
        for title in 1..=30_u64 {
            // By turns through both processes.
            let app = if title % 2 == 0 { &one } else { &other };
            let seen = get(app, &path, Some(&acme.recruiter)).await;
            let change = app.patch(&path).token(&acme.recruiter);
            let change = change.header("if-match", &seen.header("etag"));
            let change = change.json(&json!({"title": title.to_string()}));
            change.send().await.data(200);
            told.store(title, Ordering::SeqCst);
        }
    };
    let apps = [&one, &one, &one, &other, &other, &other];
    let (hits, ()) = futures::join!(join_all(apps.map(&read)), write);
    assert!(
        hits.iter().sum::<u32>() > 0,
        "nothing was read from the cache: {hits:?}"
    );
}

#[actix_web::test]
async fn a_change_whose_caller_hangs_up_shows_to_the_others() {
    let app = TestApp::start_with(&ON).await;
    let acme = app.organization("Acme").await;
    let id = create(&app, &acme, "Baker", "open").await;
    let path = format!("/jobs/{id}");
    let seen = get(&app, &path, Some(&acme.recruiter)).await;
    let client = app.db.client().await;
    // Keeps writers waiting and lets readers pass.
    client
        .batch_execute("BEGIN; LOCK TABLE jobs IN EXCLUSIVE MODE")
        .await
        .unwrap();
    for found in ["miss", "hit"] {
        assert_eq!(get(&app, "/jobs", None).await.header("x-cache"), found);
    }
    let change = app.patch(&path).token(&acme.recruiter);
    let change = change.header("if-match", &seen.header("etag"));
    let mut change = Box::pin(change.json(&json!({"title": "Cook"})).send());
    let blocked = eventually("the change to wait", || async {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        (app.count(waiting).await == 1).then_some(())
    });
    tokio::select! {
        _ = &mut change => panic!("the table is locked"),
        () = blocked => {}
    }
    drop(change);
    client.batch_execute("COMMIT").await.unwrap();
    eventually("the board to show it", || async {
        (words(&get(&app, "/jobs", None).await, "title") == ["Cook"]).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_candidate_who_applies_or_withdraws_makes_the_organizations_searches_old() {
    let app = TestApp::start_with(&ON).await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let other = app.organization("Other").await;
    let id = create(&app, &acme, "Baker", "open").await;
    let candidate = app.candidate_user().await;
    let searched = async |organization: &TestOrganization| {
        let found = get(&app, "/candidates/search", Some(&organization.recruiter)).await;
        found.header("x-cache")
    };
    for organization in [&acme, &other, &acme, &other] {
        searched(organization).await;
    }
    assert_eq!([searched(&acme).await, searched(&other).await], ["hit", "hit"]);
    let apply = app.post(&format!("/jobs/{id}/apply")).token(&candidate);
    apply.multipart(form("ada.txt", RESUME)).send().await.data(201);
    assert_eq!([searched(&acme).await, searched(&other).await], ["miss", "hit"]);
    assert_eq!(searched(&acme).await, "hit");
    assert_eq!(get(&app, "/jobs", None).await.header("x-cache"), "miss");
    let again = app
        .post(&format!("/jobs/{id}/apply"))
        .token(&candidate)
        .send()
        .await;
    assert_eq!(again.status, 409);
    assert_eq!(searched(&acme).await, "hit", "a refusal changes nothing");
    let own = get(&app, "/profile/applications", Some(&candidate)).await;
    let application = own.data(200)[0]["id"].as_str().unwrap().to_owned();
    let withdraw = app.post(&format!("/profile/applications/{application}/withdraw"));
    withdraw.token(&candidate).json(&json!({})).send().await.data(200);
    assert_eq!(searched(&acme).await, "miss");
    assert_eq!(
        get(&app, "/jobs", None).await.header("x-cache"),
        "hit",
        "the board is the same"
    );
}

#[actix_web::test]
async fn changes_by_those_who_are_no_members_are_thought_of_one_by_one() {
    let members = |permission: &str| {
        !["public", "signed-in", "apply-to-jobs", "follow-applications"].contains(&permission)
    };
    let routes = routes::routes();
    let others = routes
        .iter()
        .filter(|route| route.method != "GET" && !members(route.permission));
    let others: Vec<&str> = others.map(|route| route.path).collect();
    let thought_of = [
        // Nobody's answer changes by them.
        "/auth/register",
        "/auth/login",
        "/auth/admin/login",
        "/auth/refresh",
        "/auth/logout",
        "/organizations",
        // Their flows make the organization's answers old.
        "/jobs/{id}/apply",
        "/profile/applications/{id}/withdraw",
    ];
    assert_eq!(others, thought_of);
}

#[actix_web::test]
async fn a_change_shows_in_the_next_answer() {
    let app = TestApp::start_with(&ON).await;
    let acme = app.organization("Acme").await;
    let id = create(&app, &acme, "Baker", "open").await;
    let path = format!("/jobs/{id}");
    let before = get(&app, &path, None).await;
    assert_eq!(words(&get(&app, "/jobs", None).await, "title"), ["Baker"]);
    let change = app
        .patch(&path)
        .token(&acme.recruiter)
        .header("if-match", &before.header("etag"));
    let changed = change.json(&json!({"title": "Confectioner"})).send().await;
    changed.data(200);
    assert_eq!(words(&get(&app, "/jobs", None).await, "title"), ["Confectioner"]);
    assert_eq!(get(&app, &path, None).await.data(200)["title"], "Confectioner");
    let deleted = app.delete(&path).token(&acme.recruiter).send().await;
    assert_eq!(deleted.status, 204);
    assert!(words(&get(&app, "/jobs", None).await, "title").is_empty());
    assert_eq!(get(&app, &path, None).await.status, 404);
}

#[actix_web::test]
async fn a_new_name_of_an_organization_shows_to_its_members_and_nobody_elses_answer_becomes_old() {
    let app = TestApp::start_with(&ON).await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    for user in [&acme.recruiter, &acme.admin, &other.admin] {
        get(&app, "/auth/me", Some(user)).await;
    }
    let current = get(&app, "/organizations/current", Some(&acme.admin)).await;
    let rename = app.patch("/organizations/current").token(&acme.admin);
    let rename = rename.header("if-match", &current.header("etag"));
    rename.json(&json!({"name": "Umbrella"})).send().await.data(200);
    for user in [&acme.recruiter, &acme.admin] {
        let me = get(&app, "/auth/me", Some(user)).await;
        assert_eq!(me.data(200)["organization"]["name"], "Umbrella");
    }
    let unchanged = get(&app, "/auth/me", Some(&other.admin)).await;
    assert_eq!(unchanged.header("x-cache"), "hit");
}

#[actix_web::test]
async fn who_is_erased_is_not_found_any_more() {
    let app = TestApp::start_with(&ON).await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let mira = app.candidate(acme.id, &Person::mira()).await;
    let search = "/candidates/search?q=rust";
    for _ in 0..2 {
        let found = get(&app, search, Some(&acme.recruiter)).await;
        assert_eq!(words(&found, "name"), ["Mira Okafor"]);
    }
    let erased = app
        .delete(&format!("/candidates/{mira}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert!([200, 202, 204].contains(&erased.status), "{}", erased.text());
    assert!(words(&get(&app, search, Some(&acme.recruiter)).await, "name").is_empty());
}

#[actix_web::test]
async fn two_organizations_never_see_each_others_answers() {
    let app = TestApp::start_with(&ON).await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    create(&app, &acme, "Acme draft", "draft").await;
    create(&app, &other, "Other draft", "draft").await;
    app.candidate(acme.id, &Person::mira()).await;
    app.candidate(other.id, &Person::tom()).await;
    let (search, board) = ("/candidates/search?per_page=20", "/jobs?state=draft");
    // The same URL, by turns, with the cache cold and warm.
    for _ in 0..3 {
        for (organization_of, person, draft) in [
            (&acme, "Mira Okafor", "Acme draft"),
            (&other, "Tom Becker", "Other draft"),
        ] {
            for user in [&organization_of.admin, &organization_of.recruiter] {
                assert_eq!(words(&get(&app, search, Some(user)).await, "name"), [person]);
                assert_eq!(words(&get(&app, board, Some(user)).await, "title"), [draft]);
                let me = get(&app, "/auth/me", Some(user)).await;
                let (id, organization) = (&me.data(200)["id"], &me.data(200)["organization"]["id"]);
                let (user, org) = (user.user_id.uuid(), organization_of.id.uuid());
                assert_eq!((id, organization), (&json!(user), &json!(org)));
            }
        }
        assert!(words(&get(&app, board, None).await, "title").is_empty());
        assert_eq!(get(&app, search, None).await.status, 401);
        let candidate = app.candidate_user().await;
        assert_eq!(get(&app, search, Some(&candidate)).await.status, 403);
        assert!(words(&get(&app, board, Some(&candidate)).await, "title").is_empty());
        let me = get(&app, "/auth/me", Some(&candidate)).await;
        assert_eq!(me.data(200)["organization"], Value::Null);
    }
}

#[actix_web::test]
async fn one_user_in_two_organizations_sees_each_by_its_own_token() {
    let app = TestApp::start_with(&ON).await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    app.candidate(acme.id, &Person::mira()).await;
    app.candidate(other.id, &Person::tom()).await;
    let user = acme.recruiter.user_id;
    let in_other = app.session(user, Role::Recruiter, Some(other.id)).await;
    for _ in 0..3 {
        let here = get(&app, "/candidates/search", Some(&acme.recruiter)).await;
        assert_eq!(words(&here, "name"), ["Mira Okafor"]);
        let there = get(&app, "/candidates/search", Some(&in_other)).await;
        assert_eq!(words(&there, "name"), ["Tom Becker"]);
    }
}

#[actix_web::test]
async fn blind_answers_are_kept_apart_from_open_ones() {
    let app = TestApp::start_with(&ON).await;
    let acme = app.organization("Acme").await;
    app.candidate(acme.id, &Person::mira()).await;
    for _ in 0..2 {
        let open = get(&app, "/candidates/search?q=rust", Some(&acme.recruiter)).await;
        assert!(open.text().contains("Mira Okafor"));
        let blind = get(
            &app,
            "/candidates/search?q=rust&blind=true",
            Some(&acme.recruiter),
        )
        .await;
        assert!(!blind.text().contains("Mira Okafor"), "{}", blind.text());
    }
    let rule = json!({"blind_screening": true});
    let current = get(&app, "/organizations/current", Some(&acme.admin)).await;
    let ruled = app.patch("/organizations/current").token(&acme.admin);
    let ruled = ruled.header("if-match", &current.header("etag"));
    ruled.json(&rule).send().await.data(200);
    let hidden = get(&app, "/candidates/search?q=rust", Some(&acme.recruiter)).await;
    assert!(!hidden.text().contains("Mira Okafor"), "{}", hidden.text());
}

#[actix_web::test]
async fn who_wants_it_fresh_says_so_and_switched_off_or_without_redis_everything_is_computed() {
    let app = TestApp::start_with(&ON).await;
    for _ in 0..2 {
        let fresh = app
            .get("/jobs")
            .header("cache-control", "max-age=0, No-Cache")
            .send()
            .await;
        assert_eq!(fresh.header("x-cache"), "bypass");
    }
    for without in [("CACHE_ENABLED", "false"), ("REDIS_URL", "redis://127.0.0.1:1")] {
        let app = TestApp::start_with(&[&ON[..], &[without]].concat()).await;
        for _ in 0..2 {
            let computed = app.get("/jobs").send().await;
            assert_eq!(
                (computed.status, computed.header("x-cache")),
                (200, "bypass".to_owned())
            );
        }
    }
}
