//! Taking in many resumes at once.

use std::io::Write;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::test_app::{TestApp, TestResponse, TestUser};
use crate::upload::{RESUME, form, job_of, nothing_is_left, part, rows, stored_files, upload};

async fn send(app: &TestApp, user: &TestUser, form: Form) -> TestResponse {
    let request = app.post("/candidates/upload/batch").token(user);
    request.multipart(form).send().await
}

fn resume(number: usize) -> Vec<u8> {
    format!("{}Number {number}\n", String::from_utf8_lossy(RESUME)).into_bytes()
}

fn files(list: impl IntoIterator<Item = (String, Vec<u8>)>) -> Form {
    list.into_iter().fold(Form::new(), |form, (name, bytes)| {
        form.part("files", part(&name, &bytes))
    })
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn codes(list: &Value) -> Vec<(&str, &str)> {
    let entries = list.as_array().unwrap().iter();
    entries
        .map(|entry| {
            (
                entry["file_name"].as_str().unwrap(),
                entry["code"].as_str().unwrap(),
            )
        })
        .collect()
}

#[actix_web::test]
async fn many_files_become_candidates_that_are_read_as_parts_of_one_task() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let job = job_of(&app, &acme.recruiter).await;
    let list = (0..5).map(|number| (format!("cv-{number}.txt"), resume(number)));
    let answer = send(&app, &acme.recruiter, files(list).text("job_id", job)).await;
    let data = answer.data(202);
    assert_eq!(data["accepted"].as_array().unwrap().len(), 5);
    assert_eq!(data["rejected"], json!([]));
    assert_eq!(
        data["accepted"][3]["file_name"], "cv-3.txt",
        "in the order in which they came"
    );
    assert_eq!(rows(&app).await, [5, 6, 5, 5]);
    assert_eq!(stored_files(&app), 5);
    let task = app
        .get(&format!("/tasks/{}", data["task_id"].as_str().unwrap()))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(task.data(200)["kind"], "batch");
    assert_eq!(task.data(200)["children"], json!({ "total": 5, "open": 5 }));
}

