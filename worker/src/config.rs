//! Everything the worker is told by its environment.

use std::net::IpAddr;
use std::time::Duration;

use hiring_core::config::{Problem, Reader};
use hiring_db::DatabaseConfig;
use hiring_platform::breaker::BreakerConfig;
use hiring_platform::cache::CacheConfig;
use hiring_platform::embeddings::EmbeddingConfig;
use hiring_platform::llm::LlmConfig;
use hiring_platform::mail::MailConfig;
use hiring_platform::storage::StorageConfig;
use hiring_platform::telemetry::{Process, TelemetryConfig};
use hiring_queue::{QueueConfig, RedisConfig};
use secrecy::SecretString;

use crate::scanning::config::OcrConfig;
use crate::tasks::check_backups::BackupConfig;

/// The worker's settings.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// Logs and where metrics go.
    pub telemetry: TelemetryConfig,
    /// Postgres.
    pub database: DatabaseConfig,
    /// Redis and the queues on it.
    pub queue: QueueConfig,
    /// `REDIS_URL`: where processes share what they know of their surroundings; unset where SQS carries the queue and there is none.
    pub redis: Option<RedisConfig>,
    /// Which answers of the api are kept for a while, until a task makes them old.
    pub cache: CacheConfig,
    /// When something that keeps failing is left alone.
    pub breaker: BreakerConfig,
    /// Uploaded files.
    pub storage: StorageConfig,
    /// Text to vectors.
    pub embeddings: EmbeddingConfig,
    /// The language model.
    pub llm: LlmConfig,
    /// Text in pictures.
    pub ocr: OcrConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// Where database dumps are looked for, and who is told.
    pub backups: BackupConfig,
    /// The HTTP door.
    pub door: DoorConfig,
    /// `WORKER_CONCURRENCY`: tasks at once; the number of cores unless told otherwise.
    pub concurrency: usize,
    /// `SHUTDOWN_DELAY_SECONDS`: how long to go on as before, unready, after the signal to stop.
    pub delay: Duration,
    /// `SHUTDOWN_GRACE_SECONDS`: how long running tasks may go on after a signal.
    pub grace: Duration,
}

/// How tasks come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerMode {
    /// The worker takes rings from the transport by itself.
    Consume,
    /// A daemon takes them and posts them to the door.
    Daemon,
    /// Both ways at once.
    Both,
}

impl WorkerMode {
    /// Whether the worker takes rings from the transport.
    #[must_use]
    pub const fn consumes(self) -> bool {
        matches!(self, Self::Consume | Self::Both)
    }

    /// Whether the door takes tasks and ticks.
    #[must_use]
    pub const fn takes_posts(self) -> bool {
        matches!(self, Self::Daemon | Self::Both)
    }
}

/// Where the worker answers HTTP, and to what.
#[derive(Debug, Clone)]
pub struct DoorConfig {
    /// `WORKER_MODE`: how tasks come.
    pub mode: WorkerMode,
    /// `WORKER_HOST`: loopback unless told otherwise.
    pub host: IpAddr,
    /// `PORT`, else `WORKER_PORT`; 0 takes any free one.
    pub port: u16,
    /// `WORKER_TOKEN`: what callers from elsewhere must show.
    pub token: Option<SecretString>,
}

