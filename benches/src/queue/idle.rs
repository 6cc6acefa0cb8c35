//! What a worker costs that has nothing to do.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio_postgres::Client;

use super::worker::Worker;
use super::world::World;

/// Before the first look: connections are opened, statements prepared.
const WARM_UP: Duration = Duration::from_secs(5);
/// Between the two looks.
const LENGTH: Duration = Duration::from_secs(30);

/// Counts commands and transactions of one idle worker. Each of its statements is a transaction of its own.
pub async fn run(world: &World) -> anyhow::Result<()> {
    world.empty().await?;
    let (client, mut redis) = (world.client().await?, world.redis().await?);
    let _worker = Worker::start()?;
    tokio::time::sleep(WARM_UP).await;
    let before = (commands(&mut redis).await?, transactions(&client).await?);
    tokio::time::sleep(LENGTH).await;
    let after = (commands(&mut redis).await?, transactions(&client).await?);
    let rate = |before: f64, after: f64| (after - before) / LENGTH.as_secs_f64();
    println!(
        "queue: an idle worker: {:.1} Redis commands/s, {:.1} SQL statements/s (over {} s)",
        rate(before.0, after.0),
        rate(before.1, after.1),
        LENGTH.as_secs()
    );
    Ok(())
}

async fn commands(redis: &mut MultiplexedConnection) -> anyhow::Result<f64> {
    let info: String = redis::cmd("INFO").arg("stats").query_async(redis).await?;
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("total_commands_processed:"));
    Ok(line.unwrap_or_default().trim().parse()?)
}

async fn transactions(client: &Client) -> anyhow::Result<f64> {
    let query = "SELECT (xact_commit + xact_rollback)::double precision FROM pg_stat_database \
                 WHERE datname = current_database()";
    Ok(client.query_one(query, &[]).await?.get(0))
}
