//! Kinds of task for one proof each.

use std::time::Duration;

use hiring_core::task::{Priority, TaskKind};
use hiring_queue::{Done, Effects, Handler, Registry, TaskContext, TaskFailure};
use serde::{Deserialize, Serialize};

use crate::{books, child};

/// A kind with a number as its payload.
macro_rules! kind {
    ($name:ident, $kind:literal, $priority:ident, $lease:literal) => {
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $name {
            pub number: u64,
        }

        impl TaskKind for $name {
            const KIND: &'static str = $kind;
            const PRIORITY: Priority = Priority::$priority;
            const LEASE_SECONDS: u32 = $lease;
        }
    };
}
pub(crate) use kind;

// Aborts its process, every time.
kind!(Killer, "killer", Normal, 2);
// Sleeps so many milliseconds, with the shortest lease that makes sense.
kind!(Sleeper, "sleeper", Normal, 2);
// Waits until a gate with its worker's name is open.
kind!(Gated, "gated", Normal, 2);
kind!(Load, "load", Normal, 60);
kind!(Urgent, "urgent", High, 60);
kind!(Leisure, "leisure", Low, 60);

/// Every kind of this file.
pub fn registry() -> Registry {
    Registry::new()
        .register(Handler::new(|ctx: TaskContext, _: Killer| async move {
            books::begin(ctx.database(), ctx.task_id()).await?;
            std::process::abort()
        }))
        .register(Handler::new(|ctx: TaskContext, task: Sleeper| async move {
            books::begin(ctx.database(), ctx.task_id()).await?;
            tokio::time::sleep(Duration::from_millis(task.number)).await;
            write(&ctx, None).await
        }))
        .register(Handler::new(|ctx: TaskContext, _: Gated| async move {
            books::begin(ctx.database(), ctx.task_id()).await?;
            // On its own, so that it goes on when the worker has given the run up: the fence alone must stop it.
            let stubborn = tokio::spawn(insist(ctx));
            stubborn.await.unwrap()
        }))
        .register(Handler::new(|ctx: TaskContext, _: Load| async move {
            write(&ctx, None).await
        }))
        .register(Handler::new(|ctx: TaskContext, _: Urgent| async move {
            write(&ctx, None).await
        }))
        .register(Handler::new(|ctx: TaskContext, _: Leisure| async move {
            write(&ctx, None).await
        }))
}

/// Completes the task with its effect.
pub async fn write(ctx: &TaskContext, begun: Option<i64>) -> Result<Done, TaskFailure> {
    let ids = (ctx.task_id(), ctx.lease_id());
    ctx.complete(async |fx: &mut Effects| books::effect(fx.conn(), ids, begun).await)
        .await
}

/// Waits for the gate and writes, as if it had never heard of leases; notes it when it is refused.
async fn insist(ctx: TaskContext) -> Result<Done, TaskFailure> {
    while !books::is_open(ctx.database(), child::name()).await? {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let written = write(&ctx, None).await;
    if matches!(written, Err(TaskFailure::LeaseLost)) {
        books::refuse(ctx.database(), ctx.task_id()).await?;
    }
    written
}
