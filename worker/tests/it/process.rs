use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::documents::RESUME;
use crate::sandbox::WORKER;
use crate::stage::Stage;

pub fn command(stage: &Stage, subcommand: &str) -> Command {
    let mut command = Command::new(WORKER);
    command
        .arg(subcommand)
        .env_clear()
        .envs(&stage.variables)
        .current_dir(stage.folder());
    command
}

/// Starts a worker and waits for the line that says it takes tasks.
pub fn start(stage: &Stage) -> Child {
    let mut child = command(stage, "run").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let started = lines.any(|line| line.unwrap().contains("taking tasks"));
    assert!(started, "the worker ended");
    child
}

pub fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_reads_resumes_by_running_itself_and_ends_well_when_asked() {
    let stage = Stage::set().await;
    let mut child = start(&stage);
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_middle_loses_nothing() {
    let stage = Stage::set().await;
    let mut child = start(&stage);
    let mut uploads = Vec::new();
    for number in 0..6 {
        uploads.push(
            stage
                .upload(format!("{RESUME}\nNumber {number}").as_bytes())
                .await,
        );
    }
    stage.until_candidate(uploads[0].candidate, "ready").await;
    signal(&child, Signal::KILL);
    child.wait().unwrap();
    stage.database.shift_task_clock("10 min").await;
    let mut child = start(&stage);
    for upload in uploads {
        stage.until_candidate(upload.candidate, "ready").await;
    }
    stage.until_idle().await;
    signal(&child, Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_postgres_and_redis_away_the_worker_waits_and_still_stops_when_asked() {
    let mut stage = Stage::set().await;
    stage.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    stage.with("REDIS_URL", "redis://127.0.0.1:1/0");
    let mut child = start(&stage);
    assert!(child.try_wait().unwrap().is_none());
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test]
async fn every_wrong_variable_is_named_and_nothing_starts() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_CONCURRENCY", "many");
    stage.with("STORAGE_BACKEND", "floppy");
    stage.variables.remove("DATABASE_URL");
    let output = command(&stage, "run").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    for variable in ["WORKER_CONCURRENCY", "STORAGE_BACKEND", "DATABASE_URL"] {
        assert!(told.contains(variable), "{told}");
    }
}

#[tokio::test]
async fn the_effective_settings_are_shown_without_secrets() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_TOKEN", "swordfish");
    let output = command(&stage, "config").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && told.contains("WORKER_CONCURRENCY=2"));
    assert!(told.contains("WORKER_TOKEN=(set)") && !told.contains("swordfish"));
}