impl WorkerConfig {
    /// Reads every variable.
    ///
    /// # Errors
    /// All problems together, each naming its variable.
    pub fn read(reader: &mut Reader) -> Result<Self, Vec<Problem>> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let concurrency = reader.number("WORKER_CONCURRENCY", cores, 1..=256);
        let queue = QueueConfig::read(reader);
        let config = Self {
            telemetry: TelemetryConfig::read(reader, Process::Worker),
            database: DatabaseConfig::read(reader),
            redis: queue.redis(reader),
            queue,
            cache: CacheConfig::read(reader),
            breaker: BreakerConfig::read(reader),
            storage: StorageConfig::read(reader),
            embeddings: EmbeddingConfig::read(reader, concurrency),
            llm: LlmConfig::read(reader),
            ocr: OcrConfig::read(reader).beside(concurrency),
            mail: MailConfig::read(reader),
            backups: BackupConfig::read(reader),
            door: DoorConfig::read(reader),
            concurrency,
            delay: Duration::from_secs(reader.number("SHUTDOWN_DELAY_SECONDS", 0, 0..=300)),
            grace: Duration::from_secs(reader.number("SHUTDOWN_GRACE_SECONDS", 30, 0..=3600)),
        };
        reader.finish()?;
        Ok(config)
    }
}

impl DoorConfig {
    fn read(reader: &mut Reader) -> Self {
        let host = reader.parse("WORKER_HOST", IpAddr::from([127, 0, 0, 1]));
        let token = reader.secret("WORKER_TOKEN");
        if reader.environment().is_production() && !host.is_loopback() && token.is_none() {
            reader.problem(
                "WORKER_TOKEN",
                "must be set in production when WORKER_HOST is not a loopback address",
            );
        }
        let port = reader.parse("WORKER_PORT", 8001);
        let modes = [
            ("consume", WorkerMode::Consume),
            ("daemon", WorkerMode::Daemon),
            ("both", WorkerMode::Both),
        ];
        Self {
            mode: reader.choice("WORKER_MODE", WorkerMode::Consume, &modes),
            host,
            port: reader.parse("PORT", port),
            token,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(pairs: &[(&str, &str)]) -> (DoorConfig, Vec<Problem>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let door = DoorConfig::read(&mut reader);
        (door, reader.finish().err().unwrap_or_default())
    }

    #[test]
    fn the_door_opens_on_loopback_and_the_platforms_port_wins() {
        let (plain, problems) = door(&[]);
        assert!(problems.is_empty() && plain.host.is_loopback());
        assert_eq!(plain.port, 8001);
        let (given, _) = door(&[("WORKER_PORT", "8100"), ("PORT", "9000")]);
        assert_eq!(given.port, 9000);
        assert_eq!(door(&[("WORKER_PORT", "8100")]).0.port, 8100);
    }

    #[test]
    fn tasks_come_from_the_transport_unless_the_mode_says_otherwise() {
        for (text, consumes, takes_posts) in [
            ("", true, false),
            ("consume", true, false),
            ("daemon", false, true),
            ("both", true, true),
        ] {
            let mode = door(&[("WORKER_MODE", text)]).0.mode;
            assert_eq!(
                (mode.consumes(), mode.takes_posts()),
                (consumes, takes_posts),
                "{text}"
            );
        }
        assert_eq!(door(&[("WORKER_MODE", "push")]).1[0].variable, "WORKER_MODE");
    }

    #[test]
    fn production_refuses_a_public_door_without_a_token() {
        let public = [("ENVIRONMENT", "production"), ("WORKER_HOST", "0.0.0.0")];
        assert_eq!(
            door(&public).1.first().map(|problem| problem.variable.as_str()),
            Some("WORKER_TOKEN")
        );
        assert!(
            door(&[public[0], public[1], ("WORKER_TOKEN", "a long token")])
                .1
                .is_empty()
        );
        assert!(door(&[public[0]]).1.is_empty());
    }

    #[test]
    fn all_problems_are_reported_together() {
        let wrong = [
            ("WORKER_CONCURRENCY", "0"),
            ("WORKER_PORT", "eighty"),
            ("SHUTDOWN_GRACE_SECONDS", "-1"),
        ];
        let pairs = wrong
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let problems = WorkerConfig::read(&mut Reader::from_map(pairs.collect())).unwrap_err();
        for (variable, _) in wrong {
            assert!(
                problems.iter().any(|problem| problem.variable == variable),
                "{variable}"
            );
        }
    }
}
