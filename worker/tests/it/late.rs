//! Readings that a busy machine stops: tried again, and at the last attempt the recruiter is told what there is.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hiring_core::config::Reader;
use hiring_core::reading::ReadFailure;
use hiring_worker::sandbox::program::find;
use hiring_worker::sandbox::{Limits, Sandbox};
use hiring_worker::scanning::config::OcrConfig;

use crate::documents::RESUME;
use crate::sandbox::{impostor, sandbox};
use crate::scans::{layered, scan};
use crate::stage::{Stage, Upload};

/// A sandbox whose child never answers, and whose clock is short.
fn never(folder: &Path) -> Sandbox {
    let limits = Limits {
        wall_clock: Duration::from_millis(200),
        ..Limits::default()
    };
    impostor(folder, "exec /bin/sleep 600", limits)
}

/// An upload whose task is at its last attempt as soon as a worker takes it.
async fn upload_for_the_last_time(stage: &Stage, bytes: &[u8]) -> Upload {
    let upload = stage.upload(bytes).await;
    let query = "UPDATE tasks SET attempt = max_attempts - 1 WHERE id = $1";
    let changed = stage.client.execute(query, &[&upload.task.uuid()]).await.unwrap();
    assert_eq!(changed, 1);
    upload
}

/// Waits for the task to be put off for a reason, after so many attempts that count.
async fn until_put_off(stage: &Stage, upload: Upload, code: &str, counted: i32) {
    let query = format!(
        "SELECT state = 'pending' AND last_error->>'code' = '{code}' AND max_attempts - attempt = 4 - {counted}
         FROM tasks WHERE id = $1"
    );
    stage
        .until(
            &format!("the task to wait for {code}"),
            &query,
            upload.task.uuid(),
        )
        .await;
}

