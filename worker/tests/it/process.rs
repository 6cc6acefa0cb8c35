use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use hiring_core::task::{EraseObjects, TaskKind};
use hiring_testkit::{Moto, eventually};
use rustix::process::{Pid, Signal, kill_process};

use crate::daemon::sqs::Queue;
use crate::daemon::sqsd::{Came, Daemon, Settings};
use crate::documents::RESUME;
use crate::open_door::{client, ring};
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

/// Starts a worker and waits for the line that says it takes tasks; answers where its door is, too.
fn start_with_door(stage: &Stage) -> (Child, SocketAddr) {
    let mut child = command(stage, "run").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let door = lines.find(|line| line.contains("the door is open"));
    let door = door.expect("the worker ended");
    let port = door.rsplit_once("127.0.0.1:").unwrap().1;
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let started = lines.any(|line| line.contains("taking tasks"));
    assert!(started, "the worker ended");
    // What nobody reads must not fill the pipe.
    std::thread::spawn(move || hiring_testkit::logs::keep(lines));
    (child, SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap())))
}

/// Starts a worker and waits for the line that says it takes tasks.
pub fn start(stage: &Stage) -> Child {
    start_with_door(stage).0
}

pub fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), signal).unwrap();
}

/// The worker's program, taking tasks until this is dropped.
pub struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    /// Starts one.
    pub fn start(stage: &Stage) -> Self {
        let (child, address) = start_with_door(stage);
        Self { child, address }
    }

    /// Where its door is.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn signal(&self, kind: Signal) {
        signal(&self.child, kind);
    }

    /// Waits for its end and answers the exit code; none when a signal ended it.
    pub async fn ended(mut self) -> Option<i32> {
        tokio::task::spawn_blocking(move || self.child.wait().unwrap().code())
            .await
            .unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_reads_resumes_by_running_itself_and_ends_well_when_asked() {
    let stage = Stage::set().await;
    let program = Program::start(&stage);
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_middle_loses_nothing() {
    let stage = Stage::set().await;
    let program = Program::start(&stage);
    let mut uploads = Vec::new();
    for number in 0..6 {
        uploads.push(
            stage
                .upload(format!("{RESUME}\nNumber {number}").as_bytes())
                .await,
        );
    }
    stage.until_candidate(uploads[0].candidate, "ready").await;
    program.signal(Signal::KILL);
    assert_eq!(program.ended().await, None);
    stage.database.shift_task_clock("10 min").await;
    let program = Program::start(&stage);
    for upload in uploads {
        stage.until_candidate(upload.candidate, "ready").await;
    }
    stage.until_idle().await;
    program.signal(Signal::INT);
    assert_eq!(program.ended().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_postgres_and_redis_away_the_worker_waits_and_still_stops_when_asked() {
    let mut stage = Stage::set().await;
    stage.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    stage.with("REDIS_URL", "redis://127.0.0.1:1/0");
    let program = Program::start(&stage);
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
}

/// Keeps every task that erases files from coming on; dropping it lets them.
async fn hold_up(stage: &Stage) -> tokio_postgres::Client {
    let client = stage.database.client().await;
    let lock = "BEGIN; LOCK TABLE stored_objects IN ACCESS EXCLUSIVE MODE";
    client.batch_execute(lock).await.unwrap();
    client
}

fn erasing() -> EraseObjects {
    EraseObjects { object_ids: vec![] }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_the_delay_the_door_is_unready_and_takes_tasks_and_a_second_signal_ends_it_at_once() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_MODE", "daemon");
    stage.with("SHUTDOWN_DELAY_SECONDS", "300");
    let program = Program::start(&stage);
    program.signal(Signal::TERM);
    eventually("readiness to turn false", async || {
        let ready = client().get(program.url("/health/ready")).send().await.unwrap();
        (ready.status() == 503).then_some(())
    })
    .await;
    let task = stage.enqueue(&erasing()).await;
    let posted = client()
        .post(program.url("/worker/dispatch"))
        .body(ring(EraseObjects::KIND, task).to_string());
    assert_eq!(posted.send().await.unwrap().status(), 200);
    stage.until_task(task, "completed").await;
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(128 + 15));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_finished_within_the_grace_is_handed_back_with_its_attempt_and_answered() {
    let mut stage = Stage::set().await;
    stage.with("WORKER_MODE", "daemon");
    stage.with("SHUTDOWN_GRACE_SECONDS", "1");
    let program = Program::start(&stage);
    let held_up = hold_up(&stage).await;
    let task = stage.enqueue(&erasing()).await;
    let posted = client()
        .post(program.url("/worker/dispatch"))
        .body(ring(EraseObjects::KIND, task).to_string());
    let posted = tokio::spawn(posted.send());
    stage.until_task(task, "running").await;
    program.signal(Signal::TERM);
    let answer = posted.await.unwrap().unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["connection"]),
        (200, &"close".parse().unwrap())
    );
    assert_eq!(program.ended().await, Some(0));
    let handed_back = "SELECT attempt = 0 AND state = 'pending' FROM tasks WHERE id = $1";
    stage
        .until("the task to be handed back", handed_back, task.uuid())
        .await;
    drop(held_up);
    // The next worker finds it by itself.
    stage.with("WORKER_MODE", "consume");
    let program = Program::start(&stage);
    stage.until_task(task, "completed").await;
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
}

/// The worst case of a daemon: it posts a message again the moment that the worker dies of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_kills_every_worker_ends_dead_although_the_daemon_brings_it_again_at_once() {
    let mut stage = Stage::set().await;
    let prefix = stage.variables["QUEUE_PREFIX"].clone();
    for (name, value) in [
        ("WORKER_MODE", "daemon"),
        ("QUEUE_BACKEND", "sqs"),
        ("SQS_ENDPOINT_URL", &Moto::shared().await.endpoint),
        ("AWS_ACCESS_KEY_ID", "any"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
    ] {
        stage.with(name, value);
    }
    let ensured = command(&stage, "queues").arg("ensure").output().unwrap();
    assert!(ensured.status.success(), "{ensured:?}");
    let queue = Queue::named(&format!("{prefix}-default")).await;
    let _held_up = hold_up(&stage).await;
    let task = stage.enqueue(&erasing()).await;
    let two_attempts = "UPDATE tasks SET max_attempts = 2 WHERE id = $1";
    stage.client.execute(two_attempts, &[&task.uuid()]).await.unwrap();
    let mut program = Program::start(&stage);
    let daemon = Daemon::start(&queue, Settings::new(&program.url("")));
    for attempt in 1..=2 {
        // Rung by sweeper or relay, through the queue and the daemon.
        stage.database.shift_task_clock("10 s").await;
        let running = format!("SELECT state = 'running' AND attempt = {attempt} FROM tasks WHERE id = $1");
        stage.until("the next attempt", &running, task.uuid()).await;
        program.signal(Signal::KILL);
        assert_eq!(program.ended().await, None);
        program = Program::start(&stage);
        daemon.point_to(&program.url(""));
        // Brought again at once, but somebody holds the task: nothing is begun.
        daemon.until_empty().await;
        stage.database.shift_task_clock("2 min").await;
    }
    stage.until_task(task, "dead").await;
    let reason = "SELECT last_error->>'code' = 'crashed' AND attempt = 2 FROM tasks WHERE id = $1";
    stage.until("the reason", reason, task.uuid()).await;
    daemon.until_empty().await;
    let mut killed_by: Vec<String> = daemon
        .posts()
        .into_iter()
        .filter(|post| post.came == Came::Closed)
        .map(|post| post.message)
        .collect();
    killed_by.dedup();
    assert_eq!(killed_by.len(), 2, "{:?}", daemon.posts());
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
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
