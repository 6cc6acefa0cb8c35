//! Refusing what is no resume, or not allowed, with nothing left behind.

use reqwest::multipart::Form;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::test_app::{TestApp, TestUser};
use crate::upload::{RESUME, candidate, form, job_of, nothing_is_left, part, rows, stored_files, upload};

#[actix_web::test]
async fn what_is_no_upload_of_one_resume_is_refused_and_nothing_is_left() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let user = &acme.recruiter;
    let json = app
        .post("/candidates/upload")
        .token(user)
        .json(&serde_json::json!({}))
        .send()
        .await;
    let bare = app
        .post("/candidates/upload")
        .token(user)
        .body("application/pdf", "%PDF-1.7")
        .send()
        .await;
    let without_boundary = app
        .post("/candidates/upload")
        .token(user)
        .body("multipart/form-data", "x")
        .send()
        .await;
    for response in [json, bare, without_boundary] {
        assert_eq!(response.status, 400);
        response.problem("not-multipart");
    }
    for form in [
        Form::new().text("job_id", ""),
        Form::new().part("attachment", part("cv.txt", RESUME)),
        // What a browser sends for a file field that was left empty.
        form("", b""),
    ] {
        let response = upload(&app, user, form).await;
        assert_eq!(response.status, 400);
        response.problem("no-file");
    }
    let two = form("a.txt", RESUME).part("resume", part("b.txt", b"Somebody else"));
    assert_eq!(upload(&app, user, two).await.problem("two-files")["status"], 400);
    assert_eq!(
        upload(&app, user, form("cv.pdf", b""))
            .await
            .problem("empty-file")["status"],
        422
    );
    let cut = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cv.txt\"\r\n\r\nAda";
    let cut = app
        .post("/candidates/upload")
        .token(user)
        .body("multipart/form-data; boundary=x", cut)
        .send()
        .await;
    assert_eq!(cut.problem("malformed-request")["status"], 400);
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn a_picture_is_refused_whatever_its_name() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    for name in ["cv.pdf", "cv.png"] {
        let response = upload(&app, &acme.recruiter, form(name, picture)).await;
        assert_eq!(response.problem("unsupported-type")["status"], 415);
    }
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn ten_megabytes_are_accepted_and_one_byte_more_is_not() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let most = vec![b'a'; 10_000_000];
    let over = vec![b'a'; 10_000_001];
    let response = upload(&app, &acme.recruiter, form("cv.txt", &over)).await;
    assert_eq!(response.problem("too-large")["status"], 413);
    // Far more than fits into the socket's buffers: the answer must arrive although most of the body was never read.
    let huge = vec![b'a'; 40_000_000];
    let response = upload(&app, &acme.recruiter, form("cv.txt", &huge)).await;
    assert_eq!(response.problem("too-large")["status"], 413);
    let fields = Form::new()
        .text("comment", "x".repeat(70_000))
        .part("file", part("cv.txt", RESUME));
    assert_eq!(
        upload(&app, &acme.recruiter, fields).await.problem("too-large")["status"],
        413
    );
    nothing_is_left(&app).await;
    let response = upload(&app, &acme.recruiter, form("cv.txt", &most)).await;
    let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
    let file = app
        .get(&format!("/candidates/{id}/resume"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert!(
        file.status == 200 && file.bytes == most,
        "the file comes back as it was sent"
    );
}

/// Begins an upload on a bare socket, so that the test decides how much of the body is sent.
async fn begin(app: &TestApp, user: &TestUser, length: &str) -> tokio::net::TcpStream {
    let mut socket = tokio::net::TcpStream::connect(app.url.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!(
        "POST /api/v1/candidates/upload HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\n{length}\r\n\r\n",
        user.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

async fn status_line(socket: &mut tokio::net::TcpStream) -> String {
    let mut line = vec![0; 12];
    socket.read_exact(&mut line).await.unwrap();
    String::from_utf8(line).unwrap()
}

#[actix_web::test]
async fn a_body_announced_as_far_too_large_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let mut socket = begin(&app, &acme.recruiter, "Content-Length: 50000000").await;
    assert_eq!(status_line(&mut socket).await, "HTTP/1.1 413");
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn a_body_of_unknown_length_is_refused_at_the_first_byte_too_many() {
    let app = TestApp::start().await;
    let acme = app.organization("Acme").await;
    let mut socket = begin(&app, &acme.recruiter, "Transfer-Encoding: chunked").await;
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cv.txt\"\r\n\r\n";
    let body = [head.as_bytes(), &vec![b'a'; 10_000_100]].concat();
    socket
        .write_all(format!("{:x}\r\n", body.len()).as_bytes())
        .await
        .unwrap();
    socket.write_all(&body).await.unwrap();
    assert_eq!(
        status_line(&mut socket).await,
        "HTTP/1.1 413",
        "although the body has no end yet"
    );
    nothing_is_left(&app).await;
}

/// A body whose one file has this `Content-Disposition`, written as it is.
fn raw_form(disposition: &[u8]) -> Vec<u8> {
    let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; ";
    [head, disposition, b"\r\n\r\n", RESUME, b"\r\n--x--\r\n"].concat()
}

#[actix_web::test]
async fn control_characters_in_names_are_dropped_where_http_lets_them_through_and_refused_elsewhere() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let send = |disposition: &[u8]| {
        let request = app.post("/candidates/upload").token(&acme.recruiter);
        request
            .body("multipart/form-data; boundary=x", raw_form(disposition))
            .send()
    };
    for bad in [
        b"filename=\"cv\x01.txt\"".as_slice(),
        b"filename=\"cv\x00.txt\"",
        b"filename=\"\xff.txt\"",
    ] {
        assert_eq!(send(bad).await.problem("malformed-request")["status"], 400);
    }
    nothing_is_left(&app).await;
    let response = send(b"filename=\"x\"; filename*=UTF-8''..%2Fc%00v%1B%0D%0A%E2%80%AE.txt").await;
    let id = response.data(201)["candidate_id"].as_str().unwrap().to_owned();
    let shown = app
        .get(&format!("/candidates/{id}"))
        .token(&acme.recruiter)
        .send()
        .await;
    assert_eq!(shown.data(200)["file_name"], "cv.txt");
}

#[actix_web::test]
async fn only_an_own_job_can_be_applied_to() {
    let app = TestApp::start().await;
    let (acme, other) = (app.organization("Acme").await, app.organization("Other").await);
    let foreign = job_of(&app, &other.recruiter).await;
    let unknown = "0198f3f2-6c1e-7000-8000-000000000001";
    for job in [foreign.as_str(), unknown] {
        let response = upload(
            &app,
            &acme.recruiter,
            form("cv.txt", RESUME).text("job_id", job.to_owned()),
        )
        .await;
        assert_eq!(response.problem("not-found")["status"], 404);
    }
    upload(
        &app,
        &acme.recruiter,
        form("cv.txt", RESUME).text("job_id", "seven"),
    )
    .await
    .invalid("/job_id");
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn only_recruiters_and_admins_upload() {
    let app = TestApp::start().await;
    let person = app.candidate_user().await;
    assert_eq!(
        upload(&app, &person, form("cv.txt", RESUME))
            .await
            .problem("forbidden")["status"],
        403
    );
    let nobody = app
        .post("/candidates/upload")
        .multipart(form("cv.txt", RESUME))
        .send()
        .await;
    assert_eq!(nobody.problem("unauthenticated")["status"], 401);
    nothing_is_left(&app).await;
}

#[actix_web::test]
async fn the_plan_caps_the_pool() {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let first = candidate(&app, &acme.recruiter, 0).await;
    let fill = format!(
        "INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
         SELECT gen_random_uuid(), organization_id, object_id, sha256(n::text::bytea), 'cv.txt', 'txt'
         FROM candidates, generate_series(1, 999) n WHERE id = '{}'",
        first.0
    );
    app.db.client().await.batch_execute(&fill).await.unwrap();
    let response = upload(&app, &acme.recruiter, form("cv.txt", b"One too many")).await;
    assert_eq!(response.problem("plan-limit")["status"], 403);
    assert_eq!((rows(&app).await, stored_files(&app)), ([1000, 1, 1, 0], 1));
    let known = format!("{}Number 0\n", String::from_utf8_lossy(RESUME));
    upload(&app, &acme.recruiter, form("cv.txt", known.as_bytes()))
        .await
        .data(200);
    app.db
        .client()
        .await
        .batch_execute("UPDATE organizations SET plan = 'pro'")
        .await
        .unwrap();
    upload(&app, &acme.recruiter, form("cv.txt", b"One too many"))
        .await
        .data(201);
}
