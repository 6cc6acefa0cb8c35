//! Reading stored resumes again with another version of the reader.

use std::process::{Command, Output};

use hiring_core::reading::ReadFailure;
use hiring_resume::PARSER_VERSION;
use serde_json::Value;

use crate::documents::RESUME;
use crate::sandbox::WORKER;
use crate::stage::Stage;

/// Runs `hiring-worker tasks enqueue reparse` with nothing but the database's address.
async fn reparse(stage: &Stage, arguments: &'static [&'static str]) -> Output {
    let mut command = Command::new(WORKER);
    command
        .args(["tasks", "enqueue", "reparse"])
        .args(arguments)
        .env_clear()
        .env("ENVIRONMENT", "test")
        .env("DATABASE_URL", stage.database.url())
        .current_dir(stage.folder());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The last line that it printed.
fn last(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// What each candidate's row says of its reading, in the order of upload.
async fn versions(stage: &Stage) -> Vec<(Option<String>, String)> {
    let query = "SELECT parser_version, status FROM candidates ORDER BY id";
    let rows = stage.client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_command_reads_what_another_version_read_or_could_not_read() {
    let stage = Stage::set().await;
    let worker = stage.start();
    for number in 0..3 {
        let upload = stage.upload(format!("{RESUME}\nFile {number}").as_bytes()).await;
        stage.until_candidate(upload.candidate, "ready").await;
    }
    let unread = stage.upload(b"%PDF-1.7\n1 0 obj\n<< broken").await;
    stage.until_candidate(unread.candidate, "failed").await;
    stage.until_idle().await;
    // Two were read by an earlier reader; the third is up to date.
    let earlier = "UPDATE candidates SET parser_version = 'reader-0', resume = resume - 'findings' || '{\"findings\": []}'
        WHERE id IN (SELECT id FROM candidates WHERE status = 'ready' ORDER BY id LIMIT 2)";
    assert_eq!(stage.client.execute(earlier, &[]).await.unwrap(), 2);

    let told = last(&reparse(&stage, &["--all", "--json"]).await);
    assert_eq!((&told["read"], &told["failed"]), (&2.into(), &1.into()));
    assert_eq!(told["over"], true);
    for (version, status) in versions(&stage).await.iter().take(3) {
        assert_eq!(
            (version.as_deref(), status.as_str()),
            (Some(PARSER_VERSION), "ready")
        );
    }
    let failure: String = stage
        .client
        .query_one(
            "SELECT failure_code FROM candidates WHERE id = $1",
            &[&unread.candidate.uuid()],
        )
        .await
        .unwrap()
        .get(0);
    assert!(ReadFailure::from_code(&failure).is_some());
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'resumes.reparsed'";
    assert_eq!(stage.count(audited).await, 1);
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_twice_it_goes_on_with_the_one_under_way() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    worker.stop().await;

    let first = last(&reparse(&stage, &["--all", "--again", "--detach", "--json"]).await);
    let second = last(&reparse(&stage, &["--all", "--again", "--detach", "--json"]).await);
    assert_eq!(first["batches"], second["batches"]);
    assert_eq!(
        (&first["under_way_before"], &second["under_way_before"]),
        (&0.into(), &1.into())
    );
    // Nobody is lost from the searches while the work waits.
    assert_eq!(versions(&stage).await[0].1, "ready");

    let worker = stage.start();
    let told = last(&reparse(&stage, &["--all", "--json"]).await);
    assert_eq!((&told["read"], &told["over"]), (&1.into(), &true.into()));
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_resumes_go_in_windows_and_each_is_tried_once() {
    let stage = Stage::set().await;
    // Broken files end quickly: this is about who is asked for, not about what is read.
    let (_, object) = stage.accept(b"%PDF-1.7\n1 0 obj\n<< broken").await;
    let many = "INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
        SELECT gen_random_uuid(), organization_id, object_id, sha256(id::text::bytea || n::text::bytea), file_name, file_type
        FROM candidates, generate_series(1, 600) n WHERE object_id = $1";
    stage.client.execute(many, &[&object.uuid()]).await.unwrap();
    reparse(&stage, &["--all", "--detach"]).await;
    let worker = stage.start();
    let told = last(&reparse(&stage, &["--all", "--json"]).await);
    assert_eq!((&told["read"], &told["failed"]), (&0.into(), &601.into()));
    let twice = "SELECT count(*) FROM (SELECT payload->>'candidate_id' FROM tasks WHERE kind = 'parse_resume'
        GROUP BY 1 HAVING count(*) > 1) again";
    assert_eq!(stage.count(twice).await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lasts_until_the_present_still_ends_on_the_day_of_the_upload() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let resume = RESUME.replace("January 2018 - December 2022", "January 2018 - present");
    let upload = stage.upload(resume.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    let long_ago = "UPDATE candidates SET uploaded_at = '2020-01-15' WHERE id = $1";
    stage
        .client
        .execute(long_ago, &[&upload.candidate.uuid()])
        .await
        .unwrap();
    reparse(&stage, &["--all", "--again", "--json"]).await;
    let months: i32 = stage
        .client
        .query_one(
            "SELECT experience_months FROM candidates WHERE id = $1",
            &[&upload.candidate.uuid()],
        )
        .await
        .unwrap()
        .get(0);
    // January 2014 until January 2020.
    assert!((71..=73).contains(&months), "{months}");
    stage.until_idle().await;
    worker.stop().await;
}
