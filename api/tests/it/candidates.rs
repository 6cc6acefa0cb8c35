//! Reading, listing and erasing candidates.

use hiring_testkit::eventually;
use serde_json::Value;

use crate::test_app::{TestApp, TestOrganization, TestResponse};
use crate::upload::{RESUME, candidate, form, stored_files, upload};

const ROUTES: [&str; 4] = ["", "/analysis", "/text", "/resume"];
const UNKNOWN: &str = "0198f3f2-6c1e-7000-8000-000000000001";

async fn get(app: &TestApp, acme: &TestOrganization, path: &str) -> TestResponse {
    app.get(path).token(&acme.recruiter).send().await
}

/// What the worker would store about a resume.
async fn read(app: &TestApp, id: &str) {
    let statement = format!(
        r#"UPDATE candidates SET status = 'ready', name = 'Ada Lovelace', email = 'ada@example.org', version = version + 1,
           experience_months = 30, skills = '{{rust}}', skill_names = '{{Rust}}', visible_text = 'Ada Lovelace',
           sections = '[{{"kind": "contact", "start": 0, "end": 12}}]', resume = '{{"contact": {{"name": {{"value":
           "Ada Lovelace", "raw": "Ada Lovelace", "start": 0, "end": 12, "confidence": 0.9}}}}}}', parser_version = '1'
           WHERE id = '{id}'"#
    );
    app.db.client().await.batch_execute(&statement).await.unwrap();
}

#[actix_web::test]
async fn a_candidate_is_shown_before_and_after_reading() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (id, _) = candidate(&app, &acme.recruiter, 1).await;
    let shown = get(&app, &acme, &format!("/candidates/{id}")).await;
    assert_eq!(
        (shown.data(200)["status"].as_str(), shown.version()),
        (Some("processing"), Some(1))
    );
    for route in ["/analysis", "/text"] {
        let early = get(&app, &acme, &format!("/candidates/{id}{route}")).await;
        assert_eq!(early.problem("still-processing")["status"], 409);
        assert_eq!(early.header("retry-after"), "1");
    }
    read(&app, &id).await;
    let shown = get(&app, &acme, &format!("/candidates/{id}")).await;
    let data = shown.data(200);
    assert_eq!(
        (data["status"].as_str(), shown.version()),
        (Some("ready"), Some(2))
    );
    assert_eq!(
        (data["name"].as_str(), data["experience_years"].as_f64()),
        (Some("Ada Lovelace"), Some(2.5))
    );
    assert_eq!(data["skills"], serde_json::json!(["Rust"]));
    assert_eq!(shown.header("cache-control"), "no-store");
    let analysis = get(&app, &acme, &format!("/candidates/{id}/analysis")).await;
    assert_eq!(analysis.data(200)["resume"]["contact"]["name"]["confidence"], 0.9);
    let text = get(&app, &acme, &format!("/candidates/{id}/text")).await;
    assert_eq!(text.data(200)["visible_text"], "Ada Lovelace");
    assert_eq!(text.data(200)["sections"][0]["kind"], "contact");
}

#[actix_web::test]
async fn a_resume_that_could_not_be_read_says_why() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (id, _) = candidate(&app, &acme.recruiter, 1).await;
    let failed = "UPDATE candidates SET status = 'failed', failure_code = 'encrypted', failure_reason = 'It has a password.'";
    app.db.client().await.batch_execute(failed).await.unwrap();
    let shown = get(&app, &acme, &format!("/candidates/{id}")).await;
    assert_eq!(shown.data(200)["failure"]["code"], "encrypted");
    for route in ["/analysis", "/text"] {
        let response = get(&app, &acme, &format!("/candidates/{id}{route}")).await;
        let body = response.problem("unreadable-resume");
        assert_eq!(
            (body["status"].as_u64(), body["detail"].as_str()),
            (Some(422), Some("It has a password."))
        );
        assert_eq!(body["errors"][0]["code"], "encrypted");
    }
}

