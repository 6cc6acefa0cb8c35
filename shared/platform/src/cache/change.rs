//! Making answers old, also when nobody waits for it any more.

use super::{Cache, Room};

/// A change under way of what the answers in some rooms are made from. Announce it before the transaction and say afterwards
/// whether it stands. One that is dropped may have been committed (its caller hung up in between), so that the answers become old
/// all the same, in the background.
#[must_use]
pub struct Change {
    cache: Cache,
    rooms: Vec<Room>,
}

impl Change {
    pub(super) const fn new(cache: Cache, rooms: Vec<Room>) -> Self {
        Self { cache, rooms }
    }

    /// It is committed. Once this returns nobody gets an answer from before; see [`Cache::invalidate`] for when Redis is away.
    pub async fn stands(mut self) {
        self.cache.invalidate(&self.rooms).await;
        self.rooms.clear();
    }

    /// Nothing has changed.
    pub fn is_void(mut self) {
        self.rooms.clear();
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if self.rooms.is_empty() {
            return;
        }
        let (cache, rooms) = (self.cache.clone(), std::mem::take(&mut self.rooms));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { cache.invalidate(&rooms).await });
        }
    }
}
