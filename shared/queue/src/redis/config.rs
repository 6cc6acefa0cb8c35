//! How Redis is reached.

use hiring_core::config::Reader;
use redis::{ConnectionInfo, IntoConnectionInfo, RedisError};
use secrecy::{ExposeSecret, SecretString};

/// Credentials, servers and pool size.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`: `redis://user:password@host:port/database`, `rediss://` with TLS. Behind Sentinel its credentials, database
    /// and TLS count for the data nodes and its host does not; for a cluster it may be several URLs, comma-separated, of which
    /// the first one's credentials and TLS count for all.
    pub url: SecretString,
    /// `REDIS_MODE`: what stands behind it.
    pub mode: RedisMode,
    /// `REDIS_POOL_SIZE`: most connections for ringing, to each node.
    pub pool_size: u32,
}

/// What kind of installation Redis is.
#[derive(Debug, Clone)]
pub enum RedisMode {
    /// One server, or an address behind which somebody else sees to failovers.
    Standalone,
    /// A master that sentinels name.
    Sentinel {
        /// `REDIS_SENTINEL_HOSTS`: `host:port`, or a URL for a sentinel with a password or TLS; comma-separated.
        hosts: SecretString,
        /// `REDIS_SENTINEL_MASTER`: what they call the master.
        master: String,
    },
    /// Masters that share the hash slots.
    Cluster,
}

#[derive(Clone, Copy, PartialEq)]
enum Named {
    Standalone,
    Sentinel,
    Cluster,
}

const EXAMPLE: &str = "redis://localhost:6379/0";

impl RedisConfig {
    /// One server at this URL.
    #[must_use]
    pub fn standalone(url: &str, pool_size: u32) -> Self {
        Self {
            url: SecretString::from(url.to_owned()),
            mode: RedisMode::Standalone,
            pool_size,
        }
    }

    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let choices = [
            ("standalone", Named::Standalone),
            ("sentinel", Named::Sentinel),
            ("cluster", Named::Cluster),
        ];
        let config = Self {
            mode: match reader.choice("REDIS_MODE", Named::Standalone, &choices) {
                Named::Standalone => RedisMode::Standalone,
                Named::Sentinel => read_sentinel(reader),
                Named::Cluster => RedisMode::Cluster,
            },
            url: reader.secret("REDIS_URL").unwrap_or_else(|| {
                reader.problem("REDIS_URL", format!("must be set, for instance {EXAMPLE}"));
                SecretString::from(EXAMPLE)
            }),
            pool_size: reader.number("REDIS_POOL_SIZE", 20, 1..=1000),
        };
        match config.seeds() {
            Err(_) => reader.problem(
                "REDIS_URL",
                "is not a Redis URL such as redis://:password@localhost:6379/0",
            ),
            Ok(seeds) => {
                let numbered = seeds.iter().any(|seed| seed.redis_settings().db() != 0);
                if numbered && matches!(config.mode, RedisMode::Cluster) {
                    reader.problem(
                        "REDIS_URL",
                        "must name database 0, the only one that a cluster has",
                    );
                }
            }
        }
        config
    }

    /// The URLs, one of them except in a cluster.
    ///
    /// # Errors
    /// When one of them makes no sense.
    pub fn seeds(&self) -> Result<Vec<ConnectionInfo>, RedisError> {
        let url = self.url.expose_secret();
        if !matches!(self.mode, RedisMode::Cluster) {
            return Ok(vec![url.into_connection_info()?]);
        }
        url.split(',')
            .map(|seed| seed.trim().into_connection_info())
            .collect()
    }
}

impl RedisConfig {
    /// The sentinels and what they call the master, behind Sentinel.
    ///
    /// # Errors
    /// When an address makes no sense.
    pub fn sentinels(&self) -> Result<Option<(Vec<ConnectionInfo>, String)>, RedisError> {
        let RedisMode::Sentinel { hosts, master } = &self.mode else {
            return Ok(None);
        };
        Ok(Some((sentinels(hosts)?, master.clone())))
    }
}

fn read_sentinel(reader: &mut Reader) -> RedisMode {
    let hosts = reader.secret("REDIS_SENTINEL_HOSTS").unwrap_or_default();
    let master = reader.string("REDIS_SENTINEL_MASTER", "mymaster");
    if sentinels(&hosts).is_ok_and(|found| found.is_empty()) {
        reader.problem(
            "REDIS_SENTINEL_HOSTS",
            "must name the sentinels, for instance one:26379,two:26379",
        );
    } else if sentinels(&hosts).is_err() {
        reader.problem(
            "REDIS_SENTINEL_HOSTS",
            "must be host:port or redis:// URLs, comma-separated",
        );
    }
    RedisMode::Sentinel { hosts, master }
}

/// Reads `REDIS_SENTINEL_HOSTS`.
pub(crate) fn sentinels(hosts: &SecretString) -> Result<Vec<ConnectionInfo>, RedisError> {
    let named = hosts
        .expose_secret()
        .split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty());
    let as_url = |host: &str| {
        if host.contains("://") {
            return host.into_connection_info();
        }
        format!("redis://{host}").into_connection_info()
    };
    named.map(as_url).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (RedisConfig, Vec<String>) {
        let variables = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(variables.collect());
        let config = RedisConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn sentinels_are_hosts_or_urls() {
        let (config, problems) = read(&[
            ("REDIS_URL", "redis://:pw@ignored/3"),
            ("REDIS_MODE", "sentinel"),
            (
                "REDIS_SENTINEL_HOSTS",
                "one:26379, two:26380,rediss://:pw@three:26381",
            ),
            ("REDIS_SENTINEL_MASTER", "queue"),
        ]);
        assert_eq!(problems, Vec::<String>::new());
        let RedisMode::Sentinel { hosts, master } = &config.mode else {
            panic!("another mode")
        };
        let found: Vec<String> = sentinels(hosts)
            .unwrap()
            .iter()
            .map(|info| info.addr().to_string())
            .collect();
        assert_eq!(found, ["one:26379", "two:26380", "three:26381"]);
        assert_eq!(master, "queue");
    }

    #[test]
    fn a_cluster_has_several_seeds_and_one_database() {
        let urls = "redis://:pw@one:7000, redis://:pw@two:7001/";
        let (config, problems) = read(&[("REDIS_URL", urls), ("REDIS_MODE", "cluster")]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(config.seeds().unwrap().len(), 2);
        let (_, problems) = read(&[("REDIS_URL", "redis://one:7000/1"), ("REDIS_MODE", "cluster")]);
        assert_eq!(problems, ["REDIS_URL"]);
    }

    #[test]
    fn what_is_missing_or_cannot_work_is_named() {
        let (_, problems) = read(&[("REDIS_URL", EXAMPLE), ("REDIS_MODE", "sentinel")]);
        assert_eq!(problems, ["REDIS_SENTINEL_HOSTS"]);
        let (_, problems) = read(&[("REDIS_URL", EXAMPLE), ("REDIS_MODE", "ring")]);
        assert_eq!(problems, ["REDIS_MODE"]);
        let (_, problems) = read(&[("REDIS_URL", "redis://one,redis://two")]);
        assert_eq!(problems, ["REDIS_URL"]);
    }

    #[test]
    fn tls_is_understood() {
        let (_, problems) = read(&[("REDIS_URL", "rediss://:pw@one:6380/0")]);
        assert_eq!(problems, Vec::<String>::new());
    }
}