#[actix_web::test]
async fn a_bad_file_is_rejected_with_its_reason_and_keeps_no_other_away() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let known = upload(&app, &acme.recruiter, form("known.txt", &resume(9))).await;
    let list = [
        ("cv.txt".to_owned(), resume(1)),
        ("photo.txt".to_owned(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("empty.txt".to_owned(), Vec::new()),
        ("huge.txt".to_owned(), vec![b'a'; 10_000_001]),
        ("cvs.zip".to_owned(), zip_of(&[("a.txt", &resume(5))])),
        ("same.txt".to_owned(), resume(1)),
        ("known.txt".to_owned(), resume(9)),
    ];
    let answer = send(&app, &acme.recruiter, files(list)).await;
    let data = answer.data(202);
    let rejected = [
        ("photo.txt", "unsupported-type"),
        ("empty.txt", "empty-file"),
        ("huge.txt", "too-large"),
        ("cvs.zip", "unsupported-type"),
    ];
    assert_eq!(codes(&data["rejected"]), rejected);
    let accepted = data["accepted"].as_array().unwrap();
    let duplicates: Vec<_> = accepted
        .iter()
        .map(|file| file["duplicate"].as_bool().unwrap())
        .collect();
    assert_eq!(duplicates, [false, true, true]);
    assert_eq!(accepted[0]["candidate_id"], accepted[1]["candidate_id"]);
    assert_eq!(accepted[2]["candidate_id"], known.json["data"]["candidate_id"]);
    assert_eq!(rows(&app).await, [2, 3, 2, 0]);
    assert_eq!(stored_files(&app), 2);
}

#[actix_web::test]
async fn where_no_file_is_acceptable_nothing_is_stored_and_each_reason_is_told() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let list = [("a.bin", b"\0\x01\x02".to_vec()), ("b.txt", Vec::new())];
    let answer = send(
        &app,
        &acme.recruiter,
        files(list.map(|(name, bytes)| (name.to_owned(), bytes))),
    )
    .await;
    let errors = &answer.problem("nothing-accepted")["errors"];
    assert_eq!(errors[0]["pointer"], "/files/0");
    assert_eq!(errors[0]["code"], "unsupported-type");
    assert_eq!(errors[1]["code"], "empty-file");
    let unknown =
        files([("cv.txt".to_owned(), resume(1))]).text("job_id", "0198f3f2-6c1e-7000-8000-000000000001");
    assert_eq!(
        send(&app, &acme.recruiter, unknown).await.problem("not-found")["status"],
        404
    );
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn one_zip_is_unpacked_without_folders_and_what_systems_leave_in_it() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let (one, two) = (resume(1), resume(2));
    let inner = zip_of(&[("inner.txt", &one)]);
    let archive = zip_of(&[
        ("cvs/../../etc/ada.txt", &one),
        ("cvs/bob.txt", &two),
        ("__MACOSX/cvs/._bob.txt", b"finder"),
        ("cvs/.DS_Store", b"finder"),
        ("cvs/inner.zip", &inner),
    ]);
    let answer = send(&app, &acme.recruiter, files([("cvs.zip".to_owned(), archive)])).await;
    let data = answer.data(202);
    assert_eq!(codes(&data["rejected"]), [("inner.zip", "unsupported-type")]);
    let names: Vec<_> = data["accepted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["file_name"])
        .collect();
    assert_eq!(names, ["ada.txt", "bob.txt"]);
    assert_eq!(rows(&app).await, [2, 3, 2, 0]);
}

#[actix_web::test]
async fn a_zip_that_is_damaged_too_full_or_a_bomb_is_refused() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let post =
        async |bytes: Vec<u8>| send(&app, &acme.recruiter, files([("cvs.zip".to_owned(), bytes)])).await;
    let whole = zip_of(&[("cv.txt", &resume(1))]);
    let cut = post(whole[..whole.len() - 30].to_vec()).await;
    assert_eq!(cut.problem("unreadable-archive")["status"], 422);
    let names: Vec<String> = (0..101).map(|number| format!("{number}.txt")).collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"x".as_slice()))
        .collect();
    assert_eq!(post(zip_of(&many)).await.problem("too-many-files")["status"], 422);
    let zeros = vec![b'0'; 10_500_000];
    let bomb: Vec<(&str, &[u8])> = names[..30]
        .iter()
        .map(|name| (name.as_str(), zeros.as_slice()))
        .collect();
    assert_eq!(
        post(zip_of(&bomb)).await.problem("unreadable-archive")["status"],
        422
    );
    let large = post(zip_of(&[("large.txt", &zeros)])).await;
    assert_eq!(
        large.problem("nothing-accepted")["errors"][0]["code"],
        "too-large"
    );
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn more_than_a_hundred_files_or_none_are_refused() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let list = (0..101).map(|number| (format!("{number}.txt"), resume(number)));
    let many = send(&app, &acme.recruiter, files(list)).await;
    assert_eq!(many.problem("too-many-files")["status"], 422);
    let none = send(&app, &acme.recruiter, Form::new().text("comment", "no file")).await;
    assert_eq!(none.problem("no-file")["status"], 400);
    let elsewhere = Form::new().part("attachment", Part::bytes(resume(1)).file_name("cv.txt"));
    assert_eq!(
        send(&app, &acme.recruiter, elsewhere).await.problem("no-file")["status"],
        400
    );
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn the_same_batch_under_the_same_key_is_answered_again() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let post = async |number: usize| {
        let list = [
            ("cv.txt".to_owned(), resume(0)),
            ("other.txt".to_owned(), resume(number)),
        ];
        let request = app.post("/candidates/upload/batch").token(&acme.recruiter);
        request
            .header("idempotency-key", "key")
            .multipart(files(list))
            .send()
            .await
    };
    let first = post(1).await.data(202).clone();
    assert_eq!(post(1).await.data(202), &first);
    assert_eq!(post(2).await.problem("idempotency-mismatch")["status"], 422);
    assert_eq!(rows(&app).await, [2, 3, 2, 0]);
    let erased = first["accepted"][0]["candidate_id"].as_str().unwrap();
    let erase = app
        .delete(&format!("/candidates/{erased}"))
        .token(&acme.recruiter);
    assert_eq!(erase.send().await.status, 204);
    assert_eq!(
        app.count("SELECT count(*) FROM idempotency_keys").await,
        0,
        "the saved answer named the person's file"
    );
}

#[actix_web::test]
async fn what_the_plan_has_no_room_for_is_rejected_and_the_rest_taken_in() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    upload(&app, &acme.recruiter, form("first.txt", &resume(0)))
        .await
        .data(201);
    let fill = "INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
        SELECT gen_random_uuid(), organization_id, object_id, sha256(int4send(number)), 'cv.txt', 'txt'
        FROM candidates, generate_series(1, 998) number";
    app.db.client().await.batch_execute(fill).await.unwrap();
    let list = (1..4).map(|number| (format!("cv-{number}.txt"), resume(number)));
    let answer = send(&app, &acme.recruiter, files(list)).await;
    let data = answer.data(202);
    assert_eq!(data["accepted"].as_array().unwrap().len(), 1);
    let rejected = data["rejected"].as_array().unwrap();
    assert!(rejected.iter().all(|file| file["code"] == "plan-limit") && rejected.len() == 2);
    assert_eq!(app.count("SELECT count(*) FROM candidates").await, 1000);
    assert_eq!(stored_files(&app), 2);
}

#[actix_web::test]
async fn without_the_file_store_nothing_of_a_batch_is_taken_in() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    std::fs::remove_dir_all(app.storage.path()).unwrap();
    let list = (0..3).map(|number| (format!("cv-{number}.txt"), resume(number)));
    let answer = send(&app, &acme.recruiter, files(list)).await;
    assert_eq!(answer.problem("unavailable")["status"], 503);
    assert_eq!(app.count("SELECT count(*) FROM candidates").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM tasks").await, 0);
}

#[actix_web::test]
async fn batches_can_be_switched_off() {
    let app = TestApp::start_with(&[("ENABLE_BATCH_PROCESSING", "false")]).await;
    let acme = app.organization("Acme").await;
    let answer = send(&app, &acme.recruiter, files([("cv.txt".to_owned(), resume(1))])).await;
    assert_eq!(answer.problem("feature-disabled")["status"], 404);
    nothing_is_left(&app).await;
}