#[actix_web::test]
async fn the_file_is_given_as_an_attachment_after_the_access_is_in_the_audit_log() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let response = upload(&app, &acme.recruiter, form("R\u{e9}sum\u{e9}.exe", RESUME)).await;
    let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
    let file = get(&app, &acme, &format!("/candidates/{id}/resume")).await;
    assert_eq!((file.status, file.bytes.as_slice()), (200, RESUME));
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"R_sum_.exe.txt\"; filename*=UTF-8''R%C3%A9sum%C3%A9.exe.txt"
    );
    assert_eq!(
        (
            file.header("x-content-type-options"),
            file.header("cache-control")
        ),
        ("nosniff".into(), "no-store".into())
    );
    let query = "SELECT count(*) FROM audit_log WHERE action = 'candidate.resume.read'";
    assert_eq!(app.count(query).await, 1);
    std::fs::remove_dir_all(app.storage.path()).unwrap();
    let away = get(&app, &acme, &format!("/candidates/{id}/resume")).await;
    assert_eq!(away.problem("unavailable")["status"], 503);
    assert_eq!(
        app.count(query).await,
        2,
        "also when the file then cannot be given"
    );
}

#[actix_web::test]
async fn the_list_is_paged_and_narrowed() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    candidate(&app, &other.recruiter, 9).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.insert(0, candidate(&app, &acme.recruiter, number).await.0);
    }
    read(&app, &ids[0]).await;
    let page = get(&app, &acme, "/candidates?page=1&per_page=2").await;
    let listed: Vec<&str> = page
        .data(200)
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, [&ids[0], &ids[1]]);
    assert_eq!(page.json["meta"]["total"], 3);
    assert!(page.header("link").contains("rel=\"next\""));
    assert_eq!(
        get(&app, &acme, "/candidates?status=ready").await.json["meta"]["total"],
        1
    );
    assert_eq!(
        get(&app, &acme, "/candidates?status=processing").await.json["meta"]["total"],
        2
    );
    assert_eq!(
        get(&app, &acme, &format!("/candidates?job_id={UNKNOWN}"))
            .await
            .problem("not-found")["status"],
        404
    );
}

#[actix_web::test]
async fn parameters_that_make_no_sense_are_refused() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    for (query, pointer) in [
        ("page=0", "page"),
        ("per_page=101", "per_page"),
        ("per_page=0", "per_page"),
        ("status=new", "status"),
    ] {
        let response = get(&app, &acme, &format!("/candidates?{query}")).await;
        assert_eq!(response.status, 422);
        response.invalid(pointer);
    }
    for query in ["page=one", "job_id=seven", "colour=red"] {
        let response = get(&app, &acme, &format!("/candidates?{query}")).await;
        assert_eq!(response.problem("malformed-request")["status"], 400, "{query}");
    }
    for route in ROUTES {
        let response = get(&app, &acme, &format!("/candidates/seven{route}")).await;
        assert_eq!(response.problem("malformed-request")["status"], 400, "{route}");
    }
    let response = app
        .delete("/candidates/seven")
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(response.problem("malformed-request")["status"], 400);
}

#[actix_web::test]
async fn candidates_are_for_members_of_their_organization_only() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let person = app.candidate_user().await;
    let (id, _) = candidate(&app, &acme.recruiter, 1).await;
    read(&app, &id).await;
    for route in ROUTES {
        let path = format!("/candidates/{id}{route}");
        assert_eq!(
            app.get(&path).send().await.problem("unauthenticated")["status"],
            401
        );
        assert_eq!(
            app.get(&path).token(&person).send().await.problem("forbidden")["status"],
            403
        );
        assert_eq!(get(&app, &other, &path).await.problem("not-found")["status"], 404);
        assert_eq!(
            get(&app, &acme, &format!("/candidates/{UNKNOWN}{route}"))
                .await
                .problem("not-found")["status"],
            404
        );
    }
    assert_eq!(
        app.get("/candidates").send().await.problem("unauthenticated")["status"],
        401
    );
    assert_eq!(
        app.get("/candidates")
            .token(&person)
            .send()
            .await
            .problem("forbidden")["status"],
        403
    );
    let path = format!("/candidates/{id}");
    assert_eq!(
        app.delete(&path).send().await.problem("unauthenticated")["status"],
        401
    );
    assert_eq!(
        app.delete(&path).token(&person).send().await.problem("forbidden")["status"],
        403
    );
    assert_eq!(
        app.delete(&path)
            .token(&other.admin)
            .send()
            .await
            .problem("not-found")["status"],
        404
    );
    get(&app, &acme, &path).await.data(200);
    assert_eq!(app.count("SELECT count(*) FROM audit_log").await, 0);
}

