//! Accepting tasks, against bare INSERTs of the same rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use hiring_db::tasks::EnqueueOptions;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Rates;
use super::world::{PRODUCERS, World, WriteRow};

/// Length of each side of one run.
const LENGTH: Duration = Duration::from_secs(5);

/// Tasks of one batch.
const BATCH: u64 = 100;

/// One task for each transaction.
pub async fn singly(world: &World) -> anyhow::Result<Rates> {
    world.empty().await?;
    let product = many(|counted, until| async move {
        while Instant::now() < until {
            let mut conn = world.database.connection().await?;
            let task = WriteRow { number: 1 };
            let enqueued = world
                .ringer
                .enqueue(&mut conn, &task, EnqueueOptions::default())
                .await?;
            drop(conn);
            world.ringer.ring(&[enqueued]).await;
            counted.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    })
    .await?;
    let bare = bare(world, 1).await?;
    Ok(Rates { product, bare })
}

/// A hundred tasks for each transaction.
pub async fn in_batches(world: &World) -> anyhow::Result<Rates> {
    world.empty().await?;
    let product = many(|counted, until| async move {
        let tasks: Vec<WriteRow> = (0..BATCH).map(|number| WriteRow { number }).collect();
        while Instant::now() < until {
            let mut conn = world.database.connection().await?;
            let enqueued = world
                .ringer
                .enqueue_many(&mut conn, &tasks, EnqueueOptions::default())
                .await?;
            drop(conn);
            world.ringer.ring(&enqueued).await;
            counted.fetch_add(BATCH, Ordering::Relaxed);
        }
        Ok(())
    })
    .await?;
    let bare = bare(world, BATCH).await?;
    Ok(Rates { product, bare })
}

/// The same rows by one INSERT for each transaction and nothing else: no ids made here, no rings.
async fn bare(world: &World, batch: u64) -> anyhow::Result<f64> {
    world.empty().await?;
    let clients = &try_join_all((0..PRODUCERS).map(|_| world.client())).await?;
    let next = &AtomicU64::new(0);
    many(|counted, until| async move {
        let own = usize::try_from(next.fetch_add(1, Ordering::Relaxed))?;
        if let Some(client) = clients.get(own) {
            insert(client, batch, (&counted, until)).await?;
        }
        Ok(())
    })
    .await
}

async fn insert(client: &Client, batch: u64, (counted, until): (&AtomicU64, Instant)) -> anyhow::Result<()> {
    let text = "INSERT INTO tasks (id, kind, payload, priority, run_at, state, publish_count, deadline, published_at) \
                SELECT id, 'bench_row', '{\"number\": 1}', 1, now(), 'published', 1, now() + interval '5 s', now() \
                FROM unnest($1::uuid[]) id";
    let text = client.prepare(text).await?;
    while Instant::now() < until {
        let ids: Vec<Uuid> = (0..batch).map(|_| hiring_core::random::uuid_v7()).collect();
        counted.fetch_add(client.execute(&text, &[&ids]).await?, Ordering::Relaxed);
    }
    Ok(())
}

/// Runs so many of a future side by side for [`LENGTH`], which count what they do; how much that was for each second.
async fn many<F, Fut>(work: F) -> anyhow::Result<f64>
where
    F: Fn(Arc<AtomicU64>, Instant) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    let counted = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    try_join_all((0..PRODUCERS).map(|_| work(Arc::clone(&counted), began + LENGTH))).await?;
    Ok(counted.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}
