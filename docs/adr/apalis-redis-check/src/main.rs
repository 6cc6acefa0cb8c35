//! Shows two of the reasons for our own Redis transport: run it against a newer apalis-redis to see whether they still hold.
//!
//! `REDIS_URL=redis://localhost:6379/15 cargo run` (it writes a few keys of its own and removes them again).

use std::error::Error;
use std::time::Duration;

use apalis_core::backend::TaskSink;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_redis::{Config, RedisStorage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("REDIS_URL")?;
    println!("finished tasks stay in Redis: {}", finished_tasks_stay(&url).await?);
    println!("one undecodable payload ends the worker: {}", garbage_ends_the_worker(&url).await?);
    Ok(())
}

async fn do_nothing(number: u32, worker: WorkerContext) {
    if number == 9 {
        // The last one: enough has been seen once its outcome is stored.
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let _ = worker.stop();
        });
    }
}

/// Runs ten tasks to their end and looks whether their payloads are gone.
async fn finished_tasks_stay(url: &str) -> Result<bool, Box<dyn Error>> {
    let config = Config::default().queue("apalis-check-finished");
    let hash = config.job_data_hash();
    let mut connection = apalis_redis::connect(url).await?;
    let mut storage = RedisStorage::new(connection.clone()).with_config(config);
    for number in 0..10_u32 {
        storage.push(number).await?;
    }
    let worker = WorkerBuilder::new("check-finished").backend(storage).build(do_nothing);
    tokio::time::timeout(Duration::from_secs(60), worker.run()).await??;
    let left: u64 = redis::cmd("HLEN").arg(&hash).query_async(&mut connection).await?;
    clean(&mut connection, "apalis-check-finished").await?;
    Ok(left == 10)
}

/// Stores one payload that is no number among ten that are, and looks whether the worker outlives it.
async fn garbage_ends_the_worker(url: &str) -> Result<bool, Box<dyn Error>> {
    let config = Config::default().queue("apalis-check-garbage");
    let hash = config.job_data_hash();
    let mut connection = apalis_redis::connect(url).await?;
    let mut storage = RedisStorage::new(connection.clone()).with_config(config);
    for number in 0..10_u32 {
        storage.push(number).await?;
    }
    let ids: Vec<String> = redis::cmd("HKEYS").arg(&hash).query_async(&mut connection).await?;
    let first = ids.first().ok_or("nothing was stored")?;
    redis::cmd("HSET").arg(&hash).arg(first).arg("\"garbage\"").query_async::<()>(&mut connection).await?;
    let worker = WorkerBuilder::new("check-garbage").backend(storage).build(do_nothing);
    let ended = tokio::time::timeout(Duration::from_secs(60), worker.run()).await;
    clean(&mut connection, "apalis-check-garbage").await?;
    Ok(matches!(ended, Ok(Err(_))))
}

async fn clean(connection: &mut redis::aio::ConnectionManager, queue: &str) -> Result<(), Box<dyn Error>> {
    let keys: Vec<String> = redis::cmd("KEYS").arg(format!("*{queue}*")).query_async(connection).await?;
    for key in keys {
        redis::cmd("DEL").arg(key).query_async::<()>(connection).await?;
    }
    Ok(())
}
