//! Due rows are rung.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use hiring_db::tasks::relay::{self, Notice};
use hiring_db::{DbError, pool};
use secrecy::{ExposeSecret, SecretString};

use super::Engine;
use crate::backoff::{reconnect_pause, unit_random};

/// Rows of one statement and priority.
const BATCH: i64 = 200;

/// Longest pause while LISTEN is up: it only covers what nobody announces.
const TICK: Duration = Duration::from_secs(2);

/// Longest pause while it is not.
const TICK_DEAF: Duration = Duration::from_millis(200);

/// Rings for due rows until the engine stops.
pub(crate) async fn run(engine: Arc<Engine>, direct_url: SecretString) {
    let listening = AtomicBool::new(false);
    tokio::select! {
        () = engine.stop.cancelled() => {}
        () = listen(&engine, &direct_url, &listening) => {}
        () = publish(&engine, &listening) => {}
    }
}

async fn publish(engine: &Engine, listening: &AtomicBool) {
    loop {
        let longest = if listening.load(Ordering::Relaxed) {
            TICK
        } else {
            TICK_DEAF
        };
        let pause = match publish_batch(engine).await {
            Ok(Some(pause)) => pause.min(longest),
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(error = %error, "the relay could not read due tasks");
                TICK
            }
        };
        // Never in a tight loop, however the clocks of two machines may differ.
        let pause = pause.max(Duration::from_millis(5));
        let _ = tokio::time::timeout(pause, engine.due.notified()).await;
    }
}

/// Rings for one batch, if anything is due; answers how long nothing will be, or nothing when there may be more at once.
async fn publish_batch(engine: &Engine) -> Result<Option<Duration>, DbError> {
    let mut conn = engine.database.connection().await?;
    let next = relay::seconds_to_next_due(&mut conn).await?.unwrap_or(f64::MAX);
    if next > 0.0 {
        return Ok(Some(Duration::from_secs_f64(next.min(60.0))));
    }
    let due = relay::publish_due(&mut conn, BATCH).await?;
    drop(conn);
    let all_taken = due.is_empty();
    engine.ringer.ring(&due).await;
    // Others have the due rows in hand when there was nothing to take.
    Ok(all_taken.then_some(Duration::ZERO))
}

/// Passes notifications on to the relay, for ever.
async fn listen(engine: &Engine, direct_url: &SecretString, listening: &AtomicBool) {
    let mut failures = 0_u32;
    loop {
        match pool::establish(direct_url.expose_secret(), None).await {
            Ok(mut conn) => {
                if relay::listen(&mut conn).await.is_ok() {
                    failures = 0;
                    listening.store(true, Ordering::Relaxed);
                    // What was announced before this connection stood.
                    engine.due.notify_one();
                    engine.running.nudge_all();
                    let mut notices = pin!(relay::notices(&mut conn));
                    while let Some(notice) = notices.next().await {
                        match notice {
                            Notice::Due => engine.due.notify_one(),
                            Notice::CancelAsked(id) => engine.running.nudge(id),
                        }
                    }
                }
            }
            Err(error) if failures == 0 => {
                tracing::warn!(error = %error, "listening for due tasks failed; connecting again")
            }
            Err(_) => {}
        }
        listening.store(false, Ordering::Relaxed);
        failures = failures.saturating_add(1);
        tokio::time::sleep(reconnect_pause(failures, unit_random())).await;
    }
}
