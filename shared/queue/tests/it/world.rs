//! One test's database, its part of Valkey, and a worker that runs in this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::{TaskKind, TaskState};
use hiring_db::statement::statement;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_queue::{
    Dead, Done, Effects, Handler, Policy, QueueConfig, RedisConfig, Registry, Ringer, Runner, RunnerOptions,
    TaskContext, TaskFailure, TransportConfig,
};
use hiring_testkit::{TestDatabase, TestRedis, eventually};
use secrecy::SecretString;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub struct World {
    pub database: TestDatabase,
    pub redis: TestRedis,
    pub queue: QueueConfig,
    pub ringer: Ringer,
}

/// What a row of `tasks` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub state: TaskState,
    pub attempt: i32,
    pub code: Option<String>,
    pub stage: Option<String>,
}

impl World {
    pub async fn new() -> Self {
        let redis = TestRedis::namespace();
        let queue = config(&redis.url, &redis.prefix);
        Self::on(queue, redis).await
    }

    /// With rings that travel by `queue`.
    pub async fn on(queue: QueueConfig, redis: TestRedis) -> Self {
        let database = TestDatabase::create().await;
        let table = "CREATE TABLE ledger (task_id uuid, note text, at timestamptz DEFAULT clock_timestamp())";
        database.client().await.batch_execute(table).await.unwrap();
        let ringer = Ringer::open(&queue).unwrap();
        Self {
            database,
            redis,
            ringer,
            queue,
        }
    }

    pub async fn enqueue<K: TaskKind>(&self, task: &K, options: EnqueueOptions) -> Enqueued {
        let mut conn = self.database.database().connection().await.unwrap();
        self.ringer.enqueue(&mut conn, task, options).await.unwrap()
    }

    /// Enqueues and rings.
    pub async fn submit<K: TaskKind>(&self, task: &K) -> TaskId {
        let enqueued = self.enqueue(task, EnqueueOptions::default()).await;
        assert!(self.ringer.ring(std::slice::from_ref(&enqueued)).await);
        enqueued.task_id
    }

    pub fn start(&self, registry: Registry) -> Worker {
        self.start_with(registry, (4, Duration::from_secs(5)))
    }

    pub fn start_with(&self, registry: Registry, (concurrency, grace): (usize, Duration)) -> Worker {
        let options = self.options((concurrency, grace));
        let runner = Runner::new(options, self.database.database(), self.ringer.clone(), registry).unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(runner.run(stop.clone()));
        Worker { stop, running }
    }

    pub fn options(&self, (concurrency, grace): (usize, Duration)) -> RunnerOptions {
        RunnerOptions {
            concurrency,
            grace,
            direct_url: SecretString::from(self.database.url().to_owned()),
            queue: self.queue.clone(),
            consume: true,
        }
    }

    /// An organization of this test's own.
    pub async fn organization(&self) -> OrgId {
        let org = OrgId::generate();
        let insert = format!("INSERT INTO organizations (id, name) VALUES ('{org}', 'x')");
        self.database.client().await.batch_execute(&insert).await.unwrap();
        org
    }

    pub async fn row(&self, id: TaskId) -> Row {
        let client = self.database.client().await;
        let query = "SELECT state, attempt, last_error ->> 'code', stage FROM tasks WHERE id::text = $1";
        let row = client.query_one(query, &[&id.to_string()]).await.unwrap();
        let state = TaskState::from_name(row.get(0)).unwrap();
        Row {
            state,
            attempt: row.get(1),
            code: row.get(2),
            stage: row.get(3),
        }
    }

    pub async fn until(&self, id: TaskId, state: TaskState) -> Row {
        eventually(&format!("task {state:?}"), || async {
            Some(self.row(id).await).filter(|row| row.state == state)
        })
        .await
    }

    /// What handlers wrote, in order.
    pub async fn ledger(&self) -> Vec<String> {
        let client = self.database.client().await;
        let rows = client
            .query("SELECT note FROM ledger ORDER BY at", &[])
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    pub async fn redis_connection(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.redis.url.clone()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Every key of this test's installation.
    pub async fn keys(&self) -> Vec<String> {
        let mut connection = self.redis_connection().await;
        redis::cmd("KEYS")
            .arg(format!("*{}*", self.redis.prefix))
            .query_async(&mut connection)
            .await
            .unwrap()
    }
}

pub fn config(url: &str, prefix: &str) -> QueueConfig {
    QueueConfig {
        transport: TransportConfig::Redis(RedisConfig::standalone(url, 4)),
        prefix: prefix.to_owned(),
        max_attempts: 4,
    }
}

pub struct Worker {
    stop: CancellationToken,
    running: JoinHandle<Result<(), hiring_queue::QueueError>>,
}

impl Worker {
    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }
}

/// Writes a line to the ledger, as the effect of a task.
pub async fn write(conn: &mut AsyncPgConnection, id: TaskId, note: &str) -> Result<(), TaskFailure> {
    statement("INSERT INTO ledger (task_id, note) VALUES (?, ?)")
        .bind::<diesel::sql_types::Uuid, Uuid>(id.uuid())
        .bind::<diesel::sql_types::Text, _>(note)
        .execute(conn)
        .await
        .map_err(hiring_db::DbError::from)?;
    Ok(())
}

/// Completes the task with its note in the ledger.
pub async fn write_and_complete(ctx: &TaskContext, note: &str) -> Result<Done, TaskFailure> {
    ctx.complete(async |fx: &mut Effects| write(fx.conn(), ctx.task_id(), note).await)
        .await
}

/// A handler that writes the note of its task.
pub fn writer<K: TaskKind + HasNote>() -> Handler<K> {
    Handler::new(|ctx: TaskContext, task: K| async move { write_and_complete(&ctx, task.note()).await })
}

/// A handler that fails by `failure` for the first `failures` attempts, and then writes its note.
pub fn failing<K: TaskKind + HasNote>(failures: usize, failure: fn() -> TaskFailure) -> Handler<K> {
    let seen = Arc::new(AtomicUsize::new(0));
    Handler::new(move |ctx: TaskContext, task: K| {
        let seen = Arc::clone(&seen);
        async move {
            if seen.fetch_add(1, Ordering::SeqCst) < failures {
                return Err(failure());
            }
            write_and_complete(&ctx, task.note()).await
        }
    })
    .policy(at_once())
}

/// Retries almost at once.
pub fn at_once() -> Policy {
    let millisecond = Duration::from_millis(1);
    Policy {
        backoff_base: millisecond,
        backoff_cap: millisecond,
        ..Policy::default()
    }
}

/// Last words that leave `dead: <note> <code>` in the ledger.
pub fn with_last_words<K: TaskKind + HasNote>(handler: Handler<K>) -> Handler<K> {
    handler.on_dead(|conn: &mut AsyncPgConnection, dead: Dead<K>| {
        Box::pin(async move {
            let line = format!("dead: {} {}", dead.payload.note(), dead.error.code);
            write(conn, dead.task_id, &line)
                .await
                .map_err(|_| hiring_db::DbError::LeaseLost)
        })
    })
}

pub trait HasNote {
    fn note(&self) -> &str;
}

macro_rules! has_note {
    ($($name:ident),+) => {$(
        impl HasNote for crate::kinds::$name {
            fn note(&self) -> &str {
                &self.note
            }
        }
    )+};
}

has_note!(
    Fragile, Note, Urgent, Leisure, Alert, Foreign, Letter, Resume, Indexing, Screening, Report
);
