//! Answers kept for a while in Redis, so that what many ask is computed once.
//!
//! | module | what lives there |
//! |---|---|
//! | here | [`Cache`]: an answer from the cache, or computed and kept |
//! | [`key`] | what an answer depends on, and for how long it may be kept |
//! | [`change`] | making answers old, also when nobody waits for it any more |
//! | [`flights`] | one computation for all who ask at the same time |
//! | [`shelf`] | the answers and tags in Redis |
//!
//! An answer lies in a room ([`Room`]): a hash slot of its own with one tag, a random word that every answer in it carries. To
//! make a room's answers old is to remove its tag, after the commit: the next tag is another word, and what carries the old one
//! is never served again. The tag is read before computing, so that an answer which a commit has overtaken is kept under a word
//! that is no longer right. A tag that is gone makes a miss, never a hit.
//!
//! While Redis is away everything is computed.

pub mod change;
mod flights;
pub mod key;
mod shelf;

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hiring_core::config::Reader;
use metrics::Counter;

use crate::redis::Redis;
pub use change::Change;
use flights::Flights;
pub use key::{CacheKey, Class, Room, Scope};
use shelf::Shelf;

/// Largest answer that is kept, in bytes: a hundred jobs with descriptions of 2,500 letters.
const LARGEST: usize = 256 * 1024;

/// Settings.
#[derive(Debug, Clone, Copy)]
pub struct CacheConfig {
    /// `CACHE_ENABLED`: whether answers are kept and served. Without it changes are still told to processes that do.
    pub enabled: bool,
    /// `REDIS_CACHE_TTL`, seconds: longest that any answer is kept, whatever its class says.
    pub longest: Duration,
    /// `CACHE_TIMEOUT_MS`: most that one question to Redis may cost a request that would be answered without it too.
    pub patience: Duration,
}

impl CacheConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        Self {
            enabled: reader.flag("CACHE_ENABLED", true),
            longest: Duration::from_secs(reader.number("REDIS_CACHE_TTL", 3600, 1..=86_400)),
            patience: Duration::from_millis(reader.number("CACHE_TIMEOUT_MS", 50, 1..=10_000)),
        }
    }
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// From the cache.
    Hit,
    /// Computed, by this caller or by another one who asked the same at the same time, and kept if it was worth it.
    Miss,
    /// Computed without the cache.
    Bypass,
}

impl Found {
    /// The value of `X-Cache` and of the metric's label.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Bypass => "bypass",
        }
    }
}

/// What was computed.
#[derive(Debug)]
pub struct Kept {
    /// The answer.
    pub text: String,
    /// Whether it is worth keeping; one that was made while something was away is not.
    pub worth: bool,
}

/// How often answers came from where since the process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// From the cache.
    pub hits: u64,
    /// Computed for the cache.
    pub misses: u64,
    /// Computed without it.
    pub bypasses: u64,
}

/// The cache. Cheap to clone; clones are the same cache. The default one keeps nothing and tells nobody.
#[derive(Clone, Default)]
pub struct Cache(Arc<Inner>);

#[derive(Default)]
struct Inner {
    enabled: bool,
    shelf: Option<Arc<Shelf>>,
    flights: Flights,
    counts: [AtomicU64; 3],
    /// By class and outcome, each looked up among all metrics once.
    meters: [[OnceLock<Counter>; 3]; 3],
}

impl Cache {
    /// A cache in this Redis; without one, or switched off, everything is computed. `release` tells answers of programs apart
    /// that shape them differently, for instance a digest of all shapes.
    #[must_use]
    pub fn new(config: CacheConfig, redis: Option<Redis>, release: &str) -> Self {
        Self(Arc::new(Inner {
            enabled: config.enabled,
            shelf: redis.map(|redis| Arc::new(Shelf::new(config, redis, release))),
            ..Inner::default()
        }))
    }

