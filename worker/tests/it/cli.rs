//! `hiring-worker tasks`, as an operator runs it.

use std::process::{Command, Output};

use hiring_core::task::CheckBackups;
use hiring_db::tasks::EnqueueOptions;
use serde_json::Value;

use crate::documents::RESUME;
use crate::sandbox::WORKER;
use crate::stage::{Stage, Upload};

/// Runs the program with nothing but the database's address.
fn tasks(stage: &Stage, arguments: &[&str]) -> Output {
    Command::new(WORKER)
        .arg("tasks")
        .args(arguments)
        .env_clear()
        .env("ENVIRONMENT", "test")
        .env("DATABASE_URL", stage.database.url())
        .current_dir(stage.folder())
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&told(output)).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn kill(stage: &Stage, upload: Upload) {
    let dead = "UPDATE tasks SET state = 'dead', finished_at = now() - interval '10 days', deadline = NULL,
        last_error = '{\"code\": \"crashed\", \"message\": \"It crashed.\", \"retryable\": true}' WHERE id = $1";
    stage.client.execute(dead, &[&upload.task.uuid()]).await.unwrap();
    let failed =
        "UPDATE candidates SET status = 'failed', failure_code = 'crashed', failure_reason = 'It crashed.'
        WHERE id = $1";
    stage
        .client
        .execute(failed, &[&upload.candidate.uuid()])
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_finds_a_dead_task_and_retries_it() {
    let stage = Stage::set().await;
    stage.database.leave_tasks();
    let upload = stage.upload(RESUME.as_bytes()).await;
    let id = upload.task.to_string();
    kill(&stage, upload).await;
    let table = told(&tasks(
        &stage,
        &["list", "--state", "dead", "--kind", "parse_resume"],
    ));
    let line = table.lines().find(|line| line.starts_with(&id)).unwrap();
    assert!(
        line.contains("dead") && line.contains("crashed: It crashed."),
        "{table}"
    );
    assert_eq!(
        json(&tasks(&stage, &["list", "--state", "running", "--json"]))["tasks"],
        serde_json::json!([])
    );
    let org = stage.org.to_string();
    let listed = json(&tasks(&stage, &["list", "--organization", &org, "--json"]));
    assert_eq!(listed["tasks"][0]["id"], *id);
    let shown = json(&tasks(&stage, &["show", &id, "--json"]));
    assert_eq!(shown["last_error"]["code"], "crashed");
    assert!(told(&tasks(&stage, &["show", &id])).contains("payload"));

    assert!(told(&tasks(&stage, &["retry", &id])).contains("queued again"));
    let state = stage
        .client
        .query_one(
            "SELECT t.state, c.status FROM tasks t, candidates c WHERE t.id = $1",
            &[&upload.task.uuid()],
        )
        .await
        .unwrap();
    assert_eq!(
        (state.get::<_, &str>(0), state.get::<_, &str>(1)),
        ("published", "processing")
    );
    let again = refused(&tasks(&stage, &["retry", &id]));
    assert!(again.contains("only dead tasks"), "{again}");
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'task.retried' AND actor_id IS NULL";
    assert_eq!(stage.count(audited).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_dead_tasks_of_a_kind_are_retried_by_name_and_only_so() {
    let stage = Stage::set().await;
    stage.database.leave_tasks();
    for number in 0..3 {
        let upload = stage.upload(format!("{RESUME}\n{number}").as_bytes()).await;
        kill(&stage, upload).await;
    }
    let without_all = tasks(&stage, &["retry", "--kind", "parse_resume"]);
    assert_eq!(without_all.status.code(), Some(2));
    assert_eq!(tasks(&stage, &["retry"]).status.code(), Some(2));
    let retried = json(&tasks(
        &stage,
        &["retry", "--kind", "parse_resume", "--all", "--json"],
    ));
    assert_eq!((&retried["retried"], &retried["skipped"]), (&3.into(), &0.into()));
    assert_eq!(
        stage
            .count("SELECT count(*) FROM tasks WHERE state = 'published'")
            .await,
        3
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_cancels_also_what_belongs_to_no_organization() {
    let stage = Stage::set().await;
    let mut connection = stage.database.database().connection().await.unwrap();
    let options = EnqueueOptions::default();
    let house = stage
        .ringer
        .enqueue(&mut connection, &CheckBackups {}, options)
        .await
        .unwrap();
    let id = house.task_id.to_string();
    assert!(told(&tasks(&stage, &["cancel", &id])).contains("is cancelled"));
    assert!(refused(&tasks(&stage, &["cancel", &id])).contains("nothing left to cancel"));
    let audited =
        "SELECT count(*) FROM audit_log WHERE action = 'task.cancelled' AND organization_id IS NULL";
    assert_eq!(stage.count(audited).await, 1);
    let missing = "018f0000-0000-7000-8000-000000000000";
    assert!(refused(&tasks(&stage, &["show", missing])).contains("there is no task"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purging_needs_to_be_told_what_and_deletes_only_that() {
    let stage = Stage::set().await;
    stage.database.leave_tasks();
    let old = stage.upload(RESUME.as_bytes()).await;
    kill(&stage, old).await;
    let young = stage.upload(b"Another resume").await;
    kill(&stage, young).await;
    stage
        .client
        .execute(
            "UPDATE tasks SET finished_at = now() WHERE id = $1",
            &[&young.task.uuid()],
        )
        .await
        .unwrap();
    for incomplete in [
        &["purge"][..],
        &["purge", "--state", "dead"],
        &["purge", "--older-than", "1"],
    ] {
        assert_eq!(tasks(&stage, incomplete).status.code(), Some(2));
    }
    assert_eq!(
        tasks(&stage, &["purge", "--state", "queued", "--older-than", "1"])
            .status
            .code(),
        Some(2)
    );
    let none = json(&tasks(
        &stage,
        &["purge", "--state", "completed", "--older-than", "1", "--json"],
    ));
    assert_eq!(none["purged"], 0);
    let purged = json(&tasks(
        &stage,
        &["purge", "--state", "dead", "--older-than", "7", "--json"],
    ));
    assert_eq!(purged["purged"], 1);
    assert_eq!(stage.count("SELECT count(*) FROM tasks").await, 1);
    assert_eq!(
        stage
            .count("SELECT count(*) FROM audit_log WHERE action = 'tasks.purged'")
            .await,
        1
    );
}

#[tokio::test]
async fn without_a_database_the_variable_is_named() {
    let output = Command::new(WORKER)
        .args(["tasks", "list"])
        .env_clear()
        .env("ENVIRONMENT", "test")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("DATABASE_URL"));
}
