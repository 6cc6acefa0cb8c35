//! What operators are told about what processes share in Redis: breakers and the cache.

use hiring_platform::breaker::machine::Phase;
use hiring_platform::breaker::{Breakers, Reading};
use hiring_platform::cache::{Cache, Tally};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether something is left alone because it keeps failing.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreakerHealth {
    /// `llm`, `embeddings`, `storage` or `smtp`.
    pub dependency: &'static str,
    /// `closed`: everybody calls; `open`: nobody does; `half_open`: one at a time tries.
    pub state: &'static str,
    /// Failures in a row while closed, successes of those that tried while half-open.
    pub count: u32,
    /// Whether the state is that of all processes; else Redis is away and it is this process's own.
    pub shared: bool,
}

/// Answers kept for a while.
#[derive(Debug, Serialize, ToSchema)]
pub struct CacheHealth {
    /// Whether answers are kept, as long as Redis is there.
    pub enabled: bool,
    /// Answers of this process from the cache, since the start.
    pub hits: u64,
    /// Answers computed for the cache.
    pub misses: u64,
    /// Answers computed without it: switched off, not wanted, or Redis is away.
    pub bypasses: u64,
    /// Hits among hits and misses, 0-1; `null` before there was any.
    pub hit_ratio: Option<f64>,
}

pub(super) async fn breakers(breakers: &Breakers) -> Vec<BreakerHealth> {
    let readings = breakers.readings().await;
    let healths = readings.into_iter().map(|reading: Reading| BreakerHealth {
        dependency: reading.dependency.name(),
        state: match reading.state {
            Phase::Closed => "closed",
            Phase::HalfOpen => "half_open",
            Phase::Open => "open",
        },
        count: reading.count,
        shared: reading.shared,
    });
    healths.collect()
}

pub(super) fn cache(cache: &Cache) -> CacheHealth {
    let Tally {
        hits,
        misses,
        bypasses,
    } = cache.tally();
    let asked = hits + misses;
    CacheHealth {
        enabled: cache.is_on(),
        hits,
        misses,
        bypasses,
        // Casting loses nothing that shows in a ratio.
        hit_ratio: (asked > 0).then(|| hits as f64 / asked as f64),
    }
}
