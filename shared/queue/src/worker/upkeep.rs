//! Pruning, gauges, and what the worker registers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use hiring_db::tasks::{people, sweep};
use hiring_db::{Database, DbError};

use super::Engine;
use crate::backoff::unit_random;
use crate::redis::bell::chain;

/// Something to be done again and again in every worker. Two workers may do it at the same time.
pub struct Upkeep {
    pub(crate) name: &'static str,
    pub(crate) every: Duration,
    pub(crate) work: Box<dyn Fn(Database) -> BoxFuture<'static, Result<(), UpkeepError>> + Send + Sync>,
}

/// Why upkeep failed this time; it is tried again at its next turn.
pub type UpkeepError = Box<dyn std::error::Error + Send + Sync>;

/// Rows that one pruning statement deletes.
const PRUNE_BATCH: i64 = 1_000;

pub(crate) fn pruner() -> Upkeep {
    let work = |database| -> BoxFuture<'static, _> { Box::pin(async move { Ok(prune(&database).await?) }) };
    Upkeep {
        name: "prune-tasks",
        every: Duration::from_secs(600),
        work: Box::new(work),
    }
}

async fn prune(database: &Database) -> Result<(), DbError> {
    let mut conn = database.connection().await?;
    loop {
        let gone = sweep::prune(&mut conn, PRUNE_BATCH).await?;
        if i64::try_from(gone).is_ok_and(|gone| gone < PRUNE_BATCH) {
            return Ok(());
        }
    }
}

/// Does one piece of upkeep until the engine stops.
pub(crate) async fn run(engine: Arc<Engine>, upkeep: Arc<Upkeep>) {
    loop {
        // Spread over the second half of the period, so that workers started together part ways.
        let pause = upkeep.every.mul_f64(0.5 + unit_random() / 2.0);
        if engine
            .stop
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_none()
        {
            return;
        }
        // A long round does not hold up a shutdown: the next worker goes on where this one stopped.
        let work = (upkeep.work)(engine.database.clone());
        let Some(outcome) = engine.stop.run_until_cancelled(work).await else {
            return;
        };
        if let Err(error) = outcome {
            tracing::warn!(upkeep = upkeep.name, error = %chain(error.as_ref()), "upkeep failed");
        }
    }
}

/// Keeps the gauges of what waits up to date until the engine stops.
pub(crate) async fn gauges(engine: Arc<Engine>) {
    let mut shown = BTreeSet::new();
    loop {
        if engine
            .stop
            .run_until_cancelled(tokio::time::sleep(Duration::from_secs(15)))
            .await
            .is_none()
        {
            return;
        }
        match read_backlog(&engine).await {
            Ok(backlog) => show(&engine, &backlog, &mut shown),
            Err(error) => tracing::debug!(error = %error, "reading the backlog failed"),
        }
        show_rings(&engine).await;
    }
}

/// How many rings wait in the transport. While it is away the gauges stay as they were.
async fn show_rings(engine: &Engine) {
    let Ok(depths) = engine.ringer.depths().await else {
        return;
    };
    for (queue, rings) in depths {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let rings = rings as f64;
        metrics::gauge!("tasks_rings_waiting", "transport" => engine.ringer.transport(), "queue" => queue.name())
            .set(rings);
    }
}

async fn read_backlog(engine: &Engine) -> Result<Vec<people::Backlog>, DbError> {
    let mut conn = engine.database.connection().await?;
    people::backlog(&mut conn).await
}

fn show(engine: &Engine, backlog: &[people::Backlog], shown: &mut BTreeSet<(&'static str, String)>) {
    // A kind that is not in the registry has no label of its own: labels must not grow with the data.
    let label = |kind: &str| engine.registry.get(kind).map_or("unknown", |entry| entry.label());
    let fresh: BTreeSet<_> = backlog
        .iter()
        .map(|row| (label(&row.kind), row.state.clone()))
        .collect();
    for (kind, state) in shown.difference(&fresh) {
        metrics::gauge!("tasks_backlog", "kind" => *kind, "state" => state.clone()).set(0.0);
        metrics::gauge!("tasks_oldest_seconds", "kind" => *kind, "state" => state.clone()).set(0.0);
    }
    for row in backlog {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let count = row.count as f64;
        metrics::gauge!("tasks_backlog", "kind" => label(&row.kind), "state" => row.state.clone()).set(count);
        metrics::gauge!("tasks_oldest_seconds", "kind" => label(&row.kind), "state" => row.state.clone())
            .set(row.oldest_seconds.max(0.0));
    }
    *shown = fresh;
}
