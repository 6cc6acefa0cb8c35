//! The answers and tags in Redis.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hiring_core::random;
use redis::Cmd;

use super::CacheConfig;
use super::key::{CacheKey, Room};
use crate::redis::{Away, Redis};

/// Least that making a room's answers old may take from a request that has changed something.
const INVALIDATION: Duration = Duration::from_millis(100);

/// How often it is tried again to make rooms old that Redis did not hear of.
const AGAIN: Duration = Duration::from_millis(500);

/// Most rooms that are remembered for that; the answers of others end by themselves.
const MOST_OWED: usize = 10_000;

/// What stands where an answer would.
pub(super) struct Place {
    /// The room's tag.
    pub(super) tag: String,
    /// The answer that carries it.
    pub(super) kept: Option<Arc<str>>,
}

pub(super) struct Shelf {
    redis: Redis,
    config: CacheConfig,
    release: String,
    owed: Mutex<Owed>,
}

/// Rooms whose change Redis has not heard of.
#[derive(Default)]
struct Owed {
    /// With how many changes of each.
    rooms: HashMap<Room, u64>,
    is_trying: bool,
}

impl Shelf {
    pub(super) fn new(config: CacheConfig, redis: Redis, release: &str) -> Self {
        Self {
            redis,
            config,
            release: release.to_owned(),
            owed: Mutex::default(),
        }
    }

    /// Where an answer is kept.
    pub(super) fn name(&self, key: &CacheKey) -> String {
        self.redis.key(&key.room().place(), &key.name(&self.release))
    }

    /// The room's tag, made if there is none, and the answer that carries it; `None` when the cache cannot be trusted or asked.
    pub(super) async fn look(&self, key: &CacheKey) -> Option<Place> {
        if !self.owed().rooms.is_empty() {
            return None;
        }
        // An answer is kept as its tag, a space, and itself.
        let mut both = redis::cmd("MGET");
        both.arg(self.tag_name(key.room())).arg(self.name(key));
        let (tag, kept): (Option<String>, Option<String>) =
            self.redis.query(&both, self.config.patience).await.ok()?;
        let Some(tag) = tag else {
            let tag = self.first_tag(key.room()).await?;
            return Some(Place { tag, kept: None });
        };
        let kept = kept
            .as_deref()
            .and_then(|kept| kept.strip_prefix(&tag)?.strip_prefix(' '));
        let kept = kept.map(Arc::from);
        Some(Place { tag, kept })
    }

    /// A tag for a room that had none, or the one that somebody else has made meanwhile.
    async fn first_tag(&self, room: Room) -> Option<String> {
        let (name, word) = (self.tag_name(room), word());
        let mut first = self.lasting(&name, &word, self.config.longest);
        let first: Result<Option<String>, Away> =
            self.redis.query(first.arg("NX"), self.config.patience).await;
        if first.ok()?.is_some() {
            return Some(word);
        }
        let mut get = redis::cmd("GET");
        self.redis.query(get.arg(name), self.config.patience).await.ok()?
    }

    /// Keeps an answer under the tag that was read before it was computed. One that Redis does not take is computed again.
    pub(super) async fn keep(&self, key: &CacheKey, tag: &str, text: &str) {
        let (name, lasts) = (self.name(key), key.class().lasts());
        let keep = self.lasting(&name, &format!("{tag} {text}"), lasts);
        let _: Result<(), Away> = self.redis.query(&keep, self.config.patience).await;
    }

    /// Writes what ends by itself: nothing else is ever written.
    fn lasting(&self, name: &str, value: &str, lasts: Duration) -> Cmd {
        let lasts = lasts.min(self.config.longest).as_millis();
        let mut set = redis::cmd("SET");
        set.arg(name).arg(value);
        set.arg("PX").arg(u64::try_from(lasts).unwrap_or(u64::MAX));
        set
    }

    /// Removes the tags of these rooms, at once or as soon as Redis listens.
    pub(super) async fn forget(self: &Arc<Self>, rooms: &[Room]) {
        let mut left = HashSet::new();
        for room in rooms {
            if !self.remove_tag(*room).await {
                left.insert(*room);
            }
        }
        if !left.is_empty() {
            self.owe(left);
        }
    }

    /// Whether Redis has heard of it.
    async fn remove_tag(&self, room: Room) -> bool {
        let mut remove = redis::cmd("DEL");
        remove.arg(self.tag_name(room));
        let patience = INVALIDATION.max(self.config.patience);
        self.redis.query::<u64>(&remove, patience).await.is_ok()
    }

    /// Remembers rooms whose change Redis has not heard of, and tells it as soon as it listens.
    fn owe(self: &Arc<Self>, rooms: HashSet<Room>) {
        let mut owed = self.owed();
        let free = MOST_OWED.saturating_sub(owed.rooms.len());
        for room in rooms.into_iter().take(free) {
            *owed.rooms.entry(room).or_default() += 1;
        }
        if std::mem::replace(&mut owed.is_trying, true) {
            return;
        }
        drop(owed);
        let shelf = Arc::clone(self);
        tokio::spawn(async move {
            while !shelf.pay().await {
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// Tells Redis of every room it has not heard of; whether none is left.
    async fn pay(&self) -> bool {
        let rooms: Vec<(Room, u64)> = self
            .owed()
            .rooms
            .iter()
            .map(|(room, count)| (*room, *count))
            .collect();
        for (room, told) in rooms {
            if !self.remove_tag(room).await {
                return false;
            }
            // A change that came meanwhile has to be told too.
            self.owed()
                .rooms
                .retain(|owed, count| *owed != room || *count != told);
        }
        let mut owed = self.owed();
        owed.is_trying = !owed.rooms.is_empty();
        !owed.is_trying
    }

    fn owed(&self) -> MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tag_name(&self, room: Room) -> String {
        self.redis.key(&room.place(), ":tag")
    }
}

/// A word that no room has had.
fn word() -> String {
    hex::encode(random::bytes::<16>())
}
