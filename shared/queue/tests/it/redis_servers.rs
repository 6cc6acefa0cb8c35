//! Redis of a test's own in each of its modes, and work that goes on through its troubles.

use std::time::Duration;

use hiring_core::ids::TaskId;
use hiring_core::task::{TaskKind, TaskState};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_queue::{QueueConfig, RedisConfig, RedisMode, Registry, TransportConfig};
use hiring_testkit::valkey::cluster::Cluster;
use hiring_testkit::valkey::sentinel::{MASTER_NAME, Sentinel};
use hiring_testkit::{TestRedis, ValkeyServer, eventually};
use secrecy::SecretString;
use tokio::time::Instant;

use crate::kinds::{Indexing, Leisure, Letter, Note, Report, Resume, Screening, Urgent};
use crate::world::{HasNote, Worker, World, config, writer};

/// Longest wait for everything to be done after a fault; a failover takes seconds on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Where rings travel in a test.
pub trait Servers {
    fn config(&self) -> RedisConfig;
    async fn keys(&self) -> Vec<String>;
}

impl Servers for ValkeyServer {
    fn config(&self) -> RedisConfig {
        RedisConfig::standalone(&self.url(), 4)
    }

    async fn keys(&self) -> Vec<String> {
        self.keys().await
    }
}

impl Servers for Sentinel {
    fn config(&self) -> RedisConfig {
        let mode = RedisMode::Sentinel {
            hosts: SecretString::from(self.hosts()),
            master: MASTER_NAME.to_owned(),
        };
        RedisConfig {
            mode,
            ..RedisConfig::standalone(&self.nodes[0].url(), 4)
        }
    }

    async fn keys(&self) -> Vec<String> {
        self.nodes[self.master().await].keys().await
    }
}

impl Servers for Cluster {
    fn config(&self) -> RedisConfig {
        RedisConfig {
            mode: RedisMode::Cluster,
            ..RedisConfig::standalone(&self.urls(), 4)
        }
    }

    async fn keys(&self) -> Vec<String> {
        self.keys().await
    }
}

/// A world on servers of its own, with a worker that knows a kind for every queue and priority, and what it was given.
pub struct Going {
    pub world: World,
    worker: Option<Worker>,
    accepted: Vec<(TaskId, String)>,
}

impl Going {
    pub async fn on(servers: &impl Servers) -> Self {
        let redis = TestRedis::namespace();
        let queue = QueueConfig {
            transport: TransportConfig::Redis(servers.config()),
            ..config(&redis.url, &redis.prefix)
        };
        let world = World::on(queue, redis).await;
        let worker = Some(world.start(registry()));
        Self {
            world,
            worker,
            accepted: Vec::new(),
        }
    }

    /// Enqueues so many tasks of each kind, and rings for each kind at once; whether all of them were rung.
    pub async fn give(&mut self, when: &str, of_each: usize) -> bool {
        let mut rung = true;
        for enqueued in self.enqueue_all(when, of_each).await {
            rung &= self.world.ringer.ring(&enqueued).await;
        }
        rung
    }

    /// Enqueues so many tasks of each kind, and rings for all of them at once; whether all of them were rung.
    pub async fn give_at_once(&mut self, when: &str, of_each: usize) -> bool {
        let enqueued = self.enqueue_all(when, of_each).await.concat();
        self.world.ringer.ring(&enqueued).await
    }

    async fn enqueue_all(&mut self, when: &str, of_each: usize) -> [Vec<Enqueued>; 8] {
        [
            self.enqueue(when, of_each, Urgent::of).await,
            self.enqueue(when, of_each, Note::of).await,
            self.enqueue(when, of_each, Leisure::of).await,
            self.enqueue(when, of_each, Letter::of).await,
            self.enqueue(when, of_each, Resume::of).await,
            self.enqueue(when, of_each, Indexing::of).await,
            self.enqueue(when, of_each, Screening::of).await,
            self.enqueue(when, of_each, Report::of).await,
        ]
    }

    async fn enqueue<K: TaskKind + HasNote>(
        &mut self,
        when: &str,
        count: usize,
        of: fn(&str) -> K,
    ) -> Vec<Enqueued> {
        let mut all = Vec::new();
        for number in 0..count {
            let task = of(&format!("{when} {} {number}", K::KIND));
            let enqueued = self.world.enqueue(&task, EnqueueOptions::default()).await;
            self.accepted.push((enqueued.task_id, task.note().to_owned()));
            all.push(enqueued);
        }
        all
    }

    /// Waits until everything given so far is completed. Time passes for the sweeper, so that lost rings are not waited for.
    pub async fn all_done(&self) {
        let end = Instant::now() + PATIENCE;
        let client = self.world.database.client().await;
        let open = "SELECT kind || ' ' || state || ' ' || attempt || ' ' || publish_count FROM tasks \
                    WHERE state <> 'completed'";
        let mut since = Instant::now();
        loop {
            let rows = client.query(open, &[]).await.unwrap();
            if rows.is_empty() {
                return;
            }
            let left: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            assert!(Instant::now() < end, "still open after {PATIENCE:?}: {left:?}");
            if since.elapsed() > Duration::from_secs(2) {
                self.world.database.shift_task_clock("5 s").await;
                since = Instant::now();
            }
            // Asked gently: a failover needs the processor.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the worker does what comes: it has found its way.
    pub async fn one_more(&self, note: &str) {
        let task = Note::of(note);
        let enqueued = self.world.enqueue(&task, EnqueueOptions::default()).await;
        self.world.ringer.ring(std::slice::from_ref(&enqueued)).await;
        self.world.until(enqueued.task_id, TaskState::Completed).await;
    }

    /// Everything ends completed, each effect stands once, and no key is left.
    pub async fn end(mut self, servers: &impl Servers) {
        self.all_done().await;
        eventually("no key", || async {
            servers.keys().await.is_empty().then_some(())
        })
        .await;
        self.worker.take().unwrap().stop().await;
        let mut expected: Vec<String> = self.accepted.iter().map(|(_, note)| note.clone()).collect();
        let mut ledger = self.world.ledger().await;
        expected.sort();
        ledger.retain(|line| expected.binary_search(line).is_ok());
        ledger.sort();
        assert_eq!(ledger, expected);
    }
}

fn registry() -> Registry {
    Registry::new()
        .register(writer::<Urgent>())
        .register(writer::<Note>())
        .register(writer::<Leisure>())
        .register(writer::<Letter>())
        .register(writer::<Resume>())
        .register(writer::<Indexing>())
        .register(writer::<Screening>())
        .register(writer::<Report>())
}
