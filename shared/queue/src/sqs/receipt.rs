//! A message in our hands while its ring is attended to.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::inbox::Inbox;
use crate::backoff::{away_pause, unit_random};
use crate::delivery::{Attended, Receipt};

/// How long telling SQS may hold a slot. A message that it does not hear about comes again by itself.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(2);

/// A received message.
pub(super) struct Held {
    pub(super) inbox: Arc<Inbox>,
    pub(super) handle: String,
    pub(super) times: u32,
}

impl Receipt for Held {
    /// Extends the message's invisibility long before it ends. When that fails for so long that the message comes again, its
    /// second ring finds the task taken.
    fn keep(&mut self) -> BoxFuture<'_, ()> {
        async {
            let visibility = self.inbox.visibility();
            loop {
                tokio::time::sleep(visibility / 3).await;
                if let Err(error) = self.inbox.hide(&self.handle, visibility).await {
                    tracing::debug!(error = %error, "keeping a message failed");
                }
            }
        }
        .boxed()
    }

    fn settle(self: Box<Self>, attended: Attended) -> BoxFuture<'static, ()> {
        async move {
            let told = async {
                match attended {
                    Attended::Recorded(_) => self.inbox.delete(self.handle.clone()).await,
                    Attended::DatabaseAway => self.again_after(away_pause(self.times, unit_random())).await,
                    Attended::Stopping => self.again_after(Duration::ZERO).await,
                }
            };
            if tokio::time::timeout(SETTLE_TIMEOUT, told).await.is_err() {
                tracing::debug!(
                    queue = self.inbox.queue.name(),
                    "SQS did not answer about a message"
                );
            }
        }
        .boxed()
    }
}

impl Held {
    /// Later each time while the database is away: SQS takes a message that was received a thousand times for poison, which
    /// an outage of hours must not reach.
    async fn again_after(&self, pause: Duration) {
        if let Err(error) = self.inbox.hide(&self.handle, pause).await {
            tracing::debug!(error = %error, "a message could not be handed back");
        }
    }
}
