//! One proof's database, its part of the shared Valkey, and its processes.

use std::path::PathBuf;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::TaskKind;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{Database, DbError};
use hiring_queue::{RedisConfig, Ringer, TransportConfig};
use hiring_testkit::{TestDatabase, TestRedis};
use redis::aio::MultiplexedConnection;
use tokio_postgres::Client;

use crate::fleet::{Fleet, Variables, variables};
use crate::patience::eventually;
use crate::{books, child};

pub struct World {
    pub database: TestDatabase,
    pub redis: TestRedis,
    pub pool: Database,
    pub client: Client,
    pub ringer: Ringer,
    pub org: OrgId,
    variables: Variables,
}

impl World {
    pub async fn new() -> Self {
        let (database, redis) = (TestDatabase::create().await, TestRedis::namespace());
        let transport = TransportConfig::Redis(RedisConfig::standalone(&redis.url, 4));
        let client = database.client().await;
        let org = books::open(&client).await;
        let mut variables = process_variables((database.url(), &redis.prefix), org);
        variables.insert("CHAOS_REDIS_URL".to_owned(), redis.url.clone());
        Self {
            pool: database.database(),
            ringer: Ringer::open(&child::queue_at(transport, &redis.prefix)).unwrap(),
            database,
            redis,
            client,
            org,
            variables,
        }
    }

    /// Starts workers with so many slots.
    pub fn workers(&self, count: usize, slots: usize) -> Fleet {
        let mut variables = self.variables.clone();
        variables.insert("CHAOS_SLOTS".to_owned(), slots.to_string());
        Fleet::start("worker", count, &variables)
    }

    /// Changes what the next processes are told.
    pub fn with(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Accepts a task as the api does.
    pub async fn enqueue<K: TaskKind>(&self, task: &K, mut options: EnqueueOptions) -> Enqueued {
        options.organization_id = Some(self.org);
        let mut conn = self.pool.connection().await.unwrap();
        let accept = async |conn: &mut AsyncPgConnection| {
            let enqueued = self.ringer.enqueue(conn, task, options).await?;
            books::accept(conn, enqueued.task_id, K::KIND).await?;
            Ok::<_, DbError>(enqueued)
        };
        let conn: &mut AsyncPgConnection = &mut conn;
        conn.transaction(accept).await.unwrap()
    }

    /// Accepts a task and rings.
    pub async fn submit<K: TaskKind>(&self, task: &K) -> TaskId {
        let enqueued = self.enqueue(task, EnqueueOptions::default()).await;
        self.ringer.ring(std::slice::from_ref(&enqueued)).await;
        enqueued.task_id
    }

    /// One number about one task.
    pub async fn count(&self, query: &str, id: TaskId) -> i64 {
        self.client.query_one(query, &[&id.uuid()]).await.unwrap().get(0)
    }

    pub async fn runs(&self, id: TaskId) -> i64 {
        self.count("SELECT count(*) FROM runs WHERE task_id = $1", id)
            .await
    }

    pub async fn until_runs(&self, id: TaskId, runs: i64) {
        let begun = async || (self.runs(id).await >= runs).then_some(());
        eventually("a run to begin", begun).await;
    }

    /// State, attempts so far and the code of the last error.
    pub async fn row(&self, id: TaskId) -> (String, i32, Option<String>) {
        let query = "SELECT state, attempt, last_error ->> 'code' FROM tasks WHERE id = $1";
        let row = self.client.query_one(query, &[&id.uuid()]).await.unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    pub async fn until(&self, id: TaskId, state: &str) {
        let ask = async || (self.row(id).await.0 == state).then_some(());
        eventually(&format!("the task to be {state}"), ask).await;
    }

    /// Who wrote the effects of a task.
    pub async fn writers(&self, id: TaskId) -> Vec<String> {
        let query = "SELECT worker FROM effects WHERE task_id = $1 ORDER BY moment";
        let rows = self.client.query(query, &[&id.uuid()]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Every key of this proof in Valkey.
    pub async fn keys(&self) -> Vec<String> {
        let mut command = redis::cmd("KEYS");
        command.arg(format!("*{}*", self.redis.prefix));
        command.query_async(&mut self.valkey().await).await.unwrap()
    }

    /// Deletes them.
    pub async fn forget_keys(&self) {
        let keys = self.keys().await;
        if !keys.is_empty() {
            redis::cmd("DEL")
                .arg(keys)
                .query_async::<()>(&mut self.valkey().await)
                .await
                .unwrap();
        }
    }

    async fn valkey(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.redis.url.as_str()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    pub async fn open_gate(&self, worker: &str) {
        let insert = "INSERT INTO gates VALUES ($1)";
        self.client.execute(insert, &[&worker]).await.unwrap();
    }
}

/// Where processes find their database and what their keys begin with.
pub fn process_variables((database, prefix): (&str, &str), org: OrgId) -> Variables {
    variables([
        ("CHAOS_DATABASE_URL", database.to_owned()),
        ("CHAOS_PREFIX", prefix.to_owned()),
        ("CHAOS_ORGANIZATION", org.to_string()),
        ("CHAOS_LOG", log().display().to_string()),
    ])
}

/// What the processes of this run print.
pub fn log() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("chaos-{}.log", std::process::id()))
}
