//! What can go wrong, made to go wrong.

use std::time::Duration;

use hiring_testkit::ValkeyServer;
use rustix::process::Signal;

use crate::fleet::Fleet;
use crate::patience::eventually;
use crate::postgres::Postgres;
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    WorkerKilled,
    ProducerKilled,
    EverybodyKilled,
    WorkerFrozen,
    RedisFlushed,
    RedisPaused,
    RedisRestartedEmpty,
    PostgresCrashed,
}

/// Each with its share of a long run; a short one has them all once per share.
pub const FAULTS: [Fault; 20] = {
    use Fault::*;
    [
        WorkerKilled,
        WorkerKilled,
        WorkerKilled,
        WorkerKilled,
        WorkerKilled,
        WorkerKilled,
        ProducerKilled,
        ProducerKilled,
        ProducerKilled,
        EverybodyKilled,
        WorkerFrozen,
        WorkerFrozen,
        RedisFlushed,
        RedisFlushed,
        RedisFlushed,
        RedisPaused,
        RedisRestartedEmpty,
        RedisRestartedEmpty,
        PostgresCrashed,
        PostgresCrashed,
    ]
};

/// Everything that a run consists of.
pub struct Parts {
    pub postgres: Postgres,
    pub valkey: ValkeyServer,
    pub workers: Fleet,
    pub producers: Fleet,
}

impl Parts {
    pub async fn meet(&mut self, fault: Fault, random: &mut Random) {
        let worker = usize::try_from(random.below(self.workers.len() as u64)).unwrap();
        let producer = usize::try_from(random.below(self.producers.len() as u64)).unwrap();
        match fault {
            Fault::WorkerKilled => self.workers.kill(worker),
            Fault::ProducerKilled => self.producers.kill(producer),
            Fault::EverybodyKilled => {
                for number in 0..self.workers.len() {
                    self.workers.kill(number);
                }
                for number in 0..self.producers.len() {
                    self.producers.kill(number);
                }
            }
            Fault::WorkerFrozen => {
                self.workers.signal(worker, Signal::STOP);
                // Longer than a lease.
                tokio::time::sleep(Duration::from_millis(2_500 + random.below(1_500))).await;
                self.workers.signal(worker, Signal::CONT);
            }
            Fault::RedisFlushed => self.tell_redis(&["FLUSHALL"]).await,
            Fault::RedisPaused => self.tell_redis(&["CLIENT", "PAUSE", "1000", "ALL"]).await,
            Fault::RedisRestartedEmpty => {
                self.valkey.kill();
                tokio::time::sleep(Duration::from_millis(random.below(1_000))).await;
                self.valkey.restart_empty().await;
            }
            Fault::PostgresCrashed => self.postgres.crash().await,
        }
    }
    /// It may be paused at the moment.
    async fn tell_redis(&self, words: &[&str]) {
        let valkey = &self.valkey;
        eventually("Redis to listen", async || {
            valkey.ask::<redis::Value>(words).await.ok()
        })
        .await;
    }
}
