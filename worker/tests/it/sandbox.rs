use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::NaiveDate;
use hiring_core::reading::{FileType, ReadFailure, ReadResume};
use hiring_worker::sandbox::{Limits, Sandbox, SandboxError};

use crate::documents;

pub const WORKER: &str = env!("CARGO_BIN_EXE_hiring-worker");

pub fn sandbox(limits: Limits) -> Sandbox {
    Sandbox::new(PathBuf::from(WORKER), limits)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

async fn read(bytes: &[u8]) -> Result<ReadResume, SandboxError> {
    sandbox(Limits::default()).read(bytes, today()).await
}

fn failure(outcome: Result<ReadResume, SandboxError>) -> ReadFailure {
    match outcome {
        Err(SandboxError::File(failure)) => failure,
        other => panic!("expected a reading failure, not {other:?}"),
    }
}

/// A sandbox whose child is a shell script instead of the worker.
pub fn impostor(folder: &Path, script: &str, limits: Limits) -> Sandbox {
    let path = folder.join("impostor");
    // Renamed into place: a file still open for writing cannot be executed.
    let draft = folder.join("draft");
    std::fs::write(&draft, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(&draft, &path).unwrap();
    Sandbox::new(path, limits)
}

#[tokio::test]
async fn a_child_reads_a_resume() {
    let read = read(documents::RESUME.as_bytes()).await.unwrap();
    assert_eq!(read.file_type, FileType::Txt);
    assert!(read.visible_text.contains("Analytical Engines"));
    assert_eq!(read.resume.contact.emails[0].value, "ada@example.org");
}

#[tokio::test]
async fn every_fixture_of_the_reader_is_read_as_the_reader_reads_it() {
    for path in documents::fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        let direct = hiring_resume::read(&bytes, &hiring_resume::ReadOptions { today: today() });
        match (read(&bytes).await, direct) {
            (Ok(confined), Ok(direct)) => assert_eq!(confined.visible_text, direct.visible_text, "{path:?}"),
            (outcome, direct) => assert_eq!(failure(outcome), direct.unwrap_err(), "{path:?}"),
        }
    }
}

#[tokio::test]
async fn files_made_to_hurt_end_with_a_reason_and_the_worker_reads_on() {
    let files = documents::beside("hostile");
    if files.is_empty() {
        println!(
            "SKIPPED files_made_to_hurt_end_with_a_reason_and_the_worker_reads_on: no hostile documents here"
        );
        return;
    }
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        match read(&bytes).await {
            Ok(read) => assert!(!read.visible_text.trim().is_empty(), "{path:?}"),
            Err(error) => assert!(!error.failure().unwrap().reason().is_empty(), "{path:?}"),
        }
    }
    read(documents::RESUME.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn no_bytes_are_an_empty_file() {
    assert_eq!(failure(read(b"").await), ReadFailure::Empty);
}

#[cfg(target_os = "linux")]
#[test]
fn the_child_has_no_environment_no_descriptors_no_privileges_and_its_limits() {
    // A descriptor without close-on-exec is what a careless library would leave open.
    let leaked = rustix::io::dup(std::io::stderr()).unwrap();
    let mut child = Command::new(WORKER)
        .args(["extract", "confinement"])
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let told: serde_json::Value = serde_json::from_reader(child.stdout.take().unwrap()).unwrap();
    assert!(child.wait().unwrap().success());
    drop(leaked);
    let mut descriptors: Vec<_> = told["descriptors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|d| d.as_str())
        .collect();
    descriptors.sort_unstable();
    // 3 is the listing of the descriptors itself.
    assert_eq!(descriptors, ["0", "1", "2", "3"]);
    assert_eq!(told["environment_bytes"], 0);
    assert_eq!(told["session"], pid);
    let status = told["status"].as_str().unwrap();
    assert!(status.contains("NoNewPrivs:\t1"));
    for set in ["CapInh", "CapPrm", "CapEff"] {
        assert!(status.contains(&format!("{set}:\t0000000000000000")), "{status}");
    }
    let limits = told["limits"].as_str().unwrap();
    for (name, soft, hard) in [
        ("Max cpu time", "5", "6"),
        ("Max core file size", "0", "0"),
        ("Max open files", "16", "16"),
        ("Max address space", "805306368", "805306368"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let figures: Vec<_> = line[name.len()..].split_whitespace().take(2).collect();
        assert_eq!(figures, [soft, hard], "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn whatever_a_child_tries_to_reach_is_refused_or_ends_it() {
    use hiring_worker::sandbox::attempts::ATTEMPTS;
    use std::os::unix::process::ExitStatusExt;
    let trace = Path::new("/tmp/hiring-worker-was-here");
    for attempt in ATTEMPTS {
        let output = Command::new(WORKER)
            .args(["extract", "attempt", attempt])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let refused = output.stdout == b"refused\n" && output.status.success();
        // A kernel without calls of 32 bits has no number to filter, and ends who uses one.
        let expected =
            |signal| signal == libc::SIGSYS || attempt == "other-architecture" && signal == libc::SIGSEGV;
        let ended = output.stdout.is_empty() && output.status.signal().is_some_and(expected);
        assert!(refused || ended, "{attempt}: {output:?}");
    }
    assert!(!trace.exists());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_tells_what_the_kernel_enforces() {
    let walls = sandbox(Limits::default()).walls().await.unwrap();
    assert!(walls.seccomp, "{walls:?}");
}

#[tokio::test]
async fn a_childs_answer_never_costs_more_than_its_bytes_suggest() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "{},".repeat(2_000_000);
    let answer = folder.path().join("answer");
    let text = format!(r#"{{"ok":{{"resume":{{"education":[{rows}{{}}]}}}}}}"#);
    std::fs::write(&answer, text).unwrap();
    let script = format!("exec /bin/cat {}", answer.display());
    let child = impostor(folder.path(), &script, Limits::default());
    assert_eq!(failure(child.read(b"x", today()).await), ReadFailure::TooLarge);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_beyond_the_limit_is_out_of_memory() {
    let limits = Limits {
        memory_bytes: 1024 * 1024,
        ..Limits::default()
    };
    let text = documents::RESUME.repeat(5000);
    assert_eq!(
        failure(sandbox(limits).read(text.as_bytes(), today()).await),
        ReadFailure::OutOfMemory
    );
}

#[tokio::test]
async fn an_answer_beyond_the_cap_is_too_large_and_never_taken() {
    let limits = Limits {
        output_bytes: 200,
        ..Limits::default()
    };
    let outcome = sandbox(limits).read(documents::RESUME.as_bytes(), today()).await;
    assert_eq!(failure(outcome), ReadFailure::TooLarge);
    let folder = tempfile::tempdir().unwrap();
    let endless = impostor(folder.path(), "exec /usr/bin/yes", limits);
    assert_eq!(failure(endless.read(b"", today()).await), ReadFailure::TooLarge);
}

#[tokio::test]
async fn a_child_that_waits_for_ever_is_late_and_killed() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    let limits = Limits {
        wall_clock: Duration::from_millis(500),
        ..Limits::default()
    };
    let script = format!("echo $$ > {}; exec /bin/sleep 600", pid_file.display());
    let outcome = impostor(folder.path(), &script, limits).read(b"x", today()).await;
    assert!(matches!(outcome, Err(SandboxError::Late)), "{outcome:?}");
    let pid: i32 = std::fs::read_to_string(pid_file).unwrap().trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    hiring_testkit::eventually("the child to be gone", || async {
        rustix::process::test_kill_process(pid).is_err().then_some(())
    })
    .await;
}

#[tokio::test]
async fn how_a_child_died_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (script, expected) in [
        ("kill -KILL $$", ReadFailure::Crashed),
        ("kill -SEGV $$", ReadFailure::Crashed),
        ("kill -SYS $$", ReadFailure::Crashed),
        ("kill -XCPU $$", ReadFailure::TimedOut),
        (
            "echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$",
            ReadFailure::OutOfMemory,
        ),
        ("exit 0", ReadFailure::Crashed),
        ("echo '{\"failed\":\"encrypted\"}'", ReadFailure::Encrypted),
        ("echo '{\"failed\":\"something else\"}'", ReadFailure::Crashed),
    ] {
        let child = impostor(folder.path(), script, Limits::default());
        assert_eq!(
            failure(child.read(b"resume", today()).await),
            expected,
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_not_the_files_fault() {
    let missing = Sandbox::new(PathBuf::from("/nonexistent/hiring-worker"), Limits::default());
    assert!(matches!(
        missing.read(b"x", today()).await,
        Err(SandboxError::Start(_))
    ));
}

#[tokio::test]
async fn a_child_that_cannot_confine_itself_is_not_the_files_fault() {
    let folder = tempfile::tempdir().unwrap();
    let child = impostor(folder.path(), "exit 3", Limits::default());
    assert!(matches!(
        child.read(b"resume", today()).await,
        Err(SandboxError::Start(_))
    ));
}

#[tokio::test]
async fn limits_that_are_stricter_already_stay_and_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("ulimit -t 4; ulimit -n 12; ulimit -f 0; ulimit -v 700000; exec {WORKER} \"$@\"");
    let child = impostor(folder.path(), &script, Limits::default());
    let read = child.read(documents::RESUME.as_bytes(), today()).await.unwrap();
    assert!(read.visible_text.contains("Analytical Engines"));
}

#[test]
fn a_child_whose_parent_dies_while_it_reads_answers_nobody() {
    let mut child = Command::new(WORKER)
        .args(["extract", "2026-11-22", "100000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(documents::RESUME.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn by_hand_a_file_can_be_read_without_saying_anything_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("resume.txt");
    std::fs::write(&file, documents::RESUME).unwrap();
    let answer = folder.path().join("answer.json");
    let status = Command::new(WORKER)
        .arg("extract")
        .stdin(std::fs::File::open(&file).unwrap())
        .stdout(std::fs::File::create(&answer).unwrap())
        .status()
        .unwrap();
    assert!(status.success());
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(answer).unwrap()).unwrap();
    assert!(
        told["ok"]["visible_text"]
            .as_str()
            .unwrap()
            .starts_with("Ada Lovelace")
    );
}