/// The tables in which any column says something of the person.
async fn naming_ada(app: &TestApp) -> Vec<String> {
    let tables = "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let tables = app.db.client().await.query(tables, &[]).await.unwrap();
    let mut naming = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let named = format!(
            "SELECT count(*) FROM {table} WHERE {table}::text ILIKE ANY (ARRAY['%lovelace%', '%ada@example%', '%ada.txt%'])"
        );
        if app.count(&named).await > 0 {
            naming.push(table);
        }
    }
    naming
}

#[actix_web::test]
async fn an_erased_candidate_leaves_ids_and_a_date_in_the_audit_log_and_nothing_else() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let job = app
        .post("/jobs")
        .token(&acme.recruiter)
        .json(&serde_json::json!({ "title": "Analyst" }))
        .send()
        .await;
    let job = job.data(201)["id"].as_str().unwrap().to_owned();
    let response = upload(&app, &acme.recruiter, form("ada.txt", RESUME).text("job_id", job)).await;
    let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
    read(&app, &id).await;
    let client = app.db.client().await;
    let indexed = format!(
        "INSERT INTO profile_vectors SELECT id, organization_id, 'm', array_fill(0.5, ARRAY[384])::halfvec(384) FROM candidates;
         INSERT INTO tasks (id, kind, organization_id, payload, run_at, state, finished_at, result)
         SELECT gen_random_uuid(), 'index_candidate', organization_id, '{{\"candidate_id\": \"{id}\"}}', now(), 'completed',
                now(), '{{\"name\": \"Ada\"}}' FROM candidates;
         INSERT INTO similarities (organization_id, candidate_id, job_id, model, job_hash)
         SELECT organization_id, candidate_id, job_id, 'm', sha256('') FROM applications;
         INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, is_complete)
         SELECT id, organization_id, id, '2', '{{\"quote\": \"Ada Lovelace\"}}', '{{}}', false FROM applications;
         INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version,
                total_bp, facts_id, weights)
         SELECT id, organization_id, id, candidate_id, job_id, gen_random_uuid(), 'rubric', '2', 5000, id, '{{}}'
         FROM applications;
         INSERT INTO screening_reviews (id, organization_id, screening_id, verdict, corrected_bp, comment, reviewer)
         SELECT id, organization_id, id, 'correct', 1, 'Ada Lovelace knows more.', gen_random_uuid() FROM applications"
    );
    client.batch_execute(&indexed).await.unwrap();
    assert!(naming_ada(&app).await.contains(&"screening_facts".to_owned()));
    let path = format!("/candidates/{id}");
    let erased = app.delete(&path).token(&acme.recruiter).send().await;
    assert_eq!((erased.status, erased.bytes.len()), (204, 0));

    assert_eq!(naming_ada(&app).await, Vec::<String>::new());
    for table in [
        "candidates",
        "profile_vectors",
        "search_vectors",
        "candidate_changes",
        "applications",
        "screenings",
        "screening_facts",
        "screening_reviews",
        "similarities",
    ] {
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM {table}")).await,
            0,
            "{table}"
        );
    }
    assert_eq!(
        app.count("SELECT count(*) FROM tasks WHERE result IS NOT NULL")
            .await,
        0
    );
    assert_eq!(
        app.count(
            "SELECT count(*) FROM tasks WHERE kind = 'parse_resume' AND state = 'cancelled'
                   AND last_error->>'code' = 'erased'"
        )
        .await,
        1
    );
    assert_eq!(
        app.count("SELECT count(*) FROM tasks WHERE kind = 'erase_objects' AND state = 'published'")
            .await,
        1
    );
    assert_eq!(
        app.count("SELECT count(*) FROM stored_objects WHERE state = 'erasing'")
            .await,
        1
    );
    assert_eq!(
        app.count("SELECT count(*) FROM audit_log WHERE action = 'candidate.erased'")
            .await,
        1
    );
    assert_eq!(stored_files(&app), 1, "until the worker has deleted it");
    for route in ROUTES {
        assert_eq!(get(&app, &acme, &format!("{path}{route}")).await.status, 404);
    }
    assert_eq!(
        app.delete(&path)
            .token(&acme.recruiter)
            .send()
            .await
            .problem("not-found")["status"],
        404
    );
    let again: TestResponse = upload(&app, &acme.recruiter, form("ada.txt", RESUME)).await;
    assert_ne!(
        again.data(201)["candidate_id"],
        Value::from(id),
        "the same person may come back as somebody else"
    );
}

