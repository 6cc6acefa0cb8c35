//! Whether the newest dump is young enough, against a server that speaks S3.

use std::sync::Arc;

use chrono::TimeDelta;
use hiring_core::clock::ShiftedClock;
use hiring_core::task::CheckBackups;
use hiring_platform::storage::config::S3Config;
use hiring_platform::storage::{BackupStore, Credentials};
use hiring_queue::{Runner, RunnerOptions};
use hiring_testkit::moto::Moto;
use hiring_worker::tasks::check_backups::Backups;
use hiring_worker::tasks::registry::registry;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::cleanup::{enqueue, result};
use crate::stage::Stage;

const OPERATOR: &str = "operator@example.org";

/// A worker whose dumps lie in a bucket of its own and whose clock can be moved.
struct Watch {
    stage: Stage,
    bucket: String,
    clock: Arc<ShiftedClock>,
    stop: CancellationToken,
    work: JoinHandle<()>,
}

impl Watch {
    async fn keep(operator: Option<&str>) -> Self {
        let stage = Stage::set().await;
        let bucket = format!("dumps-{}", stage.org);
        let config = S3Config {
            bucket: bucket.clone(),
            endpoint_url: Some(Moto::shared().await.endpoint.clone()),
            region: "us-east-1".into(),
        };
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let clock = Arc::new(ShiftedClock::default());
        let mut parts = Arc::into_inner(stage.parts()).unwrap();
        parts.backups = Backups {
            store: Some(BackupStore::connect_as(config, credentials).await),
            operator: operator.map(|address| address.parse().unwrap()),
        };
        parts.clock = clock.clone();
        let config = stage.config();
        let options = RunnerOptions {
            concurrency: 2,
            grace: config.grace,
            direct_url: config.database.direct_url.clone(),
            queue: config.queue.clone(),
            consume: true,
        };
        let (database, ringer) = (stage.database.database(), stage.ringer.clone());
        let runner = Runner::new(options, database, ringer, registry(&Arc::new(parts))).unwrap();
        let stop = CancellationToken::new();
        let asked = stop.clone();
        let work = tokio::spawn(async move { runner.run(asked).await.unwrap() });
        Self {
            stage,
            bucket,
            clock,
            stop,
            work,
        }
    }

    /// Stores an object, or makes the bucket where there is no name.
    async fn put(&self, key: &str, body: &'static str) {
        let endpoint = &Moto::shared().await.endpoint;
        let url = format!("{endpoint}/{}/{key}", self.bucket);
        let sent = reqwest::Client::new().put(url).body(body).send().await;
        assert!(sent.unwrap().status().is_success());
    }

    async fn outcome(&self) -> serde_json::Value {
        let task = enqueue(&self.stage, &CheckBackups {}).await;
        result(&self.stage, task).await["outcome"].clone()
    }

    async fn mails(&self) -> i64 {
        let query = format!(
            "SELECT count(*) FROM mails WHERE template = 'backup_missing' AND recipient = '{OPERATOR}'"
        );
        self.stage.count(&query).await
    }

    async fn end(self) {
        self.stage.until_idle().await;
        self.stop.cancel();
        self.work.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_grows_old_after_twelve_hours_and_the_operator_hears_of_it_once_a_day() {
    let watch = Watch::keep(Some(OPERATOR)).await;
    watch.put("", "").await;
    watch.put("daily/hiring.dump.gz", "a dump").await;
    assert_eq!(watch.outcome().await, "young");
    assert_eq!(watch.mails().await, 0);
    watch.clock.advance(TimeDelta::hours(13));
    assert_eq!(watch.outcome().await, "old");
    assert_eq!(watch.outcome().await, "old");
    assert_eq!(watch.mails().await, 1);
    watch.clock.advance(TimeDelta::days(1));
    assert_eq!(watch.outcome().await, "old");
    assert_eq!(watch.mails().await, 2);
    watch.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_dump_or_empty_does_not_count() {
    let watch = Watch::keep(Some(OPERATOR)).await;
    watch.put("", "").await;
    watch.put("README.md", "not a dump").await;
    watch.put("hiring.dump", "").await;
    assert_eq!(watch.outcome().await, "missing");
    assert_eq!(watch.mails().await, 1);
    watch.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_operator_the_check_writes_to_nobody() {
    let watch = Watch::keep(None).await;
    watch.put("", "").await;
    assert_eq!(watch.outcome().await, "missing");
    assert_eq!(watch.stage.count("SELECT count(*) FROM mails").await, 0);
    watch.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_cannot_be_listed_is_tried_again_and_is_no_missing_dump() {
    let watch = Watch::keep(Some(OPERATOR)).await;
    let task = enqueue(&watch.stage, &CheckBackups {}).await;
    let tried =
        "SELECT state = 'pending' AND last_error->>'code' = 'backups-unreachable' FROM tasks WHERE id = $1";
    watch
        .stage
        .until("the check to be put off", tried, task.uuid())
        .await;
    assert_eq!(watch.mails().await, 0);
    watch.put("", "").await;
    watch.put("hiring.sql", "a dump").await;
    watch.stage.database.shift_task_clock("1 h").await;
    assert_eq!(result(&watch.stage, task).await["outcome"], "young");
    watch.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_bucket_the_check_says_so() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let task = enqueue(&stage, &CheckBackups {}).await;
    assert_eq!(result(&stage, task).await, json!({ "outcome": "not configured" }));
    worker.stop().await;
}
