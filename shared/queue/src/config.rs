//! Settings of the queue.

use hiring_core::config::Reader;

pub use crate::redis::config::{RedisConfig, RedisMode};
use crate::sqs::config::{PREFIX_LENGTH, SqsConfig};

/// Where rings travel and how tasks are tried.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// `QUEUE_BACKEND`: what carries rings.
    pub transport: TransportConfig,
    /// `QUEUE_PREFIX`: first part of every key, so that several installations may share a server.
    pub prefix: String,
    /// `TASK_MAX_ATTEMPTS`: the first attempt and its retries, for kinds that do not say otherwise.
    pub max_attempts: u32,
}

/// What carries rings.
#[derive(Debug, Clone)]
pub enum TransportConfig {
    /// Lists on Redis or Valkey.
    Redis(RedisConfig),
    /// Queues of SQS.
    Sqs(SqsConfig),
}

#[derive(Clone, Copy, PartialEq)]
enum Backend {
    Redis,
    Sqs,
}

impl QueueConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let choices = [("redis", Backend::Redis), ("sqs", Backend::Sqs)];
        let backend = reader.choice("QUEUE_BACKEND", Backend::Redis, &choices);
        let prefix = read_prefix(reader, backend);
        Self {
            transport: match backend {
                Backend::Redis => TransportConfig::Redis(RedisConfig::read(reader)),
                Backend::Sqs => TransportConfig::Sqs(SqsConfig::read(reader)),
            },
            prefix,
            max_attempts: reader.number("TASK_MAX_ATTEMPTS", 4, 1..=100),
        }
    }
}

impl QueueConfig {
    /// The Redis that processes share: the queue's, or with another transport the one that `REDIS_URL` names, if any.
    pub fn redis(&self, reader: &mut Reader) -> Option<RedisConfig> {
        if let TransportConfig::Redis(redis) = &self.transport {
            return Some(redis.clone());
        }
        let named = ["REDIS_URL", "REDIS_URL_FILE"].map(|name| reader.ambient(name));
        named
            .iter()
            .any(Option::is_some)
            .then(|| RedisConfig::read(reader))
    }
}

/// SQS allows less than Redis does.
fn read_prefix(reader: &mut Reader, backend: Backend) -> String {
    let prefix = reader.string("QUEUE_PREFIX", "hiring-pro");
    let (letters, longest, rule) = match backend {
        Backend::Redis => ("-_.", 60, "must be at most 60 letters, digits, `-`, `_` or `.`"),
        Backend::Sqs => (
            "-_",
            PREFIX_LENGTH,
            "must be at most 58 letters, digits, `-` or `_` for SQS",
        ),
    };
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letters.contains(letter);
    if prefix.len() > longest || !prefix.chars().all(allowed) {
        reader.problem("QUEUE_PREFIX", rule);
    }
    prefix
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (QueueConfig, Vec<String>) {
        let variables = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(variables.collect());
        let config = QueueConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn each_variable_changes_its_setting() {
        let (config, problems) = read(&[
            ("REDIS_URL", "redis://:pw@queue:7000/3"),
            ("REDIS_POOL_SIZE", "7"),
            ("QUEUE_PREFIX", "blue"),
            ("TASK_MAX_ATTEMPTS", "9"),
        ]);
        assert_eq!(problems, Vec::<String>::new());
        let TransportConfig::Redis(redis) = &config.transport else {
            panic!("Redis is the default")
        };
        assert_eq!(redis.url.expose_secret(), "redis://:pw@queue:7000/3");
        assert_eq!(
            (redis.pool_size, config.prefix.as_str(), config.max_attempts),
            (7, "blue", 9)
        );
    }

    #[test]
    fn what_cannot_work_is_named() {
        let (_, problems) = read(&[("QUEUE_BACKEND", "post"), ("QUEUE_PREFIX", "two words")]);
        assert_eq!(problems, ["QUEUE_BACKEND", "QUEUE_PREFIX", "REDIS_URL"]);
        let (_, problems) = read(&[("REDIS_URL", "http://localhost")]);
        assert_eq!(problems, ["REDIS_URL"]);
    }

    #[test]
    fn sqs_needs_no_redis_and_has_rules_of_its_own() {
        let (config, problems) = read(&[
            ("QUEUE_BACKEND", "sqs"),
            ("SQS_ENDPOINT_URL", "http://localhost:4566"),
            ("AWS_REGION", "eu-central-1"),
            ("SQS_FIFO", "true"),
        ]);
        assert_eq!(problems, Vec::<String>::new());
        let TransportConfig::Sqs(sqs) = &config.transport else {
            panic!("SQS was asked for")
        };
        assert_eq!(sqs.endpoint_url.as_deref(), Some("http://localhost:4566"));
        assert_eq!((sqs.region.as_str(), sqs.fifo), ("eu-central-1", true));

        let (_, problems) = read(&[
            ("QUEUE_BACKEND", "sqs"),
            ("QUEUE_PREFIX", "dots.are.for.redis"),
            ("SQS_ENDPOINT_URL", "localhost:4566"),
        ]);
        assert_eq!(problems, ["QUEUE_PREFIX", "SQS_ENDPOINT_URL"]);
    }
}