/// Waits for a candidate to have failed with a reading failure, in the words for recruiters.
async fn until_failed(stage: &Stage, upload: Upload, failure: ReadFailure) {
    stage.until_task(upload.task, "dead").await;
    let query = "SELECT status, failure_code, failure_reason FROM candidates WHERE id = $1";
    let row = stage
        .client
        .query_one(query, &[&upload.candidate.uuid()])
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "failed");
    assert_eq!(row.get::<_, &str>(1), failure.code());
    assert_eq!(row.get::<_, &str>(2), failure.reason());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_that_the_clock_stops_is_tried_again_and_read_once_there_is_time() {
    let mut stage = Stage::set().await;
    stage.sandbox = never(stage.folder());
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    until_put_off(&stage, upload, "reader-late", 1).await;
    let untouched = "SELECT status = 'processing' AND failure_code IS NULL FROM candidates WHERE id = $1";
    stage
        .until("the candidate to wait", untouched, upload.candidate.uuid())
        .await;
    worker.stop().await;
    stage.sandbox = sandbox(Limits::default());
    stage.database.shift_task_clock("10 min").await;
    let worker = stage.start();
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reading_that_the_clock_stops_at_the_last_attempt_has_taken_too_long() {
    let mut stage = Stage::set().await;
    stage.sandbox = never(stage.folder());
    let upload = upload_for_the_last_time(&stage, RESUME.as_bytes()).await;
    let worker = stage.start();
    until_failed(&stage, upload, ReadFailure::TimedOut).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_uses_up_its_processor_time_is_not_tried_again() {
    let mut stage = Stage::set().await;
    stage.sandbox = impostor(stage.folder(), "kill -XCPU $$", Limits::default());
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    until_failed(&stage, upload, ReadFailure::TimedOut).await;
    let once = "SELECT count(*) FROM tasks WHERE attempt = 1 AND state = 'dead'";
    assert_eq!(stage.count(once).await, 1);
    worker.stop().await;
}

/// A folder with the recogniser's programs, where this machine has them; `instead` is what a shell does before it recognises.
fn programs(stage: &mut Stage, test: &str, instead: Option<&str>) -> Option<PathBuf> {
    let path = OcrConfig::read(&mut Reader::from_environment()).path;
    let folder = stage.folder().join("bin");
    std::fs::create_dir(&folder).unwrap();
    for name in ["pdftoppm", "tesseract"] {
        let Some(program) = find(name, &path) else {
            println!("SKIPPED {test}: no {name}");
            return None;
        };
        match instead.filter(|_| name == "tesseract") {
            Some(script) => {
                let real = program.display();
                let text = format!("#!/bin/sh\n[ \"$1\" = stdin ] && {{ {script}; }}\nexec {real} \"$@\"\n");
                let draft = stage.folder().join("draft");
                std::fs::write(&draft, text).unwrap();
                std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
                std::fs::rename(&draft, folder.join(name)).unwrap();
            }
            None => symlink(program, folder.join(name)).unwrap(),
        }
    }
    stage.with("OCR", "on");
    stage.with("PATH", folder.to_str().unwrap());
    Some(folder)
}

fn blank_scan() -> Vec<u8> {
    scan((100, 140, &[255; 100 * 140]), &[])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_that_the_machine_cut_short_is_tried_again_and_the_last_attempt_keeps_what_was_read() {
    let test = "a_scan_that_the_machine_cut_short_is_tried_again_and_the_last_attempt_keeps_what_was_read";
    let mut stage = Stage::set().await;
    let Some(folder) = programs(&mut stage, test, None) else {
        return;
    };
    let worker = stage.start();
    let text = stage.upload(RESUME.as_bytes()).await;
    // A worker that reads has found the programs.
    stage.until_candidate(text.candidate, "ready").await;
    std::fs::remove_file(folder.join("pdftoppm")).unwrap();
    let upload = stage.upload(&layered()).await;
    until_put_off(&stage, upload, "recogniser-late", 1).await;
    let query = "UPDATE tasks SET attempt = max_attempts - 1, run_at = task_now() WHERE id = $1";
    stage.client.execute(query, &[&upload.task.uuid()]).await.unwrap();
    stage.database.shift_task_clock("10 min").await;
    stage.until_candidate(upload.candidate, "ready").await;
    let marked =
        "SELECT visible_text LIKE '%Ada Lovelace%' AND (resume->'document'->>'unverified_layer')::boolean
         FROM candidates WHERE id = $1";
    stage
        .until("its layer to be read and marked", marked, upload.candidate.uuid())
        .await;
    stage.until_idle().await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_of_which_nothing_was_recognised_in_time_has_taken_too_long_at_the_last_attempt() {
    let test = "a_scan_of_which_nothing_was_recognised_in_time_has_taken_too_long_at_the_last_attempt";
    let mut stage = Stage::set().await;
    if programs(&mut stage, test, Some("exec /usr/bin/tail -f /dev/null")).is_none() {
        return;
    }
    stage.with("OCR_DOCUMENT_SECONDS", "5");
    let upload = upload_for_the_last_time(&stage, &blank_scan()).await;
    let worker = stage.start();
    until_failed(&stage, upload, ReadFailure::TimedOut).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_waits_for_another_without_using_up_attempts_or_the_slot_for_text() {
    let test = "a_scan_waits_for_another_without_using_up_attempts_or_the_slot_for_text";
    let mut stage = Stage::set().await;
    let go_on = stage.folder().join("go-on");
    let wait = format!("while [ ! -e {} ]; do :; done", go_on.display());
    if programs(&mut stage, test, Some(&wait)).is_none() {
        return;
    }
    let worker = stage.start();
    let first = stage.upload(&blank_scan()).await;
    let recognising = "SELECT stage = 'recognising' FROM tasks WHERE id = $1";
    stage
        .until("the first scan to be recognised", recognising, first.task.uuid())
        .await;
    let second = stage.upload(&blank_scan()).await;
    until_put_off(&stage, second, "recogniser-busy", 0).await;
    let text = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(text.candidate, "ready").await;
    std::fs::write(&go_on, "").unwrap();
    until_failed(&stage, first, ReadFailure::ImageOnly).await;
    stage.database.shift_task_clock("10 min").await;
    until_failed(&stage, second, ReadFailure::ImageOnly).await;
    stage.until_idle().await;
    worker.stop().await;
}
