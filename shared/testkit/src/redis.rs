//! The test Valkey and a key prefix of one's own.

use crate::env;

/// One test's part of the shared Valkey: nobody else uses its prefix.
#[derive(Debug, Clone)]
pub struct TestRedis {
    /// Where the server listens.
    pub url: String,
    /// Prefix for `QUEUE_PREFIX` and every other key.
    pub prefix: String,
}

impl TestRedis {
    /// A prefix that no other test has.
    #[must_use]
    pub fn namespace() -> Self {
        let id = hiring_core::random::uuid_v4().simple().to_string();
        Self {
            url: env::require(&["TEST_REDIS_URL", "REDIS_URL"]),
            prefix: format!("t{}", &id[..12]),
        }
    }
}
