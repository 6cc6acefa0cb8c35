//! Closing time of a server: who is inside is served, who comes late is turned away.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Whether a server is closing, and who is inside. Cheap to clone; clones speak of the same server.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    begun: CancellationToken,
    inside: TaskTracker,
}

/// Somebody inside, until dropped.
#[must_use = "dropping it says that the request is over"]
pub struct Inside(#[expect(dead_code, reason = "it counts by being there")] TaskTrackerToken);

impl Closing {
    /// Lets a request in; `None` once closing has begun.
    pub fn enter(&self) -> Option<Inside> {
        // In this order: whoever is not counted sees that the server is closing.
        let token = self.inside.token();
        (!self.has_begun()).then_some(Inside(token))
    }

    /// Whether nobody is let in any more.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.begun.is_cancelled()
    }

    /// Waits until closing begins.
    pub async fn begun(&self) {
        self.begun.cancelled().await;
    }

    /// Lets nobody in from here on and waits for those inside, at most this long; answers whether all have left.
    pub async fn begin(&self, at_most: Duration) -> bool {
        self.begun.cancel();
        self.inside.close();
        tokio::time::timeout(at_most, self.inside.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_inside_is_waited_for_and_nobody_comes_in_late() {
        let closing = Closing::default();
        let inside = closing.enter().unwrap();
        let server = closing.clone();
        let closed = tokio::spawn(async move { server.begin(Duration::from_secs(600)).await });
        closing.begun().await;
        assert!(closing.enter().is_none() && !closed.is_finished());
        drop(inside);
        assert!(closed.await.unwrap());
    }

    #[tokio::test]
    async fn who_does_not_leave_is_not_waited_for_for_ever() {
        let closing = Closing::default();
        let _inside = closing.enter();
        assert!(!closing.begin(Duration::ZERO).await);
    }
}
