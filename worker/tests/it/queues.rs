//! `hiring-worker queues` as an operator calls it.

use std::collections::HashMap;
use std::process::{Command, Output};

use hiring_testkit::{Moto, TestRedis};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::documents::RESUME;
use crate::process::{signal, start};
use crate::sandbox::WORKER;
use crate::stage::Stage;

const NAMES: [&str; 6] = [
    "resume-parse",
    "vector-index",
    "email",
    "screen",
    "report",
    "default",
];

/// What the program is told, and nothing else.
fn queues(variables: &HashMap<&str, String>, arguments: &[&str]) -> Output {
    let mut command = Command::new(WORKER);
    command.arg("queues").args(arguments).env_clear().envs(variables);
    command.output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

async fn sqs() -> HashMap<&'static str, String> {
    HashMap::from([
        ("QUEUE_BACKEND", "sqs".to_owned()),
        ("QUEUE_PREFIX", TestRedis::namespace().prefix),
        ("SQS_ENDPOINT_URL", Moto::shared().await.endpoint.clone()),
        ("AWS_ACCESS_KEY_ID", "any".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "any".to_owned()),
    ])
}

fn states(table: &str) -> Vec<&str> {
    let lines = table.lines().skip(1);
    lines
        .map(|line| line.split_whitespace().nth(1).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ensure_makes_the_queues_once_and_status_shows_them() {
    let variables = sqs().await;
    let before = queues(&variables, &["status"]);
    assert_eq!(before.status.code(), Some(1));
    let advice = String::from_utf8(before.stderr).unwrap();
    assert!(advice.contains("hiring-worker queues ensure"), "{advice}");

    let first = printed(&queues(&variables, &["ensure"]));
    assert_eq!(states(&first), ["created"; 12], "{first}");
    let second = printed(&queues(&variables, &["ensure"]));
    assert_eq!(states(&second), ["unchanged"; 12], "{second}");

    let table = printed(&queues(&variables, &["status"]));
    let prefix = &variables["QUEUE_PREFIX"];
    let object = |name| {
        let queue = format!("{prefix}-{name}");
        assert!(table.contains(&queue), "{table}");
        json!({ "queue": queue, "waiting": 0, "in_flight": 0, "dead_letters": 0 })
    };
    let shown: Value = serde_json::from_str(&printed(&queues(&variables, &["status", "--json"]))).unwrap();
    assert_eq!(shown, json!({ "queues": NAMES.map(object) }));
    let moved = printed(&queues(&variables, &["redrive", "--queue", "email"]));
    assert_eq!(states(&moved), ["0"], "{moved}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifo_names_end_as_sqs_wants_them() {
    let mut variables = sqs().await;
    variables.insert("SQS_FIFO", "true".to_owned());
    let table = printed(&queues(&variables, &["ensure"]));
    assert_eq!(states(&table), ["created"; 12], "{table}");
    let names: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert!(names.iter().all(|name| name.ends_with(".fifo")), "{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_is_said_and_is_no_success() {
    let mut variables = sqs().await;
    let unknown = queues(&variables, &["redrive", "--queue", "letters"]);
    assert_eq!(unknown.status.code(), Some(1));
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert!(
        said.contains("resume-parse") && said.contains("default"),
        "{said}"
    );
    // Nothing listens on the discard port.
    variables.insert("SQS_ENDPOINT_URL", "http://127.0.0.1:9".to_owned());
    let away = queues(&variables, &["ensure"]);
    assert_eq!(away.status.code(), Some(1));
    assert!(String::from_utf8(away.stderr).unwrap().contains("cannot be used"));
    variables.insert("QUEUE_PREFIX", "two words".to_owned());
    let wrong = queues(&variables, &["status"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("QUEUE_PREFIX"));
}

#[test]
fn on_redis_there_is_nothing_to_make_and_depths_are_shown() {
    let redis = TestRedis::namespace();
    let variables = HashMap::from([("REDIS_URL", redis.url), ("QUEUE_PREFIX", redis.prefix)]);
    assert!(printed(&queues(&variables, &["ensure"])).starts_with("Nothing to do"));
    let shown: Value = serde_json::from_str(&printed(&queues(&variables, &["status", "--json"]))).unwrap();
    let object = |name| json!({ "queue": name, "waiting": 0 });
    assert_eq!(shown, json!({ "queues": NAMES.map(object) }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_on_sqs_needs_no_redis_and_stops_while_it_waits_for_messages() {
    let mut stage = Stage::set().await;
    let variables = sqs().await;
    printed(&queues(&variables, &["ensure"]));
    // Rung where no worker listens.
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.variables.remove("REDIS_URL");
    for (name, value) in &variables {
        stage.with(name, value);
    }
    let mut child = start(&stage);
    stage.database.shift_task_clock("6 s").await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
