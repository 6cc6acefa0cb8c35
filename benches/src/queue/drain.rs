//! Doing tasks, against the fewest statements that could do the same.

use std::time::{Duration, Instant};

use anyhow::bail;
use futures::future::try_join_all;
use hiring_core::ids::TaskId;
use hiring_core::task::{Priority, TaskKind};
use hiring_db::tasks::Enqueued;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Rates;
use super::worker::{IN_FLIGHT, Worker};
use super::world::{World, WriteRow};

/// Tasks of one run.
const TASKS: i64 = 20_000;

/// Longest wait for a run to end.
const DEADLINE: Duration = Duration::from_secs(300);

/// One run of both sides.
pub async fn once(world: &World) -> anyhow::Result<Rates> {
    Ok(Rates {
        product: product(world).await?,
        bare: bare(world).await?,
    })
}

/// Inserts published tasks whose rings nobody gives up on while they wait.
async fn seed(world: &World) -> anyhow::Result<Vec<Uuid>> {
    world.empty().await?;
    let insert = format!(
        "INSERT INTO tasks (id, kind, payload, priority, run_at, state, publish_count, deadline, published_at) \
         SELECT gen_random_uuid(), '{}', '{{\"number\": 1}}', 1, task_now(), 'published', 1, task_now() + interval '1 hour', \
         task_now() FROM generate_series(1, $1::bigint) RETURNING id",
        WriteRow::KIND
    );
    let client = world.client().await?;
    let rows = client.query(&insert, &[&TASKS]).await?;
    client.batch_execute("VACUUM ANALYZE tasks").await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn product(world: &World) -> anyhow::Result<f64> {
    let ids = seed(world).await?;
    for chunk in ids.chunks(200) {
        let rings: Vec<Enqueued> = chunk.iter().map(|id| enqueued(*id)).collect();
        if !world.ringer.ring(&rings).await {
            bail!("Redis did not take the rings");
        }
    }
    let _worker = Worker::start()?;
    let client = world.client().await?;
    let began = Instant::now();
    // A cheap question, seldom enough to cost nothing that shows.
    let left = "SELECT EXISTS (SELECT FROM tasks WHERE state IN ('published', 'running', 'pending'))";
    while client.query_one(left, &[]).await?.get::<_, bool>(0) {
        if began.elapsed() > DEADLINE {
            bail!("not drained after {DEADLINE:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Between the first and the last row, so that the start of a process is not measured.
    let rate =
        "SELECT (count(*) / extract(epoch FROM max(at) - min(at)))::double precision FROM bench_effects";
    Ok(client.query_one(rate, &[]).await?.get(0))
}

fn enqueued(id: Uuid) -> Enqueued {
    Enqueued {
        task_id: TaskId::from(id),
        kind: WriteRow::KIND.to_owned(),
        priority: Priority::Normal,
        ring_now: true,
        publish_count: 1,
    }
}

/// One statement for each task that completes it and writes the row, as a transaction of its own; as many at once. No lease,
/// no queue, nobody who could crash.
async fn bare(world: &World) -> anyhow::Result<f64> {
    let ids = seed(world).await?;
    let clients = try_join_all((0..IN_FLIGHT).map(|_| world.client())).await?;
    let began = Instant::now();
    let shares = ids.chunks(ids.len().div_ceil(IN_FLIGHT));
    try_join_all(
        clients
            .iter()
            .zip(shares)
            .map(|(client, share)| finish(client, share)),
    )
    .await?;
    Ok(ids.len() as f64 / began.elapsed().as_secs_f64())
}

async fn finish(client: &Client, share: &[Uuid]) -> anyhow::Result<()> {
    let text = "WITH done AS (UPDATE tasks SET state = 'completed', finished_at = now(), deadline = NULL WHERE id = $1 \
                RETURNING id) INSERT INTO bench_effects (task_id) SELECT id FROM done";
    let text = client.prepare(text).await?;
    for id in share {
        client.execute(&text, &[id]).await?;
    }
    Ok(())
}
