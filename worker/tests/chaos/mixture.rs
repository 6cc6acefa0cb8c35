//! The kinds of a chaos run: quick ones, slow ones, failing ones, and some that take their process with them.

use std::time::Duration;

use hiring_core::task::{Priority, TaskKind};
use hiring_db::DbError;
use hiring_db::tasks::EnqueueOptions;
use hiring_queue::{Done, Effects, Handler, Policy, Registry, TaskContext, TaskFailure};
use serde::{Deserialize, Serialize};

use crate::books;
use crate::kinds::{kind, write};

kind!(Quick, "quick", Normal, 2);
// Runs longer than its lease, and goes on when its worker has given it up: the fence alone stops it.
kind!(Slow, "slow", Low, 2);
// Fails twice, then works.
kind!(Flaky, "flaky", Normal, 2);
// Fails for good, until somebody redrives it.
kind!(Hopeless, "hopeless", Normal, 2);
// Panics at its first attempt.
kind!(Panicky, "panicky", Normal, 2);
// Takes its process with it at its first attempt.
kind!(Crasher, "crasher", Normal, 2);
// Runs so long that somebody can call it off.
kind!(Patient, "patient", Low, 2);
// At most one live task for each number; may be asked for again.
kind!(Only, "only", Normal, 2);
// Enqueues another one as part of its effect.
kind!(Leader, "leader", High, 2);
// Waits for children that it enqueues itself.
kind!(Family, "family", Normal, 2);
// Waits for children that were enqueued together with it.
kind!(Guardian, "guardian", Normal, 2);

/// Adds the kinds of this file.
pub fn register(registry: Registry) -> Registry {
    registry
        .register(soon(|ctx: TaskContext, _: Quick| async move {
            write(&ctx, None).await
        }))
        .register(soon(slow))
        .register(soon(|ctx: TaskContext, _: Flaky| async move {
            if ctx.attempt() <= 2 {
                return Err(TaskFailure::retry("flaky", "It fails at first."));
            }
            write(&ctx, None).await
        }))
        .register(soon(hopeless))
        .register(soon(|ctx: TaskContext, _: Panicky| async move {
            assert!(ctx.attempt() > 1, "as it should");
            write(&ctx, None).await
        }))
        .register(soon(|ctx: TaskContext, _: Crasher| async move {
            if ctx.attempt() == 1 {
                std::process::abort();
            }
            write(&ctx, None).await
        }))
        .register(soon(|ctx: TaskContext, _: Patient| async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            write(&ctx, None).await
        }))
        .register(soon(only))
        .register(soon(leader))
        .register(soon(family))
        .register(soon(guardian))
}

/// Tried again almost at once.
fn soon<K, F, Fut>(handler: F) -> Handler<K>
where
    K: TaskKind,
    F: Fn(TaskContext, K) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Done, TaskFailure>> + Send + 'static,
{
    let millisecond = Duration::from_millis(1);
    Handler::new(handler).policy(Policy {
        backoff_base: millisecond,
        backoff_cap: 50 * millisecond,
        ..Policy::default()
    })
}

async fn slow(ctx: TaskContext, _: Slow) -> Result<Done, TaskFailure> {
    let stubborn = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        // Whoever has lost the task is told so here, and does not listen.
        let _ = ctx.stage("nearly", Some(90)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        write(&ctx, None).await
    });
    stubborn.await.unwrap()
}

async fn hopeless(ctx: TaskContext, _: Hopeless) -> Result<Done, TaskFailure> {
    if books::was_redriven(ctx.database(), ctx.task_id()).await? {
        return write(&ctx, None).await;
    }
    Err(TaskFailure::fail("hopeless", "It never works."))
}

async fn only(ctx: TaskContext, _: Only) -> Result<Done, TaskFailure> {
    let begun = books::moment(ctx.database()).await?;
    // Long enough for somebody to ask for it again meanwhile.
    tokio::time::sleep(Duration::from_millis(30)).await;
    write(&ctx, Some(begun)).await
}

async fn leader(ctx: TaskContext, task: Leader) -> Result<Done, TaskFailure> {
    let ids = (ctx.task_id(), ctx.lease_id());
    ctx.complete(async |fx: &mut Effects| {
        books::effect(fx.conn(), ids, None).await?;
        let follower = Quick { number: task.number };
        let id = fx.enqueue(&follower, EnqueueOptions::default()).await?;
        books::accept(fx.conn(), id, Quick::KIND).await?;
        Ok::<_, DbError>(())
    })
    .await
}

async fn family(ctx: TaskContext, task: Family) -> Result<Done, TaskFailure> {
    let ids = (ctx.task_id(), ctx.lease_id());
    ctx.wait_for_children(async |fx: &mut Effects| {
        books::effect(fx.conn(), ids, None).await?;
        for number in 0..task.number {
            let child = Quick { number };
            let id = fx.enqueue_child(&child, EnqueueOptions::default()).await?;
            books::accept(fx.conn(), id, Quick::KIND).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
}

async fn guardian(ctx: TaskContext, _: Guardian) -> Result<Done, TaskFailure> {
    let ids = (ctx.task_id(), ctx.lease_id());
    ctx.wait_for_children(async |fx: &mut Effects| books::effect(fx.conn(), ids, None).await)
        .await
}