#[actix_web::test]
async fn what_a_task_finds_out_while_its_candidate_is_erased_goes_too() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (id, _) = candidate(&app, &acme.recruiter, 1).await;
    // A score is about to be stored when the erasure begins, and its task was not there yet when the others were called off.
    let scoring = app.db.client().await;
    let begun = "BEGIN; SELECT FROM candidates FOR KEY SHARE";
    scoring.batch_execute(begun).await.unwrap();
    let path = format!("/candidates/{id}");
    let erasing = async {
        let erased = app.delete(&path).token(&acme.recruiter).send().await;
        assert_eq!(erased.status, 204);
    };
    let finishing = async {
        let waits = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        eventually("the erasure to wait", || async {
            (app.count(waits).await > 0).then_some(())
        })
        .await;
        let finished = format!(
            "INSERT INTO tasks (id, kind, organization_id, payload, run_at, state, finished_at, result)
             SELECT gen_random_uuid(), 'screen_application', organization_id, '{{\"candidate_id\": \"{id}\"}}', now(),
                    'completed', now(), '{{\"total_bp\": 5000}}' FROM candidates;
             COMMIT"
        );
        scoring.batch_execute(&finished).await.unwrap();
    };
    futures::join!(erasing, finishing);
    let told = "SELECT count(*) FROM tasks WHERE result IS NOT NULL";
    assert_eq!(app.count(told).await, 0);
}

#[actix_web::test]
async fn an_erased_candidate_is_not_answered_from_memory_either() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let send = async |acme: &TestOrganization, bytes: &[u8]| {
        let request = app.post("/candidates/upload").token(&acme.recruiter);
        let request = request
            .header("idempotency-key", "key")
            .multipart(form("ada.txt", bytes));
        request.send().await
    };
    let first = send(&acme, RESUME).await;
    let id = first.data(201)["candidate_id"].as_str().unwrap().to_owned();
    send(&other, RESUME).await.data(201);
    let erased = app.delete(&format!("/candidates/{id}")).token(&acme.recruiter);
    assert_eq!(erased.send().await.status, 204);
    let naming = format!("SELECT count(*) FROM idempotency_keys WHERE body::text LIKE '%{id}%'");
    assert_eq!(app.count(&naming).await, 0);
    assert_eq!(
        app.count("SELECT count(*) FROM idempotency_keys").await,
        1,
        "that of the other organization"
    );
    let again = send(&acme, RESUME).await;
    assert_ne!(again.data(201)["candidate_id"], Value::from(id));
    assert_eq!(again.header("idempotency-replayed"), "");
}

#[actix_web::test]
async fn a_large_file_comes_back_whole() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let large: Vec<u8> = (0..80_000)
        .flat_map(|line| format!("Line {line}\n").into_bytes())
        .collect();
    let response = upload(&app, &acme.recruiter, form("ada.txt", &large)).await;
    let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
    let file = get(&app, &acme, &format!("/candidates/{id}/resume")).await;
    assert_eq!(
        (file.status, file.header("content-length")),
        (200, large.len().to_string())
    );
    assert!(file.bytes == large, "not the bytes that were uploaded");
}