    /// The answer to `key`, from the cache or computed.
    ///
    /// # Errors
    /// Those of the computation, which are never kept and nobody else's.
    pub async fn through<F, E>(&self, key: &CacheKey, compute: impl Fn() -> F) -> Result<(Arc<str>, Found), E>
    where
        F: Future<Output = Result<Kept, E>>,
    {
        let (answer, found) = match self.shelf() {
            Some(shelf) => self.look(shelf, key, compute).await?,
            None => (compute().await?.text.into(), Found::Bypass),
        };
        self.count(key.class(), found);
        Ok((answer, found))
    }

    /// Counts an answer that was computed without asking here, as somebody wished.
    pub fn bypassed(&self, class: Class) {
        self.count(class, Found::Bypass);
    }

    fn count(&self, class: Class, found: Found) {
        if let Some(count) = self.0.counts.get(found as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let of_class = self.0.meters.get(class as usize);
        if let Some(meter) = of_class.and_then(|meters| meters.get(found as usize)) {
            let (class, outcome) = (class.name(), found.name());
            meter
                .get_or_init(
                    || metrics::counter!("cache_requests_total", "class" => class, "outcome" => outcome),
                )
                .increment(1);
        }
    }

    async fn look<F, E>(
        &self,
        shelf: &Shelf,
        key: &CacheKey,
        compute: impl Fn() -> F,
    ) -> Result<(Arc<str>, Found), E>
    where
        F: Future<Output = Result<Kept, E>>,
    {
        let Some(place) = shelf.look(key).await else {
            return Ok((compute().await?.text.into(), Found::Bypass));
        };
        if let Some(kept) = place.kept {
            return Ok((kept, Found::Hit));
        }
        // Whoever has seen a later tag must not get an answer from before it.
        let flight = format!("{} {}", place.tag, shelf.name(key));
        let answer = self.0.flights.join(flight, || async {
            // Whoever computed it before may have kept it since.
            let place = shelf.look(key).await;
            if let Some(kept) = place.as_ref().and_then(|place| place.kept.clone()) {
                return Ok(kept);
            }
            let Kept { text, worth } = compute().await?;
            if let Some(place) = place.filter(|_| worth && text.len() <= LARGEST) {
                shelf.keep(key, &place.tag, &text).await;
            }
            Ok(Arc::from(text))
        });
        let answer = match answer.await {
            Some(answer) => answer?,
            None => compute().await?.text.into(),
        };
        Ok((answer, Found::Miss))
    }

    /// Announces a change of what the answers in these rooms are made from; see [`Change`].
    pub fn change(&self, rooms: Vec<Room>) -> Change {
        Change::new(self.clone(), rooms)
    }

    /// Makes every answer of these rooms old. Call it after the commit. Never fails: what Redis does not hear at once it hears as
    /// soon as it is back, and until then this process serves nothing from the cache.
    pub async fn invalidate(&self, rooms: &[Room]) {
        if let Some(shelf) = &self.0.shelf {
            shelf.forget(rooms).await;
        }
    }

    /// Whether answers are kept and served, as long as Redis is there.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.shelf().is_some()
    }

    /// How often answers came from where.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let [hits, misses, bypasses] = &self.0.counts;
        let [hits, misses, bypasses] = [hits, misses, bypasses].map(|count| count.load(Ordering::Relaxed));
        Tally {
            hits,
            misses,
            bypasses,
        }
    }

    fn shelf(&self) -> Option<&Shelf> {
        self.0.shelf.as_deref().filter(|_| self.0.enabled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_changes_its_setting() {
        let given = [
            ("CACHE_ENABLED", "false"),
            ("REDIS_CACHE_TTL", "60"),
            ("CACHE_TIMEOUT_MS", "7"),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = CacheConfig::read(&mut Reader::from_map(given.into()));
        let times = (config.longest.as_secs(), config.patience.as_millis());
        assert_eq!((config.enabled, times), (false, (60, 7)));
    }
}
