//! What can go wrong, made to go wrong.

use std::time::Duration;

use rustix::process::Signal;

use crate::broker::Broker;
use crate::fleet::Fleet;
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
    BrokerRestartedEmpty,
    PostgresCrashed,
}

use Fault::{
    BrokerRestartedEmpty, EverybodyKilled, PostgresCrashed, ProducerKilled, RedisFlushed, RedisPaused,
    WorkerFrozen, WorkerKilled,
};

/// Each as often as a short run has it; a long one draws from these.
pub const WITH_REDIS: [Fault; 20] = [
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
    BrokerRestartedEmpty,
    BrokerRestartedEmpty,
    PostgresCrashed,
    PostgresCrashed,
];

/// The same for SQS.
pub const WITH_SQS: [Fault; 10] = [
    WorkerKilled,
    WorkerKilled,
    WorkerKilled,
    WorkerKilled,
    ProducerKilled,
    ProducerKilled,
    WorkerFrozen,
    BrokerRestartedEmpty,
    BrokerRestartedEmpty,
    PostgresCrashed,
];

/// Everything that a run consists of.
pub struct Parts {
    pub postgres: Postgres,
    pub broker: Broker,
    pub workers: Fleet,
    pub producers: Fleet,
}

impl Parts {
    pub async fn meet(&mut self, fault: Fault, random: &mut Random) {
        let worker = usize::try_from(random.below(self.workers.len() as u64)).unwrap();
        let producer = usize::try_from(random.below(self.producers.len() as u64)).unwrap();
        match fault {
            WorkerKilled => self.workers.kill(worker),
            ProducerKilled => self.producers.kill(producer),
            EverybodyKilled => {
                for number in 0..self.workers.len() {
                    self.workers.kill(number);
                }
                for number in 0..self.producers.len() {
                    self.producers.kill(number);
                }
            }
            WorkerFrozen => self.freeze(worker, random).await,
            RedisFlushed => self.broker.tell(&["FLUSHALL"]).await,
            RedisPaused => self.broker.tell(&["CLIENT", "PAUSE", "1000", "ALL"]).await,
            BrokerRestartedEmpty => {
                self.broker
                    .restart(Duration::from_millis(random.below(1_000)))
                    .await
            }
            PostgresCrashed => self.postgres.crash().await,
        }
    }
    /// A worker stands still until others have taken over what it was doing, and goes on as if nothing had happened.
    async fn freeze(&mut self, worker: usize, random: &mut Random) {
        self.workers.signal(worker, Signal::STOP);
        // Past every lease; the living extend theirs.
        let jump = "UPDATE task_clock SET shift = shift + interval '3 s'";
        self.postgres.client().await.batch_execute(jump).await.unwrap();
        // Longer than the longest pause of a sweeper.
        tokio::time::sleep(Duration::from_millis(3_500 + random.below(1_500))).await;
        self.workers.signal(worker, Signal::CONT);
    }
}
